"""Alpha and its interval against coincidences that are counted one by one, and documents that are left out in turn."""

import pytest
from hypothesis import given

from tests.agreement import projects
from tests.agreement.projects import Document, Project, compare


def figures(estimate):
    return estimate.value, estimate.low, estimate.high


def near(*expected):
    return tuple(None if value is None else pytest.approx(value, abs=1e-9) for value in expected)


@given(projects.projects())
def test_alpha_is_that_of_the_coincidences_of_characters(project):
    found = compare(project).alpha
    for label, estimate in [*found.labels.items(), ("any", found.any)]:
        assert (estimate.value,) == near(projects.alpha(project, label))


@given(projects.projects())
def test_an_interval_is_the_jackknife_over_documents(project):
    found = compare(project).alpha
    for label, estimate in [*found.labels.items(), ("any", found.any)]:
        low_and_high = projects.interval(project, lambda part: projects.alpha(part, label))  # noqa: B023
        assert (estimate.low, estimate.high) == near(*low_and_high)


@given(projects.projects())
def test_the_mean_is_over_the_labels_that_are_defined_and_is_left_out_itself(project):
    expected = projects.mean_alpha(project), *projects.interval(project, projects.mean_alpha)
    assert figures(compare(project).alpha.mean) == near(*expected)


@given(projects.projects())
def test_spans_and_documents_of_a_label_are_those_of_compared_layers(project):
    found = compare(project).alpha
    for label, estimate in [*found.labels.items(), ("any", found.any)]:
        counts = [
            sum(label in (given_, "any") for layer in document.layers.values() for _, _, given_ in layer)
            for document in project.compared
        ]
        assert (estimate.spans, estimate.documents) == (sum(counts), sum(count > 0 for count in counts))


def test_an_interval_is_cut_at_one():
    layers = [
        {"ana": [(0, 4, "denial")], "ben": [(0, 4, "denial")]},
        {"ana": [(5, 9, "denial")], "ben": [(5, 7, "denial")]},
    ]
    found = compare(Project([Document(20, layer) for layer in layers])).alpha.labels["denial"]
    assert found.value < 1
    assert found.high == 1


def test_systematic_disagreement_stays_negative():
    found = compare(Project([Document(10, {"ana": [(0, 5, "denial")], "ben": [(5, 10, "denial")]})]))
    assert found.alpha.labels["denial"].value == pytest.approx(-0.9)
