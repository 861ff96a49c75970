"""What the window and the commands ask of a project. Rows come out detached, in the order of the project."""

from array import array
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, bindparam, insert, text

from annotator.records import Attributes, UserError
from annotator.rows import (
    EVERYTHING as EVERYTHING,
)
from annotator.rows import (
    AnnotationRow as AnnotationRow,
)
from annotator.rows import (
    AnnotatorRow as AnnotatorRow,
)
from annotator.rows import (
    DocumentDetail as DocumentDetail,
)
from annotator.rows import (
    DocumentRow as DocumentRow,
)
from annotator.rows import (
    Filter as Filter,
)
from annotator.rows import (
    LabelRow as LabelRow,
)
from annotator.rows import (
    LayerRow as LayerRow,
)
from annotator.rows import (
    Progress as Progress,
)
from annotator.store.connection import raw
from annotator.store.search import matching
from annotator.store.tables import annotator as annotator_table

_decode_attributes = msgspec.json.Decoder(Attributes).decode
RECENT_ANNOTATIONS = 20_000  # that source names are gathered from
_BATCH = 1_000  # documents; SQLite limits how many values a statement may have


_LAYER = "current AND NOT deleted AND document_id = document.id"


def document_ids(
    connection: Connection, annotator_id: int | None, wanted: Filter = EVERYTHING, limit: int | None = None
) -> "array[int]":
    """Return the ids of the documents that a filter lets through, or of the first `limit` of them, which is quick."""
    own = "annotator_id = :annotator" if annotator_id is not None else "1"
    source, order, conditions = "document", "id", ["withdrawn IS NULL"]
    if query := matching(wanted.words):
        # Hits come one by one in this order; the index tells which are shown without reading a document.
        source = "document_search CROSS JOIN document INDEXED BY document_shown ON id = document_search.rowid"
        order = "document_search.rowid"
        conditions.append("document_search MATCH :query")
    if wanted.status == "unread":
        conditions.append(f"NOT EXISTS (SELECT 1 FROM layer_state WHERE {_LAYER} AND {own} AND status <> 'unread')")
    elif wanted.status:
        conditions.append(f"EXISTS (SELECT 1 FROM layer_state WHERE {_LAYER} AND {own} AND status = :status)")
    of_label = " AND label_id = (SELECT id FROM label WHERE key = :label)" if wanted.label else ""
    of_unsure = """ AND attributes LIKE '%"unsure":true%'""" if wanted.unsure else ""
    if of_label or of_unsure:
        conditions.append(f"EXISTS (SELECT 1 FROM annotation WHERE {_LAYER} AND {own}{of_label}{of_unsure})")
    sql = f"SELECT {order} FROM {source} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT :limit"
    values = {
        "annotator": annotator_id, "query": query, "status": wanted.status, "label": wanted.label,
        "limit": -1 if limit is None else limit,
    }  # fmt: skip
    return array("q", (row[0] for row in raw(connection).execute(sql, values)))


def document_rows(connection: Connection, ids: Sequence[int], annotator_id: int | None) -> list[DocumentRow]:
    """Return list rows of some documents, in the order of `ids`. Without an annotator, of all layers together."""
    batches = (ids[i : i + _BATCH] for i in range(0, len(ids), _BATCH))
    return [row for batch in batches for row in _document_rows(connection, batch, annotator_id)]


def _document_rows(connection: Connection, ids: Sequence[int], annotator_id: int | None) -> list[DocumentRow]:
    own = "annotator_id = :annotator AND" if annotator_id is not None else "status <> 'unread' AND"
    spans_of = "annotator_id = :annotator AND" if annotator_id is not None else ""
    sql = text(f"""
        SELECT id, title, outlet, published,
            coalesce((SELECT max(status) FROM layer_state WHERE {own} {_LAYER}), 'unread'),
            (SELECT count(*) FROM annotation WHERE {spans_of} {_LAYER} AND label_id IS NOT NULL)
        FROM document WHERE id IN :ids
    """).bindparams(bindparam("ids", expanding=True))
    values: dict[str, Any] = {"ids": list(ids)}
    if annotator_id is not None:
        values["annotator"] = annotator_id
    found = {row[0]: DocumentRow(*row) for row in connection.execute(sql, values)}
    return [found[key] for key in ids if key in found]


def document(connection: Connection, document_id: int) -> DocumentDetail:
    """Return a document with its text."""
    sql = text("SELECT id, text, title, outlet, byline, url, published, language FROM document WHERE id = :id")
    return DocumentDetail(*connection.execute(sql, {"id": document_id}).one())


_ANNOTATION = """
    SELECT uid, annotator_id, start, "end", key, attributes FROM annotation
    LEFT JOIN label ON label.id = annotation.label_id
    WHERE current AND NOT deleted AND
"""


def annotations(connection: Connection, document_id: int) -> list[AnnotationRow]:
    """Return the current annotations of a document, of every annotator, in the order of their spans."""
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


def layers(connection: Connection, document_id: int | None = None) -> list[LayerRow]:
    """Return the layers of one document, or of all, by document and annotator's name."""
    where = "AND layer_state.document_id = :id" if document_id is not None else ""
    sql = text(f"""
        SELECT layer_state.document_id, annotator.id, annotator.name, status,
            (SELECT count(*) FROM annotation
             WHERE current AND NOT deleted AND document_id = layer_state.document_id
                   AND annotator_id = annotator.id AND label_id IS NOT NULL)
        FROM layer_state JOIN annotator ON annotator.id = layer_state.annotator_id
        WHERE layer_state.current AND NOT layer_state.deleted {where}
        ORDER BY layer_state.document_id, annotator.name, annotator.kind
    """)
    return [LayerRow(*row) for row in connection.execute(sql, {"id": document_id} if where else {})]


def progress(connection: Connection, annotator_id: int | None) -> Progress:
    """Return how many documents the project has, and how many of them an annotator has finished."""
    sql = text("""
        SELECT (SELECT count(*) FROM document WHERE withdrawn IS NULL),
               (SELECT count(*) FROM layer_state
                WHERE current AND NOT deleted AND annotator_id = :annotator AND status = 'finished')
    """)
    return Progress(*connection.execute(sql, {"annotator": annotator_id}).one())


def guideline(connection: Connection) -> str:
    """Return the newest guideline that the project has the text of, as Markdown."""
    sql = text("SELECT text FROM guideline WHERE text IS NOT NULL ORDER BY id DESC LIMIT 1")
    return str(connection.execute(sql).scalar_one_or_none() or "")


def source_names(connection: Connection) -> list[str]:
    """Return the names of sources in the latest annotations of the project, for completion."""
    sql = """
        SELECT DISTINCT json_extract(attributes, '$.source') AS source
        FROM (SELECT attributes FROM annotation ORDER BY id DESC LIMIT ?)
        WHERE source IS NOT NULL ORDER BY source
    """
    return [name for (name,) in raw(connection).execute(sql, (RECENT_ANNOTATIONS,))]


def title(connection: Connection) -> str:
    """Return the title of the project."""
    return str(connection.execute(text("SELECT title FROM project")).scalar_one())
