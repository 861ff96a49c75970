"""What became of each span: the matches and the missed ones that the confusion matrix counts, one by one."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from annotator.agreement.batch import Block, Bools, Ints
from annotator.agreement.matching import match

Fate = Literal["agreed", "boundary", "label", "missed"]
FATES: tuple[Fate, ...] = ("agreed", "boundary", "label", "missed")


class Mark(NamedTuple):
    """A span of one of two annotators, in code points."""

    start: int
    end: int
    label: str


class Encounter(NamedTuple):
    """A span of `a` and its counterpart of `b`, where a comes before b by name; one of the two is None if missed."""

    document: int
    a: str
    b: str
    fate: Fate
    one: Mark | None
    two: Mark | None


class Cell(NamedTuple):
    """Which encounters stand behind a figure; None stands for any.

    `label` is that of either span. With `other` they are those of a cell of the confusion matrix, where either may
    be "missed". A pair is of two names, a before b; `annotator` is either of the two, `alone` the one who marked what
    the other missed.
    """

    fate: Fate | None = None
    label: str | None = None
    other: str | None = None
    pair: tuple[str, str] | None = None
    annotator: str | None = None
    alone: str | None = None


ALL = Cell()


class Found(NamedTuple):
    """Columns of encounters: numbers of annotators by name, spans of a block or -1, and an index into `FATES`."""

    row: Ints
    a: Ints
    b: Ints
    one: Ints
    two: Ints
    fate: Ints

    def where(self, chosen: Bools | Ints) -> "Found":
        return Found(*(column[chosen] for column in self))


def find(block: Block) -> Found:
    """Return the encounters of a block, by document and position.

    They are `overlap`'s matches, then those of other labels, then what is left; so they add up to the confusion matrix.
    """
    matches = match(block)
    same, other = matches.measures["overlap"], matches.relabelled
    one, two = np.concatenate([same.left, other.left]), np.concatenate([same.right, other.right])
    differs = (block.start[one] != block.start[two]) | (block.end[one] != block.end[two])
    fate = np.where(np.arange(len(one)) < len(same.left), differs, FATES.index("label"))

    towards = block.finished[block.row].copy()  # each span meets every other annotator who finished the document
    towards[np.arange(len(block.row)), block.annotator] = False
    towards[one, block.annotator[two]] = False
    towards[two, block.annotator[one]] = False
    missed, by = np.nonzero(towards)
    first = block.annotator[missed] < by
    none = np.full(len(missed), -1)
    found = Found(
        np.concatenate([block.row[one], block.row[missed]]),
        np.concatenate([block.annotator[one], np.where(first, block.annotator[missed], by)]),
        np.concatenate([block.annotator[two], np.where(first, by, block.annotator[missed])]),
        np.concatenate([one, np.where(first, missed, none)]),
        np.concatenate([two, np.where(first, none, missed)]),
        np.concatenate([fate, np.full(len(missed), FATES.index("missed"))]),
    )
    at = block.start[np.where(found.one >= 0, found.one, found.two)]
    return found.where(np.lexsort((found.b, found.a, at, found.row)))


def behind(cell: Cell, block: Block, found: Found, annotators: list[str], labels: list[str]) -> Found:
    """Return those of a cell.

    Raises:
        ValueError: no annotator, label or fate has that name.

    """
    names = [*labels, "missed"]
    given = np.append(block.label, len(labels))  # so that -1 finds "missed"
    one, two = given[found.one], given[found.two]
    kept = np.ones(len(found.row), bool)
    if cell.fate is not None:
        kept &= found.fate == FATES.index(cell.fate)
    if cell.pair is not None:
        a, b = map(annotators.index, cell.pair)
        kept &= (found.a == a) & (found.b == b)
    if cell.annotator is not None:
        annotator = annotators.index(cell.annotator)
        kept &= (found.a == annotator) | (found.b == annotator)
    if cell.alone is not None:
        alone = annotators.index(cell.alone)
        kept &= ((found.a == alone) & (found.two < 0)) | ((found.b == alone) & (found.one < 0))
    if cell.label is not None:
        label = names.index(cell.label)
        if cell.other is None:
            kept &= (one == label) | (two == label)
        else:
            other = names.index(cell.other)
            kept &= ((one == label) & (two == other)) | ((one == other) & (two == label))
    return found.where(kept)


def told(block: Block, found: Found, annotators: list[str], labels: list[str]) -> Iterator[Encounter]:
    """Yield columns as records; names stand in the order of their numbers."""

    def mark(span: int) -> Mark | None:
        return None if span < 0 else Mark(int(block.start[span]), int(block.end[span]), labels[block.label[span]])

    for row, a, b, one, two, fate in zip(*(column.tolist() for column in found), strict=True):
        document = int(block.documents[row])
        yield Encounter(document, annotators[a], annotators[b], FATES[fate], mark(one), mark(two))
