"""Predictions against gold, compared with loops over pairs of spans."""

import warnings

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.evaluation import Evaluation, Negatives
from tests.agreement import projects
from tests.agreement.projects import LABELS, Document, Project, matches

NAMES = ["ana", "ben"]  # gold and the model: matching counts annotators by name


@st.composite
def evaluated(draw):
    """A project of two annotators, and negatives as (document, start, end)."""
    project = Project(draw(st.lists(projects.documents(NAMES, LABELS), max_size=5)), NAMES)
    negatives = [
        (number, start, draw(st.integers(start + 1, document.length)))
        for number, document in enumerate(project.documents)
        if document.length
        for start in draw(st.lists(st.integers(0, document.length - 1), max_size=2))
    ]
    return project, negatives


def scores(project, negatives=(), batches=1):
    evaluation = Evaluation(project.labels)
    for batch in range(batches):
        numbers = [number for number in range(len(project.documents)) if number % batches == batch]
        own = [each for each in negatives if each[0] in numbers]
        evaluation.put(project.batch(numbers), Negatives(*np.array(own, np.int64).reshape(-1, 3).T))
    return evaluation.result()


def ratios(project, measure, label):
    """Precision, recall and F1 by counting, None where nothing is counted."""
    true = gold = predicted = 0
    for document in project.compared:
        one, two = document.layers["ana"], document.layers["ben"]
        gold += sum(label in (None, k) for _, _, k in one)
        predicted += sum(label in (None, k) for _, _, k in two)
        true += sum(label in (None, one[i][2]) for i, _ in matches(document, "ana", "ben", measure))
    return {
        "precision": true / predicted if predicted else None,
        "recall": true / gold if gold else None,
        "f1": 2 * true / (gold + predicted) if gold + predicted else None,
    }


@given(evaluated())
def test_scores_are_those_that_counting_gives(drawn):
    project, _ = drawn
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = scores(project)
    for label, score in [*found.labels.items(), (None, found.all)]:
        for measure in ("strict", "iou50", "overlap"):
            expected = ratios(project, measure, label)
            for name, ratio in getattr(score, measure).items():
                assert ratio.value == pytest.approx(expected[name])
                low, high = projects.interval(project, lambda part: ratios(part, measure, label)[name])  # noqa: B023
                assert ratio.low == (None if low is None else pytest.approx(max(low, 0), abs=1e-9))
                assert ratio.high == pytest.approx(high)


@given(evaluated())
def test_losses_are_those_of_the_two_as_annotators(drawn):
    project, _ = drawn
    assert scores(project).loss == projects.compare(project).loss


def test_of_two_predictions_at_one_place_the_label_that_comes_first_by_name_is_matched():
    layers = {"ana": [(0, 1, "on-record")], "ben": [(0, 1, "denial"), (0, 1, "anonymous-source")]}
    found = scores(Project([Document(1, layers)], NAMES))
    assert found.confusion.counts == [[0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]]


def unmatched(document):
    """Numbers of predictions without a counterpart of any label, as the confusion matrix has them."""
    one, two = document.layers["ana"], document.layers["ben"]
    same = matches(document, "ana", "ben", "overlap")
    left, right = (
        [at for at in range(len(own)) if at not in {pair[side] for pair in same}] for side, own in enumerate((one, two))
    )
    rest = Document(document.length, {"ana": [one[at] for at in left], "ben": [two[at] for at in right]})
    met = {j for _, j in matches(rest, "ana", "ben", "overlap_any")}
    return [two[at] for place, at in enumerate(right) if place not in met]


@given(evaluated())
def test_predictions_on_negatives_are_those_without_a_counterpart_that_touch_one(drawn):
    project, negatives = drawn
    counted = [each for each in negatives if len(project.documents[each[0]].layers) == 2]
    false, hit = [], set()
    for number, document in enumerate(project.documents):
        if len(document.layers) == 2:
            for start, end, label in unmatched(document):
                touched = {
                    at for at, (of, begin, stop) in enumerate(counted) if of == number and start < stop and begin < end
                }
                false += [label] * bool(touched)
                hit |= touched
    found = scores(project, negatives).negatives
    assert (found.negatives, found.hit, found.predictions) == (len(counted), len(hit), len(false))
    assert found.labels == {label: false.count(label) for label in LABELS}


@given(evaluated())
def test_batches_change_nothing(drawn):
    one, two = scores(*drawn), scores(*drawn, batches=2)
    assert (one.confusion, one.negatives, one.loss) == (two.confusion, two.negatives, two.loss)
    assert one.all.overlap["f1"].value == two.all.overlap["f1"].value


@given(evaluated())
def test_every_null_has_its_reason(drawn):
    found = msgspec.to_builtins(scores(*drawn))
    undefined = {each["path"] for each in found.pop("undefined")}

    def nulls(value, path=()):
        if isinstance(value, dict):
            return {each for key, inner in value.items() for each in nulls(inner, (*path, key))}
        return {".".join(path)} if value is None else set()

    assert nulls(found) == undefined


def test_in_the_confusion_gold_has_the_rows():
    documents = [
        Document(40, {"ana": [(0, 5, "denial"), (20, 25, "denial")], "ben": [(0, 5, "on-record"), (30, 35, "denial")]})
    ]
    found = scores(Project(documents, NAMES)).confusion
    assert found.labels == [*LABELS, "missed"]
    assert found.counts == [[0, 1, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]]
