"""The project in order, a batch at a time: what exports read.

Raw cursors, one query a table, merged by document: the ORM is ten times slower, and a join that
repeats each text with each of its annotations twice.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from annotator.records import (
    AnnotatorRecord,
    Attributes,
    LayerRecord,
    Meta,
    NegativeRecord,
    PartRecord,
    RelationRecord,
    SpanRecord,
    Zone,
)  # fmt: skip
from annotator.store.connection import raw
from annotator.store.past import Past

_DOCUMENTS = """
    SELECT id, external_id, sha256, text, language, title, outlet, byline, url, published, meta_json, zones
    FROM document WHERE withdrawn IS NULL ORDER BY id
"""
_ALL_DOCUMENTS = _DOCUMENTS.replace("WHERE withdrawn IS NULL", "")
_STATES = """
    SELECT document_id, annotator_id, status, round, blind, guideline_id
    FROM layer_state WHERE current AND NOT deleted ORDER BY document_id, annotator_id
"""
_ANNOTATIONS = """
    SELECT document_id, annotator_id, start, "end", uid, label_id, attributes
    FROM annotation WHERE current AND NOT deleted ORDER BY document_id, annotator_id, start, "end"
"""


class _StoredSpan(SpanRecord, kw_only=True, gc=False, forbid_unknown_fields=False):
    """A span as its attributes say it, which have the names of its fields; what stands in columns is added.

    That is twice as fast as to make one record of the other.
    """

    start: int = 0
    end: int = 0
    label: str = ""


_decode_span = msgspec.json.Decoder(_StoredSpan).decode
_decode_attributes = msgspec.json.Decoder(Attributes).decode
_decode_zones = msgspec.json.Decoder(list[Zone]).decode


class Layer(NamedTuple):
    """The state of one layer, and its annotations as raw rows."""

    annotator: AnnotatorRecord
    status: str
    round: str
    blind: bool
    guideline: str | None
    annotations: list[tuple[Any, ...]]


def layers(connection: Connection, past: Past | None = None) -> Iterator[tuple[tuple[Any, ...], list[Layer]]]:
    """Yield every document with its layers, in the order of the project; layers by annotator's name.

    With a `past`, as they were then.
    """
    rows = raw(connection)
    annotators = _annotators(rows)
    guidelines = dict(rows.execute("SELECT id, sha256 FROM guideline"))
    with ExitStack() as cursors:  # closed also when the consumer stops early: an open one holds the file's log
        documents, of_states, of_annotations = (
            cursors.enter_context(closing(rows.execute(query)))
            for query in (_ALL_DOCUMENTS if past else _DOCUMENTS, _STATES, _ANNOTATIONS)
        )
        states, annotations = _ByDocument(of_states), _ByDocument(of_annotations)
        for document in documents:
            of_state, of_annotation = states(document[0]), annotations(document[0])
            if past:
                if not past.had(document[0]):
                    continue
                document = past.document(document)
                if past.changed(document[0]):
                    of_state, of_annotation = past.states(document[0]), past.annotations(document[0])
            by_annotator = _by_annotator(of_annotation)
            found = [
                Layer(annotators[by], status, round_, bool(blind), guidelines.get(guideline), by_annotator.get(by, []))
                for _, by, status, round_, blind, guideline in of_state
            ]
            if len(found) > 1:
                found.sort(key=lambda layer: (layer.annotator.name, layer.annotator.kind))
            yield document, found


def labels(connection: Connection) -> dict[int, str]:
    """Return the keys of the labels by their local id."""
    rows = connection.exec_driver_sql("SELECT id, key FROM label")
    return {row[0]: row[1] for row in rows}


def count_documents(connection: Connection) -> int:
    """Return how many documents the project has."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM document WHERE withdrawn IS NULL").scalar_one())


def annotator_names(connection: Connection) -> set[str]:
    """Return the names of everybody who has a layer, or could have."""
    return {name for (name,) in connection.exec_driver_sql("SELECT name FROM annotator")}


def record(document: tuple[Any, ...], layer: Layer | None, labels: dict[int, str]) -> LayerRecord:
    """Return a layer as files carry it."""
    _, external_id, sha256, text, language, title, outlet, byline, url, published, meta_json, zones = document
    line = LayerRecord(
        schema_name="source-annotator/1",
        document=external_id or sha256,
        sha256=sha256,
        text=text,
        language=language,
        meta=Meta(title=title, outlet=outlet, byline=byline, url=url, published=published),
        meta_json=meta_json,
        zones=_decode_zones(zones) if zones != "[]" else [],
    )
    if layer:
        line.annotator = layer.annotator
        line.status, line.round, line.blind = layer.status, layer.round, layer.blind  # type: ignore[assignment]
        line.guideline = layer.guideline
        _add_annotations(line, layer.annotations, labels)
    return line


def _add_annotations(line: LayerRecord, rows: list[tuple[Any, ...]], labels: dict[int, str]) -> None:
    text = line.text
    rows.sort()  # all of one layer: by start, end and uid
    for _, _, start, end, uid, label_id, attributes in rows:
        if label_id is None:
            more = _decode_attributes(attributes)
            negative = NegativeRecord(
                id=uid, start=start, end=end, text=text[start:end], kind=more.kind, reason=more.reason
            )
            line.negatives.append(negative)
        else:
            span = _decode_span(attributes)
            span.id, span.start, span.end, span.text = uid, start, end, text[start:end]
            span.label = label = labels[label_id]
            span.labels_all = labels_all(label, span.identity)
            if span.parts:
                span.parts = [_with_text(part, text) for part in span.parts]
            line.spans.append(span)
        if '"relations"' in attributes:
            for relation in _decode_attributes(attributes).relations:
                line.relations.append(RelationRecord(type=relation.type, source=uid, target=relation.to))
    if line.relations:  # one to an annotation that was removed since leads nowhere
        kept = {row[4] for row in rows}
        line.relations = [relation for relation in line.relations if relation.target in kept]


def _with_text(part: PartRecord, text: str) -> PartRecord:
    return replace(part, text=text[part.start : part.end])


def labels_all(label: str, identity: str | None) -> list[str]:
    """Return the label, and anonymous-source as well where the source is unnamed."""
    if identity == "unnamed" and label != "anonymous-source":
        return [label, "anonymous-source"]
    return [label]


def _annotators(rows: sqlite3.Connection) -> dict[int, AnnotatorRecord]:
    found = rows.execute("SELECT id, uid, name, kind FROM annotator")
    return {key: AnnotatorRecord(id=uid, name=name, kind=kind) for key, uid, name, kind in found}


def _by_annotator(rows: list[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Return the annotations of a document by their annotator, in whose order they come."""
    if rows and rows[0][1] == rows[-1][1]:
        return {rows[0][1]: rows}
    return {key: list(found) for key, found in groupby(rows, itemgetter(1))}


class _ByDocument:
    """Hands out, document by document, rows that come in that order."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, itemgetter(0))
        self._next: tuple[int, Iterator[tuple[Any, ...]]] | None = next(self._groups, None)

    def __call__(self, document_id: int) -> list[tuple[Any, ...]]:
        while self._next and self._next[0] < document_id:  # of documents that are withdrawn
            self._next = next(self._groups, None)
        if not self._next or self._next[0] > document_id:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found
