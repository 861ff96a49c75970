"""Labels and annotators that another tool named otherwise: what becomes of them on the way in."""

import re
from collections.abc import Collection, Mapping

from annotator.records import AnnotatorRecord, Kind, LayerRecord

# How others call our labels, in small letters without spaces and punctuation.
_OTHERWISE = {
    "anonymous-source": (
        "anon", "anonymous", "anonymoussource", "anonsource", "unnamed", "unnamedindividual", "unnamedsource",
        "unnamedgroup", "unidentified", "confidential", "confidentialsource", "background",
    ),
    "on-record": (
        "onrecord", "ontherecord", "onrec", "record", "named", "namedindividual", "namedsource", "namedgroup",
        "attributed", "quote", "statement",
    ),
    "denial": ("denial", "denials", "deny", "denied", "denies", "rebuttal", "refutation", "rejection"),
    "non-comment": (
        "noncomment", "nocomment", "declined", "declinedcomment", "declinedtocomment", "decline", "refusal",
        "noresponse", "noreply", "unreachable",
    ),
}  # fmt: skip
_KEYS = {name: key for key, names in _OTHERWISE.items() for name in names}


def guess(label: str, labels: Collection[str]) -> str | None:
    """Return the label of the project that another tool's label probably is, or None."""
    said = _plain(label)
    own = {_plain(key): key for key in labels}
    if said in own:
        return own[said]
    key = _KEYS.get(said)
    return key if key in labels else None


def _plain(label: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"^[BI]-", "", label)).casefold()


def apply(
    layer: LayerRecord, labels: Mapping[str, str], annotators: Mapping[str, str], kind: Kind | None
) -> LayerRecord:
    """Rename the labels and the annotator of a layer, and give its annotator another kind."""
    for span in layer.spans:
        span.label = labels.get(span.label, span.label)
        if span.runner_up is not None:
            span.runner_up = labels.get(span.runner_up, span.runner_up)
    who = layer.annotator
    if who:
        name = annotators.get(who.name, who.name)
        is_other = name != who.name or kind not in (None, who.kind)
        layer.annotator = AnnotatorRecord(id=None if is_other else who.id, name=name, kind=kind or who.kind)
    return layer
