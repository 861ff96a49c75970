"""Writing layers out: which are taken, what is counted, and that the old file outlives every failure."""

import os
import stat
import subprocess
import sys

import pytest
from msgspec import structs

from annotator import exporters
from annotator.exporters import ExportOptions
from annotator.formats import jsonl
from annotator.records import UserError
from annotator.store import Store
from tests.builders import TEXT, bring_lines, by, line, parsed, span

ANA = by("Ana")


@pytest.fixture
def store(tmp_path):
    """Three articles: gold, two finished people and a model; one finished person; an unread and a started layer."""
    with Store.create(tmp_path / "p.annotator") as store:
        bring_lines(
            store, tmp_path,
            line(TEXT, span(0, 9), annotator=ANA), line(TEXT, span(0, 5), annotator=by("Ben")),
            line(TEXT, span(0, 3), annotator=by("G", "gold")), line(TEXT, span(0, 4), annotator=by("M", "model")),
            line("Two.", span(0, 3), annotator=ANA), line("Two.", annotator=by("Ben"), status="started"),
            line("Three.", annotator=ANA), line("Three.", span(0, 5), annotator=by("Ben")),
            line("Four.", annotator=ANA, status="unread"), line("Four.", annotator=by("Ben"), status="started"),
            line("Five."),
        )  # fmt: skip
        yield store


def exported(store, folder, **options):
    report = exporters.export(store, folder / "out.jsonl", ExportOptions(**options))
    lines = parsed(folder / "out.jsonl")
    assert (report.layers, report.spans) == (len(lines), sum(len(each["spans"]) for each in lines))
    return report, [(each["text"][:3], each["annotator"]["name"], each["status"]) for each in lines]


ALL_OF_ONE = [("Off", name, "finished") for name in ("Ana", "Ben", "G", "M")]


@pytest.mark.parametrize(
    ("options", "expected", "unfinished", "undecided"),
    [
        ({}, [*ALL_OF_ONE, ("Two", "Ana", "finished"), ("Thr", "Ana", "finished"), ("Thr", "Ben", "finished")], 2, 0),
        ({"status": "all"},
         [*ALL_OF_ONE, ("Two", "Ana", "finished"), ("Two", "Ben", "started"), ("Thr", "Ana", "finished"),
          ("Thr", "Ben", "finished"), ("Fou", "Ben", "started")], 0, 0),
        ({"layer": "best"}, [("Off", "G", "finished"), ("Two", "Ana", "finished")], 2, 1),
        ({"layer": "gold"}, [("Off", "G", "finished")], 0, 0),
        ({"layer": "Ben"}, [("Off", "Ben", "finished"), ("Thr", "Ben", "finished")], 2, 0),
        ({"layer": "Ben", "status": "all"},
         [("Off", "Ben", "finished"), ("Two", "Ben", "started"), ("Thr", "Ben", "finished"), ("Fou", "Ben", "started")],
         0, 0),
    ],
)  # fmt: skip
def test_layers_are_taken_as_asked_and_what_is_left_out_is_counted(
    store, tmp_path, options, expected, unfinished, undecided
):
    report, found = exported(store, tmp_path, **options)
    assert found == expected
    assert (report.unfinished, report.undecided) == (unfinished, undecided)


def test_a_report_says_what_was_written_and_what_was_left_out(store, tmp_path):
    report, _ = exported(store, tmp_path, layer="best")
    assert str(report) == (
        f"2 layers with 2 spans written to {tmp_path / 'out.jsonl'}; 2 unfinished layers left out (--status all takes "
        "them too); 1 document left out: several finished layers and no gold."
    )


def test_two_exports_give_the_same_bytes_that_only_their_owner_can_read(store, tmp_path):
    former = os.umask(0o022)
    try:
        for name in ("a.jsonl", "b.jsonl"):
            exporters.export(store, tmp_path / name)
    finally:
        os.umask(former)
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert stat.S_IMODE((tmp_path / "a.jsonl").stat().st_mode) == 0o600


def test_a_project_without_layers_gives_an_empty_file(tmp_path):
    with Store.create(tmp_path / "q.annotator") as store:
        assert exporters.export(store, tmp_path / "out.jsonl").layers == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_progress_counts_every_document(store, tmp_path):
    seen = []
    exporters.export(store, tmp_path / "out.jsonl", progress=lambda *done: seen.append(done))
    assert seen == [(number, 5) for number in range(1, 6)]


# --- When it fails -------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path):
    """A file in a folder of its own, which must be all that is there afterwards, as it was."""
    folder = tmp_path / "target"
    folder.mkdir()
    path = folder / "out.jsonl"
    path.write_bytes(b"old")
    yield path
    assert path.read_bytes() == b"old"
    assert list(folder.iterdir()) == [path]


def test_a_cancelled_export_leaves_the_old_file(store, old):
    calls = iter(range(100))
    with pytest.raises(exporters.ExportCancelled, match="Nothing was written"):
        exporters.export(store, old, cancelled=lambda: next(calls) > 2)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"format": "word"}, "The format “word” is not known. Choose one of: jsonl"),
        ({"format": "text"}, "The format “text” is read, not written"),
        ({"layer": "Nobody"}, "This project has no annotator named “Nobody”"),
    ],
)
def test_what_is_not_known_is_refused_by_name(store, old, options, says):
    with pytest.raises(UserError, match=says):
        exporters.export(store, old, ExportOptions(**options))


def test_an_export_never_takes_the_place_of_its_project_or_of_a_folder(store, tmp_path):
    before = store.path.read_bytes()
    link = tmp_path / "link"
    link.symlink_to(store.path)
    for path in store.path, link, tmp_path / "absent" / ".." / "p.annotator":
        with pytest.raises(UserError, match="is the project itself|cannot be written"):
            exporters.export(store, path)
    with pytest.raises(UserError, match="holds something else"):
        exporters.export(store, tmp_path)
    assert store.path.read_bytes() == before


def test_a_folder_that_is_not_there_is_named(store, tmp_path):
    with pytest.raises(UserError, match=r"absent/out\.jsonl cannot be written: No such file or directory"):
        exporters.export(store, tmp_path / "absent" / "out.jsonl")


def wrong_writer(change):
    """The native format with a fault in its writer."""

    def write(layers, out):
        def faulty():
            for layer in layers:
                for each in layer.spans:
                    change(layer.text, each)
                yield layer

        jsonl.write(faulty(), out)

    return structs.replace(jsonl.FORMAT, write=write)


def in_utf16(text, item):
    item.start, item.end = (len(text[:at].encode("utf-16-le")) // 2 for at in (item.start, item.end))


def one_late(_text, item):
    item.start += 1


@pytest.mark.parametrize("fault", [in_utf16, one_late])
def test_a_writer_whose_offsets_are_wrong_is_caught_before_its_file_takes_the_place_of_the_old_one(
    store, old, tmp_path, monkeypatch, fault
):
    bring_lines(store, tmp_path, line("😀 Officials denied it.", span(2, 11), annotator=ANA))
    monkeypatch.setitem(exporters.WRITABLE, "faulty", wrong_writer(fault))
    with pytest.raises(RuntimeError, match="an exported span is not where it says"):
        exporters.export(store, old, ExportOptions(format="faulty"))


def test_a_disk_that_changes_what_was_written_is_caught(store, old, monkeypatch):
    def write(layers, out):
        jsonl.write(layers, out)
        out.flush()
        path = next(old.parent.glob(f".{old.name}.annotator-tmp-*"))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    monkeypatch.setitem(exporters.WRITABLE, "faulty", structs.replace(jsonl.FORMAT, write=write))
    with pytest.raises(UserError, match="The disk does not hold what was written to it"):
        exporters.export(store, old, ExportOptions(format="faulty"))


def test_what_a_killed_export_left_is_removed_by_the_next_one(store, tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    stray = tmp_path / f".other.jsonl.annotator-tmp-{process.pid}-00ff"
    stray.write_text("An article.")
    exporters.export(store, tmp_path / "out.jsonl")
    assert not stray.exists()


def test_nothing_is_written_over_a_project(tmp_path):
    with Store.create(tmp_path / "p.annotator") as store, Store.create(tmp_path / "other.annotator") as other:
        bring_lines(store, tmp_path, line(TEXT, span(0, 9), annotator=by("Ana")))
        (tmp_path / "called-otherwise.jsonl").write_bytes(other.path.read_bytes())
        for name in ("other.annotator", "called-otherwise.jsonl"):
            before = (tmp_path / name).read_bytes()
            with pytest.raises(UserError, match="is a project, and is not written over"):
                exporters.export(store, tmp_path / name)
            assert (tmp_path / name).read_bytes() == before


def test_a_text_that_is_not_the_one_that_was_imported_is_not_handed_over(tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        bring_lines(store, tmp_path, line(TEXT, span(0, 9), annotator=by("Ana")))
        with store.transaction() as connection:
            connection.exec_driver_sql("UPDATE document SET text = replace(text, 'denied', 'agreed')")
        with pytest.raises(UserError, match="text of article 1 is not the one.*nothing was exported"):
            exporters.export(store, tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()
