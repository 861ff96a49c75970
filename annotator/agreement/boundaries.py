"""How two spans that mean the same thing differ at their edges, and what stands between those edges.

The matches are those of the measure `overlap` whose bounds differ. The kinds are told by simple patterns for English
news copy, the same that move an edge by a clause; what they do not know is `other`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from annotator.agreement.batch import Block, Floats, Ints
from annotator.agreement.histogram import Histogram
from annotator.agreement.matching import Edges
from annotator.text.clauses import opening
from annotator.text.edges import STOPS
from annotator.text.quotations import MARKS

KINDS = (
    "final stop", "white space", "quotation mark", "source title",
    "trailing circumstance", "subordinate clause", "other",
)  # fmt: skip

Texts = Callable[[int], str]  # the text of a document, by the caller's number

_OPENINGS = {"subordinate": "subordinate clause", "circumstance": "trailing circumstance", None: "other"}
_MAN = r"(?:man|woman|men|women|person|people)"
_TITLE = rf"""
    (?:vice[\s-])?president|(?:prime\s+)?minister|premier|chancellor|senator|sen\.|governor|gov\.|representative|rep\.
    |mayor|secretary|ambassador|attorney|judge|justice|general|gen\.|colonel|col\.|captain|capt\.|lieutenant|lt\.
    |sergeant|sgt\.|sheriff|professor|prof\.|doctor|dr\.|mr\.?|mrs\.?|ms\.?|king|queen|prince|princess|pope|bishop
    |chair{_MAN}?|spokes{_MAN}|congress{_MAN}|director|chief|head|leader|commissioner|officer|official|adviser|advisor
    |analyst|economist|lawyer|editor|executive|manager|founder|coach|envoy|aide|lawmaker|deputy|counsel|owner
"""


class Offsets(NamedTuple):
    """Of matches whose bounds differ: how far, b less a, and between which positions text differs."""

    row: Ints
    label: Ints
    start: Ints
    end: Ints
    edges: Ints  # (matches, 4): the smaller and the larger start, the smaller and the larger end


def offsets(block: Block, matches: Edges) -> Offsets:
    """Return the matches whose bounds differ, by document."""
    start = block.start[matches.right] - block.start[matches.left]
    end = block.end[matches.right] - block.end[matches.left]
    some = np.flatnonzero((start != 0) | (end != 0))
    some = some[np.argsort(block.row[matches.left[some]], kind="stable")]
    left, right = matches.left[some], matches.right[some]
    bounds = [
        function(column[left], column[right])
        for column in (block.start, block.end)
        for function in (np.minimum, np.maximum)
    ]
    return Offsets(block.row[left], block.label[left], start[some], end[some], np.column_stack(bounds))


def distances(found: Offsets) -> Histogram:
    """Count by label how many characters only one of the two spans has."""
    return Histogram.of(found.label, np.abs(found.start) + np.abs(found.end))


def sums(found: Offsets, labels: int) -> Ints:
    """Return for each label the number of matches and the sums of their starts and of their ends."""
    result = np.zeros((labels, 3), np.int64)
    np.add.at(result, found.label, np.column_stack([np.ones_like(found.start), found.start, found.end]))
    return result


def medians(found: Histogram, labels: int) -> Floats:
    """Return the median of each label's lengths, 0 where it has none."""
    result = np.zeros(labels)
    for label in range(labels):
        mine = found.groups == label
        lengths, upto = found.lengths[mine], np.cumsum(found.counts[mine])
        if len(upto):
            middle = np.searchsorted(upto, [(upto[-1] - 1) // 2, upto[-1] // 2], "right")
            result[label] = lengths[middle].mean()
    return result


def kinds(found: Offsets, block: Block, texts: Texts, labels: int) -> Ints:
    """Count the kinds of the differing strings by label; a text is asked for once, and only where one differs."""
    row, label = np.tile(found.row, 2), np.tile(found.label, 2)
    first, last = np.concatenate([found.edges[:, :2], found.edges[:, 2:]]).T
    group = label * 2 + np.repeat([0, 1], len(found.row))  # whether it stands at the end
    differing = np.flatnonzero(first < last)
    differing = differing[np.argsort(row[differing], kind="stable")]
    strings = _strings(block, texts, *(column[differing].tolist() for column in (row, first, last)))
    result = np.zeros((labels, len(KINDS)), np.int64)
    for (place, string), count in Counter(zip(group[differing].tolist(), strings, strict=True)).items():
        result[place // 2, KINDS.index(kind(string, at_end=bool(place % 2)))] += count
    return result


def _strings(block: Block, texts: Texts, rows: list[int], firsts: list[int], lasts: list[int]) -> Iterator[str]:
    at, text = -1, ""
    for row, first, last in zip(rows, firsts, lasts, strict=True):
        if row != at:
            at, text = row, texts(int(block.documents[row]))
        yield text[first:last]


@lru_cache(maxsize=4_096)
def kind(string: str, *, at_end: bool) -> str:
    """Tell of what kind the string is that one of two spans has at its start, or at its end, and the other not."""
    rest = string.strip()
    if not rest:
        return "white space"
    bare = rest.strip(MARKS + STOPS).strip()
    if not bare:
        return "final stop" if any(character in STOPS for character in rest) else "quotation mark"
    if _title().fullmatch(rest):
        return "source title"
    return _OPENINGS[opening(rest)] if at_end else "other"


@lru_cache(maxsize=1)
def _title() -> re.Pattern[str]:
    """Match a title before a name ("Kremlin spokesperson") or after it (", the mayor of Springfield")."""
    words = r"(?:[\w'’.-]+\s+){0,5}"
    return re.compile(
        rf",?\s*{words}(?:{_TITLE})s?(?:\s+(?:of|for|to|at)(?:\s+[\w'’.-]+){{1,4}})?\s*,?", re.VERBOSE | re.IGNORECASE
    )
