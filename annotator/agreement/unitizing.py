"""Krippendorff's alpha-u, which sees how a stretch was cut into units, where alpha over characters does not.

K. Krippendorff, Content Analysis, 2nd ed. 2004, 11.6, pp. 251-256. Documents finished by the same set of annotators are
laid end to end, but a gap ends where its document does. The disagreements of the sets are summed, each weighted
by its characters x (m-1): an observed one then is `2 d / (m L)`, of the squared differences d of pairs of annotators.
"""

from typing import NamedTuple

import numpy as np

from annotator.agreement.batch import Block, Floats, Ints
from annotator.agreement.histogram import Histogram
from annotator.agreement.segments import Stretches


class Differences(NamedTuple):
    """Of sets of annotators, one row a set: the sums that the observed disagreement is made of."""

    characters: Ints  # (sets,)
    layers: Ints  # (sets,)
    squares: Floats  # (sets, labels) squared differences, each pair of annotators once


def squares(block: Block, found: Stretches, pairs: tuple[Ints, Ints], labels: int) -> Ints:
    """Return the squared differences by label and document, each pair of annotators once.

    Two units that overlap differ by the squares of the distances of their starts and of their ends; a unit that
    overlaps none of another annotator's lies in a gap of theirs, and differs by the square of its length. `pairs` are
    the units that overlap.
    """
    left, right = pairs
    met = np.zeros((len(found.row), block.finished.shape[1]), bool)
    met[left, found.annotator[right]] = True
    met[right, found.annotator[left]] = True
    others = block.finished.sum(1)[found.row] - 1 - met.sum(1)
    apart = (found.start[left] - found.start[right]) ** 2 + (found.end[left] - found.end[right]) ** 2
    result = np.zeros((labels, len(block.documents)), np.int64)
    np.add.at(result, (found.column, found.row), (found.end - found.start) ** 2 * others)
    np.add.at(result, (found.column[left], found.row[left]), apart)
    return result


def lengths(block: Block, found: Stretches, sets: Ints, labels: int) -> tuple[Histogram, Histogram]:
    """Count the lengths of units and of gaps, in groups `set x labels + label`.

    `found` stands by row, annotator, label and start. `sets` numbers the set of annotators who finished each document.
    """
    row, start, end = found.row, found.start, found.end
    group = sets[row] * labels + found.column
    layer = (row * block.finished.shape[1] + found.annotator) * labels + found.column
    new = np.concatenate([[True], np.diff(layer) != 0, [True]])[: len(row) + 1]
    opens, closes = new[:-1], new[1:]
    before = start - np.where(opens, 0, np.roll(end, 1))
    after = (block.lengths[row] - end)[closes]
    # A layer is one gap for each label, but where it has units of it.
    whole = (sets[:, None] * labels + np.arange(labels)).ravel()
    one = np.ones(len(row), np.int64)
    gaps = Histogram.of(
        np.concatenate([group, group[closes], whole, group[opens]]),
        np.concatenate([before, after, np.repeat(block.lengths, labels), block.lengths[row[opens]]]),
        np.concatenate([one, one[closes], np.repeat(block.finished.sum(1), labels), -one[opens]]),
    )
    some = gaps.lengths > 0
    return Histogram.of(group, end - start), Histogram(gaps.keys[some], gaps.counts[some])


def differences(sets: Ints, lengths: Ints, layers: Ints, squares: Ints) -> Differences:
    """Sum the documents, one column each, of every set of annotators."""
    count = int(sets.max(initial=-1)) + 1
    members = np.zeros(count, np.int64)
    members[sets] = layers
    return Differences(
        _sum(sets, lengths, count).astype(np.int64),
        members,
        np.stack([_sum(sets, row, count) for row in squares], axis=1),
    )


def observed(differences: Differences) -> Floats:
    """Return the weighted observed disagreement of each set and label."""
    result: Floats = 2 * differences.squares / np.maximum(differences.layers * differences.characters, 1)[:, None]
    return result


def expected(differences: Differences, units: Histogram, gaps: Histogram) -> Floats:
    """Return the weighted expected disagreement of each set and label.

    A unit of length l differs by chance from the N-1 other units and from each gap g that could hold it:
    `(N-1)/3 (2 l^3 - 3 l^2 + l) + l^2 sum(g - l + 1)`.
    """
    sets, labels = differences.squares.shape
    groups, length = units.groups, units.lengths.astype(float)
    count = _sum(groups, units.counts, sets * labels)
    room = _room(units, gaps)
    by_chance = (count[groups] - 1) / 3 * (2 * length**3 - 3 * length**2 + length) + length**2 * room
    total = _sum(groups, units.counts * by_chance, sets * labels).reshape(sets, labels)
    values = (differences.layers * differences.characters).astype(float)
    within = _sum(groups, units.counts * length * (length - 1), sets * labels).reshape(sets, labels)
    places = (values * (values - 1))[:, None] - within
    weight = 2 * (differences.layers - 1)[:, None]
    result: Floats = np.divide(weight * total, places, out=np.zeros_like(total), where=places > 0)
    return result


def _room(units: Histogram, gaps: Histogram) -> Floats:
    """Return for each length of a unit in how many places of its group's gaps it could stand."""
    counts = np.concatenate([[0], np.cumsum(gaps.counts)])
    sums = np.concatenate([[0], np.cumsum(gaps.counts * (gaps.lengths + 1))])
    first = np.searchsorted(gaps.keys, units.keys)
    last = np.searchsorted(gaps.groups, units.groups, "right")
    room: Floats = (sums[last] - sums[first]) - units.lengths * (counts[last] - counts[first]).astype(float)
    return room


def _sum(groups: Ints, weights: Ints | Floats, count: int) -> Floats:
    # Without any group numpy gives whole numbers.
    return np.bincount(groups, weights, count).astype(float)
