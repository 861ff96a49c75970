"""What a report is written from: the figures of a project, passages behind them, and what the project is."""

import re
from typing import NamedTuple

from annotator.agreement import Agreement
from annotator.agreement.encounters import Fate
from annotator.criteria import Criteria
from annotator.passages import CONTEXT
from annotator.report.blocks import Label, Quote, Version
from annotator.reviewing import Cancelled, Cell, Mark, Passage, Progress, Review, ReviewCancelled
from annotator.rows import LabelRow
from annotator.store import Store, comparison, identity, queries

SEARCHED = 200  # passages of a label and a fate among which the worst are looked for
_FATES: tuple[Fate, ...] = ("missed", "label", "boundary")
_SPACE = re.compile(r"\s+")
_CUT = re.compile(r"\S*\s+")


class Finished(NamedTuple):
    """How many documents an annotator has finished."""

    annotator: str
    documents: int


class Source(NamedTuple):
    """Everything that a report says something about."""

    agreement: Agreement
    criteria: Criteria
    project: identity.Identity
    last_edit: int
    edited: str | None  # when, in UTC
    guidelines: dict[str, int | None]  # by hash: which version of the project's guideline; None: known by hash only
    labels: list[LabelRow]
    finished: list[Finished]
    passages: dict[str, list[Passage]]  # by label, the worst first

    @property
    def titles(self) -> dict[str, str]:
        return {label.key: label.title for label in self.labels}


def gather(store: Store, criteria: Criteria, progress: Progress, cancelled: Cancelled) -> Source:
    """Read a project.

    Raises:
        UserError: an annotator or a guideline is not the project's.
        ReviewCancelled: `cancelled` said so.

    """
    review = Review(store, criteria, progress=progress, cancelled=cancelled)
    found = review.result()
    passages = {}
    for label in found.alpha.labels:
        if cancelled():
            raise ReviewCancelled
        passages[label] = _worst(review, label)
    with store.reading() as connection:
        numbers = identity.guidelines(connection)
        return Source(
            agreement=found,
            criteria=criteria,
            project=identity.project(connection),
            last_edit=identity.last_edit(connection),
            edited=identity.edited(connection),
            guidelines={sha256: numbers.get(sha256) for sha256 in comparison.guidelines(connection)},
            labels=queries.labels(connection),
            finished=[
                Finished(row.name, queries.progress(connection, row.id).finished) for row in review.annotators
            ],
            passages=passages,
        )  # fmt: skip


def _worst(review: Review, label: str) -> list[Passage]:
    """Return passages over which annotators differ about a label, once each, the worst first."""
    found = [each for fate in _FATES for each in review.passages(Cell(fate=fate, label=label), SEARCHED)]
    found.sort(key=lambda each: (-cost(each), each.document_id, each.start, each.a, each.b))
    kept: list[Passage] = []
    for each in found:
        if not any(each.document_id == other.document_id and _touch(each, other) for other in kept):
            kept.append(each)
    return kept


def _marks(passage: Passage) -> list[Mark]:
    return [mark for mark in (passage.one, passage.two) if mark]


def _touch(one: Passage, two: Passage) -> bool:
    return any(a.start < b.end and b.start < a.end for a in _marks(one) for b in _marks(two))


def cost(passage: Passage) -> int:
    """Return how many characters two annotators marked differently in a passage."""
    one, two = passage.one, passage.two
    if one is None or two is None:
        return sum(mark.end - mark.start for mark in _marks(passage))
    shared = max(min(one.end, two.end) - max(one.start, two.start), 0)
    union = one.end - one.start + two.end - two.start - shared
    return union if one.label != two.label else union - shared


def quoted(passage: Passage, labels: list[LabelRow]) -> Quote:
    """Return a passage with both versions, on one line each."""
    numbers = {label.key: number for number, label in enumerate(labels)}
    versions = [
        _version(passage, name, mark, numbers)
        for name, mark in ((passage.a, passage.one), (passage.b, passage.two))
    ]  # fmt: skip
    said = {
        "agreed": "Both marked the same.",
        "boundary": "The same label, but it begins or ends elsewhere.",
        "label": "The same place, but another label.",
        "missed": "Only one of the two marked it.",
    }[passage.fate]
    return Quote(passage.title or "An article without a title", said, versions)


def _version(passage: Passage, name: str, mark: Mark | None, numbers: dict[str, int]) -> Version:
    text = passage.excerpt
    last = max(each.end for each in _marks(passage)) - passage.start
    first = min(each.start for each in _marks(passage)) - passage.start
    left = _cut_word(text[:first]) if passage.start else 0
    is_cut = len(text) - last == CONTEXT
    right = len(text) - (_cut_word(text[last:][::-1]) if is_cut else 0)
    before, after = "…" if passage.start else "", "…" if is_cut else ""
    if mark is None:
        return Version(name, None, _line(before + text[left:right] + after), "", "")
    start, end = mark.start - passage.start, mark.end - passage.start
    whole = (before + text[left:start], text[start:end], text[end:right] + after)
    return Version(name, numbers[mark.label], *map(_line, whole))


def _cut_word(context: str) -> int:
    """Return how many characters at the beginning of a context are of a word that is cut, or space."""
    found = _CUT.match(context)
    return found.end() if found else 0


def _line(text: str) -> str:
    return _SPACE.sub(" ", text)


def look(label: LabelRow) -> Label:
    """Return how a label looks."""
    return Label(label.title, label.shortcut or label.title[:1].upper(), label.colour)
