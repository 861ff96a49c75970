"""The table of formats in the documentation is what the registry says. Run as a script, it is written anew."""

from pathlib import Path
from typing import get_args

from annotator.formats import FORMATS
from annotator.records import Carried, Format

PAGE = Path(__file__).parents[1] / "docs" / "formats.md"
BEGIN, END = "<!-- formats: made by tests/test_docs_formats.py -->\n", "<!-- /formats -->\n"
CARRIED = get_args(Carried)


def table() -> str:
    heads = ["format", "", "file", "read", "write", *CARRIED]
    lines = [heads, ["---", "---", "---", *[":-:"] * (len(heads) - 3)], *(row(found) for found in FORMATS.values())]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def row(found: Format) -> list[str]:
    writes = found.write or found.write_folder
    marks = [found.read, writes, *(writes and what in found.carries for what in CARRIED)]
    files = " ".join(f"`{suffix}`" for suffix in found.suffixes) or "folder"
    return [f"`{found.name}`", found.title, files, *("✓" if mark else "" for mark in marks)]


def rewritten(page: str) -> str:
    before, rest = page.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


def test_the_table_of_formats_is_what_the_registry_says():
    page = PAGE.read_text(encoding="utf-8")
    assert page == rewritten(page), "Write the table anew: PYTHONPATH=. python tests/test_docs_formats.py"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
