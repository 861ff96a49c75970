"""W3C Web Annotation: code points, quotations that find a place again. The oracle is plain `json` and slicing."""

import io
import json

import pytest

from annotator.formats import jsonl as native
from annotator.formats import recognise, w3c
from annotator.records import LayerRecord, Problem
from annotator.verification import kept

TEXT = "🚒 Sources close to the mayor said she denied it. He denied it."
URL = "https://outlet.example/a1"


def annotation(exact="denied", start=38, end=44, **more):
    """As the recommendation has it; `target.source` holds the text, for there is nobody to ask for it."""
    selector = [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {"type": "TextQuoteSelector", "exact": exact, "prefix": "said she ", "suffix": " it. He"},
    ]
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld", "id": "urn:uuid:1", "type": "Annotation", "motivation": "classifying",
        "creator": "urn:annotator:A1", "body": {"type": "TextualBody", "purpose": "tagging", "value": "DENIAL"},
        "target": {"source": {"id": URL, "type": "Text", "format": "text/plain", "value": TEXT}, "selector": selector},
        **more,
    }  # fmt: skip


def with_selector(*selectors, source=URL, **more):
    return annotation(**more) | {"target": {"source": source, "selector": list(selectors)}}


def read(tmp_path, whole):
    path = tmp_path / "a.jsonld"
    path.write_bytes(whole if isinstance(whole, bytes) else json.dumps(whole).encode())
    found = [each.found for each in w3c.read(path)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


PAGE = {"type": "AnnotationPage", "items": [annotation()]}


@pytest.mark.parametrize(
    "whole",
    [annotation(), [annotation()], PAGE, {"type": "AnnotationCollection", "first": PAGE, "total": 1}, [PAGE]],
    ids=["annotation", "array", "page", "collection", "pages"],
)
def test_every_way_to_hold_annotations_is_read_in_code_points(tmp_path, whole):
    (layer,), problems = read(tmp_path, whole)
    assert [(span.start, span.end, span.label, span.text) for span in layer.spans] == [(38, 44, "DENIAL", "denied")]
    assert (layer.annotator.name, layer.document, layer.text, problems) == ("urn:annotator:A1", URL, TEXT, [])
    assert recognise(tmp_path / "a.jsonld").name == "w3c"


def test_the_text_may_stand_in_one_annotation_of_many_and_creators_are_layers(tmp_path):
    others = [
        with_selector(
            {"type": "TextPositionSelector", "start": 2, "end": 28}, creator={"name": "Ben", "type": "Person"}
        ),
        with_selector(
            {"type": "TextPositionSelector", "start": 2, "end": 9}, creator={"id": "urn:m", "type": "Software"}
        ),
    ]
    layers, problems = read(tmp_path, [*others, annotation()])
    found = {(layer.annotator.name, layer.annotator.kind): [span.text for span in layer.spans] for layer in layers}
    assert found == {
        ("Ben", "human"): ["Sources close to the mayor"],
        ("urn:m", "model"): ["Sources"],
        ("urn:annotator:A1", "human"): ["denied"],
    }
    assert problems == []


@pytest.mark.parametrize(("start", "end"), [(39, 45), (0, 6), (500, 506), (-1, 5), (None, None), ("38", "44")])
def test_a_position_that_does_not_fit_gives_way_to_the_quotation_and_says_so(tmp_path, start, end):
    (layer,), (note,) = read(tmp_path, annotation(start=start, end=end))
    assert [(span.start, span.end) for span in layer.spans] == [(38, 44)]
    assert note.note and note.id == "urn:uuid:1" and "did not fit" in note.what


def test_a_quotation_without_a_position_is_found_by_what_is_around_it(tmp_path):
    quoted = {"type": "TextQuoteSelector", "exact": "denied", "prefix": "He ", "suffix": " it"}
    (layer,), problems = read(tmp_path, [annotation(), with_selector(quoted)])
    assert [(span.start, span.end) for span in layer.spans] == [(38, 44), (52, 58)]
    assert problems == []


@pytest.mark.parametrize(
    ("quoted", "found"),
    [
        ({"exact": "denied"}, "several places"),
        ({"exact": "denied", "prefix": "x"}, "nowhere"),
        ({"exact": "confirmed"}, "nowhere"),
        ({"exact": ""}, None),
        ({}, None),
    ],
)
def test_a_quotation_that_does_not_tell_one_place_is_a_problem(tmp_path, quoted, found):
    (layer,), (problem,) = read(tmp_path, [annotation(), with_selector({"type": "TextQuoteSelector", **quoted})])
    assert len(layer.spans) == 1
    assert not problem.note and (found is None or found in problem.found)


def test_several_tags_are_several_spans_and_comments_are_notes(tmp_path):
    body = [
        {"type": "TextualBody", "purpose": "tagging", "value": "DENIAL"},
        {"type": "SpecificResource", "purpose": "classifying", "source": "https://x.example/anon"},
        {"type": "TextualBody", "purpose": "commenting", "value": "why?"},
    ]
    (layer,), problems = read(tmp_path, annotation(body=body))
    assert [(span.label, span.note) for span in layer.spans] == [("DENIAL", "why?"), ("https://x.example/anon", "why?")]
    assert problems == []
    (layer,), (problem,) = read(tmp_path, annotation(body=body[2]))
    assert layer.spans == [] and "no body that tags" in problem.what


def test_an_annotation_of_a_text_that_is_elsewhere_is_a_problem(tmp_path):
    layers, (problem,) = read(tmp_path, with_selector({"type": "TextPositionSelector", "start": 0, "end": 1}))
    assert layers == [] and "the text" in problem.what and URL in problem.found


@pytest.mark.parametrize(
    "whole",
    [b"{", b"", b"[]", b"[3]", b"{}", b"\xff", b"[" * 100_000, b'{"type":' * 100_000, json.dumps(annotation()).encode()[:-9],
     {"type": "Annotation"}, {"type": ["Annotation", {}], "target": [], "body": 3}, {"type": "AnnotationPage", "items": 4},
     {"type": "Annotation", "target": {"source": {"value": 3}}}, annotation(creator=[{}]), annotation(body=[None, 3, {}]),
     {"type": "AnnotationPage", "sa:source": {"value": "x"}, "sa:layer": 3, "sa:document": [], "items": [{"target": 1}]},
     annotation() | {"target": {"source": {"id": 3, "value": "x"}, "selector": [{"type": []}, 3]}}],
)  # fmt: skip
def test_what_cannot_be_read_never_raises(tmp_path, whole):
    _, problems = read(tmp_path, whole)
    assert problems or whole in (b"", b"[]") or whole == annotation(creator=[{}])


def test_what_is_written_is_json_ld_of_the_recommendation_and_comes_back(tmp_path, seed):
    layers = [each.found for each in native.read(seed / "seed.jsonl")]
    first, second = io.BytesIO(), io.BytesIO()
    w3c.write(layers, first)
    w3c.write(layers, second)
    assert first.getvalue() == second.getvalue()
    collections = json.loads(first.getvalue())
    for layer, collection in zip(layers, collections, strict=True):
        assert collection["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
        article = collection["sa:source"]["value"]
        items = collection["first"]["items"]
        assert (collection["type"], collection["total"], collection["creator"]["name"]) == (
            "AnnotationCollection",
            len(items),
            layer.annotator.name,
        )
        assert len({item["id"] for item in items}) == len(items)
        for item, span in zip(items, layer.spans, strict=True):
            position, quoted = item["target"]["selector"]
            assert article[position["start"] : position["end"]] == quoted["exact"] == span.text
            assert article[: position["start"]].endswith(quoted["prefix"])
            assert article[position["end"] :].startswith(quoted["suffix"])
            assert item["body"][0] == {"type": "TextualBody", "purpose": "tagging", "value": span.label}
            assert item["target"]["source"] == collection["sa:source"]["id"]
    path = tmp_path / "out"
    path.write_bytes(first.getvalue())
    assert recognise(path).name == "w3c"
    back = [each.found for each in w3c.read(path)]
    assert [kept(layer, w3c.FORMAT.carries) for layer in back] == [kept(layer, w3c.FORMAT.carries) for layer in layers]


def test_an_export_of_nothing_is_an_empty_array():
    out = io.BytesIO()
    w3c.write([], out)
    assert json.loads(out.getvalue()) == []


@pytest.mark.parametrize(
    "other", [b'{"text":"x","label":[]}\n', b'[{"id":1,"data":{"text":"x"}}]', b'{"type":"x"}', b"[", b"{", b""]
)
def test_other_json_is_not_taken_for_annotations(tmp_path, other):
    path = tmp_path / "a"
    path.write_bytes(other)
    assert recognise(path) is None
