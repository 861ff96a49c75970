"""Edits: one thing that a person did, written as new versions in one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from msgspec import Raw, json
from sqlalchemy import Connection, select, update

from annotator import versions
from annotator.records import Attributes, Round, Status, UserError
from annotator.store.connection import raw
from annotator.store.history import (
    AnnotationContent,
    StateContent,
    Values,
    append,
    head_digests,
    join_parents,
    stamp,
    state_uid,
)
from annotator.store.tables import annotation, document, layer_state

METADATA = ("title", "outlet", "byline", "url", "published", "language")


class Change(NamedTuple):
    """What becomes of one annotation: a new content, or without a span its removal."""

    uid: str
    span: tuple[int, int] | None
    label: str | None = None
    attributes: Attributes = Attributes()


class Layer(NamedTuple):
    """Whose annotations of which document: local ids, and the identities that digests are made of."""

    document_id: int
    sha256: str
    length: int
    annotator_id: int
    annotator: str
    guideline_id: int | None
    guideline: str | None


def record(
    connection: Connection,
    name: str,
    *,
    kind: versions.EditKind = "do",
    annotator_id: int | None = None,
    target: int | None = None,
    active_seconds: float = 0.0,
    change: str | None = None,
) -> int:
    """Write the edit itself and return its number; its versions follow in the same transaction."""
    sql = """
        INSERT INTO edit(name, kind, annotator_id, at, target, active_seconds, change) VALUES (?, ?, ?, ?, ?, ?, ?)
    """
    values = (name, kind, annotator_id, stamp(datetime.now(UTC)), target, active_seconds, change)
    return raw(connection).execute(sql, values).lastrowid or 0


def layer(connection: Connection, document_id: int, annotator_id: int) -> Layer:
    """Return the layer of one annotator on one document, started or not.

    Raises:
        UserError: the document is not in the project any more.

    """
    sql = """
        SELECT document.id, document.sha256, length, annotator.id, annotator.uid, guideline.id, guideline.sha256
        FROM document JOIN annotator ON annotator.id = ?
        LEFT JOIN guideline ON guideline.id = (SELECT max(id) FROM guideline WHERE text IS NOT NULL)
        WHERE document.id = ? AND withdrawn IS NULL
    """
    found = raw(connection).execute(sql, (annotator_id, document_id)).fetchone()
    if found is None:
        raise UserError(
            "This article is not in the project any more: it was deleted, or the import that brought it was undone."
        )
    return Layer(*found)


def change_annotations(
    connection: Connection,
    name: str,
    document_id: int,
    annotator_id: int,
    changes: Sequence[Change],
    *,
    active_seconds: float = 0.0,
) -> int:
    """Make, change or remove annotations of one layer as one edit, and return its number.

    A layer that was unread is started by it.

    Raises:
        UserError: a span ends beyond its text, a label is not the project's, or there is nothing to remove.

    """
    number = record(connection, name, annotator_id=annotator_id, active_seconds=active_seconds)
    write_changes(connection, number, document_id, annotator_id, changes)
    return number


def write_changes(
    connection: Connection, number: int, document_id: int, annotator_id: int, changes: Sequence[Change]
) -> None:
    """Write changes of one layer as part of an edit that is recorded. Raises UserError, as `change_annotations`."""
    where = layer(connection, document_id, annotator_id)
    labels = _labels(connection)
    for change in changes:
        _append_change(connection, where, labels, number, change)
    if _status(connection, where) == "unread":
        _append_state(connection, where, number, status="started")


def write_layer_deletion(connection: Connection, number: int, document_id: int, annotator_id: int) -> bool:
    """Delete annotations and state of one layer as part of an edit that is recorded; return whether there were any.

    Raises:
        UserError: the document is not in the project any more.

    """
    where = layer(connection, document_id, annotator_id)
    labels = _labels(connection)
    of_layer = "SELECT uid FROM {} WHERE document_id = ? AND annotator_id = ? AND current AND NOT deleted"
    of_annotations, of_state = (
        raw(connection).execute(of_layer.format(table), (document_id, annotator_id)).fetchall()
        for table in ("annotation", "layer_state")
    )
    for (uid,) in of_annotations:
        _append_change(connection, where, labels, number, Change(uid, None))
    if of_state:
        _append_state(connection, where, number, deleted=True)
    return bool(of_annotations or of_state)


def write_status(connection: Connection, number: int, document_id: int, annotator_id: int, status: Status) -> None:
    """Write the status of one layer as part of an edit that is recorded, where it is another one."""
    where = layer(connection, document_id, annotator_id)
    if _status(connection, where) != status:
        _append_state(connection, where, number, status=status)


def set_state(
    connection: Connection,
    name: str,
    document_id: int,
    annotator_id: int,
    *,
    status: Status | None = None,
    round: Round | None = None,
    active_seconds: float = 0.0,
) -> int:
    """Change the state of a layer as one edit, and return its number."""
    where = layer(connection, document_id, annotator_id)
    number = record(connection, name, annotator_id=annotator_id, active_seconds=active_seconds)
    _append_state(connection, where, number, status=status, round=round)
    return number


def describe(connection: Connection, name: str, document_id: int, values: dict[str, str | None]) -> int:
    """Change metadata of a document as one edit, and return its number. The text has no such verb."""
    columns = [document.c[key] for key in values]
    before = connection.execute(select(*columns).where(document.c.id == document_id)).one()._asdict()
    change = json.encode({"document": document_id, "before": before, "after": values}).decode()
    number = record(connection, name, change=change)
    write_metadata(connection, document_id, values)
    return number


def write_metadata(connection: Connection, document_id: int, values: dict[str, Any]) -> None:
    """Write metadata columns, and the search index, which holds the title."""
    unknown = values.keys() - set(METADATA)
    if unknown:
        raise ValueError(f"no metadata: {unknown}")
    unindex = (
        "INSERT INTO document_search(document_search, rowid, title, text) "
        "SELECT 'delete', id, title, text FROM document WHERE id = ?"
    )
    connection.exec_driver_sql(unindex, (document_id,))
    connection.execute(update(document).where(document.c.id == document_id).values(**values))
    index = "INSERT INTO document_search(rowid, title, text) SELECT id, title, text FROM document WHERE id = ?"
    connection.exec_driver_sql(index, (document_id,))


def _current(connection: Connection, table: Any, uid: str) -> Any:
    """Return the current row of a uid, a deleted one too, or None."""
    return connection.execute(select(table).where(table.c.uid == uid, table.c.current)).one_or_none()


def _append_change(connection: Connection, where: Layer, labels: dict[str, int], number: int, change: Change) -> None:
    parents = head_digests(connection, annotation, change.uid)
    replaced = _current(connection, annotation, change.uid) if parents else None
    _check_replaced(where, change, replaced)
    values = _annotation_values(where, labels, change, replaced, parents)
    append(connection, annotation, {**values, "edit": number})


def _check_replaced(where: Layer, change: Change, replaced: Any) -> None:
    """Refuse a change of what is not there, or is somebody else's."""
    if replaced is None and change.span is None:
        raise UserError("This annotation is not in the project any more.")
    if replaced and (replaced.document_id, replaced.annotator_id) != (where.document_id, where.annotator_id):
        raise ValueError(f"annotation {change.uid} is not of this layer")


def _annotation_values(
    where: Layer, labels: dict[str, int], change: Change, replaced: Any, parents: Sequence[bytes]
) -> Values:
    if change.span is None:
        span, label_id, attributes = (
            (replaced.start, replaced.end),
            replaced.label_id,
            replaced.attributes.encode(),
        )
    else:
        span, label_id, attributes = (
            change.span,
            _label_id(labels, change.label),
            versions.canonical(change.attributes),
        )
    start, end = span
    if not 0 <= start < end <= where.length:
        raise UserError(f"The span {start} to {end} is not within its text of {where.length} characters.")
    key = next((key for key, number in labels.items() if number == label_id), None)
    content = json.encode(AnnotationContent(Raw(attributes), end, where.guideline, key, start))
    return {
        **_version_values(where, change.uid, content, parents, deleted=change.span is None),
        "start": start,
        "end": end,
        "label_id": label_id,
        "attributes": attributes.decode(),
    }


def _labels(connection: Connection) -> dict[str, int]:
    return dict(raw(connection).execute("SELECT key, id FROM label"))


def _label_id(labels: dict[str, int], key: str | None) -> int | None:
    if key is None:
        return None
    if key not in labels:
        raise UserError(f"This project has no label “{key}”.")
    return labels[key]


def _version_values(
    where: Layer, uid: str, content: bytes, parents: Sequence[bytes], *, deleted: bool = False
) -> Values:
    """Return the columns that versions of annotations and of states have in common.

    `parents` are all heads of the uid: what a person writes settles a conflict that was there.
    """
    return {
        "uid": uid,
        "digest": versions.digest(uid, parents, where.sha256, where.annotator, content, deleted),
        "parents": join_parents(parents),
        "document_id": where.document_id,
        "annotator_id": where.annotator_id,
        "guideline_id": where.guideline_id,
        "at": datetime.now(UTC),
        "deleted": deleted,
    }


def _status(connection: Connection, where: Layer) -> str:
    sql = "SELECT status FROM layer_state WHERE document_id = ? AND annotator_id = ? AND current AND NOT deleted"
    found = raw(connection).execute(sql, (where.document_id, where.annotator_id)).fetchone()
    return found[0] if found else "unread"


def _assigned_round(connection: Connection, where: Layer) -> str | None:
    sql = "SELECT round FROM assignment WHERE document_id = ? AND annotator_id = ?"
    found = raw(connection).execute(sql, (where.document_id, where.annotator_id)).fetchone()
    return found[0] if found else None


def _append_state(
    connection: Connection,
    where: Layer,
    number: int,
    *,
    status: str | None = None,
    round: str | None = None,
    deleted: bool = False,
) -> None:
    uid = state_uid(where.sha256, where.annotator)
    replaced = _current(connection, layer_state, uid)
    former = replaced if replaced and not replaced.deleted else None
    state = StateContent(
        blind=former.blind if former else True,
        guideline=where.guideline,
        round=round or _assigned_round(connection, where) or (former.round if former else "production"),
        status=status or (former.status if former else "started"),
    )
    parents = head_digests(connection, layer_state, uid) if replaced else ()
    values = _version_values(where, uid, json.encode(state), parents, deleted=deleted)
    append(
        connection,
        layer_state,
        {**values, "edit": number, "status": state.status, "round": state.round, "blind": state.blind},
    )
