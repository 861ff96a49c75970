"""Finished layers of one document side by side, and what gold says there: what adjudication reads."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Connection

from annotator.records import Round, Status
from annotator.store.connection import raw

BATCH = 500  # documents; SQLite limits how many values a statement may have
GOLD_NAME = "Gold"  # of a gold annotator that no import brought


class Lane(NamedTuple):
    """The finished layer of one person."""

    annotator_id: int
    annotator: str  # its uid
    name: str


class Gold(NamedTuple):
    """The annotator of kind gold."""

    annotator_id: int
    annotator: str  # its uid


class SpanRow(NamedTuple):
    """A current annotation, without what it says beyond its label; without a label it is a negative."""

    uid: str
    annotator_id: int
    start: int
    end: int
    label: str | None


class Article(NamedTuple):
    """A document with its lanes, their spans (negatives are not spans), and everything in its gold layer."""

    document_id: int
    sha256: str
    length: int
    lanes: tuple[Lane, ...]
    spans: tuple[SpanRow, ...]
    gold: tuple[SpanRow, ...]
    gold_status: Status


def compared_ids(connection: Connection, round: Round | None = None, person: int | None = None) -> "array[int]":
    """Return the documents that two people or more have finished, in the order of the project.

    With a `round`, one of those layers is of it. Left out is what `person` has begun and not finished: nobody sees
    others' layers before.
    """
    sql = """
        SELECT document_id FROM layer_state
        JOIN annotator ON annotator.id = annotator_id JOIN document ON document.id = document_id
        WHERE current AND NOT deleted AND kind = 'human' AND document.withdrawn IS NULL
        GROUP BY document_id
        HAVING count(*) FILTER (WHERE status = 'finished') >= 2
            AND count(*) FILTER (WHERE status = 'started' AND annotator_id = :person) = 0
            AND (:round IS NULL OR count(*) FILTER (WHERE status = 'finished' AND round = :round) > 0)
        ORDER BY document_id
    """
    return array("q", (row[0] for row in raw(connection).execute(sql, {"round": round, "person": person})))


def articles(connection: Connection, ids: Sequence[int]) -> Iterator[Article]:
    """Yield documents with their lanes, those of a batch at a time in memory."""
    for batch in batched_ids(ids):
        yield from _articles(connection, batch)


def batched_ids(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield documents in batches."""
    return (ids[first : first + BATCH] for first in range(0, len(ids), BATCH))


def texts(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the texts of some documents, at most a batch of them."""
    sql = f"SELECT id, text FROM document WHERE id IN ({_places(ids)})"
    return dict(raw(connection).execute(sql, tuple(ids)))


def gold(connection: Connection) -> Gold | None:
    """Return the annotator of kind gold, the first of several, or None."""
    found = raw(connection).execute("SELECT id, uid FROM annotator WHERE kind = 'gold' ORDER BY id LIMIT 1").fetchone()
    return Gold(*found) if found else None


def make_gold(connection: Connection) -> Gold:
    """Return the annotator of kind gold, made where there is none."""
    found = gold(connection)
    if found is None:
        uid = str(uuid4())
        sql = "INSERT INTO annotator(uid, kind, name) VALUES (?, 'gold', ?)"
        found = Gold(raw(connection).execute(sql, (uid, GOLD_NAME)).lastrowid or 0, uid)
    return found


def _articles(connection: Connection, ids: Sequence[int]) -> Iterator[Article]:
    rows = raw(connection)
    chosen, places = tuple(ids), _places(ids)
    documents = f"SELECT id, sha256, length FROM document WHERE id IN ({places})"
    states = f"""
        SELECT document_id, annotator.id, annotator.uid, name, kind, status
        FROM layer_state JOIN annotator ON annotator.id = annotator_id
        WHERE current AND NOT deleted AND document_id IN ({places})
            AND (kind = 'gold' OR kind = 'human' AND status = 'finished')
    """
    spans = f"""
        SELECT document_id, annotation.uid, annotator_id, start, "end", key
        FROM annotation LEFT JOIN label ON label.id = label_id
        WHERE current AND NOT deleted AND document_id IN ({places})
        ORDER BY document_id, start, "end", annotation.uid
    """
    found_gold = gold(connection)
    golden = found_gold.annotator_id if found_gold else None
    lanes: defaultdict[int, list[Lane]] = defaultdict(list)
    of_gold: dict[int, Status] = {}
    for document_id, annotator_id, uid, name, kind, status in rows.execute(states, chosen):
        if kind == "human":
            lanes[document_id].append(Lane(annotator_id, uid, name))
        elif annotator_id == golden:
            of_gold[document_id] = status
    found: defaultdict[int, list[SpanRow]] = defaultdict(list)
    for document_id, *row in rows.execute(spans, chosen):
        found[document_id].append(SpanRow(*row))
    facts = {document_id: (sha256, length) for document_id, sha256, length in rows.execute(documents, chosen)}
    for document_id in chosen:
        if document_id in facts:
            people = {lane.annotator_id for lane in lanes[document_id]}
            yield Article(
                document_id,
                *facts[document_id],
                tuple(sorted(lanes[document_id])),
                tuple(row for row in found[document_id] if row.annotator_id in people and row.label is not None),
                tuple(row for row in found[document_id] if row.annotator_id == golden),
                of_gold.get(document_id, "unread"),
            )


def _places(ids: Sequence[int]) -> str:
    return ",".join("?" * len(ids))
