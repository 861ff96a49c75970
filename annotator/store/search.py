"""Search over the whole corpus: words of titles and texts, found in the order of the documents."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection

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
