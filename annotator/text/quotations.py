"""Where quotations begin and end, by their marks alone.

Typewriter marks look the same on both sides, people forget marks, and an apostrophe looks like a
closing mark. So a mark's neighbours say what it can be, and a quotation never reaches beyond its
paragraph unless the next paragraph begins with an opening mark, as an unbroken one does.
"""

import re
from collections.abc import Sequence

from annotator.text.graphemes import Range

DOUBLE = '"“”„‟＂'  # noqa: RUF001
_ALWAYS_OPENING = "“„‟«‹「『"  # noqa: RUF001
_CLOSED_BY = {
    **dict.fromkeys(DOUBLE, DOUBLE),
    "«": "»",
    "‹": "›",  # noqa: RUF001
    "「": "」",
    "『": "』",
    "‘": "’",
    "'": "'",
}
MARKS = "".join(dict.fromkeys([*_CLOSED_BY, *"".join(_CLOSED_BY.values())]))
_MARK = re.compile(f"[{re.escape(MARKS)}]")
_BEFORE_OPENING = "([{<-–—/:«‹\u200b\ufeff" + MARKS  # noqa: RUF001
_ELISION = re.compile(r"\d|(?:t(?:is|was|were|will)|em|til|n|cause|bout|round|cos)\b", re.IGNORECASE)
_LONGEST_SINGLE = 2_000  # code points between single marks; beyond it they are apostrophes


def next_mark(text: str, position: int) -> int | None:
    """Return where the next quotation mark or apostrophe stands."""
    match = _MARK.search(text, position)
    return match.start() if match else None


def is_open(text: str, start: int, position: int) -> bool:
    """Guess from the last double mark before a position whether it stands inside a quotation."""
    at = max(text.rfind(mark, start, position) for mark in _CLOSED_BY if mark not in "'‘")
    closed = max(text.rfind(mark, start, position) for mark in "»›」』")  # noqa: RUF001
    return at > closed and _can_open(text, at) and not _can_close(text, at)


def begins_with_mark(text: str, start: int) -> bool:
    """Say whether an opening mark stands at a position."""
    return text[start] in _CLOSED_BY and _can_open(text, start)


def _can_open(text: str, at: int) -> bool:
    mark = text[at]
    if at + 1 >= len(text) or (text[at + 1].isspace() and mark not in "«‹"):  # noqa: RUF001
        return False
    before = text[at - 1] if at else " "
    free = before.isspace() or before in _BEFORE_OPENING
    if mark in "'‘":
        return free and not _ELISION.match(text, at + 1)
    return free or mark in _ALWAYS_OPENING


def _can_close(text: str, at: int) -> bool:
    mark, before = text[at], text[at - 1] if at else " "
    followed_by_word = at + 1 < len(text) and text[at + 1].isalnum()
    if mark in "»›」』":  # noqa: RUF001
        return True
    if before.isspace() or followed_by_word:
        return mark == "”" and not before.isspace()
    # A straight single mark is an apostrophe unless punctuation says that speech ends here.
    return mark != "'" or before in ",.!?…—"


def _is_possessive(text: str, marks: Sequence[int], number: int) -> bool:
    """Take the mark of "the workers’ pay" for an apostrophe when a better closing mark follows."""
    at = marks[number]
    if text[at - 1] not in "sS" or not text[at + 1 : at + 2].isspace():
        return False
    for later in marks[number + 1 :]:
        if text[later] == "‘" or later - at > _LONGEST_SINGLE:
            return False
        if text[later] == "’" and _can_close(text, later):
            return True
    return False


def _find_close(text: str, marks: Sequence[int], first: int, opening: str) -> tuple[int, bool]:
    """Find the mark that closes a quotation, from the given mark on.

    Returns its number, or -1 and whether the marks ended before anything opened anew.
    """
    for number in range(first, len(marks)):
        at = marks[number]
        mark = text[at]
        if mark in _CLOSED_BY[opening] and _can_close(text, at):
            if mark != "’" or not _is_possessive(text, marks, number):
                return number, False
        elif _CLOSED_BY.get(mark) == _CLOSED_BY[opening] and _can_open(text, at):
            return -1, False
        if opening in "'‘" and at - marks[first - 1] > _LONGEST_SINGLE:
            return -1, False
    return -1, True


def scan(text: str, paragraphs: Sequence[Range], first: int) -> tuple[list[Range], int]:
    """Return the quotations from a paragraph on, and the number of the paragraph after them.

    More than one paragraph is read only while an unbroken quotation goes on.
    """
    quotations: list[Range] = []
    opened: int | None = None
    number = first
    while True:
        start, end = paragraphs[number]
        marks = [match.start() for match in _MARK.finditer(text, start, end)]
        opened = _scan_paragraph(text, marks, opened, quotations)
        number += 1
        if opened is None or number == len(paragraphs) or not _reopens(text, paragraphs[number], opened):
            return quotations, number


def _reopens(text: str, paragraph: Range, opened: int) -> bool:
    mark = text[paragraph[0]]
    return _CLOSED_BY.get(mark) == _CLOSED_BY[text[opened]] and _can_open(text, paragraph[0])


def _scan_paragraph(text: str, marks: Sequence[int], opened: int | None, quotations: list[Range]) -> int | None:
    """Add a paragraph's quotations; return the mark of one that it leaves open."""
    number = 0
    if opened is not None:
        closing, open_to_end = _find_close(text, marks, 1, text[opened])
        if open_to_end:
            return opened
        if closing > 0:
            quotations[:] = [found for found in quotations if found[0] < opened]
            quotations.append((opened, marks[closing] + 1))
            number = closing + 1
    left_open = None
    while number < len(marks):
        at = marks[number]
        number += 1
        if text[at] not in _CLOSED_BY or not _can_open(text, at):
            continue
        closing, open_to_end = _find_close(text, marks, number, text[at])
        if closing >= 0:
            quotations.append((at, marks[closing] + 1))
            number = closing + 1
        elif open_to_end and left_open is None:
            left_open = at
    return left_open
