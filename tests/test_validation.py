"""Every kind of bad record is left out by itself, and said with what was expected and what was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.records import (
    AnnotatorRecord,
    LayerRecord,
    NegativeRecord,
    PartRecord,
    RelationRecord,
    SpanRecord,
    Zone,
)  # fmt: skip
from annotator.text import sha256
from annotator.validation import Finding, check, excerpt

TEXT = "Officials 😀 denied it."
LABELS = frozenset(["denial", "on-record"])


def layer(*spans, text=TEXT, **more):
    return LayerRecord(schema_name="source-annotator/1", document="doc", text=text, spans=list(spans), **more)


def one(start=0, end=9, label="denial", **more):
    return SpanRecord(id="one", start=start, end=end, label=label, **more)


def finding(checked):
    (found,) = checked.findings
    return found


def test_a_good_layer_is_kept_whole():
    record = layer(one(0, 9, text="Officials"), annotator=AnnotatorRecord(name="Ana"), sha256=sha256(TEXT))
    assert check(record, LABELS) == (sha256(TEXT), [])
    assert len(record.spans) == 1


@pytest.mark.parametrize("place", [(0, 0), (9, 3), (-1, 3), (0, 23), (22, 23), (10**30, 10**31)])
def test_offsets_that_are_no_span_of_the_text(place):
    record = layer(one(*place))
    found = finding(check(record, LABELS))
    assert found == (
        "one",
        "left out: its span is not one",
        "0 <= start < end <= 22",
        f"{place[0]} to {place[1]}",
        False,
    )
    assert record.spans == []


@pytest.mark.parametrize("kind", ["spans", "negatives"])
def test_a_text_that_is_not_at_its_place(kind):
    record = layer()
    item = one(10, 16, text="denied") if kind == "spans" else NegativeRecord(id="one", start=10, end=16, text="denied")
    setattr(record, kind, [item])
    expected = ("one", "left out: its text is not at 10 to 16", "'denied'", "'😀 deni'", False)
    assert finding(check(record, LABELS)) == expected
    assert getattr(record, kind) == []


def test_a_label_that_the_project_does_not_have():
    record = layer(one(label="rumour"))
    expected = ("one", "left out: its label is not in this project", "one of denial, on-record", "rumour", False)
    assert finding(check(record, LABELS)) == expected
    assert record.spans == []


def test_an_unknown_runner_up_is_dropped_with_a_note_and_the_span_stays():
    record = layer(one(runner_up="rumour"))
    found = finding(check(record, LABELS))
    assert (found.id, found.note) == ("one", True)
    assert record.spans[0].runner_up is None


def test_a_wrong_hash_keeps_the_whole_line_out():
    checked = check(layer(one(), sha256="0" * 64), LABELS)
    assert checked.sha256 is None
    assert finding(checked)[:1] + finding(checked)[2:4] == ("doc", "0" * 64, sha256(TEXT))


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_text_stays_out(text):
    assert check(layer(text=text), LABELS) == (None, [Finding("doc", "left out: its text is empty")])


def test_half_a_character_keeps_the_line_out():
    checked = check(layer(text="a\ud83d"), LABELS)
    assert checked.sha256 is None
    assert "lone surrogate" in finding(checked).what


def test_nul_becomes_a_replacement_character_and_offsets_stay():
    text = "No\0thing denied."
    record = layer(one(9, 15, text="denied"), one(0, 4, text="No\0t"), text=text, sha256=sha256(text))
    record.spans[1].id = "two"
    checked = check(record, LABELS)
    assert record.text == "No\ufffdthing denied."
    assert checked.sha256 == sha256(record.text)
    assert finding(checked) == ("doc", "1 NUL characters became U+FFFD", None, None, True)
    assert len(record.spans) == 2


@pytest.mark.parametrize("name", ["", "  ", "\0"])
def test_an_annotator_without_a_name_keeps_the_line_out(name):
    checked = check(layer(annotator=AnnotatorRecord(name=name)), LABELS)
    assert checked.sha256 is None
    assert finding(checked).what == "left out: its annotator has no name"


@pytest.mark.parametrize("name", ["", "  ", "\0x"])
def test_an_id_that_is_none_is_as_if_it_were_absent(name):
    record = layer(one())
    record.spans[0].id = name
    assert check(record, LABELS).findings == []
    assert not record.spans[0].id


def test_of_one_id_the_first_stays():
    record = layer(one(), one(0, 5), negatives=[NegativeRecord(id="one", start=0, end=1)])
    checked = check(record, LABELS)
    assert [found.id for found in checked.findings] == ["one", "one"]
    assert [(each.start, each.end) for each in record.spans] == [(0, 9)]
    assert record.negatives == []


def test_parts_that_are_wrong_are_left_out_one_by_one():
    good = PartRecord(role="source", start=0, end=9, text="Officials")
    beyond, elsewhere = PartRecord(role="cue", start=0, end=99), PartRecord(role="cue", start=0, end=9, text="denied")
    record = layer(one(parts=[beyond, good, elsewhere]))
    checked = check(record, LABELS)
    assert record.spans[0].parts == [good]
    assert checked.findings == [
        ("one", "part “cue” left out", "a span of the text", "0 to 99", False),
        ("one", "part “cue” left out", "'denied'", "'Officials'", False),
    ]


def test_relations_to_what_is_not_in_the_line_are_left_out():
    good = RelationRecord(type="answers", source="one", target="two")
    bad = [RelationRecord(type="answers", source="one", target="x"), RelationRecord(type="y", source="x", target="one")]
    record = layer(one(), negatives=[NegativeRecord(id="two", start=0, end=1)], relations=[good, *bad])
    checked = check(record, LABELS)
    assert record.relations == [good]
    assert [found.what for found in checked.findings] == [
        "relation “answers” left out: “x” is not in this line",
        "relation “y” left out: “x” is not in this line",
    ]


def test_a_relation_to_a_span_that_was_left_out_goes_with_it():
    record = layer(one(), SpanRecord(id="two", start=0, end=99, label="denial"))
    record.relations = [RelationRecord(type="answers", source="one", target="two")]
    assert len(check(record, LABELS).findings) == 2
    assert record.relations == []


def test_zones_beyond_the_text_are_left_out():
    record = layer(zones=[Zone("headline", 0, 9), Zone("dek", 5, 5), Zone("caption", 0, 23)])
    assert len(check(record, LABELS).findings) == 2
    assert record.zones == [Zone("headline", 0, 9)]


@pytest.mark.parametrize("bad", ["[]", "{", "", "{} {}", "[" * 100_000])
def test_meta_json_that_is_no_object_is_left_out(bad):
    record = layer(meta_json=bad)
    checked = check(record, LABELS)
    assert (finding(checked).id, finding(checked).expected) == ("doc", "a JSON object")
    assert record.meta_json == "{}"


def test_white_space_around_meta_json_is_no_problem():
    record = layer(meta_json=' {"a": 1}\n')
    assert check(record, LABELS).findings == []
    assert record.meta_json == '{"a": 1}'


PLACES = st.integers(-3, 30)


@given(st.text(min_size=1).filter(str.strip), st.lists(st.tuples(PLACES, PLACES)))
def test_what_stays_is_just_what_slices_to_something(text, places):
    """By slicing alone."""
    record = layer(*(SpanRecord(start=start, end=end, label="denial") for start, end in places), text=text)
    assert check(record, LABELS).sha256 is not None
    right = [place for place in places if place[0] >= 0 and len(text[place[0] : place[1]]) == place[1] - place[0] > 0]
    assert [(span.start, span.end) for span in record.spans] == right


@given(st.text())
def test_an_excerpt_is_one_short_line(passage):
    found = excerpt(passage)
    assert "\n" not in found
    assert len(found) <= 60 * 10 + 2
    assert excerpt("x" * 1000) == repr("x" * 59 + "…")
