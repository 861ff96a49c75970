"""Spans without what may stand at their edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.edges import EDGES, FINAL_STOP, WHITE_SPACE, trimmed


@pytest.mark.parametrize(
    ("text", "edges", "expected"),
    [
        ("  He said no. ", (WHITE_SPACE,), "He said no."),
        ("He said no.", (WHITE_SPACE, FINAL_STOP), "He said no"),
        ("“We won’t.” ", (WHITE_SPACE, FINAL_STOP), "“We won’t.”"),  # the stop is within the quotation
        ("“We won’t.” ", EDGES, "We won’t"),
        (".5 per cent", EDGES, ".5 per cent"),  # a stop is trimmed at the end alone
        ("“No”", (), "“No”"),
        ("“ . ”", EDGES, "“ . ”"),  # nothing would be left
    ],
)
def test_what_is_named_is_left_out_at_the_edges(text, edges, expected):
    start, end = trimmed(text, 0, len(text), edges)
    assert text[start:end] == expected


@given(st.text(alphabet='ab .”“"!', min_size=1), st.data(), st.sets(st.sampled_from(EDGES)))
def test_it_is_idempotent_stays_within_and_keeps_what_is_inside(text, data, edges):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = trimmed(text, start, end, edges)
    assert start <= first < last <= end
    assert trimmed(text, first, last, edges) == (first, last)
    if (first, last) != (start, end):
        assert not set(text[start:first] + text[last:end]) & set("ab")
