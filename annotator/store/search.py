"""Search over the whole corpus: words of titles and texts, found in the order of the documents."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

_OPEN, _CLOSE = "\x02", "\x03"  # around what was found, in what FTS5 gives
_BEFORE = 2  # words that a passage shows before what was found
_WORD = re.compile(r'"[^"]*"|\S+')


class Hit(NamedTuple):
    """A document that matches, and a passage of it with the match between brackets."""

    document_id: int
    title: str | None
    passage: str


def matching(words: str) -> str | None:
    """Return what a person typed as an FTS5 query: every word must occur, the last as a beginning.

    Words between quotation marks are a phrase. Nothing that is typed is an operator or an error.
    """
    words = words.encode(errors="replace").decode().replace("\0", " ")  # SQLite stops at NUL, refuses half characters
    terms = [quoted for term in _WORD.findall(words) if (quoted := _quoted(term))]
    if not terms:
        return None
    is_open = not words.endswith((" ", '"'))
    return " ".join(terms) + ("*" if is_open else "")


def _quoted(term: str) -> str | None:
    plain = term.strip('"').replace('"', " ").strip()
    return f'"{plain}"' if re.search(r"\w", plain) else None


def search(connection: Connection, words: str, limit: int | None = None) -> Iterator[Hit]:
    """Yield the documents that match, in the order of the project."""
    query = matching(words)
    if query is None:
        return
    sql = (
        "SELECT document.id, document.title, snippet(document_search, 1, '[', ']', '…', 16) "
        "FROM document_search JOIN document ON document.id = document_search.rowid "
        "WHERE document_search MATCH ? AND document.withdrawn IS NULL ORDER BY document_search.rowid LIMIT ?"
    )
    for row in connection.exec_driver_sql(sql, (query, -1 if limit is None else limit)):
        yield Hit(*row)


def passages(connection: Connection, words: str, ids: Sequence[int]) -> dict[int, str]:
    """Return what was found in documents, with the words around it; `ids` are in ascending order."""
    query = matching(words)
    if query is None or not ids:
        return {}
    sql = (
        f"SELECT rowid, snippet(document_search, 1, '{_OPEN}', '{_CLOSE}', '…', 24) FROM document_search "
        "WHERE document_search MATCH ? AND rowid BETWEEN ? AND ?"
    )
    found = connection.exec_driver_sql(sql, (query, ids[0], ids[-1]))
    wanted = set(ids)
    return {row[0]: _from_match(row[1]) for row in found if row[0] in wanted}


def _from_match(passage: str) -> str:
    """Begin a passage shortly before what was found: a row of the list is no longer than that."""
    before, opened, after = " ".join(passage.split()).partition(_OPEN)
    lead = before.split(" ")
    if opened and len(lead) > _BEFORE + 1:
        before = "…" + " ".join(lead[-_BEFORE - 1 :])
    return f"{before}{after}".replace(_OPEN, "").replace(_CLOSE, "")
