"""Native JSONL through a file and a project and back. The oracle is plain `json` and slicing, not our reader."""

import json
import tempfile
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator import exporters
from annotator.assets import FOLDER
from annotator.formats import jsonl, recognise
from annotator.store import Store
from annotator.validation import check
from tests.builders import bring_in, by, findings, line, parsed, span, write_lines

KEYS = [
    "schema", "document", "sha256", "text", "offset_unit", "language", "meta", "meta_json", "zones", "annotator",
    "status", "round", "blind", "guideline", "split", "group", "spans", "negatives", "relations",
]  # fmt: skip
SPAN_KEYS = [
    "id", "start", "end", "label", "text", "labels_all", "identity", "source", "confidence", "unsure", "note", "parts",
    "score", "taken_from", "reason", "runner_up",
]  # fmt: skip
LABELS = ["anonymous-source", "on-record", "denial", "non-comment"]


def through_projects(folder, path, status="all"):
    """Import a file into a new project and export it, and the same with that export; return both exports."""
    found = []
    for name in ("first", "second"):
        with Store.create(folder / f"{name}.annotator") as store:
            report = bring_in(store, path)
            assert report.problems == []
            path = folder / f"{name}.jsonl"
            exporters.export(store, path, exporters.ExportOptions(status=status))
            again = bring_in(store, path)
            assert (again.documents, again.layers, again.annotations, again.left_out) == (0, 0, 0, 0)
            assert findings(store) == []
            found.append(path)
    return found


def assert_every_text_is_its_slice(layer):
    for item in (*layer["spans"], *layer["negatives"], *(part for each in layer["spans"] for part in each["parts"])):
        assert item["text"] == layer["text"][item["start"] : item["end"]]


@pytest.fixture(params=["seed", "sample"])
def source(request):
    if request.param == "sample":
        return FOLDER / "sample" / "sample.jsonl"
    return request.getfixturevalue("seed") / "seed.jsonl"


def test_a_file_of_ours_comes_back_whole_and_twice_the_same(source, tmp_path):
    first, second = through_projects(tmp_path, source)
    assert first.read_bytes() == second.read_bytes()
    was, now = parsed(source), parsed(first)

    def identity(layer):
        return layer["sha256"], layer["annotator"]["name"], layer["annotator"]["kind"]

    came = {identity(layer): layer for layer in now}
    layers = [layer for layer in was if layer["annotator"] and layer["status"] != "unread"]
    assert came.keys() == {identity(layer) for layer in layers}
    for layer in layers:
        other = came[identity(layer)]
        assert_every_text_is_its_slice(other)
        for key in ("spans", "negatives"):
            expected = [
                {**each, **({"runner_up": each.get("runner_up")} if key == "spans" else {})} for each in layer[key]
            ]
            order = sorted(expected, key=lambda each: (each["start"], each["end"], each["id"]))
            assert other[key] == order
        assert sorted(map(str, other["relations"])) == sorted(map(str, layer["relations"]))
        for key in KEYS[:-3]:
            if key != "annotator":
                assert other[key] == layer[key], key


def test_the_seed_has_two_layers_of_fifteen_and_sixteen_spans_with_parts_and_relations(seed, tmp_path):
    first, _ = through_projects(tmp_path, seed / "seed.jsonl")
    layers = parsed(first)
    assert [len(layer["spans"]) for layer in layers] == [15, 16]
    assert sum(len(each["parts"]) for layer in layers for each in layer["spans"]) > 0
    source = parsed(seed / "seed.jsonl")
    assert [len(layer["relations"]) for layer in layers] == [len(layer["relations"]) for layer in source]
    assert sum(len(layer["relations"]) for layer in layers) > 0


def test_every_line_and_every_span_has_the_same_keys_in_the_order_of_the_design(source, tmp_path):
    for layer in parsed(through_projects(tmp_path, source)[0]):
        assert list(layer) == KEYS
        assert list(layer["meta"]) == ["title", "outlet", "byline", "url", "published"]
        assert list(layer["annotator"]) == ["id", "name", "kind"]
        assert all(list(each) == SPAN_KEYS for each in layer["spans"])
        assert all(list(each) == ["id", "start", "end", "text", "kind", "reason"] for each in layer["negatives"])
        assert all(list(each) == ["type", "from", "to"] for each in layer["relations"])
        for part in (part for each in layer["spans"] for part in each["parts"]):
            assert list(part) == ["role", "start", "end", "text"]


# --- Whatever a layer holds ---------------------------------------------------------------------

PIECES = st.sampled_from(["a", " ", "\n", "\r\n", "\r", "\t", "“", "é", "e\u0301", "😀", "👨‍👩‍👧", "\u2028", "\u2029",
                          "\ufeff", "\u202e", "שלום", "\x01", "\x7f", "\ufffd", '"', "\\", "𝒜", "\x85"])  # fmt: skip
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.lists(PIECES | CHARACTERS, min_size=1, max_size=30).map("".join).filter(str.strip)
STRINGS = st.none() | st.lists(PIECES | CHARACTERS, max_size=8).map("".join)
NAMES = st.lists(PIECES | CHARACTERS, min_size=1, max_size=5).map("".join).filter(str.strip)


def spans_of(text):
    return st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted).filter(lambda s: s[0] < s[1])


@st.composite
def layer_of(draw, document, who, ids):
    text = document["text"]
    spans = []
    for start, end in draw(st.lists(spans_of(text), max_size=4)):
        label = draw(st.sampled_from(LABELS))
        identity = draw(st.sampled_from([None, "named", "institution", "unnamed"]))
        parts = [{"role": draw(NAMES), "start": a, "end": b, "text": text[a:b]}
                 for a, b in draw(st.lists(spans_of(text), max_size=2))]  # fmt: skip
        spans.append({
            "id": f"s{next(ids)}", "start": start, "end": end, "label": label, "text": text[start:end],
            "labels_all": [label] + ["anonymous-source"] * (identity == "unnamed" and label != "anonymous-source"),
            "identity": identity, "source": draw(STRINGS),
            "confidence": draw(st.sampled_from([None, "high", "medium", "low"])), "unsure": draw(st.booleans()),
            "note": draw(STRINGS), "parts": parts, "score": draw(st.none() | st.floats(0, 1)),
            "taken_from": draw(STRINGS), "reason": draw(STRINGS), "runner_up": draw(st.none() | st.sampled_from(LABELS)),
        })  # fmt: skip
    negatives = [
        {"id": f"n{next(ids)}", "start": start, "end": end, "text": text[start:end],
         "kind": draw(STRINGS), "reason": draw(STRINGS)}
        for start, end in draw(st.lists(spans_of(text), max_size=2))
    ]  # fmt: skip
    everything = sorted([*spans, *negatives], key=lambda item: (item["start"], item["end"], item["id"]))
    known = [item["id"] for item in everything]
    relations = [
        {"type": draw(NAMES), "from": source, "to": draw(st.sampled_from(known))}
        for source in known
        for _ in range(draw(st.integers(0, 1)))
    ]
    return {
        **document,
        "annotator": who,
        "status": draw(st.sampled_from(["started", "finished"])),
        "round": draw(st.sampled_from(["calibration", "production", "recheck", "practice"])),
        "blind": draw(st.booleans()),
        "guideline": draw(st.none() | st.just("f" * 64)),
        "split": None,
        "group": None,
        "spans": [item for item in everything if "label" in item],
        "negatives": [item for item in everything if "label" not in item],
        "relations": relations,
    }


@st.composite
def files(draw):
    """Lines as the design has them: documents in order, layers by name, everything by span."""
    ids, lines = count(), []
    people = draw(
        st.lists(st.tuples(NAMES, st.sampled_from(["human", "model", "gold"])), unique=True, min_size=1, max_size=3)
    )
    for text in draw(st.lists(TEXTS, unique=True, min_size=1, max_size=3)):
        digest = sha256(text.encode()).hexdigest()
        document = {
            "schema": "source-annotator/1", "document": draw(STRINGS) or digest, "sha256": digest, "text": text,
            "offset_unit": "codepoint", "language": draw(STRINGS),
            "meta": {key: draw(STRINGS) for key in ("title", "outlet", "byline", "url", "published")},
            "meta_json": draw(st.sampled_from(["{}", '{"b": 1,"a":"é"}', '{"x":"\\u00e9"}'])),
            "zones": [{"kind": draw(NAMES), "start": a, "end": b} for a, b in draw(st.lists(spans_of(text), max_size=1))],
        }  # fmt: skip
        chosen = draw(st.lists(st.sampled_from(sorted(people)), unique=True, min_size=1)).copy()
        for name, kind in sorted(chosen):
            who = {"id": f"uid of {kind} {name}", "name": name, "kind": kind}
            lines.append(draw(layer_of(document, who, ids)))
    return lines


@settings(max_examples=60)
@given(files())
def test_any_layers_come_back_as_they_went_in(lines):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = through_projects(folder, write_lines(folder / "in.jsonl", lines))
        assert parsed(first) == lines
        assert first.read_bytes() == second.read_bytes()


@settings(max_examples=40)
@given(files())
def test_counting_in_utf16_would_be_caught(lines):
    """A file whose offsets count UTF-16 units: every span after an astral character is refused."""

    def units(text, position):
        return len(text[:position].encode("utf-16-le")) // 2

    for layer in lines:
        text = layer["text"]
        wrong = [
            {**each, "start": units(text, each["start"]), "end": units(text, each["end"])} for each in layer["spans"]
        ]
        raw = json.dumps({**layer, "spans": wrong, "negatives": [], "relations": []}).encode()
        record = jsonl._decode(raw)
        found = check(record, frozenset(LABELS)).findings
        refused = {finding.id for finding in found}
        for was, now in zip(layer["spans"], wrong, strict=True):
            is_right = text[now["start"] : now["end"]] == was["text"] and now["end"] <= len(text)
            assert (was["id"] in refused) == (not is_right)


def test_offsets_in_utf16_are_refused_span_by_span(tmp_path):
    text = "😀 Officials denied it."
    wrong = [span(3, 12, text="Officials", id="one"), span(3, 12, id="two")]
    with Store.create(tmp_path / "p.annotator") as store:
        path = write_lines(tmp_path / "in.jsonl", [line(text, *wrong, annotator=by("Ana"))])
        report = bring_in(store, path)
    (problem,) = report.problems
    assert str(problem) == (
        "in.jsonl, line 1, one: left out: its text is not at 3 to 12: expected 'Officials', found 'fficials '"
    )
    assert report.annotations == 1


# --- The first bytes of a file -------------------------------------------------------------------


@pytest.mark.parametrize("beginning", ["", "\ufeff", "\n\n", "\ufeff \n"])
def test_a_file_is_recognised_by_its_content_whatever_it_is_called(tmp_path, beginning):
    path = tmp_path / "layers.txt"
    path.write_text(beginning + json.dumps(line()) + "\n", encoding="utf-8")
    assert recognise(path) is jsonl.FORMAT


def test_a_byte_order_mark_of_the_file_is_dropped_and_one_that_starts_a_text_stays(tmp_path):
    text = "\ufeffOfficials denied it."
    path = tmp_path / "in.jsonl"
    layer = line(text, span(0, 10, text="\ufeffOfficials"), annotator=by("Ana"))
    path.write_text("\ufeff" + json.dumps(layer, ensure_ascii=False) + "\n", encoding="utf-8")
    assert path.read_bytes().count(b"\xef\xbb\xbf") == 3
    with Store.create(tmp_path / "p.annotator") as store:
        assert bring_in(store, path).problems == []
        exporters.export(store, tmp_path / "out.jsonl")
    (out,) = parsed(tmp_path / "out.jsonl")
    assert out["text"] == text
    assert out["spans"][0]["text"] == "\ufeffOfficials"


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_lines_may_end_as_they_like_and_may_be_blank(tmp_path, end):
    path = tmp_path / "in.jsonl"
    path.write_bytes(f"{json.dumps(line('One.'))}\n  \n{json.dumps(line('Two.'))}{end}".encode())
    found = list(jsonl.read(path))
    assert [(each.found.text, each.line) for each in found] == [("One.", 1), ("Two.", 3)]
    assert found[-1].position == path.stat().st_size


# --- More or less than expected ------------------------------------------------------------------


def read(tmp_path, layer):
    path = tmp_path / "in.jsonl"
    path.write_text((layer if isinstance(layer, str) else json.dumps(layer)) + "\n", encoding="utf-8")
    found = [each.found for each in jsonl.read(path)]
    return [each for each in found if not hasattr(each, "what")], [each for each in found if hasattr(each, "what")]


def test_only_schema_text_and_start_end_label_of_a_span_are_needed(tmp_path):
    (layer,), problems = read(tmp_path, line("Text", span(0, 4)))
    assert problems == []
    assert (layer.spans[0].label, layer.spans[0].parts, layer.meta.title) == ("denial", [], None)


def test_a_null_says_no_more_than_a_key_that_is_absent(tmp_path):
    nulls = dict.fromkeys(KEYS[3:]) | {"text": "Text", "spans": [dict.fromkeys(SPAN_KEYS) | span(0, 4)]}
    (layer,), problems = read(tmp_path, {"schema": "source-annotator/1", **nulls})
    assert problems == []
    assert (layer.zones, layer.meta_json, layer.annotator, layer.spans[0].unsure) == ([], "{}", None, False)


def test_unknown_keys_of_a_line_and_of_its_meta_are_kept(tmp_path):
    layer = line("Text", meta={"title": "T", "desk": "World"}, priority=3, meta_json='{"a":1}')
    (found,), problems = read(tmp_path, layer)
    assert problems == []
    assert json.loads(found.meta_json) == {"a": 1, "desk": "World", "priority": 3}
    assert found.meta.title == "T"


def test_meta_json_may_be_an_object(tmp_path):
    (found,), problems = read(tmp_path, line("Text", meta_json={"a": {"b": [1]}}))
    assert problems == []
    assert json.loads(found.meta_json) == {"a": {"b": [1]}}


@pytest.mark.parametrize("bad", ["{", "[]", "7", "", 7, [1]])
def test_meta_json_that_is_no_object_is_left_out_and_the_line_stays(tmp_path, bad):
    with Store.create(tmp_path / "p.annotator") as store:
        for number, more in enumerate(({}, {"unknown": 1})):
            layer = line(f"Text {number}", span(0, 4), annotator=by("Ana"), document="doc", meta_json=bad, **more)
            report = bring_in(store, write_lines(tmp_path / "in.jsonl", [layer]))
            (problem,) = report.problems
            assert (problem.id, problem.line) == ("doc", 1)
            assert "its meta_json was left out" in problem.what
            assert report.annotations == 1
        assert findings(store) == []


def test_unknown_keys_of_spans_parts_zones_and_annotators_are_reported_and_nothing_else_is_lost(tmp_path):
    layer = line(
        "Text", span(0, 4, id="one", colour="red", parts=[{"role": "cue", "start": 0, "end": 2, "x": 1}]),
        annotator={**by("Ana"), "email": "x"}, zones=[{"kind": "dek", "start": 0, "end": 2, "y": 1}],
        negatives=[{"id": "two", "start": 0, "end": 1, "z": 1}],
    )  # fmt: skip
    (found,), problems = read(tmp_path, layer)
    assert all(problem.note for problem in problems)
    assert {(problem.id, problem.what) for problem in problems} == {
        (None, "unknown keys left out: email"), ("zones[0]", "unknown keys left out: y"),
        ("one", "unknown keys left out: colour"), ("one", "of its parts[0]: unknown keys left out: x"),
        ("two", "unknown keys left out: z"),
    }  # fmt: skip
    assert (len(found.spans), len(found.spans[0].parts), len(found.zones), len(found.negatives)) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (span(0, 4, id="one", identity="anonymous"), "Invalid enum value 'anonymous'"),
        ({"id": "one", "start": 0, "label": "denial"}, "missing required field `end`"),
        (span("0", 4, id="one"), "Expected `int`, got `str`"),
        (span(0, 4.5, id="one"), "Expected `int`, got `float`"),
        (span(0, 4, None, id="one"), "missing required field `label`"),
        (span(0, 4, id=7), "Expected `str"),
        ("not an object", "Expected `object`"),
    ],
)
def test_a_span_that_cannot_be_read_is_named_and_the_others_stay(tmp_path, item, says):
    (found,), (problem,) = read(tmp_path, line("Text", item, span(0, 2, id="good")))
    assert [each.id for each in found.spans] == ["good"]
    assert problem.what.startswith("left out, it cannot be read (")
    assert says in problem.what
    assert problem.id == ("one" if isinstance(item, dict) and item["id"] == "one" else "spans[0]")
    assert not problem.note


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{", "not valid JSON"),
        ("[1]", "not a JSON object"),
        ("[" * 100_000, "not valid JSON"),
        ('{"schema":"source-annotator/1","text":"\\ud800"}', "half a character"),
        ('{"schema":"source-annotator/9","text":"x"}', "Invalid enum value 'source-annotator/9'"),
        ('{"text":"x"}', "missing required field `schema`"),
        ('{"schema":"source-annotator/1","text":"x","offset_unit":"utf-16"}', "Invalid enum value 'utf-16'"),
        ('{"schema":"source-annotator/1","text":"x","meta":"y"}', "Expected `object`"),
        ('{"schema":"source-annotator/1","text":"x","annotator":{"kind":"human"}}', "missing required field `name`"),
        ('{"schema":"source-annotator/1","labels":[{"title":"x"}]}', "labels cannot be read"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(tmp_path, bad, says):
    found, (problem,) = read(tmp_path, bad)
    assert found == []
    assert says in problem.what
    assert problem.line == 1


def test_spans_that_are_no_list_are_reported(tmp_path):
    (found,), (problem,) = read(tmp_path, line("Text") | {"spans": {"start": 0}})
    assert found.spans == []
    assert "are lists" in problem.what


def test_bytes_that_are_no_utf8_are_a_problem_of_their_line(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(json.dumps(line("One.")).encode() + b'\n{"schema":"source-annotator/1","text":"\xff"}\n')
    first, second = (each.found for each in jsonl.read(path))
    assert first.text == "One."
    assert "not valid JSON" in second.what
