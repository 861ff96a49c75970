"""The same figures by `krippendorff` and `scikit-learn`, over characters written out one by one."""

import warnings
from itertools import chain

import numpy as np
import pytest
from hypothesis import assume, given

from tests.agreement import projects
from tests.agreement.projects import compare, inside

EVERY = "any"


def ratings(project, label):
    """One row an annotator, one column a character of a compared document: 1 inside, 0 outside, or missing."""
    missing = [[np.nan] * document.length for document in project.compared]
    rows = [
        [inside(document, name, label) if name in document.layers else gap for document, gap in zip(project.compared, missing, strict=True)]
        for name in project.annotators
    ]  # fmt: skip
    return np.array([list(chain.from_iterable(row)) for row in rows], float)


@given(projects.projects(max_annotators=5))
def test_alpha_is_that_of_krippendorff(project):
    krippendorff = pytest.importorskip("krippendorff")
    found = compare(project).alpha
    for label, estimate in [*found.labels.items(), (EVERY, found.any)]:
        table = ratings(project, label)
        if estimate.value is None:
            assert len({*table[~np.isnan(table)]}) < 2
        else:
            assert estimate.value == pytest.approx(krippendorff.alpha(table, level_of_measurement="nominal"), abs=1e-9)


@given(projects.projects(max_annotators=5))
def test_alpha_and_kappa_of_a_pair_are_those_of_krippendorff_and_scikit_learn(project):
    krippendorff, metrics = pytest.importorskip("krippendorff"), pytest.importorskip("sklearn.metrics")
    pairs = compare(project).pairs
    assume(pairs)
    for pair in pairs:
        two = project.between(pair.a, pair.b)
        for label, kappa in pair.kappa.items():
            a, b = ratings(two, label)
            if kappa is None:
                assert len({*a, *b}) < 2
            else:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # about one class only in one of the two
                    assert kappa == pytest.approx(metrics.cohen_kappa_score(a, b), abs=1e-9)
        if pair.alpha is not None:
            alpha = krippendorff.alpha(ratings(two, EVERY), level_of_measurement="nominal")
            assert pair.alpha == pytest.approx(alpha, abs=1e-9)
