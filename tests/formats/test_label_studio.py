"""Label Studio's documented shapes in, and out the tasks that it imports. Oracles: `json` and slices of UTF-16."""

import json

import pytest
from hypothesis import given

from annotator.formats import READABLE, jsonl, label_studio, recognise
from annotator.losses import losses
from annotator.records import AnnotatorRecord, LayerRecord, Meta, Problem, RelationRecord, SpanRecord
from annotator.verification import kept
from tests.formats.layers import layers

TEXT = "🚒 Sources close to the mayor said she denied it."
PASSAGES = [("ANON", "Sources close to the mayor"), ("DENIAL", "denied")]


def region(uid, start, end, labels, text=None, **more):
    value = {"start": start, "end": end, **({"text": text} if text else {}), "labels": labels}
    return {
        "id": uid,
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "origin": "manual",
        "value": value,
        **more,
    }


IN_UTF16 = [region("a1", 3, 29, ["ANON"], "Sources close to the mayor"), region("b2", 39, 45, ["DENIAL"], "denied")]
IN_CODE_POINTS = [
    region("a1", 2, 28, ["ANON"], "Sources close to the mayor"),
    region("b2", 38, 44, ["DENIAL"], "denied"),
]
REASON = {"id": "a1", "from_name": "reason", "to_name": "text", "type": "choices",
          "value": {"start": 3, "end": 29, "choices": ["not authorised"]}}  # fmt: skip
RELATION = {"from_id": "b2", "to_id": "a1", "type": "relation", "direction": "right", "labels": ["denies"]}


def task(result, **more):
    annotation = {"id": 1001, "completed_by": 10, "was_cancelled": False, "ground_truth": False, "lead_time": 4.288,
                  "created_at": "2026-11-23T07:00:00Z", "result": result, **more}  # fmt: skip
    return {"id": 1, "data": {"text": TEXT}, "annotations": [annotation], "predictions": []}


def read(folder, *tasks, data=None, **options):
    path = folder / "tasks.json"
    path.write_text(data or json.dumps(tasks), "utf-8")
    found = [each.found for each in label_studio.read(path, options)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


def written(folder, *given_):
    path = folder / "out.json"
    with path.open("wb") as out:
        label_studio.write(given_, out)
    return path, json.loads(path.read_bytes())


def passages(layer):
    return [(each.label, layer.text[each.start : each.end]) for each in layer.spans]


def cut16(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def layer_of(name="Ana", kind="human", **fields):
    who = AnnotatorRecord(name=name, kind=kind)
    return LayerRecord(schema_name="source-annotator/1", text=TEXT, annotator=who, status="finished", **fields)


# --- In --------------------------------------------------------------------------------------------


def test_an_annotation_is_a_layer_with_what_is_said_of_its_regions_and_between_them(tmp_path):
    (layer,), problems = read(tmp_path, task([*IN_UTF16, REASON, RELATION]))
    assert problems == []
    assert passages(layer) == PASSAGES
    assert layer.annotator == AnnotatorRecord(name="user 10")
    assert [each.reason for each in layer.spans] == ["not authorised", None]
    (relation,) = layer.relations
    ids = {each.id: each.label for each in layer.spans}
    assert (relation.type, ids[relation.source], ids[relation.target]) == ("denies", "DENIAL", "ANON")


@pytest.mark.parametrize("result", [IN_UTF16, IN_CODE_POINTS], ids=["UTF-16 units", "code points"])
def test_the_text_that_a_region_quotes_tells_the_unit(result, tmp_path):
    (layer,), problems = read(tmp_path, task(result))
    assert problems == []
    assert passages(layer) == PASSAGES


def test_regions_of_one_annotation_may_be_in_different_units_and_those_without_a_quotation_are_as_most(tmp_path):
    silent = region("c3", 29, 33, ["X"])
    (layer,), _ = read(tmp_path, task([IN_UTF16[0], IN_CODE_POINTS[1], IN_CODE_POINTS[0], silent]))
    assert passages(layer) == [PASSAGES[0], PASSAGES[1], PASSAGES[0], ("X", "said")]


def test_a_quotation_that_is_found_in_both_units_is_read_as_most_are(tmp_path):
    text = "🚒 aaa denied"
    for shift, unit in ((0, "code points"), (1, "UTF-16 units")):
        result = [region("a", 3 + shift, 4 + shift, ["X"], "a"), region("b", 6 + shift, 12 + shift, ["Y"], "denied")]
        (layer,), problems = read(tmp_path, {**task(result), "data": {"text": text}})
        assert problems == [], unit
        assert [(each.start, each.end) for each in layer.spans] == [(3, 4), (6, 12)], unit


def test_without_any_quotation_positions_are_those_of_a_browser_and_that_is_said(tmp_path):
    (layer,), (note,) = read(tmp_path, task([region("a1", 3, 29, ["ANON"])]))
    assert passages(layer) == PASSAGES[:1]
    assert note.note
    assert "UTF-16" in note.what
    (layer,), problems = read(tmp_path, task([region("a1", 2, 28, ["ANON"])]), units="codepoint")
    assert (passages(layer), problems) == (PASSAGES[:1], [])


@pytest.mark.parametrize(
    ("start", "end"), [(4, 30), (1, 29), (3, 99), (-1, 4), (29, 3), ("3", 29), (None, 3), (True, 29)]
)
def test_a_region_whose_text_is_elsewhere_is_reported_and_never_moved(start, end, tmp_path):
    (layer,), (problem,) = read(
        tmp_path, task([region("a1", start, end, ["ANON"], "Sources close to the mayor"), IN_UTF16[1]])
    )
    assert passages(layer) == PASSAGES[1:]
    assert not problem.note
    assert str(problem).startswith("tasks.json, line 1, task 1: left out: region a1")


def test_a_quotation_may_have_its_line_ends_escaped(tmp_path):
    two = {**task([region("a1", 0, 9, ["X"], "One.\\nTwo")]), "data": {"text": "One.\nTwo."}}
    one = {**task([region("a1", 0, 8, ["X"], "One.\\nTwo")]), "data": {"text": "One.\nTwo."}}
    (layer,), problems = read(tmp_path, one)
    assert (passages(layer), problems) == ([("X", "One.\nTwo")], [])
    (layer,), problems = read(tmp_path, two)
    assert (passages(layer), len(problems)) == ([], 1)


def test_each_label_of_a_region_is_a_span(tmp_path):
    both = region("a1", 3, 29, ["ANON", "DENIAL"], "Sources close to the mayor")
    (layer,), problems = read(tmp_path, task([both, IN_UTF16[1], REASON, RELATION]))
    assert problems == []
    assert passages(layer) == [("ANON", PASSAGES[0][1]), ("DENIAL", PASSAGES[0][1]), PASSAGES[1]]
    assert [each.reason for each in layer.spans] == ["not authorised", "not authorised", None]


def test_what_no_attribute_fits_becomes_a_note(tmp_path):
    aside = {
        "id": "a1",
        "from_name": "why",
        "type": "textarea",
        "value": {"start": 3, "end": 29, "text": ["first", "second"]},
    }
    who = {"id": "a1", "from_name": "identity", "type": "choices", "value": {"choices": ["unnamed"]}}
    odd = {"id": "a1", "from_name": "confidence", "type": "choices", "value": {"choices": ["very"]}}
    of_all = {"id": "z", "from_name": "topic", "type": "choices", "value": {"choices": ["politics"]}}
    marked = {**IN_UTF16[0], "meta": {"text": ["see above"]}}
    (layer,), (note,) = read(tmp_path, task([marked, aside, who, odd, of_all]))
    (span,) = layer.spans
    assert (span.identity, span.confidence) == ("unnamed", None)
    assert span.note == "see above\nwhy: first, second\nconfidence: very"
    assert note.note
    assert "“topic: politics”" in note.what


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("right", ["b>a"]), (None, ["b>a"]), ("left", ["a>b"]), ("bi", ["a>b", "b>a"])],
)
def test_relations_have_a_direction(direction, expected, tmp_path):
    (layer,), _ = read(tmp_path, task([*IN_UTF16, {**RELATION, "direction": direction, "labels": None}]))
    names = {span.id: name for span, name in zip(layer.spans, "ab", strict=True)}
    assert sorted(f"{names[each.source]}>{names[each.target]}" for each in layer.relations) == expected
    assert {each.type for each in layer.relations} == {"relation"}


def test_predictions_are_layers_of_models_with_their_scores(tmp_path):
    predictions = [
        {"model_version": "m1", "score": 0.9, "result": [IN_UTF16[0], {**IN_UTF16[1], "score": 0.4}]},
        {"model_version": None, "result": IN_CODE_POINTS[:1]},
    ]
    found, problems = read(tmp_path, {**task(IN_UTF16), "predictions": predictions})
    assert problems == []
    assert [(each.annotator.kind, each.annotator.name) for each in found] == [
        ("human", "user 10"), ("model", "m1"), ("model", "model"),
    ]  # fmt: skip
    assert [each.score for each in found[1].spans] == [0.9, 0.4]
    assert passages(found[2]) == PASSAGES[:1]


@pytest.mark.parametrize(
    ("who", "name"),
    [(10, "user 10"), ({"id": 3, "email": "ana@x.example"}, "ana@x.example"), ({"id": 3}, "user 3"), (None, None), ("ana", "ana")],
)  # fmt: skip
def test_annotators_are_named_as_the_file_names_them(who, name, tmp_path):
    (layer,), _ = read(tmp_path, task([], completed_by=who))
    assert (layer.annotator and layer.annotator.name) == name


def test_ground_truth_is_gold(tmp_path):
    (layer,), _ = read(tmp_path, task(IN_UTF16, ground_truth=True))
    assert layer.annotator == AnnotatorRecord(name="user 10", kind="gold")


def test_a_skipped_annotation_and_drafts_are_no_data_but_the_document_is_kept(tmp_path):
    (layer,), notes = read(tmp_path, {**task(IN_UTF16, was_cancelled=True), "drafts": [{"result": IN_UTF16}]})
    assert (layer.text, layer.annotator, layer.spans) == (TEXT, None, [])
    assert [each.note for each in notes] == [True, True]
    assert "skipped" in str(notes)
    assert "drafts" in str(notes)


def test_a_task_that_nobody_annotated_is_a_document_with_its_metadata(tmp_path):
    (layer,), problems = read(tmp_path, {"data": {"body": TEXT, "title": "A fire", "desk": {"id": 4}, "url": None}})
    assert (layer.text, layer.annotator, layer.meta) == (TEXT, None, Meta(title="A fire"))
    assert json.loads(layer.meta_json) == {"desk": {"id": 4}}
    assert [str(each) for each in problems] == [
        "tasks.json, line 1: its text is “body”, the longest string of its data"
    ]


def test_hypertext_regions_are_read_by_their_global_offsets(tmp_path):
    value = {"start": "/div[1]/text()[1]", "end": "/div[1]/text()[1]", "startOffset": 3, "endOffset": 29,
             "globalOffsets": {"start": 3, "end": 29}, "text": "Sources close to the mayor", "hypertextlabels": ["ANON"]}  # fmt: skip
    (layer,), problems = read(tmp_path, task([{"id": "a1", "type": "hypertextlabels", "value": value}]))
    assert (passages(layer), problems) == (PASSAGES[:1], [])


def test_json_min_is_read_too(tmp_path):
    row = {"text": TEXT, "id": 7, "label": [each["value"] for each in IN_UTF16], "annotator": 2, "annotation_id": 5,
           "created_at": "2026-11-23", "updated_at": "2026-11-23", "lead_time": 1.5, "sentiment": "neutral"}  # fmt: skip
    (layer, empty), problems = read(
        tmp_path, row, {"text": "Nothing here.", "id": 8, "annotator": 2, "annotation_id": 6}
    )
    assert problems == []
    assert passages(layer) == PASSAGES
    assert layer.annotator == empty.annotator == AnnotatorRecord(name="user 2")
    assert json.loads(layer.meta_json) == {"sentiment": "neutral"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"data": {}}, "without a text"),
        ({"data": {"text": 7}}, "without a text"),
        ({"data": 7}, "without a text"),
        ({"annotations": [7]}, "one of its annotations"),
        ({"annotations": [{"result": 7}]}, "results that cannot be read"),
        ({"annotations": [{"result": [7]}]}, "results that cannot be read"),
        ({"annotations": [{"result": [{"type": "labels", "value": 7}]}]}, "a region without a label"),
        ({"annotations": [{"result": [region("a", 3, 4, [])]}]}, "a region without a label"),
        ({"annotations": [{"result": [region("a", 3, 4, [["X"]])]}]}, "a region without a label"),
        ({"annotations": [{"result": [{"type": ["x"], "value": {"x": 1}}]}]}, "said of no region"),
        ({"annotations": [{"result": [region("a", 39, 45, ["X"], "denied", colour="red")]}]}, "unknown keys of its spans were left out: colour"),
        ({"annotations": [{"result": [{"type": "relation", "from_id": [], "to_id": 7}]}]}, "relation left out"),
        ({"data": {"text": TEXT, "source_annotator": [{"zones": 7}]}}, "“source_annotator” was left out"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_file_line_and_task_and_the_rest_is_read(change, said, tmp_path):
    data = json.dumps([task(IN_UTF16)]).removesuffix("]") + ",\n" + json.dumps({**task([]), "id": 2, **change}) + "]"
    found, (problem,) = read(tmp_path, data=data)
    assert passages(found[0]) == PASSAGES
    assert str(problem).startswith("tasks.json, line 2, task 2: ")
    assert said in problem.what


def test_a_truncated_file_gives_the_tasks_that_are_whole(tmp_path):
    data = json.dumps([task(IN_UTF16), task(IN_UTF16)])[:-400]
    found, (problem,) = read(tmp_path, data=data)
    assert len(found) == 1
    assert "ends too early" in problem.what


# --- Out -------------------------------------------------------------------------------------------


@given(layer=layers())
def test_regions_are_in_utf16_units_quote_their_text_and_join_by_their_ids(layer, tmp_path_factory):
    _, (found,) = written(tmp_path_factory.mktemp("label-studio"), layer)
    (annotation,) = found["annotations"]
    regions = [each for each in annotation["result"] if each["type"] == "labels"]
    values = [each["value"] for each in regions]
    assert [(each["text"], *each["labels"]) for each in values] == [
        (layer.text[each.start : each.end], each.label) for each in layer.spans
    ]
    assert all(cut16(found["data"]["text"], each["start"], each["end"]) == each["text"] for each in values)
    ids = [each["id"] for each in regions]
    assert len(set(ids)) == len(ids)
    links = [each for each in annotation["result"] if each["type"] == "relation"]
    assert all({each["from_id"], each["to_id"]} <= set(ids) for each in links)


def test_layers_of_a_document_are_one_task_and_those_of_models_its_predictions(tmp_path):
    spans = [SpanRecord(id="a", start=2, end=28, label="ANON", score=0.5)]
    other = LayerRecord(schema_name="source-annotator/1", text="Another.", document="d2")
    given_ = [layer_of(), layer_of("m1", "model", spans=spans), layer_of("Gold", "gold"), other]
    path, (first, second) = written(tmp_path, *given_)
    assert [(each["was_cancelled"], each["ground_truth"]) for each in first["annotations"]] == [
        (False, False),
        (False, True),
    ]
    assert all("completed_by" not in each for each in first["annotations"])  # it would have to be a member there
    (prediction,) = first["predictions"]
    assert (prediction["model_version"], prediction["result"][0]["score"]) == ("m1", 0.5)
    assert (second["annotations"], second["predictions"], second["data"]["text"]) == ([], [], "Another.")
    assert {tuple(each["data"]) for each in (first, second)} == {
        ("text", "document", "title", "outlet", "byline", "url", "published", "source_annotator")
    }
    back = [each.found for each in label_studio.read(path)]
    carries = READABLE["label-studio"].carries
    assert sorted(map(repr, (kept(each, carries) for each in back))) == sorted(
        repr(kept(each, carries)) for each in given_
    )


def test_after_work_in_label_studio_its_regions_count_and_those_left_keep_their_details(tmp_path):
    spans = [
        SpanRecord(id="a", start=2, end=28, label="ANON", note="who?"),
        SpanRecord(id="b", start=38, end=44, label="DENIAL", note="gone"),
    ]
    links = [RelationRecord(type="denies", source="b", target="a")]
    _, tasks = written(tmp_path, layer_of("Ben"), layer_of("Ana", spans=spans, relations=links))
    ben, ana = tasks[0]["annotations"]
    for number, annotation in enumerate((ben, ana)):
        annotation |= {"import_id": annotation["id"], "id": 900 + number, "completed_by": 10}
    ana["result"] = [ana["result"][0], region("new", 30, 34, ["X"], "said")]
    tasks[0]["annotations"] = [ana, ben]
    found, problems = read(tmp_path, *tasks)
    assert problems == []
    assert [each.annotator.name for each in found] == ["Ana", "Ben"]
    assert [(each.id, each.label, each.note) for each in found[0].spans] == [("a", "ANON", "who?"), (None, "X", None)]
    assert found[0].relations == []


def test_nothing_is_an_empty_list(tmp_path):
    assert written(tmp_path)[1] == []


def test_the_seed_comes_back_whole(seed, tmp_path):
    found = [each.found for each in jsonl.read(seed / "seed.jsonl")]
    path, _ = written(tmp_path, *found)
    carries = READABLE["label-studio"].carries
    assert [kept(each.found, carries) for each in label_studio.read(path)] == [kept(each, carries) for each in found]
    assert [list(losses(label_studio.FORMAT, each)) for each in found] == [[]] * len(found)


@pytest.mark.parametrize(
    "data",
    [
        [task(IN_UTF16)],
        task(IN_UTF16),
        [{"data": {"text": TEXT}}],
        [{"data": {"text": "x" * 200_000}}],
        [{"text": TEXT, "label": [IN_UTF16[0]["value"]]}],
        [{"text": TEXT, "annotation_id": 4}],
    ],
)
def test_tasks_are_known_by_their_keys(data, tmp_path):
    path = tmp_path / "x.data"
    path.write_text(json.dumps(data, indent=2))
    assert recognise(path).name == "label-studio"


@pytest.mark.parametrize(
    "data", ["[]", "[1]", "{", '[{"text": "x"}]', '{"text": "x", "label": [[0, 1, "A"]]}', '[{"@context": "x"}]', "x"]
)
def test_what_is_no_task_is_not_claimed(data, tmp_path):
    path = tmp_path / "x.data"
    path.write_text(data)
    assert not label_studio.recognise(path, path.read_bytes())
