"""Check a record against its own text and the labels of a project, before it may come in."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from annotator import text
from annotator.records import NO_PLACES, LayerRecord, NegativeRecord, SpanRecord

Item = TypeVar("Item", SpanRecord, NegativeRecord)
EXCERPT = 60  # code points of a text in a message


class Finding(NamedTuple):
    """What was left out of a record, or for a note just changed; `id` is that of a span."""

    id: str | None
    what: str
    expected: str | None = None
    found: str | None = None
    note: bool = False


class Checked(NamedTuple):
    """The hash of the record's text, or None where the record must stay out, and what there is to say."""

    sha256: str | None
    findings: list[Finding]


class _Findings(list[Finding]):
    """What there is to say of a record, whose spans are named by their id, or by their place in its lists."""

    def __init__(self, layer: LayerRecord, places: Mapping[str, Sequence[int]]) -> None:
        super().__init__()
        self._lists: dict[str, list[Any]] = {"spans": layer.spans, "negatives": layer.negatives}
        self._places = places
        self._names: dict[int, str] = {}  # by the identity of the item

    def of(
        self,
        item: SpanRecord | NegativeRecord,
        what: str,
        expected: str | None = None,
        found: str | None = None,
        *,
        note: bool = False,
    ) -> None:
        self.append(Finding(item.id or self._name(item), what, expected, found, note))

    def _name(self, item: SpanRecord | NegativeRecord) -> str:
        if not self._names:
            for kind, items in self._lists.items():
                places = self._places.get(kind, range(len(items)))
                self._names |= {id(each): f"{kind}[{place}]" for place, each in zip(places, items, strict=True)}
        return self._names[id(item)]


def check(layer: LayerRecord, labels: frozenset[str], places: Mapping[str, Sequence[int]] = NO_PLACES) -> Checked:
    """Take out of `layer` what cannot be right, and say what that was.

    Offsets are compared with the text exactly as the file has it, code point for code point. `places` are those of
    the spans and negatives in the lists of the file, if they are others than in the record.
    """
    try:
        cleaned, nuls = text.clean(layer.text)
    except UnicodeError:
        return Checked(None, [Finding(layer.document, "left out: its text holds half a character (a lone surrogate)")])
    if not layer.text.strip():
        return Checked(None, [Finding(layer.document, "left out: its text is empty")])
    own = text.sha256(layer.text)
    if layer.sha256 not in (None, own):
        what = "left out: its sha256 is not that of its text, so its offsets cannot be trusted"
        return Checked(None, [Finding(layer.document, what, layer.sha256, own)])
    if layer.annotator and not is_name(layer.annotator.name):
        return Checked(None, [Finding(layer.document, "left out: its annotator has no name")])
    findings = _Findings(layer, places)
    _check_meta(layer, findings)
    _check_zones(layer, findings)
    _check_ids(layer, findings)
    layer.spans = _check_labels(_check_items(layer.text, layer.spans, findings), labels, findings)
    layer.negatives = _check_items(layer.text, layer.negatives, findings)
    _check_parts(layer, findings)
    if layer.relations:
        _check_relations(layer, findings)
    if nuls:
        layer.text = cleaned
        findings.append(Finding(layer.document, f"{nuls} NUL characters became U+FFFD", note=True))
        own = text.sha256(cleaned)
    return Checked(own, findings)


def _check_meta(layer: LayerRecord, findings: _Findings) -> None:
    if layer.meta_json == "{}":
        return
    try:
        layer.meta_json = layer.meta_json.strip()
        msgspec.json.decode(layer.meta_json, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        what = "its meta_json was left out"
        findings.append(Finding(layer.document, what, "a JSON object", excerpt(layer.meta_json)))
        layer.meta_json = "{}"


def _check_ids(layer: LayerRecord, findings: _Findings) -> None:
    """Leave out what has the id of something before it in the line: an id stands for one annotation."""
    items: list[SpanRecord | NegativeRecord] = [*layer.spans, *layer.negatives]
    for item in items:
        if item.id and not is_name(item.id):
            item.id = None
    met: set[str] = set()

    def is_first(item: SpanRecord | NegativeRecord) -> bool:
        if not item.id:
            return True
        if item.id in met:
            findings.of(item, "left out: its id stands for another span of this line")
            return False
        met.add(item.id)
        return True

    layer.spans = [span for span in layer.spans if is_first(span)]
    layer.negatives = [negative for negative in layer.negatives if is_first(negative)]


def _check_items(article: str, items: list[Item], findings: _Findings) -> list[Item]:
    """Return the items whose span lies within the text and covers the text that they name."""
    length = len(article)
    good = []
    for item in items:
        start, end = item.start, item.end
        if not 0 <= start < end <= length:
            expected = f"0 <= start < end <= {length}"
            findings.of(item, "left out: its span is not one", expected, f"{start} to {end}")
        elif item.text is not None and article[start:end] != item.text:
            what = f"left out: its text is not at {start} to {end}"
            findings.of(item, what, excerpt(item.text), excerpt(article[start:end]))
        else:
            good.append(item)
    return good


def _check_labels(spans: list[SpanRecord], labels: frozenset[str], findings: _Findings) -> list[SpanRecord]:
    for span in spans:
        if span.label not in labels:
            expected = "one of " + ", ".join(sorted(labels))
            findings.of(span, "left out: its label is not in this project", expected, span.label)
        elif span.runner_up is not None and span.runner_up not in labels:
            findings.of(span, f"its runner-up label “{span.runner_up}” was left out", note=True)
            span.runner_up = None
    return [span for span in spans if span.label in labels]


def _check_parts(layer: LayerRecord, findings: _Findings) -> None:
    length = len(layer.text)
    for span in layer.spans:
        for part in span.parts:
            if not 0 <= part.start < part.end <= length:
                found = f"{part.start} to {part.end}"
                findings.of(span, f"part “{part.role}” left out", "a span of the text", found)
            elif part.text is not None and layer.text[part.start : part.end] != part.text:
                found = excerpt(layer.text[part.start : part.end])
                findings.of(span, f"part “{part.role}” left out", excerpt(part.text), found)
            else:
                continue
            span.parts = [other for other in span.parts if other is not part]


def _check_relations(layer: LayerRecord, findings: _Findings) -> None:
    ids = {item.id for item in layer.spans} | {item.id for item in layer.negatives}
    for relation in layer.relations:
        if relation.source not in ids or relation.target not in ids:
            missing = relation.target if relation.source in ids else relation.source
            what = f"relation “{relation.type}” left out: “{missing}” is not in this line"
            findings.append(Finding(relation.source, what))
    layer.relations = [each for each in layer.relations if each.source in ids and each.target in ids]


def _check_zones(layer: LayerRecord, findings: _Findings) -> None:
    length = len(layer.text)
    for zone in layer.zones:
        if not 0 <= zone.start < zone.end <= length:
            found = f"{zone.start} to {zone.end}"
            findings.append(Finding(layer.document, f"zone “{zone.kind}” left out", "a span of the text", found))
    layer.zones = [zone for zone in layer.zones if 0 <= zone.start < zone.end <= length]


def is_name(name: str) -> bool:
    """Whether something can be called that: a database takes NUL for the end of a text."""
    return bool(name.strip()) and "\0" not in name


def excerpt(passage: str) -> str:
    """Return a passage for a message: quoted, control characters visible, cut when long."""
    shown = passage if len(passage) <= EXCERPT else passage[: EXCERPT - 1] + "…"
    return repr(shown)
