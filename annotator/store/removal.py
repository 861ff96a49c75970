"""Removing documents for good: every row that tells of them, what the search index knows, and names that may say it.

What is left is the hash of each text, by which it is known when it comes again. That the file holds none of it any
more takes `Store.compact` after the transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import json
from sqlalchemy import Connection

from annotator.store.connection import raw
from annotator.store.history import stamp

# For the time being: what is deleted is looked for by document, which the project's own indexes do not serve.
_INDEXED = ("annotation", "layer_state")
_GONE = "(SELECT value FROM json_each(:ids))"
_UNINDEX = f"""
    INSERT INTO document_search(document_search, rowid, title, text)
    SELECT 'delete', id, title, text FROM document WHERE id IN {_GONE}
"""
_EDITS = f"""
    SELECT edit FROM annotation WHERE document_id IN {_GONE}
    UNION SELECT edit FROM layer_state WHERE document_id IN {_GONE}
"""
# Of what was carried over from an article that is gone, nobody can look at what was lost any more.
_ROWS = (
    f"""DELETE FROM carried WHERE document_id IN {_GONE} OR outcome = 'lost' AND document_id IN
        (SELECT document_id FROM revision WHERE predecessor_id IN {_GONE})""",
    f"DELETE FROM revision WHERE document_id IN {_GONE} OR predecessor_id IN {_GONE}",
    f"DELETE FROM assignment WHERE document_id IN {_GONE}",
    f"DELETE FROM annotation WHERE document_id IN {_GONE}",
    f"DELETE FROM layer_state WHERE document_id IN {_GONE}",
    f"DELETE FROM document WHERE id IN {_GONE}",
)
# Imports and merges are named after files and titles, and which of them met an article cannot be told: one that was
# undone, or found it there already, left no trace on it. So all of them lose their names.
_NAMED = """
    UPDATE edit SET name = CASE (SELECT kind FROM edit AS done WHERE done.number = coalesce(edit.target, edit.number))
        WHEN 'import' THEN 'Import' WHEN 'merge' THEN 'Merge' ELSE 'Edit' END
    WHERE coalesce(target, number) IN (
        SELECT value FROM json_each(:edits) UNION SELECT number FROM edit WHERE kind IN ('import', 'merge'))
"""


def remove(connection: Connection, ids: Sequence[int]) -> None:
    """Remove documents, deleted or not, and remember the hashes of their texts. Edits stay, without what they said."""
    rows = raw(connection)
    gone = {"ids": json.encode(list(ids)).decode()}
    hashes = [sha256 for (sha256,) in rows.execute(f"SELECT sha256 FROM document WHERE id IN {_GONE}", gone)]
    for table in _INDEXED:
        rows.execute(f"CREATE INDEX {table}_removal ON {table}(document_id)")
    edits = {number for (number,) in rows.execute(_EDITS, gone)} | set(_forget_changes(connection, set(ids)))
    rows.execute(_NAMED, {"edits": json.encode(sorted(edits)).decode()})
    rows.execute(_UNINDEX, gone)
    for statement in _ROWS:
        rows.execute(statement, gone)
    for table in _INDEXED:
        rows.execute(f"DROP INDEX {table}_removal")
    clean_index(connection)
    at = stamp(datetime.now(UTC))
    rows.executemany("INSERT OR IGNORE INTO removed(sha256, at) VALUES (?, ?)", ((each, at) for each in hashes))


def clean_index(connection: Connection) -> None:
    """Have the search index let go of the words of what was taken out of it, which it only marks at first."""
    connection.exec_driver_sql("INSERT INTO document_search(document_search) VALUES ('optimize')")


def ids_of(connection: Connection, hashes: Iterable[str]) -> list[int]:
    """Return those of some texts that the project has, withdrawn or not."""
    sql = "SELECT id FROM document WHERE sha256 IN (SELECT value FROM json_each(?))"
    return [key for (key,) in raw(connection).execute(sql, (json.encode(list(hashes)).decode(),))]


def removed(connection: Connection) -> list[str]:
    """Return the hashes of all texts that were removed for good."""
    return [sha256 for (sha256,) in raw(connection).execute("SELECT sha256 FROM removed")]


class StayingOut:
    """The texts that were removed for good, and do not come in unless somebody asks for them again."""

    def __init__(self, connection: Connection, *, brings_back: bool) -> None:
        self._rows = raw(connection)
        self._removed: set[object] = set(removed(connection))
        self._brings_back = brings_back
        self.met: set[object] = set()  # those that came and stay out

    def __contains__(self, sha256: object) -> bool:
        if sha256 in self._removed and self._brings_back:
            self._removed.discard(sha256)
            self._rows.execute("DELETE FROM removed WHERE sha256 = ?", (sha256,))
            return False
        if sha256 in self._removed:
            self.met.add(sha256)
        return sha256 in self._removed


def _forget_changes(connection: Connection, gone: set[int]) -> Iterator[int]:
    """Take documents out of what edits say of them, so that none is undone on what comes under the same number."""
    rows = raw(connection)
    for number, change in rows.execute("SELECT number, change FROM edit WHERE change IS NOT NULL").fetchall():
        said = json.decode(change)
        left = _without(said, gone)
        if left != said:
            rows.execute("UPDATE edit SET change = ? WHERE number = ?", (left and json.encode(left).decode(), number))
            yield number


def _without(said: dict[str, Any], gone: set[int]) -> dict[str, Any] | None:
    """Return what an edit says without the documents that are gone."""
    if "withdrawn" in said:
        return {"withdrawn": [each for each in said["withdrawn"] if each[0] not in gone]}
    about = said["layer"][0] if "layer" in said else said["document"]
    return None if about in gone else said
