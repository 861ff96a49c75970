"""The store against `annotator.versions`: the same verbs on both, and after each the same project.

Content and identities are made here by plain `json`, so that a digest in the file is that of the
documented form and not just of whatever the store wrote.
"""

import json
import tempfile
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from annotator import versions
from annotator.assets import guideline_text
from annotator.records import Attributes
from annotator.store import Store, edits, queries, trash, undo
from annotator.store.history import state_uid
from annotator.versions import Edit, History, Version
from tests.builders import add_annotator, bring_in, by, findings, line, span, write_lines

TEXTS = {1: "Officials denied it 😀 on Monday.", 2: "The mayor declined to comment."}
SHA = {key: sha256(text.encode()).hexdigest() for key, text in TEXTS.items()}
GUIDELINE = sha256(guideline_text().encode()).hexdigest()
LABELS = st.sampled_from(["denial", "on-record", None])
TIMES = st.integers(1, 6)  # deep enough to undo an import and what was built on it
NOTES = st.sampled_from([None, "sagt “nein” 😀"])


class Step(NamedTuple):
    """An edit of the model: metadata before and after it, and what it took from the trash or put there."""

    name: str
    titles: tuple[str | None, str | None] | None = None
    deleted: frozenset[int] = frozenset()
    restored: frozenset[int] = frozenset()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def said(start, end, label, attributes, guideline=GUIDELINE):
    return canonical(
        {"attributes": attributes, "end": end, "guideline": guideline, "label": label, "start": start},
    )


def state(status, guideline=GUIDELINE):
    return canonical({"blind": True, "guideline": guideline, "round": "production", "status": status})


class StoreAgainstVersions(RuleBasedStateMachine):
    """A project file, and beside it its history as pure values."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        self.path = folder / "p.annotator"
        self.store = Store.create(self.path)
        bring_in(self.store, write_lines(folder / "base.jsonl", [line(TEXTS[1], document="one")]))
        self.ana = add_annotator(self.store)
        with self.store.reading() as connection:
            query = "SELECT uid FROM annotator WHERE name = 'Ana'"
            self.ana_uid = connection.exec_driver_sql(query).scalar_one()
        self.file = write_lines(
            folder / "layers.jsonl",
            [
                line(TEXTS[1], span(0, 9, "denial", id="imported-1"), annotator=by("Ana")),
                line(TEXTS[2], span(4, 9, "on-record", id="imported-2"), annotator=by("Ana"),
                     negatives=[{"id": "imported-3", "start": 0, "end": 3, "kind": "look-alike"}]),
            ],
        )  # fmt: skip
        self.history = History()
        self.documents = {1}
        self.known = {1}  # in effect or not
        self.trash = set()
        self.layer_deletions = []
        self.title = None
        self.edits = [Edit(1, "import", None)]
        self.steps = [Step("Import base.jsonl")]
        self.latest = {1: []}
        self.brought_documents = {1: {1}}
        self.count = 0

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    # The model

    def record(self, kind, step, wrote, target=None):
        edit = Edit(len(self.edits) + 1, kind, target)
        self.edits.append(edit)
        self.steps.append(step)
        self.latest[edit.number if target is None else target] = wrote
        return edit.number

    def do(self, name, document, changes):
        """Replace all heads of some uids, and start the layer if it is unread."""
        heads = self.history.heads()
        wrote = [self.version(document, uid, heads, content, deleted) for uid, content, deleted in changes]
        uid = self.state_uid(document)
        if self.status(document) == "unread":
            content = state("started")
            wrote.append(self.version(document, uid, heads, content))
        self.history = self.history.add(wrote)
        self.record("do", Step(name), wrote)

    def version(self, document, uid, heads, content, deleted=False):
        over = frozenset(head.digest for head in heads.get(uid, []))
        return Version(uid, SHA[document], self.ana_uid, content, over, deleted)

    def state_uid(self, document):
        return state_uid(SHA[document], self.ana_uid)

    def status(self, document):
        found = self.history.shown().get(self.state_uid(document))
        return json.loads(found.content)["status"] if found else "unread"

    def shown(self):
        """What is shown of the annotations: uid, document and content."""
        states = {self.state_uid(document) for document in TEXTS}
        by_hash = {digest: document for document, digest in SHA.items()}
        return {
            uid: SimpleNamespace(document=by_hash[version.document], **json.loads(version.content))
            for uid, version in self.history.shown().items()
            if uid not in states and by_hash[version.document] in self.documents
        }

    def picked(self, data):
        shown = self.shown()
        uid = data.draw(st.sampled_from(sorted(shown)))
        return uid, shown[uid]

    # The verbs, on both

    def change(self, name, document, uid, content, change):
        with self.store.transaction() as connection:
            edits.change_annotations(connection, name, document, self.ana, [change])
        self.do(name, document, [(uid, content, change.span is None)])

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), label=LABELS, note=NOTES)
    def tag(self, data, label, note):
        document = data.draw(st.sampled_from(sorted(self.documents)))
        start = data.draw(st.integers(0, len(TEXTS[document]) - 1))
        end = data.draw(st.integers(start + 1, len(TEXTS[document])))
        self.count += 1
        uid = f"hand-{self.count}"
        content = said(start, end, label, {"note": note} if note else {})
        self.change("Tag", document, uid, content, edits.Change(uid, (start, end), label, Attributes(note=note)))

    @precondition(lambda self: self.shown())
    @rule(data=st.data(), label=LABELS)
    def relabel(self, data, label):
        uid, there = self.picked(data)
        content = said(there.start, there.end, label, {})
        self.change("Relabel", there.document, uid, content, edits.Change(uid, (there.start, there.end), label))

    @precondition(lambda self: self.shown())
    @rule(data=st.data())
    def resize(self, data):
        uid, there = self.picked(data)
        content = said(0, there.end, there.label, {})
        self.change("Resize", there.document, uid, content, edits.Change(uid, (0, there.end), there.label))

    @precondition(lambda self: self.shown())
    @rule(data=st.data())
    def remove(self, data):
        uid, there = self.picked(data)
        content = said(there.start, there.end, there.label, there.attributes)
        self.change("Remove", there.document, uid, content, edits.Change(uid, None))

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), status=st.sampled_from(["unread", "started", "finished"]))
    def set_state(self, data, status):
        document = data.draw(st.sampled_from(sorted(self.documents)))
        with self.store.transaction() as connection:
            edits.set_state(connection, "State", document, self.ana, status=status)
        wrote = [self.version(document, self.state_uid(document), self.history.heads(), state(status))]
        self.history = self.history.add(wrote)
        self.record("do", Step("State"), wrote)

    @precondition(lambda self: 1 in self.documents)
    @rule(title=st.sampled_from([None, "Kremlin denies", "Ünïcode 😀"]))
    def describe(self, title):
        with self.store.transaction() as connection:
            edits.describe(connection, "Title", 1, {"title": title})
        self.record("do", Step("Title", (self.title, title)), [])
        self.title = title

    @rule()
    def bring_in_a_file(self):
        bring_in(self.store, self.file)
        heads = self.history.heads()
        wrote = []
        for document in TEXTS:
            found = self.history.heads().get(self.state_uid(document))
            if found and found[0].deleted:
                wrote += self.history.restoring(self.lying(document))
        self.history = self.history.add(wrote)
        heads = self.history.heads()
        for uid, document, content in (
            ("imported-1", 1, said(0, 9, "denial", {}, None)),
            ("imported-2", 2, said(4, 9, "on-record", {}, None)),
            ("imported-3", 2, said(0, 3, None, {"kind": "look-alike"}, None)),
        ):
            if uid not in heads:
                wrote.append(Version(uid, SHA[document], self.ana_uid, content))
        shown = self.history.shown()
        for document in TEXTS:
            if self.state_uid(document) not in shown:
                finished = state("finished", None)
                wrote.append(self.version(document, self.state_uid(document), heads, finished))
        new = TEXTS.keys() - self.documents
        if wrote or new:
            self.history = self.history.add(wrote)
            restored = frozenset(self.trash)
            number = self.record("import", Step("Import layers.jsonl", restored=restored), wrote)
            self.brought_documents[number] = new - restored
            self.documents |= new
            self.known |= new
            self.trash.clear()

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def delete_documents(self, data):
        gone = data.draw(st.sets(st.sampled_from(sorted(self.documents)), min_size=1))
        with self.store.transaction() as connection:
            trash.delete_documents(connection, "Delete", sorted(gone))
        self.record("do", Step("Delete", deleted=frozenset(gone)), [])
        self.documents -= gone
        self.trash |= gone

    @precondition(lambda self: self.trash)
    @rule(data=st.data())
    def restore_documents(self, data):
        back = data.draw(st.sets(st.sampled_from(sorted(self.trash)), min_size=1))
        with self.store.transaction() as connection:
            trash.restore_documents(connection, "Restore", sorted(back))
        self.record("do", Step("Restore", restored=frozenset(back)), [])
        self.documents |= back
        self.trash -= back

    def with_layer(self):
        states = {document for document in self.documents if self.state_uid(document) in self.history.shown()}
        return states | {there.document for there in self.shown().values()}

    @precondition(lambda self: self.with_layer())
    @rule(data=st.data())
    def delete_layer(self, data):
        document = data.draw(st.sampled_from(sorted(self.with_layer())))
        with self.store.transaction() as connection:
            trash.delete_layer(connection, "Delete layer", document, self.ana)
        heads = self.history.heads()
        wrote = [
            self.version(document, uid, heads, said(there.start, there.end, there.label, there.attributes), True)
            for uid, there in self.shown().items()
            if there.document == document
        ]
        uid = self.state_uid(document)
        if uid in self.history.shown():
            wrote.append(self.version(document, uid, heads, state(self.status(document)), True))
        self.history = self.history.add(wrote)
        self.layer_deletions.append((document, self.record("do", Step("Delete layer"), wrote)))

    def lying(self, document):
        """The deletions of a layer that are shown still: what there is to restore."""
        shown = {found[0].digest for found in self.history.heads().values()}
        deletions = [number for of, number in self.layer_deletions if of == document]
        versions_ = {each.digest: each for number in deletions for each in self.latest[number]}
        return [each for key, each in versions_.items() if key in shown and each.deleted]

    @precondition(lambda self: any(self.lying(document) for document in self.documents))
    @rule(data=st.data())
    def restore_layer(self, data):
        document = data.draw(st.sampled_from(sorted(each for each in self.documents if self.lying(each))))
        with self.store.transaction() as connection:
            trash.restore_layer(connection, "Restore layer", document, self.ana)
        wrote = self.history.restoring(self.lying(document))
        self.history = self.history.add(wrote)
        number = self.record("do", Step("Restore layer"), wrote)
        self.layer_deletions.append((document, number))  # its undo is one

    @rule(times=TIMES)
    def undo(self, times):
        for _ in range(times):
            target = versions.undo_target(reversed(self.edits))
            with self.store.transaction() as connection:
                undo.undo(connection)
            self.revert("undo", target)

    @rule(times=TIMES)
    def redo(self, times):
        for _ in range(times):
            target = versions.redo_target(reversed(self.edits))
            with self.store.transaction() as connection:
                undo.redo(connection)
            self.revert("redo", target)

    def revert(self, kind, target):
        if target is None:
            return
        edit, step = self.edits[target - 1], self.steps[target - 1]
        wrote = self.latest[target]
        if edit.kind == "do":
            wrote = self.history.restoring(wrote)
            self.history = self.history.add(wrote)
            if step.titles:
                self.title = step.titles[0 if kind == "undo" else 1]
            self.move(step, kind)
        elif kind == "undo":
            before = self.history.withdrawn
            self.history = self.history.withdraw(version.digest for version in wrote)
            wrote = [self.history.versions[key] for key in self.history.withdrawn - before]
            self.documents -= self.brought_documents[target]
            self.move(step, kind)
        else:
            self.history = self.history.add(wrote)
            self.documents |= self.brought_documents[target]
            self.move(step, kind)
        self.record(kind, step, wrote, target)

    def move(self, step, kind):
        """Put documents into the trash or take them out, as an edit did, or the other way round."""
        put, taken = (step.deleted, step.restored) if kind == "redo" else (step.restored, step.deleted)
        self.trash = (self.trash | put) - taken
        self.documents = (self.documents | taken) - put

    @rule()
    def reopen(self):
        self.store.close()
        self.store = Store.open(self.path)

    # What must be the same

    @invariant()
    def the_same_is_in_effect(self):
        if not hasattr(self, "store"):
            return
        with self.store.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT digest, withdrawn IS NULL FROM annotation UNION ALL "
                "SELECT digest, withdrawn IS NULL FROM layer_state"
            ).all()
        assert {digest for digest, is_in in rows if is_in} == {version.digest for version in self.history.in_effect()}
        assert {digest for digest, is_in in rows if not is_in} == self.history.withdrawn

    @invariant()
    def the_same_is_shown(self):
        if not hasattr(self, "store"):
            return
        with self.store.reading() as connection:
            ids = set(queries.document_ids(connection, None))
            shown = {
                row.uid: (document, row.start, row.end, row.label, row.attributes.note)
                for document in ids
                for row in queries.annotations(connection, document)
            }
            rows = queries.document_rows(connection, sorted(ids), self.ana)
            lies = trash.contents(connection)
        assert ids == self.documents
        out_of_effect = {row.document_id: row.how for row in lies if row.annotator_id is None}
        assert {key for key, how in out_of_effect.items() if how == "deleted"} == self.trash
        assert {
            key for key, how in out_of_effect.items() if how == "undone"
        } == self.known - self.documents - self.trash
        assert {row.document_id for row in lies if row.annotator_id} == {
            document for document in self.documents if self.lying(document)
        }
        assert shown == {
            uid: (there.document, there.start, there.end, there.label, there.attributes.get("note"))
            for uid, there in self.shown().items()
        }
        assert {row.id: row.status for row in rows} == {document: self.status(document) for document in ids}
        assert all(row.title == self.title for row in rows if row.id == 1)

    @invariant()
    def the_same_can_be_undone(self):
        if not hasattr(self, "store"):
            return
        with self.store.reading() as connection:
            found = undo.next_undo(connection), undo.next_redo(connection)
        for step, target in zip(found, (versions.undo_target, versions.redo_target), strict=True):
            number = target(reversed(self.edits))
            assert step == (None if number is None else (number, self.steps[number - 1].name))

    @invariant()
    def the_project_is_whole(self):
        if hasattr(self, "store"):
            assert findings(self.store) == []


StoreAgainstVersions.TestCase.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
TestStoreAgainstVersions = StoreAgainstVersions.TestCase


def _keeps_what_was_built_on(*_):
    """A wrong `_withdraw_built_on`."""


def _forgets_what_was_there(_connection, _table, written):
    """A wrong `_said_before`: undo of a change deletes."""
    return [written[0]._asdict() | {"deleted": True}]


def _moves_nothing(*_, **__):
    """A wrong `move`: a deleted document stays where it is."""


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("move", _moves_nothing),
        ("_withdraw_built_on", _keeps_what_was_built_on),
        ("_said_before", _forgets_what_was_there),
    ],
)
def test_a_wrong_undo_is_caught(monkeypatch, name, wrong):
    monkeypatch.setattr(undo, name, wrong)
    search = settings(max_examples=200, stateful_step_count=25, deadline=None, database=None,
                      phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)  # fmt: skip
    with pytest.raises(AssertionError):
        run_state_machine_as_test(StoreAgainstVersions, settings=search)
