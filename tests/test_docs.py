"""The documents say what the program does: every key, every command and option, and no link that leads nowhere.

`python tests/test_docs.py` writes the table of keys again.
"""

import re
import tomllib
from pathlib import Path

import pytest
import typer

from annotator.cli import app
from annotator.ui.actions import ACTIONS, SCREENS

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "guide.md"
BEGIN, END = "<!-- keys: made of annotator/ui/actions.py by tests/test_docs.py -->\n", "<!-- /keys -->\n"


def key_table() -> str:
    lines = ["| key | does | where |", "|---|---|---|"]
    for action in ACTIONS:
        keys = ", ".join(f"`{key}`" for key in action.keys) or "by menu or palette"
        where = action.place if action.place == "window" else ", ".join(SCREENS[action.place])
        lines.append(f"| {keys} | {action.title} | {where} |")
    return "\n".join(lines) + "\n"


def test_the_guide_has_the_keys_of_the_program():
    guide = GUIDE.read_text(encoding="utf-8")
    assert guide.partition(BEGIN)[2].partition(END)[0] == key_table(), "run python tests/test_docs.py"


def test_every_key_that_the_readme_names_is_one():
    known = {key for action in ACTIONS for key in action.keys} | {"Ctrl+Enter"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = [line.split("|")[1] for line in readme.splitlines() if line.startswith("| `")]
    named = {key for cell in table for key in re.findall(r"`([^`]+)`", cell)}
    assert named
    assert named <= known


def spoken() -> list[str]:
    """Every command, and every option of each as `command --option`."""
    group = typer.main.get_command(app)
    found = []
    for name, command in group.commands.items():
        found.append(name)
        found += [f"{name} {option.opts[0]}" for option in command.params if option.opts[0].startswith("--")]
    return found


DOCUMENTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", GUIDE))


@pytest.mark.parametrize("what", spoken())
def test_every_command_and_option_is_documented(what):
    command, _, option = what.partition(" ")
    assert re.search(rf"(annotator|run) {command}\b", DOCUMENTS), f"`annotator {command}` stands in no document"
    if option:
        assert re.search(rf"{option}\b", DOCUMENTS), f"`{option}` of `{command}` stands in no document"


@pytest.mark.parametrize(
    "path", [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))], ids=lambda path: path.name
)
def test_every_link_leads_to_a_file(path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_picture_of_the_architecture_is_the_rule_on_imports():
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    layers = [re.findall(r"annotator\.(\w+)", layer) for layer in contract["layers"]]
    picture = page.split("```")[1].strip().splitlines()
    assert [re.findall(r"\w+", line) for line in picture] == layers
    for path in (ROOT / "annotator").iterdir():
        if (path.suffix == ".py" and not path.stem.startswith("_")) or (path / "__init__.py").exists():
            assert re.search(rf"`{path.stem}/?`", page.split("```")[2]), path.name


if __name__ == "__main__":
    before, _, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    GUIDE.write_text(before + BEGIN + key_table() + END + rest.partition(END)[2], encoding="utf-8")
