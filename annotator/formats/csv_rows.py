"""The rows of a table of text, whoever wrote it: encoding and delimiter are told from its beginning."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from annotator import text as texts
from annotator.formats.json_stream import LONGEST

BOM = "\ufeff"
_DELIMITERS = ",;\t"
_SAMPLE = 1_000_000  # bytes that an encoding is told from


class Row(Struct, frozen=True):
    """The cells of a row, or what is wrong with it; the physical line that it begins in; bytes read."""

    cells: list[str]
    wrong: str | None
    line: int
    position: int


def dialect(path: Path) -> tuple[str, list[str], str]:
    """Return encoding, what there is to note on it, and the delimiter, told from the beginning of a file."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if len(sample) == _SAMPLE:  # it ends within a line, or within a character
        sample = sample[: (sample.rfind(b"\n") + 1 or _SAMPLE) // 2 * 2]
    decoded = texts.decode(sample)
    is_utf8 = decoded.encoding == "utf-8"
    first = re.split(r"[\r\n]", decoded.text.lstrip(BOM), maxsplit=1)[0]
    counts = {each: len(next(csv.reader([first], delimiter=each), [])) for each in _DELIMITERS}
    delimiter = max(counts, key=lambda each: counts[each])
    return "utf-8-sig" if is_utf8 else decoded.encoding, [] if is_utf8 else list(decoded.notes), delimiter


def rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows that are not blank; the first is the header."""
    csv.field_size_limit(LONGEST)
    with path.open("rb") as data, io.TextIOWrapper(data, encoding, newline="") as file:
        reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
        line = 1
        while True:
            wrong, cells = None, []
            try:
                cells = next(reader)
            except StopIteration:
                return
            except UnicodeDecodeError:
                wrong = f"from here on the file was left out: it is not {encoding}, as its beginning is"
            except csv.Error as error:
                wrong = f"left out: not as a row of CSV is ({error})"
            if cells or wrong:
                yield Row(cells, wrong, line, data.tell())
            line = reader.line_num + 1


def _lines(file: io.TextIOWrapper) -> Iterator[str]:
    while line := file.readline(LONGEST):
        if len(line) == LONGEST:
            raise csv.Error(f"a line of more than {LONGEST >> 20} million characters; the rest was not read")
        yield line


def unique(cells: list[str]) -> list[str]:
    """Return the names of columns, without a mark at the start, none twice."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = cell.lstrip(BOM).strip() or f"column {number}"
        names.append(f"{name} ({number})" if name in names else name)
    return names
