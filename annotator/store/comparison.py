"""What agreement is computed from: states, lengths and spans as arrays, some documents at a time; texts apart.

Raw cursors and ranges of ids: layers and spans come in the order of their indexes, and spans out of theirs alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import IntEnum
from itertools import chain
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from annotator.records import Attributes
from annotator.store.connection import raw

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Verdict(IntEnum):
    """Whether a layer counts, or the first reason why it does not. From `OTHER_ROUND` on it is finished."""

    COUNTS = 0
    NOT_CHOSEN = 1
    UNREAD = 2
    STARTED = 3
    OTHER_ROUND = 4
    OTHER_GUIDELINE = 5
    TOO_OLD = 6
    NOT_BLIND = 7


class Wanted(NamedTuple):
    """Which layers count: of whom, by local ids; None stands for any. `since` is a day as ``2026-11-23``, in UTC."""

    annotators: Sequence[int]
    round: str | None = None
    guideline: int | None = None
    since: str | None = None
    blind_only: bool = False


class Rows(NamedTuple):
    """Everything about some documents, by local ids; a layer's annotations without a label are left out."""

    documents: Ints
    lengths: Ints
    layers: Ints  # (3, layers): document, annotator, `Verdict`
    spans: Ints  # (5, spans): document, annotator, label, start, end


class Doubt(NamedTuple):
    """An annotation that its annotator is not sure of."""

    document_id: int
    annotator: str
    label: str
    start: int
    end: int
    attributes: Attributes


_decode_attributes = msgspec.json.Decoder(Attributes).decode
_DOCUMENTS = "SELECT id, length FROM document WHERE withdrawn IS NULL AND id BETWEEN ? AND ? ORDER BY id"
_DAYS_BEFORE_YEAR_ONE = 1_721_425  # of the Julian count
_HERE = "current AND NOT deleted AND document_id BETWEEN :first AND :last"
_IN_EFFECT = (
    f"{_HERE} AND document_id IN (SELECT id FROM document WHERE withdrawn IS NULL AND id BETWEEN :first AND :last)"
)
_VERDICT = f"""CASE
    WHEN annotator_id NOT IN ({{annotators}}) THEN {Verdict.NOT_CHOSEN:d}
    WHEN status = 'unread' THEN {Verdict.UNREAD:d}
    WHEN status = 'started' THEN {Verdict.STARTED:d}
    WHEN round <> :round THEN {Verdict.OTHER_ROUND:d}
    WHEN :guideline IS NOT NULL AND guideline_id IS NOT :guideline THEN {Verdict.OTHER_GUIDELINE:d}
    WHEN at < :since THEN {Verdict.TOO_OLD:d}
    WHEN :blind_only AND NOT blind THEN {Verdict.NOT_BLIND:d}
    ELSE {Verdict.COUNTS:d} END
"""
_LAYERS = f"""
    SELECT document_id, annotator_id, {_VERDICT} FROM layer_state WHERE {_HERE} ORDER BY document_id, annotator_id
"""
# Julian days begin at noon, and the first was a Monday.
_WEEKS = f"""
    SELECT document_id, max(CAST((julianday(at) + 0.5) / 7 AS INTEGER)) FROM layer_state
    WHERE {_HERE} AND {_VERDICT} = {Verdict.COUNTS:d} GROUP BY document_id ORDER BY document_id
"""
_UNSURE = f"""
    SELECT document_id, annotator.name, label.key, start, "end", attributes FROM annotation
    JOIN annotator ON annotator.id = annotator_id JOIN label ON label.id = label_id
    WHERE {_IN_EFFECT} AND annotator_id IN ({{annotators}}) AND attributes LIKE '%"unsure":true%'
    ORDER BY document_id, start, "end"
"""
_SPANS = f"""
    SELECT document_id, annotator_id, label_id, start, "end" FROM annotation INDEXED BY annotation_layer
    WHERE {_HERE} AND label_id IS NOT NULL ORDER BY document_id, annotator_id, start, "end"
"""
_PREDICTIONS = f"""
    SELECT document_id, label_id, start, "end", coalesce(json_extract(attributes, '$.score'), 'nan')
    FROM annotation WHERE {_HERE} AND annotator_id = :annotator AND label_id IS NOT NULL ORDER BY document_id, start
"""
_NEGATIVES = f"""
    SELECT document_id, start, "end" FROM annotation
    WHERE {_HERE} AND annotator_id = :annotator AND label_id IS NULL ORDER BY document_id, start
"""


def read(connection: Connection, wanted: Wanted, first: int, last: int) -> Rows:
    """Return the documents whose ids are from `first` to `last`, both included, with their layers and spans."""
    rows = raw(connection)
    documents, lengths = _columns(rows.execute(_DOCUMENTS, (first, last)), 2)
    layers = _columns(rows.execute(*_asking(_LAYERS, wanted, first, last)), 3)
    spans = _columns(rows.execute(_SPANS, {"first": first, "last": last}), 5)
    return Rows(documents, lengths, layers, spans)


def weeks(connection: Connection, wanted: Wanted, first: int, last: int) -> Ints:
    """Return (2, documents): documents with layers that count, and the week in which the last of these was finished.

    Weeks are counted from a Monday; `monday` tells which day one begins.
    """
    return _columns(raw(connection).execute(*_asking(_WEEKS, wanted, first, last)), 2)


def monday(week: int) -> date:
    """Return the first day of a week."""
    return date.fromordinal(week * 7 - _DAYS_BEFORE_YEAR_ONE)


def _asking(sql: str, wanted: Wanted, first: int, last: int) -> tuple[str, dict[str, object]]:
    annotators = ", ".join(str(int(annotator)) for annotator in wanted.annotators)
    return sql.format(annotators=annotators), {
        "first": first, "last": last, "round": wanted.round, "guideline": wanted.guideline, "since": wanted.since,
        "blind_only": wanted.blind_only,
    }  # fmt: skip


def unsure(connection: Connection, annotators: Sequence[int], first: int, last: int) -> list[Doubt]:
    """Return what annotators are not sure of, of the documents whose ids are from `first` to `last`."""
    sql = _UNSURE.format(annotators=", ".join(str(int(annotator)) for annotator in annotators))
    found = raw(connection).execute(sql, {"first": first, "last": last})
    return [Doubt._make((*row[:5], _decode_attributes(row[5]))) for row in found]


def predictions(connection: Connection, annotator_id: int, first: int, last: int) -> tuple[Ints, Floats]:
    """Return the spans of a model as (4, spans): document, label, start, end; and their scores, NaN for none."""
    rows = raw(connection).execute(_PREDICTIONS, {"first": first, "last": last, "annotator": annotator_id})
    columns = np.fromiter(map(float, chain.from_iterable(rows)), np.float64).reshape(-1, 5).T
    return columns[:4].astype(np.int64), columns[4]


def negatives(connection: Connection, annotator_id: int, first: int, last: int) -> Ints:
    """Return where somebody decided that nothing belongs, as (3, negatives): document, start, end."""
    values = {"first": first, "last": last, "annotator": annotator_id}
    return _columns(raw(connection).execute(_NEGATIVES, values), 3)


def documents_by_hash(connection: Connection) -> dict[str, int]:
    """Return the local ids of the documents by the hash of their text."""
    return dict(raw(connection).execute("SELECT sha256, id FROM document WHERE withdrawn IS NULL"))


def text(connection: Connection, document_id: int) -> str:
    """Return the text of a document."""
    return str(raw(connection).execute("SELECT text FROM document WHERE id = ?", (document_id,)).fetchone()[0])


def texts(connection: Connection, first: int, last: int) -> dict[int, str]:
    """Return the texts of the documents whose ids are from `first` to `last`, both included."""
    return dict(raw(connection).execute("SELECT id, text FROM document WHERE id BETWEEN ? AND ?", (first, last)))


def title(connection: Connection, document_id: int) -> str | None:
    """Return the title of a document, if it has one."""
    found: str | None = raw(connection).execute("SELECT title FROM document WHERE id = ?", (document_id,)).fetchone()[0]
    return found


def labels(connection: Connection) -> dict[int, str]:
    """Return the keys of the labels by local id, in the order of the project."""
    return dict(raw(connection).execute("SELECT id, key FROM label ORDER BY position"))


def guidelines(connection: Connection) -> dict[str, int]:
    """Return the local ids of all guidelines by their hash."""
    return dict(raw(connection).execute("SELECT sha256, id FROM guideline"))


def _columns(rows: Iterable[tuple[int, ...]], width: int) -> Ints:
    return np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, width).T
