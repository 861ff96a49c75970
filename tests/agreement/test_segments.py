"""Stretches and overlaps, against loops over every character and every pair."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.batch import Block
from annotator.agreement.segments import overlaps, stretches

PLACES = st.tuples(st.integers(0, 9), st.integers(1, 5)).map(lambda place: (place[0], place[0] + place[1]))
SPANS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1), PLACES), max_size=10)


@given(SPANS)
def test_stretches_cover_what_the_spans_of_a_layer_and_label_cover_and_never_overlap(found):
    found = sorted(found, key=lambda span: (span[0], span[3][0]))
    columns = [np.array([span[at] for span in found], np.int64) for at in range(3)]
    bounds = [np.array([span[3][at] for span in found], np.int64) for at in range(2)]
    block = Block(np.arange(2), np.full(2, 20), np.ones((2, 2), bool), *columns, *bounds)
    made = list(zip(*(column.tolist() for column in stretches(block, 2)), strict=True))
    assert made == sorted(made)
    covered = [(*place, at) for *place, start, end in made for at in range(start, end)]
    assert len(covered) == len(set(covered))
    assert set(covered) == {
        (row, annotator, column, at)
        for row, annotator, label, (start, end) in found
        for column in (label, 2)
        for at in range(start, end)
    }


@given(st.lists(st.tuples(st.integers(0, 2), PLACES), max_size=12))
def test_overlaps_are_all_pairs_of_a_group_that_share_a_character(found):
    found = sorted(found)
    group, start, end = (np.array(column, np.int64) for column in (
        [group for group, _ in found], [place[0] for _, place in found], [place[1] for _, place in found],
    ))  # fmt: skip
    left, right = overlaps(group, start, end)
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == [
        (i, j)
        for i, (one, (a, b)) in enumerate(found)
        for j, (two, (c, d)) in enumerate(found)
        if i < j and one == two and max(a, c) < min(b, d)
    ]
