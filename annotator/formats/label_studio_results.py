"""The `result` of a Label Studio annotation: regions with labels, what is said of each region, and relations."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from msgspec import UNSET, Struct, UnsetType

from annotator.formats.extension import Remarks, between_spans
from annotator.formats.units import Unit, Units
from annotator.records import Confidence, Identity, LayerRecord, SpanRecord

_OF_REGION = {"id", "from_name", "to_name", "type", "value", "origin", "score", "meta", "readonly", "hidden", "locked"}
_OF_VALUE = {"start", "end", "text", "labels", "hypertextlabels", "globalOffsets", "startOffset", "endOffset"}
_ONE_OF = {"identity": get_args(Identity), "confidence": get_args(Confidence)}
_SPACE = re.compile(r"(?:\s|\\n)+")
_FREE = ("source", "note", "reason")


class _Region(Struct, frozen=True):
    """A region as the file has it: `start` and `end` in a unit that its quotation may tell."""

    id: str | None
    start: Any
    end: Any
    quote: str | None
    labels: list[str]
    score: float | None
    note: str | None


_OfRegion = dict[str, list[int]]  # which of the spans a region became


class _Reading(Struct, frozen=True):
    """A text, the unit that a person chose, whether we wrote it, and where remarks go."""

    text: str
    units: Units
    chosen: str
    is_ours: bool
    remarks: Remarks


def read_result(
    annotation: dict[str, Any], text: str, unit: str, remarks: Remarks, *, is_ours: bool = False
) -> tuple[list[SpanRecord], list[tuple[str, int, int]]]:
    """Return the spans of an annotation or a prediction, and relations: type, and which of the spans each end is.

    A prediction's score is that of each region without one. Positions are those of `unit`; where it is `auto`, of
    the unit in which a region's quotation is found, else of the unit that most of the result has. Where no quotation
    tells, they count UTF-16 units, which is said unless the file is `is_ours`, written by this program.
    """
    result = annotation.get("result")
    items = [each for each in result if isinstance(each, dict)] if isinstance(result, list) else []
    if not isinstance(result, list) or len(items) < len(result):
        remarks.left_out("left out: results that cannot be read", "a list of objects", result)
    reading = _Reading(text, Units(text), unit, is_ours, remarks)
    score = _number(annotation.get("score"))
    kinds = [_kind(each) for each in items]
    raw = [each for kind, each in zip(kinds, items, strict=True) if kind == "region"]
    regions = [region for each in raw if (region := _region(each, score, remarks))]
    remarks.note_unknown(_unknown_keys(raw))
    common = _common_unit(regions, reading)
    spans: list[SpanRecord] = []
    of_region: _OfRegion = {}
    for region in regions:
        begin = len(spans)
        spans += _spans(region, common, reading)
        if region.id is not None and len(spans) > begin:
            of_region.setdefault(region.id, []).extend(range(begin, len(spans)))
    for kind, each in zip(kinds, items, strict=True):
        if kind not in ("region", "relation"):
            _say(each, [spans[at] for at in of_region.get(str(each.get("id")), ())], remarks)
    links = list(_links(items, of_region, remarks))
    return spans, links


def _unknown_keys(regions: list[dict[str, Any]]) -> set[str]:
    unknown: set[str] = set()
    for each in regions:
        value = each.get("value")
        unknown |= each.keys() - _OF_REGION
        if isinstance(value, dict):
            unknown |= value.keys() - _OF_VALUE
    return unknown


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _kind(item: dict[str, Any]) -> str:
    """Return what an item is: "relation", "region", or what it says of a region or of the article."""
    kind, value = str(item.get("type")), item.get("value")
    return "region" if kind.endswith("labels") or (isinstance(value, dict) and "labels" in value) else kind


def _region(item: dict[str, Any], score: float | None, remarks: Remarks) -> _Region | None:
    value, kind = item.get("value"), str(item.get("type"))
    labels = value.get("labels", value.get(kind)) if isinstance(value, dict) else None
    is_labelled = isinstance(labels, list) and labels and all(isinstance(label, str) for label in labels)
    if not isinstance(value, dict) or not isinstance(labels, list) or not is_labelled:
        remarks.left_out("left out: a region without a label", "a value with labels", item)
        return None
    offsets = value.get("globalOffsets")
    where = offsets if isinstance(offsets, dict) else value
    quote, own_id, own = value.get("text"), item.get("id"), _number(item.get("score"))
    return _Region(
        id=own_id if isinstance(own_id, str) else None,
        start=where.get("start"),
        end=where.get("end"),
        quote=quote if isinstance(quote, str) else None,
        labels=labels,
        score=score if own is None else own,
        note=_note(item.get("meta")),
    )


def _note(meta: Any) -> str | None:
    """Return what an annotator wrote beside a region."""
    said = meta.get("text") if isinstance(meta, dict) else None
    return _joined(said) if said else None


def _joined(values: Any) -> str:
    listed = values if isinstance(values, list) else [values]
    return ", ".join(" > ".join(map(str, each)) if isinstance(each, list) else str(each) for each in listed if each)


# --- Positions --------------------------------------------------------------------------------------


def _common_unit(regions: list[_Region], reading: _Reading) -> Unit:
    """Return the unit in which the quotations are found; that of the browser where that does not tell."""
    if reading.chosen != "auto":
        return "codepoint" if reading.chosen == "codepoint" else "utf16"
    if reading.units.is_same:
        return "utf16"
    told = [unit for region in regions if (unit := _own_unit(region, reading))]
    if (
        not told
        and not reading.is_ours
        and any(type(each.end) is int and reading.units.differs(each.end) for each in regions)
    ):
        reading.remarks.note("no quotation tells what positions count: they were read as UTF-16 units (option units)")
    return "codepoint" if told.count("codepoint") > told.count("utf16") else "utf16"


def _own_unit(region: _Region, reading: _Reading) -> Unit | None:
    """Return the only unit in which the quotation of a region is found."""
    if region.quote is None:
        return None
    units: tuple[Unit, Unit] = ("utf16", "codepoint")
    found = [unit for unit in units if (at := _place(region, unit, reading.units)) and _is_quote(region, at, reading)]
    return found[0] if len(found) == 1 else None


def _place(region: _Region, unit: Unit, units: Units) -> tuple[int, int] | None:
    if type(region.start) is not int or type(region.end) is not int:
        return None
    start, end = units.codepoint(region.start, unit), units.codepoint(region.end, unit)
    return (start, end) if start is not None and end is not None and start < end else None


def _is_quote(region: _Region, at: tuple[int, int], reading: _Reading) -> bool:
    """Whether a region covers what it quotes, in which a browser changes white space and escapes line ends."""
    passage = reading.text[at[0] : at[1]]
    return region.quote in (None, passage) or _spaced(region.quote or "") == _spaced(passage)


def _spaced(passage: str) -> str:
    return _SPACE.sub(" ", passage)


def _spans(region: _Region, common: Unit, reading: _Reading) -> list[SpanRecord]:
    """Return a span for each label of a region, none where its place cannot be right."""
    unit = common
    if reading.chosen == "auto" and not reading.units.is_same:
        unit = _own_unit(region, reading) or common
    at = _place(region, unit, reading.units)
    if at is None:
        expected = f"positions from 0 to {reading.units.length16 if unit == 'utf16' else len(reading.text)}"
        reading.remarks.left_out(f"left out: {_named(region)}", expected, [region.start, region.end])
        return []
    passage = reading.text[at[0] : at[1]]
    if not _is_quote(region, at, reading):
        what = f"left out: {_named(region)}, its text is not at {region.start} to {region.end}"
        reading.remarks.left_out(what, repr(region.quote), passage)
        return []
    return [
        SpanRecord(
            start=at[0], end=at[1], label=label, text=passage if region.quote else None, score=region.score,
            note=region.note,
        )
        for label in region.labels
    ]  # fmt: skip


def _named(region: _Region) -> str:
    return f"region {region.id}" if region.id else f"a region of “{_joined(region.labels)}”"


# --- What is said of a region, and relations --------------------------------------------------------


def _say(item: dict[str, Any], spans: list[SpanRecord], remarks: Remarks) -> None:
    """Give a region's spans what choices, text areas and the like say of it: an attribute of that name, else a note."""
    value = item.get("value")
    said = value.get(_kind(item), value.get("text")) if isinstance(value, dict) else value
    name, passage = str(item.get("from_name") or _kind(item)), _joined(said)
    if not spans:
        remarks.note(f"“{name}: {passage}”, said of no region, was left out")
    for span in spans:
        is_free = name in _FREE and getattr(span, name) is None
        if is_free or passage in _ONE_OF.get(name, ()):
            setattr(span, name, passage)
        else:
            span.note = "\n".join(filter(None, [span.note, f"{name}: {passage}"]))


def _links(items: list[dict[str, Any]], of_region: _OfRegion, remarks: Remarks) -> Iterator[tuple[str, int, int]]:
    for each in items:
        if each.get("type") != "relation":
            continue
        ends = [each.get("from_id"), each.get("to_id")]
        if not all(isinstance(end, str) and end in of_region for end in ends):
            remarks.left_out("relation left out", "from_id and to_id of regions of the annotation", ends)
            continue
        source, target = (of_region[str(end)][0] for end in ends)
        kind = _joined(each.get("labels")) or "relation"
        if each.get("direction") != "left":
            yield kind, source, target
        if each.get("direction") in ("left", "bi"):
            yield kind, target, source


# --- Out ----------------------------------------------------------------------------------------------


class _Value(Struct):
    start: int
    end: int
    text: str
    labels: list[str]


class Region(Struct, kw_only=True):
    """A labelled region, as the tags `<Labels name="label" toName="text">` and `<Text name="text">` have it."""

    id: str
    from_name: str = "label"
    to_name: str = "text"
    type: str = "labels"
    origin: str = "manual"
    value: _Value
    score: float | UnsetType = UNSET


class Link(Struct, kw_only=True):
    """A relation between two regions."""

    from_id: str
    to_id: str
    type: str = "relation"
    direction: str = "right"
    labels: list[str]


def result(layer: LayerRecord, units: Units) -> list[Region | Link]:
    """Return the regions of a layer, positions in UTF-16 units, and the relations between them."""
    is_model = layer.annotator is not None and layer.annotator.kind == "model"
    regions = [
        Region(
            id=span.id or f"region {number}",
            origin="prediction" if is_model else "manual",
            value=_Value(
                units.utf16(span.start), units.utf16(span.end), layer.text[span.start : span.end], [span.label]
            ),
            score=UNSET if span.score is None else span.score,
        )
        for number, span in enumerate(layer.spans)
    ]
    links = [
        Link(from_id=regions[source].id, to_id=regions[target].id, labels=[kind])
        for kind, source, target in between_spans(layer)
    ]
    return [*regions, *links]
