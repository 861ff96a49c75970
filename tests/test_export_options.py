"""Exports to folders, with splits, losses, pseudonyms, negatives; and the same export again."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec import structs

from annotator import exporters, repetition, splits
from annotator.exporters import ExportOptions
from annotator.formats import jsonl
from annotator.losses import losses
from annotator.records import EVERYTHING, UserError
from annotator.store import Store, edits, undo
from tests.builders import TEXT, bring_in, bring_lines, by, line, parsed, span


@pytest.fixture
def store(tmp_path):
    (tmp_path / "p").mkdir()
    with Store.create(tmp_path / "p" / "p.annotator") as store:
        lines = [
            line(
                f"{' '.join(f'w{n}x{i}' for i in range(40))} “No,” Ann said. She denied it.",
                span(0, 5, "denial", id=f"s{n}", note="n", identity="named"),
                annotator=by("Ana"), meta={"outlet": f"O{n % 3}", "published": "2026-01-02"},
            )
            for n in range(20)
        ]  # fmt: skip
        bring_lines(store, tmp_path, *lines)
        yield store


def export(store, path, **options):
    return exporters.export(store, path, ExportOptions(**options))


@pytest.fixture
def lossy(monkeypatch):
    """Native JSONL that claims to carry no attributes: each span's note and identity is a loss."""
    carries = EVERYTHING - {"attributes"}
    monkeypatch.setitem(exporters.WRITABLE, "lossy", structs.replace(jsonl.FORMAT, name="lossy", carries=carries))


def test_a_split_makes_a_folder_with_a_file_a_side_and_a_manifest(store, tmp_path):
    report = export(store, tmp_path / "out", split="60/20/20", seed=3)
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert files == [
        "README.md", "export.json", "labels.svg", "split.json", "test.jsonl", "train.jsonl", "validation.jsonl",
    ]  # fmt: skip
    manifest = json.loads((tmp_path / "out" / "split.json").read_text())
    for side in ("train", "validation", "test"):
        lines = parsed(tmp_path / "out" / f"{side}.jsonl")
        assert {each["split"] for each in lines} <= {side}
        assert sorted(sha256(each["text"].encode()).hexdigest() for each in lines) == manifest["sides"][side]
        assert report.split.sides[side].documents == len(lines)
    assert (report.layers, report.spans) == (20, 20)


@pytest.mark.parametrize("name", ["jsonl", "gate", "prodigy", "doccano", "csv", "conll", "w3c", "label-studio"])
def test_a_side_without_a_document_is_an_empty_file(tmp_path, name):
    with Store.create(tmp_path / "one.annotator") as store:
        bring_lines(store, tmp_path, line(TEXT, span(0, 9), annotator=by("Ana")))
        report = export(store, tmp_path / "out", format=name, split="50/50")
    assert sorted(side.documents for side in report.split.sides.values()) == [0, 1]


def test_a_later_split_keeps_every_side_of_the_manifest(store, tmp_path):
    export(store, tmp_path / "out", split="60/20/20")
    bring_lines(
        store, tmp_path, *(line(f"New {' '.join(f'n{n}y{i}' for i in range(30))}", annotator=by("A")) for n in range(9))
    )
    manifest = splits.read_manifest(tmp_path / "out" / "split.json")
    export(store, tmp_path / "later", splits_from=manifest)
    later = splits.read_manifest(tmp_path / "later" / "split.json")
    for side, members in manifest.sides.items():
        assert set(members) <= set(later.sides[side])
    assert sum(map(len, later.sides.values())) == 29


def test_a_folder_with_other_things_in_it_is_never_replaced_and_an_older_export_is(store, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError, match="holds something else"):
        export(store, other, split="80/20")
    assert (other / "thesis.txt").read_text() == "years of work"
    out = tmp_path / "out"
    export(store, out, split="80/20")
    (out / "test.jsonl").write_text("old")
    export(store, out, split="80/20")
    assert "old" not in (out / "test.jsonl").read_text()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_refused_split_leaves_nothing(store, tmp_path):
    with pytest.raises(UserError, match="is no split"):
        export(store, tmp_path / "out", split="80")
    assert not (tmp_path / "out").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.usefixtures("lossy")
def test_losses_are_counted_listed_and_written_beside_the_file(store, tmp_path):
    report = export(store, tmp_path / "out", format="lossy")
    assert report.lost == {"attributes: identity, note": 20}
    said = json.loads((tmp_path / "out.losses.json").read_text())
    assert said["counts"] == report.lost
    assert sorted(each["id"] for each in said["losses"]) == sorted(f"s{n}" for n in range(20))
    export(store, tmp_path / "out")
    assert not (tmp_path / "out.losses.json").exists()


@pytest.mark.usefixtures("lossy")
def test_a_strict_export_refuses_before_it_writes(store, tmp_path):
    with pytest.raises(exporters.ExportRefused, match="20 things would be lost") as refused:
        export(store, tmp_path / "out", format="lossy", strict=True)
    assert refused.value.report.lost
    assert list(tmp_path.glob("out*")) == []
    assert export(store, tmp_path / "out", strict=True).lost == {}


def test_a_format_that_carries_everything_loses_nothing():
    layer = jsonl._decode(json.dumps(line(TEXT, span(0, 5, note="n"), annotator=by("A"))).encode())
    assert list(losses(jsonl.FORMAT, layer)) == []


def test_pseudonyms_are_the_same_each_time_other_in_another_project_and_name_nobody(store, tmp_path):
    found = []
    for name in ("a", "b"):
        export(store, tmp_path / name, pseudonyms=True)
        found.append((tmp_path / name).read_bytes())
    assert found[0] == found[1]
    assert b'"Ana"' not in found[0]
    with Store.create(tmp_path / "other.annotator") as other:
        bring_lines(other, tmp_path, line("Other.", annotator=by("Ana")))
        export(other, tmp_path / "c", pseudonyms=True)
    names = {parsed(tmp_path / name)[0]["annotator"]["name"] for name in ("a", "c")}
    assert len(names) == 2
    assert all(name.startswith("annotator-") for name in names)


def test_untagged_sentences_with_a_cue_or_a_quotation_are_added_as_negatives(store, tmp_path):
    export(store, tmp_path / "out", negatives=True)
    for each in parsed(tmp_path / "out"):
        (denied,) = [negative for negative in each["negatives"] if negative["text"].startswith("She denied it")]
        assert denied["kind"] == "untagged cue"
        assert each["text"][denied["start"] : denied["end"]] == denied["text"]


def test_sentences_of_an_unfinished_layer_are_no_negatives(store, tmp_path):
    with store.transaction() as connection:
        edits.set_state(connection, "Reopen", 1, 1, status="started")
    export(store, tmp_path / "out", negatives=True, status="all")
    assert [len(each["negatives"]) > 0 for each in parsed(tmp_path / "out")] == [False] + [True] * 19


# --- The same again ------------------------------------------------------------------------------


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


@pytest.mark.parametrize(
    "options", [{}, {"split": "60/20/20", "stratify": True}, {"negatives": True, "pseudonyms": True}]
)
def test_an_export_is_made_again_from_history_with_the_same_bytes(store, tmp_path, options):
    is_folder = "split" in options
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in first, second:
        folder.mkdir()
    out = first / "out"
    export(store, out, **options)
    made = out / "export.json" if is_folder else first / "out.export.json"
    with store.transaction() as connection:
        edits.change_annotations(connection, "Tag", 1, 1, [edits.Change("new", (6, 9), "denial")])
        edits.describe(connection, "Title", 2, {"title": "Later", "outlet": "Other"})
        edits.set_state(connection, "Reopen", 3, 1, status="started")
    bring_lines(store, tmp_path, line("Later still.", annotator=by("Zoe")))
    with store.transaction() as connection:
        undo.undo(connection)
    if options.get("pseudonyms"):  # a file may be called after its annotator
        with pytest.raises(UserError, match="hides names. Say PROJECT too"):
            repetition.project_of(made)
    else:
        assert repetition.project_of(made) == store.path.resolve()
    assert repetition.target_of(made) == out
    repetition.repeat(store, made, second / "out")
    if is_folder:
        assert contents(out) == contents(second / "out")
    else:
        assert contents(first) == contents(second)


def test_what_is_gone_for_good_is_named_and_nothing_is_written(store, tmp_path):
    export(store, tmp_path / "out")
    gone = parsed(tmp_path / "out")[4]["sha256"]
    with store.transaction() as connection:
        for table in ("annotation", "layer_state"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE document_id = 5")
        connection.exec_driver_sql("DELETE FROM document WHERE id = 5")
    before = (tmp_path / "out").read_bytes()
    with pytest.raises(UserError, match=f"1 of its 20 documents were removed for good.*{gone}"):
        repetition.repeat(store, tmp_path / "out.export.json", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == before


def test_an_export_of_another_project_or_of_a_later_copy_is_refused(store, tmp_path):
    export(store, tmp_path / "out")
    made = tmp_path / "out.export.json"
    with Store.create(tmp_path / "other.annotator") as other, pytest.raises(UserError, match="of another project, “p”"):
        repetition.repeat(other, made, tmp_path / "again")
    said = json.loads(made.read_text())
    made.write_text(json.dumps({**said, "last_edit": 99}))
    with pytest.raises(UserError, match="does not know edit 99"):
        repetition.repeat(store, made, tmp_path / "again")
    made.write_text("{}")
    with pytest.raises(UserError, match="does not say how"):
        repetition.repeat(store, made, tmp_path / "again")


def test_bytes_that_would_differ_are_refused(store, tmp_path):
    export(store, tmp_path / "out")
    made = tmp_path / "out.export.json"
    said = json.loads(made.read_text())
    said["files"][0]["sha256"] = "0" * 64
    made.write_text(json.dumps(said))
    with pytest.raises(UserError, match="out would differ"):
        repetition.repeat(store, made, tmp_path / "out")


def test_an_export_says_how_it_was_made(store, tmp_path):
    export(store, tmp_path / "out", layer="Ana")
    said = json.loads((tmp_path / "out.export.json").read_text())
    assert said["options"]["layer"] == "Ana"
    assert said["files"] == [
        {"name": "out", "bytes": (tmp_path / "out").stat().st_size,
         "sha256": sha256((tmp_path / "out").read_bytes()).hexdigest()}
    ]  # fmt: skip
    assert (said["layers"], said["spans"], said["last_edit"]) == (20, 20, 1)
    assert len(said["documents"]) == 20
    assert str(tmp_path) not in json.dumps(said)


def test_the_folder_of_an_export_can_be_imported(store, tmp_path):
    export(store, tmp_path / "out", split="80/20")
    (tmp_path / "out" / "losses.json").unlink(missing_ok=True)
    with Store.create(tmp_path / "q.annotator") as other:
        report = bring_in(other, tmp_path / "out" / "train.jsonl", tmp_path / "out" / "test.jsonl")
        assert (report.documents, report.left_out) == (20, 0)


def test_without_text_no_reason_goes_out_either(store, tmp_path):
    (tmp_path / "q").mkdir()
    with Store.create(tmp_path / "q" / "q.annotator") as other:
        bring_lines(
            other, tmp_path,
            line(TEXT, span(0, 9, reason="Ann said so"), annotator=by("G", "gold"),
                 negatives=[{"start": 10, "end": 16, "reason": "Ann again"}]),
        )  # fmt: skip
        export(other, tmp_path / "bare", without_text=True)
    assert "Ann" not in (tmp_path / "bare").read_text()
