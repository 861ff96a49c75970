"""doccano JSONL: one line an article, with triples under `label` or with `entities` and `relations`.

doccano counts UTF-16 units, and quotes no text to check them by. Files that Python made count code points;
`_Evidence` tells one from the other by where the spans' edges fall.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from annotator.formats import json_stream
from annotator.formats.extension import (
    KEY,
    Extension,
    Remarks,
    between_spans,
    extension,
    layer_record,
    read_extension,
)
from annotator.formats.units import NAMES, OPTION, Unit, Units
from annotator.records import EVERYTHING, NO_OPTIONS, Format, LayerRecord, Options, Problem, Read, SpanRecord

_encode = msgspec.json.Encoder().encode
_SPANS = ("entities", "label", "labels", "annotations")  # after work in doccano, what else is there may be out of date
_OF_LINE = {"id", "text", "data", "relations", KEY, *_SPANS}
_OF_SPAN = {"id", "start_offset", "end_offset", "label", "user", "created_at", "updated_at", "prob", "uuid", "example"}
_ASTRAL = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4", b"\\u")  # what astral characters begin with in a file
_IMPOSSIBLE = 5  # what an edge past the end or within a character weighs, in edges that merely look wrong
_CLEAR = 2  # edges more that must speak for code points, which doccano itself never writes


def recognise(path: Path, beginning: bytes) -> bool:
    """Tell doccano by triples or entities beside the text."""
    if not beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False
    line = json_stream.first_object(json_stream.lines(path))
    if not isinstance(_text(line), str) or "schema" in line:
        return False
    found = next((line[key] for key in _SPANS if key in line), None)
    return isinstance(found, list) and (not found or _raw_span(found[0]) is not None)


def read(path: Path, options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the layer of every line; a note says in which unit positions were read, where that matters."""
    said = options.get("units", "auto")
    unit: Unit = "codepoint" if said == "codepoint" else "utf16"
    if said == "auto":
        evidence = _evidence(path)
        unit = evidence.unit
        if evidence.spans:
            yield Read(Problem(file=path.name, what=evidence.verdict(), note=True))
    for found, line, position in json_stream.lines(path):
        if isinstance(found, Problem):
            yield Read(found, line, position)
            continue
        remarks = Remarks(path.name, line, _name(found))
        layer = _layer(found, "utf16" if said == "auto" and KEY in found else unit, remarks)
        yield from (Read(problem, line, position) for problem in remarks.problems)
        if layer:
            yield Read(layer, line, position)


def _text(line: dict[str, Any]) -> Any:
    return line.get("text", line.get("data"))


def _name(line: dict[str, Any]) -> str | None:
    name = line.get("id")
    return str(name) if isinstance(name, str | int) else None


def _layer(line: dict[str, Any], unit: Unit, remarks: Remarks) -> LayerRecord | None:
    text = _text(line)
    if not isinstance(text, str):
        remarks.left_out("left out: a line without a text", "a string", text)
        return None
    spans, place = _spans(line, text, unit, remarks)
    said = read_extension(line.get(KEY), remarks)
    meta = {key: value for key, value in line.items() if key not in _OF_LINE and (key, value) != ("Comments", [])}
    links = list(_links(line, place, remarks))
    return layer_record(text, spans, said, links=links, meta=meta, document=_name(line))


class _RawSpan(Struct, frozen=True):
    start: int
    end: int
    label: str


def _raw_spans(line: dict[str, Any]) -> list[Any]:
    found: Any = next((line[key] for key in _SPANS if key in line), [])
    return found if isinstance(found, list) else [found]


def _raw_span(raw: Any) -> _RawSpan | None:
    if isinstance(raw, dict):
        start, end, label = raw.get("start_offset"), raw.get("end_offset"), raw.get("label")
    elif isinstance(raw, list) and len(raw) == 3:
        start, end, label = raw
    else:
        return None
    return _RawSpan(start, end, label) if type(start) is type(end) is int and isinstance(label, str) else None


def _spans(line: dict[str, Any], text: str, unit: Unit, remarks: Remarks) -> tuple[list[SpanRecord], dict[Any, int]]:
    """Return the spans, and which of them each id of an entity is."""
    units = Units(text)
    spans: list[SpanRecord] = []
    place: dict[Any, int] = {}
    unknown: set[str] = set()
    for raw in _raw_spans(line):
        found = _raw_span(raw)
        if found is None:
            remarks.left_out("left out: a span that is not one", "start, end and the name of a label", raw)
            continue
        start, end = units.codepoint(found.start, unit), units.codepoint(found.end, unit)
        if start is None or end is None or start >= end:
            length = units.length16 if unit == "utf16" else len(text)
            expected = f"{NAMES[unit]} from 0 to {length}, within no character"
            remarks.left_out(f"left out: a span of “{found.label}”", expected, [found.start, found.end])
            continue
        if isinstance(raw, dict):
            unknown |= raw.keys() - _OF_SPAN
            if isinstance(raw.get("id"), int):
                place[raw["id"]] = len(spans)
        spans.append(SpanRecord(start=start, end=end, label=found.label))
    remarks.note_unknown(unknown)
    return spans, place


def _links(line: dict[str, Any], place: dict[Any, int], remarks: Remarks) -> Iterator[tuple[str, int, int]]:
    raw = line.get("relations")
    for each in raw if isinstance(raw, list) else []:
        ends = [each.get("from_id"), each.get("to_id")] if isinstance(each, dict) else []
        is_known = len(ends) == 2 and all(type(end) is int and end in place for end in ends)
        if is_known and isinstance(each.get("type"), str):
            yield each["type"], place[ends[0]], place[ends[1]]
        else:
            remarks.left_out("relation left out", "a type, and from_id and to_id of entities of the line", each)


class _Evidence(Struct):
    """What the spans behind an astral character say of the unit, over a whole file.

    An edge counts where it looks right in one unit and wrong in the other: within a word, on white space,
    past the end, within a surrogate pair. Lines that we wrote need no evidence.
    """

    spans: int = 0
    for_utf16: int = 0
    for_codepoints: int = 0

    @property
    def unit(self) -> Unit:
        return "codepoint" if self.for_codepoints >= self.for_utf16 + _CLEAR else "utf16"

    def verdict(self) -> str:
        """Say what was decided, and why."""
        count = "1 span stands" if self.spans == 1 else f"{self.spans} spans stand"
        read_as = f"{count} after an emoji or the like; positions were read as {NAMES[self.unit]}"
        reason = f"{self.for_utf16} for UTF-16 units, {self.for_codepoints} for code points"
        if max(self.for_utf16, self.for_codepoints) < min(self.for_utf16, self.for_codepoints) + _CLEAR:
            return f"{read_as}, as doccano writes them: where they begin and end does not tell ({reason}; option units)"
        return f"{read_as}: so they begin and end where words do ({reason}; option units)"

    def add(self, line: dict[str, Any]) -> None:
        text = _text(line)
        if KEY in line or not isinstance(text, str) or (units := Units(text)).is_same:
            return
        for raw in _raw_spans(line):
            if (found := _raw_span(raw)) and units.differs(found.end):
                self.spans += 1
                self._weigh(text, units, found.start, is_start=True)
                self._weigh(text, units, found.end, is_start=False)

    def _weigh(self, text: str, units: Units, position: int, *, is_start: bool) -> None:
        if units.differs(position):
            wrong16 = _wrongness(text, units.codepoint(position, "utf16"), is_start=is_start)
            wrong = _wrongness(text, units.codepoint(position, "codepoint"), is_start=is_start)
            self.for_utf16 += max(0, wrong - wrong16)
            self.for_codepoints += max(0, wrong16 - wrong)


def _wrongness(text: str, at: int | None, *, is_start: bool) -> int:
    """Return how wrong an edge looks: not, beside a word or a mark; within a word or on white space; impossible."""
    if at is None:
        return _IMPOSSIBLE
    before, after = text[at - 1 : at], text[at : at + 1]
    inside = after if is_start else before
    return int(not inside or inside.isspace() or (before.isalnum() and after.isalnum()))


def _may_hold_astral(line: bytes) -> bool:
    return any(each in line for each in _ASTRAL)


def _evidence(path: Path) -> _Evidence:
    """Look through a file, decoding only the lines that may hold an astral character."""
    evidence = _Evidence()
    for found in json_stream.lines(path, only=_may_hold_astral):
        if isinstance(found.value, dict):
            evidence.add(found.value)
    return evidence


class _Entity(Struct):
    id: int
    label: str
    start_offset: int
    end_offset: int


class _Relation(Struct):
    id: int
    from_id: int
    to_id: int
    type: str


class _Line(Struct):
    """Both shapes: a project without relations reads `label`, one with them `entities` and `relations`.

    No value is null, which doccano's importer (pandas) would turn into NaN and its database refuse.
    """

    id: str
    text: str
    label: list[tuple[int, int, str]]
    entities: list[_Entity]
    relations: list[_Relation]
    source_annotator: Extension


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write one line a layer, positions in UTF-16 units."""
    for layer in layers:
        out.write(_encode(_line(layer)))
        out.write(b"\n")


def _line(layer: LayerRecord) -> _Line:
    utf16 = Units(layer.text).utf16
    triples = [(utf16(span.start), utf16(span.end), span.label) for span in layer.spans]
    return _Line(
        id=layer.document or layer.sha256 or "",
        text=layer.text,
        label=triples,
        entities=[_Entity(number, label, start, end) for number, (start, end, label) in enumerate(triples)],
        relations=[
            _Relation(number, source, target, kind)
            for number, (kind, source, target) in enumerate(between_spans(layer))
        ],
        source_annotator=extension(layer),
    )


FORMAT = Format(
    name="doccano",
    title="doccano JSON Lines",
    suffixes=(".jsonl",),
    recognise=recognise,
    read=read,
    write=write,
    carries=EVERYTHING,
    options=(OPTION,),
)
