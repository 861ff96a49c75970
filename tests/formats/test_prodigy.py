"""Prodigy's documented shapes in, and out what Prodigy and spaCy take. Oracles: `json`, slices, spaCy's Doc."""

import json

import pytest
from hypothesis import given

from annotator.formats import READABLE, jsonl, prodigy, recognise
from annotator.losses import losses
from annotator.records import AnnotatorRecord, LayerRecord, Meta, Problem, RelationRecord, SpanRecord
from annotator.verification import kept
from tests.formats.layers import layers

TEXT = "🚒 Sources close to the mayor said she denied it."
TASK = {
    "text": TEXT,
    "tokens": [
        {"text": word, "start": start, "end": start + len(word), "id": number, "ws": True}
        for number, (word, start) in enumerate(
            [
                ("🚒", 0),
                ("Sources", 2),
                ("close", 10),
                ("to", 16),
                ("the", 19),
                ("mayor", 23),
                ("said", 29),
                ("she", 34),
            ]
        )
    ],
    "spans": [
        {"start": 2, "end": 28, "token_start": 1, "token_end": 5, "label": "ANON"},
        {"start": 38, "end": 44, "label": "DENIAL"},
    ],
    "meta": {"outlet": "X", "url": "https://x.example/1", "section": "local"},
    "_input_hash": -1573310532,
    "_task_hash": 218476341,
    "_view_id": "spans_manual",
    "_session_id": "ds-ana",
    "_annotator_id": "ds-ana",
    "_timestamp": 1732346444,
    "answer": "accept",
}


def read(folder, *tasks):
    path = folder / "tasks.jsonl"
    path.write_text("".join((task if isinstance(task, str) else json.dumps(task)) + "\n" for task in tasks), "utf-8")
    found = [each.found for each in prodigy.read(path)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


def written(folder, *given_):
    path = folder / "out.jsonl"
    with path.open("wb") as out:
        prodigy.write(given_, out)
    return path, [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_task_is_a_layer_of_who_annotated_it_in_code_points(tmp_path):
    (layer,), problems = read(tmp_path, TASK)
    assert problems == []
    assert layer.text == TEXT
    assert layer.annotator == AnnotatorRecord(name="ds-ana")
    assert [(each.label, TEXT[each.start : each.end]) for each in layer.spans] == [
        ("ANON", "Sources close to the mayor"), ("DENIAL", "denied"),
    ]  # fmt: skip
    assert layer.meta == Meta(outlet="X", url="https://x.example/1")
    assert json.loads(layer.meta_json) == {"section": "local"}
    assert layer.status is None


def test_two_annotators_of_one_text_are_two_layers(tmp_path):
    found, _ = read(tmp_path, TASK, {**TASK, "_annotator_id": None, "_session_id": "ds-ben", "spans": []})
    assert [(each.annotator.name, len(each.spans)) for each in found] == [("ds-ana", 2), ("ds-ben", 0)]


@pytest.mark.parametrize("answer", ["reject", "ignore"])
def test_what_was_not_accepted_is_no_data_but_its_text_is_kept_and_it_is_noted(answer, tmp_path):
    (layer,), (problem,) = read(tmp_path, {**TASK, "answer": answer})
    assert (layer.text, layer.annotator, layer.spans, layer.status) == (TEXT, None, [], None)
    assert problem.note
    assert answer in problem.what


def test_positions_are_taken_from_the_tokens_where_a_span_has_none_of_its_own(tmp_path):
    (layer,), problems = read(tmp_path, {**TASK, "spans": [{"token_start": 1, "token_end": 5, "label": "ANON"}]})
    assert problems == []
    assert [(each.start, each.end) for each in layer.spans] == [(2, 28)]


def test_relations_join_the_spans_that_they_name(tmp_path):
    head, child = TASK["spans"]
    relation = {"head": 8, "child": 5, "head_span": child, "child_span": head, "label": "denies"}
    lost = {
        "head": 8,
        "child": 1,
        "head_span": child,
        "child_span": {"start": 0, "end": 1, "label": None},
        "label": "x",
    }
    (layer,), problems = read(tmp_path, {**TASK, "relations": [relation, lost, 7]})
    (found,) = layer.relations
    by_id = {each.id: each.label for each in layer.spans}
    assert (found.type, by_id[found.source], by_id[found.target]) == ("denies", "DENIAL", "ANON")
    assert [each.what for each in problems] == ["relation left out", "relation left out"]
    (again,), _ = read(tmp_path, {**TASK, "relations": [relation]})
    assert again.spans == layer.spans


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": None}, "without a text"),
        ({"text": 7}, "without a text"),
        ({"spans": [{"start": 1, "end": 3}]}, "without a label"),
        ({"spans": [{"start": "1", "end": 3, "label": "X"}]}, "without positions"),
        ({"spans": [{"token_start": 99, "token_end": 100, "label": "X"}]}, "without positions"),
        ({"spans": [{"start": True, "end": 3, "label": "X"}]}, "without positions"),
        ({"spans": 7}, "without a label"),
        ({"spans": [{"start": 2, "end": 9, "label": "X", "colour": "red"}]}, "unknown keys of its spans were left out: colour"),
        ({"source_annotator": {"zones": 7}}, "“source_annotator” was left out"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_file_and_line(change, said, tmp_path):
    found, (problem,) = read(tmp_path, TASK, {**TASK, **change})
    assert str(problem).startswith("tasks.jsonl, line 2: ")
    assert said in problem.what
    assert found[0].text == TEXT


def test_lines_that_are_no_tasks_do_not_stop_the_others(tmp_path):
    found, problems = read(tmp_path, "[1]", '{"text"', '{"text": "\\ud83d"}', "[" * 10_000, TASK)
    assert len(found) == 1
    assert [each.line for each in problems] == [1, 2, 3, 4]


@given(layer=layers())
def test_the_tokens_are_the_whole_text_and_every_span_begins_and_ends_with_one(layer, tmp_path_factory):
    _, (task,) = written(tmp_path_factory.mktemp("prodigy"), layer)
    tokens = task["tokens"]
    assert [each["id"] for each in tokens] == list(range(len(tokens)))
    assert "".join(each["text"] + " " * each["ws"] for each in tokens) == layer.text
    assert all(layer.text[each["start"] : each["end"]] == each["text"] for each in tokens)
    for span in task["spans"]:
        assert tokens[span["token_start"]]["start"] == span["start"]
        assert tokens[span["token_end"]]["end"] == span["end"]
    assert [(each["start"], each["end"], each["label"]) for each in task["spans"]] == [
        (each.start, each.end, each.label) for each in layer.spans
    ]


def test_spacy_makes_the_same_spans_of_our_tokens(seed, tmp_path):
    spacy = pytest.importorskip("spacy")
    found = [each.found for each in jsonl.read(seed / "seed.jsonl")]
    _, tasks = written(tmp_path, *found)
    assert sum(len(task["spans"]) for task in tasks) == 31
    for task in tasks:
        words, spaces = [each["text"] for each in task["tokens"]], [each["ws"] for each in task["tokens"]]
        doc = spacy.tokens.Doc(spacy.vocab.Vocab(), words=words, spaces=spaces)
        assert doc.text == task["text"]
        for span in task["spans"]:
            assert doc.char_span(span["start"], span["end"]) == doc[span["token_start"] : span["token_end"] + 1]


def test_hashes_are_signed_numbers_of_32_bits_the_same_for_every_annotator_of_a_text(tmp_path):
    def layer(name, *spans):
        who = AnnotatorRecord(name=name)
        return LayerRecord(
            schema_name="source-annotator/1", text=TEXT, annotator=who, status="finished", spans=list(spans)
        )

    span = SpanRecord(start=2, end=28, label="ANON")
    path, tasks = written(tmp_path, layer("Ana", span), layer("Ben"), layer("Ana", span))
    first, second, third = tasks
    assert len({each["_input_hash"] for each in tasks}) == 1
    assert first["_task_hash"] == third["_task_hash"] != second["_task_hash"]
    assert all(-(2**31) <= each[key] < 2**31 for each in tasks for key in ("_input_hash", "_task_hash"))
    assert [each["_annotator_id"] for each in tasks] == ["Ana", "Ben", "Ana"]
    assert path.read_bytes() == written(tmp_path, layer("Ana", span), layer("Ben"), layer("Ana", span))[0].read_bytes()


def test_a_relation_names_the_spans_that_it_joins(tmp_path):
    spans = [SpanRecord(id="a", start=2, end=28, label="ANON"), SpanRecord(id="b", start=38, end=44, label="DENIAL")]
    relations = [RelationRecord(type="denies", source="b", target="a")]
    layer = LayerRecord(
        schema_name="source-annotator/1", text=TEXT, status="finished", spans=spans, relations=relations
    )
    _, (task,) = written(tmp_path, layer)
    (relation,) = task["relations"]
    assert task["_view_id"] == "relations"
    assert (relation["head_span"], relation["child_span"]) == (task["spans"][1], task["spans"][0])
    assert relation["head"] == task["spans"][1]["token_end"]


def test_a_document_that_nobody_began_is_a_task_without_an_answer(tmp_path):
    path, (task,) = written(tmp_path, LayerRecord(schema_name="source-annotator/1", text=TEXT))
    assert "answer" not in task
    (back,) = [each.found for each in prodigy.read(path)]
    assert (back.text, back.annotator, back.status) == (TEXT, None, None)


def test_the_seed_comes_back_whole(seed, tmp_path):
    found = [each.found for each in jsonl.read(seed / "seed.jsonl")]
    path, _ = written(tmp_path, *found)
    carries = READABLE["prodigy"].carries
    assert [kept(each.found, carries) for each in prodigy.read(path)] == [kept(each, carries) for each in found]
    assert [list(losses(prodigy.FORMAT, each)) for each in found] == [[]] * len(found)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (TASK, "prodigy"),
        ({"text": "x" * 200_000, "_input_hash": 1}, "prodigy"),
        ({"text": "x", "spans": [{"start": 0, "end": 1, "label": "A"}]}, "prodigy"),
        ({"schema": "source-annotator/1", "text": "x", "spans": [{"start": 0, "end": 1, "label": "A"}]}, "jsonl"),
    ],
)
def test_a_task_is_known_by_its_keys(line, name, tmp_path):
    path = tmp_path / "x.data"
    path.write_text(json.dumps(line))
    assert recognise(path).name == name


@pytest.mark.parametrize("line", ['{"text": "x", "label": [[0, 1, "A"]]}', "[1]", "{", "plain text", '{"answer": 1}'])
def test_what_is_no_task_is_not_claimed(line, tmp_path):
    path = tmp_path / "x.data"
    path.write_text(line)
    assert not prodigy.recognise(path, path.read_bytes())
