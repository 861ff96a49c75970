"""What moved or was lost in corrected articles, and settling it: each an edit that can be undone."""

from collections.abc import Sequence

import msgspec
from msgspec import json
from msgspec.structs import replace
from sqlalchemy import Connection

from annotator.records import Attributes, UserError
from annotator.rows import ToSettle
from annotator.store.connection import raw
from annotator.store.edits import Change, record, write_changes, write_status
from annotator.store.revisions import carried_uid, links, with_relations
from annotator.store.settled import mark

CONTEXT = 80  # code points to either side that tell a person where something stood
_decode_attributes = msgspec.json.Decoder(Attributes).decode
# One that moved and was removed since by hand has nothing left to settle; the former one may have been removed, too.
_OPEN = """
    SELECT former_uid, carried.annotator_id, annotator.name, annotator.kind, carried.uid,
        former.start, former."end", label.key, former.attributes, now.start, now."end", now.attributes
    FROM carried JOIN annotator ON annotator.id = carried.annotator_id
    JOIN annotation AS former ON former.uid = former_uid AND former.current
    LEFT JOIN annotation AS now ON now.uid = carried.uid AND now.current AND NOT now.deleted
    LEFT JOIN label ON label.id = coalesce(now.label_id, former.label_id)
    WHERE carried.document_id = ? AND NOT settled AND (outcome = 'lost' OR now.id IS NOT NULL)
    ORDER BY former.start, former."end", former_uid
"""
_RELATED = "SELECT former_uid, uid FROM carried WHERE document_id = ? AND uid IS NOT NULL"


def to_settle(connection: Connection, document_id: int | None = None) -> list[ToSettle]:
    """Return what is to be settled in one document, or in all, in the order in which it stood."""
    found = []
    for link in links(connection):
        if document_id in (None, link.document_id):
            found += _of_document(connection, link.document_id, link.predecessor_id, link.sha256)
    return found


def _of_document(connection: Connection, document_id: int, predecessor_id: int, sha256: str) -> list[ToSettle]:
    rows = raw(connection)
    open_ = rows.execute(_OPEN, (document_id,)).fetchall()
    if not open_:
        return []
    sql = "SELECT old.text, new.text FROM document AS old, document AS new WHERE old.id = ? AND new.id = ?"
    text, text_now = rows.execute(sql, (predecessor_id, document_id)).fetchone()
    uids = dict(rows.execute(_RELATED, (document_id,)))
    found = []
    for former_uid, annotator_id, name, kind, uid, start, end, label, said, first, last, now in open_:
        attributes = _decode_attributes(now or said)
        if now is None:  # its parts were of another text
            attributes = with_relations(replace(attributes, parts=()), _uids_of(attributes, uids, sha256))
        here, words_now = (None, None) if first is None else ((first, last), text_now[first:last])
        around = text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        own = uid or carried_uid(former_uid, sha256)
        found.append(
            ToSettle(
                former_uid, document_id, annotator_id, name, kind, own, label, attributes, *around, here, words_now
            )
        )
    return found


def _uids_of(attributes: Attributes, uids: dict[str, str], sha256: str) -> dict[str, str]:
    return {each.to: uids.get(each.to) or carried_uid(each.to, sha256) for each in attributes.relations}


def accept(connection: Connection, name: str, each: ToSettle, annotator_id: int, seconds: float = 0.0) -> int:
    """Leave an annotation where it is proposed, or a lost one out, as one edit; return its number."""
    return _settle(connection, name, each, (), annotator_id, seconds)


def remove(connection: Connection, name: str, each: ToSettle, annotator_id: int, seconds: float = 0.0) -> int:
    """Remove an annotation that moved."""
    return _settle(connection, name, each, [Change(each.uid, None)], annotator_id, seconds)


def place(
    connection: Connection, name: str, each: ToSettle, span: tuple[int, int], annotator_id: int, seconds: float = 0.0
) -> int:
    """Put an annotation, moved or lost, where a person says that it stands now."""
    change = Change(each.uid, span, each.label, each.attributes)
    return _settle(connection, name, each, [change], annotator_id, seconds)


def may_settle(each: ToSettle, annotator_id: int | None) -> bool:
    """Whether somebody may settle something: the own layer, and gold, which is nobody's own."""
    return annotator_id is not None and (each.annotator_id == annotator_id or each.kind == "gold")


def _settle(
    connection: Connection, name: str, each: ToSettle, changes: Sequence[Change], annotator_id: int, seconds: float
) -> int:
    if not may_settle(each, annotator_id):
        raise UserError(f"This is {each.annotator}’s to settle: everybody settles the own layer.")
    said = {"document": each.document_id, "before": {}, "after": {}, "settled": [each.former_uid]}
    change = json.encode(said).decode()
    number = record(connection, name, annotator_id=annotator_id, active_seconds=seconds, change=change)
    if changes:
        write_changes(connection, number, each.document_id, each.annotator_id, changes)
    mark(connection, each.document_id, [each.former_uid], settled=True)
    if each.kind == "gold" and not _is_open(connection, each):
        write_status(connection, number, each.document_id, each.annotator_id, "finished")
    return number


def _is_open(connection: Connection, each: ToSettle) -> bool:
    """Whether more of a layer is to be settled, or its former state was not finished."""
    rest = (more for more in to_settle(connection, each.document_id) if more.annotator_id == each.annotator_id)
    sql = """
        SELECT status FROM layer_state JOIN revision ON predecessor_id = layer_state.document_id
        WHERE revision.document_id = ? AND annotator_id = ? AND current AND NOT deleted
    """
    former = raw(connection).execute(sql, (each.document_id, each.annotator_id)).fetchone()
    return any(rest) or former != ("finished",)
