"""A model's predictions measured against gold, over a project or one side of a split; what was left out, and where."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from msgspec import Struct
from sqlalchemy import Connection

from annotator.agreement import Batch, Layers, Spans
from annotator.agreement.batch import Bools, Floats, Ints
from annotator.agreement.evaluation import GOLD, MODEL, Evaluation, Negatives
from annotator.agreement.result import DocumentCounts, ExcludedDocuments, Scores
from annotator.criteria import EVERYTHING, Criteria, asked_for, named, wanted
from annotator.records import UserError
from annotator.reviewing import NOT_ASKED_FOR, OUTSIDE, Cancelled, Progress, ReviewCancelled, without_edges
from annotator.store import Store, comparison, queries
from annotator.store.comparison import Verdict

NO_GOLD = "gold is not finished there"
NO_MODEL = "the model has no finished layer there"
BELOW, NO_SCORE = "below the threshold", "without a score"
_DOCUMENTS = 8_192  # read at a time


class LeftOut(Struct, frozen=True):
    """A document whose predictions were left out, and how many."""

    document_id: int
    title: str | None
    predictions: int


class ExcludedPredictions(Struct, frozen=True):
    """Predictions that were not compared; of those left out with their documents, these."""

    reason: str
    predictions: int
    documents: list[LeftOut]


class PredictionCounts(Struct, frozen=True):
    """How many predictions were compared, and which were not."""

    compared: int
    excluded: list[ExcludedPredictions]


class Evaluated(Struct, frozen=True, kw_only=True, rename={"schema_name": "schema"}):
    """What a model is worth. `not_in_project` counts documents of the side whose text the project does not have."""

    schema_name: Literal["source-annotator/evaluation/1"] = "source-annotator/evaluation/1"
    gold: str
    model: str
    split: str | None
    threshold: float | None
    documents: DocumentCounts
    not_in_project: int
    predictions: PredictionCounts
    scores: Scores


def evaluate(
    store: Store,
    gold: str,
    model: str,
    criteria: Criteria = EVERYTHING,
    *,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> Evaluated:
    """Measure the predictions of `model` against the layers of `gold`, in documents that both finished.

    The annotators that the criteria name do not matter.

    Raises:
        UserError: an annotator, a guideline or the side does not exist, or both names are of one annotator.
        ReviewCancelled: `cancelled` said so.

    """
    with store.reading() as connection:
        run = _Run(connection, gold, model, criteria)
        for done in run.batches(cancelled):
            progress(done, len(run.ids))
        return run.result()


class _Run:
    """One run, within one reading of the project."""

    def __init__(self, connection: Connection, gold: str, model: str, criteria: Criteria) -> None:
        everybody = queries.annotators(connection)
        of_gold = [row.name for row in everybody if row.kind == "gold"]
        if gold == "gold" and len(of_gold) == 1:  # as an export calls it
            gold = of_gold[0]
        self._gold = named(everybody, gold, ("gold", "human", "model"))
        self._model = named(everybody, model, ("model", "gold", "human"))
        if self._gold == self._model:
            raise UserError(f"“{gold}” cannot be measured against itself. Name the model whose predictions to measure.")
        self._connection, self._criteria = connection, criteria
        self._wanted = wanted(connection, criteria, [self._gold.id, self._model.id])
        self.ids = np.array(queries.document_ids(connection, None), np.int64)
        self._found, self._inside, self._missing = asked_for(connection, criteria, self.ids)
        labels = comparison.labels(connection)
        self._labels = np.full(max(labels, default=0) + 1, -1)
        self._labels[list(labels)] = np.arange(len(labels))
        self._evaluation = Evaluation(list(labels.values()))
        self._compared = self._predicted = self._below = self._no_score = 0
        self._documents = dict.fromkeys((NOT_ASKED_FOR, OUTSIDE, NO_GOLD, NO_MODEL), 0)
        self._left_out: dict[str, dict[int, int]] = {reason: {} for reason in self._documents}

    def batches(self, cancelled: Cancelled) -> Iterator[int]:
        """Read all documents; yield how many are done after each batch."""
        for first in range(0, len(self.ids), _DOCUMENTS):
            if cancelled():
                raise ReviewCancelled
            here = slice(first, first + _DOCUMENTS)
            self._take(self.ids[here], self._found[here], self._inside[here])
            yield first + len(self.ids[here])

    def _take(self, ids: Ints, found: Bools, inside: Bools) -> None:
        span = int(ids[0]), int(ids[-1])
        rows = comparison.read(self._connection, self._wanted, *span)
        predicted, scores = comparison.predictions(self._connection, self._model.id, *span)
        document, annotator, verdict = rows.layers
        finished = verdict == Verdict.COUNTS
        has_gold, has_model = (
            np.isin(ids, document[finished & (annotator == who.id)]) for who in (self._gold, self._model)
        )
        reasons = {NOT_ASKED_FOR: ~found, OUTSIDE: ~inside, NO_GOLD: ~has_gold, NO_MODEL: ~has_model}
        compared = self._sort_out(ids, reasons, predicted[0])
        predicted = self._above(predicted, scores, np.isin(predicted[0], compared))

        by = rows.spans[1] == self._gold.id
        true = rows.spans[:, by & np.isin(rows.spans[0], compared)]
        negatives = comparison.negatives(self._connection, self._gold.id, *span)
        negatives = negatives[:, np.isin(negatives[0], compared)]
        documents = np.concatenate([true[0], predicted[0]])
        bounds = np.concatenate([true[3:], predicted[2:]], axis=1)
        if self._criteria.trim:
            bounds = without_edges(self._connection, self._criteria.trim, documents, *bounds)
        numbers = np.arange(len(compared))
        self._evaluation.put(
            Batch(
                numbers,
                rows.lengths[np.isin(rows.documents, compared)],
                Layers(np.tile(numbers, 2), np.repeat([GOLD, MODEL], len(numbers))),
                Spans(
                    np.searchsorted(compared, documents),
                    np.repeat([GOLD, MODEL], [true.shape[1], predicted.shape[1]]),
                    self._labels[np.concatenate([true[2], predicted[1]])],
                    *bounds,
                ),
            ),
            Negatives(np.searchsorted(compared, negatives[0]), *negatives[1:]),
        )
        self._compared += len(compared)
        self._predicted += predicted.shape[1]

    def _sort_out(self, ids: Ints, excluded: dict[str, Bools], predicted: Ints) -> Ints:
        """Return the documents to compare; count the others and their predictions by the first reason that fits."""
        counts = dict(zip(*(column.tolist() for column in np.unique(predicted, return_counts=True)), strict=True))
        left = np.ones(len(ids), bool)
        for reason, fits in excluded.items():
            out = ids[left & fits].tolist()
            self._documents[reason] += len(out)
            self._left_out[reason].update((each, counts[each]) for each in out if each in counts)
            left &= ~fits
        return ids[left]

    def _above(self, predicted: Ints, scores: Floats, compared: Bools) -> Ints:
        """Return the predictions to compare; count those that a threshold leaves out."""
        if self._criteria.threshold is None:
            return predicted[:, compared]
        scored = ~np.isnan(scores)
        above = scored & (scores >= self._criteria.threshold)
        self._no_score += int(np.count_nonzero(compared & ~scored))
        self._below += int(np.count_nonzero(compared & scored & ~above))
        return predicted[:, compared & above]

    def result(self) -> Evaluated:
        excluded = [ExcludedDocuments(reason, count) for reason, count in self._documents.items() if count]
        left_out = [
            ExcludedPredictions(reason, sum(found.values()), [self._listed(*each) for each in found.items()])
            for reason, found in self._left_out.items()
            if found
        ]
        by_score = {BELOW: self._below, NO_SCORE: self._no_score}
        left_out += [ExcludedPredictions(reason, count, []) for reason, count in by_score.items() if count]
        return Evaluated(
            gold=self._gold.name,
            model=self._model.name,
            split=self._criteria.side.name if self._criteria.side else None,
            threshold=self._criteria.threshold,
            documents=DocumentCounts(len(self.ids), self._compared, excluded),
            not_in_project=self._missing,
            predictions=PredictionCounts(self._predicted, left_out),
            scores=self._evaluation.result(),
        )

    def _listed(self, document_id: int, predictions: int) -> LeftOut:
        return LeftOut(document_id, comparison.title(self._connection, document_id), predictions)
