"""Who was given which documents to read, and what a project knows of the one that it came from."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from annotator.records import Status
from annotator.store.connection import raw
from annotator.store.history import stamp
from annotator.store.journal import seconds_worked


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
    """Remember that documents go to an annotator; how one was drawn first stays, its round is the one given last."""
    sql = """
        INSERT INTO assignment(document_id, annotator_id, round, sampling, query, weight, active_seconds, at)
        VALUES (?, ?, ?, ?, ?, ?, 0, ?)
        ON CONFLICT(document_id, annotator_id) DO UPDATE SET round = excluded.round
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


def finished(connection: Connection, annotator_id: int) -> set[int]:
    """Return the documents that an annotator has finished."""
    sql = """
        SELECT document_id FROM layer_state WHERE annotator_id = ? AND current AND NOT deleted AND status = 'finished'
    """
    return {key for (key,) in raw(connection).execute(sql, (annotator_id,))}


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


class Share(NamedTuple):
    """A document that a person was given, or began without that, and how far it is; `seconds` were worked on it."""

    document_id: int
    annotator_id: int
    was_given: bool
    status: Status
    seconds: float


class Draw(NamedTuple):
    """How many of the documents that were given came about in one way."""

    sampling: str
    query: str | None
    documents: int


class RandomPart(NamedTuple):
    """The documents that were drawn at random and are finished: how many, and how many they stand for.

    `labels` says of each label that occurs, by key: how many of them have it, and how many those stand for.
    """

    documents: int
    weight: float
    labels: dict[str, tuple[int, float]]


def shares(connection: Connection) -> list[Share]:
    """Return which person has which document, in the order of the documents."""
    sql = """
        SELECT given.document_id, given.annotator_id, 1, coalesce(status, 'unread'), active_seconds
        FROM assignment AS given JOIN document ON document.id = given.document_id LEFT JOIN layer_state AS state
            ON state.document_id = given.document_id AND state.annotator_id = given.annotator_id
            AND current AND NOT deleted
        WHERE document.withdrawn IS NULL
        UNION ALL
        SELECT state.document_id, state.annotator_id, 0, status, 0
        FROM layer_state AS state JOIN document ON document.id = state.document_id
            JOIN annotator ON annotator.id = state.annotator_id
        WHERE current AND NOT deleted AND status <> 'unread' AND kind = 'human' AND document.withdrawn IS NULL
            AND NOT EXISTS (SELECT 1 FROM assignment AS given
                WHERE given.document_id = state.document_id AND given.annotator_id = state.annotator_id)
        ORDER BY 1, 2
    """
    rows = raw(connection)
    found = [Share(*row) for row in rows.execute(sql)]
    worked = {who: seconds_worked(rows, who) for who in {each.annotator_id for each in found}}
    return [
        each._replace(
            was_given=bool(each.was_given),
            seconds=max(each.seconds, worked[each.annotator_id].get(each.document_id, 0.0)),
        )
        for each in found
    ]


def draws(connection: Connection) -> list[Draw]:
    """Return how the documents that were given came about: chosen, at random, by the words of each query."""
    sql = """
        SELECT sampling, query, count(*) FROM assignment JOIN document ON document.id = document_id
        WHERE withdrawn IS NULL GROUP BY sampling, query ORDER BY sampling, query
    """
    return [Draw(*row) for row in raw(connection).execute(sql)]


def random_part(connection: Connection) -> RandomPart:
    """Return what was found in the documents that were drawn at random and are finished."""
    drawn = """
        FROM assignment AS given JOIN document ON document.id = given.document_id JOIN layer_state AS state
            ON state.document_id = given.document_id AND state.annotator_id = given.annotator_id
        WHERE sampling = 'random' AND document.withdrawn IS NULL
            AND state.current AND NOT state.deleted AND status = 'finished'
    """
    having = f"""
        SELECT key, count(*), sum(weight) FROM (
            SELECT DISTINCT given_id, weight, label_id FROM (
                SELECT given.id AS given_id, weight, given.document_id AS document, given.annotator_id AS who {drawn}
            ) JOIN annotation ON document_id = document AND annotator_id = who AND current AND NOT deleted
            WHERE label_id IS NOT NULL
        ) JOIN label ON label.id = label_id GROUP BY key
    """
    rows = raw(connection)
    documents, weight = rows.execute(f"SELECT count(*), coalesce(sum(weight), 0) {drawn}").fetchone()
    return RandomPart(documents, weight, {key: (count, stands) for key, count, stands in rows.execute(having)})
