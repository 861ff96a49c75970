"""brat's standoff: the records of an `.ann` file, before anything is made of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from annotator.formats.details import Utf16

Place = tuple[int, int]

# What ends a line for any reader of the file: Python's own, which brat's server is written in, is the strictest.
_LINE = re.compile("[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_RECORD = re.compile(r"([TREAMN#]\d\S*|\*)\t")
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_-]")


class Record(NamedTuple):
    """A line: its id, its middle column, the text after it, and lines that follow and are no records."""

    line: int
    id: str
    data: str
    text: str
    more: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        return self.data.split()


class Bad(NamedTuple):
    """A line that is not a record."""

    line: int
    what: str


def records(data: bytes) -> Iterator[Record | Bad]:
    """Yield the records of a file. A text with a line end in it goes on over lines that begin no record."""
    last: Record | None = None
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            line = raw.removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            yield Bad(number, "left out: not UTF-8")
            continue
        if _RECORD.match(line):
            if last:
                yield last
            uid, _, rest = line.partition("\t")
            data_column, _, text = rest.partition("\t")
            last = Record(number, uid, data_column, text)
        elif last and last.id.startswith("T"):
            last = last._replace(more=(*last.more, line)) if line or raw else last
        elif line.strip():
            yield Bad(number, "left out: not a record of brat’s")
    if last:
        yield last


def name(label: str) -> str:
    """Return a type's name as brat writes it."""
    return _NOT_A_NAME.sub("_", label) or "_"


def fragments(text: str, start: int, end: int) -> list[Place]:
    """Return the pieces of a span that brat can hold: none has a line end, none is blank; none where all is."""
    found = ((each.start(), each.end()) for each in _LINE.finditer(text, start, end))
    return [place for place in found if text[slice(*place)].strip()]


def written(places: list[Place]) -> str:
    """Return fragments as a record has them."""
    return ";".join(f"{start} {end}" for start, end in places)


def configuration(labels: Iterable[str], relations: Iterable[str], attributes: Mapping[str, str | None]) -> str:
    """Return brat's `annotation.conf`: the names of types, and the values that an attribute may have."""
    sections = {
        "entities": sorted(labels),
        "relations": [f"{name}\tArg1:<ENTITY>, Arg2:<ENTITY>" for name in sorted(relations)],
        "events": [],
        "attributes": [
            f"{name}\tArg:<ENTITY>{f', Value:{values}' if values else ''}" for name, values in attributes.items()
        ],
    }
    return "\n".join("\n".join([f"[{section}]", *lines, ""]) for section, lines in sections.items())


def places(words: list[str]) -> list[Place] | None:
    """Return the fragments that a record has, in its order; None where they are not numbers."""
    found = []
    for each in " ".join(words).split(";"):
        numbers = each.split()
        if len(numbers) != 2 or not all(
            number.isascii() and number.isdigit() and len(number) < 12 for number in numbers
        ):
            return None
        found.append((int(numbers[0]), int(numbers[1])))
    return found


def where(text: str, units: Utf16, found: list[Place], quoted: str) -> tuple[list[Place], bool] | None:
    """Return the fragments in order of the text, in code points, and whether the record counted UTF-16 units.

    The quoted text decides: brat's page counts UTF-16 units, its server code points.
    None where the text is at neither.
    """
    if _quotes(text, found, quoted):
        return sorted(found), False
    converted = [place for each in found if (place := units.span(*each))]
    if len(converted) == len(found) and converted != found and _quotes(text, converted, quoted):
        return sorted(converted), True
    return None


def _quotes(text: str, found: list[Place], quoted: str) -> bool:
    fits = all(0 <= start < end <= len(text) for start, end in found)
    return fits and " ".join(text[start:end] for start, end in found).split() == quoted.split()


def is_whole(text: str, found: list[Place]) -> bool:
    """Whether nothing but white space lies between fragments, which are in order."""
    return all(not text[before[1] : after[0]].strip() for before, after in pairwise(found))
