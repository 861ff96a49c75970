"""Where annotators of one document agree and where not: overlapping spans, and what each lane says of them.

Spans that overlap, of any lane and directly or through others, are one cluster: clusters never share a character, so
what gold says at one place settles one cluster. How its versions differ is what the matching of `agreement` says.
Pure functions over `store.lanes` rows; positions are code points, half open.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import combinations, pairwise
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from annotator.agreement.batch import Batch, Ints, Layers, Spans, block_of
from annotator.agreement.matching import match
from annotator.store.lanes import Article, Lane, SpanRow

Kind = Literal["missed", "label", "boundary"]
KINDS: tuple[Kind, ...] = ("missed", "label", "boundary")  # the gravest first: a cluster has one

Said = tuple[int, int, str]  # start, end and label of a span
Range = tuple[int, int]
Pattern: TypeAlias = "tuple[tuple[tuple[int, tuple[str, ...]], ...], ...] | None"


class Version(NamedTuple):
    """What one lane says of a cluster; nothing, where it has no span there."""

    lane: Lane
    spans: tuple[SpanRow, ...]

    @property
    def said(self) -> tuple[Said, ...]:
        return said(self.spans)


class Cluster(NamedTuple):
    """Spans that overlap, with a version for each lane, in an order that tells nobody whose is whose."""

    document_id: int
    start: int
    end: int
    kind: Kind | None  # None: all say the same
    versions: tuple[Version, ...]
    gold: tuple[SpanRow, ...]  # annotations and negatives of gold that touch it: they settle it

    @property
    def is_open(self) -> bool:
        return not self.gold

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted({label for version in self.versions for _, _, label in version.said}))

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The pairs of annotators, by name, who do not say the same."""
        by_name = sorted(self.versions, key=lambda version: version.lane.name)
        return frozenset((a.lane.name, b.lane.name) for a, b in combinations(by_name, 2) if a.said != b.said)

    @property
    def majority(self) -> int | None:
        """The first of the versions that more than half of the lanes share, if there is one."""
        return next((group[0] for group in self.groups if 2 * len(group) > len(self.versions)), None)

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The versions that are not the same, each with the numbers of all lanes that have it."""
        found: dict[tuple[Said, ...], list[int]] = {}
        for number, version in enumerate(self.versions):
            found.setdefault(version.said, []).append(number)
        return tuple(map(tuple, found.values()))

    @property
    def differences(self) -> tuple[Range, ...]:
        """The stretches where not every lane has the same labels; all of it, where only the cuts differ."""
        every = [span for version in self.versions for span in version.said]
        found: list[Range] = []
        for start, end in pairwise(_edges(every, self.start, self.end)):
            if len({_labels_on(version.said, start, end) for version in self.versions}) > 1:
                if found and found[-1][1] == start:
                    found[-1] = (found[-1][0], end)
                else:
                    found.append((start, end))
        return tuple(found) or ((self.start, self.end),)

    def differing(self, text: str) -> str:
        """Return the words about which the lanes differ."""
        return " … ".join(" ".join(text[start:end].split()) for start, end in self.differences)

    def pattern(self, spans: Sequence[Said]) -> Pattern:
        """Return what spans say of the stretches that differ, so that it can be said elsewhere; None for no spans.

        A stretch is told by its labels from one edge inside it to the next, counted from its start.
        """
        if not spans:
            return None
        return tuple(
            tuple((a - start, _labels_on(spans, a, b)) for a, b in pairwise(_edges(spans, start, end)))
            for start, end in self.differences
        )


def said(spans: Sequence[SpanRow]) -> tuple[Said, ...]:
    """Return what spans say, in an order of their own, so that equal work is equal."""
    return tuple(sorted((row.start, row.end, row.label) for row in spans if row.label is not None))


def clusters(articles: Sequence[Article]) -> Iterator[list[Cluster]]:
    """Yield the clusters of each of some documents, in the order of the text; none where fewer than two finished it."""
    articles = [article if len(article.lanes) > 1 else article._replace(spans=()) for article in articles]
    kinds = _kinds(articles)
    for article in articles:
        lanes = shuffled(article)
        found = []
        for start, end, spans in _overlapping(article.spans):
            versions = tuple(
                Version(lane, tuple(row for row in spans if row.annotator_id == lane.annotator_id)) for lane in lanes
            )
            gold = tuple(row for row in article.gold if row.start < end and start < row.end)
            found.append(Cluster(article.document_id, start, end, next(kinds), versions, gold))
        yield found


def shuffled(article: Article) -> list[Lane]:
    """Return the lanes in an order that is always the same for a document, and another one for the next."""

    def place(lane: Lane) -> bytes:
        return blake2b(f"{article.sha256} {lane.annotator}".encode()).digest()

    return sorted(article.lanes, key=place)


def _overlapping(spans: Sequence[SpanRow]) -> Iterator[tuple[int, int, list[SpanRow]]]:
    """Yield spans that overlap, directly or through others; they come by their start."""
    group: list[SpanRow] = []
    reached = 0
    for row in spans:
        if group and row.start >= reached:
            yield group[0].start, reached, group
            group, reached = [], 0
        group.append(row)
        reached = max(reached, row.end)
    if group:
        yield group[0].start, reached, group


def _edges(spans: Sequence[Said], start: int, end: int) -> list[int]:
    """Return the bounds of a stretch and the edges of spans within it, in order."""
    return [start, *sorted({edge for span in spans for edge in span[:2] if start < edge < end}), end]


def _labels_on(spans: Sequence[Said], start: int, end: int) -> tuple[str, ...]:
    return tuple(sorted(label for first, last, label in spans if first <= start and end <= last))


def _kinds(articles: Sequence[Article]) -> Iterator[Kind | None]:
    """Yield how the versions of each cluster differ, in the order of documents and text.

    Every span is matched with one of every other lane, as the figures of agreement have it. Where one is left over,
    somebody missed it; else where a match has two labels they differ, else where its bounds do.
    """
    annotators = sorted({lane.annotator_id for article in articles for lane in article.lanes})
    labels = sorted({row.label or "" for article in articles for row in article.spans})
    rows = [(n, annotators.index(row.annotator_id), labels.index(row.label or ""), row.start, row.end)
            for n, article in enumerate(articles) for row in article.spans]  # fmt: skip
    layers = [(n, annotators.index(lane.annotator_id)) for n, article in enumerate(articles) for lane in article.lanes]
    batch = Batch(
        np.arange(len(articles)),
        np.array([article.length for article in articles], np.int64),
        Layers(*np.array(layers, np.int64).reshape(-1, 2).T),
        Spans(*np.array(rows, np.int64).reshape(-1, 5).T),
    )
    block = block_of(batch, np.arange(len(annotators)), np.arange(len(labels)))
    matches = match(block)
    cluster = _numbered(block.row, block.start, block.end)
    count = int(cluster[-1]) + 1 if len(cluster) else 0
    others = block.finished.sum(1)[block.row] - 1
    overlap, strict = matches.measures["overlap"], matches.measures["strict"]
    same, exact, other = (
        np.bincount(cluster[edges.left], minlength=count) for edges in (overlap, strict, matches.relabelled)
    )
    wanted = np.bincount(cluster, weights=others, minlength=count)
    missed, label, boundary = wanted > 2 * (same + other), other > 0, exact < same
    for is_missed, is_label, is_boundary in zip(missed, label, boundary, strict=True):
        yield "missed" if is_missed else "label" if is_label else "boundary" if is_boundary else None


def _numbered(row: Ints, start: Ints, end: Ints) -> Ints:
    """Return the number of the cluster of each span; spans come by document and start."""
    if not len(row):
        return row
    width = int(end.max()) + 1
    reached = np.maximum.accumulate(row * width + end)
    begins = (row * width + start)[1:] >= reached[:-1]
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(begins | (row[1:] != row[:-1]))])
