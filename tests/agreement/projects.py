"""Small projects to compare, drawn by hypothesis, and the same figures by plain loops over characters.

Nothing here shares code with `annotator.agreement`: it follows the definitions character by character and pair by pair.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import sqrt
from statistics import mean

import numpy as np
from hypothesis import strategies as st

from annotator.agreement import Agreement, Batch, Comparison, Layers, Spans

ANNOTATORS = ["ana", "ben", "cem", "dan", "eva"]
LABELS = ["denial", "on-record", "anonymous-source"]
MEASURES = ["strict", "strict_any", "iou50", "iou50_any", "overlap", "overlap_any"]


@dataclass
class Document:
    """A length, and the finished layers: lists of (start, end, label) by annotator."""

    length: int
    layers: dict = field(default_factory=dict)


@dataclass
class Project:
    documents: list
    annotators: list = field(default_factory=lambda: ANNOTATORS[:3])
    labels: list = field(default_factory=lambda: LABELS)

    @property
    def compared(self):
        return [document for document in self.documents if len(document.layers) >= 2]

    def without(self, number):
        return Project(
            [document for at, document in enumerate(self.compared) if at != number], self.annotators, self.labels
        )

    def between(self, a, b):
        """The same for two annotators only."""
        both = [
            Document(document.length, {name: document.layers[name] for name in (a, b)})
            for document in self.documents
            if a in document.layers and b in document.layers
        ]
        return Project(both, [a, b], self.labels)

    def batch(self, numbers=None):
        chosen = range(len(self.documents)) if numbers is None else numbers
        layers, spans = [], []
        for number in chosen:
            for name, found in self.documents[number].layers.items():
                annotator = self.annotators.index(name)
                layers.append((number, annotator))
                spans += [(number, annotator, self.labels.index(label), start, end) for start, end, label in found]
        return Batch(
            np.array(list(chosen), np.int64),
            np.array([self.documents[number].length for number in chosen], np.int64),
            Layers(*np.array(layers, np.int64).reshape(-1, 2).T),
            Spans(*np.array(spans, np.int64).reshape(-1, 5).T),
        )


def comparison(project, texts=None) -> Comparison:
    made = Comparison(project.annotators, project.labels, texts)
    made.put(project.batch())
    return made


def compare(project, texts=None) -> Agreement:
    return comparison(project, texts).result()


@st.composite
def spans(draw, length, labels):
    if not length:
        return []
    start = st.integers(0, length - 1)
    one = start.flatmap(lambda at: st.tuples(st.just(at), st.integers(at + 1, length), st.sampled_from(labels)))
    return draw(st.lists(one, max_size=4))


@st.composite
def documents(draw, annotators, labels):
    length = draw(st.integers(0, 12))
    names = draw(st.lists(st.sampled_from(annotators), unique=True))
    return Document(length, {name: draw(spans(length, labels)) for name in names})


@st.composite
def projects(draw, max_annotators=5, max_labels=3):
    annotators = ANNOTATORS[: draw(st.integers(1, max_annotators))]
    labels = LABELS[: draw(st.integers(1, max_labels))]
    return Project(draw(st.lists(documents(annotators, labels), max_size=5)), annotators, labels)


def inside(document, name, label):
    """Whether each character of a layer is inside the label, or with `any` inside some label."""
    found = document.layers[name]
    return [
        any(start <= at < end and label in (given, "any") for start, end, given in found)
        for at in range(document.length)
    ]


def characters(project, label):
    """One tuple a character of every compared document: for each of its annotators whether it is inside."""
    return [
        values
        for document in project.compared
        for values in zip(*(inside(document, name, label) for name in document.layers), strict=True)
    ]


def alpha(project, label):
    """From the matrix of coincidences, or None."""
    coincidences = {(v, w): Fraction(0) for v in (False, True) for w in (False, True)}
    for values in characters(project, label):
        for i, v in enumerate(values):
            for j, w in enumerate(values):
                if i != j:
                    coincidences[v, w] += Fraction(1, len(values) - 1)
    inside_, outside = (sum(coincidences[v, w] for w in (False, True)) for v in (True, False))
    if not inside_ * outside:
        return None
    observed = 2 * coincidences[True, False] / (inside_ + outside)
    return float(1 - observed / (2 * inside_ * outside / ((inside_ + outside) * (inside_ + outside - 1))))


def mean_alpha(project):
    found = [value for label in project.labels if (value := alpha(project, label)) is not None]
    return mean(found) if found else None


def interval(project, statistic):
    """By computing the statistic again without each of the compared documents."""
    value, count = statistic(project), len(project.compared)
    parts = [statistic(project.without(number)) for number in range(count)]
    if value is None or count < 2 or None in parts:
        return None, None
    se = sqrt((count - 1) / count * sum((part - mean(parts)) ** 2 for part in parts))
    return max(value - 1.96 * se, -1), min(value + 1.96 * se, 1)


def matches(document, a, b, measure):
    """Pairs of numbers of spans, taken greedily."""
    one, two = document.layers[a], document.layers[b]
    found = []
    for i, (s, e, k) in enumerate(one):
        for j, (t, f, m) in enumerate(two):
            shared, union = min(e, f) - max(s, t), max(e, f) - min(s, t)
            ways = {"strict": (s, e) == (t, f), "iou50": Fraction(max(shared, 0), union) >= Fraction(1, 2)}
            if shared > 0 and ways.get(measure.removesuffix("_any"), True) and (k == m or measure.endswith("_any")):
                order = (-Fraction(shared, union), min(s, t), max(s, t), min(e, f), max(e, f), k != m, sorted([k, m]))
                found.append((order, i, j))
    return greedy(found)


def greedy(found):
    taken, left, right = [], set(), set()
    for _, i, j in sorted(found, key=lambda entry: entry[0]):
        if i not in left and j not in right:
            taken.append((i, j))
            left.add(i)
            right.add(j)
    return taken


def pairs_of_layers(project):
    for document in project.documents:
        for a, b in combinations(sorted(document.layers), 2):
            yield document, a, b


def f1(project, measure, label=None):
    """Matched spans over all spans of the pairs, of one label or of all."""
    matched = total = 0
    for document, a, b in pairs_of_layers(project):
        one, two = document.layers[a], document.layers[b]
        total += sum(label in (None, k) for _, _, k in [*one, *two])
        for i, j in matches(document, a, b, measure):
            matched += (label in (None, one[i][2])) + (label in (None, two[j][2]))
    return matched / total if total else None


def confusion(project):
    """Counts by pair of labels, "missed" among them, each match both ways."""
    names = [*sorted(project.labels), "missed"]
    counts = {(k, m): 0 for k in names for m in names}
    for document, a, b in pairs_of_layers(project):
        one, two = document.layers[a], document.layers[b]
        same = matches(document, a, b, "overlap")
        left, right = {i for i, _ in same}, {j for _, j in same}
        rest = Document(document.length, {
            a: [span for i, span in enumerate(one) if i not in left],
            b: [span for j, span in enumerate(two) if j not in right],
        })  # fmt: skip
        other = matches(rest, a, b, "overlap_any")
        met = [(one[i][2], two[j][2]) for i, j in same] + [
            (rest.layers[a][i][2], rest.layers[b][j][2]) for i, j in other
        ]
        met += [(span[2], "missed") for i, span in enumerate(rest.layers[a]) if i not in {i for i, _ in other}]
        met += [(span[2], "missed") for j, span in enumerate(rest.layers[b]) if j not in {j for _, j in other}]
        for k, m in met:
            counts[k, m] += 1
            counts[m, k] += 1
    return counts


def continuum(documents, name, label):
    """Units and gaps of one annotator end to end: (is a unit, start, end); and how many spans were merged."""
    begin, stretches, merged = 0, [], 0
    for document in documents:
        own = sorted((start, end) for start, end, given in document.layers[name] if given == label)
        units = []
        for start, end in own:
            if units and start < units[-1][1]:
                units[-1][1] = max(units[-1][1], end)
                merged += 1
            else:
                units.append([start, end])
        at = 0
        for start, end in [*units, (document.length, document.length)]:
            if at < start:
                stretches.append((False, begin + at, begin + start))
            if start < end:
                stretches.append((True, begin + start, begin + end))
            at = end
        begin += document.length
    return stretches, merged


def alpha_u(project, label):
    """By the sums of Krippendorff 2004; returns the value or None, and the number of merged spans."""
    sets = {}
    for document in project.compared:
        sets.setdefault(frozenset(document.layers), []).append(document)
    observed = expected = Fraction(0)
    merged = 0
    for names, documents in sets.items():
        length, m = sum(document.length for document in documents), len(names)
        found = [continuum(documents, name, label) for name in sorted(names)]
        merged += sum(count for _, count in found)
        if length:
            weight = length * (m - 1)
            rows = [stretches for stretches, _ in found]
            observed += weight * observed_disagreement(rows, length)
            expected += weight * expected_disagreement(rows, length)
    return (float(1 - observed / expected) if expected else None), merged


def observed_disagreement(rows, length):
    total = 0
    for i, one in enumerate(rows):
        for j, two in enumerate(rows):
            if i != j:
                total += sum(difference(g, h) for g in one for h in two)
    return Fraction(total, len(rows) * (len(rows) - 1) * length**2)


def difference(g, h):
    (unit, start, end), (other, begin, stop) = g, h
    if unit and other and start < stop and begin < end:
        return (start - begin) ** 2 + (end - stop) ** 2
    if unit and not other and begin <= start and end <= stop:
        return (end - start) ** 2
    if other and not unit and start <= begin and stop <= end:
        return (stop - begin) ** 2
    return 0


def expected_disagreement(rows, length):
    stretches = [stretch for row in rows for stretch in row]
    units = [end - start for unit, start, end in stretches if unit]
    gaps = [end - start for unit, start, end in stretches if not unit]
    total = Fraction(0)
    for unit in units:
        total += Fraction(len(units) - 1, 3) * (2 * unit**3 - 3 * unit**2 + unit)
        total += unit**2 * sum(gap - unit + 1 for gap in gaps if gap >= unit)
    places = len(rows) * length * (len(rows) * length - 1) - sum(unit * (unit - 1) for unit in units)
    return Fraction(2, length) * total / places


def coefficients(project, label):
    """Observed agreement, Fleiss' kappa and AC1, character by character; None where not defined."""
    found = characters(project, label)
    if not found:
        return None, None, None
    agreeing = [
        Fraction(sum(v == w for i, v in enumerate(values) for j, w in enumerate(values) if i != j),
                 len(values) * (len(values) - 1))
        for values in found
    ]  # fmt: skip
    share = sum(Fraction(sum(values), len(values)) for values in found) / len(found)
    observed = sum(agreeing) / len(found)
    by_chance, gwet = share**2 + (1 - share) ** 2, 2 * share * (1 - share)
    fleiss = None if by_chance == 1 else float((observed - by_chance) / (1 - by_chance))
    return float(observed), fleiss, float((observed - gwet) / (1 - gwet))
