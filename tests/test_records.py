"""The records: defaults, the order of keys, and JSON that is canonical."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from annotator.records import Attributes, LayerRecord, Part, Problem, Relation
from annotator.versions import canonical

NONE_OR_TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
ATTRIBUTES = st.builds(
    Attributes,
    confidence=st.sampled_from([None, "high", "medium", "low"]),
    identity=st.sampled_from([None, "named", "institution", "unnamed"]),
    kind=NONE_OR_TEXT, note=NONE_OR_TEXT, reason=NONE_OR_TEXT, source=NONE_OR_TEXT, taken_from=NONE_OR_TEXT,
    runner_up=NONE_OR_TEXT, unsure=st.booleans(), score=st.none() | st.integers(0, 4).map(lambda n: n / 4),
    parts=st.lists(st.builds(Part, st.just("cue"), st.integers(0, 5), st.integers(0, 5)), max_size=2).map(tuple),
    relations=st.lists(st.builds(Relation, st.text("ab"), st.text("ab")), max_size=2).map(tuple),
)  # fmt: skip


@given(ATTRIBUTES)
def test_the_json_of_attributes_is_canonical_and_comes_back(attributes):
    encoded = canonical(attributes)
    plain = json.dumps(json.loads(encoded), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert encoded.decode() == plain
    assert msgspec.json.decode(encoded, type=Attributes) == attributes
    assert None not in json.loads(encoded).values()


def test_attributes_that_say_nothing_are_an_empty_object():
    assert canonical(Attributes()) == b"{}"


def test_a_problem_says_place_subject_and_both_sides():
    problem = Problem(file="a.jsonl", line=7, id="x", what="left out", expected="1", found="2")
    assert str(problem) == "a.jsonl, line 7, x: left out: expected 1, found 2"
    assert str(Problem(file="a.txt", what="the file is empty")) == "a.txt: the file is empty"


def test_defaults_of_a_line_are_not_shared():
    first, second = (LayerRecord(schema_name="source-annotator/1", text="x") for _ in range(2))
    first.spans.append("x")
    assert second.spans == []
