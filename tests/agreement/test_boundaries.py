"""How matches differ at their edges, and of what kind the differing strings are."""

from statistics import mean, median

import pytest
from hypothesis import given

from annotator.agreement.boundaries import kind
from tests.agreement import projects
from tests.agreement.projects import Document, Project, compare


@given(projects.projects())
def test_distances_are_those_of_the_matches_whose_bounds_differ(project):
    for label, found in compare(project).boundary.items():
        differing = [
            (two[0] - one[0], two[1] - one[1])
            for document, a, b in projects.pairs_of_layers(project)
            for i, j in projects.matches(document, a, b, "overlap")
            for one, two in [(document.layers[a][i], document.layers[b][j])]
            if one[2] == label and one[:2] != two[:2]
        ]
        assert found.matches == len(differing)
        if differing:
            assert found.start == pytest.approx(mean(start for start, _ in differing))
            assert found.end == pytest.approx(mean(end for _, end in differing))
            assert found.median_chars == median(abs(start) + abs(end) for start, end in differing)
        else:
            assert (found.start, found.end, found.median_chars) == (None, None, None)


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        (".", "final stop"),
        ("?", "final stop"),
        (".”", "final stop"),
        (" ", "white space"),
        ("\n\n", "white space"),
        ("”", "quotation mark"),
        ('"', "quotation mark"),
        (", the mayor of Springfield", "source title"),
        (", a spokeswoman for the ministry,", "source title"),
        (" during a Monday press call", "trailing circumstance"),
        (" regarding the conflict in Ukraine", "trailing circumstance"),
        (" on Tuesday", "trailing circumstance"),
        (" Tuesday", "trailing circumstance"),
        (" in a written statement", "trailing circumstance"),
        (" two days later", "trailing circumstance"),
        (", which he denied", "subordinate clause"),
        (" that the two leaders had engaged in direct talks", "subordinate clause"),
        (" — because nobody asked", "subordinate clause"),
        (" and reiterated the presence", "other"),
        ("lf-", "other"),
    ],
)
def test_the_kind_of_what_one_span_has_at_its_end(string, expected):
    assert kind(string, at_end=True) == expected


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("President ", "source title"),
        ("Kremlin spokesperson ", "source title"),
        ("Sen. ", "source title"),
        ("“", "quotation mark"),
        ("  ", "white space"),
        ("During his speech, ", "other"),  # a circumstance, but not a trailing one
        ("that ", "other"),
    ],
)
def test_the_kind_of_what_one_span_has_at_its_start(string, expected):
    assert kind(string, at_end=False) == expected


def test_a_text_is_asked_for_only_where_spans_differ():
    documents = [
        Document(20, {"ana": [(0, 5, "denial")], "ben": [(0, 5, "denial")]}),
        Document(20, {"ana": [(0, 5, "denial")], "ben": [(0, 6, "denial")]}),
        Document(20, {"ana": [(0, 5, "denial")], "ben": [(0, 6, "on-record")]}),
    ]
    asked = []
    found = compare(Project(documents), lambda document: asked.append(document) or "He is." + " " * 14)
    assert asked == [1]
    assert found.boundary["denial"].kinds["final stop"] == 1


def test_without_texts_the_kinds_are_null_with_the_reason():
    found = compare(Project([Document(20, {"ana": [(0, 5, "denial")], "ben": [(0, 6, "denial")]})]))
    assert found.boundary["denial"].kinds is None
    assert {"boundary.denial.kinds": "the texts were not read"}.items() <= {
        e.path: e.reason for e in found.undefined
    }.items()
