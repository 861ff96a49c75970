"""The commands, in processes of their own where that can show something: exit codes, what goes to which stream, and what is not imported."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from annotator import __version__
from annotator.store import Store, edits, trash
from tests import offline
from tests.builders import TEXT, bring_in, by, line, parsed, span, write_lines

ROOT = Path(__file__).parents[1]


@pytest.fixture
def layers(tmp_path):
    return write_lines(
        tmp_path / "in.jsonl",
        [
            line(TEXT, span(0, 9, id="one"), annotator=by("Ana"), meta={"title": "Kremlin :smile: [bold]denies[/]"}),
            line(TEXT, annotator=by("Ben"), status="started"),
            line("Unread."),
        ],
    )


@pytest.fixture
def bad(tmp_path):
    return write_lines(tmp_path / "bad.jsonl", [line(TEXT, span(0, 999, id="bad"), annotator=by("Ana"))])


@pytest.fixture
def project(layers):
    """The project that an import of `layers` makes."""
    path = layers.with_name("p.annotator")
    with Store.create(path) as store:
        bring_in(store, layers)
    return path


def names(folder):
    return {each.name for each in folder.iterdir() if not each.name.endswith((".lock", "-wal", "-shm"))}


def test_the_version_is_printed(run):
    assert run("--version").stdout == f"annotator {__version__}\n"


def test_help_names_every_command(run):
    said = run("--help").stdout
    for command in ("new", "import", "list", "search", "export", "agreement", "evaluate", "check", "open", "sample"):
        assert f"  {command} " in said


@pytest.mark.parametrize(
    "arguments",
    [["new"], ["import", "p.annotator"], ["list", "--nonsense"], ["export", "p", "o", "--status", "some"],
     ["--nonsense"], ["search", "p"], ["import", "p"], ["open", "a", "b"]],
)  # fmt: skip
def test_a_command_that_is_not_understood_ends_with_2_and_says_so_on_stderr(run, arguments):
    done = run(*arguments, code=2)
    assert done.stdout == ""
    assert "Usage" in done.stderr


def test_a_new_project_is_made_once(call, tmp_path):
    assert call("new", "p.annotator", "--title", "Denials").stdout == "Made p.annotator\n"
    with Store.open(tmp_path / "p.annotator") as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT title FROM project").scalar_one() == "Denials"
    assert stat.S_IMODE((tmp_path / "p.annotator").stat().st_mode) == 0o600
    done = call("new", "p.annotator", code=1)
    assert done.stdout == ""
    assert done.stderr == "p.annotator exists already. Choose another name, or open it.\n"
    assert "needs a title" in call("new", "q.annotator", "--title", " ", code=1).stderr


def test_import_makes_the_project_and_says_what_came_in_on_stderr(run, layers, tmp_path):
    done = run("import", "p.annotator", layers)
    assert done.stdout == ""
    assert "2 layers and 1 annotation" in done.stderr
    assert names(tmp_path) == {"in.jsonl", "p.annotator"}


def test_import_says_the_same_as_json_on_stdout(run, layers):
    report = json.loads(run("import", "p.annotator", layers, "--json").stdout)
    assert (report["files"], report["documents"], report["layers"], report["annotations"]) == (1, 2, 2, 1)
    again = json.loads(run("import", "p.annotator", layers, "--json").stdout)
    assert (again["documents"], again["known_documents"], again["known_annotations"]) == (0, 2, 1)


def test_import_names_what_is_left_out_on_stderr_and_ends_with_0(run, bad):
    done = run("import", "p.annotator", bad)
    assert "bad.jsonl, line 1, bad: left out: its span is not one: expected 0 <= start < end" in done.stderr


def test_a_strict_import_ends_with_1_and_leaves_no_project_behind(call, bad, tmp_path):
    done = call("import", "p.annotator", bad, "--strict", "--json", code=1)
    assert json.loads(done.stdout)["left_out"] == 1
    assert "Nothing was imported: the import is strict, and 1 item would be left out." in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["bad.jsonl"]


def test_a_strict_import_leaves_a_project_that_was_there_as_it_was(call, bad, project):
    before = parsed_export(call, project)
    call("import", project, bad, "--strict", code=1)
    assert parsed_export(call, project) == before


def parsed_export(run, project):
    run("export", project, "out.jsonl", "--status", "all")
    return parsed(project.with_name("out.jsonl"))


def test_an_import_of_nothing_usable_ends_with_1_and_leaves_no_project_behind(call, tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG \0\1")
    done = call("import", "p.annotator", "a.png", code=1)
    assert "its format is not known" in done.stderr
    assert done.stderr.endswith("Nothing could be imported.\n")
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize("options", [[], ["--format", "jsonl"], ["--format", "word"]])
def test_an_import_of_what_is_not_there_ends_with_1_and_leaves_no_project_behind(call, tmp_path, options):
    done = call("import", "p.annotator", "absent.jsonl", *options, code=1)
    assert "absent.jsonl cannot be read" in done.stderr or "No format “word”" in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_import_says_whose_work_it_is(call, tmp_path):
    write_lines(tmp_path / "in.jsonl", [line(TEXT, span(0, 9))])
    call("import", "p.annotator", "in.jsonl", "--annotator", "Cem")
    assert "(Cem: finished, 1)" in call("list", "p.annotator").stdout


def test_list_shows_documents_and_layers_and_takes_titles_as_they_are(run, project):
    assert run("list", project).stdout == (
        "     1  Kremlin :smile: [bold]denies[/]  (Ana: finished, 1, Ben: started, 0)\n     2  Untitled  (unread)\n"
    )
    first, second = json.loads(run("list", project, "--json").stdout)
    assert first["layers"][0] == {"annotator": "Ana", "status": "finished", "spans": 1}
    assert (second["id"], second["title"], second["layers"]) == (2, None, [])


def test_search_finds_and_counts(call, project):
    done = call("search", project, "offic")
    assert "[Officials] denied it." in done.stdout
    assert done.stderr == "1 found\n"
    assert json.loads(call("search", project, '"denied it"', "--json").stdout)[0]["document_id"] == 1
    assert call("search", project, "absent").stdout == ""
    assert json.loads(call("search", project, "?", "--json").stdout) == []


def test_export_writes_a_file_and_reports_on_stderr_or_as_json(run, project, tmp_path):
    done = run("export", project, "out.jsonl")
    assert done.stdout == ""
    assert (
        done.stderr
        == "1 layer with 1 span written to out.jsonl; 1 unfinished layer left out (--status all takes them too).\n"
    )
    assert [each["annotator"]["name"] for each in parsed(tmp_path / "out.jsonl")] == ["Ana"]
    report = json.loads(run("export", project, "out.jsonl", "--status", "all", "--layer", "Ben", "--json").stdout)
    assert (report["layers"], report["spans"]) == (1, 0)


def test_an_export_to_a_name_with_a_slash_is_a_folder_with_a_card(call, project, tmp_path):
    call("export", project, "out/", "--license", "cc-by-4.0")
    assert sorted(names(tmp_path / "out")) == ["README.md", "data.jsonl", "export.json", "labels.svg"]
    assert 'license: "cc-by-4.0"' in (tmp_path / "out" / "README.md").read_text()
    call("export", project, "one.jsonl", "--card")
    assert (tmp_path / "one.jsonl.README.md").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["out.jsonl", "--layer", "Nobody"], "no annotator named “Nobody”"),
        (["out.jsonl", "--format", "word"], "The format “word” is not known"),
        (["absent/out.jsonl"], "cannot be written: No such file or directory"),
        (["p.annotator"], "is the project itself"),
        (["."], "holds something else"),
    ],
)
def test_an_export_that_cannot_be_ends_with_1_and_writes_nothing(call, project, tmp_path, arguments, says):
    before = names(tmp_path)
    assert says in call("export", project, *arguments, code=1).stderr
    assert names(tmp_path) == before


def test_check_ends_with_0_for_a_whole_project_and_with_1_for_a_damaged_one(call, project):
    import sqlite3

    done = call("check", project)
    assert (done.stdout, done.stderr) == ("", f"p.annotator is whole (SQLite {sqlite3.sqlite_version}).\n")
    assert json.loads(call("check", project, "--json").stdout) == {
        "schema": "source-annotator/check/1", "whole": True, "sqlite": sqlite3.sqlite_version, "findings": [],
    }  # fmt: skip
    with sqlite3.connect(project) as connection:
        connection.execute("UPDATE document SET text = 'Forged' WHERE id = 2")
    connection.close()
    done = call("check", project, code=1)
    assert "document 2: its text is not the one that was imported" in done.stdout
    assert "p.annotator is damaged" in done.stderr
    found = json.loads(call("check", project, "--json", code=1).stdout)
    assert not found["whole"]
    assert [each["kind"] for each in found["findings"]] == ["text", "search"]
    what = "its text is not the one that was imported"
    assert found["findings"][0] == {"kind": "text", "document": 2, "what": what, "repairable": True}


def test_a_repaired_copy_is_whole_and_the_project_stays_as_it_was(call, project):
    import sqlite3

    with sqlite3.connect(project) as connection:
        connection.execute("UPDATE document SET text = 'Forged' WHERE id = 2")
    connection.close()
    before = project.read_bytes()
    done = call("check", project, "--repair", "copy.annotator")
    assert "document 2: left out: its text is not the one that was imported" in done.stderr
    assert "stands in copy-left-out.jsonl" in done.stderr
    assert project.read_bytes() == before
    call("check", "copy.annotator")


@pytest.mark.parametrize("arguments", [["list"], ["search", "x"], ["export", "o.jsonl"], ["agreement"], ["check"]])
def test_a_project_that_is_not_there_is_named(call, tmp_path, arguments):
    command, *more = arguments
    assert "There is no project at" in call(command, tmp_path / "absent.annotator", *more, code=1).stderr
    assert not list(tmp_path.iterdir())


def test_reading_commands_work_while_the_project_is_open_elsewhere_and_writing_ones_are_refused(run, project, layers):
    with Store.open(project):
        assert "Kremlin" in run("list", project).stdout
        assert run("search", project, "mayor").stdout
        run("export", project, "out.jsonl")
        assert "is whole" in run("check", project).stderr
        says = f"already open in another window (on {os.uname().nodename}, process {os.getpid()}"
        assert says in run("import", project, layers, code=1).stderr


def test_reading_commands_leave_a_project_as_it_was(call, project, tmp_path):
    os.utime(project, ns=(1, 1))
    before = project.read_bytes()
    for arguments in (
        ["list", project],
        ["search", project, "x"],
        ["export", project, "o.jsonl"],
        ["agreement", project],
        ["check", project],
    ):
        call(*arguments)
    assert (project.read_bytes(), project.stat().st_mtime_ns) == (before, 1)


LOADED = """
import sys
from annotator.cli import main
sys.argv = ["annotator", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print("\\n" + " ".join(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], {"PySide6", "sqlmodel", "sqlalchemy", "numpy"}),
        (["--version"], {"PySide6", "sqlmodel", "sqlalchemy", "numpy"}),
        *(([*command.split()], {"PySide6", "shiboken6", "numpy"}) for command in (
            "new q.annotator", "import p.annotator in.jsonl", "list p.annotator", "search p.annotator denied",
            "export p.annotator o.jsonl", "check p.annotator")),
        (["trash", "p.annotator"], {"PySide6", "shiboken6", "numpy"}),
        (["trash", "d.annotator", "--remove-for-good", "1", "--yes"], {"PySide6", "shiboken6", "numpy"}),
        (["agreement", "p.annotator"], {"PySide6", "shiboken6"}),
        (["evaluate", "p.annotator", "--gold", "Ana", "--model", "Ben"], {"PySide6", "shiboken6"}),
    ],
)  # fmt: skip
def test_no_command_imports_what_it_does_not_need(project, tmp_path, arguments, absent):
    with Store.open(shutil.copy(project, tmp_path / "d.annotator")) as store, store.transaction() as connection:
        trash.delete_documents(connection, "Delete", [1])
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, **offline.environment(ROOT)}, check=True,
    )  # fmt: skip
    loaded = set(done.stderr.rstrip("\n").rpartition("\n")[2].split())
    assert "annotator" in loaded
    assert not loaded & absent


def test_edits_that_are_missing_are_noted_until_a_command_writes(call, project, layers):
    import shutil

    older = project.with_name("older")
    shutil.copy(project, older)
    call("import", project, layers)
    with Store.open(project) as store, store.transaction() as connection:
        edits.record(connection, "Tag")
    shutil.copy(older, project)
    assert "made here" in call("list", project).stderr
    assert "made here" in call("export", project, "o.jsonl").stderr
    assert "Note: " in call("import", project, layers).stderr  # which brings nothing new
    assert "Note: " in call("delete", project, "1").stderr
    assert "Note: " not in call("list", project).stderr
