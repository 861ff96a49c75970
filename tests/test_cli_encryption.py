"""The commands on encrypted projects, in processes of their own, with a terminal where they ask for a key on one."""

import json
import os
import pty
import sys
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from annotator.store import Store, backups, keys
from tests import offline
from tests.encrypted import CANARY, NEEDED, WORDS, fill, make, plain_files, unlocked

pytestmark = NEEDED
ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path):
    return make(tmp_path / "p.annotator")


@pytest.fixture
def key(tmp_path):
    (tmp_path / "key").write_text(f"{WORDS}\n", encoding="utf-8")
    return "--key-file", "key"


@pytest.fixture
def typed(tmp_path):
    """Run a command at a terminal of its own, type lines whenever it asks, and return its output and exit code."""

    def typed(*arguments, lines):
        ours, its = pty.openpty()
        command = [sys.executable, "-m", "annotator", *map(str, arguments)]
        environment = {**os.environ, **offline.environment(ROOT), "COLUMNS": "200"}
        options = {"stdin": its, "stderr": its, "stdout": PIPE, "cwd": tmp_path, "env": environment}
        with Popen(command, start_new_session=True, text=True, **options) as process:
            os.close(its)
            seen = answer(ours, list(lines))
            out = process.stdout.read()
        os.close(ours)
        return out, seen, process.returncode

    return typed


def answer(terminal, lines):
    """Type a line at each prompt, which ends in a colon and a space; return what the terminal showed."""
    seen, told = "", 0
    while True:
        try:
            data = os.read(terminal, 10_000).decode()
        except OSError:  # the program has closed it
            return seen
        if not data:
            return seen
        seen += data
        if lines and seen[told:].endswith(": "):
            told = len(seen)
            os.write(terminal, f"{lines.pop(0)}\n".encode())


def test_every_command_works_on_an_encrypted_project(project, run, key, tmp_path):
    (tmp_path / "more.txt").write_text("The mayor declined to comment.")
    assert f'"title": "{CANARY}"' in run(*key, "list", "p.annotator", "--json").stdout
    assert "1 found" in run(*key, "search", "p.annotator", CANARY).stderr
    run(*key, "import", "p.annotator", "more.txt")
    assert "p.annotator is whole (SQLite 3." in run(*key, "check", "p.annotator").stderr
    assert run(*key, "conflicts", "p.annotator").stderr == "No conflicts.\n"
    run(*key, "agreement", "p.annotator")
    run(*key, "delete", "p.annotator", "2")
    run(*key, "trash", "p.annotator", "--remove-for-good", "2", "--yes")
    run(*key, "migrate", "p.annotator")
    run(*key, "check", "p.annotator", "--repair", "repaired.annotator")
    assert [each for each in plain_files(tmp_path) if each.name != "in.jsonl"] == []
    assert run(*key, "check", "repaired.annotator").returncode == 0


def test_what_leaves_it_is_plain_and_says_so(project, run, key):
    for command in (
        ["export", "p.annotator", "out.jsonl", "--status", "all"], ["names", "p.annotator", "names.csv"],
        ["report", "p.annotator", "report.html"], ["pack", "p.annotator", "all.packet", "--everybody"],
    ):  # fmt: skip
        said = run(*key, *command).stderr
        assert said.endswith("Note: p.annotator is encrypted; what was written is not, and anybody can read it.\n")


def test_a_packet_is_merged_into_an_encrypted_project(project, run, key, tmp_path):
    run("new", "other.annotator")
    with Store.open(tmp_path / "other.annotator") as store:
        fill(store, tmp_path)
    assert "Note" not in run("pack", "other.annotator", "all.packet", "--everybody").stderr
    run(*key, "merge", "p.annotator", "all.packet")
    run(*key, "check", "p.annotator")


def test_without_a_terminal_the_key_must_be_in_a_file(project, run):
    done = run("list", "p.annotator", code=1, input="")
    assert done.stderr.splitlines() == [
        "There is no terminal to ask for the key on. Name a file that holds it: annotator --key-file FILE …"
    ]


def test_a_wrong_key_in_a_file_and_a_file_that_is_not_there(project, run, tmp_path):
    (tmp_path / "key").write_text("another one")
    assert "This key does not open p.annotator" in run("--key-file", "key", "list", "p.annotator", code=1).stderr
    said = run("--key-file", "none", "list", "p.annotator", code=1).stderr
    assert said == "The key in none cannot be read: No such file or directory.\n"


def test_the_key_is_asked_for_on_the_terminal_and_not_shown(project, typed):
    out, seen, code = typed("list", "p.annotator", lines=["nonsense", WORDS])
    assert code == 0 and CANARY in out
    assert "This key does not open p.annotator" in seen and seen.count("Key of p.annotator: ") == 2
    assert WORDS not in seen and "nonsense" not in seen


def test_after_three_wrong_keys_it_gives_up(project, typed):
    _, seen, code = typed("list", "p.annotator", lines=["one", "two", "three", "four"])
    assert code == 1 and seen.count("Key of p.annotator: ") == 3


def test_a_new_project_asks_twice_and_says_that_a_lost_key_is_lost(typed, tmp_path):
    wanted = ["first try", "second try", "the right one", "the right one"]
    _, seen, code = typed("new", "n.annotator", "--encrypted", lines=wanted)
    assert code == 0
    assert seen.startswith("Nobody can open an encrypted project without its key") and "They differ." in seen
    Store.open(unlocked(tmp_path / "n.annotator", "the right one")).close()


def test_a_short_key_makes_nothing(run, tmp_path):
    (tmp_path / "key").write_text("short")
    assert "8 characters or more" in run("--key-file", "key", "new", "n.annotator", "--encrypted", code=1).stderr
    assert not (tmp_path / "n.annotator").exists()


def test_encrypting_leaves_the_original_and_says_what_can_still_be_read(run, key, tmp_path):
    with Store.create(tmp_path / "plain.annotator") as store:
        fill(store, tmp_path)
        made = backups.make(store, "work")
    said = run(*key, "encrypt", "plain.annotator", "e.annotator").stderr
    assert "e.annotator is encrypted. plain.annotator can still be read by anybody who has it." in said
    assert str(made.file.parent) in said
    assert keys.is_encrypted(tmp_path / "e.annotator")
    assert run(*key, "check", "e.annotator").returncode == 0
    assert "exists already" in run(*key, "encrypt", "plain.annotator", "e.annotator", code=1).stderr
    said = run(*key, "decrypt", "e.annotator", "d.annotator").stderr
    assert said.startswith("d.annotator is not encrypted: whoever has the file can read it.")
    assert run("list", "d.annotator").stdout == run("list", "plain.annotator").stdout


def test_another_key_is_had_by_encrypting_again(project, typed, tmp_path):
    _, seen, code = typed("encrypt", "p.annotator", "again.annotator", lines=[WORDS, "another key", "another key"])
    assert code == 0 and "p.annotator and its backups still open with their own key." in seen
    Store.open(unlocked(tmp_path / "again.annotator", "another key")).close()


def test_backups_of_a_lost_encrypted_project_are_listed_and_restored(project, run, key, tmp_path):
    with Store.open(unlocked(project)) as store:
        backups.make(store, "work")
    project.unlink()
    (listed,) = json.loads(run(*key, "backups", "p.annotator", "--json").stdout)
    assert listed["documents"] == 1
    run(*key, "restore", "p.annotator", "back.annotator")
    assert keys.is_encrypted(tmp_path / "back.annotator")
    assert CANARY in run(*key, "list", "back.annotator").stdout
    assert "no terminal" in run("backups", "p.annotator", code=1, input="").stderr


def test_an_export_is_made_again_of_an_encrypted_project(project, run, key, tmp_path):
    run(*key, "export", "p.annotator", "out.jsonl", "--status", "all", "--card")
    before = (tmp_path / "out.jsonl").read_bytes()
    (record,) = tmp_path.glob("*export.json")
    run(*key, "export", "--again", record)
    assert (tmp_path / "out.jsonl").read_bytes() == before
