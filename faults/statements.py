"""An error at the n-th call of the database driver, for every n: of a full disk, and of a disk that fails.

SQLite's driver itself raises it, in place of what it was asked: to run a statement or to give a row. When the disk is
full SQLite may have rolled back, so that is done too. What never touches the disk is left alone: `ROLLBACK`, the
`COMMIT` of a transaction that only reads, and `PRAGMA query_only`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from faults.table import Row
from faults.use_cases import USE_CASES, Outcome, Trial, prepare, tried

_ERRORS = {sqlite3.SQLITE_FULL: "database or disk is full", sqlite3.SQLITE_IOERR: "disk I/O error"}
_HARMLESS = ("ROLLBACK", "PRAGMA query_only")


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    prepared = prepare(folder / "prepared", 5)
    for name in USE_CASES:
        yield fail(prepared, name, 10 if quick else 1)


def fail(prepared: Path, name: str, step: int) -> Row:
    """Do a use case with an error at every call, or at every `step`-th, until none is left."""
    trial = Trial(prepared, name)
    with _watched_driver():
        outcomes = [outcome for code in _ERRORS for outcome in _failing(trial, code, step)]
    return tried(f"an error at the n-th driver call: {name}", outcomes)


def _failing(trial: Trial, code: int, step: int) -> Iterator[Outcome]:
    for number in count(1, step):
        outcome = trial.attempt(_failing_at(number, code))
        yield outcome
        if not outcome.failed:
            return


@contextmanager
def _watched_driver() -> Iterator[None]:
    """Have connections that are opened meanwhile count their calls."""
    connect = sqlite3.connect
    vars(sqlite3)["connect"] = partial(connect, factory=_Connection)
    try:
        yield
    finally:
        sqlite3.connect = connect


@contextmanager
def _failing_at(number: int, code: int) -> Iterator[None]:
    """Have the `number`-th call of the driver from now on raise an error of SQLite."""
    _Cursor.calls = _Calls(number, code)
    try:
        yield
    finally:
        _Cursor.calls = None


class _Calls:
    """Counts calls, and raises at one of them."""

    def __init__(self, number: int, code: int) -> None:
        self._left = number
        self._code = code
        self._only_reads = False

    def count(self, connection: sqlite3.Connection, sql: str = "") -> None:
        if sql.startswith("BEGIN"):
            self._only_reads = sql.endswith("DEFERRED")
        if sql.startswith(_HARMLESS) or (sql == "COMMIT" and self._only_reads):
            return
        self._left -= 1
        if self._left == 0:
            if self._code == sqlite3.SQLITE_FULL and connection.in_transaction:
                sqlite3.Connection.rollback(connection)
            error = sqlite3.OperationalError(_ERRORS[self._code])
            error.sqlite_errorcode = self._code
            raise error


class _Cursor(sqlite3.Cursor):
    calls: _Calls | None = None

    def execute(self, sql: str, *parameters: Any) -> "_Cursor":
        self._count(sql)
        return super().execute(sql, *parameters)

    def executemany(self, sql: str, *parameters: Any) -> "_Cursor":
        self._count(sql)
        return super().executemany(sql, *parameters)

    def fetchone(self) -> Any:
        self._count()
        return super().fetchone()

    def fetchmany(self, *size: Any) -> list[Any]:
        self._count()
        return super().fetchmany(*size)

    def fetchall(self) -> list[Any]:
        self._count()
        return super().fetchall()

    def __next__(self) -> Any:
        self._count()
        return super().__next__()

    def _count(self, sql: str = "") -> None:
        if _Cursor.calls:
            _Cursor.calls.count(self.connection, sql)


class _Connection(sqlite3.Connection):
    def execute(self, sql: str, *parameters: Any) -> Any:
        return self.cursor().execute(sql, *parameters)

    def executemany(self, sql: str, *parameters: Any) -> Any:
        return self.cursor().executemany(sql, *parameters)

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)
