"""Wrong files and hostile disks at the command line: a clear message, the exit code, and nothing lost or half written."""

import json
import os
import resource
import sqlite3

import pytest

from annotator.store import Store
from tests.builders import TEXT, bring_in, by, findings, line, parsed, span, write_lines


@pytest.fixture
def project(tmp_path):
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        bring_in(store, write_lines(tmp_path / "before.jsonl", [line(TEXT, span(0, 9), annotator=by("Ana"))]))
    (tmp_path / "before.jsonl").unlink()
    return path


def state(folder):
    """Every file of a folder with its bytes, but for locks."""
    return {
        each.name: each.read_bytes() for each in folder.iterdir() if not each.name.endswith((".lock", "-wal", "-shm"))
    }


# A line that is not JSON


@pytest.fixture
def ten_lines(tmp_path):
    """Ten lines, of which the seventh is broken."""
    lines = [json.dumps(line(f"Article {n}.", span(0, 7), annotator=by("Ana"))) for n in range(1, 11)]
    lines[6] = lines[6][:-10]
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_nine_of_ten_lines_come_in_and_the_seventh_is_named(run, ten_lines, tmp_path):
    done = run("import", "p.annotator", ten_lines)
    assert done.stdout == ""
    problem, count = done.stderr.splitlines()
    assert problem.startswith("in.jsonl, line 7: not valid JSON (")
    assert count.startswith("9 documents, 9 layers and 9 annotations came in;")
    assert count.endswith("; 1 left out")
    run("export", "p.annotator", "out.jsonl")
    assert [each["text"] for each in parsed(tmp_path / "out.jsonl")] == [
        f"Article {n}." for n in (*range(1, 7), 8, 9, 10)
    ]


def test_the_report_as_json_names_file_line_and_reason_and_the_count_stays_on_stderr(run, ten_lines):
    done = run("import", "p.annotator", ten_lines, "--json")
    report = json.loads(done.stdout)
    assert (report["documents"], report["annotations"], report["left_out"]) == (9, 9, 1)
    (problem,) = report["problems"]
    assert (problem["file"], problem["line"]) == ("in.jsonl", 7)
    assert problem["what"].startswith("not valid JSON")
    assert "1 left out" in done.stderr


def test_a_strict_import_of_the_same_ends_with_1_and_leaves_the_project_as_it_was(run, ten_lines, project, tmp_path):
    before = state(tmp_path)
    done = run("import", project, ten_lines, "--strict", "--json", code=1)
    assert json.loads(done.stdout)["problems"][0]["line"] == 7
    assert done.stderr.endswith("Nothing was imported: the import is strict, and 1 item would be left out.\n")
    after = state(tmp_path)
    assert after.keys() == before.keys()
    with Store.open(project) as store:
        assert findings(store) == []
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM document").scalar_one() == 1


# Files that are no articles


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", b"", "a.txt: the file is empty"),
        ("a.txt", b" \r\n\t", "a.txt: the file is empty"),
        ("a.txt", bytes(range(256)) * 8, "a.txt: this is not text: its bytes fit no known encoding"),
        ("a.md", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.md: this is not text: its bytes fit no known encoding"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "a.png: its format is not known; say which it is"),
        ("a.jsonl", b"\xff\xfe\x00", "a.jsonl, line 1: not valid JSON"),
        ("a.jsonl", b"", "a.jsonl: the file is empty"),
    ],
)
def test_a_file_that_is_no_article_is_named_and_nothing_is_made(run, tmp_path, name, data, says):
    (tmp_path / name).write_bytes(data)
    done = run("import", "p.annotator", name, code=1)
    assert done.stdout == ""
    assert done.stderr.startswith(says)
    assert done.stderr.endswith("Nothing could be imported.\n")
    assert list(state(tmp_path)) == [name]


def test_of_a_folder_the_good_file_comes_in_and_the_bad_ones_are_named(run, tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"")
    (folder / "b.txt").write_text("An article.")
    (folder / "c.txt").write_bytes(bytes(range(256)) * 8)
    done = run("import", "p.annotator", folder)
    assert [said.split(":")[0] for said in done.stderr.splitlines()[:2]] == ["a.txt", "c.txt"]
    assert "1 document, 0 layers" in done.stderr
    assert "2 left out" in done.stderr


# Projects that are none


def newer(path):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


SPOILT = {
    "newer": (newer, "was made by a newer version of Source Annotator (format 99"),
    "text": (lambda path: path.write_text("Notes. " * 100), "is not a Source Annotator project."),
    "empty": (lambda path: path.write_bytes(b""), "is not a Source Annotator project."),
    "damaged": (lambda path: path.write_bytes(path.read_bytes()[:100] + b"\xff" * 4000), "p.annotator"),
}


READING = (["list"], ["search", "x"], ["export", "o.jsonl"], ["check"], ["check", "--repair", "q.annotator"])
WRITING = (["import", "a.txt"],)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [*(("newer", each) for each in (*READING, *WRITING)), *((kind, ["import", "a.txt"]) for kind in SPOILT)],
)
def test_what_is_no_project_is_refused_by_every_command_and_left_as_it_was(run, project, tmp_path, kind, arguments):
    spoil, says = SPOILT[kind]
    spoil(project)
    (tmp_path / "a.txt").write_text("An article.")
    before = state(tmp_path)
    command, *more = arguments
    done = run(command, project, *more, code=1)
    assert done.stdout == ""
    assert says in done.stderr
    assert state(tmp_path) == before


# Places that cannot be written: below a file, where root cannot write either


@pytest.mark.parametrize(
    "arguments",
    [["new", "file/q.annotator"], ["import", "file/q.annotator", "file"], ["export", "p.annotator", "file/o.jsonl"],
     ["sample", "file/samples"]],
)  # fmt: skip
def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(run, project, tmp_path, arguments):
    (tmp_path / "file").write_text("An article.")
    before = state(tmp_path)
    done = run(*arguments, code=1)
    assert "Not a directory" in done.stderr or "its format is not known" in done.stderr
    assert state(tmp_path) == before


# A disk that takes no more: the system refuses to let a file grow, to root as well


def smaller_than(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_an_export_that_the_disk_does_not_take_leaves_the_old_file(run, tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        bring_in(store, write_lines(tmp_path / "in.jsonl", [line("Denied. " * 50_000, annotator=by("Ana"))]))
    (tmp_path / "out.jsonl").write_text("old")
    before = state(tmp_path)
    done = run("export", "p.annotator", "out.jsonl", code=1, preexec_fn=smaller_than(100_000))
    assert "out.jsonl cannot be written: File too large. Nothing was changed there." in done.stderr
    assert state(tmp_path) == before


@pytest.mark.parametrize("size", [4_096, 60_000, 200_000])
def test_an_import_that_the_disk_does_not_take_brings_in_nothing(run, project, tmp_path, size):
    write_lines(tmp_path / "in.jsonl", [line(f"{n}. " + "Denied. " * 2_000, annotator=by("Ana")) for n in range(50)])
    for target in ("p.annotator", "new.annotator"):
        done = run("import", target, "in.jsonl", code=1, preexec_fn=smaller_than(size))
        assert "annotator" in done.stderr
        assert any(
            cause in done.stderr for cause in ("the disk is full", "the disk reported an error", "File too large")
        )
    log = {"p.annotator-wal", "p.annotator-shm"}  # where not even the log could be closed, it is the project's
    assert state(tmp_path).keys() - log == {"in.jsonl", "p.annotator"}
    with Store.open(project) as store:
        assert findings(store) == []
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM document").scalar_one() == 1


# Two at once


def test_a_second_writer_is_told_who_has_the_project_and_the_first_goes_on(run, project, tmp_path):
    (tmp_path / "a.txt").write_text("Another article.")
    with Store.open(project) as store:
        done = run("import", project, "a.txt", code=1)
        assert (
            f"p.annotator is already open in another window (on {os.uname().nodename}, process {os.getpid()}"
            in done.stderr
        )
        assert done.stderr.endswith("Close it there first.\n")
        assert bring_in(store, tmp_path / "a.txt").documents == 1
    assert run("import", project, "a.txt").stderr.startswith("0 documents, 0 layers and 0 annotations came in; 1 doc")
