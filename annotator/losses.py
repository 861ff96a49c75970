"""What a format cannot carry of a layer, said before anything is written."""

from collections.abc import Iterable, Iterator
from functools import partial

from annotator.records import EVERYTHING, Format, LayerRecord, Loss, Lost, Meta, NegativeRecord, SpanRecord

_ATTRIBUTES = ("identity", "source", "confidence", "unsure", "runner_up", "note", "score", "taken_from", "reason")


def can_lose(target: Format) -> bool:
    """Whether there are layers of which a format does not carry all."""
    return target.carries != EVERYTHING or target.losses is not None


def losses(target: Format, layer: LayerRecord) -> Iterator[Loss]:
    """Yield every loss of a layer in a format, in the order of the layer; nothing where the format carries it all."""
    lost = partial(Loss, document=layer.document, annotator=layer.annotator.name if layer.annotator else None)
    missing = {what for what in _FINDERS if what not in target.carries}
    for what, find in _FINDERS.items():
        if what in missing:
            for phrase, uid, kind in find(layer):
                yield lost(what=phrase, id=uid, lost=kind)
    if target.losses:
        yield from target.losses(layer)


_Found = Iterator[tuple[str, str | None, Lost]]


def _annotators(layer: LayerRecord) -> _Found:
    if layer.annotator:
        yield "the annotator’s name", None, "detail"


def _states(layer: LayerRecord) -> _Found:
    if layer.status is not None:
        yield "the state of the layer (status, round, blind, guideline)", None, "detail"


def _empty(layer: LayerRecord) -> _Found:
    if layer.status is not None and not layer.spans:
        yield "that the layer has no spans", None, "detail"


def _attributes(layer: LayerRecord) -> _Found:
    for span in layer.spans:
        if named := said_attributes(span):
            yield f"attributes: {', '.join(named)}", span.id, "detail"


def said_attributes(span: SpanRecord) -> list[str]:
    """Return the names of the attributes that a span has a value of, in words."""
    return [name.replace("_", " ") for name in _ATTRIBUTES if getattr(span, name) not in (None, False)]


def _parts(layer: LayerRecord) -> _Found:
    return (("its parts", span.id, "detail") for span in layer.spans if span.parts)


def _relations(layer: LayerRecord) -> _Found:
    return ((f"relation “{relation.type}”", relation.source, "detail") for relation in layer.relations)


def _negatives(layer: LayerRecord) -> _Found:
    return (("a negative", negative.id, "negative") for negative in layer.negatives)


def _metadata(layer: LayerRecord) -> _Found:
    if layer.meta != Meta() or layer.meta_json != "{}" or layer.language:
        yield "the article’s metadata", None, "detail"


def _zones(layer: LayerRecord) -> _Found:
    if layer.zones:
        yield "zones: headline, dek, caption", None, "detail"


def _ids(layer: LayerRecord) -> _Found:
    items: list[SpanRecord | NegativeRecord] = [*layer.spans, *layer.negatives]
    return (("its id", item.id, "detail") for item in items if item.id)


def _text(layer: LayerRecord) -> _Found:
    if layer.text != " ".join(layer.text.split()):
        yield "white space of the text as it was", None, "detail"


# "overlap" and "split" have no entry: a format that does not carry overlap says itself which span gives way,
# and a split is told by the name of the file where no record of it is kept.
_FINDERS = {
    "text": _text,
    "annotators": _annotators,
    "states": _states,
    "empty": _empty,
    "metadata": _metadata,
    "zones": _zones,
    "ids": _ids,
    "attributes": _attributes,
    "parts": _parts,
    "relations": _relations,
    "negatives": _negatives,
}


def left_out(found: Iterable[Loss]) -> set[str | None]:
    """Return the ids of the annotations that are not written at all."""
    return {loss.id for loss in found if loss.lost != "detail"}
