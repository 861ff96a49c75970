"""Annotations and states that two projects changed apart: both versions are kept until a person settles it."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec import json
from sqlalchemy import Connection, select

from annotator import versions
from annotator.records import Attributes, UserError
from annotator.rows import Conflict, Saying
from annotator.store.connection import raw
from annotator.store.edits import record
from annotator.store.history import append, head_digests, join_parents, row_digest, split_parents
from annotator.store.tables import VERSIONED, annotation

_decode_attributes = json.Decoder(Attributes).decode
_BATCH = 500  # uids in one statement
_CONTENT = {
    "annotation": 'start, "end", (SELECT key FROM label WHERE label.id = label_id), attributes',
    "layer_state": "status, round, blind, NULL",
}
_TABLES = {table.name: table for table in VERSIONED}


class _Head(NamedTuple):
    """A version of a uid, with what heads depend on and what it says."""

    uid: str
    digest: bytes
    parents: tuple[bytes, ...]
    deleted: bool
    document_id: int
    annotator_id: int
    at: str
    said: tuple[Any, ...]


def conflicts(connection: Connection) -> list[Conflict]:
    """Return every conflict of the project that waits for a person, in the order of the documents."""
    rows = raw(connection)
    found: list[Conflict] = []
    for table in _CONTENT:
        sql = f"""
            SELECT DISTINCT uid FROM {table} WHERE NOT current AND withdrawn IS NULL
            AND document_id IN (SELECT id FROM document WHERE withdrawn IS NULL)
        """
        found += among(connection, table, [uid for (uid,) in rows.execute(sql)])
    return sorted(found, key=lambda each: (each.document_id, each.sayings[0].start, each.uid))


def among(connection: Connection, table: str, uids: Sequence[str]) -> Iterator[Conflict]:
    """Yield the conflicts among some uids of a table."""
    for start in range(0, len(uids), _BATCH):
        for _, group in groupby(_read(raw(connection), table, uids[start : start + _BATCH]), attrgetter("uid")):
            heads = versions.heads(group)
            if len({(head.deleted, head.deleted or head.said) for head in heads}) > 1:
                yield _conflict(table, heads)


def doubles(connection: Connection, edit: int) -> dict[tuple[int, int], int]:
    """Return how many annotations that an edit brought stand a second time, alike, in their layer.

    That is no conflict: somebody did the same article on two machines, from one packet. By document and annotator.
    """
    sql = """
        SELECT new.document_id, new.annotator_id, count(DISTINCT new.uid)
        FROM annotation AS new INDEXED BY annotation_edit
        JOIN annotation AS other INDEXED BY annotation_layer USING (document_id, annotator_id, start, "end", label_id)
        WHERE new.edit = ? AND new.current AND NOT new.deleted AND other.current AND NOT other.deleted
            AND other.uid <> new.uid
        GROUP BY 1, 2
    """
    return {(document, who): count for document, who, count in raw(connection).execute(sql, (edit,))}


def settle(connection: Connection, conflict: Conflict, digest: bytes, annotator_id: int | None) -> int:
    """Write what one version of a conflict says over all of them, as one edit, and return its number.

    Raises:
        UserError: it was settled meanwhile.

    """
    table = _TABLES[conflict.table]
    over = head_digests(connection, table, conflict.uid)
    if digest not in over or len(over) < 2:
        raise UserError("This conflict was settled meanwhile.")
    chosen = connection.execute(select(table).where(table.c.uid == conflict.uid, table.c.digest == digest)).one()
    number = record(connection, "Settle a conflict", annotator_id=annotator_id)
    values = {key: value for key, value in chosen._asdict().items() if key not in ("id", "current")}
    values |= {"parents": join_parents(over), "edit": number, "at": datetime.now(UTC), "withdrawn": None}
    append(connection, table, values | {"digest": row_digest(connection, table, values)})
    return number


def _read(rows: sqlite3.Connection, table: str, uids: Sequence[str]) -> Iterator[_Head]:
    sql = f"""
        SELECT uid, digest, parents, deleted, document_id, annotator_id, at, {_CONTENT[table]} FROM {table}
        WHERE withdrawn IS NULL AND uid IN ({", ".join("?" * len(uids))}) ORDER BY uid
    """
    for uid, digest, parents, deleted, document_id, annotator_id, at, *said in rows.execute(sql, tuple(uids)):
        yield _Head(uid, digest, split_parents(parents), bool(deleted), document_id, annotator_id, at, tuple(said))


def _conflict(table: str, heads: Iterable[_Head]) -> Conflict:
    heads = list(heads)
    first = heads[0]
    sayings = tuple(_saying(table, head) for head in heads)
    return Conflict(table, first.uid, first.document_id, first.annotator_id, sayings)


def _saying(table: str, head: _Head) -> Saying:
    if table == annotation.name:
        start, end, label, attributes = head.said
        return Saying(head.digest, head.deleted, head.at, start, end, label, _decode_attributes(attributes))
    status, round_, _, _ = head.said
    return Saying(head.digest, head.deleted, head.at, status=status, round=round_)
