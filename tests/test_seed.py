"""The reference annotations of the seed article: they come in whole, go out right, and come back as the same bytes."""

import json

import pytest

from annotator import exporters
from annotator.store import Store, undo
from tests.builders import bring_in, findings, parsed


@pytest.fixture
def store(seed, tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        bring_in(store, seed / "seed.jsonl")
        yield store


def exported(store, path):
    exporters.export(store, path)
    return path


def test_both_layers_come_out_as_they_came_in(store, seed, tmp_path):
    """Every key of every line, with the parts of spans and the relations between them."""
    given, found = parsed(seed / "seed.jsonl"), parsed(exported(store, tmp_path / "out.jsonl"))
    assert [len(line["spans"]) for line in found] == [15, 16]
    assert [len(line["relations"]) for line in found] == [5, 0]
    assert sum(len(span["parts"]) for span in found[0]["spans"]) > 15
    for before, after in zip(given, found, strict=True):
        for span in before["spans"]:
            span["runner_up"] = None  # a key that the seed is too old to have
        assert after == before


def test_every_exported_text_is_the_slice_of_the_article(store, seed, tmp_path):
    article = (seed / "seed.txt").read_bytes().decode("utf-8")
    units = article.encode("utf-32-le")
    checked = 0
    for line in parsed(exported(store, tmp_path / "out.jsonl")):
        assert line["text"] == article
        for each in [item for span in line["spans"] for item in (span, *span["parts"])]:
            assert units[4 * each["start"] : 4 * each["end"]].decode("utf-32-le") == each["text"]
            checked += 1
    assert checked > 31


def test_the_layers_are_those_of_the_reference(store, seed, tmp_path):
    lines = parsed(exported(store, tmp_path / "out.jsonl"))
    for line, name in zip(lines, ("seed_gold.json", "seed_second.json"), strict=True):
        reference = json.loads((seed / name).read_text(encoding="utf-8"))["annotations"]
        assert sorted((s["start"], s["end"], s["label"]) for s in line["spans"]) == sorted(
            (s["start"], s["end"], s["label"]) for s in reference
        )


def test_an_export_of_an_import_of_an_export_is_the_same_bytes(store, tmp_path):
    first = exported(store, tmp_path / "first.jsonl")
    with Store.create(tmp_path / "q.annotator") as other:
        bring_in(other, first)
        second = exported(other, tmp_path / "second.jsonl")
        assert findings(other) == []
    assert second.read_bytes() == first.read_bytes()


def rows(store):
    with store.reading() as connection:
        return [
            connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").all()
            for table in ("document", "annotator", "annotation", "layer_state", "edit")
        ]


def test_importing_twice_adds_nothing(store, seed, tmp_path):
    before = rows(store)
    report = bring_in(store, seed / "seed.jsonl")
    assert (report.documents, report.annotations, report.left_out) == (0, 0, 0)
    assert (report.known_documents, report.known_annotations) == (1, 31)
    bring_in(store, exported(store, tmp_path / "out.jsonl"))
    assert rows(store) == before
    with store.reading() as connection:
        assert undo.next_undo(connection).name == "Import seed.jsonl"
