"""The coefficients for papers, character by character."""

import pytest
from hypothesis import given

from tests.agreement import projects
from tests.agreement.projects import Document, Project, compare


@given(projects.projects())
def test_observed_agreement_fleiss_and_ac1_are_those_of_their_definitions(project):
    found = compare(project).expert
    for label, figures in [*found.labels.items(), ("any", found.any)]:
        expected = projects.coefficients(project, label)
        got = figures.observed, figures.fleiss, figures.ac1
        assert got == tuple(None if value is None else pytest.approx(value, abs=1e-9) for value in expected)


def test_a_rare_label_has_a_high_ac1_and_a_low_kappa():
    layers = {"ana": [(0, 10, "denial"), (20, 30, "denial")], "ben": [(5, 15, "denial"), (20, 25, "denial")]}
    found = compare(Project([Document(1_000, layers)])).expert.labels["denial"]
    assert found.ac1 > 0.97
    assert found.fleiss < 0.6


def test_a_pair_is_not_defined_where_both_have_everything():
    whole = [(0, 10, "denial")]
    found = compare(Project([Document(10, {"ana": whole, "ben": whole})], ["ana", "ben"], ["denial"]))
    assert found.pairs[0].kappa == {"denial": None}
    assert found.pairs[0].f1.strict == 1
    reasons = {entry.path: entry.reason for entry in found.undefined}
    assert reasons["pairs.0.kappa.denial"] == "both have every character inside it"
    assert reasons["expert.labels.denial.fleiss"] == "every character of every compared layer is inside it"
    assert found.expert.labels["denial"].ac1 == 1
