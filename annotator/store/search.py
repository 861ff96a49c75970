"""Search over the whole corpus: words of titles and texts, found in the order of the documents."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from unicodedata import normalize

from sqlalchemy import Connection

_READ = 100_000  # code points of a text that are looked through for a passage
_NEAR = 120  # code points before and after what was found
_BEFORE = 2  # words that a passage shows before it
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
    """Return where documents have what is searched for, with the words around it.

    The texts are read: FTS5 would put together all that a beginning of a word stands for, for each few documents.
    One without a passage has the words in its title, or beyond the beginning that is read.
    """
    wanted = _pattern(words)
    if wanted is None or not ids:
        return {}
    sql = f"SELECT id, substr(text, 1, {_READ}) FROM document WHERE id IN ({', '.join('?' * len(ids))})"
    rows = connection.exec_driver_sql(sql, tuple(ids))
    return {
        row[0]: _around(row[1], found.span()) for row in rows if (found := wanted.search(row[1].translate(_FOLDED)))
    }


class _Folded(dict[int, str]):
    """Letters as the index has them: small, without their marks. One letter stays one."""

    def __missing__(self, letter: int) -> str:
        self[letter] = normalize("NFD", chr(letter).lower())[0]
        return self[letter]


_FOLDED = _Folded()


def _pattern(words: str) -> re.Pattern[str] | None:
    """Return what finds the first of the words, or of the phrases, that a person typed."""
    folded = words.translate(_FOLDED)
    terms = [parts for term in _WORD.findall(folded) if (parts := re.findall(r"[^\W_]+", term))]
    if not terms:
        return None
    found = [r"[\W_]+".join(parts) + r"(?![^\W_])" for parts in terms]
    if not words.endswith((" ", '"')):
        found[-1] = r"[\W_]+".join(terms[-1])
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(found)})")


def _around(text: str, found: tuple[int, int]) -> str:
    """Begin shortly before what was found: a row of the list shows no more than that."""
    start, end = found
    before = re.sub(r"\s+", " ", text[max(0, start - _NEAR) : start]).split(" ")
    lead = "…" + " ".join(before[-_BEFORE - 1 :]) if len(before) > _BEFORE + 1 else " ".join(before)
    return lead + re.sub(r"\s+", " ", text[start : end + _NEAR])
