"""Native JSONL, `source-annotator/1`: one line a layer, every line with the same keys in the same order."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import msgspec

from annotator.records import (
    Format,
    LabelsRecord,
    LayerRecord,
    Meta,
    NegativeRecord,
    Problem,
    Read,
    RelationRecord,
    SpanRecord,
)  # fmt: skip

_decode = msgspec.json.Decoder(LayerRecord).decode
_encode = msgspec.json.Encoder().encode
_ITEMS: dict[str, type[msgspec.Struct]] = {
    "spans": SpanRecord,
    "negatives": NegativeRecord,
    "relations": RelationRecord,
}


def recognise(beginning: bytes) -> bool:
    """Tell native JSONL by the schema that its first line names."""
    return beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"source-annotator/' in beginning


def read(path: Path) -> Iterator[Read]:
    """Yield the layers of a file, and a problem for every line or span that cannot be read."""
    position = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            position += len(line)
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            try:
                yield Read(_decode(line), number, position)
            except msgspec.DecodeError:
                yield from (Read(found, number, position) for found in _salvage(line, path.name, number))


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write one line a layer."""
    for layer in layers:
        out.write(_encode(layer))
        out.write(b"\n")


def _salvage(line: bytes, file: str, number: int) -> Iterator[LayerRecord | LabelsRecord | Problem]:
    """Read what can be read of a line that is not as it should be, and say what cannot."""

    def problem(what: str, item: Any = None, *, note: bool = False) -> Problem:
        name = item.get("id") if isinstance(item, dict) else None
        return Problem(file=file, line=number, id=name if isinstance(name, str) else None, what=what, note=note)

    try:
        raw = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        yield problem(f"not valid JSON ({error})")
        return
    if not isinstance(raw, dict):
        yield problem("not a JSON object")
        return
    if "labels" in raw and "text" not in raw:
        try:
            yield msgspec.convert(raw, LabelsRecord)
        except msgspec.ValidationError as error:
            yield problem(f"labels cannot be read ({error})")
        return
    for key, kind in _ITEMS.items():
        raw[key], problems, notes = _items(raw.get(key), kind)
        yield from (problem(what, item) for what, item in problems)
        yield from (problem(what, item, note=True) for what, item in notes)
    _keep_unknown(raw)
    try:
        yield msgspec.convert(raw, LayerRecord)
    except msgspec.ValidationError as error:
        yield problem(f"this line cannot be read ({error})", raw)


_Remark: TypeAlias = tuple[str, Any]  # what there is to say, and about which item


def _items(items: Any, kind: type[msgspec.Struct]) -> tuple[list[Any], list[_Remark], list[_Remark]]:
    """Return the items that can be read, what is wrong with the others, and keys that are not known."""
    if items is None:
        return [], [], []
    if not isinstance(items, list):
        return [], [("left out: spans, negatives and relations are lists", None)], []
    good: list[Any] = []
    problems: list[_Remark] = []
    notes: list[_Remark] = []
    for item in items:
        known, unknown = _split(item, kind)
        try:
            good.append(msgspec.to_builtins(msgspec.convert(known, kind)))
        except msgspec.ValidationError as error:
            problems.append((f"left out, it cannot be read ({error})", item))
            continue
        if unknown:
            notes.append((f"unknown keys left out: {', '.join(sorted(unknown))}", item))
    return good, problems, notes


def _split(item: Any, kind: type[msgspec.Struct]) -> tuple[Any, dict[str, Any]]:
    """Return the known and the unknown part of an object."""
    if not isinstance(item, dict):
        return item, {}
    names = set(kind.__struct_encode_fields__)
    return (
        {key: value for key, value in item.items() if key in names},
        {key: value for key, value in item.items() if key not in names},
    )


def _keep_unknown(raw: dict[str, Any]) -> None:
    """Move keys of a line, and of its `meta`, that are not known into `meta_json`."""
    known, unknown = _split(dict(raw), LayerRecord)
    meta, more = _split(known.get("meta") or {}, Meta)
    raw.clear()
    raw.update(known, meta=meta)
    if unknown or more:
        kept = msgspec.json.decode(known.get("meta_json") or "{}")
        raw["meta_json"] = _encode({**kept, **more, **unknown}).decode()


FORMAT = Format(
    name="jsonl",
    title="Source Annotator JSON Lines",
    suffixes=(".jsonl", ".ndjson"),
    recognise=recognise,
    read=read,
    write=write,
)
