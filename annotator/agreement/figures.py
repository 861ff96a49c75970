"""From sums to figures: puts a result together, with a path and a reason for each figure that is not defined."""

from math import fsum
from typing import NamedTuple

import numpy as np

from annotator.agreement import boundaries, coefficients, unitizing
from annotator.agreement.alpha import Estimates, Interval, coincidences, estimate
from annotator.agreement.batch import Floats, Ints
from annotator.agreement.coefficients import Shares, Table
from annotator.agreement.matching import MEASURES
from annotator.agreement.result import (
    F1,
    Agreement,
    Alpha,
    Boundary,
    Coefficients,
    Confusion,
    DocumentCounts,
    Estimate,
    ExcludedDocuments,
    ExcludedLayers,
    Expert,
    LabelEstimate,
    LabelF1,
    LabelLoss,
    LayerCounts,
    Loss,
    Pair,
    PairF1,
    Unitizing,
    UnitizingValue,
)
from annotator.agreement.sums import Columns, Totals
from annotator.agreement.undefined import NO_COMMON_DOCUMENT, NO_DOCUMENT, Ledger, Reason

NO_SPAN = Reason("no compared layer has a span")
NO_SPAN_OF_LABEL = Reason("no compared layer has a span of it")
NO_SPAN_OF_PAIR = Reason("neither marked anything in the documents that both finished")
NO_DIFFERENCE = Reason("no two matching spans of it differ in their bounds")
NOBODY_FINISHED = "nobody finished it"
ONE_FINISHED = "only one annotator finished it"
ALONE = "nobody else finished the document"
NO_TEXTS_GIVEN = Reason("the texts were not read")


class Names(NamedTuple):
    """Annotators and labels in the order of their numbers, by name; and the labels in the order to show them in."""

    annotators: list[str]
    labels: list[str]
    shown: list[str]

    @property
    def numbers(self) -> list[tuple[str, int]]:
        return [(name, self.labels.index(name)) for name in self.shown]


def agreement(names: Names, layers: list[int], columns: Columns, totals: Totals, *, with_texts: bool) -> Agreement:
    """Return every figure.

    `layers` says how many documents have no finished layer, one, two...; `columns` are of those with two or more.
    """
    builder = _Builder(names, columns, totals, with_texts)
    nobody, alone = layers[:2]
    return Agreement(
        annotators=names.annotators,
        documents=DocumentCounts(
            sum(layers),
            len(columns.layers),
            [ExcludedDocuments(*entry) for entry in ((NOBODY_FINISHED, nobody), (ONE_FINISHED, alone)) if entry[1]],
        ),
        layers=LayerCounts(int(columns.layers.sum()), [ExcludedLayers(ALONE, alone)] if alone else []),
        alpha=builder.alpha(),
        alpha_u=builder.alpha_u(),
        f1=builder.f1(),
        loss=builder.loss(),
        boundary=builder.boundary(),
        confusion=builder.confusion(),
        pairs=builder.pairs(),
        expert=builder.expert(),
        undefined=builder.ledger.entries,
    )


def alpha(names: Names, columns: Columns, totals: Totals) -> Alpha:
    """Return alpha over documents with two finished layers or more."""
    return _Builder(names, columns, totals, with_texts=False).alpha()


class _Builder:
    """Makes the parts of a result."""

    def __init__(self, names: Names, columns: Columns, totals: Totals, with_texts: bool) -> None:
        self._names, self._columns, self._totals, self._with_texts = names, columns, totals, with_texts
        self._documents = len(columns.layers)
        two = ~np.eye(len(names.annotators), dtype=bool)
        self._spans = totals.spans[two].sum(0)  # of each label, over all pairs
        self._matched = totals.matched[:, two].sum(1)  # (measures, labels)
        self.ledger = Ledger()

    def alpha(self) -> Alpha:
        columns = self._columns
        found = estimate(coincidences(columns.lengths, columns.layers, columns.inside, columns.both))
        labels = {name: self._label(f"alpha.labels.{name}", found, number) for name, number in self._names.numbers}
        mean = self._estimate("alpha.mean", found.mean, found.mean_interval)
        return Alpha(labels, mean, self._label("alpha.any", found, -1))

    def _label(self, path: str, found: Estimates, column: int) -> LabelEstimate:
        plain = self._estimate(path, found.values[column], found.intervals[column])
        spans = self._columns.spans[column]
        return LabelEstimate(plain.value, plain.low, plain.high, int(spans.sum()), int(np.count_nonzero(spans)))

    def _estimate(self, path: str, value: float | Reason, interval: Interval) -> Estimate:
        low, high = (interval, interval) if isinstance(interval, Reason) else interval
        note = self.ledger.figure
        return Estimate(note(f"{path}.value", value), note(f"{path}.low", low), note(f"{path}.high", high))

    def alpha_u(self) -> Unitizing:
        found = unitizing.differences(
            self._columns.sets, self._columns.lengths, self._columns.layers, self._columns.squares
        )
        observed = unitizing.observed(found)
        expected = unitizing.expected(found, self._totals.units, self._totals.gaps)
        labels = {}
        for name, number in self._names.numbers:
            # The sets stand in the order in which they were met, which must not change a bit of the sum.
            chance = fsum(expected[:, number])
            value = 1 - fsum(observed[:, number]) / chance if chance else self._no_spans(NO_SPAN_OF_LABEL)
            figure = self.ledger.figure(f"alpha_u.labels.{name}.value", value)
            labels[name] = UnitizingValue(figure, int(self._totals.merged[number]))
        return Unitizing(labels)

    def f1(self) -> F1:
        total = self._matched.sum(1), self._spans.sum()
        note, none = self.ledger.figure, self._no_spans(NO_SPAN)
        pooled = {name: note(f"f1.{name}", _ratio(total[0][at], total[1], none)) for at, name in enumerate(MEASURES)}
        labels = {
            name: LabelF1(*(
                note(f"f1.labels.{name}.{measure}", self._label_f1(measure, number))
                for measure in ("strict", "overlap")
            ))
            for name, number in self._names.numbers
        }  # fmt: skip
        return F1(**pooled, labels=labels)

    def _label_f1(self, measure: str, number: int) -> float | Reason:
        none = self._no_spans(NO_SPAN_OF_LABEL)
        return _ratio(self._matched[MEASURES.index(measure), number], self._spans[number], none)

    def loss(self) -> Loss:
        labels = {
            name: LabelLoss(
                **self._losses(f"loss.labels.{name}", self._matched[:, number], self._spans[number], NO_SPAN_OF_LABEL)
            )
            for name, number in self._names.numbers
        }
        return Loss(**self._losses("loss", self._matched.sum(1), self._spans.sum(), NO_SPAN), labels=labels)

    def _losses(self, path: str, matched: Ints, spans: float, reason: Reason) -> dict[str, float | None]:
        strict, overlap, overlap_any = (matched[MEASURES.index(name)] for name in ("strict", "overlap", "overlap_any"))
        lost = {"boundary": overlap - strict, "label": overlap_any - overlap, "missed": spans - overlap_any}
        none = self._no_spans(reason)
        return {name: self.ledger.figure(f"{path}.{name}", _ratio(count, spans, none)) for name, count in lost.items()}

    def boundary(self) -> dict[str, Boundary]:
        medians = boundaries.medians(self._totals.distances, len(self._names.labels))
        return {name: self._differences(f"boundary.{name}", number, medians) for name, number in self._names.numbers}

    def _differences(self, path: str, number: int, medians: Floats) -> Boundary:
        matches, start, end = self._totals.offsets[number].tolist()
        none = self._no_spans(NO_DIFFERENCE)
        figures = {"start": start, "end": end, "median_chars": float(medians[number]) * matches}
        noted = {
            name: self.ledger.figure(f"{path}.{name}", _ratio(sum_, matches, none)) for name, sum_ in figures.items()
        }
        kinds = dict(zip(boundaries.KINDS, self._totals.kinds[number].tolist(), strict=True))
        noted_kinds = self.ledger.figure(f"{path}.kinds", kinds if self._with_texts else NO_TEXTS_GIVEN)
        return Boundary(matches=matches, **noted, kinds=noted_kinds)

    def confusion(self) -> Confusion:
        shown = [number for _, number in self._names.numbers]
        counts = self._totals.confusion
        missed = self._spans - counts.sum(1)
        whole = np.block([[counts, missed[:, None]], [missed, np.zeros(1, np.int64)]])
        order = [*shown, len(shown)]
        return Confusion([*self._names.shown, "missed"], whole[np.ix_(order, order)].tolist())

    def pairs(self) -> list[Pair]:
        count = len(self._names.annotators)
        numbers = [(a, b) for a in range(count) for b in range(a + 1, count)]
        return [self._pair(f"pairs.{place}", a, b) for place, (a, b) in enumerate(numbers)]

    def _pair(self, path: str, a: int, b: int) -> Pair:
        totals, note = self._totals, self.ledger.figure
        documents = int(totals.documents[a, b])
        tables = [
            Table(int(totals.characters[a, b]), *row)
            for row in zip(*(table.tolist() for table in (totals.inside[a, b], totals.inside[b, a], totals.both[a, b])),
                           strict=True)
        ]  # fmt: skip
        spans_a, spans_b = int(totals.spans[a, b].sum()), int(totals.spans[b, a].sum())
        matched = (totals.matched[:, a, b] + totals.matched[:, b, a]).sum(1)
        none = NO_SPAN_OF_PAIR if documents else NO_COMMON_DOCUMENT
        f1 = {
            name: note(f"{path}.f1.{name}", _ratio(matched[MEASURES.index(name)], spans_a + spans_b, none))
            for name in ("strict", "iou50", "overlap", "overlap_any")
        }
        kappa = {
            name: note(f"{path}.kappa.{name}", coefficients.kappa(tables[number], documents))
            for name, number in self._names.numbers
        }
        alpha = note(f"{path}.alpha", coefficients.pair_alpha(tables[-1], documents))
        names = self._names.annotators
        return Pair(names[a], names[b], documents, spans_a, spans_b, alpha, kappa, PairF1(**f1))

    def expert(self) -> Expert:
        labels = {name: self._coefficients(f"expert.labels.{name}", number) for name, number in self._names.numbers}
        return Expert(labels, self._coefficients("expert.any", -1))

    def _coefficients(self, path: str, column: int) -> Coefficients:
        lengths, layers = self._columns.lengths, self._columns.layers
        inside, both = self._columns.inside[column], self._columns.both[column]
        # Of c inside among m, c (m-c) pairs disagree: m c - c^2, and c^2 is 2 c (c-1) / 2 + c.
        apart = 2 * ((layers - 1) * inside - 2 * both) / (layers * (layers - 1))
        shares = Shares(
            int(lengths.sum()),
            float((inside / layers).sum()),
            float((lengths - apart).sum()),
            everywhere=bool(inside.sum() == (lengths * layers).sum()),
        )
        functions = {"observed": coefficients.observed, "fleiss": coefficients.fleiss, "ac1": coefficients.ac1}
        return Coefficients(
            *(self.ledger.figure(f"{path}.{name}", made(shares, self._documents)) for name, made in functions.items())
        )

    def _no_spans(self, reason: Reason) -> Reason:
        return reason if self._documents else NO_DOCUMENT


def _ratio(part: float, whole: float, reason: Reason) -> float | Reason:
    return float(part) / float(whole) if whole else reason
