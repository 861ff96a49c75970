"""CSV: a row a span, which we write and read; and tables of articles, a row an article, which we read.

A cell that a spreadsheet would run as a formula (CWE-1236) begins with an apostrophe, as does one that begins
with an apostrophe itself, and one that is empty but not null: so the mark can be taken off again.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from annotator.formats import csv_rows
from annotator.formats.article_table import TEXT_COLUMN, ArticleTable
from annotator.formats.csv_rows import Row
from annotator.formats.jsonl import UNREADABLE
from annotator.records import (
    EVERYTHING,
    NO_OPTIONS,
    Format,
    LayerRecord,
    Meta,
    NegativeRecord,
    Options,
    Problem,
    Read,
    SpanRecord,
)

_META = tuple(Meta.__struct_fields__)
_ON_LAYER = ("document", "language", "status", "round", "blind", "guideline", "split", "group", "sha256")
_ON_FIRST = ("zones", "meta_json", "relations")  # on a layer's first row only
_ON_SPAN = SpanRecord.__struct_fields__
_ON_NEGATIVE = ("id", "start", "end", "text", "reason")
COLUMNS = (
    "article", "layer", "row",
    "document", "title", "outlet", "byline", "url", "published", "language",
    "annotator", "annotator_kind", "status", "round", "blind", "split", "group",
    "id", "start", "end", "label", "text", "identity", "source", "confidence", "unsure", "runner_up", "note",
    "score", "reason", "negative_kind", "labels_all", "parts", "taken_from",
    "relations", "zones", "meta_json", "annotator_id", "guideline", "sha256", "article_text",
)  # fmt: skip
_OURS = {"article", "layer", "row", "start", "end", "label", "article_text"}
_NUMBERS, _TRUTHS, _LISTS = {"start", "end"}, {"blind", "unsure"}, {"labels_all", "parts", "relations", "zones"}

_MARK = "'"
# Also after white space, which some programs drop, and full-width and small forms, which some take for the ASCII ones.
_RISKY = re.compile("['\\s\0]*[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]|['\t\r\n\0]")

_json = msgspec.json.Encoder().encode


class _Filled(Struct, frozen=True):
    """A row of ours: what its cells say, by column."""

    said: dict[str, Any]
    line: int
    position: int


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell our own tables by their first columns; others are told by their names."""
    first = re.split(rb"[,;\t]", beginning[:200].removeprefix(csv_rows.BOM.encode()))
    return [cell.strip(b'"') for cell in first[:3]] == [name.encode() for name in COLUMNS[:3]]


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write a row a span or negative, and one for a layer without either. UTF-8 with a mark, so that Excel knows."""
    out.write(csv_rows.BOM.encode())
    rows = csv.writer(_Utf8(out), lineterminator="\r\n")
    rows.writerow(COLUMNS)
    article, text = 0, None
    for number, layer in enumerate(layers, 1):
        is_new = layer.text != text
        article, text = article + is_new, layer.text
        said = {"article": article, "layer": number, **_of_layer(layer)}
        first = {name: getattr(layer, name) for name in ("zones", "relations")}
        first["meta_json"] = None if layer.meta_json == "{}" else layer.meta_json
        first["article_text"] = text if is_new else None
        items: list[SpanRecord | NegativeRecord | None] = [*layer.spans, *layer.negatives]
        for item in items or [None]:
            row = {**said, **first, **_of_item(item)}
            rows.writerow([_cell(row.get(name)) for name in COLUMNS])
            first = {}


class _Utf8:
    """Takes text and writes it as UTF-8."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode())


def _of_layer(layer: LayerRecord) -> dict[str, Any]:
    said = {name: getattr(layer, name) for name in _ON_LAYER} | msgspec.structs.asdict(layer.meta)
    if who := layer.annotator:
        said |= {"annotator": who.name, "annotator_kind": who.kind, "annotator_id": who.id}
    return said


def _of_item(item: SpanRecord | NegativeRecord | None) -> dict[str, Any]:
    if item is None:
        return {"row": "layer"}
    said = msgspec.structs.asdict(item)
    if isinstance(item, NegativeRecord):
        return {**said, "row": "negative", "negative_kind": item.kind}
    return {**said, "row": "span"}


def _cell(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return marked(value if isinstance(value, str) else _json(value).decode())


def marked(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula, and that is not taken for null where it is empty."""
    return _MARK + cell if not cell or _RISKY.match(cell) else cell


def unmarked(cell: str) -> str:
    """Return what a cell said before it was marked."""
    return cell.removeprefix(_MARK)


def read(path: Path, options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the layers of one of our tables, or an article for every row of another one."""
    try:
        encoding, notes, delimiter = csv_rows.dialect(path)
    except UnicodeError:
        yield Read(Problem(file=path.name, what="this is not text: its bytes fit no known encoding"))
        return
    yield from (Read(Problem(file=path.name, what=note, note=True)) for note in notes)
    found = csv_rows.rows(path, encoding, delimiter)
    header = next(found, None)
    if header is None or header.wrong:
        what = header.wrong if header and header.wrong else "the file is empty"
        yield Read(Problem(file=path.name, line=1, what=what))
        return
    names = csv_rows.unique(header.cells)
    if set(names) >= _OURS:
        yield from _layers(found, names, path.name)
    else:
        yield from ArticleTable(names, path.name).read(found, options.get(TEXT_COLUMN.name))


def _layers(rows: Iterator[Row], names: list[str], file: str) -> Iterator[Read]:
    """Yield the layers of our own table; rows of a layer follow one another, the first has the article's text."""
    problems: list[Read] = []
    if more := [name for name in names if name not in COLUMNS]:
        yield Read(Problem(file=file, what=f"columns left out: {', '.join(more)}", note=True))
    article: Any = None
    text: str | None = None
    for (number, _), group in groupby(_filled(rows, names, file, problems), key=_which):
        of_layer = list(group)
        first = of_layer[0]
        if number != article or "article_text" in first.said:
            article, text = number, first.said.get("article_text")
        yield from problems
        problems.clear()
        yield from _layer(of_layer, text, file)
    yield from problems


def _which(row: _Filled) -> tuple[Any, Any]:
    return row.said.get("article"), row.said.get("layer")


def _filled(rows: Iterator[Row], names: list[str], file: str, problems: list[Read]) -> Iterator[_Filled]:
    for row in rows:
        try:
            if row.wrong:
                raise ValueError(row.wrong)
            if len(row.cells) != len(names):
                raise ValueError(f"left out: a row of {len(row.cells)} cells; the header has {len(names)}")
            yield _Filled(dict(_values(names, row.cells)), row.line, row.position)
        except ValueError as error:
            problems.append(Read(Problem(file=file, line=row.line, what=str(error)), row.line, row.position))


def _values(names: list[str], cells: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield what the cells that are not empty say.

    Raises:
        ValueError: a number, a truth value or a list is none.

    """
    for name, cell in zip(names, cells, strict=True):
        if not cell:
            continue
        value = unmarked(cell)
        try:
            if name in _NUMBERS:
                yield name, int(value)
            elif name == "score":
                yield name, float(value)
            elif name in _TRUTHS:
                yield name, {"true": True, "false": False}[value.lower()]
            elif name in _LISTS:
                yield name, msgspec.json.decode(value)
            else:
                yield name, value
        except (KeyError, ValueError, *UNREADABLE):
            raise ValueError(f"left out: its {name} cannot be read: “{value[:60]}”") from None


def _layer(rows: list[_Filled], text: str | None, file: str) -> Iterator[Read]:
    first = rows[0]
    said = first.said
    if text is None and "sha256" not in said:
        what = "left out: the text of its article is not on its first row; keep the rows in their order"
        yield Read(Problem(file=file, line=first.line, what=what), first.line, first.position)
        return
    known = {name: said[name] for name in (*_ON_LAYER, *_ON_FIRST) if name in said}
    known |= {"schema": "source-annotator/1", "text": text or ""}
    known["meta"] = {name: said[name] for name in _META if name in said}
    if "annotator" in said:
        who = {"id": said.get("annotator_id"), "name": said["annotator"], "kind": said.get("annotator_kind", "human")}
        known["annotator"] = who
    try:
        layer = msgspec.convert(known, LayerRecord)
    except msgspec.ValidationError as error:
        yield Read(Problem(file=file, line=first.line, what=f"left out, with its layer: {error}"), first.line)
        return
    for row in rows:
        if problem := _add(layer, row, file):
            yield Read(problem, row.line, row.position)
    yield Read(layer, first.line, rows[-1].position)


def _add(layer: LayerRecord, row: _Filled, file: str) -> Problem | None:
    """Add the span or the negative of a row to its layer."""
    said = {name: value for name, value in row.said.items() if name in _ON_SPAN}
    kind = row.said.get("row")
    try:
        if kind == "span":
            layer.spans.append(msgspec.convert(said, SpanRecord))
        elif kind == "negative":
            of_negative: dict[str, Any] = {name: said[name] for name in _ON_NEGATIVE if name in said}
            of_negative["kind"] = row.said.get("negative_kind")
            layer.negatives.append(msgspec.convert(of_negative, NegativeRecord))
        elif kind != "layer":
            raise msgspec.ValidationError("its row is none of span, negative, layer")
    except msgspec.ValidationError as error:
        return Problem(file=file, line=row.line, id=row.said.get("id"), what=f"left out: {error}")
    return None


FORMAT = Format(
    name="csv",
    title="CSV, a row a span",
    suffixes=(".csv", ".tsv"),
    recognise=recognise,
    read=read,
    write=write,
    carries=EVERYTHING,
    options=(TEXT_COLUMN,),
    note="A cell that a spreadsheet would run as a formula begins with an apostrophe, which an import takes off again.",
)
