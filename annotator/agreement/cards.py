"""One annotator beside all the others: how much they agree with the rest, and what they mark more or less often."""

from typing import NamedTuple

import numpy as np

from annotator.agreement.batch import Ints
from annotator.agreement.matching import MEASURES
from annotator.agreement.result import Figure
from annotator.agreement.sums import Totals


class Share(NamedTuple):
    """Spans of a label: one's own, and those of each other annotator in the same documents, added up."""

    own: int
    others: int


class Card(NamedTuple):
    """An annotator over the compared documents they finished.

    F1 is pooled over all pairs with this annotator; a share counts a document once for each other one who finished it.
    """

    annotator: str
    documents: int
    spans: int
    characters: int
    strict: Figure
    overlap: Figure
    labels: dict[str, Share]

    @property
    def per_thousand(self) -> Figure:
        """Spans a thousand characters."""
        return 1000 * self.spans / self.characters if self.characters else None


def cards(totals: Totals, annotators: list[str], labels: list[tuple[str, int]]) -> list[Card]:
    """Return the card of each annotator; `labels` are names with their numbers, in the order to show them in."""
    return [_card(totals, number, name, labels) for number, name in enumerate(annotators)]


def _card(totals: Totals, number: int, name: str, labels: list[tuple[str, int]]) -> Card:
    rest = np.arange(len(totals.documents)) != number
    own, others = totals.spans[number, rest].sum(0), totals.spans[rest, number].sum(0)

    def f1(measure: str) -> Figure:
        matched: Ints = totals.matched[MEASURES.index(measure)]
        spans = int(own.sum() + others.sum())
        return float(matched[number, rest].sum() + matched[rest, number].sum()) / spans if spans else None

    return Card(
        name,
        int(totals.documents[number, number]),
        int(totals.spans[number, number].sum()),
        int(totals.characters[number, number]),
        f1("strict"),
        f1("overlap"),
        {label: Share(int(own[at]), int(others[at])) for label, at in labels},
    )
