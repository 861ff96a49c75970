"""The laws of `docs/versions.md`, by their numbers, on random histories of three projects.

Every law is checked against an oracle that shares no code with `annotator.versions`, and
refuted for a variant that is wrong on purpose: a law that cannot fail proves nothing.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import reduce
from hashlib import blake2b
from inspect import signature
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from annotator import versions
from annotator.versions import Edit, History, Version, canonical, digest, merge

DOCUMENT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
ANNOTATOR = "ana"
CONTENTS = [canonical({"label": number}) for number in range(3)]

EXAMPLES = settings(max_examples=100, deadline=None)
SEARCH = settings(max_examples=3000, database=None, phases=[Phase.generate], deadline=None)


def assert_refuted(cases: st.SearchStrategy[Any], law: Callable[..., None], *variant: Any) -> None:
    """Assert that `law` does not hold of a variant that is wrong on purpose."""

    def fails(case: Any) -> bool:
        try:
            law(case, *variant)
        except AssertionError:
            return True
        return False

    find(cases, fails, settings=SEARCH, random=Random(20261123))


# --- Projects that work apart and exchange what they have ------------------------------------------


class Project:
    """What the store does with `annotator.versions`, without tables."""

    def __init__(self, name: str, history: History = History()):  # noqa: B008 (immutable)
        self.name = name
        self.history = history
        self.edits: list[Edit] = []
        self.latest: dict[int, list[Version]] = {}  # what an edit, its undo or its redo did last

    def act(self, verb: str, pick: int, content: bytes, other: "Project") -> None:
        if verb in ("undo", "redo"):
            target = versions.undo_target if verb == "undo" else versions.redo_target
            self.turn(verb, target(reversed(self.edits)))
        elif verb == "import":
            uid = f"import{pick % 2}"
            self.take_in("import", History().add([Version(uid, DOCUMENT, ANNOTATOR, CONTENTS[0])]))
        elif verb == "merge":
            self.take_in("merge", other.history)
        else:
            wrote = self.written(verb, pick, content)
            if wrote:
                self.do([wrote])

    def written(self, verb: str, pick: int, content: bytes) -> Version | None:
        """Return what a person writes; None where there is nothing to change or to settle."""
        if verb == "create":
            return Version(f"{self.name}{len(self.edits)}", DOCUMENT, ANNOTATOR, content)
        heads = self.history.heads()
        if verb == "state":
            over = frozenset(head.digest for head in heads.get("state", []))
            return Version("state", DOCUMENT, ANNOTATOR, content, over)
        if verb == "settle":
            conflicts = sorted(uid for uid in heads if len(heads[uid]) > 1)
            return settlement(self.history, conflicts[pick % len(conflicts)], content) if conflicts else None
        there = sorted(self.history.shown())
        if not there:
            return None
        written = settlement(self.history, there[pick % len(there)], content)
        return written if verb == "change" else replace(written, deleted=True)

    def record(self, kind: versions.EditKind, target: int | None, wrote: list[Version]) -> None:
        edit = Edit(len(self.edits) + 1, kind, target)
        self.edits.append(edit)
        self.latest[edit.number if target is None else target] = wrote

    def do(self, wrote: list[Version]) -> None:
        self.history = self.history.add(wrote)
        self.record("do", None, wrote)

    def take_in(self, kind: versions.EditKind, incoming: History) -> None:
        before = in_effect(self.history)
        self.history = merge(self.history, incoming)
        new = in_effect(self.history) - before
        if new:
            self.record(kind, None, [self.history.versions[key] for key in new])

    def turn(self, kind: versions.EditKind, target: int | None) -> None:
        if target is None:
            return
        latest = self.latest[target]
        if self.edits[target - 1].kind == "do":
            wrote = self.taken_back(latest)
        elif kind == "undo":
            wrote = self.withdrawn(latest)
        else:
            wrote = latest
            self.history = self.history.add(wrote)
        self.record(kind, target, wrote)

    def taken_back(self, latest: list[Version]) -> list[Version]:
        wrote = self.history.restoring(latest)
        self.history = self.history.add(wrote)
        return wrote

    def withdrawn(self, latest: list[Version]) -> list[Version]:
        before = self.history.withdrawn
        self.history = self.history.withdraw(version.digest for version in latest)
        return [self.history.versions[key] for key in self.history.withdrawn - before]


def settlement(history: History, uid: str, content: bytes) -> Version:
    """Return what a person writes: it replaces all heads of its uid."""
    heads = history.heads()[uid]
    return replace(heads[0], content=content, deleted=False, parents=frozenset(h.digest for h in heads))


COMMON = History().add([Version("common", DOCUMENT, ANNOTATOR, CONTENTS[0])])
SOLO = ["create", "state", "change", "change", "delete", "settle", "undo", "undo", "undo", "redo", "redo"]
VERBS = [*SOLO, "settle", "import", "merge", "merge", "merge"]
Step = tuple[int, str, int, bytes]


def steps(verbs: list[str], min_size: int = 10, max_size: int = 40) -> st.SearchStrategy[list[Step]]:
    """Return what is done, one after the other: which project, verb, a choice, a content."""
    step = st.tuples(st.integers(0, 2), st.sampled_from(verbs), st.integers(0, 5), st.sampled_from(CONTENTS))
    return st.lists(step, min_size=min_size, max_size=max_size)


def played(todo: list[Step], kind: type[Project] = Project) -> list[Project]:
    projects = [kind(name, COMMON) for name in "abc"]
    for who, verb, pick, content in todo:
        projects[who].act(verb, pick, content, projects[(who + 1 + pick) % 3])
    return projects


STEPS = steps(VERBS)
HISTORIES = STEPS.map(lambda todo: [project.history for project in played(todo)])


# --- Oracles ---------------------------------------------------------------------------------------


def in_effect(history: History) -> set[bytes]:
    return {key for key in history.versions if key not in history.withdrawn}


def ends(history: History) -> dict[str, set[Version]]:
    """Return the heads of every uid by walking from each version to what replaces it, to the end."""
    children: dict[bytes, list[Version]] = {key: [] for key in in_effect(history)}
    for key in children:
        for parent in history.versions[key].parents:
            if parent in children:
                children[parent].append(history.versions[key])
    found: dict[str, set[Version]] = {}
    for key in children:
        walk, seen = [history.versions[key]], set()
        while walk:
            version = walk.pop()
            if version.digest not in seen:
                seen.add(version.digest)
                walk += children[version.digest]
                if not children[version.digest]:
                    found.setdefault(version.uid, set()).add(version)
    return found


def said(history: History) -> dict[str, set[bytes | None]]:
    """Return what the heads of every uid say, None for a deletion; a uid that is gone is left out."""
    every = {uid: {None if h.deleted else h.content for h in heads} for uid, heads in ends(history).items()}
    return {uid: contents for uid, contents in every.items() if contents != {None}}


def shown(history: History) -> dict[str, Version]:
    """Return what is shown of every uid: no clock, no order of arrival."""
    found: dict[str, Version] = {}
    for uid, heads in ends(history).items():
        for head in heads:
            if not head.deleted and (uid not in found or head.digest < found[uid].digest):
                found[uid] = head
    return found


def observed(history: History) -> Any:
    """Return all that two histories must share to be the same."""
    return dict(history.versions), in_effect(history), ends(history), shown(history)


def naive_union(histories: Iterable[History]) -> Any:
    """Return what the merge of `histories` must be, by replaying all that each of them holds."""
    known, effective = {}, set()
    for history in histories:
        for key, version in history.versions.items():
            known[key] = version
            if key not in history.withdrawn:
                effective.add(key)
    return known, effective


# --- 1: identity -----------------------------------------------------------------------------------


def test_the_digest_of_two_versions_never_changes():
    content = '{"attributes":{"note":"café 😀"},"end":26,"label":"denial","start":0}'
    first = digest("u1", [], DOCUMENT, ANNOTATOR, content.encode(), False)
    assert first.hex() == "3d3c503ba4cd583f34b6d9e5835d5387"
    second = digest("u1", [first, bytes(16)], DOCUMENT, ANNOTATOR, content.encode(), True)
    assert second.hex() == "0a16009522050c20dad90d3a218f386a"


@given(
    st.text(),
    st.lists(st.binary(min_size=16, max_size=16)),
    st.dictionaries(st.text(), st.text()),
    st.booleans(),
)
def test_the_digest_is_blake2b_of_sorted_json(uid, parents, content, deleted):
    def plain_json(value):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    identity = plain_json([uid, sorted(key.hex() for key in parents), DOCUMENT, ANNOTATOR, content, deleted])
    expected = blake2b(identity.encode(), digest_size=16).digest()
    assert canonical(content) == plain_json(content).encode()
    assert digest(uid, reversed(parents), DOCUMENT, ANNOTATOR, canonical(content), deleted) == expected


PARTS = ["uid", "parents", "document", "annotator", "content", "deleted"]


def check_every_part_counts(part: str, identity: Callable[..., bytes]) -> None:
    parts = dict.fromkeys(PARTS, "u") | {"parents": [bytes(16)], "content": b"1", "deleted": False}
    other = {"parents": [], "content": b"2", "deleted": True}.get(part, "other")
    assert identity(**parts) != identity(**{**parts, part: other})


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_a_version_counts_in_its_digest(part):
    check_every_part_counts(part, digest)


def test_a_digest_without_parents_is_refuted():
    def without_parents(parents, **parts):
        return digest(parents=[], **parts)

    assert_refuted(st.sampled_from(PARTS), check_every_part_counts, without_parents)


def test_a_version_holds_no_clock():
    assert list(signature(digest).parameters) == PARTS
    assert {field.name for field in fields(Version)} == {*PARTS, "digest"}


# --- 2: heads --------------------------------------------------------------------------------------


def check_heads(histories: list[History], heads: Callable[[list[Version]], list[Version]]) -> None:
    for history in histories:
        every = [history.versions[key] for key in in_effect(history)]
        for uid, expected in ends(history).items():
            of_uid = sorted((v for v in every if v.uid == uid), key=lambda v: v.digest)
            for arrival in (of_uid, of_uid[::-1], of_uid[1:] + of_uid[:1]):
                found = heads(arrival)
                assert set(found) == expected
                assert len(found) == len(expected)
                assert (found[0] if not found[0].deleted else None) == shown(history).get(uid)


@EXAMPLES
@given(HISTORIES)
def test_heads_are_what_nothing_replaces_in_whatever_order_it_arrived(histories):
    check_heads(histories, versions.heads)
    for history in histories:
        assert {uid: set(heads) for uid, heads in history.heads().items()} == ends(history)
        assert history.shown() == shown(history)
        for heads in history.heads().values():
            assert versions.current(heads) == heads[0]


def test_nothing_is_current_where_nothing_is_in_effect():
    assert versions.current([]) is None
    assert History().shown() == {}


def test_heads_that_ignore_what_is_deleted_are_refuted():
    def by_digest_alone(every):
        return sorted(versions.heads(every), key=lambda version: version.digest)

    assert_refuted(HISTORIES, check_heads, by_digest_alone)


def test_showing_what_arrived_last_is_refuted():
    def newest_first(every):
        found = versions.heads(every)
        return sorted(found, key=lambda v: (v.deleted, -every.index(v)))

    assert_refuted(HISTORIES, check_heads, newest_first)


# --- 3, 4, 5: undo and redo ------------------------------------------------------------------------


class Remembered:
    """Undo as two stacks of what the project said, which is all that a person expects of it."""

    def __init__(self):
        self.past: list[tuple[int, Any]] = []
        self.future: list[tuple[int, Any]] = []
        self.redone = self.beneath = False

    def check(self, project: Project, verb: str, number_of_edits: int, before: Any) -> None:
        after = said(project.history)
        if len(project.edits) == number_of_edits:
            assert after == before
            assert not {"undo": self.past, "redo": self.future}.get(verb)
            return
        edit = project.edits[-1]
        if edit.kind == "undo":
            number, expected = self.past.pop()
            self.future.append((number, before))
            assert (edit.target, after) == (number, expected)
        elif edit.kind == "redo":
            number, expected = self.future.pop()
            self.past.append((number, before))
            assert edit.target == number
            self.check_redo(project.edits[number - 1].kind, expected, after)
        else:
            self.past.append((edit.number, before))
            self.future.clear()
            self.redone = self.beneath = False

    def check_redo(self, kind: str, expected: Any, after: Any) -> None:
        """A merge over an edit that was undone and redone beneath it keeps both; else all is as before."""
        self.beneath = self.beneath or (kind == "merge" and self.redone)
        self.redone = self.redone or kind == "do"
        if self.beneath:
            assert all(contents <= after.get(uid, set()) for uid, contents in expected.items())
        else:
            assert after == expected


def check_undo_and_redo(todo: list[Step], kind: type[Project] = Project) -> None:
    projects = [kind(name, COMMON) for name in "abc"]
    memories = [Remembered() for _ in projects]
    for who, verb, pick, content in todo:
        project = projects[who]
        before, number_of_edits = said(project.history), len(project.edits)
        project.act(verb, pick, content, projects[(who + 1 + pick) % 3])
        memories[who].check(project, verb, number_of_edits, before)


@EXAMPLES
@given(STEPS)
def test_undo_and_redo_return_to_what_was_said_conflicts_included(todo):
    check_undo_and_redo(todo)


def test_an_undo_that_brings_the_old_digest_again_is_refuted():
    class OldDigest(Project):
        def taken_back(self, latest):
            former = [self.history.versions[key] for version in latest for key in version.parents]
            self.history = self.history.add(former)
            return former

    assert_refuted(STEPS, check_undo_and_redo, OldDigest)


def test_withdrawing_only_what_a_merge_brought_is_refuted():
    class NotWhatWasBuiltOnIt(Project):
        def withdrawn(self, latest):
            gone = {version.digest for version in latest}
            self.history = History(self.history.versions, self.history.withdrawn | gone)
            return latest

    assert_refuted(STEPS, check_undo_and_redo, NotWhatWasBuiltOnIt)


def test_replacing_only_the_shown_side_of_a_conflict_is_refuted():
    class OneSide(Project):
        def written(self, verb, pick, content):
            wrote = super().written(verb, pick, content)
            shown_first = self.history.shown()
            if wrote and verb == "change":
                return replace(wrote, parents=frozenset([shown_first[wrote.uid].digest]))
            return wrote

    assert_refuted(STEPS, check_undo_and_redo, OneSide)


def check_settlement(histories: list[History], restoring: Callable[..., list[Version]]) -> None:
    history = reduce(merge, histories)
    for uid in ends(history):
        settled = history.add([settlement(history, uid, CONTENTS[0])])
        assert said(settled)[uid] == {CONTENTS[0]}
        back = restoring(settled, settled.heads()[uid])
        assert len(set(back)) == len(back)
        undone = settled.add(back)
        assert said(undone).get(uid) == said(history).get(uid)
        again = undone.add(restoring(undone, back))
        assert said(again) == said(settled)
        assert len(ends(again)[uid]) == 1


@EXAMPLES
@given(HISTORIES)
def test_undoing_a_settlement_brings_the_conflict_back_and_redoing_it_settles_again(histories):
    check_settlement(histories, History.restoring)


def one_by_one(history: History, written: list[Version]) -> list[Version]:
    """Take back every version by itself, as if nothing had been written over it since."""
    return [
        version.replaced(None if former is None or former.deleted else former.content)
        for version in written
        for former in [history.versions[key] for key in sorted(version.parents)] or [None]
    ]


def test_a_settlement_taken_back_version_by_version_is_refuted():
    assert_refuted(HISTORIES, check_settlement, one_by_one)


def test_an_undo_beside_what_an_undone_edit_left_is_refuted():
    class Beside(Project):
        def taken_back(self, latest):
            wrote = one_by_one(self.history, latest)
            self.history = self.history.add(wrote)
            return wrote

    assert_refuted(STEPS, check_undo_and_redo, Beside)


def test_which_side_of_a_conflict_is_shown_may_change_with_an_undo():
    def shows_the_same(histories):
        history = reduce(merge, histories)
        for uid, heads in ends(history).items():
            if len([head for head in heads if not head.deleted]) > 1:
                settled = history.add([settlement(history, uid, CONTENTS[0])])
                undone = settled.add(settled.restoring(settled.heads()[uid]))
                assert [v.content for v in shown(undone).values()] == [v.content for v in shown(history).values()]

    assert_refuted(HISTORIES, shows_the_same)


def test_redoing_a_merge_over_an_edit_that_was_undone_and_redone_shows_both():
    ana, elsewhere = Project("a"), Project("b")
    ana.act("create", 0, CONTENTS[0], elsewhere)
    elsewhere.act("merge", 0, b"", ana)
    elsewhere.act("change", 0, CONTENTS[1], ana)
    ana.act("merge", 0, b"", elsewhere)
    assert said(ana.history) == {"a0": {CONTENTS[1]}}
    for verb in ("undo", "undo", "redo", "redo"):
        ana.act(verb, 0, b"", elsewhere)
    assert said(ana.history) == {"a0": {CONTENTS[0], CONTENTS[1]}}


KINDS = st.lists(st.sampled_from(["do", "import", "undo", "undo", "redo", "redo"]), max_size=40)


def check_targets(kinds: list[str], undo_target: Any, redo_target: Any) -> None:
    """Keep two lists of edit numbers, as every editor in memory does, and compare."""
    edits: list[Edit] = []
    past: list[int] = []
    future: list[int] = []
    for kind in kinds:
        assert undo_target(edits[::-1]) == (past[-1] if past else None)
        assert redo_target(edits[::-1]) == (future[-1] if future else None)
        number, target = len(edits) + 1, None
        if kind in ("undo", "redo"):
            source, other = (past, future) if kind == "undo" else (future, past)
            if not source:
                continue
            target = source.pop()
            other.append(target)
        else:
            past.append(number)
            future.clear()
        edits.append(Edit(number, kind, target))


@settings(max_examples=500, deadline=None)
@given(KINDS)
def test_undo_and_redo_targets_are_those_of_two_stacks(kinds):
    check_targets(kinds, versions.undo_target, versions.redo_target)


def test_an_undo_target_that_forgets_redo_is_refuted():
    def ever_undone(newest_first):
        undone = {edit.target for edit in newest_first if edit.kind == "undo"}
        ordinary = [edit.number for edit in newest_first if edit.kind not in ("undo", "redo")]
        return next((number for number in ordinary if number not in undone), None)

    assert_refuted(KINDS, check_targets, ever_undone, versions.redo_target)


def test_a_redo_target_beyond_an_ordinary_edit_is_refuted():
    def any_undo(newest_first):
        return versions.redo_target([edit for edit in newest_first if edit.kind in ("undo", "redo")])

    assert_refuted(KINDS, check_targets, versions.undo_target, any_undo)


# --- 6, 7: merge -----------------------------------------------------------------------------------


def last_writer_wins(a: History, b: History) -> History:
    newest = {version.uid: version for history in (a, b) for version in history.versions.values()}
    return History().add(newest.values())


def forgets_withdrawal(a: History, b: History) -> History:
    return History({**a.versions, **b.versions})


def withdrawn_in_either(a: History, b: History) -> History:
    return History({**a.versions, **b.versions}, a.withdrawn | b.withdrawn)


WRONG_MERGES = [last_writer_wins, forgets_withdrawal, withdrawn_in_either]


def check_merge_is_a_union(histories: list[History], union: Callable[..., History]) -> None:
    a, b, c = histories
    assert observed(union(a, a)) == observed(a)
    assert observed(union(a, b)) == observed(union(b, a))
    assert observed(union(union(a, b), c)) == observed(union(a, union(b, c)))
    assert observed(union(union(a, b), b)) == observed(union(a, b))
    merged = union(union(a, b), c)
    assert (dict(merged.versions), in_effect(merged)) == naive_union(histories)


@settings(EXAMPLES, max_examples=200)
@given(HISTORIES)
def test_merge_is_idempotent_commutative_and_associative(histories):
    for triple in permutations(histories):
        check_merge_is_a_union(list(triple), merge)


@pytest.mark.parametrize("wrong", WRONG_MERGES)
def test_other_merges_are_refuted(wrong):
    assert_refuted(HISTORIES, check_merge_is_a_union, wrong)


@EXAMPLES
@given(HISTORIES, st.randoms(use_true_random=False))
def test_parts_that_come_shuffled_and_twice_add_up_to_the_whole(histories, random):
    parts = [
        History({key: version}, history.withdrawn & {key})
        for history in histories
        for key, version in history.versions.items()
    ]
    parts += random.sample(parts, len(parts) // 2)
    random.shuffle(parts)
    assert observed(reduce(merge, parts, History())) == observed(reduce(merge, histories))


STALE = st.tuples(STEPS, steps(SOLO, 1, 8), steps(SOLO, 1, 8))


def check_a_stale_copy_changes_nothing(case: Any, kind: type[Project] = Project) -> None:
    """Work on from a history, copy it, work on, and merge with the copy."""
    todo, early, late = case
    project = kind("d", played(todo)[0].history)
    for _, verb, pick, content in early:
        project.act(verb, pick, content, project)
    stale = project.history
    for _, verb, pick, content in late:
        project.act(verb, pick, content, project)
    assert observed(merge(project.history, stale)) == observed(project.history)
    assert observed(merge(stale, project.history)) == observed(project.history)


@EXAMPLES
@given(STALE)
def test_edits_undone_and_redone_since_survive_a_merge_with_an_older_copy(case):
    check_a_stale_copy_changes_nothing(case)


def test_an_undo_that_writes_no_version_is_refuted():
    class Unwritten(Project):
        def taken_back(self, latest):
            return self.withdrawn(latest)

    assert_refuted(STALE, check_a_stale_copy_changes_nothing, Unwritten)


@EXAMPLES
@given(HISTORIES)
def test_a_head_stays_a_head_unless_the_other_side_replaced_it(histories):
    merged = reduce(merge, histories)
    everywhere = set().union(*map(in_effect, histories))
    assert everywhere == in_effect(merged)
    for history in histories:
        for uid, heads in ends(history).items():
            for head in heads:
                replaced = any(head.digest in merged.versions[key].parents for key in everywhere)
                assert (head in merged.heads()[uid]) is not replaced


def test_an_undo_here_and_a_change_there_are_both_kept():
    first = Version("u", DOCUMENT, ANNOTATOR, CONTENTS[0])
    second = first.replaced(CONTENTS[1])
    common = History().add([first, second])
    undone = common.add(common.restoring([second]))
    changed = common.add([second.replaced(CONTENTS[2])])
    assert said(merge(undone, changed)) == {"u": {CONTENTS[0], CONTENTS[2]}}
    redone = undone.add(undone.restoring(undone.heads()["u"]))
    assert said(merge(redone, changed)) == {"u": {CONTENTS[1], CONTENTS[2]}}


# --- 8, 9, 10: withdrawal --------------------------------------------------------------------------


CHOICES = st.tuples(HISTORIES, st.lists(st.integers(0, 50), max_size=3))


def check_withdrawal(case: Any, withdraw: Callable[..., History]) -> None:
    histories, picks = case
    for history in histories:
        keys = sorted(history.versions)
        gone = {keys[pick % len(keys)] for pick in picks if keys}
        left = withdraw(history, gone)
        assert left.versions == history.versions
        assert in_effect(left) == {key for key in in_effect(history) if not leads_to(history, key, gone)}
        returned = left.add(history.versions[key] for key in left.withdrawn - history.withdrawn)
        assert observed(returned) == observed(history)


def leads_to(history: History, key: bytes, gone: set[bytes]) -> bool:
    return key in gone or any(leads_to(history, parent, gone) for parent in history.versions[key].parents)


@EXAMPLES
@given(CHOICES)
def test_withdrawal_hides_what_was_built_on_it_and_nothing_else_and_can_be_taken_back(case):
    check_withdrawal(case, History.withdraw)


def test_a_withdrawal_one_step_deep_is_refuted():
    def one_step(history, gone):
        built_on = {key for key, version in history.versions.items() if version.parents & gone}
        return History(history.versions, history.withdrawn | gone | built_on)

    assert_refuted(CHOICES, check_withdrawal, one_step)


@EXAMPLES
@given(HISTORIES)
def test_bringing_a_withdrawn_import_in_again_restores_it(histories):
    imported = History().add([Version("new", DOCUMENT, ANNOTATOR, content) for content in CONTENTS[:2]])
    for history in histories:
        after = merge(history, imported)
        left = after.withdraw(imported.versions)
        assert said(left) == said(history)
        assert observed(merge(left, imported)) == observed(after)
        assert observed(left.add(imported.versions.values())) == observed(after)


@EXAMPLES
@given(HISTORIES, st.sampled_from(CONTENTS))
def test_what_arrives_later_on_a_withdrawn_version_is_shown(histories, content):
    came = Version("new", DOCUMENT, ANNOTATOR, CONTENTS[0])
    for history in histories:
        late = came.replaced(content)
        left = history.add([came]).withdraw([came.digest])
        arrived = merge(left, History().add([late]))
        assert arrived.shown()["new"] == late
        for version in left.versions.values():
            if version.digest in left.withdrawn:
                child = version.replaced(content)
                if child.digest not in left.versions:
                    assert child in left.add([child]).heads()[version.uid]


def check_effect_is_closed(todo: Any, kind: type[Project] = Project) -> None:
    for project in played(todo, kind):
        effective = in_effect(project.history)
        for key in effective:
            assert project.history.versions[key].parents <= effective


@EXAMPLES
@given(STEPS)
def test_what_is_in_effect_stands_on_what_is_in_effect(todo):
    check_effect_is_closed(todo)


def test_a_withdrawal_that_leaves_what_was_built_on_it_is_refuted():
    class Leaves(Project):
        def withdrawn(self, latest):
            self.history = History(
                self.history.versions, self.history.withdrawn | {version.digest for version in latest}
            )
            return latest

    assert_refuted(STEPS, check_effect_is_closed, Leaves)


# --- The random histories reach what matters ---------------------------------------------------------


def has_undone_a_settlement(project: Project) -> bool:
    settled = {v.digest for v in project.history.versions.values() if len(v.parents) > 1}
    undone = [edit.target for edit in project.edits if edit.kind == "undo"]
    replaced = {key for target in undone for version in project.latest[target] for key in version.parents}
    return bool(settled & replaced)


REACHED: dict[str, Callable[[Project], bool]] = {
    "a conflict of contents": lambda p: any(len(all_ - {None}) > 1 for all_ in said(p.history).values()),
    "a change against a deletion": lambda p: any(None in all_ for all_ in said(p.history).values()),
    "a settlement that was undone": has_undone_a_settlement,
    "a withdrawal": lambda p: bool(p.history.withdrawn),
    "a merge that was redone": lambda p: any(
        edit.kind == "redo" and p.edits[edit.target - 1].kind == "merge" for edit in p.edits
    ),
    "an import that came again": lambda p: [edit.kind for edit in p.edits].count("import") > 2,
}


@pytest.mark.parametrize("situation", REACHED)
def test_the_random_histories_reach(situation):
    find(STEPS, lambda todo: any(map(REACHED[situation], played(todo))), settings=SEARCH, random=Random(1))
