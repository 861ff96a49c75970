"""What other tools' formats have no place for: one object of ours, under a key that those tools carry along.

It is `source_annotator` of a record (in Label Studio of a task's data), and holds what a line of native
JSONL holds but the text, positions in code points. The tool's own spans stay the truth: an annotation is
described by it only where the span and its label still are as they were written.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct, structs

from annotator.records import (
    AnnotatorRecord,
    LayerRecord,
    Meta,
    NegativeRecord,
    Problem,
    RelationRecord,
    Round,
    SpanRecord,
    Status,
    Zone,
)

KEY = "source_annotator"
META = tuple(Meta.__struct_fields__)
_encode = msgspec.json.Encoder().encode


class _Brief(SpanRecord, omit_defaults=True, kw_only=True):
    """A span that is written without what it does not say."""


_BRIEF = [name for name in SpanRecord.__struct_fields__ if name not in ("text", "labels_all")]  # those are derived


class Extension(Struct, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """What a layer holds beside its text; `relations` only those that the format itself cannot express."""

    sha256: str | None = None
    document: str | None = None
    language: str | None = None
    meta: Meta | None = None
    meta_json: str = "{}"
    zones: list[Zone] = []
    annotator: AnnotatorRecord | None = None
    status: Status | None = None
    round: Round | None = None
    blind: bool | None = None
    guideline: str | None = None
    split: str | None = None
    group: str | None = None
    spans: Sequence[SpanRecord] = []
    negatives: list[NegativeRecord] = []
    relations: list[RelationRecord] = []


class Remarks:
    """What there is to say of one record of a file."""

    def __init__(self, file: str, line: int | None, subject: str | None = None) -> None:
        self.problems: list[Problem] = []
        self._file, self._line, self.subject = file, line, subject

    def left_out(self, what: str, expected: str | None = None, found: object = None) -> None:
        shown = None if expected is None else repr(found)
        self.problems.append(
            Problem(file=self._file, line=self._line, id=self.subject, what=what, expected=expected, found=shown)
        )

    def note(self, what: str) -> None:
        self.problems.append(Problem(file=self._file, line=self._line, id=self.subject, what=what, note=True))

    def note_unknown(self, keys: Iterable[str]) -> None:
        if unknown := sorted(set(keys)):
            self.note(f"unknown keys of its spans were left out: {', '.join(unknown)}")


def is_begun(layer: LayerRecord) -> bool:
    """Whether a record is somebody's layer, not only a document."""
    return bool(layer.annotator or layer.status or layer.spans or layer.negatives)


def _brief(span: SpanRecord) -> _Brief:
    return _Brief(**{name: getattr(span, name) for name in _BRIEF})


def extension(layer: LayerRecord, *, with_meta: bool = True) -> Extension:
    """Return what the formats have no place for; `with_meta` if the format has none for the article's metadata."""
    return Extension(
        sha256=layer.sha256,
        document=layer.document,
        language=layer.language,
        meta=layer.meta if with_meta else None,
        meta_json=layer.meta_json,
        zones=layer.zones,
        annotator=layer.annotator,
        status=layer.status,
        round=layer.round,
        blind=layer.blind,
        guideline=layer.guideline,
        split=layer.split,
        group=layer.group,
        spans=[_brief(span) for span in layer.spans],
        negatives=layer.negatives,
        relations=_unlike_spans(layer) if layer.relations else [],
    )


def _unlike_spans(layer: LayerRecord) -> list[RelationRecord]:
    ids = {span.id for span in layer.spans}
    return [each for each in layer.relations if each.source not in ids or each.target not in ids]


def between_spans(layer: LayerRecord) -> list[tuple[str, int, int]]:
    """Return the relations between spans: type, and which span of the layer each end is."""
    index = {span.id: number for number, span in enumerate(layer.spans)}
    return [
        (each.type, index[each.source], index[each.target])
        for each in layer.relations
        if each.source in index and each.target in index
    ]


def read_extension(raw: Any, remarks: Remarks) -> Extension:
    """Return what a record carries of ours: an empty extension where it carries nothing, or nothing readable."""
    if raw is None:
        return Extension()
    try:
        return msgspec.convert(raw, Extension)
    except msgspec.ValidationError as error:
        remarks.note(f"its “{KEY}” was left out, it cannot be read ({error})")
        return Extension()


def layer_record(
    text: str,
    spans: list[SpanRecord],
    said: Extension,
    *,
    links: Iterable[tuple[str, int, int]] = (),
    meta: dict[str, Any] | None = None,
    document: str | None = None,
    annotator: AnnotatorRecord | None = None,
) -> LayerRecord:
    """Return the layer that a record holds.

    Args:
        text: of the document.
        spans: as the format has them, positions in code points.
        said: what the record carries of ours; it goes before what the format says of the document and the annotator.
        links: relations: type, and which of `spans` each end is.
        meta: keys of the document; those that we do not know go into `meta_json`.
        document: its id in the file.
        annotator: whose work it is.

    """
    described = _described(spans, said.spans) if said.spans else spans
    who = said.annotator or annotator
    relations = [*said.relations, *_relations(text, described, who, links)]
    known, meta_json = _metadata(said, meta or {})
    return LayerRecord(
        schema_name="source-annotator/1",
        document=said.document or document,
        sha256=said.sha256,
        text=text,
        language=said.language,
        meta=known,
        meta_json=meta_json,
        zones=said.zones,
        annotator=who,
        status=said.status,
        round=said.round,
        blind=said.blind,
        guideline=said.guideline,
        split=said.split,
        group=said.group,
        spans=described,
        negatives=said.negatives,
        relations=relations,
    )


def _described(spans: list[SpanRecord], said: Sequence[SpanRecord]) -> list[SpanRecord]:
    """Return for each span the description of it that is left, else the span as it is."""
    known: dict[tuple[int, int, str], list[SpanRecord]] = {}
    for each in reversed(said):
        known.setdefault((each.start, each.end, each.label), []).append(each)
    found = []
    for span in spans:
        descriptions = known.get((span.start, span.end, span.label))
        if descriptions:
            description = descriptions.pop()
            description.text = span.text
            span = description
        found.append(span)
    return found


def _relations(
    text: str, spans: list[SpanRecord], who: AnnotatorRecord | None, links: Iterable[tuple[str, int, int]]
) -> list[RelationRecord]:
    """Return relations by id; a span that one needs and that has none gets the hash of what it is."""
    found = []
    for kind, source, target in links:
        if not spans[source].id or not spans[target].id:
            _identify(text, spans, who)
        found.append(RelationRecord(type=kind, source=spans[source].id or "", target=spans[target].id or ""))
    return found


def _identify(text: str, spans: list[SpanRecord], who: AnnotatorRecord | None) -> None:
    met: Counter[tuple[int, int, str]] = Counter()
    name = f"{who.kind} {who.name}" if who else ""
    for span in spans:
        place = span.start, span.end, span.label
        identity = "\0".join([text, name, *map(str, place), str(met[place])])
        met[place] += 1
        span.id = span.id or blake2b(identity.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _metadata(said: Extension, meta: dict[str, Any]) -> tuple[Meta, str]:
    """Return the metadata that we know, and the JSON of the other."""
    known = said.meta or Meta()
    if not meta:
        return known, said.meta_json
    own = {key: meta[key] for key in META if isinstance(meta.get(key), str)}
    rest = {key: value for key, value in meta.items() if key not in own and not (key in META and value is None)}
    if own:
        known = structs.replace(known, **own)
    if not rest:
        return known, said.meta_json
    try:
        before = msgspec.json.decode(said.meta_json, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        before = {}
    return known, _encode({**rest, **before}).decode()
