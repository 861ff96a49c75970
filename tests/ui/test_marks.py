from hypothesis import given
from hypothesis import strategies as st

from annotator.ui.marks import Mark, MarkSet

TEXT = 2_000  # code points; several cells


@st.composite
def marks(draw, uid):
    start = draw(st.integers(0, TEXT - 1))
    end = draw(st.integers(start + 1, TEXT))
    return Mark(uid, start, end, draw(st.sampled_from(["denial", "on-record", None])), draw(st.integers(0, 2)))


some_marks = st.integers(0, 25).flatmap(lambda n: st.tuples(*(marks(str(i)) for i in range(n))))
changes = st.lists(st.one_of(st.integers(0, 15), st.integers(0, 15).flatmap(lambda i: marks(str(i)))), max_size=40)


def lanes(found):
    return {mark.uid: found.lane(mark) for mark in found}


@given(some_marks)
def test_overlapping_marks_never_share_a_lane(some):
    found = MarkSet(some)
    for mark in some:
        for other in found.overlapping(mark.start, mark.end):
            assert other == mark or found.lane(other) != found.lane(mark)


@given(some_marks)
def test_an_inner_mark_is_nearer_to_the_text_than_the_one_that_holds_it(some):
    found = MarkSet(some)
    for inner in some:
        for outer in found.overlapping(inner.start, inner.end):
            smaller = inner.end - inner.start < outer.end - outer.start
            if smaller and inner.group == outer.group and outer.start <= inner.start and inner.end <= outer.end:
                assert found.lane(inner) < found.lane(outer)


@given(some_marks)
def test_other_layers_lie_below_the_own_marks_that_they_meet(some):
    found = MarkSet(some)
    for mark in some:
        assert found.lane(mark) >= mark.group
        for other in found.overlapping(mark.start, mark.end):
            assert other.group <= mark.group or found.lane(other) > found.lane(mark)


@given(changes)
def test_after_any_changes_the_lanes_are_those_of_a_new_set(steps):
    found, kept = MarkSet(), {}
    for step in steps:
        if isinstance(step, Mark):
            kept[step.uid] = step
            found.put(step)
        else:
            kept.pop(str(step), None)
            found.remove(str(step))
        lanes(found)  # so that the next change has lanes to forget
    assert lanes(found) == lanes(MarkSet(kept.values()))


@given(changes)
def test_a_change_moves_no_lane_outside_the_range_that_it_reports(steps):
    found = MarkSet()
    for step in steps:
        before = {mark: found.lane(mark) for mark in found}
        touched = found.put(step) if isinstance(step, Mark) else found.remove(str(step))
        start, end = touched or (0, 0)
        for mark, lane in before.items():
            if found.get(mark.uid) == mark and found.lane(mark) != lane:
                assert start <= mark.start
                assert mark.end <= end


@given(some_marks, st.integers(0, TEXT - 1), st.integers(1, TEXT))
def test_marks_are_found_by_place(some, start, length):
    found = MarkSet(some).overlapping(start, start + length)
    assert set(found) == {mark for mark in some if mark.start < start + length and start < mark.end}
    assert found == sorted(found, key=lambda mark: mark.order)


def test_removing_what_is_not_there_changes_nothing():
    assert MarkSet().remove("nobody") is None


def test_a_caret_touches_the_innermost_first_and_marks_that_end_there_last():
    outer, inner, ended = Mark("outer", 0, 100, "a"), Mark("inner", 40, 60, "a"), Mark("ended", 45, 50, "a")
    found = MarkSet([outer, inner, ended])
    assert found.at(50) == [inner, outer, ended]
    assert found.at(45) == [ended, inner, outer]
    assert found.at(101) == []
    assert found.at(0) == [outer]


def test_a_small_change_among_ten_thousand_marks_stays_small():
    found = MarkSet(Mark(str(i), 100 * i, 100 * i + 90, "denial") for i in range(10_000))
    assert all(found.lane(mark) == 0 for mark in found)
    start, end = found.put(Mark("new", 500_010, 500_020, "denial"))
    assert (start, end) == (500_000, 500_090)
    assert [found.lane(mark) for mark in found.overlapping(start, end)] == [0, 1]
