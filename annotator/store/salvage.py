"""Reading what can be read of a damaged table, row by row, around the pages that cannot."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection

from annotator.store.connection import close, connect, raw, read_only, secret_of
from annotator.store.driver import database_errors
from annotator.store.keys import Secret

Values: TypeAlias = dict[str, Any]
GUESSED = 10_000  # ids beyond the last readable one that are tried where nothing says which was the last
TRIES = 100_000  # failed readings of one table, after which the rest of it is given up

# A page that breaks in the middle of a statement breaks all that the statement had left to read. So a table is read
# from its beginning until that happens, then from its end; what lies between is halved again and again.


class Damaged:
    """A damaged file. An encrypted one is opened anew when a page failed: SQLCipher reads nothing more then."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises UserError."""
        self._path = path
        self._connection = self._opened()

    @property
    def rows(self) -> sqlite3.Connection:
        return raw(self._connection)

    @property
    def secret(self) -> Secret | None:
        """What it is encrypted with."""
        return secret_of(self._connection)

    def failed(self) -> None:
        """Go on after a page that could not be read; no cursor is open then."""
        if self.secret:
            self.close()
            self._connection = self._opened()

    def close(self) -> None:
        close(self._connection)

    def _opened(self) -> Connection:
        connection = connect(self._path, query=read_only(self._path))
        # With bytes that no text has, and which come out again as they were.
        raw(connection).text_factory = lambda data: data.decode(errors="surrogateescape")
        return connection


class TableOnFile(NamedTuple):
    """A table on file, by its integer key and its columns."""

    name: str
    key: str
    columns: tuple[str, ...]
    needed: frozenset[str]  # columns that are never null


class Salvage:
    """Reads one table."""

    def __init__(self, file: Damaged, table: TableOnFile) -> None:
        self._file = file
        self._table = table
        self._tries = TRIES
        self._select = f"SELECT {', '.join(map(_quoted, table.columns))} FROM {_quoted(table.name)} NOT INDEXED"
        self._unread: set[int] = set()

    def rows(self) -> Iterator[Values]:
        """Yield the rows that can be read, as columns by name. Of an undamaged table that is all, in order."""
        known = self._known_ids()
        last = max(known, default=None)
        yield from self._between(min(known, default=0), last)
        yield from self._from_indexes()

    def lost(self) -> set[int]:
        """Return the ids of rows that could not be read, as far as an index still knows that they were there."""
        indexes = self._indexes() if self._unread else []
        return self._unread & {row[0] for index in indexes for row in self._scan(index, [])}

    def _from_indexes(self) -> Iterator[Values]:
        """Yield rows that could not be read, where indexes hold all that such a row needs: of small tables they do."""
        columns = {index: self._columns_of(index) for index in self._indexes()} if self._unread else {}
        if not self._table.needed <= {self._table.key}.union(*columns.values()):
            return
        found: dict[int, Values] = defaultdict(lambda: dict.fromkeys(self._table.columns))
        for index, names in columns.items():
            for key, *values in self._scan(index, names):
                if key in self._unread:
                    found[key] |= {self._table.key: key, **dict(zip(names, values, strict=True))}
        for key, row in found.items():
            if all(row[name] is not None for name in self._table.needed):
                self._unread.discard(key)
                yield row

    def _columns_of(self, index: str) -> list[str]:
        return [row[2] for row in self._file.rows.execute(f"PRAGMA index_info({_quoted(index)})")]

    def _scan(self, index: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the key and columns of every row as an index has them, until that cannot be read."""
        wanted = ", ".join(map(_quoted, (self._table.key, *columns)))
        try:
            yield from self._file.rows.execute(
                f"SELECT {wanted} FROM {_quoted(self._table.name)} INDEXED BY {_quoted(index)}"
            )
        except database_errors():
            self._file.failed()

    def _between(self, low: int, high: int | None) -> Iterator[Values]:
        """Yield the rows from id `low` to `high`, or to the end."""
        at = low - 1
        for row in self._read(low, high, "ASC"):
            at = row[self._table.key]
            yield row
        if not self._broke:
            return
        beyond = high + 1 if high is not None else at + GUESSED
        for row in self._read(at + 1, high, "DESC"):
            beyond = row[self._table.key]
            yield row
        if self._broke:
            yield from self._halves(at + 1, beyond - 1)

    def _halves(self, low: int, high: int) -> Iterator[Values]:
        if low > high or self._tries < 0:
            return
        if low == high:
            self._unread.add(low)
            return
        middle = (low + high) // 2
        yield from self._between(low, middle)
        yield from self._between(middle + 1, high)

    def _read(self, low: int, high: int | None, order: str) -> Iterator[Values]:
        """Yield rows until one cannot be read, which `_broke` tells."""
        self._broke = False
        key = _quoted(self._table.key)
        sql = f"{self._select} WHERE {key} >= ? AND {key} <= ? ORDER BY {key} {order}"
        cursor = self._file.rows.cursor()
        try:
            for row in cursor.execute(sql, (low, 2**63 - 1 if high is None else high)):
                yield dict(zip(self._table.columns, row, strict=True))
        except database_errors():
            self._broke = True
            self._tries -= 1
        finally:
            cursor.close()
        if self._broke:
            self._file.failed()

    def _known_ids(self) -> tuple[int, ...]:
        """Return the least and the greatest id, as the table itself or an index of it tells; none if none does."""
        found: list[int] = []
        name, key = _quoted(self._table.name), _quoted(self._table.key)
        for source in ("NOT INDEXED", *(f"INDEXED BY {_quoted(index)}" for index in self._indexes())):
            for edge in ("min", "max"):
                try:
                    (each,) = self._file.rows.execute(f"SELECT {edge}({key}) FROM {name} {source}").fetchone()
                except database_errors():
                    self._file.failed()
                    continue
                if each is not None:
                    found.append(each)
        return tuple(found)

    def _indexes(self) -> list[str]:
        """Return the indexes that list every row of the table."""
        try:
            found = self._file.rows.execute(f"PRAGMA index_list({_quoted(self._table.name)})").fetchall()
        except database_errors():
            self._file.failed()
            return []
        return [name for _, name, _, _, is_partial in found if not is_partial]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
