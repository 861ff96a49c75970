"""Sentences that look as though somebody speaks in them, and that a finished layer left untagged."""

from hashlib import blake2b

from annotator.records import LayerRecord, NegativeRecord
from annotator.text import DocumentText
from annotator.text.ranges import Ranges


def added(layer: LayerRecord) -> LayerRecord:
    """Add a negative for each sentence with a cue or a quotation that no annotation of a finished layer touches."""
    if layer.status != "finished":
        return layer
    text = DocumentText(layer.text)
    tagged = Ranges([(item.start, item.end) for items in (layer.spans, layer.negatives) for item in items])
    quotations = Ranges(text.quotations)
    for start, end in text.sentences:
        if tagged.meet(start, end):
            continue
        has_cue = text.has_cue((start, end))
        if has_cue or quotations.meet(start, end):
            kind = "untagged cue" if has_cue else "untagged quotation"
            layer.negatives.append(
                NegativeRecord(id=_id(layer, start, end), start=start, end=end, text=layer.text[start:end], kind=kind)
            )
    layer.negatives.sort(key=lambda each: (each.start, each.end, each.id or ""))
    return layer


def _id(layer: LayerRecord, start: int, end: int) -> str:
    who = (layer.annotator and (layer.annotator.id or layer.annotator.name)) or ""
    return blake2b(f"untagged\0{layer.sha256}\0{who}\0{start}\0{end}".encode(), digest_size=16).hexdigest()
