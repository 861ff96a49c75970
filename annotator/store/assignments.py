"""Who was given which documents to read, and what a project knows of the one that it came from."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from annotator.store.connection import raw
from annotator.store.history import stamp


class Given(NamedTuple):
    """A document that goes to an annotator; `weight` is how many documents it stands for, if it was drawn."""

    document_id: int
    sampling: str
    query: str | None
    weight: float | None


class Origin(NamedTuple):
    """The packet that a project was made from."""

    project_uid: str
    title: str
    annotator_id: int
    annotator: str


def assign(connection: Connection, annotator_id: int, round_: str, given: Iterable[Given]) -> None:
    """Remember that documents go to an annotator; what was given before stays as it was."""
    sql = """
        INSERT OR IGNORE INTO assignment(document_id, annotator_id, round, sampling, query, weight, active_seconds, at)
        VALUES (?, ?, ?, ?, ?, ?, 0, ?)
    """
    now = stamp(datetime.now(UTC))
    rows = [(each.document_id, annotator_id, round_, each.sampling, each.query, each.weight, now) for each in given]
    raw(connection).executemany(sql, rows)


def readers(connection: Connection) -> dict[int, set[int]]:
    """Return the people who were given each document, or began it, by local ids."""
    sql = """
        SELECT document_id, annotator_id FROM assignment
        WHERE document_id IN (SELECT id FROM document WHERE withdrawn IS NULL) UNION
        SELECT document_id, annotator_id FROM layer_state JOIN annotator ON annotator.id = annotator_id
        WHERE current AND NOT deleted AND status <> 'unread' AND kind = 'human'
        AND document_id IN (SELECT id FROM document WHERE withdrawn IS NULL)
    """
    found: dict[int, set[int]] = {}
    for document_id, annotator_id in raw(connection).execute(sql):
        found.setdefault(document_id, set()).add(annotator_id)
    return found


def assigned(connection: Connection, annotator_id: int) -> set[int]:
    """Return the documents that an annotator was given."""
    sql = """
        SELECT document_id FROM assignment WHERE annotator_id = ?
        AND document_id IN (SELECT id FROM document WHERE withdrawn IS NULL)
    """
    return {key for (key,) in raw(connection).execute(sql, (annotator_id,))}


def unfinished(connection: Connection, annotator_id: int) -> int:
    """Return how many of the documents that an annotator was given are not finished."""
    sql = """
        SELECT count(*) FROM assignment JOIN document ON document.id = document_id
        WHERE annotator_id = :who AND withdrawn IS NULL AND NOT EXISTS (
            SELECT 1 FROM layer_state WHERE layer_state.document_id = assignment.document_id AND annotator_id = :who
            AND current AND NOT deleted AND status = 'finished')
    """
    return int(raw(connection).execute(sql, {"who": annotator_id}).fetchone()[0])


def worked_on(connection: Connection, annotator_id: int) -> set[int]:
    """Return the documents, but those in the trash, that an annotator has something in, deleted or not."""
    sql = """
        SELECT id FROM document WHERE withdrawn IS NULL AND id IN (
            SELECT document_id FROM annotation WHERE annotator_id = :who AND withdrawn IS NULL
            UNION SELECT document_id FROM layer_state WHERE annotator_id = :who AND withdrawn IS NULL)
    """
    return {key for (key,) in raw(connection).execute(sql, {"who": annotator_id})}


def worth_keeping(connection: Connection) -> set[int]:
    """Return the documents of the project, and those in the trash that somebody has something in."""
    sql = """
        SELECT id FROM document WHERE withdrawn IS NULL
        UNION SELECT document_id FROM annotation WHERE withdrawn IS NULL
        UNION SELECT document_id FROM layer_state WHERE withdrawn IS NULL
    """
    return {key for (key,) in raw(connection).execute(sql)}


def origin(connection: Connection) -> Origin | None:
    """Return the packet that this project was made from, and whose it is; None where it was not."""
    sql = "SELECT project_uid, title, annotator_id, name FROM origin JOIN annotator ON annotator.id = annotator_id"
    found = raw(connection).execute(sql).fetchone()
    return Origin(*found) if found else None


def set_origin(connection: Connection, project_uid: str, title: str, annotator_id: int) -> None:
    """Remember which packet this project was made from. One that knows already stays with the first."""
    sql = "INSERT OR IGNORE INTO origin(id, project_uid, title, annotator_id, at) VALUES (1, ?, ?, ?, ?)"
    raw(connection).execute(sql, (project_uid, title, annotator_id, stamp(datetime.now(UTC))))
