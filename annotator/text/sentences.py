"""Sentences of a paragraph: `sentencex`, with rules where its answers are wrong for news prose.

It is given the text without quotation marks and brackets (at the same length), because it matches
those without a bound: one stray mark swallows the rest, in quadratic time. What may not be broken
inside a quotation or a bracket is decided here. It is also quadratic in text that is not ASCII, so
it is given little at a time.
"""

import re
from collections.abc import Iterator
from functools import cache

from annotator.text import cues
from annotator.text.graphemes import Range
from annotator.text.quotations import MARKS

_AT_ONCE = 1_500  # code points given to sentencex in one call
_CLOSING = MARKS + ")]}"
_OPENING = MARKS + "([{"
_CONTEXT = 80  # code points to either side of a break that the rules look at

_IDEOGRAPHIC_STOP = re.compile(r"[。！？｡]+[”’」』）»]*\s*")  # noqa: RUF001
_APOSTROPHE = re.compile(r"(?<=\w)['’]|['’](?=\w)")
_BLANKED = str.maketrans(dict.fromkeys(_CLOSING + _OPENING + "\r\n", " "))
_BRACKETS = re.compile(r"\([^()]{1,400}\)|\[[^\[\]]{1,400}\]")

# Titles and abbreviations that are followed by a name and that sentencex does not know.
_NEVER_LAST = re.compile(
    r"\b(?:Ald|Amb|Atty|Cpt|Ft|Gens|Govs|J\.D|Ms|Mx|Spc|Treas|Wm|Geo|Chas|Thos|approx|e\.g|i\.e|cf)\.$"
)
_TIME = re.compile(r"\b[ap]\.m\.$")
_AFTER_TIME = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{1,3}T|GMT|UTC|Eastern|Central|Pacific|[a-z])\b"
)


@cache
def _attribution() -> re.Pattern[str]:
    """Match a name and a reporting verb, as in `"Is it true?" Dmitry Peskov asked`."""
    verbs = "|".join(cues.words(cues.REPORTING))
    return re.compile(rf"(?:[A-Z][\w.’'-]*\s+){{1,4}}(?:{verbs})\b")


def starts(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where sentences after the first would begin if quotation marks meant nothing."""
    paragraph = text[start:end]
    blanked = _APOSTROPHE.sub("x", paragraph).translate(_BLANKED)
    last = 0
    for candidate in _candidates(paragraph, blanked):
        moved = _before_marks(paragraph, candidate)
        if moved > last and not paragraph[moved].isspace():
            last = moved
            yield start + moved


def _candidates(text: str, blanked: str) -> Iterator[int]:
    begin = 0
    for stop in _IDEOGRAPHIC_STOP.finditer(text):
        yield from _ask(blanked, begin, stop.end())
        begin = stop.end()
        if begin < len(text):
            yield begin
    yield from _ask(blanked, begin, len(text))


def _ask(blanked: str, begin: int, end: int) -> Iterator[int]:
    """Yield the sentence starts that sentencex finds after `begin`, a window at a time."""
    import sentencex  # type: ignore[import-untyped]

    while end - begin > _AT_ONCE:
        window = blanked[begin : begin + _AT_ONCE]
        whole = sentencex.segment("en", window)[:-1]  # the last may go on beyond the window
        for part in whole:
            begin += len(part)
            yield begin
        if not whole:
            begin += window.rfind(" ") + 1 or len(window)
    for part in sentencex.segment("en", blanked[begin:end])[:-1]:
        begin += len(part)
        yield begin


def _before_marks(text: str, position: int) -> int:
    """Move the start of a sentence to the left of the opening marks before it."""
    moved = position
    while moved > 0 and text[moved - 1] in _OPENING:
        moved -= 1
    return moved if moved == 0 or text[moved - 1].isspace() else position


def continues(text: str, position: int) -> bool:
    """Say whether the sentence before a break goes on after it."""
    left = text[max(0, position - _CONTEXT) : position].rstrip()
    right = text[position : position + _CONTEXT]
    stem = left.rstrip(_CLOSING)
    if right[:1].islower() and (stem != left or stem.endswith(("?", "!", "…"))):
        return True
    if stem != left and stem.endswith(("?", "!", "…", "—", "–", "-")) and _attribution().match(right):
        return True
    if _TIME.search(stem) and _AFTER_TIME.match(right):
        return True
    return bool(_NEVER_LAST.search(stem))


def brackets(text: str, start: int, end: int) -> list[Range]:
    """Return the short bracketed passages of a paragraph, in which no sentence ends."""
    return [match.span() for match in _BRACKETS.finditer(text, start, end)]
