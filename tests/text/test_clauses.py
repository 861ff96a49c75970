import re

import pytest
from hypothesis import given

from annotator.text import DocumentText
from tests.text.second_article import MARKED, TEXT
from tests.text.test_units import texts

# What stands between two clauses belongs to neither.
BETWEEN = re.compile(r"(?:,|:|;| —)?(?: (?:and|but))?$")


def clauses(text: str) -> list[list[str]]:
    """Return the clauses of every sentence, by the ends that a span would snap to."""
    document = DocumentText(text)
    found = []
    for start, end in document.sentences:
        parts, at = [], start
        while at < end:
            stop = document.clause_right(at)
            parts.append(text[at:stop])
            at = min(end, document.clause_right(at, start=True)) if stop < end else end
        found.append([part for part in parts if part])
    return found


def expected(line: str) -> list[str]:
    parts = [BETWEEN.sub("", part) for part in line.split(" | ")]
    return [*parts[:-1], parts[-1].removesuffix(".")]


def test_the_clauses_of_a_second_article_are_as_a_reader_would_part_them() -> None:
    lines = [line for line in MARKED.split("\n") if line]
    assert clauses(TEXT) == [expected(line) for line in lines]


@pytest.mark.parametrize(
    "line",
    [
        "It cost 1,000 pounds on Jan. 5, 2024.",
        "Odum and Hale met Lee.",
        "The mayor confirmed to reporters on Monday that it held.",
        "He was followed by reporters.",
    ],
)
def test_nothing_is_parted_that_belongs_together(line: str) -> None:
    assert clauses(line) == [[line.removesuffix(".")]]


@pytest.mark.parametrize(
    "line",
    [
        "He dismissed | the claims made by unnamed sources.",
        "The rejection | follows a meeting.",
        "Odum (the mayor) | declined to comment.",
        "He said “no” | to the plan; | she agreed.",
        "He left | and said no.",
        "She resigned | amid an inquiry.",
    ],
)
def test_clauses_are_parted_where_a_span_may_end(line: str) -> None:
    text = line.replace(" | ", " ")
    document = DocumentText(text)
    stops = set(document.clauses(document.sentences[0]))
    at = 0
    for part in line.split(" | ")[:-1]:
        at += len(part)
        assert at - len(part) + len(part.rstrip(";,")) in stops
        at += 1


def test_an_end_and_a_start_differ_by_what_stands_between_clauses() -> None:
    text = DocumentText("She denied it, and said no.")
    assert text.clause_right(5) == text.text.index(", and")
    assert text.clause_right(5, start=True) == text.text.index("said")
    assert text.clause_left(len(text.text)) == text.text.index(", and")
    assert text.clause_left(len(text.text), start=True) == text.text.index("said")


def test_moving_goes_on_into_the_neighbouring_sentence() -> None:
    text = DocumentText("He came, she left. They stayed, we did not.")
    assert text.clause_right(17) == 30
    assert text.clause_left(19, start=True) == 9
    assert text.clause_left(19) == 17
    assert text.clause_left(18) == 7
    assert text.clause_right(len(text.text)) == len(text.text)
    assert text.clause_left(0) == 0


@given(texts)
def test_clause_edges_are_in_order_and_inside_their_sentence(text: str) -> None:
    document = DocumentText(text)
    for sentence in document.sentences:
        edges = document.clauses(sentence)
        assert list(edges) == sorted(set(edges))
        assert sentence[0] <= edges[0] <= edges[-1] <= sentence[1]
