"""Which backups stay, whatever the clock does: against a list of all that were ever made, kept by plain loops."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.rows import Backup
from annotator.store.rotation import superfluous

BEGIN = datetime(2026, 11, 25, tzinfo=UTC)
# A day or two later, some minutes later, or anywhere within sixty years, forth or back.
STEPS = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=2)),
    st.timedeltas(timedelta(hours=20), timedelta(days=2)),
    st.timedeltas(timedelta(days=-20_000), timedelta(days=20_000)),
)


def backup(number, made):
    return Backup(Path(f"{number}.annotator"), number, made, "work", Path("p.annotator"))


def expected(history):
    """The numbers that stay of everything ever made, told in the simplest way."""
    stay, days = set(), []
    for age, (number, made) in enumerate(reversed(history)):
        if age < 10:
            stay.add(number)
        day = made.strftime("%d.%m.%Y")
        if day not in days and len(days) < 14:
            days.append(day)
            stay.add(number)
    return stay


@settings(max_examples=300)
@given(st.lists(STEPS, min_size=1, max_size=60))
def test_the_ten_newest_and_one_a_day_stay_however_the_clock_jumps(steps):
    there, history, now = [], [], BEGIN
    for number, step in enumerate(steps, 1):
        now = max(datetime(1970, 1, 1, tzinfo=UTC), min(now + step, datetime(2990, 1, 1, tzinfo=UTC)))
        history.append((number, now))
        there.append(backup(number, now))
        gone = superfluous(there)
        there = [each for each in there if each not in gone]
        assert {each.number for each in there} == expected(history)
        assert there[-1].number == number, "the newest is never removed"
        assert len(there) <= 24


def test_a_year_of_work_leaves_two_weeks():
    there = []
    for day in range(365):
        for half_hour in range(3):
            there.append(backup(len(there) + 1, BEGIN + timedelta(days=day, minutes=30 * half_hour)))
    gone = set(superfluous(there))
    kept = [each for each in there if each not in gone]
    assert {(each.made - BEGIN).days for each in kept} == set(range(351, 365))
    assert len(kept) == 10 + 14 - 4  # the last of four days is among the ten
