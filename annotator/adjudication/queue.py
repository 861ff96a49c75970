"""What is left to rule on, over the whole project: read a batch of documents at a time, never all at once."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from annotator.adjudication.clusters import Cluster, Kind, Said, clusters
from annotator.records import Round
from annotator.store import lanes


class Wanted(NamedTuple):
    """Which disagreements a person wants to see; None stands for all. A pair is two names in their order."""

    label: str | None = None
    kind: Kind | None = None
    pair: tuple[str, str] | None = None
    round: Round | None = None

    def takes(self, cluster: Cluster) -> bool:
        """Whether a cluster is a disagreement that is asked for; the round has chosen its document before."""
        return (
            cluster.kind is not None
            and self.kind in (None, cluster.kind)
            and (self.label is None or self.label in cluster.labels)
            and (self.pair is None or self.pair in cluster.pairs)
        )


class Key(NamedTuple):
    """A disagreement, as long as the layers of its document stay as they are."""

    document_id: int
    start: int
    end: int


class Progress(NamedTuple):
    """How many disagreements are settled, of how many, and how many agreed places gold has not taken yet."""

    settled: int
    all: int
    agreed: int

    def __add__(self, other: "Progress") -> "Progress":  # type: ignore[override]  # not a longer tuple
        return Progress(self.settled + other.settled, self.all + other.all, self.agreed + other.agreed)


NONE = Progress(0, 0, 0)
Watch = Callable[[int, int], None]  # documents done, of how many


def key(cluster: Cluster) -> Key:
    """Return what a cluster is known by."""
    return Key(cluster.document_id, cluster.start, cluster.end)


def documents(connection: Connection, wanted: Wanted, person: int | None) -> Sequence[int]:
    """Return the documents that can have disagreements, for a person who may see them."""
    return lanes.compared_ids(connection, wanted.round, person)


def of_document(connection: Connection, document_id: int) -> list[Cluster]:
    """Return the clusters of one document, agreed ones too, in the order of its text."""
    return next(clusters(list(lanes.articles(connection, [document_id]))), [])


def stream(connection: Connection, ids: Sequence[int]) -> Iterator[list[Cluster]]:
    """Yield the clusters of documents, in their order."""
    for batch in lanes.batched_ids(ids):
        yield from clusters(list(lanes.articles(connection, batch)))


def tally(found: Sequence[Cluster], wanted: Wanted) -> Progress:
    """Count the clusters of a document."""
    asked = [cluster for cluster in found if wanted.takes(cluster)]
    agreed = sum(cluster.kind is None and cluster.is_open for cluster in found)
    return Progress(sum(not cluster.is_open for cluster in asked), len(asked), agreed)


def progress(
    connection: Connection, ids: Sequence[int], wanted: Wanted, watch: Watch, stopped: Callable[[], bool]
) -> Progress:
    """Count over the project, or as far as it came when it was stopped."""
    total = NONE
    for done, found in enumerate(stream(connection, ids), 1):
        total += tally(found, wanted)
        watch(done, len(ids))
        if stopped():
            break
    return total


def first_open(
    connection: Connection, ids: Sequence[int], wanted: Wanted, deferred: frozenset[Key], *, backwards: bool = False
) -> Cluster | None:
    """Return the first disagreement of documents that is open and not deferred; backwards, the last."""
    for found in stream(connection, ids[::-1] if backwards else ids):
        for cluster in reversed(found) if backwards else found:
            if cluster.is_open and wanted.takes(cluster) and key(cluster) not in deferred:
                return cluster
    return None


class Alike(NamedTuple):
    """An open disagreement like one that was ruled on, and which of its versions says the same as the ruling."""

    cluster: Cluster
    version: int


def alike(
    connection: Connection, ids: Sequence[int], wanted: Wanted, ruled: Cluster, spans: Sequence[Said]
) -> list[Alike]:
    """Return the open disagreements of the same kind, labels and differing words that a ruling can be applied to.

    `spans` is the ruling. It is applied by what it says of the differing words, whoever's version that was: a
    disagreement where nobody says so is left out.
    """
    text = lanes.texts(connection, [ruled.document_id])[ruled.document_id]
    words, pattern = ruled.differing(text), ruled.pattern(spans)
    found: list[Alike] = []
    for batch in lanes.batched_ids(ids):
        like = [
            cluster
            for each in clusters(list(lanes.articles(connection, batch)))
            for cluster in each
            if cluster.is_open and wanted.takes(cluster) and key(cluster) != key(ruled)
            and (cluster.kind, cluster.labels) == (ruled.kind, ruled.labels)
        ]  # fmt: skip
        texts = lanes.texts(connection, sorted({cluster.document_id for cluster in like}))
        for cluster in like:
            if cluster.differing(texts[cluster.document_id]) == words:
                said = [cluster.pattern(version.said) for version in cluster.versions]
                if pattern in said:
                    found.append(Alike(cluster, said.index(pattern)))
    return found
