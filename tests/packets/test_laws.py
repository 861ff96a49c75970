"""The laws of merging, over projects on disk that people worked in apart (docs/versions.md).

The oracle is the union of sets of digests, and the rule of what is shown, in plain Python over plain SQLite.
"""

import os
import shutil
import tempfile
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from annotator.packets import merging
from annotator.store import Store, undo, version_union
from tests.builders import findings
from tests.packets.replicas import (
    STEPS,
    Step,
    expected_shown,
    in_effect,
    make_base,
    merged,
    packet_of,
    shown,
    texts,
    use_wrong_clock,
    work,
)  # fmt: skip

# `./dev faults merging` tries thousands.
EXAMPLES = int(os.environ.get("ANNOTATOR_TRIPLES", "25"))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_base(tmp_path_factory.mktemp("base"))


@contextmanager
def folder_with(base, *histories):
    """Give the copies of a project in which people did different things; without syncing a real disk each time."""
    fast = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(dir=fast))
    try:
        paths = []
        for number, steps in enumerate(histories):
            path = Path(shutil.copy(base, folder / f"{'abcde'[number]}.annotator"))
            work(path, steps, folder)
            paths.append(path)
        yield paths
    finally:
        shutil.rmtree(folder)


def assert_is_union(path, *parts):
    """A merged project has in effect what is in effect in any part, and shows of it what the rule says."""
    together = {}
    for part in parts:
        together |= in_effect(part)
    assert in_effect(path) == together
    assert {uid: row[0] for uid, row in shown(path).items()} == expected_shown(together)
    assert texts(path) == set().union(*map(texts, parts))


HISTORY = st.lists(STEPS, max_size=5)


@given(HISTORY, HISTORY, HISTORY)
@example([Step("tag", "new-a"), Step("undo"), Step("undo")], [], [])  # by hand, on what an undone import took along
@settings(max_examples=EXAMPLES)
def test_merge_is_idempotent_commutative_and_associative(base, one, two, three):
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_wrong_clock(monkeypatch)
        with folder_with(base, one, two, three) as (a, b, c):
            of_a, of_b, of_c = map(packet_of, (a, b, c))
            ab, ba = merged(a, of_b, name="ab"), merged(b, of_a, name="ba")
            assert_is_union(ab, a, b)
            assert in_effect(ab) == in_effect(ba)
            assert {uid: row[0] for uid, row in shown(ab).items()} == {uid: row[0] for uid, row in shown(ba).items()}
            ab_c = merged(ab, of_c, name="ab_c")
            a_bc = merged(a, packet_of(merged(b, of_c, name="bc")), name="a_bc")
            at_once = merged(c, of_b, of_a, of_b, name="at_once")
            assert_is_union(ab_c, a, b, c)
            assert in_effect(ab_c) == in_effect(a_bc) == in_effect(at_once)
            again = merged(ab_c, packet_of(ab_c), of_a, of_c, name="again")
            assert in_effect(again) == in_effect(ab_c)
            with Store.open(again) as store:
                assert findings(store) == []


@given(HISTORY, HISTORY)
@settings(max_examples=EXAMPLES)
def test_a_merge_is_withdrawn_and_brought_back_as_one_edit(base, one, two):
    with folder_with(base, one, two) as (a, b):
        before, seen = in_effect(a), shown(a)
        ab = merged(a, packet_of(b), name="ab")
        after = in_effect(ab)
        with Store.open(ab) as store:
            if after == before:  # nothing new is no step to undo
                return
            with store.transaction() as connection:
                undo.undo(connection)
            assert (in_effect(ab), shown(ab)) == (before, seen)
            with store.transaction() as connection:
                undo.redo(connection)
            assert in_effect(ab) == after
            assert findings(store) == []


@given(st.lists(HISTORY, min_size=5, max_size=5), st.data())
@settings(max_examples=max(3, EXAMPLES // 8), phases=[Phase.generate])  # an example is too slow to be shrunk
def test_five_replicas_that_exchange_in_any_order_end_equal(base, histories, data):
    with folder_with(base, *histories) as paths:
        packets = {path: [packet_of(path, f"{path.stem}-0")] for path in paths}
        exchanges = data.draw(st.lists(st.permutations(range(5)), min_size=2, max_size=3))
        for round_, order in enumerate(exchanges):
            for receiver, sender in pairwise(order):
                sent = [packets[paths[sender]][data.draw(st.integers(0, len(packets[paths[sender]]) - 1))]]
                merge_into(paths[receiver], *sent, *sent[:1])
                packets[paths[receiver]].append(packet_of(paths[receiver], f"{paths[receiver].stem}-{round_}-{sender}"))
        latest = [packet_of(path, f"{path.stem}-last") for path in paths]
        for path in paths:
            merge_into(path, *data.draw(st.permutations(latest)))
        assert all(in_effect(path) == in_effect(paths[0]) for path in paths)
        assert len({frozenset((uid, row[0]) for uid, row in shown(path).items()) for path in paths}) == 1


def merge_into(path, *packets):
    with Store.open(path) as store:
        merging.merge(store, packets)


def _overwrites(coming, here):
    """A wrong merge: what arrives last wins."""
    return version_union.versions.heads(coming.values())


def _drops_known_uids(self, uids):
    """A wrong merge: what is here already is not looked at."""
    return {}


def _by_clock(self, group, known, writes):
    """A wrong merge: the older version of two is left out."""
    here = known.get(group.uid, [])
    if not here or min(each.line.at for each in group.lines) > "2026":
        WHOLE(self, group, known, writes)


WHOLE = version_union.VersionUnion._take


@pytest.mark.parametrize(
    ("where", "what", "wrong", "caught"),
    [
        (version_union, "_heads", _overwrites, AssertionError),
        (version_union.VersionUnion, "_known", _drops_known_uids, version_union.BrokenPacket),
        (version_union.VersionUnion, "_take", _by_clock, AssertionError),
    ],
)
def test_a_wrong_merge_is_caught(base, where, what, wrong, caught, monkeypatch):
    use_wrong_clock(monkeypatch)
    histories = [Step("relabel", "one", "on-record", -5)], [Step("remove", "one", years=5), Step("tag", "new-a")], []
    with folder_with(base, *histories) as (a, b, _):

        def merge_both_ways(name):
            assert_is_union(merged(b, packet_of(a), name=f"ba-{name}"), a, b)
            assert_is_union(merged(a, packet_of(b), name=f"ab-{name}"), a, b)

        merge_both_ways("right")
        monkeypatch.setattr(where, what, wrong)
        with pytest.raises(caught):
            merge_both_ways("wrong")
