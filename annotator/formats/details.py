"""What a layer says that another format has no place of its own for: as plain objects, and read from them."""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct, structs

from annotator.records import (
    LayerRecord,
    NegativeRecord,
    Problem,
    Read,
    RelationRecord,
    SpanRecord,
    Zone,
)  # fmt: skip
from annotator.text.units import UnitMap

KEY = "source-annotator"  # under which our own objects stand in the files of others
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # what decoding bad JSON may raise
WHOLE_CHARACTERS = "whole characters of the text, in UTF-16 units"
WHOLE = 1 << 28  # bytes of a file that is read at once because it has no lines
_OF_DOCUMENT = ("document", "language", "meta", "meta_json", "zones", "split", "group")
_OF_LAYER = ("annotator", "status", "round", "blind", "guideline", "relations")
_NOT_DETAILS = ("start", "end", "label", "text", "labels_all")  # a place, and what follows from it
_CONTROLS = dict.fromkeys(range(32), " ")

Object = dict[str, Any]


def of_document(layer: LayerRecord) -> Object:
    """Return what is said of a document beside its text."""
    return _said(layer, _OF_DOCUMENT)


def of_layer(layer: LayerRecord) -> Object:
    """Return what is said of a layer beside its annotations: whose it is, its state, relations."""
    return _said(layer, _OF_LAYER)


def _said(layer: LayerRecord, names: tuple[str, ...]) -> Object:
    found = {name: _without_nulls(msgspec.to_builtins(getattr(layer, name))) for name in names}
    return {name: value for name, value in found.items() if value not in (None, [], {}, "{}")}


def _without_nulls(value: Any) -> Any:
    return {key: inner for key, inner in value.items() if inner is not None} if isinstance(value, dict) else value


def of_annotation(item: SpanRecord | NegativeRecord) -> Object:
    """Return what is said of an annotation beside its place and its label."""
    found = msgspec.to_builtins(item)
    said = {key: value for key, value in found.items() if key not in _NOT_DETAILS and value not in (None, [])}
    if said.get("unsure") is False:
        del said["unsure"]
    for part in said.get("parts", ()):
        del part["text"]
    return said


@cache
def _types(kind: type[Struct]) -> dict[str, Any]:
    return {field.encode_name: field.type for field in structs.fields(kind)}


def taken(kind: type[Struct], found: Mapping[str, Any]) -> tuple[Object, Object]:
    """Return the values that fields of `kind` can take, and those that none can."""
    types = _types(kind)
    known, unknown = {}, {}
    for key, value in found.items():
        try:
            known[key] = msgspec.convert(value, types[key])
        except (KeyError, msgspec.ValidationError):
            unknown[key] = value
    return known, unknown


class Utf16:
    """From positions in UTF-16 units of a text to its code points; nothing is rounded."""

    def __init__(self, text: str) -> None:
        self._units = UnitMap(text)
        self._length = self._units.to_utf16(len(text))

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return a span in code points, or None where it does not lie in the text or splits a character."""
        if not 0 <= start < end <= self._length:
            return None
        place = self._units.to_codepoint(start), self._units.to_codepoint(end)
        is_exact = self._units.to_utf16(place[0]) == start and self._units.to_utf16(place[1]) == end
        return place if is_exact else None

    def of(self, position: int) -> int:
        """Return the UTF-16 position of a code point."""
        return self._units.to_utf16(position)


class Draft:
    """A layer that is being read, and what was wrong with it."""

    def __init__(self, text: str, file: str, line: int | None = None) -> None:
        self.layer = LayerRecord(schema_name="source-annotator/1", text=text)
        self._file, self._line = file, line
        self._problems: list[Problem] = []

    def report(
        self,
        what: str,
        uid: object = None,
        expected: str | None = None,
        found: str | None = None,
        *,
        line: int | None = None,
    ) -> None:
        """Say that something was left out; `line` is its own, where that is not the layer's."""
        subject = None if uid is None else str(uid)
        where = self._line if line is None else line
        self._problems.append(
            Problem(file=self._file, line=where, id=subject, what=what, expected=expected, found=found)
        )

    def note(self, what: str, uid: object = None) -> None:
        """Say something of which nothing was left out."""
        subject = None if uid is None else str(uid)
        self._problems.append(Problem(file=self._file, line=self._line, id=subject, what=what, note=True))

    def describe(self, said: Any) -> None:
        """Take what `of_document` or `of_layer` returned; what is none of it goes into the metadata."""
        if not isinstance(said, dict):
            return
        known, unknown = taken(LayerRecord, {key: said[key] for key in said if key in (*_OF_DOCUMENT, *_OF_LAYER)})
        for key, value in known.items():
            setattr(self.layer, key, value)
        unknown |= {key: said[key] for key in said if key not in known}
        self.keep(unknown)

    def keep(self, more: Mapping[str, Any]) -> None:
        """Keep what a file says of a document and we have no word for."""
        if not more:
            return
        try:
            old = msgspec.json.decode(self.layer.meta_json, type=Object)
            self.layer.meta_json = msgspec.json.encode({**old, **more}).decode()
        except (*UNREADABLE, TypeError, UnicodeEncodeError):
            self.note(f"what it says of the document was left out: {', '.join(map(str, more))}")

    def place(self, start: Any, end: Any, uid: object = None) -> tuple[int, int] | None:
        """Return a span of the text, in code points; None, which is reported, where it is not one."""
        length = len(self.layer.text)
        if type(start) is type(end) is int and 0 <= start < end <= length:
            return start, end
        self.report("left out: its span is not one", uid, f"0 <= start < end <= {length}", f"{start} to {end}"[:80])
        return None

    def add(
        self,
        place: tuple[int, int],
        label: str | None,
        said: Mapping[str, Any],
        *,
        uid: str | None = None,
        subject: object = None,
    ) -> None:
        """Add an annotation at a place that fits; without a label it is a negative.

        `said` are its features: those that are ours are taken, the others are named in a note.
        """
        kind: type[SpanRecord | NegativeRecord] = NegativeRecord if label is None else SpanRecord
        known, unknown = taken(kind, {key: said[key] for key in said if key not in _NOT_DETAILS})
        start, end = place
        known |= {"start": start, "end": end, "text": self.layer.text[start:end]}
        if uid is not None:
            known["id"] = uid
        left_out = sorted(key for key in unknown if said[key] is not None)
        if left_out:
            self.note(
                f"features left out: {', '.join(left_out)}".translate(_CONTROLS), uid if subject is None else subject
            )
        if label is None:
            self.layer.negatives.append(NegativeRecord(**known))
        else:
            self.layer.spans.append(SpanRecord(label=label, **known))

    def relate(self, kind: str, source: str, target: str) -> None:
        self.layer.relations.append(RelationRecord(type=kind, source=source, target=target))

    def reads(self, position: int = 0) -> Iterator[Read]:
        """Yield what was wrong, and the layer."""
        length = len(self.layer.text)
        good = [zone for zone in self.layer.zones if _is_within(zone, length)]
        if len(good) < len(self.layer.zones):
            self.report("zones left out: they are not spans of the text")
            self.layer.zones = good
        for problem in self._problems:
            yield Read(problem, self._line, position)
        yield Read(self.layer, self._line, position)


def _is_within(zone: Zone, length: int) -> bool:
    return 0 <= zone.start < zone.end <= length


def qualified(text: str, *names: object) -> str:
    """Return an id for something that a file names in one document only, such as `T1`; the same every time."""
    return blake2b("\0".join([*map(str, names), text]).encode("utf-8", "replace"), digest_size=12).hexdigest()


def file_name(name: str, taken: set[str]) -> str:
    """Return a name that every file system takes, like `name`, and that is none of those taken, which it joins."""
    plain = "".join(char if char.isalnum() or char in " -_.,()" else "_" for char in name)[:80].strip(" .") or "_"
    unique, number = plain, 1
    while unique.casefold() in taken:
        number += 1
        unique = f"{plain} {number}"
    taken.add(unique.casefold())
    return unique


def objects(path: Path) -> Iterator[tuple[Object | str, int | None, int]]:
    """Yield the JSON objects of a file with their lines and how many bytes were read, or what is wrong, as a text.

    The file is JSON Lines, one object, or an array, which is read line by line where it has one object on each.
    """
    with path.open("rb") as lines:
        first = lines.readline(WHOLE).removeprefix(b"\xef\xbb\xbf").strip()
        if first == b"[":
            first = lines.readline(WHOLE).strip().removesuffix(b",")
        lines.seek(0)
        if _decoded(first):
            yield from _by_line(lines)
            return
        if path.stat().st_size > WHOLE:
            yield f"more than {WHOLE >> 20} MB that are not one object a line; write it as JSON Lines", None, 0
            return
        data = lines.read().removeprefix(b"\xef\xbb\xbf")
    try:
        found = msgspec.json.decode(data, type=list[msgspec.Raw] | Object)
    except UNREADABLE as error:
        yield f"not valid JSON ({error})", None, len(data)
        return
    for raw in found if isinstance(found, list) else [found]:
        item = raw if isinstance(raw, dict) else _decoded(bytes(raw))
        yield item or "not a JSON object", None, len(data)


def _by_line(lines: BinaryIO) -> Iterator[tuple[Object | str, int | None, int]]:
    position = 0
    for number, line in enumerate(iter(partial(lines.readline, WHOLE), b""), 1):
        position += len(line)
        if len(line) == WHOLE:
            yield f"a line of more than {WHOLE >> 20} MB; nothing after it was read", number, position
            return
        line = line.removeprefix(b"\xef\xbb\xbf").strip().removesuffix(b",")
        if line in (b"", b"[", b"]"):
            continue
        yield _decoded(line) or "not a JSON object, or not whole", number, position


def _decoded(line: bytes) -> Object | None:
    try:
        found: Object = msgspec.json.decode(line, type=Object)
    except UNREADABLE:
        return None
    return found


def first_keys(path: Path, beginning: bytes) -> frozenset[str]:
    """Return the keys of the first JSON object of a file; none where it does not begin with one."""
    if not beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return frozenset()
    for found, _, _ in objects(path):
        return frozenset(found) if isinstance(found, dict) else frozenset()
    return frozenset()
