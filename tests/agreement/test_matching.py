"""F1, losses and confusion against a greedy matching by fractions, pair by pair."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.matching import Edges, greedy
from tests.agreement import projects
from tests.agreement.projects import MEASURES, Document, Project, compare


def near(expected):
    return None if expected is None else pytest.approx(expected, abs=1e-12)


@given(projects.projects())
def test_f1_is_that_of_greedy_matching_by_exact_fractions(project):
    found = compare(project).f1
    for measure in MEASURES:
        assert getattr(found, measure) == near(projects.f1(project, measure))
    for label, by_label in found.labels.items():
        assert by_label.strict == near(projects.f1(project, "strict", label))
        assert by_label.overlap == near(projects.f1(project, "overlap", label))


@given(projects.projects())
def test_losses_are_differences_between_measures(project):
    found = compare(project).loss
    for label, loss in [(None, found), *found.labels.items()]:
        strict, overlap, overlap_any = (
            projects.f1(project, name, label) for name in ("strict", "overlap", "overlap_any")
        )
        if strict is None:
            assert (loss.boundary, loss.label, loss.missed) == (None, None, None)
        else:
            expected = overlap - strict, overlap_any - overlap, 1 - overlap_any
            assert (loss.boundary, loss.label, loss.missed) == tuple(map(near, expected))


@given(projects.projects())
def test_confusion_takes_the_same_label_first_and_counts_both_ways(project):
    found, expected = compare(project).confusion, projects.confusion(project)
    assert found.labels == [*project.labels, "missed"]
    assert found.counts == [[expected[k, m] for m in found.labels] for k in found.labels]


@given(projects.projects())
def test_a_pair_has_the_f1_of_its_two_annotators_alone(project):
    for pair in compare(project).pairs:
        two = project.between(pair.a, pair.b)
        assert pair.documents == len(two.documents)
        assert [pair.spans_a, pair.spans_b] == [
            sum(len(d.layers[name]) for d in two.documents) for name in (pair.a, pair.b)
        ]
        for measure in ("strict", "iou50", "overlap", "overlap_any"):
            assert getattr(pair.f1, measure) == near(projects.f1(two, measure))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(6, 11)), unique=True), st.randoms())
def test_edges_are_taken_in_their_order(edges, chance: random.Random):
    chance.shuffle(edges)
    left, right = np.array(edges, np.int64).reshape(-1, 2).T
    found = greedy(Edges(left, right, left, right), 12)
    assert sorted(zip(found.left.tolist(), found.right.tolist(), strict=True)) == sorted(
        projects.greedy([(at, *edge) for at, edge in enumerate(edges)])
    )


def test_a_negative_loss_stays_negative():
    """Of any label the two in the middle are nearest, which leaves their true partners alone."""
    layers = {
        "ana": [(0, 4, "denial"), (2, 12, "on-record")],
        "ben": [(3, 12, "denial"), (11, 20, "on-record")],
    }
    found = compare(Project([Document(30, layers)]))
    assert found.f1.overlap == 1
    assert found.f1.overlap_any == 0.5
    assert found.loss.label == -0.5


@pytest.mark.parametrize(
    ("ana", "ben"),
    [
        ([(1, 2), (1, 3)], [(0, 4), (2, 3)]),  # 1/2 twice: the smaller start goes first, though the other ends sooner
        ([(3, 7), (2, 12)], [(9, 10), (0, 8)]),  # and then the larger start, before any end
    ],
)
def test_ties_go_by_the_starts_before_the_ends_and_may_cost_a_match(ana, ben):
    layers = {"ana": [(*span, "denial") for span in ana], "ben": [(*span, "denial") for span in ben]}
    assert compare(Project([Document(20, layers)])).f1.overlap == 2 / 4
