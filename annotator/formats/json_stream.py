"""JSON that is larger than memory should be: one object at a time, from lines or from one long list.

What is no object, or cannot be read, is a `Problem`; the rest is read on.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from annotator.formats.jsonl import UNREADABLE, holds_half_a_character
from annotator.records import Problem

LONGEST = 1 << 25  # bytes of one object; no article with its annotations comes near it
_CHUNK = 1 << 20  # bytes that are searched for the ends of objects at once
_MARK = b"\xef\xbb\xbf"
_QUOTE = 2
_CODES = bytes({'"': _QUOTE, "{": 1, "[": 1, "}": 255, "]": 255}.get(chr(code), 0) for code in range(256))  # 255 is -1
_BETWEEN = b"[], \t\r\n"
_TRIED = 20  # lines, to know a format by the first that can be read

Object = dict[str, Any]


class Found(NamedTuple):
    """An object, the line that it begins in, and how many bytes of the file were read at its end."""

    value: Object | Problem
    line: int
    position: int


def lines(path: Path, only: Callable[[bytes], bool] = bool) -> Iterator[Found]:
    """Yield the object in every line that is not blank and that `only` says yes to."""
    position = number = 0
    with path.open("rb") as file:
        while line := file.readline(LONGEST):
            number += 1
            position += len(line)
            if len(line) == LONGEST:
                yield Found(_too_long(path.name, number), number, position)
                position += _skip_line(file, line)
                continue
            if number == 1:
                line = line.removeprefix(_MARK)
            if not line.isspace() and only(line):
                yield Found(_decoded(line, path.name, number), number, position)


def first_object(found: Iterable[Found]) -> Object:
    """Return the first object that can be read of a file, or an empty one; a format is known by its keys.

    An object that is too long is found before it is read to its end, and no more is looked at than a few.
    """
    begun = takewhile(lambda each: each.position < LONGEST, islice(found, _TRIED))
    return next((each.value for each in begun if isinstance(each.value, dict)), {})


def _skip_line(file: BinaryIO, line: bytes) -> int:
    skipped = 0
    while line and not line.endswith(b"\n"):
        line = file.readline(LONGEST)
        skipped += len(line)
    return skipped


def _too_long(file: str, line: int) -> Problem:
    return Problem(file=file, line=line, what=f"left out: an object of more than {LONGEST >> 20} MB")


def _decoded(data: bytes | bytearray, file: str, line: int) -> Object | Problem:
    try:
        found = msgspec.json.decode(data)
    except UNREADABLE as error:
        is_half = holds_half_a_character(bytes(data))
        what = "it holds half a character (a lone surrogate)" if is_half else f"not valid JSON ({error})"
        return Problem(file=file, line=line, what=what)
    return found if isinstance(found, dict) else Problem(file=file, line=line, what="not a JSON object")


def elements(path: Path) -> Iterator[Found]:
    """Yield the objects of one JSON list; of a file that begins with an object, the objects one after the other.

    Objects are told apart by brackets outside strings, found for a whole chunk at once.
    """
    with path.open("rb") as file:
        splitter = _Splitter(path.name, is_list=_begins_with_list(file))
        while chunk := file.read(_CHUNK):
            if (len(chunk) - len(chunk.rstrip(b"\\"))) % 2:
                chunk += file.read(1)  # what a backslash at the end escapes
            yield from splitter.split(chunk)
        yield from splitter.end()


def _begins_with_list(file: BinaryIO) -> bool:
    beginning = file.read(len(_MARK))
    file.seek(len(_MARK) if beginning == _MARK else 0)
    start = file.tell()
    first = file.read(_CHUNK).lstrip()[:1]
    file.seek(start)
    return first == b"["


class _Splitter:
    """Cuts a file into its objects, chunk by chunk; keeps no more than the object that is not yet whole."""

    def __init__(self, file: str, *, is_list: bool) -> None:
        self._file = file
        self._base = int(is_list)  # how many brackets are open between two objects
        self._depth = 0
        self._in_string = False
        self._begun: bytearray | None = None
        self._begun_line = 1
        self._line = 1
        self._position = 0

    def split(self, chunk: bytes) -> Iterator[Found]:
        """Yield the objects that end in a chunk."""
        done = 0  # how much of the chunk was dealt with
        for at, is_begin in self._edges(chunk):
            if is_begin:
                yield from self._between(chunk[done:at])
                self._line += chunk.count(b"\n", done, at)
                self._begun, self._begun_line = bytearray(), self._line
                done = at
            else:
                yield from self._grown(chunk[done : at + 1], self._position + at + 1, is_whole=True)
                self._begun = None
                self._line += chunk.count(b"\n", done, at)
                done = at + 1
        if self._begun is None:
            yield from self._between(chunk[done:])
        else:
            yield from self._grown(chunk[done:], self._position + len(chunk), is_whole=False)
        self._line += chunk.count(b"\n", done)
        self._position += len(chunk)

    def end(self) -> Iterator[Found]:
        """Yield what is wrong with the end of the file."""
        if self._depth or self._in_string:
            yield self._problem("the file ends too early: what it begins last was left out")
        elif not self._position:
            yield self._problem("the file is empty")

    def _edges(self, chunk: bytes) -> Iterator[tuple[int, bool]]:
        """Yield where objects begin (their first byte) and end (their last), in turn."""
        import numpy as np

        plain = chunk.replace(b"\\\\", b"..").replace(b'\\"', b"..")
        codes = np.frombuffer(plain.translate(_CODES), np.int8)
        marks = np.flatnonzero(codes)
        codes = codes[marks]
        is_quote = codes == _QUOTE
        is_outside = (np.cumsum(is_quote) + self._in_string) % 2 == 0
        is_bracket = is_outside & ~is_quote
        brackets, steps = marks[is_bracket], codes[is_bracket]
        depths = self._depth + np.cumsum(steps, dtype=np.int64)
        is_begin = (steps > 0) & (depths == self._base + 1)
        edges = np.flatnonzero(is_begin | ((steps < 0) & (depths == self._base)))
        self._in_string ^= bool(np.count_nonzero(is_quote) % 2)
        if len(depths):
            self._depth = int(depths[-1])
        yield from zip(brackets[edges].tolist(), is_begin[edges].tolist(), strict=True)

    def _grown(self, passage: bytes, position: int, *, is_whole: bool) -> Iterator[Found]:
        """Add to the object that is begun; yield it once it is whole, or as soon as it is too long."""
        if self._begun is None or len(self._begun) > LONGEST:
            return
        self._begun += passage
        if len(self._begun) > LONGEST:
            yield Found(_too_long(self._file, self._begun_line), self._begun_line, position)
        elif is_whole:
            yield Found(_decoded(self._begun, self._file, self._begun_line), self._begun_line, position)

    def _between(self, passage: bytes) -> Iterator[Found]:
        if passage.strip(_BETWEEN):
            yield self._problem("left out: something that is not a JSON object")

    def _problem(self, what: str) -> Found:
        return Found(Problem(file=self._file, line=self._line, what=what), self._line, self._position)
