"""Whether a file that was read back says what was to be written, as far as its format carries it."""

from collections.abc import Iterable
from typing import Any

import msgspec

from annotator.records import AnnotatorRecord, Carried, LayerRecord, NegativeRecord, SpanRecord

Kept = tuple[Any, ...]
_ATTRIBUTES = ("identity", "source", "confidence", "unsure", "runner_up", "note", "score", "taken_from", "reason")


def kept(layer: LayerRecord, carries: frozenset[Carried], left_out: Iterable[str | None] = ()) -> Kept:
    """Return what a format keeps of a layer, as plain values; equal for two layers that say the same in it.

    `left_out` are the ids of annotations that are named as lost.
    """
    gone = set(left_out) - {None}
    spans = [span for span in layer.spans if span.id not in gone]
    negatives = [each for each in layer.negatives if each.id not in gone] if "negatives" in carries else []
    items: list[SpanRecord | NegativeRecord] = [*spans, *negatives]
    place = {item.id: _place(item, layer.text, carries) for item in items if item.id}
    return (
        layer.text if "text" in carries else " ".join(layer.text.split()),
        _who(layer.annotator) if "annotators" in carries else None,
        (layer.status, layer.round, layer.blind, layer.guideline) if "states" in carries else None,
        _metadata(layer) if "metadata" in carries else None,
        sorted((zone.kind, zone.start, zone.end) for zone in layer.zones) if "zones" in carries else None,
        layer.split if "split" in carries else None,
        sorted((_span(span, layer.text, carries) for span in spans), key=repr),
        sorted((_negative(each, layer.text, carries) for each in negatives), key=repr),
        _relations(layer, place) if "relations" in carries else None,
    )


def _metadata(layer: LayerRecord) -> Kept:
    return (layer.document, layer.language, layer.meta, msgspec.json.decode(layer.meta_json))


def _who(annotator: AnnotatorRecord | None) -> tuple[str, str] | None:
    return (annotator.name, annotator.kind) if annotator else None


def _place(item: SpanRecord | NegativeRecord, text: str, carries: frozenset[Carried]) -> Kept:
    """Return where an annotation is: its offsets, or its words where the text is not kept exactly."""
    passage = text[item.start : item.end]
    where: Kept = (item.start, item.end, passage) if "text" in carries else (" ".join(passage.split()),)
    return (*where, item.label if isinstance(item, SpanRecord) else None)


def _span(span: SpanRecord, text: str, carries: frozenset[Carried]) -> Kept:
    attributes = tuple(getattr(span, name) for name in _ATTRIBUTES) if "attributes" in carries else None
    parts = sorted((part.role, part.start, part.end) for part in span.parts) if "parts" in carries else None
    return (*_place(span, text, carries), span.id if "ids" in carries else None, attributes, parts)


def _negative(negative: NegativeRecord, text: str, carries: frozenset[Carried]) -> Kept:
    return (
        *_place(negative, text, carries),
        negative.id if "ids" in carries else None,
        negative.kind,
        negative.reason,
    )


def _relations(layer: LayerRecord, place: dict[str, Kept]) -> list[Kept]:
    """Return relations by the places that they join: ids need not be kept."""
    found = (
        (relation.type, place[relation.source], place[relation.target])
        for relation in layer.relations
        if relation.source in place and relation.target in place
    )
    return sorted(found, key=repr)
