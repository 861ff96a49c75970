"""Places behind the figures of agreement: what two annotators marked there, by what it differs, and doubts."""

from typing import Literal, NamedTuple

from sqlalchemy import Connection

from annotator.agreement import Encounter, Mark
from annotator.agreement.encounters import Fate
from annotator.store import comparison

CONTEXT = 60  # characters of an excerpt to either side of its spans


class Passage(NamedTuple):
    """A place behind a figure: what two annotators marked there, a before b by name; one of the marks may be None.

    The excerpt begins at the code point `start` of the article.
    """

    document_id: int
    title: str | None
    a: str
    b: str
    fate: Fate
    one: Mark | None
    two: Mark | None
    start: int
    excerpt: str


class Difference(NamedTuple):
    """A string that one of two annotators has at the start or the end of a span, and the other has not."""

    label: str
    side: Literal["start", "end"]
    string: str


class Question(NamedTuple):
    """A span that its annotator is not sure of. The excerpt begins at the code point `start` of the article."""

    document_id: int
    title: str | None
    annotator: str
    mark: Mark
    runner_up: str | None
    note: str | None
    start: int
    excerpt: str


def of_encounter(document_id: int, title: str | None, text: str, encounter: Encounter) -> Passage:
    """Return what two annotators did with a span."""
    marks = [mark for mark in (encounter.one, encounter.two) if mark]
    start = max(min(mark.start for mark in marks) - CONTEXT, 0)
    return Passage(document_id, title, *encounter[1:], start, text[start : max(mark.end for mark in marks) + CONTEXT])


def of_doubt(connection: Connection, doubt: comparison.Doubt) -> Question:
    """Return what an annotator is not sure of."""
    text, said = comparison.text(connection, doubt.document_id), doubt.attributes
    start = max(doubt.start - CONTEXT, 0)
    return Question(
        doubt.document_id,
        comparison.title(connection, doubt.document_id),
        doubt.annotator,
        Mark(doubt.start, doubt.end, doubt.label),
        said.runner_up,
        said.note,
        start,
        text[start : doubt.end + CONTEXT],
    )


def differences(passage: Passage) -> list[Difference]:
    """Return by which strings the two marks of a passage differ; none unless they have one label and other bounds."""
    one, two = passage.one, passage.two
    if passage.fate != "boundary" or one is None or two is None:
        return []
    edges: tuple[tuple[Literal["start", "end"], int, int], ...] = (
        ("start", min(one.start, two.start), max(one.start, two.start)),
        ("end", min(one.end, two.end), max(one.end, two.end)),
    )
    return [
        Difference(one.label, side, passage.excerpt[first - passage.start : last - passage.start])
        for side, first, last in edges
        if first < last
    ]
