"""GATE bdoc: as GATE's own Python tools describe it, in both of its units. The oracle is plain `json` and slicing."""

import io
import json

import pytest

from annotator.formats import gate, recognise
from annotator.formats import jsonl as native
from annotator.records import LayerRecord, Problem
from annotator.verification import kept

TEXT = "🚒 Sources close to the mayor said she denied it."
POINTS = {"Sources close to the mayor": (2, 28), "denied": (38, 44)}
UNITS = {"Sources close to the mayor": (3, 29), "denied": (39, 45)}


def bdoc(unit="p", places=None, **more):
    places = places or (POINTS if unit == "p" else UNITS)
    annotations = [
        {"type": label, "start": start, "end": end, "id": number, "features": {}}
        for number, (label, (start, end)) in enumerate(zip(("ANON", "DENIAL"), places.values(), strict=False))
    ]
    sets = {"ana": {"name": "ana", "annotations": annotations, "next_annid": len(annotations)}}
    return {"annotation_sets": sets, "text": TEXT, "features": {}, "offset_type": unit, "name": "a", **more}


def read(tmp_path, *lines):
    path = tmp_path / "a.bdocjs"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    found = [each.found for each in gate.read(path)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


@pytest.mark.parametrize("unit", ["p", "j"])
def test_offsets_are_in_the_unit_that_the_document_declares(tmp_path, unit):
    (layer,), problems = read(tmp_path, bdoc(unit))
    assert [(span.start, span.end, span.label) for span in layer.spans] == [(2, 28, "ANON"), (38, 44, "DENIAL")]
    assert [TEXT[span.start : span.end] for span in layer.spans] == list(POINTS)
    assert (layer.annotator.name, layer.document, problems) == ("ana", "a", [])


@pytest.mark.parametrize("unit", [None, "u", 1, ["p"]])
def test_a_document_that_declares_no_unit_stays_out(tmp_path, unit):
    layers, (problem,) = read(tmp_path, bdoc("p") | {"offset_type": unit})
    assert layers == []
    assert "offset_type" in problem.what and problem.id == "a" and problem.line == 1


@pytest.mark.parametrize(
    "place", [(1, 4), (0, 1), (3, 3), (-1, 2), (40, 50), ("3", 4), (None, None), (True, 4), (1.0, 4)]
)
def test_an_offset_that_does_not_fit_is_a_problem_and_the_rest_is_read(tmp_path, place):
    (layer,), (problem,) = read(tmp_path, bdoc("j", {"bad": place, "denied": UNITS["denied"]}))
    assert [span.text for span in layer.spans] == ["denied"]
    assert problem.id == "0" and not problem.note


def test_sets_are_annotators_and_an_unused_default_set_is_nobody(tmp_path):
    doc = bdoc()
    doc["annotation_sets"] |= {"": {"name": "", "annotations": [], "next_annid": 0}, "ben": {"annotations": []}}
    layers, problems = read(tmp_path, doc)
    assert [(layer.annotator.name, len(layer.spans)) for layer in layers] == [("ana", 2), ("ben", 0)]
    assert problems == []


def test_a_document_without_sets_is_unread(tmp_path):
    (layer,), _ = read(tmp_path, bdoc() | {"annotation_sets": {}})
    assert (layer.annotator, layer.status, layer.text) == (None, "unread", TEXT)


def test_features_that_are_ours_are_taken_and_others_named(tmp_path):
    doc = bdoc()
    doc["annotation_sets"]["ana"]["annotations"][0]["features"] = {
        "identity": "unnamed",
        "confidence": 0.9,
        "rule": 1,
        "id": "x",
    }
    doc["features"] = {"gate.SourceURL": "https://outlet.example/a"}
    (layer,), notes = read(tmp_path, doc)
    assert (layer.spans[0].identity, layer.spans[0].confidence, layer.spans[0].id) == ("unnamed", None, None)
    assert all(note.note and note.id == "0" for note in notes)
    assert "confidence, rule" in " ".join(note.what for note in notes)
    assert json.loads(layer.meta_json) == {"gate.SourceURL": "https://outlet.example/a"}


@pytest.mark.parametrize("indent", [None, 1])
def test_one_document_or_an_array_is_read_as_lines_are(tmp_path, indent):
    for whole in (bdoc(), [bdoc(), bdoc("j")]):
        path = tmp_path / "a.json"
        path.write_text(json.dumps(whole, indent=indent))
        assert recognise(path).name == "gate"
        assert {tuple(span.text for span in each.found.spans) for each in gate.read(path)} == {tuple(POINTS)}


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b"null", b'"text"', b"{}", b'{"text":1}', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000,
     b'{"text":"\\ud800","offset_type":"p"}', json.dumps(bdoc())[:-40].encode(), b"[{]"],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem_with_its_line_and_the_rest_is_read(tmp_path, line):
    layers, problems = read(tmp_path, bdoc(), line, bdoc("j"))
    assert [len(layer.spans) for layer in layers] == [2, 2]
    assert [problem.line for problem in problems] == [2]
    assert read(tmp_path, line)[0] == []


@pytest.mark.parametrize(
    "sets", [[], "x", {"ana": 3}, {"ana": {"annotations": 7}}, {"ana": {"annotations": [7, None, {}]}}]
)
def test_sets_of_a_wrong_shape_are_problems_never_errors(tmp_path, sets):
    (layer,), _ = read(tmp_path, bdoc() | {"annotation_sets": sets})
    assert layer.spans == []


def test_what_is_written_is_what_the_format_describes(tmp_path, seed):
    layers = [each.found for each in native.read(seed / "seed.jsonl")]
    first, second = io.BytesIO(), io.BytesIO()
    gate.write(layers, first)
    gate.write(layers, second)
    assert first.getvalue() == second.getvalue()
    (line,) = first.getvalue().splitlines()
    doc = json.loads(line)
    assert list(doc) == ["annotation_sets", "text", "features", "offset_type", "name"]
    assert doc["offset_type"] == "p" and doc["text"] == layers[0].text
    assert list(doc["annotation_sets"]) == ["first", "second"]
    for layer in layers:
        found = doc["annotation_sets"][layer.annotator.name]
        assert found["next_annid"] == len(found["annotations"]) and found["name"] == layer.annotator.name
        assert [each["id"] for each in found["annotations"]] == list(range(len(found["annotations"])))
        assert [(each["type"], doc["text"][each["start"] : each["end"]]) for each in found["annotations"]] == [
            (span.label, span.text) for span in layer.spans
        ]
    path = tmp_path / "out.bdocjs"
    path.write_bytes(first.getvalue())
    back = [each.found for each in gate.read(path)]
    assert [kept(layer, gate.FORMAT.carries) for layer in back] == [
        kept(layer, gate.FORMAT.carries) for layer in layers
    ]


def test_a_bdoc_is_known_behind_a_text_longer_than_what_is_looked_at_first(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"text": "x" * 200_000, "offset_type": "p", "annotation_sets": {}}))
    assert recognise(path).name == "gate"
