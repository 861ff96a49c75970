"""Histograms add and take away as counters do."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.histogram import Histogram

LENGTHS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=12)


def made(lengths):
    return Histogram.of(*np.array(lengths, np.int64).reshape(-1, 2).T)


def counted(histogram):
    columns = histogram.groups.tolist(), histogram.lengths.tolist(), histogram.counts.tolist()
    return {(group, length): count for group, length, count in zip(*columns, strict=True)}


@given(LENGTHS, LENGTHS)
def test_a_sum_is_that_of_counters_and_its_keys_rise(one, two):
    found = made(one).plus(made(two))
    assert counted(found) == Counter(one + two)
    assert (np.diff(found.keys) > 0).all()


@given(LENGTHS, LENGTHS)
def test_what_was_added_can_be_taken_away_without_a_trace(one, two):
    left = made(one).plus(made(two)).plus(made(two), -1)
    assert counted(left) == counted(made(one))
    assert left.keys.tolist() == made(one).keys.tolist()
