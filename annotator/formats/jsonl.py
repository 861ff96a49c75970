"""Native JSONL, `source-annotator/1`: one line a layer, every line with the same keys in the same order."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar, get_args

import msgspec
from msgspec import Struct, structs

from annotator.records import (
    EVERYTHING,
    NO_OPTIONS,
    AnnotatorRecord,
    Format,
    LabelsRecord,
    LayerRecord,
    Meta,
    NegativeRecord,
    Options,
    PartRecord,
    Problem,
    Read,
    RelationRecord,
    SpanRecord,
    Zone,
)  # fmt: skip

_decode = msgspec.json.Decoder(LayerRecord).decode
_encode = msgspec.json.Encoder().encode
_encode_into = msgspec.json.Encoder().encode_into
_BUFFER = 1 << 17  # bytes: many lines at a time
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # what decoding a bad line may raise
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")  # of a path in msgspec's messages
_EXPECTED = re.compile("Expected `(.+?)`")
_MISSING = re.compile("Object missing required field `(.+?)`")
_LONGEST = 60  # code points of a value in a message
_ITEMS: dict[str, type[Struct]] = {
    "zones": Zone,
    "spans": SpanRecord,
    "negatives": NegativeRecord,
    "relations": RelationRecord,
}


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell native JSONL by the schema that its first line names, or predictions by hash and spans."""
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    is_bare = b'"sha256"' in start and b'"spans"' in start and b'"text"' not in start
    return start.startswith(b"{") and (b'"source-annotator/' in start or is_bare)


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the layers of a file, and a problem for every line or span that cannot be read."""
    position = 0
    with path.open("rb", _BUFFER) as lines:
        for number, line in enumerate(lines, 1):
            position += len(line)
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.isspace():
                continue
            yield from decoded(line, path.name, number, position)


def decoded(line: bytes, file: str, number: int, position: int) -> Iterator[Read]:
    """Yield the layer in a line; where it is not as it should be, what can be read of it and what cannot."""
    try:
        yield Read(_decode(line), number, position)
    except UNREADABLE:
        remarks: list[_Remark] = []
        places: dict[str, list[int]] = {}
        found = _found(line, remarks, places)
        for remark in remarks:
            yield Read(remark.problem(file, number), number, position)
        if found:
            yield Read(found, number, position, places)


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write one line a layer."""
    lines = bytearray()
    for layer in layers:
        _encode_into(layer, lines, -1)
        lines += b"\n"
        if len(lines) >= _BUFFER:
            out.write(lines)
            lines.clear()
    out.write(lines)


class _Item(Struct, gc=False):
    """A span or a negative, as far as it is checked."""

    start: int
    end: int
    text: str | None


class _Line(Struct, gc=False):
    """A line, as far as it is checked."""

    text: str
    spans: list[_Item]
    negatives: list[_Item]


def check(lines: BinaryIO) -> None:
    """Parse a file again, and compare the text of each span with its slice; where texts were left out there is none.

    Raises:
        RuntimeError: an offset is wrong.

    """
    decode = msgspec.json.Decoder(_Line).decode
    for number, line in enumerate(lines, 1):
        found = decode(line)
        text = found.text
        for items in (found.spans, found.negatives):
            for item in items:
                if text[item.start : item.end] != item.text and item.text is not None:
                    raise RuntimeError(f"an exported span is not where it says, line {number}, {item.start}")


class _Remark(NamedTuple):
    """What there is to say of a line or of one item in it; a note where nothing of it was left out."""

    what: str
    item: Any = None
    note: bool = False
    place: str | None = None  # of the item in its line, for one without an id
    expected: str | None = None
    found: str | None = None

    def problem(self, file: str, number: int) -> Problem:
        name = self.item.get("id") or self.item.get("document") if isinstance(self.item, dict) else None
        subject = name if isinstance(name, str) else self.place
        return Problem(
            file=file,
            line=number,
            id=subject,
            what=self.what,
            expected=self.expected,
            found=self.found,
            note=self.note,
        )


def _found(line: bytes, remarks: list[_Remark], places: dict[str, list[int]]) -> LayerRecord | LabelsRecord | None:
    try:
        raw = msgspec.json.decode(line)
    except UNREADABLE as error:
        is_half = holds_half_a_character(line)
        remarks.append(
            _Remark("it holds half a character (a lone surrogate)" if is_half else f"not valid JSON ({error})")
        )
        return None
    if not isinstance(raw, dict):
        remarks.append(_Remark("not a JSON object"))
        return None
    if "labels" in raw and "text" not in raw:
        return _converted(raw, LabelsRecord, "labels cannot be read", remarks)
    if "sha256" in raw and "spans" in raw and "text" not in raw:  # predictions for texts that the project has
        raw.setdefault("schema", "source-annotator/1")
    known = _known_keys(raw, remarks, places)
    return _converted(known, LayerRecord, "this line cannot be read", remarks)


def holds_half_a_character(line: bytes) -> bool:
    """Whether a line is JSON but for half a surrogate pair, of which msgspec says only that it is not JSON."""
    try:
        json.dumps(json.loads(line), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


def _known_keys(raw: dict[str, Any], remarks: list[_Remark], places: dict[str, list[int]]) -> dict[str, Any]:
    """Return what is known of a line; keys that are not, of it and of its `meta`, go into `meta_json`."""
    known: dict[str, Any]
    known, unknown = _split(raw, LayerRecord)
    for key, kind in _ITEMS.items():
        known[key], places[key] = _items(known.get(key), key, kind, remarks)
    known["meta"], more = _split(known.get("meta", {}), Meta)
    if "annotator" in known:
        known["annotator"], left_out = _split(known["annotator"], AnnotatorRecord)
        _note_unknown(left_out, raw, remarks)
    if unknown or more or not isinstance(known.get("meta_json", "{}"), str):
        known["meta_json"] = _encode({**_object(known.get("meta_json"), raw, remarks), **more, **unknown}).decode()
    return known


def _object(meta_json: Any, raw: dict[str, Any], remarks: list[_Remark]) -> dict[str, Any]:
    """Return the object that `meta_json` is, or is the JSON of."""
    if meta_json is None:
        return {}
    if isinstance(meta_json, dict):
        return meta_json
    try:
        found: dict[str, Any] = msgspec.json.decode(meta_json, type=dict[str, Any])
    except (*UNREADABLE, TypeError):
        remarks.append(_Remark("its meta_json was left out: it is not a JSON object", raw))
        return {}
    return found


def _items(items: Any, name: str, kind: type[Struct], remarks: list[_Remark]) -> tuple[list[Any], list[int]]:
    """Return the items that can be read, and their places in the list; say what is wrong with the others."""
    if items is None:
        return [], []
    if not isinstance(items, list):
        remarks.append(_Remark("left out: zones, spans, parts, negatives and relations are lists"))
        return [], []
    good: list[Any] = []
    places: list[int] = []
    for number, item in enumerate(items):
        place = f"{name}[{number}]"
        known, unknown = _split(item, kind)
        if kind is SpanRecord and isinstance(known, dict):
            of_parts: list[_Remark] = []
            known["parts"], _ = _items(known.get("parts"), "parts", PartRecord, of_parts)
            remarks.extend(
                each._replace(what=f"of its {each.place or 'parts'}: {each.what}", item=item, place=place)
                for each in of_parts
            )
        if converted := _converted(known, kind, "left out, it cannot be read", remarks, place):
            good.append(msgspec.to_builtins(converted))
            places.append(number)
            _note_unknown(unknown, item, remarks, place)
    return good, places


_Struct = TypeVar("_Struct", bound=Struct)


def _converted(
    known: Any, kind: type[_Struct], what: str, remarks: list[_Remark], place: str | None = None
) -> _Struct | None:
    try:
        return msgspec.convert(known, kind)
    except msgspec.ValidationError as error:
        expected, found = _expectation(str(error), known, kind)
        remarks.append(_Remark(f"{what} ({error})", known, False, place, expected, found))
        return None


def _expectation(error: str, known: Any, kind: type[Struct]) -> tuple[str | None, str | None]:
    """Return what was expected and what was found, by what msgspec says: "Expected `int`, got `str` - at `$.start`"."""
    message, _, path = error.partition(" - at `$")
    values: Any = kind
    for name, index in _STEP.findall(path):
        known = known[int(index)] if index else known[name]
        if name:
            values = next(each.type for each in structs.fields(_struct(values)) if each.encode_name == name)
    found = json.dumps(known, ensure_ascii=False)[:_LONGEST]
    if expected := _EXPECTED.match(message):
        return expected[1], found
    if missing := _MISSING.match(message):
        return f"a key “{missing[1]}”", ", ".join(known)[:_LONGEST]
    named = [value for each in (values, *get_args(values)) for value in get_args(each) if isinstance(value, str)]
    return ", ".join(named), found


def _struct(hint: Any) -> Any:
    """Return the struct that a type hint names: itself, or within a list or beside None."""
    return next(each for each in (hint, *get_args(hint)) if isinstance(each, type) and issubclass(each, Struct))


def _note_unknown(unknown: dict[str, Any], item: Any, remarks: list[_Remark], place: str | None = None) -> None:
    if unknown:
        what = f"unknown keys left out: {', '.join(sorted(unknown))}"
        remarks.append(_Remark(what, item, note=True, place=place))


def _split(item: Any, kind: type[Struct]) -> tuple[Any, dict[str, Any]]:
    """Return the known and the unknown part of an object. A null says no more than a key that is absent."""
    if not isinstance(item, dict):
        return item, {}
    names = set(kind.__struct_encode_fields__)
    return (
        {key: value for key, value in item.items() if key in names and value is not None},
        {key: value for key, value in item.items() if key not in names},
    )


def json_schema() -> bytes:
    """Return the JSON Schema of a line as we write it; `resources/source-annotator-1.schema.json` is this."""
    (layer, labels), components = msgspec.json.schema_components(
        (LayerRecord, LabelsRecord), ref_template="#/$defs/{name}"
    )
    components["LayerRecord"]["required"].append("text")  # as we write it; what is read may name it by its hash
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of source-annotator/1: a layer, or first in the file the labels that it needs",
        "anyOf": [layer, labels],
        "$defs": components,
    }
    return msgspec.json.format(_encode(schema), indent=2) + b"\n"


FORMAT = Format(
    name="jsonl",
    title="Source Annotator JSON Lines",
    suffixes=(".jsonl", ".ndjson"),
    recognise=recognise,
    read=read,
    write=write,
    check=check,
    carries=EVERYTHING,
)
