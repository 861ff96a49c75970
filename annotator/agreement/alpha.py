"""Krippendorff's alpha over characters, and its interval by leaving out one document at a time.

K. Krippendorff, Content Analysis, 3rd ed. 2013, 12.3, and "Computing Krippendorff's Alpha-Reliability", 2011: nominal
data, here with two values, inside a label or not. A document has the same number m of annotators at every character, so
a character inside c of m layers adds c(m-c)/(m-1) to the disagreeing coincidences, c to those inside and m to all.
"""

from typing import NamedTuple

import numpy as np

from annotator.agreement.batch import Bools, Floats, Ints
from annotator.agreement.undefined import NO_DOCUMENT, NO_TEXT, Reason

UNMARKED = Reason("no character of a compared document is inside it")
EVERYWHERE = Reason("every character of every compared layer is inside it")
ONE_DOCUMENT = Reason("an interval needs two compared documents or more")
LEFT_OUT = Reason("not defined when one of the documents is left out")
NO_LABEL = Reason("not defined for any label")

Interval = tuple[float, float] | Reason


class Coincidences(NamedTuple):
    """Sums over characters, one row a label, the last of them any label, and one column a document."""

    values: Floats  # (documents,) characters x annotators
    inside: Floats  # (labels, documents) of which inside
    disagreeing: Floats  # (labels, documents) coincidences of inside with outside, one way round


class Estimates(NamedTuple):
    """For each row a value and an interval; for the mean over labels the same."""

    values: list[float | Reason]
    intervals: list[Interval]
    mean: float | Reason
    mean_interval: Interval


def coincidences(lengths: Ints, layers: Ints, inside: Ints, both: Ints) -> Coincidences:
    """Return the sums of documents, each with two layers or more.

    `inside` sums c over the characters, `both` c(c-1)/2, the pairs of annotators who are both inside.
    """
    return Coincidences((lengths * layers).astype(float), inside.astype(float), inside - 2 * both / (layers - 1))


def estimate(sums: Coincidences) -> Estimates:
    """Return alpha for each label, pooled over documents."""
    total = Coincidences(*(figures.sum(-1, keepdims=True) for figures in sums))
    values, defined = alpha(total)
    if total.values[0] == 0:
        figures: list[float | Reason] = [NO_TEXT if len(sums.values) else NO_DOCUMENT] * len(values)
    else:
        figures = [
            float(value) if known else EVERYWHERE if inside else UNMARKED
            for (value,), (known,), (inside,) in zip(values, defined, total.inside, strict=True)
        ]
    without, known = alpha(Coincidences(*(whole - part for whole, part in zip(total, sums, strict=True))))
    intervals = [jackknife(figure, *row) for figure, *row in zip(figures, without, known, strict=True)]
    mean, mean_interval = _mean(figures[:-1], without[:-1], known[:-1])
    return Estimates(figures, intervals, mean, mean_interval)


def alpha(sums: Coincidences) -> tuple[Floats, Bools]:
    """Return 1 - (n-1) o / (n_0 n_1) for each label and document, and whether it is defined; where not, it is 0."""
    chance = sums.inside * (sums.values - sums.inside)
    defined = chance > 0
    ratio = np.divide((sums.values - 1) * sums.disagreeing, chance, out=np.ones_like(chance), where=defined)
    return 1 - ratio, defined


def _mean(figures: list[float | Reason], without: Floats, known: Bools) -> tuple[float | Reason, Interval]:
    """Average over the labels that are defined, in the whole and in every part of it."""
    values = [figure for figure in figures if not isinstance(figure, Reason)]
    if not values:
        reason = next((reason for reason in (NO_DOCUMENT, NO_TEXT) if reason in figures), NO_LABEL)
        return reason, reason
    mean = float(np.mean(values))
    labels = known.sum(0)
    means = np.where(known, without, 0).sum(0) / np.maximum(labels, 1)
    return mean, jackknife(mean, means, labels > 0)


def jackknife(figure: float | Reason, without: Floats, known: Bools, lowest: float = -1.0) -> Interval:
    """Return the 95 % interval by the jackknife: B. Efron and C. Stein, Annals of Statistics 9, 1981, p. 586.

    `without` has the figure without each document, and `known` whether it is defined then; it is from `lowest` to 1.
    """
    if isinstance(figure, Reason):
        return figure
    if len(without) < 2:
        return ONE_DOCUMENT
    if not known.all():
        return LEFT_OUT
    reach = 1.96 * float(np.sqrt((len(without) - 1) * np.var(without)))
    return max(figure - reach, lowest), min(figure + reach, 1.0)
