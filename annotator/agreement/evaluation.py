"""Predictions against gold: precision, recall and F1 with intervals, and what was predicted where nothing belongs.

Spans are matched as in `matching`. Intervals leave out one document at a time, as those of alpha do.
"""

from typing import NamedTuple

import numpy as np

from annotator.agreement.alpha import jackknife
from annotator.agreement.batch import Batch, Block, Bools, Ints, block_of, ranks
from annotator.agreement.figures import NO_SPAN, NO_SPAN_OF_LABEL
from annotator.agreement.matching import MEASURES, Edges, match
from annotator.agreement.result import Confusion, LabelLoss, Loss, OnNegatives, Ratio, Score, Scores
from annotator.agreement.segments import overlaps
from annotator.agreement.undefined import NO_DOCUMENT, Ledger, Reason

GOLD, MODEL = 0, 1  # the annotators of a batch
NO_GOLD = Reason("gold has no span of it in the documents compared")
NO_PREDICTION = Reason("nothing was predicted as it in the documents compared")
_SHOWN = ("strict", "iou50", "overlap")


class Negatives(NamedTuple):
    """Where gold says that nothing belongs, in code points; one entry a negative."""

    document: Ints
    start: Ints
    end: Ints


class Counts(NamedTuple):
    """Sums by document, which is the last axis; the last label is all of them together."""

    gold: Ints  # (labels + 1, documents)
    predicted: Ints  # (labels + 1, documents)
    matched: Ints  # (measures, 2, labels + 1, documents): gold's spans that have a counterpart, and the model's


class Evaluation:
    """Takes documents in, each once, and gives the scores over those that both gold and the model finished."""

    def __init__(self, labels: list[str]) -> None:
        self._labels, self._ranks = labels, ranks(labels)
        count = len(labels)
        self._counts: list[Counts] = []
        self._confusion = np.zeros((count + 1, count + 1), np.int64)  # gold in rows
        self._on_negatives = np.zeros(count, np.int64)
        self._negatives = self._hit = 0

    def put(self, batch: Batch, negatives: Negatives) -> None:
        """Add documents; in the batch, `GOLD` and `MODEL` are the annotators.

        Raises:
            ValueError: an index or a span that cannot be.

        """
        block = block_of(batch, np.arange(2), self._ranks)
        matches = match(block)
        self._counts.append(_counts(block, matches.measures, len(self._labels)))
        met = np.concatenate([np.stack(each[:2]) for each in (matches.measures["overlap"], matches.relabelled)], axis=1)
        self._confuse(block, met)
        alone = block.annotator == MODEL
        alone[met[1]] = False
        self._meet(block, alone, negatives)

    def result(self) -> Scores:
        """Return every score over the documents that were put in."""
        none = np.zeros((len(self._labels) + 1, 0), np.int64)
        empty = Counts(none, none, np.zeros((len(MEASURES), 2, *none.shape), np.int64))
        counts = Counts(*(np.concatenate(parts, axis=-1) for parts in zip(empty, *self._counts, strict=True)))
        ledger = Ledger()
        numbers = dict(zip(self._labels, self._ranks.tolist(), strict=True))
        scores = {label: _score(f"labels.{label}", counts, number, ledger) for label, number in numbers.items()}
        order = [*self._ranks, len(self._labels)]
        return Scores(
            labels=scores,
            all=_score("all", counts, -1, ledger),
            loss=_loss(counts, numbers, ledger),
            confusion=Confusion([*self._labels, "missed"], self._confusion[np.ix_(order, order)].tolist()),
            negatives=OnNegatives(
                negatives=self._negatives,
                hit=self._hit,
                predictions=int(self._on_negatives.sum()),
                labels={label: int(self._on_negatives[number]) for label, number in numbers.items()},
            ),
            undefined=ledger.entries,
        )

    def _confuse(self, block: Block, met: Ints) -> None:
        missed = len(self._labels)
        np.add.at(self._confusion, (block.label[met[0]], block.label[met[1]]), 1)
        alone = np.ones(len(block.row), bool)
        alone[met.ravel()] = False
        for annotator, cells in ((GOLD, self._confusion[:, missed]), (MODEL, self._confusion[missed])):
            np.add.at(cells, block.label[alone & (block.annotator == annotator)], 1)

    def _meet(self, block: Block, alone: Bools, negatives: Negatives) -> None:
        """Count the predictions without a counterpart that share a character with a negative of gold."""
        compared = np.flatnonzero(block.finished.all(1))
        place = np.full(int(block.documents.max(initial=-1)) + 1, -1)
        place[block.documents[compared]] = compared
        row = place[negatives.document]
        start, end = (column[row >= 0] for column in negatives[1:])
        row = row[row >= 0]
        spans = np.flatnonzero(alone)
        group = np.concatenate([block.row[spans], row])
        starts, ends = np.concatenate([block.start[spans], start]), np.concatenate([block.end[spans], end])
        order = np.lexsort((starts, group))
        left, right = (order[side] for side in overlaps(group[order], starts[order], ends[order]))
        predicted, negative = np.minimum(left, right), np.maximum(left, right)
        both = (predicted < len(spans)) & (negative >= len(spans))
        found = spans[np.unique(predicted[both])]
        self._on_negatives += np.bincount(block.label[found], minlength=len(self._labels))
        self._negatives += len(row)
        self._hit += len(np.unique(negative[both]))


def _counts(block: Block, measures: dict[str, Edges], labels: int) -> Counts:
    def count(spans: Ints | Bools) -> Ints:
        table = np.zeros((labels + 1, len(block.documents)), np.int64)
        np.add.at(table, (block.label[spans], block.row[spans]), 1)
        table[-1] = table.sum(0)
        return table[:, both]

    both = block.finished.all(1)
    matched = [[count(measures[name].left), count(measures[name].right)] for name in MEASURES]
    return Counts(count(block.annotator == GOLD), count(block.annotator == MODEL), np.array(matched))


def _score(path: str, counts: Counts, label: int, ledger: Ledger) -> Score:
    gold, predicted = counts.gold[label], counts.predicted[label]
    reasons = (NO_PREDICTION, NO_GOLD, NO_SPAN_OF_LABEL) if len(gold) else (NO_DOCUMENT,) * 3
    measures = {}
    for name in _SHOWN:
        matched = counts.matched[MEASURES.index(name), GOLD, label]
        parts = {
            "precision": (matched, predicted),
            "recall": (matched, gold),
            "f1": (2 * matched, gold + predicted),
        }
        measures[name] = {
            each: _ratio(f"{path}.{name}.{each}", *part, reason, ledger)
            for (each, part), reason in zip(parts.items(), reasons, strict=True)
        }
    return Score(gold=int(gold.sum()), predicted=int(predicted.sum()), **measures)


def _ratio(path: str, part: Ints, whole: Ints, reason: Reason, ledger: Ledger) -> Ratio:
    known = whole.sum() - whole > 0
    without = np.divide(part.sum() - part, whole.sum() - whole, out=np.zeros(len(part)), where=known)
    value = float(part.sum() / whole.sum()) if whole.sum() else reason
    found = jackknife(value, without, known, lowest=0.0)
    low, high = (found, found) if isinstance(found, Reason) else found
    note = ledger.figure
    return Ratio(note(f"{path}.value", value), note(f"{path}.low", low), note(f"{path}.high", high))


def _loss(counts: Counts, numbers: dict[str, int], ledger: Ledger) -> Loss:
    lost = {label: _lost(f"loss.labels.{label}", counts, number, ledger) for label, number in numbers.items()}
    by_label = {label: LabelLoss(**found) for label, found in lost.items()}
    return Loss(**_lost("loss", counts, -1, ledger), labels=by_label)


def _lost(path: str, counts: Counts, label: int, ledger: Ledger) -> dict[str, float | None]:
    spans = int(counts.gold[label].sum() + counts.predicted[label].sum())
    strict, overlap, overlap_any = (
        int(counts.matched[MEASURES.index(name), :, label].sum()) for name in ("strict", "overlap", "overlap_any")
    )
    reason = (NO_SPAN if label < 0 else NO_SPAN_OF_LABEL) if counts.gold.shape[1] else NO_DOCUMENT
    lost = {"boundary": overlap - strict, "label": overlap_any - overlap, "missed": spans - overlap_any}
    return {name: ledger.figure(f"{path}.{name}", count / spans if spans else reason) for name, count in lost.items()}
