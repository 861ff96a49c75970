"""Alpha-u against the sums of its definition over units and gaps laid end to end."""

import pytest
from hypothesis import given

from tests.agreement import projects
from tests.agreement.projects import Document, Project, compare


@given(projects.projects())
def test_alpha_u_is_that_of_the_definition(project):
    for label, found in compare(project).alpha_u.labels.items():
        value, merged = projects.alpha_u(project, label)
        assert found.value == (None if value is None else pytest.approx(value, abs=1e-9))
        assert found.merged == merged


def test_it_sees_a_unit_cut_in_two_which_alpha_does_not():
    whole, halves = [(0, 10, "denial")], [(0, 5, "denial"), (5, 10, "denial")]
    found = compare(Project([Document(20, {"ana": whole, "ben": halves})]))
    assert found.alpha.labels["denial"].value == 1
    assert found.alpha_u.labels["denial"].value < 1


def test_spans_of_one_label_that_overlap_are_merged_and_counted():
    nested = [(0, 10, "denial"), (2, 5, "denial"), (0, 10, "denial"), (10, 12, "denial")]
    found = compare(Project([Document(20, {"ana": nested, "ben": [(0, 10, "denial"), (10, 12, "denial")]})]))
    assert found.alpha_u.labels["denial"].merged == 2
    assert found.alpha_u.labels["denial"].value == 1


def test_a_gap_ends_where_its_document_does():
    one = Project([Document(12, {"ana": [(0, 4, "denial")], "ben": []})])
    two = Project([Document(6, {"ana": [(0, 4, "denial")], "ben": []}), Document(6, {"ana": [], "ben": []})])
    assert compare(one).alpha_u.labels["denial"].value != compare(two).alpha_u.labels["denial"].value
