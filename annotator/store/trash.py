"""The trash: documents and layers that are out of effect. What was deleted comes back as it was, in any order.

A deleted document is withdrawn (`store.withdrawal`); of a deleted layer every annotation and the state have a version
that deletes them. What an undone import or merge took along lies here too, so that it can be removed for good; it comes
back by redo or another import alone, for the edit that brought it is not in effect. Nothing leaves by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import json
from sqlalchemy import Connection

from annotator.records import UserError
from annotator.rows import HowWithdrawn, TrashRow
from annotator.store import queries
from annotator.store.connection import raw
from annotator.store.edits import record, write_layer_deletion
from annotator.store.tables import VERSIONED
from annotator.store.undo import write_again
from annotator.store.withdrawal import Move, move, remember

KEPT = timedelta(days=30)  # what was deleted longer ago may be removed for good together

_OUT_OF_EFFECT = "SELECT id FROM document WHERE id NOT IN (SELECT id FROM document WHERE withdrawn IS NULL)"
_DOCUMENTS = f"""
    SELECT document.id, withdrawn, kind FROM document JOIN edit ON edit.number = withdrawn
    WHERE document.id IN ({_OUT_OF_EFFECT}) ORDER BY document.id
"""
_ANNOTATIONS = f"""
    SELECT document_id, name, count(*) FROM annotation JOIN annotator ON annotator.id = annotator_id
    WHERE current AND NOT deleted AND document_id IN ({_OUT_OF_EFFECT}) GROUP BY document_id, annotator_id ORDER BY name
"""
_LAYER_MOVES = """
    SELECT number, json_extract(change, '$.layer'), json_extract(change, '$.restored') FROM edit
    WHERE change LIKE '{"layer":%' ORDER BY number
"""
_TURNED = "SELECT target, kind, number, at FROM edit WHERE target IS NOT NULL ORDER BY number"


def delete_documents(connection: Connection, name: str, ids: Sequence[int], *, active_seconds: float = 0.0) -> int:
    """Put documents into the trash with all their layers, as one edit, and return its number.

    Raises:
        UserError: one of them is not in the project.

    """
    wanted = dict.fromkeys(ids)
    here = set(queries.document_ids(connection, None))
    for document_id in wanted:
        if document_id not in here:
            raise UserError(f"There is no article {document_id} in this project. `annotator list` shows their numbers.")
    number = record(connection, name, active_seconds=active_seconds)
    _move(connection, number, [(document_id, None, number) for document_id in wanted])
    return number


def restore_documents(connection: Connection, name: str, ids: Sequence[int]) -> int:
    """Take documents out of the trash, as one edit, and return its number.

    Raises:
        UserError: one of them is not in the trash, or is there because its import was undone.

    """
    number = record(connection, name)
    found = _chosen(connection, ids)
    for key, (_, how) in found.items():
        if how == "undone":
            raise UserError(
                f"The import that brought article {key} was undone. It comes back by redo, or imported again."
            )
    _move(connection, number, [(key, edit, None) for key, (edit, _) in found.items()])
    return number


def delete_layer(
    connection: Connection, name: str, document_id: int, annotator_id: int, *, active_seconds: float = 0.0
) -> int:
    """Delete all annotations of one annotator on one document, and the layer's state, as one edit; return its number.

    Raises:
        UserError: the document is not in the project, or there is no such layer.

    """
    change = json.encode({"layer": [document_id, annotator_id]}).decode()
    number = record(connection, name, annotator_id=annotator_id, active_seconds=active_seconds, change=change)
    if not write_layer_deletion(connection, number, document_id, annotator_id):
        raise UserError(f"Article {document_id} has no such layer.")
    return number


def restore_layer(connection: Connection, name: str, document_id: int, annotator_id: int) -> int:
    """Write again what a deleted layer said, as one edit, and return its number. What was made since stays.

    Raises:
        UserError: the document is not in the project, or no such layer was deleted.

    """
    change = json.encode({"layer": [document_id, annotator_id], "restored": True}).decode()
    number = record(connection, name, annotator_id=annotator_id, change=change)
    if document_id not in queries.document_ids(connection, None):
        raise UserError(f"Article {document_id} is not in the project; restore it first.")
    if not write_layer_again(connection, number, document_id, annotator_id):
        raise UserError(f"The trash holds no such layer of article {document_id}.")
    return number


def write_layer_again(connection: Connection, number: int, document_id: int, annotator_id: int) -> bool:
    """Write again, as part of edit `number`, what the deletions of a layer took away; return whether there was any."""
    sources = [each for _, each in _deletions(connection).get((document_id, annotator_id), [])]
    written = 0
    for table in VERSIONED:
        chosen = table.c.current & table.c.deleted & table.c.edit.in_(sources)
        for row in connection.execute(table.select().where(chosen)).all():
            write_again(connection, table, [row], number)
            written += 1
    return written > 0


def contents(connection: Connection) -> list[TrashRow]:
    """Return what lies in the trash, the latest first. A deleted layer of a deleted document lies in that one."""
    rows = raw(connection)
    times = dict(rows.execute("SELECT number, at FROM edit"))
    redone = {target: at for target, kind, _, at in rows.execute(_TURNED) if kind == "redo"}
    spans: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for document_id, name, count in rows.execute(_ANNOTATIONS):
        spans[document_id].append((name, count))
    withdrawn = _withdrawn(connection)
    layers = _layers(connection)
    ids = sorted({*withdrawn, *(document_id for document_id, *_ in layers)})
    names = {row.id: row.name for row in queries.document_rows(connection, ids, None)}
    found = [
        TrashRow(key, names[key], None, None, edit, _time(redone.get(edit) or times[edit]), tuple(spans[key]), how)
        for key, (edit, how) in withdrawn.items()
    ]
    for key, annotator_id, name, edit, count in layers:
        made = ((name, count),) if count else ()
        at = _time(redone.get(edit) or times[edit])
        found.append(TrashRow(key, names[key], annotator_id, name, edit, at, made))
    return sorted(found, key=lambda row: (row.at, row.edit, row.document_id), reverse=True)


def undone(connection: Connection) -> set[int]:
    """Return the documents that went when the import or merge that brought them was undone."""
    return {key for key, (_, how) in _withdrawn(connection).items() if how == "undone"}


def old(rows: Iterable[TrashRow], now: datetime) -> list[int]:
    """Return the documents of the trash that were deleted so long ago that they may be removed for good together."""
    return [
        row.document_id for row in rows if row.annotator_id is None and row.how == "deleted" and now - row.at >= KEPT
    ]


def require_deleted(connection: Connection, ids: Sequence[int]) -> None:
    """Refuse what does not lie in the trash: only that can be removed for good. Raises UserError."""
    _chosen(connection, ids)


def _chosen(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, HowWithdrawn]]:
    """Return what put some documents out of effect. Raises UserError: one is in effect."""
    withdrawn = _withdrawn(connection)
    for document_id in ids:
        if document_id not in withdrawn:
            raise UserError(f"Article {document_id} is not in the trash. `annotator trash` shows what is.")
    return {document_id: withdrawn[document_id] for document_id in ids}


def _withdrawn(connection: Connection) -> dict[int, tuple[int, HowWithdrawn]]:
    """Return the edit that put each document that is out of effect there, and how."""
    rows = raw(connection)
    latest = {target: kind for target, kind, *_ in rows.execute(_TURNED)}
    found: dict[int, tuple[int, HowWithdrawn]] = {}
    for document_id, edit, kind in rows.execute(_DOCUMENTS):
        if kind == "do":
            found[document_id] = edit, "deleted"
        else:  # an undo of what brought it; or a merge, which may have been undone since
            found[document_id] = edit, "packet" if kind == "merge" and latest.get(edit) != "undo" else "undone"
    return found


def _move(connection: Connection, number: int, moves: Sequence[Move]) -> None:
    move(raw(connection), moves)
    remember(raw(connection), number, moves)


def _deletions(connection: Connection) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Return the edits that deleted layers, by document and annotator, each with one that put this in effect.

    That is itself, a redo of it, or the undo of an edit that restored the layer.
    """
    rows = raw(connection)
    turned: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for target, kind, number, _ in rows.execute(_TURNED):
        turned[target, kind].append(number)
    found: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for number, said, restored in rows.execute(_LAYER_MOVES).fetchall():
        of_layer = found[json.decode(said, type=tuple[int, int])]
        if restored:
            deletion = of_layer[-1][0] if of_layer else number  # a repair may have lost it
            of_layer += [(deletion, each) for each in turned[number, "undo"]]
        else:
            of_layer += [(number, each) for each in (number, *turned[number, "redo"])]
    return dict(found)


def _layers(connection: Connection) -> list[tuple[int, int, str, int, int]]:
    """Return the deleted layers of documents that are in effect: with annotator's name, edit, and annotations."""
    rows = raw(connection)
    here = set(queries.document_ids(connection, None))
    names = dict(rows.execute("SELECT id, name FROM annotator"))
    found = []
    for (document_id, annotator_id), edits in _deletions(connection).items():
        if document_id not in here:
            continue
        gone = {
            table: sum(
                rows.execute(
                    f"SELECT count(*) FROM {table} WHERE edit = ? AND current AND deleted", (each,)
                ).fetchone()[0]
                for _, each in edits
            )
            for table in ("annotation", "layer_state")
        }
        if any(gone.values()):
            found.append((document_id, annotator_id, names[annotator_id], edits[-1][0], gone["annotation"]))
    return found


def _time(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=UTC)
