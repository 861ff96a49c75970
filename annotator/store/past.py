"""The project as it was after an earlier edit, told from the append-only history.

Only documents that something happened to since are told anew; all others are as they are.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from msgspec import json
from sqlalchemy import Connection

from annotator import versions
from annotator.store.connection import raw
from annotator.store.history import split_parents

_STATE = "document_id, annotator_id, status, round, blind, guideline_id"
_ANNOTATION = 'document_id, annotator_id, start, "end", uid, label_id, attributes'
_METADATA = ("language", "title", "outlet", "byline", "url", "published")  # as they stand in a streamed row
_FIRST_METADATUM = 4

Rows = list[tuple[Any, ...]]


class _Row(NamedTuple):
    """What heads depend on, of one row, and the row as it is streamed."""

    edit: int
    digest: bytes
    parents: tuple[bytes, ...]
    deleted: bool
    streamed: tuple[Any, ...]


class Past:
    """What streams need to know of the project after edit `number`."""

    def __init__(self, connection: Connection, number: int) -> None:
        self._rows = raw(connection)
        self._number = number
        self._undone = self._undone_then()
        self._edits = dict(self._rows.execute("SELECT id, edit FROM document"))
        self._changed = self._changed_since()
        self._former = self._former_metadata()
        self._deleted = self._deleted_then()

    def had(self, document_id: int) -> bool:
        """Whether a document was in the project then."""
        edit = self._edits[document_id]
        return edit <= self._number and edit not in self._undone and document_id not in self._deleted

    def document(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a document's streamed row with the metadata that it had then."""
        former = self._former.get(row[0])
        if not former:
            return row
        values = dict(zip(_METADATA, row[_FIRST_METADATUM:], strict=False)) | former
        end = _FIRST_METADATUM + len(_METADATA)
        return (*row[:_FIRST_METADATUM], *(values[name] for name in _METADATA), *row[end:])

    def changed(self, document_id: int) -> bool:
        """Whether something happened to a document's layers since."""
        return document_id in self._changed

    def states(self, document_id: int) -> Rows:
        """Return the states of a document's layers then, as they are streamed."""
        return self._shown("layer_state", _STATE, document_id)

    def annotations(self, document_id: int) -> Rows:
        """Return the annotations of a document then, as they are streamed."""
        found = self._shown("annotation", _ANNOTATION, document_id)
        return sorted(found, key=itemgetter(1, 2, 3))

    def _undone_then(self) -> set[int]:
        """Return the imports and merges that were withdrawn then: their latest undo or redo was an undo."""
        sql = """
            SELECT target, kind FROM edit WHERE number <= ? AND kind IN ('undo', 'redo')
            AND target IN (SELECT number FROM edit WHERE kind IN ('import', 'merge')) ORDER BY number
        """
        latest = dict(self._rows.execute(sql, (self._number,)))
        return {target for target, kind in latest.items() if kind == "undo"}

    def _changed_since(self) -> set[int]:
        """Return the documents whose versions came, went or came back after that edit."""
        turned = "SELECT target FROM edit WHERE number > :number AND kind IN ('undo', 'redo')"
        found: set[int] = set()
        for table in ("annotation", "layer_state"):
            sql = f"""
                SELECT DISTINCT document_id FROM {table}
                WHERE edit > :number OR withdrawn > :number OR edit IN ({turned})
            """
            found.update(row[0] for row in self._rows.execute(sql, {"number": self._number}))
        return found

    def _former_metadata(self) -> dict[int, dict[str, Any]]:
        """Return what was said of documents before it was changed after that edit."""
        former: dict[int, dict[str, Any]] = {}
        for is_undo, said in self._changes_since():
            if "before" in said:
                until_then = said["after" if is_undo else "before"]
                former[said["document"]] = until_then | former.get(said["document"], {})
        return former

    def _deleted_then(self) -> set[int]:
        """Return the documents that lay in the trash then: those that do now, but for what was moved since."""
        sql = "SELECT document.id FROM document JOIN edit ON edit.number = withdrawn WHERE kind IN ('do', 'merge')"
        lay = dict.fromkeys((key for (key,) in self._rows.execute(sql)), True)
        moved: dict[int, bool] = {}
        for is_undo, said in self._changes_since():
            for document_id, before, after in said.get("withdrawn", ()):
                moved.setdefault(document_id, (after if is_undo else before) is not None)
        return {document_id for document_id, was_in in (lay | moved).items() if was_in}

    def _changes_since(self) -> Iterator[tuple[bool, dict[str, Any]]]:
        """Yield what edits after that one changed beside versions, in their order, and whether each took it back."""
        sql = """
            SELECT edit.kind, coalesce(edit.change, done.change)
            FROM edit LEFT JOIN edit AS done ON done.number = edit.target
            WHERE edit.number > ? AND coalesce(edit.change, done.change) IS NOT NULL ORDER BY edit.number
        """
        for kind, change in self._rows.execute(sql, (self._number,)):
            yield kind == "undo", json.decode(change)

    def _shown(self, table: str, columns: str, document_id: int) -> Rows:
        """Return the rows that were current and not deleted then, one a uid."""
        sql = f"SELECT uid, edit, digest, parents, deleted, {columns} FROM {table} WHERE document_id = ? AND edit <= ?"
        found = self._rows.execute(sql + " ORDER BY uid", (document_id, self._number))
        shown = (self._current(group) for _, group in groupby(found, itemgetter(0)))
        return [row.streamed for row in shown if row and not row.deleted]

    def _current(self, group: Any) -> _Row | None:
        rows = [_Row(edit, digest, split_parents(parents), bool(deleted), tuple(rest))
                for _, edit, digest, parents, deleted, *rest in group]  # fmt: skip
        gone = {row.digest for row in rows if row.edit in self._undone}
        while built_on := {row.digest for row in rows if gone.intersection(row.parents)} - gone:
            gone |= built_on
        return versions.current([row for row in rows if row.digest not in gone])
