"""What the window and the commands ask of a project. Rows come out detached, in the order of the project."""

from array import array
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, insert, text

from annotator.records import Attributes, UserError
from annotator.rows import (
    EVERYTHING,
    AnnotationRow,
    AnnotatorRow,
    DocumentDetail,
    DocumentRow,
    Filter,
    LabelRow,
    LayerRow,
    Progress,
)  # fmt: skip
from annotator.store.connection import raw
from annotator.store.search import matching
from annotator.store.tables import annotator as annotator_table

_decode_attributes = msgspec.json.Decoder(Attributes).decode
RECENT_ANNOTATIONS = 20_000  # that source names are gathered from
_LAST = 2**63 - 1  # no id is greater
_BATCH = 1_000  # documents; SQLite limits how many values a statement may have


_LONGEST_NAME = 80  # code points
_NAME = "coalesce(nullif(trim(title), ''), external_id, substr(text, 1, 400))"
_IN_EFFECT = "(SELECT id FROM document WHERE withdrawn IS NULL)"
_LAYER = "current AND NOT deleted AND document_id = document.id"


def document_ids(
    connection: Connection,
    annotator_id: int | None,
    wanted: Filter = EVERYTHING,
    limit: int | None = None,
    *,
    after: int = 0,
) -> "array[int]":
    """Return the ids of the documents that a filter lets through, or of the first `limit` of them, which is quick.

    Of those that come `after` a document, if one is named.
    """
    own = "annotator_id = :annotator" if annotator_id is not None else "1"
    source, order, conditions = "document", "id", ["withdrawn IS NULL"]
    if query := matching(wanted.words):
        # Hits come one by one in this order; the index tells which are shown without reading a document.
        source = "document_search CROSS JOIN document INDEXED BY document_shown ON id = document_search.rowid"
        order = "document_search.rowid"
        conditions.append("document_search MATCH :query")
    if after:
        conditions.append(f"{order} > :after")
    if wanted.status == "unread":
        conditions.append(f"NOT EXISTS (SELECT 1 FROM layer_state WHERE {_LAYER} AND {own} AND status <> 'unread')")
    elif wanted.status:
        conditions.append(f"EXISTS (SELECT 1 FROM layer_state WHERE {_LAYER} AND {own} AND status = :status)")
    of_label = " AND label_id = (SELECT id FROM label WHERE key = :label)" if wanted.label else ""
    of_unsure = """ AND attributes LIKE '%"unsure":true%'""" if wanted.unsure else ""
    if of_label or of_unsure:
        conditions.append(f"EXISTS (SELECT 1 FROM annotation WHERE {_LAYER} AND {own}{of_label}{of_unsure})")
    sql = f"SELECT {order} AS id FROM {source} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT :limit"
    values = {
        "annotator": annotator_id, "query": query, "status": wanted.status, "label": wanted.label,
        "limit": -1 if limit is None else limit, "after": after,
    }  # fmt: skip
    # All in one row: each further row would give way to the threads of a running job, and wait for them.
    (ids,) = raw(connection).execute(f"SELECT json_group_array(id) FROM ({sql})", values).fetchone()
    return array("q", msgspec.json.decode(ids, type=list[int]))


def next_unfinished(connection: Connection, annotator_id: int | None, after: int) -> int | None:
    """Return the first document after one that an annotator has not finished, else the first of all; None: all are."""
    sql = f"""
        SELECT id FROM document INDEXED BY document_shown
        WHERE withdrawn IS NULL AND id > ? AND id <= ? AND NOT EXISTS
            (SELECT 1 FROM layer_state WHERE {_LAYER} AND annotator_id = ? AND status = 'finished')
        ORDER BY id LIMIT 1
    """
    rows = raw(connection)
    for first, last in ((after, _LAST), (0, after)):
        if found := rows.execute(sql, (first, last, annotator_id)).fetchone():
            return int(found[0])
    return None


def document_rows(connection: Connection, ids: Sequence[int], annotator_id: int | None) -> list[DocumentRow]:
    """Return list rows of some documents, in the order of `ids`. Without an annotator, of all layers together."""
    batches = (ids[i : i + _BATCH] for i in range(0, len(ids), _BATCH))
    return [row for batch in batches for row in _document_rows(connection, batch, annotator_id)]


def _document_rows(connection: Connection, ids: Sequence[int], annotator_id: int | None) -> list[DocumentRow]:
    own = "annotator_id = ? AND" if annotator_id is not None else "status <> 'unread' AND"
    spans_of = "annotator_id = ? AND" if annotator_id is not None else ""
    own_values = () if annotator_id is None else (annotator_id, annotator_id)
    sql = f"""
        SELECT id, title, outlet, published,
            coalesce((SELECT max(status) FROM layer_state WHERE {own} {_LAYER}), 'unread'),
            (SELECT count(*) FROM annotation WHERE {spans_of} {_LAYER} AND label_id IS NOT NULL), {_NAME}
        FROM document WHERE id IN ({", ".join("?" * len(ids))})
    """
    values = (*own_values, *ids)
    found = {row[0]: _named(DocumentRow(*row)) for row in raw(connection).execute(sql, values)}
    return [found[key] for key in ids if key in found]


def document(connection: Connection, document_id: int) -> DocumentDetail:
    """Return a document with its text."""
    columns = f"id, text, title, outlet, byline, url, published, language, {_NAME}"
    sql = text(f"SELECT {columns} FROM document WHERE id = :id")
    return _named(DocumentDetail(*connection.execute(sql, {"id": document_id}).one()))


Named = TypeVar("Named", DocumentRow, DocumentDetail)


def _named(row: Named) -> Named:
    """Make one line of what a document is called by; without a title, no more than its first words."""
    words = " ".join(row.name.split())
    if not row.title and len(words) > _LONGEST_NAME:
        words = f"{words[:_LONGEST_NAME].rpartition(' ')[0] or words[:_LONGEST_NAME]}…"
    return row._replace(name=words)


_ANNOTATION = """
    SELECT uid, annotator_id, start, "end", key, attributes FROM annotation
    LEFT JOIN label ON label.id = annotation.label_id
    WHERE current AND NOT deleted AND
"""
_CURRENT = "current AND NOT deleted"
MOST_ANNOTATIONS = 250_000  # of an article in the window: two seconds, and 400 MB


def annotations(connection: Connection, document_id: int) -> list[AnnotationRow]:
    """Return the current annotations of a document, of every annotator, in the order of their spans.

    Raises:
        UserError: they are more than a window can show without standing still.

    """
    some = f"SELECT count(*) FROM (SELECT 1 FROM annotation WHERE {_CURRENT} AND document_id = ? LIMIT ?)"
    (number,) = raw(connection).execute(some, (document_id, MOST_ANNOTATIONS + 1)).fetchone()
    if number > MOST_ANNOTATIONS:
        raise UserError(
            f"This article has more than {MOST_ANNOTATIONS:,} annotations, so it is not shown. "
            "An export has all of them. If you did not expect them, ask whoever gave you the project."
        )
    sql = _ANNOTATION + 'document_id = ? ORDER BY start, "end", uid'
    return [_annotation(row) for row in raw(connection).execute(sql, (document_id,))]


def annotation(connection: Connection, uid: str) -> AnnotationRow | None:
    """Return one current annotation, or None when it is removed."""
    found = raw(connection).execute(_ANNOTATION + "uid = ?", (uid,)).fetchone()
    return _annotation(found) if found else None


def _annotation(row: tuple[Any, ...]) -> AnnotationRow:
    uid, annotator_id, start, end, label, attributes = row
    return AnnotationRow(uid, annotator_id, start, end, label, _decode_attributes(attributes))


def labels(connection: Connection) -> list[LabelRow]:
    """Return the labels of the project in their order."""
    rows = connection.execute(text("SELECT key, title, colour, pattern, shortcut FROM label ORDER BY position"))
    return [LabelRow(*row) for row in rows]


def annotators(connection: Connection) -> list[AnnotatorRow]:
    """Return everybody who annotated in this project, by name."""
    return [
        AnnotatorRow(*row) for row in connection.execute(text("SELECT id, name, kind FROM annotator ORDER BY name"))
    ]


def annotator(connection: Connection, name: str) -> int:
    """Return the person with this name; a person who is new to the project is added.

    Raises:
        UserError: the name is blank.

    """
    if not name.strip():
        raise UserError("An annotator needs a name.")
    sql = text("SELECT id FROM annotator WHERE kind = 'human' AND name = :name")
    found = connection.execute(sql, {"name": name}).scalar_one_or_none()
    if found is None:
        values = {"uid": str(uuid4()), "kind": "human", "name": name}
        found = connection.execute(insert(annotator_table), values).lastrowid
    return int(found)


def annotators_by_uid(connection: Connection) -> dict[str, AnnotatorRow]:
    """Return everybody who annotated in this project, by the uid that is the same in every project."""
    rows = raw(connection).execute("SELECT uid, id, name, kind FROM annotator")
    return {uid: AnnotatorRow(*row) for uid, *row in rows}


def document_titles(connection: Connection) -> list[tuple[int, str, str | None]]:
    """Return the id, the hash of its text, and the title of every document, withdrawn ones too."""
    return raw(connection).execute("SELECT id, sha256, coalesce(title, external_id) FROM document").fetchall()


def layers(connection: Connection, document_id: int | None = None) -> list[LayerRow]:
    """Return the layers of one document, or of all, by document and annotator's name."""
    where = "= :id" if document_id is not None else f"IN {_IN_EFFECT}"
    sql = text(f"""
        SELECT layer_state.document_id, annotator.id, annotator.name, status,
            (SELECT count(*) FROM annotation
             WHERE current AND NOT deleted AND document_id = layer_state.document_id
                   AND annotator_id = annotator.id AND label_id IS NOT NULL)
        FROM layer_state JOIN annotator ON annotator.id = layer_state.annotator_id
        WHERE layer_state.current AND NOT layer_state.deleted AND layer_state.document_id {where}
        ORDER BY layer_state.document_id, annotator.name, annotator.kind
    """)
    return [LayerRow(*row) for row in connection.execute(sql, {} if document_id is None else {"id": document_id})]


def progress(connection: Connection, annotator_id: int | None) -> Progress:
    """Return how many documents the project has, and how many of them an annotator has finished.

    Without an annotator: those of which every layer that somebody began is finished, as the list shows them.
    """
    finished = f"SELECT 1 FROM layer_state WHERE current AND NOT deleted AND document_id IN {_IN_EFFECT} AND "
    if annotator_id is not None:
        finished += "annotator_id = :annotator AND status = 'finished'"
    else:
        finished += "status <> 'unread' GROUP BY document_id HAVING max(status) = 'finished'"
    sql = f"SELECT (SELECT count(*) FROM document WHERE withdrawn IS NULL), (SELECT count(*) FROM ({finished}))"
    return Progress(*raw(connection).execute(sql, {"annotator": annotator_id}).fetchone())


def guideline(connection: Connection) -> str:
    """Return the newest guideline that the project has the text of, as Markdown."""
    sql = text("SELECT text FROM guideline WHERE text IS NOT NULL ORDER BY id DESC LIMIT 1")
    return str(connection.execute(sql).scalar_one_or_none() or "")


def source_names(connection: Connection) -> list[str]:
    """Return the names of sources in the latest annotations of the project, for completion."""
    sql = f"""
        SELECT DISTINCT json_extract(attributes, '$.source') AS source
        FROM (SELECT attributes FROM annotation WHERE document_id IN {_IN_EFFECT} ORDER BY id DESC LIMIT ?)
        WHERE source IS NOT NULL ORDER BY source
    """
    return [name for (name,) in raw(connection).execute(sql, (RECENT_ANNOTATIONS,))]


def edits(connection: Connection) -> int:
    """Return how many edits were ever made in the project, undone ones among them."""
    return int(connection.execute(text("SELECT count(*) FROM edit")).scalar_one())


def title(connection: Connection) -> str:
    """Return the title of the project."""
    return str(connection.execute(text("SELECT title FROM project")).scalar_one())
