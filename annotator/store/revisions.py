"""Corrected versions of articles: a new document that knows its predecessor, with what was annotated in that.

All of it is one edit, an import, so that undo withdraws it. A link counts as long as that edit is in effect.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, json
from msgspec.structs import replace
from sqlalchemy import Connection, Table

from annotator import versions
from annotator.carrying import Carrier, Found
from annotator.records import Attributes, LayerRecord, Part, Relation, UserError
from annotator.rows import Kin
from annotator.store.connection import raw
from annotator.store.edits import record
from annotator.store.history import (
    AnnotationContent,
    StateContent,
    append,
    head_digests,
    join_parents,
    rows_in_effect,
    state_uid,
)
from annotator.store.intake import Intake
from annotator.store.tables import annotation, layer_state

_decode_attributes = msgspec.json.Decoder(Attributes).decode
_LINKS = """
    SELECT new.id, old.id, new.sha256, old.sha256, revision.edit FROM revision
    JOIN document AS new ON new.id = document_id JOIN document AS old ON old.id = predecessor_id
    WHERE new.withdrawn IS NULL AND old.withdrawn IS NULL AND revision.edit <= ? ORDER BY new.id
"""
_TURNED = """
    SELECT target, kind FROM edit WHERE number <= ? AND kind IN ('undo', 'redo')
    AND target IN (SELECT edit FROM revision) ORDER BY number
"""
_LINK = """
    INSERT INTO revision(document_id, predecessor_id, edit) VALUES (?, ?, ?)
    ON CONFLICT(document_id) DO UPDATE SET predecessor_id = excluded.predecessor_id, edit = excluded.edit
"""
_ANNOTATIONS = """
    SELECT annotation.uid, annotator_id, annotator.uid, annotator.kind, start, "end", label_id, label.key, attributes,
        guideline_id, guideline.sha256
    FROM annotation JOIN annotator ON annotator.id = annotator_id LEFT JOIN label ON label.id = label_id
    LEFT JOIN guideline ON guideline.id = guideline_id
    WHERE document_id = ? AND current AND NOT deleted ORDER BY start, "end", annotation.uid
"""
_STATES = """
    SELECT annotator_id, annotator.uid, status, round, blind, guideline_id, guideline.sha256
    FROM layer_state JOIN annotator ON annotator.id = annotator_id LEFT JOIN guideline ON guideline.id = guideline_id
    WHERE document_id = ? AND current AND NOT deleted
"""
_CARRIED = """
    INSERT INTO carried(document_id, annotator_id, former_uid, uid, outcome, settled) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT(document_id, former_uid) DO UPDATE
    SET uid = excluded.uid, outcome = excluded.outcome, settled = excluded.settled
"""
_EVER = 2**63 - 1  # no edit has a higher number


class Link(NamedTuple):
    """A document and the one that it corrects, by local ids and by the hashes of their texts."""

    document_id: int
    predecessor_id: int
    sha256: str
    predecessor: str


class Origin(NamedTuple):
    """What a corrected document takes over of its predecessor beside the metadata of its own."""

    sha256: str
    meta_json: str


class Carried(NamedTuple):
    """What became of one annotation: where it stood, and where it stands in the corrected text, if it does."""

    annotator_id: int
    former_uid: str
    span: tuple[int, int]
    label: str | None
    found: Found


class Revised(NamedTuple):
    """What bringing in a corrected article came to. Nothing was new where it is done again."""

    document_id: int
    carried: list[Carried]
    is_new: bool


class _Former(NamedTuple):
    """An annotation of the predecessor."""

    uid: str
    annotator_id: int
    annotator: str
    kind: str
    start: int
    end: int
    label_id: int | None
    label: str | None
    attributes: str
    guideline_id: int | None
    guideline: str | None


class _State(NamedTuple):
    """The state of a layer."""

    annotator_id: int
    annotator: str
    status: str
    round: str
    blind: bool
    guideline_id: int | None
    guideline: str | None


def carried_uid(former: str, sha256: str) -> str:
    """Return the uid of an annotation in a corrected text, the same in every project."""
    return blake2b(f"{former}\0{sha256}".encode(), digest_size=16).hexdigest()


def links(connection: Connection, as_of: int | None = None) -> list[Link]:
    """Return which documents correct which, now or after an edit; not what was undone by then."""
    rows, number = raw(connection), _EVER if as_of is None else as_of
    found = rows.execute(_LINKS, (number,)).fetchall()
    turned = dict(rows.execute(_TURNED, (number,))) if found else {}  # it reads all edits
    return [Link(*link) for *link, edit in found if turned.get(edit) != "undo"]


def kin(connection: Connection) -> dict[int, Kin]:
    """Return the documents that correct another or were corrected, with their newest corrections."""
    found: dict[int, Kin] = {}
    for link in links(connection):
        found[link.predecessor_id] = found.get(link.predecessor_id, Kin())._replace(corrected_by=link.document_id)
        found[link.document_id] = found.get(link.document_id, Kin())._replace(corrects=link.predecessor_id)
    return found


def families(connection: Connection, as_of: int | None = None) -> dict[str, str]:
    """Return for each text that corrects or was corrected the first version of its article, both by hash."""
    before = {link.sha256: link.predecessor for link in links(connection, as_of)}
    found: dict[str, str] = {}
    for sha256 in {*before, *before.values()}:
        first, met = sha256, {sha256}
        while first in before and before[first] not in met:  # packets may have brought a circle
            first = before[first]
            met.add(first)
        found[sha256] = first if first not in before else min(met)
    return found


def revise(connection: Connection, name: str, predecessor_id: int, article: LayerRecord, sha256: str) -> Revised:
    """Bring in the corrected version of a document, and what everybody annotated in it, as one edit.

    `article` was checked, and `sha256` is that of its text.

    Raises:
        UserError: the document is not there, or the text is its own, an earlier one's, or corrects another already.

    """
    rows = raw(connection)
    sql = "SELECT sha256, text FROM document WHERE id = ? AND withdrawn IS NULL"
    former = rows.execute(sql, (predecessor_id,)).fetchone()
    if former is None:
        raise UserError(f"The project has no article {predecessor_id}. `annotator list` shows the numbers.")
    if rows.execute("SELECT 1 FROM removed WHERE sha256 = ?", (sha256,)).fetchone():
        raise UserError(
            "This text was removed for good. `annotator import --bring-back` takes it in again; then it can be the "
            "corrected version."
        )
    was_linked = _check_kin(connection, predecessor_id, former[0], sha256)
    edit = record(connection, name, kind="import")
    intake = Intake(connection, edit)
    intake.add(article, sha256)
    intake.finish()
    (document_id,) = rows.execute("SELECT id FROM document WHERE sha256 = ?", (sha256,)).fetchone()
    if not was_linked:
        rows.execute(_LINK, (document_id, predecessor_id, edit))
    carrying = _Carrying(connection, edit, predecessor_id, document_id, sha256)
    known = _carried_before(connection, document_id) if was_linked else frozenset()
    carried = list(carrying.annotations(Carrier(former[1], article.text), known))
    wrote_states = carrying.states(carried)
    return Revised(document_id, carried, is_new=bool(carried) or wrote_states or not was_linked)


def origin(connection: Connection, document_id: int) -> Origin:
    """Return the hash of a document's text, and what else its metadata says."""
    sql = "SELECT sha256, meta_json FROM document WHERE id = ?"
    return Origin(*raw(connection).execute(sql, (document_id,)).fetchone())


def foresee(connection: Connection, predecessor_id: int, text: str, sha256: str) -> list[Carried]:
    """Return what would become of the annotations of a document in a corrected text; nothing is written.

    Raises:
        UserError: as `revise`.

    """
    rows = raw(connection)
    sql = "SELECT sha256, text FROM document WHERE id = ?"
    predecessor, old = rows.execute(sql, (predecessor_id,)).fetchone()
    _check_kin(connection, predecessor_id, predecessor, sha256)
    carrier = Carrier(old, text)
    formers = (_Former(*row) for row in rows.execute(_ANNOTATIONS, (predecessor_id,)).fetchall())
    return [_carried(former, carrier)[0] for former in formers]


def _carried_before(connection: Connection, document_id: int) -> frozenset[str]:
    rows = raw(connection).execute("SELECT former_uid FROM carried WHERE document_id = ?", (document_id,))
    return frozenset(uid for (uid,) in rows)


def _check_kin(connection: Connection, predecessor_id: int, predecessor: str, sha256: str) -> bool:
    """Return whether a text is known as the correction already. Raises UserError where it cannot become one."""
    if sha256 == predecessor:
        raise UserError("This is the text that the project has already: nothing is corrected in it.")
    before = {link.sha256: link for link in links(connection)}
    known = before.get(sha256)
    if known and known.predecessor != predecessor:
        raise UserError(f"The project has this text as a correction of another article, {known.predecessor_id}.")
    earlier, met = before.get(predecessor), {predecessor}
    while earlier and earlier.predecessor not in met:
        if earlier.predecessor == sha256:
            raise UserError(f"This is the text of an earlier version of the article, {earlier.predecessor_id}.")
        met.add(earlier.predecessor)
        earlier = before.get(earlier.predecessor)
    return known is not None


class _Carrying:
    """Writes versions of the corrected document as part of an edit."""

    def __init__(self, connection: Connection, edit: int, old: int, new: int, sha256: str) -> None:
        self._connection, self._rows, self._edit = connection, raw(connection), edit
        self._old, self._new, self._sha256 = old, new, sha256
        self._now = datetime.now(UTC)

    def annotations(self, carrier: Carrier, known: frozenset[str]) -> Iterator[Carried]:
        """Carry what is not there, and yield what became of it; `known` was carried before."""
        formers = [_Former(*row) for row in self._rows.execute(_ANNOTATIONS, (self._old,))]
        of_new = (_Former(*row) for row in self._rows.execute(_ANNOTATIONS, (self._new,)).fetchall())
        there = {(each.annotator_id, each.start, each.end, each.label_id): each.uid for each in of_new}
        uids = {former.uid: carried_uid(former.uid, self._sha256) for former in formers}
        for former in formers:
            if former.uid in known or rows_in_effect(self._connection, annotation, uids[former.uid]):
                continue
            carried, parts = _carried(former, carrier)
            found = carried.found
            if found.place and (own := there.get((former.annotator_id, *found.place, former.label_id))):
                uids[former.uid], found = own, Found("same", found.place)  # the annotator has made it there too
            elif found.place:
                self._write(former, uids, found.place, parts)
            is_settled = found.outcome == "same" or former.kind == "model"  # nobody settles for a model
            uid = uids[former.uid] if found.place else None
            values = (self._new, former.annotator_id, former.uid, uid, found.outcome, is_settled)
            self._rows.execute(_CARRIED, values)
            yield carried._replace(found=found)

    def _write(self, former: _Former, uids: dict[str, str], place: tuple[int, int], parts: Sequence[Part]) -> None:
        said = with_relations(_decode_attributes(former.attributes), uids)
        attributes = versions.canonical(replace(said, parts=tuple(parts)))
        start, end = place
        content = json.encode(AnnotationContent(Raw(attributes), end, former.guideline, former.label, start))
        self._append(
            annotation, uids[former.uid], (), former, content, start=start, end=end, label_id=former.label_id,
            attributes=attributes.decode(),
        )  # fmt: skip

    def states(self, carried: Sequence[Carried]) -> bool:
        """Write the states of layers, and return whether there was any: finished where everything is the same."""
        open_ = {each.annotator_id for each in carried if each.found.outcome != "same"}
        there = {state.annotator_id: state for state in self._states(self._new)}
        wrote = False
        for former in self._states(self._old):
            state = there.get(former.annotator_id, former)
            status = "started" if state.status == "finished" and former.annotator_id in open_ else state.status
            if former.annotator_id not in there or status != state.status:
                self._write_state(state._replace(status=status))
                wrote = True
        return wrote

    def _states(self, document_id: int) -> list[_State]:
        return [_State(*row) for row in self._rows.execute(_STATES, (document_id,)).fetchall()]

    def _write_state(self, state: _State) -> None:
        uid = state_uid(self._sha256, state.annotator)
        parents = head_digests(self._connection, layer_state, uid)
        content = json.encode(StateContent(bool(state.blind), state.guideline, state.round, state.status))
        said = {"status": state.status, "round": state.round, "blind": bool(state.blind)}
        self._append(layer_state, uid, parents, state, content, **said)

    def _append(
        self, table: Table, uid: str, parents: Sequence[bytes], whose: _Former | _State, content: bytes, **said: Any
    ) -> None:
        digest = versions.digest(uid, parents, self._sha256, whose.annotator, content, deleted=False)
        values = {
            "uid": uid, "digest": digest, "parents": join_parents(parents), "document_id": self._new,
            "annotator_id": whose.annotator_id, "guideline_id": whose.guideline_id, "edit": self._edit,
            "at": self._now, "deleted": False,
        }  # fmt: skip
        append(self._connection, table, values | said)


def _carried(former: _Former, carrier: Carrier) -> tuple[Carried, tuple[Part, ...]]:
    found, parts = carrier.carry(former.start, former.end, _decode_attributes(former.attributes).parts)
    return Carried(former.annotator_id, former.uid, (former.start, former.end), former.label, found), parts


def with_relations(attributes: Attributes, uids: dict[str, str]) -> Attributes:
    """Return attributes whose relations lead to annotations of the corrected document."""
    relations = tuple(Relation(each.type, uids.get(each.to, each.to)) for each in attributes.relations)
    return replace(attributes, relations=relations)
