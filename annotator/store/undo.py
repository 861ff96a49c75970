"""Undo and redo, which live in the project: they work after a restart, and are edits themselves."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from msgspec import json
from sqlalchemy import Connection, Table, select, update

from annotator import versions
from annotator.rows import Place, Step
from annotator.store.connection import raw
from annotator.store.edits import record, write_metadata
from annotator.store.history import (
    Values,
    append,
    head_digests,
    join_parents,
    recompute_current,
    row_digest,
    rows_in_effect,
    split_parents,
)  # fmt: skip
from annotator.store.settled import mark
from annotator.store.tables import VERSIONED, document, edit
from annotator.store.withdrawal import move

_NOT_CONTENT = ("id", "digest", "parents", "edit", "at", "current", "withdrawn")


def next_undo(connection: Connection) -> Step | None:
    """Return the newest edit still in effect."""
    return _step(connection, versions.undo_target(_newest_first(connection)))


def next_redo(connection: Connection) -> Step | None:
    """Return the newest edit undone since the last ordinary one."""
    return _step(connection, versions.redo_target(_newest_first(connection)))


def undo(connection: Connection) -> Place | None:
    """Take back the newest edit in effect, and return the first place that changed."""
    step = next_undo(connection)
    return _revert(connection, step, "undo") if step else None


def redo(connection: Connection) -> Place | None:
    """Bring back the edit undone last, and return the first place that changed."""
    step = next_redo(connection)
    return _revert(connection, step, "redo") if step else None


def _newest_first(connection: Connection) -> Iterator[versions.Edit]:
    sql = "SELECT number, kind, target FROM edit ORDER BY number DESC"
    with closing(raw(connection).execute(sql)) as rows:  # few are read: an open one holds the file's log
        for row in rows:
            yield versions.Edit(*row)


def _step(connection: Connection, number: int | None) -> Step | None:
    if number is None:
        return None
    return Step(*raw(connection).execute("SELECT number, name FROM edit WHERE number = ?", (number,)).fetchone())


def _revert(connection: Connection, step: Step, kind: versions.EditKind) -> Place | None:
    opposite = "redo" if kind == "undo" else "undo"
    newest = select(edit.c.number).where(edit.c.target == step.number, edit.c.kind == opposite)
    # What is taken back is the latest edit that put this state in effect: a redo before the edit itself.
    source = connection.execute(newest.order_by(edit.c.number.desc()).limit(1)).scalar() or step.number
    what, change = connection.execute(select(edit.c.kind, edit.c.change).where(edit.c.number == step.number)).one()
    number = record(connection, step.name, kind=kind, target=step.number)
    said = json.decode(change) if change else {}
    if what in ("import", "merge"):
        if kind == "undo":
            _withdraw(connection, step.number, number)
        else:
            _reinstate(connection, source)
    if "withdrawn" in said:
        move(raw(connection), said["withdrawn"], back=kind == "undo")
    if what in ("import", "merge") or "withdrawn" in said:
        return None
    if "settled" in said:
        mark(connection, said["document"], said["settled"], settled=kind == "redo")
        return _restore(connection, source, number) or Place(said["document"], None, 0, 0)
    if "document" in said:
        return _revert_metadata(connection, said, "before" if kind == "undo" else "after")
    return _restore(connection, source, number)


def _revert_metadata(connection: Connection, change: dict[str, Any], side: str) -> Place:
    write_metadata(connection, change["document"], change[side])
    return Place(change["document"], None, 0, 0)


def _restore(connection: Connection, source: int, number: int) -> Place | None:
    """Write again, as versions of edit `number`, what the versions of edit `source` replaced."""
    place = None
    for table in VERSIONED:
        query = select(table).where(table.c.edit == source).order_by(table.c.uid)
        for _, group in groupby(connection.execute(query).all(), attrgetter("uid")):
            written = list(group)
            write_again(connection, table, written, number)
            place = place or _place(written[0])
    return place


def write_again(connection: Connection, table: Table, written: list[Any], number: int) -> None:
    """Write again, as versions of edit `number`, what rows `written` of one uid replaced."""
    over = join_parents(head_digests(connection, table, written[0].uid))
    for values in _said_before(connection, table, written):
        append(connection, table, _written_again(connection, table, values, over, number))


def _said_before(connection: Connection, table: Table, written: list[Any]) -> list[Values]:
    """Return what versions of one uid replaced, each thing said once; what was the first was not there."""
    parents = {digest for row in written for digest in split_parents(row.parents)} - {row.digest for row in written}
    query = select(table).where(table.c.uid == written[0].uid, table.c.digest.in_(parents))
    formers = connection.execute(query).all()
    said = {tuple(_content(former).items()): former._asdict() for former in formers}
    return list(said.values()) or [written[0]._asdict() | {"deleted": True}]


def _content(row: Any) -> Values:
    return {key: value for key, value in row._asdict().items() if key not in _NOT_CONTENT}


def _written_again(connection: Connection, table: Table, values: Values, over: bytes, number: int) -> Values:
    fresh = {"parents": over, "edit": number, "at": datetime.now(UTC), "withdrawn": None}
    values = {key: value for key, value in values.items() if key not in ("id", "current")} | fresh
    return values | {"digest": row_digest(connection, table, values)}


def _place(row: Any) -> Place:
    """Return the place of a version; that of a state has no uid and no span."""
    if hasattr(row, "start"):
        return Place(row.document_id, row.uid, row.start, row.end)
    return Place(row.document_id, None, 0, 0)


def _withdraw(connection: Connection, source: int, number: int) -> None:
    """Take the rows that edit `source` brought, and what was built on them, out of effect."""
    for table in VERSIONED:
        brought = update(table).where(table.c.edit == source, table.c.withdrawn.is_(None))
        connection.execute(brought.values(withdrawn=number, current=False))
        gone = select(table.c.uid).where(table.c.withdrawn == number)
        left = select(table.c.uid).where(table.c.withdrawn.is_(None), table.c.uid.in_(gone)).distinct()
        uids = connection.execute(left).scalars().all()
        for uid in uids:
            _withdraw_built_on(connection, table, uid, number)
        recompute_current(connection, table, uids)
    arrived = update(document).where(document.c.edit == source, document.c.withdrawn.is_(None))
    connection.execute(arrived.values(withdrawn=number))


def _withdraw_built_on(connection: Connection, table: Table, uid: str, number: int) -> None:
    withdrawn = select(table.c.digest).where(table.c.uid == uid, table.c.withdrawn == number)
    gone = set(connection.execute(withdrawn).scalars())
    waiting = rows_in_effect(connection, table, uid)
    while built_on := [row for row in waiting if gone.intersection(row.parents)]:
        for row in built_on:
            connection.execute(update(table).where(table.c.id == row.id).values(withdrawn=number, current=False))
        gone.update(row.digest for row in built_on)
        waiting = [row for row in waiting if row not in built_on]


def _reinstate(connection: Connection, undoing: int) -> None:
    """Bring back into effect what the undo `undoing` withdrew."""
    for table in VERSIONED:
        withdrawn = select(table.c.uid).where(table.c.withdrawn == undoing).distinct()
        uids = connection.execute(withdrawn).scalars().all()
        connection.execute(update(table).where(table.c.withdrawn == undoing).values(withdrawn=None))
        recompute_current(connection, table, uids)
    connection.execute(update(document).where(document.c.withdrawn == undoing).values(withdrawn=None))
