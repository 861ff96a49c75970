"""Paragraphs, sentences and quotations of a text, found when they are asked for.

A paragraph (of an overlong one, a stretch) is worked on alone, so that the first key in a long text
costs no more than in a short one. Those that an unbroken quotation joins make one passage.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from annotator.text import quotations, sentences
from annotator.text.graphemes import Range

_LONGEST_STRETCH = 10_000  # code points; twice as many are worked on at once, in some 3 ms
_SENTENCE_END = re.compile(r"[.!?…][)”\"’']*\s+(?=[A-Z“\"‘])|[。！？]+[”’」』]*")  # noqa: RUF001
_SPACE = re.compile(r"\s+(?=\S)")
# From the first to the last visible character of a line.
_LINE = re.compile(r"\S(?:[^\n\r\u2028\u2029]*[^\s])?")
_LONGEST_WRAPPED = 100  # characters a line; wire copy and e-mail are wrapped well below


@dataclass(frozen=True)
class Passage:
    """A stretch of text, or several that one quotation joins.

    `inner` is where sentences would begin inside the quotations, `after` the number of the next stretch,
    `end` where the last one ends.
    """

    after: int
    end: int
    sentences: tuple[Range, ...]
    quotations: tuple[Range, ...]
    inner: tuple[int, ...]


def find_paragraphs(text: str) -> tuple[Range, ...]:
    """Return the lines that hold anything, without white space around; wrapped lines are joined."""
    found: list[Range] = []
    block: list[Range] = []
    for match in _LINE.finditer(text):
        if block and not _is_one_line_end(text, block[-1][1], match.start()):
            found += _unwrap(text, block)
            block = []
        block.append(match.span())
    return tuple(found + _unwrap(text, block))


def _is_one_line_end(text: str, start: int, end: int) -> bool:
    return len(text[start : min(end, start + 200)].strip(" \t").replace("\r\n", "\n")) == 1


def _unwrap(text: str, block: list[Range]) -> list[Range]:
    """Join lines that stand close together when they are short and one goes on in lower case."""
    wrapped = (
        len(block) > 1
        and all(end - start <= _LONGEST_WRAPPED for start, end in block)
        and any(text[start].islower() for start, _ in block[1:])
    )
    return [(block[0][0], block[-1][1])] if wrapped else block


def _stretches(text: str, paragraph: Range) -> Iterator[Range]:
    """Cut an overlong paragraph where a sentence ends, so that no piece costs more than a moment."""
    start, end = paragraph
    while end - start > 2 * _LONGEST_STRETCH:
        cut = _cut(text, start, start + _LONGEST_STRETCH, start + 2 * _LONGEST_STRETCH)
        yield start, start + len(text[start:cut].rstrip())
        start = cut
    yield start, end


def _cut(text: str, start: int, begin: int, end: int) -> int:
    """Choose a sentence's end outside quotation marks, else any, else a space, else the limit."""
    first = None
    for match in _SENTENCE_END.finditer(text, begin, end):
        if not quotations.is_open(text, start, match.end()):
            return match.end()
        first = first or match.end()
    spaces = (match.end() for match in _SPACE.finditer(text, begin, end))
    return first or next(spaces, end)


class Segments:
    """The structure of one text; every part is computed once, when it is first needed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._passages: dict[int, Passage] = {}  # by the number of each of its stretches

    @cached_property
    def paragraphs(self) -> tuple[Range, ...]:
        return find_paragraphs(self._text)

    @cached_property
    def stretches(self) -> tuple[Range, ...]:
        """The paragraphs, overlong ones cut: what is worked on at once."""
        return tuple(piece for paragraph in self.paragraphs for piece in _stretches(self._text, paragraph))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.stretches]

    def _number_at(self, position: int) -> int:
        """Return the number of the stretch that begins at or before a position, or -1."""
        return bisect_right(self._starts, position) - 1

    def passage(self, number: int) -> Passage:
        """Return the passage that holds a stretch."""
        first = number
        while first not in self._passages and self._may_continue(first):
            first -= 1
        while number not in self._passages:
            passage = self._passages[first] if first in self._passages else self._read(first)
            first = passage.after
        return self._passages[number]

    def passages(self, number: int) -> Iterator[Passage]:
        """Yield the passages from the one that holds a stretch."""
        while number < len(self.stretches):
            passage = self.passage(number)
            yield passage
            number = passage.after

    def passage_at(self, position: int) -> Passage:
        """Return the passage that holds a position, or the one before it."""
        return self.passage(self._number_at(position))

    def sentence_at(self, position: int) -> Range | None:
        """Return the sentence that holds or touches a position, or that white space follows."""
        number = self._number_at(position)
        if number < 0:
            return None
        passage = self.passage(number)
        return passage.sentences[bisect_right(passage.sentences, (position + 1,)) - 1]

    def next_sentence(self, position: int) -> Range | None:
        """Return the first sentence that begins at or after a position."""
        for passage in self.passages(max(0, self._number_at(position))):
            at = bisect_left(passage.sentences, (position,))
            if at < len(passage.sentences):
                return passage.sentences[at]
        return None

    def previous_sentence(self, position: int) -> Range | None:
        """Return the last sentence that begins before a position."""
        number = self._number_at(position - 1)
        if number < 0:
            return None
        found = self.passage(number).sentences
        return found[bisect_left(found, (position,)) - 1]

    def quotations_in(self, sentence: Range) -> tuple[Range, ...]:
        """Return the quotations of a sentence; none is larger than its sentence."""
        found = self.passage_at(sentence[0]).quotations
        return found[bisect_left(found, (sentence[0],)) : bisect_left(found, (sentence[1],))]

    def next_quotation(self, position: int) -> Range | None:
        """Return the first quotation that begins at or after a position."""
        at = quotations.next_mark(self._text, position)
        while at is not None:
            passage = self.passage_at(at)
            number = bisect_left(passage.quotations, (position,))
            if number < len(passage.quotations):
                return passage.quotations[number]
            at = quotations.next_mark(self._text, max(at + 1, passage.end))
        return None

    def inner_starts(self, sentence: Range) -> tuple[int, ...]:
        """Return where sentences would begin inside the quotations of a sentence."""
        inner = self.passage_at(sentence[0]).inner
        return inner[bisect_right(inner, sentence[0]) : bisect_left(inner, sentence[1])]

    def _may_continue(self, number: int) -> bool:
        return number > 0 and quotations.begins_with_mark(self._text, self._starts[number])

    def _read(self, first: int) -> Passage:
        found, after = quotations.scan(self._text, self.stretches, first)
        starts, inner = self._sentence_starts(first, after, found)
        last = self.stretches[after - 1][1]
        ends = [*starts[1:], last]
        ranges = tuple(
            (start, start + len(self._text[start:end].rstrip())) for start, end in zip(starts, ends, strict=True)
        )
        passage = Passage(after, last, ranges, tuple(found), tuple(inner))
        self._passages.update(dict.fromkeys(range(first, after), passage))
        return passage

    def _sentence_starts(self, first: int, after: int, found: list[Range]) -> tuple[list[int], list[int]]:
        """Return where sentences begin, and where they would begin inside a quotation."""
        starts: list[int] = []
        inner: list[int] = []
        for number in range(first, after):
            start, end = self.stretches[number]
            (inner if _inside(found, start) else starts).append(start)
            bracketed = sentences.brackets(self._text, start, end)
            for position in sentences.starts(self._text, start, end):
                if _inside(found, position):
                    inner.append(position)
                elif not _inside(bracketed, position) and not sentences.continues(self._text, position):
                    starts.append(position)
        return starts, inner


def _inside(ranges: list[Range], position: int) -> bool:
    number = bisect_right(ranges, (position, -1)) - 1
    return number >= 0 and ranges[number][0] < position < ranges[number][1]
