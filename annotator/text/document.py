"""One document's text and every question that the window and the store ask of it."""

import re
from bisect import bisect_left
from functools import cached_property
from itertools import pairwise

from annotator.text import clauses, cues, graphemes, words
from annotator.text.edges import STOPS
from annotator.text.graphemes import Range
from annotator.text.segments import Segments
from annotator.text.units import UnitMap, display

_SEPARATORS = clauses.SEPARATORS + "–—"
_INVISIBLE = "\u200b\u2060\ufeff"
# The stop of these is part of the word.
_ABBREVIATED = re.compile(
    r"(?:\b\w\.){2,}$|\b(?:Inc|Corp|Co|Ltd|Bros|Jr|Sr|St|Ave|Blvd|Esq|Ph\.D|Calif|Fla|Pa|Mass|etc|al)\.$"
)


class DocumentText:
    """An immutable text. All positions are code points, all ranges half open.

    Everything is computed when it is first asked for and kept.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._segments = Segments(text)
        self._edges: dict[Range, list[Range]] = {}

    @cached_property
    def display(self) -> str:
        """The text as Qt can show it: the same number of code points, long paragraphs split softly."""
        return display(self.text)

    @cached_property
    def _units(self) -> UnitMap:
        return UnitMap(self.text)

    def to_utf16(self, position: int) -> int:
        """Return Qt's position for a code point."""
        return self._units.to_utf16(position)

    def to_codepoint(self, unit: int, *, up: bool = False) -> int:
        """Return the code point at Qt's position; inside a surrogate pair, the one before (or after)."""
        return self._units.to_codepoint(unit, up=up)

    def widen(self, start: int, end: int) -> Range:
        """Move both ends outwards to whole graphemes; a carriage return and its line feed are one."""
        return graphemes.widen(self.text, start, end)

    def next_grapheme(self, position: int) -> int:
        return graphemes.following(self.text, position)

    def previous_grapheme(self, position: int) -> int:
        return graphemes.preceding(self.text, position)

    def word(self, position: int) -> Range:
        """Return the word at a position, or an empty range where none touches it."""
        return words.word_at(self.text, position)

    def next_word(self, position: int) -> int:
        """Return the next end of a word to the right."""
        return words.next_end(self.text, position)

    def previous_word(self, position: int) -> int:
        """Return the next start of a word to the left."""
        return words.previous_start(self.text, position)

    def snap(self, start: int, end: int, *, trim: bool = True) -> Range | None:
        """Return what a person means who tags a range by hand, or None when that is nothing.

        Whole graphemes; with `trim`, without white space and separating punctuation at its edges,
        and without the stop that ends a sentence, unless it stands within quotation marks or belongs
        to an abbreviation.
        """
        start, end = self.widen(start, end)
        if trim:
            start, end = self._strip(start, end)
            if start < end:
                start, end = self._strip(start, self._without_stop(start, end))
        return (start, end) if start < end else None

    def _strip(self, start: int, end: int) -> Range:
        while start < end and self._is_blank(start) and graphemes.is_boundary(self.text, start + 1):
            start += 1
        while start < end and self._is_blank(end - 1) and graphemes.is_boundary(self.text, end - 1):
            end -= 1
        return start, end

    def _is_blank(self, position: int) -> bool:
        char = self.text[position]
        return char.isspace() or char in _SEPARATORS or char in _INVISIBLE

    def _without_stop(self, start: int, end: int) -> int:
        if self.text[end - 1] not in STOPS:
            return end
        sentence = self.sentence_at(end - 1)
        if sentence is None or sentence[1] != end or _ABBREVIATED.search(self.text, max(start, end - 12), end):
            return end
        while end > start and self.text[end - 1] in STOPS:
            end -= 1
        return end

    @property
    def paragraphs(self) -> tuple[Range, ...]:
        return self._segments.paragraphs

    @cached_property
    def sentences(self) -> tuple[Range, ...]:
        """All sentences; one is never broken within quotation marks."""
        return tuple(sentence for passage in self._segments.passages(0) for sentence in passage.sentences)

    @cached_property
    def quotations(self) -> tuple[Range, ...]:
        """All quotations with their marks; nested ones belong to the outer one."""
        return tuple(quotation for passage in self._segments.passages(0) for quotation in passage.quotations)

    def sentence_at(self, position: int) -> Range | None:
        """Return the sentence that holds or touches a position, or that white space follows."""
        return self._segments.sentence_at(position)

    def is_blank_at(self, position: int) -> bool:
        """Tell whether the line that a position is on holds nothing but white space."""
        following = bisect_left(self.paragraphs, position, key=lambda paragraph: paragraph[1])
        end = self.paragraphs[following - 1][1] if following else -1
        start = self.paragraphs[following][0] if following < len(self.paragraphs) else -1
        before, after = self.text[max(0, end) : position], self.text[position:start] if start >= 0 else ""
        return (end < 0 or _breaks(before)) and (start < 0 or (position < start and _breaks(after)))

    def next_sentence(self, position: int) -> Range | None:
        """Return the first sentence that begins at or after a position."""
        return self._segments.next_sentence(position)

    def previous_sentence(self, position: int) -> Range | None:
        """Return the last sentence that begins before a position."""
        return self._segments.previous_sentence(position)

    def next_quotation(self, position: int) -> Range | None:
        """Return the first quotation that begins at or after a position."""
        return self._segments.next_quotation(position)

    def next_cue_sentence(self, position: int) -> Range | None:
        """Return the first sentence at or after a position that has a cue or a quotation."""
        hint = cues.hint().search(self.text, position)
        while hint:
            sentence = self.sentence_at(hint.start())
            if sentence is None:
                return None
            if sentence[0] >= position and (self.has_cue(sentence) or self._segments.quotations_in(sentence)):
                return sentence
            hint = cues.hint().search(self.text, max(hint.end(), sentence[1]))
        return None

    def has_cue(self, sentence: Range) -> bool:
        """Say whether a word in a range tells of somebody speaking, refusing to, or denying."""
        return cues.pattern().search(self.text, *sentence) is not None

    def clauses(self, sentence: Range) -> tuple[int, ...]:
        """Return where the clauses of a sentence end, after the start of the sentence itself."""
        return tuple(edge[0] for edge in self._clause_edges(sentence))

    def clause_left(self, position: int, *, start: bool = False) -> int:
        """Return the next place to the left where a clause ends or, with `start`, begins."""
        sentence = self.previous_sentence(position)
        while sentence:
            edges = self._clause_edges(sentence)
            # No clause ends where its sentence starts, and none starts where it ends.
            for left, right in reversed(edges[:-1] if start else edges[1:]):
                if right < position:  # at an edge, the next one is meant
                    return right if start else left
            sentence = self.previous_sentence(sentence[0])
        return 0

    def clause_right(self, position: int, *, start: bool = False) -> int:
        """Return the next place to the right where a clause ends or, with `start`, begins."""
        sentence = self.sentence_at(position)
        while sentence:
            edges = self._clause_edges(sentence)
            for left, right in edges[:-1] if start else edges[1:]:
                if left > position:
                    return right if start else left
            sentence = self.next_sentence(sentence[1])
        return len(self.text)

    def _clause_edges(self, sentence: Range) -> list[Range]:
        if sentence not in self._edges:
            snapped = self.snap(*sentence) or sentence
            last = min(snapped[1], sentence[1])  # a grapheme may reach beyond the sentence
            quotations = self._segments.quotations_in(sentence)
            inner = self._segments.inner_starts(sentence)
            self._edges[sentence] = clauses.edges(self.text, sentence, last, quotations, inner)
        return self._edges[sentence]

    def grow(self, start: int, end: int) -> Range:
        """Return the next larger unit around a range: word, clause, quotation, sentence.

        A range over several sentences grows to all of them; the largest unit is returned as it is.
        """
        larger = [unit for unit in self._units_around(start, end) if unit[0] <= start and end <= unit[1]]
        return min(
            (unit for unit in larger if unit != (start, end)), key=lambda unit: unit[1] - unit[0], default=(start, end)
        )

    def _units_around(self, start: int, end: int) -> list[Range]:
        units = [self.word(start)]
        first, last = self.sentence_at(start), self.sentence_at(max(start, end - 1))
        if first and last:
            whole = (first[0], last[1])
            units += [self.snap(*whole) or whole, whole, *self._segments.quotations_in(first)]
            if first == last:
                edges = self._clause_edges(first)
                units += [(left[1], right[0]) for left, right in pairwise(edges)]
        return units

    def shrink(self, start: int, end: int, anchor: int) -> Range:
        """Return the largest unit around an anchor that is smaller than a range."""
        unit = (anchor, anchor)
        while True:
            larger = self.grow(*unit)
            if larger in (unit, (start, end)) or larger[0] < start or larger[1] > end:
                return unit
            unit = larger

    def occurrences(self, start: int, end: int) -> list[Range]:
        """Return every other place where exactly this string stands as whole words."""
        wanted = self.text[start:end]
        found = []
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            after = at + len(wanted)
            if (at >= end or after <= start) and words.is_whole(self.text, at, after):
                found.append((at, after))
                at = self.text.find(wanted, after)
            else:
                at = self.text.find(wanted, at + 1)
        return found


def _breaks(passage: str) -> bool:
    """Tell whether a line ends in a passage."""
    return len(f"{passage}.".splitlines()) > 1
