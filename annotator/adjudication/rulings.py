"""Rulings: what becomes gold, whose version it was and why. Nothing here writes to a person's layer.

Each verb is one named edit, so one undo takes it back. Gold is finished where every cluster of a document is settled.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import uuid4

from msgspec.structs import replace
from sqlalchemy import Connection

from annotator.adjudication import queue
from annotator.adjudication.clusters import Cluster, Said, Version, clusters
from annotator.pseudonyms import AND
from annotator.records import Attributes, Relation, Status
from annotator.rows import AnnotationRow
from annotator.store import edits, lanes, queries
from annotator.store.edits import Change

ADJUDICATED = "adjudicated"  # the kind of a negative that a ruling made


class AdjudicationStopped(Exception):
    """A person stopped it."""


class Ruling(NamedTuple):
    """What becomes of gold in a document."""

    document_id: int
    changes: tuple[Change, ...]


def taken(connection: Connection, cluster: Cluster, version: int, reason: str = "") -> Ruling:
    """Rule that one version is right. Everybody who has that very version is named; nothing is a version too."""
    return ruled(connection, cluster, cluster.versions[version].said, reason)


def ruled(connection: Connection, cluster: Cluster, spans: Sequence[Said], reason: str = "") -> Ruling:
    """Rule that spans are right, somebody's or others; no spans: that nothing belongs there."""
    if not spans:
        return Ruling(cluster.document_id, (_negative(cluster, reason),))
    gold = lanes.make_gold(connection)
    changes = (_golden(connection, gold, cluster, span, reason) for span in dict.fromkeys(spans))
    return Ruling(cluster.document_id, tuple(changes))


def record(
    connection: Connection, name: str, rulings: Sequence[Ruling], *, by: int | None = None, active_seconds: float = 0.0
) -> int:
    """Write rulings into gold as one edit, by the person who made them, and return its number."""
    number = edits.record(connection, name, annotator_id=by, active_seconds=active_seconds)
    gold = lanes.make_gold(connection).annotator_id
    ordered = sorted(rulings, key=attrgetter("document_id"))
    for document_id, group in groupby(ordered, attrgetter("document_id")):
        changes = [change for ruling in group for change in ruling.changes]
        edits.write_changes(connection, number, document_id, gold, changes)
        is_open = any(cluster.is_open for cluster in queue.of_document(connection, document_id))
        edits.write_status(connection, number, document_id, gold, _status(is_open=is_open))
    return number


def take_agreed(
    connection: Connection,
    name: str,
    ids: Sequence[int],
    *,
    by: int | None = None,
    watch: Callable[[int, int], None] = lambda _done, _all: None,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Take over what all lanes of some documents agree on, as one edit, and return how many places that were.

    A document without any spans, which is what all found, becomes gold without spans. Nothing is recorded where
    there is nothing to take.

    Raises:
        AdjudicationStopped: `stopped`, which is asked after each batch, said so; the transaction is to be rolled back.

    """
    number, count, done = None, 0, 0
    for batch in lanes.batched_ids(ids):
        articles = list(lanes.articles(connection, batch))
        for article, found in zip(articles, clusters(articles), strict=True):
            agreed = [cluster for cluster in found if cluster.kind is None and cluster.is_open]
            is_empty = not found and article.gold_status == "unread" and len(article.lanes) > 1
            if agreed or is_empty:
                if number is None:
                    number = edits.record(connection, name, annotator_id=by)
                gold = lanes.make_gold(connection).annotator_id
                changes = [each for cluster in agreed for each in taken(connection, cluster, 0).changes]
                edits.write_changes(connection, number, article.document_id, gold, changes)
                is_open = any(cluster.kind is not None and cluster.is_open for cluster in found)
                edits.write_status(connection, number, article.document_id, gold, _status(is_open=is_open))
                count += len(agreed) + is_empty
        done += len(batch)
        watch(done, len(ids))
        if stopped():
            raise AdjudicationStopped
    return count


def by_hand(attributes: Attributes, label: str | None) -> Attributes:
    """Return what an annotation of gold says once an adjudicator has changed it: it is nobody's version any more."""
    return replace(attributes, taken_from=None, kind=attributes.kind if label is None else None)


def golden_uid(gold: lanes.Gold, uid: str) -> str:
    """Return the uid of the annotation of gold that an annotation is taken over as.

    It follows from the other, so that relations between annotations hold between those of gold.
    """
    return blake2b(f"{gold.annotator} {uid}".encode(), digest_size=16).hexdigest()


def _status(*, is_open: bool) -> Status:
    return "started" if is_open else "finished"


def _negative(cluster: Cluster, reason: str) -> Change:
    names = _names(version for version in cluster.versions if not version.spans)
    attributes = Attributes(kind=ADJUDICATED, reason=reason or None, taken_from=names)
    return Change(str(uuid4()), (cluster.start, cluster.end), None, attributes)


def _golden(connection: Connection, gold: lanes.Gold, cluster: Cluster, span: Said, reason: str) -> Change:
    """Return the annotation of gold for a span: with what its makers said beyond the label, if it was somebody's."""
    start, end, label = span
    makers = sorted((each for each in cluster.versions if span in each.said), key=lambda each: each.lane.name)
    if not makers:
        return Change(str(uuid4()), (start, end), label, Attributes(reason=reason or None))
    uids = [row.uid for version in makers for row in version.spans if (row.start, row.end, row.label) == span]
    rows = [row for uid in uids if (row := queries.annotation(connection, uid))]
    attributes = replace(_said_beyond(gold, rows), reason=reason or None, taken_from=_names(makers))
    return Change(golden_uid(gold, uids[0]), (start, end), label, attributes)


def _said_beyond(gold: lanes.Gold, rows: Sequence[AnnotationRow]) -> Attributes:
    """Return what annotations say beyond span and label, the first that says it; doubts are settled by the ruling."""
    every = [row.attributes for row in rows]
    return Attributes(
        identity=next((each.identity for each in every if each.identity), None),
        parts=next((each.parts for each in every if each.parts), ()),
        relations=tuple(Relation(link.type, golden_uid(gold, link.to)) for link in every[0].relations),
        source=next((each.source for each in every if each.source), None),
    )


def _names(versions: Iterable[Version]) -> str | None:
    return AND.join(sorted(version.lane.name for version in versions)) or None
