"""doccano's two shapes and two units in, and out what its importer takes. Oracles: `json`, slices of UTF-16, pandas."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import READABLE, doccano, jsonl, recognise
from annotator.losses import losses
from annotator.records import LayerRecord, Problem, RelationRecord, SpanRecord
from annotator.verification import kept
from tests.formats.layers import layers

TEXT = "🚒 Sources close to the mayor said she denied it."
IN_UTF16 = [[3, 29, "ANON"], [39, 45, "DENIAL"]]
IN_CODE_POINTS = [[2, 28, "ANON"], [38, 44, "DENIAL"]]
PASSAGES = [("ANON", "Sources close to the mayor"), ("DENIAL", "denied")]


def read(folder, *records, **options):
    path = folder / "all.jsonl"
    lines = (each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in records)
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
    found = [each.found for each in doccano.read(path, options)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


def written(folder, *given_):
    path = folder / "out.jsonl"
    with path.open("wb") as out:
        doccano.write(given_, out)
    return path, [json.loads(line) for line in path.read_bytes().splitlines()]


def passages(layer):
    return [(each.label, layer.text[each.start : each.end]) for each in layer.spans]


def cut16(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def entities(triples):
    return [
        {"id": 70 + number, "label": label, "start_offset": start, "end_offset": end}
        for number, (start, end, label) in enumerate(triples)
    ]


@pytest.mark.parametrize("key", ["label", "labels"])
def test_triples_are_read_under_both_names(key, tmp_path):
    (layer,), problems = read(tmp_path, {"id": 7, "text": TEXT, key: IN_UTF16, "Comments": [], "outlet": "X"})
    assert passages(layer) == PASSAGES
    assert (layer.document, layer.text, layer.annotator, layer.meta.outlet) == ("7", TEXT, None, "X")
    assert layer.meta_json == "{}"
    assert [each.note for each in problems] == [True]


def test_entities_are_read_with_the_relations_between_them(tmp_path):
    record = {"id": 7, "text": TEXT, "entities": entities(IN_UTF16), "Comments": ["see guideline"],
              "relations": [{"id": 0, "from_id": 71, "to_id": 70, "type": "denies"}, {"from_id": 71, "to_id": 9, "type": "x"}]}  # fmt: skip
    (layer,), problems = read(tmp_path, record)
    assert passages(layer) == PASSAGES
    (relation,) = layer.relations
    ids = {each.id: each.label for each in layer.spans}
    assert (relation.type, ids[relation.source], ids[relation.target]) == ("denies", "DENIAL", "ANON")
    assert json.loads(layer.meta_json) == {"Comments": ["see guideline"]}
    assert [each.what for each in problems if not each.note] == ["relation left out"]


# --- In which unit --------------------------------------------------------------------------------


@pytest.mark.parametrize(("triples", "said"), [(IN_UTF16, "UTF-16 units"), (IN_CODE_POINTS, "code points")])
def test_the_unit_is_told_by_where_spans_begin_and_end(triples, said, tmp_path):
    plain = {"text": "Nothing to tell here.", "label": [[0, 7, "ANON"]]}
    found, (note,) = read(tmp_path, plain, {"text": TEXT, "label": triples})
    assert passages(found[1]) == PASSAGES
    assert note.note
    assert f"read as {said}: so they begin and end where words do" in note.what
    assert "2 spans stand after an emoji" in note.what


@pytest.mark.parametrize("unit", ["utf16", "codepoint"])
def test_the_option_decides_whatever_the_spans_look_like(unit, tmp_path):
    triples = IN_UTF16 if unit == "utf16" else IN_CODE_POINTS
    wrong = IN_CODE_POINTS if unit == "utf16" else IN_UTF16
    found, problems = read(tmp_path, {"text": TEXT, "label": triples}, {"text": TEXT, "label": wrong}, units=unit)
    assert problems == []
    assert passages(found[0]) == PASSAGES != passages(found[1])


def test_a_span_past_the_end_or_within_a_character_settles_it(tmp_path):
    text = "🚒🚒 a🚒b"
    (layer,), _ = read(tmp_path, {"text": text, "label": [[8, 9, "X"]]})  # past the end in code points
    assert passages(layer) == [("X", "b")]
    (layer,), _ = read(tmp_path, {"text": text, "label": [[3, 5, "X"]]})  # in UTF-16 units from within an emoji
    assert passages(layer) == [("X", "a🚒")]


def test_what_cannot_be_told_is_read_as_doccano_writes_it_and_said(tmp_path):
    (layer,), (note,) = read(
        tmp_path, {"text": "🚒 , , , ,", "label": [[3, 4, "X"], [5, 6, "X"]]} | {"text": "🚒,,,,,,"}
    )
    assert passages(layer) == [("X", ","), ("X", ",")]
    assert "as doccano writes them: where they begin and end does not tell" in note.what


def test_nothing_is_decided_or_said_where_the_units_are_the_same(tmp_path):
    bmp = "Ärzte “sagen” nichts."
    found, problems = read(
        tmp_path, {"text": bmp, "label": [[7, 12, "X"]]}, {"text": "said 🚒", "label": [[0, 4, "X"]]}
    )
    assert problems == []
    assert [passages(each) for each in found] == [[("X", "sagen")], [("X", "said")]]


WORDS = st.lists(st.sampled_from(["🚒", "😀", "mayor", "said", "no", "é", "denied."]), min_size=6, max_size=12)


@given(documents=st.lists(WORDS, min_size=3, max_size=5), unit=st.sampled_from(["utf16", "codepoint"]))
def test_a_file_of_spans_on_whole_words_is_read_right_in_either_unit(documents, unit, tmp_path_factory):
    records, expected = [], []
    for words in documents:
        text, triples, said = "😀😀 ", [], []
        for word in words:
            start, end = len(text), len(text) + len(word)
            if unit == "utf16":
                start, end = (len(text.encode("utf-16-le")) // 2, len((text + word).encode("utf-16-le")) // 2)
            triples.append([start, end, "X"])
            said.append(("X", word))
            text += word + " "
        records.append({"text": text, "label": triples})
        expected.append(said)
    found, problems = read(tmp_path_factory.mktemp("unit"), *records)
    assert [passages(each) for each in found] == expected
    assert [each.note for each in problems] == [True]


@pytest.mark.parametrize(
    ("span", "unit"),
    [([40, 99, "X"], "utf16"), ([1, 5, "X"], "utf16"), ([40, 49, "X"], "codepoint"), ([-2, 3, "X"], "utf16")],
)
def test_a_span_that_does_not_fit_is_reported_and_never_moved(span, unit, tmp_path):
    (layer,), (problem,) = read(tmp_path, {"id": 7, "text": TEXT, "label": [span]}, units=unit)
    assert layer.spans == []
    assert not problem.note
    assert str(problem).startswith("all.jsonl, line 1, 7: left out: a span of “X”: expected ")
    assert str(span[:2]) in str(problem)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": None}, "without a text"),
        ({"text": [1]}, "without a text"),
        ({"label": [[0, 1]]}, "a span that is not one"),
        ({"label": [["0", 1, "X"]]}, "a span that is not one"),
        ({"label": [[False, 1, "X"]]}, "a span that is not one"),
        ({"label": "positive"}, "a span that is not one"),
        ({"label": [{"label": 4, "start_offset": 0, "end_offset": 1}]}, "a span that is not one"),
        ({"label": [{"label": "X", "start_offset": 0, "end_offset": 1, "colour": 1}]}, "unknown keys of its spans were left out: colour"),
        ({"relations": [7]}, "relation left out"),
        ({"relations": [{"from_id": [], "to_id": {}, "type": "x"}]}, "relation left out"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_the_rest_is_read(change, said, tmp_path):
    plain = {"id": 7, "text": "Plain text.", "label": [[0, 5, "X"]]}
    found, (problem,) = read(tmp_path, plain, {**plain, **change})
    assert passages(found[0]) == [("X", "Plain")]
    assert str(problem).startswith("all.jsonl, line 2, 7: ")
    assert said in problem.what


def test_lines_that_are_no_records_do_not_stop_the_others(tmp_path):
    found, problems = read(tmp_path, "[1]", '{"text"', '{"text": "\\ud83d", "label": []}', {"text": TEXT, "label": []})
    assert len(found) == 1
    assert [each.line for each in problems] == [1, 2, 3]


# --- Out -------------------------------------------------------------------------------------------


@given(layer=layers())
def test_both_shapes_say_the_same_spans_in_utf16_units(layer, tmp_path_factory):
    _, (record,) = written(tmp_path_factory.mktemp("doccano"), layer)
    expected = [(layer.text[each.start : each.end], each.label) for each in layer.spans]
    assert [(cut16(record["text"], start, end), label) for start, end, label in record["label"]] == expected
    assert [
        (cut16(record["text"], each["start_offset"], each["end_offset"]), each["label"]) for each in record["entities"]
    ] == expected
    ids = {each["id"] for each in record["entities"]}
    assert all({each["from_id"], each["to_id"]} <= ids for each in record["relations"])


def test_every_line_has_the_same_keys_and_no_null_for_the_importer_of_doccano(tmp_path):
    pandas = pytest.importorskip("pandas")
    spans = [SpanRecord(id="a", start=2, end=28, label="ANON"), SpanRecord(id="b", start=38, end=44, label="DENIAL")]
    links = [RelationRecord(type="denies", source="b", target="a")]
    full = LayerRecord(schema_name="source-annotator/1", text=TEXT, status="finished", spans=spans, relations=links)
    path, records = written(tmp_path, full, LayerRecord(schema_name="source-annotator/1", text="Only a document."))
    assert {tuple(each) for each in records} == {("id", "text", "label", "entities", "relations", "source_annotator")}
    frame = pandas.read_json(path, lines=True)
    assert not frame.isna().any().any()
    rows = frame.explode("label").dropna(subset=["label"])
    assert [tuple(each) for each in rows["label"]] == [(3, 29, "ANON"), (39, 45, "DENIAL")]
    assert records[0]["relations"] == [{"id": 0, "from_id": 1, "to_id": 0, "type": "denies"}]


def test_after_work_in_doccano_its_spans_count_and_those_left_keep_their_details(tmp_path):
    spans = [
        SpanRecord(id="a", start=2, end=28, label="ANON", note="who?", identity="unnamed"),
        SpanRecord(id="b", start=38, end=44, label="DENIAL", note="gone"),
    ]
    layer = LayerRecord(schema_name="source-annotator/1", text=TEXT, status="finished", spans=spans)
    _, (record,) = written(tmp_path, layer)
    for key in ("entities", "relations"):
        del record[key]
    record["label"] = [[3, 29, "ANON"], [39, 45, "NEW"]]
    (back,), problems = read(tmp_path, record)
    assert problems == []
    assert [(each.id, each.label, each.note) for each in back.spans] == [("a", "ANON", "who?"), (None, "NEW", None)]


def test_the_seed_comes_back_whole(seed, tmp_path):
    found = [each.found for each in jsonl.read(seed / "seed.jsonl")]
    path, _ = written(tmp_path, *found)
    carries = READABLE["doccano"].carries
    assert [kept(each.found, carries) for each in doccano.read(path)] == [kept(each, carries) for each in found]
    assert [list(losses(doccano.FORMAT, each)) for each in found] == [[]] * len(found)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ({"id": 1, "text": TEXT, "label": IN_UTF16}, "doccano"),
        ({"id": 1, "text": "x" * 200_000, "label": []}, "doccano"),
        ({"id": 1, "text": TEXT, "entities": entities(IN_UTF16), "relations": []}, "doccano"),
        ({"text": "x", "spans": [{"start": 0, "end": 1, "label": "A"}]}, "prodigy"),
    ],
)
def test_a_file_is_known_by_its_keys(line, name, tmp_path):
    path = tmp_path / "x.data"
    path.write_text(json.dumps(line))
    assert recognise(path).name == name


@pytest.mark.parametrize(
    "line", ['{"text": "x", "label": ["positive"]}', '{"label": [[0, 1, "A"]]}', "[1]", "{", '{"text": "x"}']
)
def test_what_is_no_sequence_labelling_is_not_claimed(line, tmp_path):
    path = tmp_path / "x.data"
    path.write_text(line)
    assert not doccano.recognise(path, path.read_bytes())
