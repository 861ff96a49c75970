"""One connection to a project file: what SQLite is told, and what its errors mean to a person."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, StaticPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from annotator.records import UserError
from annotator.store import driver, keys
from annotator.store.keys import Secret

# Explicit BEGIN and COMMIT: sqlite3's own transactions lose rollbacks of DDL and of savepoints.
_EVERY_CONNECTION = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
)
_WRITING_CONNECTION = (
    "PRAGMA synchronous = FULL",  # NORMAL loses what was shown as saved when the power goes
    "PRAGMA secure_delete = ON",
)

_NOTE = "opened"  # what a connection knows of its file
LONGEST_ROW = 1 << 28  # bytes: twice what an import lets in as a text, and far from what would fill the memory

_CAUSES = {
    sqlite3.SQLITE_FULL: "the disk is full. Make room, then try again",
    sqlite3.SQLITE_READONLY: "it, or its folder, cannot be written. Check its permissions",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened here. Check the permissions of its folder",
    sqlite3.SQLITE_PERM: "access was denied. Check its permissions",
    sqlite3.SQLITE_IOERR: "the disk reported an error. Check the disk or the network drive",
    sqlite3.SQLITE_BUSY: "another program is writing to it. Close that program, then try again",
    sqlite3.SQLITE_LOCKED: "another program is writing to it. Close that program, then try again",
    sqlite3.SQLITE_CORRUPT: "it is damaged. “annotator check --repair” makes a repaired copy; or use a backup",
    sqlite3.SQLITE_NOTADB: "it is not a project file",
    sqlite3.SQLITE_TOOBIG: "it holds an article or an annotation that is larger than this program takes in",
}


def connect(path: Path, *, query: str, secret: Secret | None = None) -> Connection:
    """Open the file at `path` with an SQLite URI `query` such as ``mode=ro``; an encrypted one with its key.

    Args:
        path: the file.
        query: how to open it.
        secret: what an empty file is to be encrypted with.

    Raises:
        KeyNeeded: it is encrypted, and its key is not known here.
        UserError: the file cannot be opened.

    """
    with explained(path):
        connection, note = keys.opened(path, secret, lambda secret: _connect(path, query, secret))
    connection.info[_NOTE] = note
    return connection


def _connect(path: Path, query: str, secret: Secret | None) -> Connection:
    engine = create_engine(
        "sqlite://",
        module=driver.library(encrypted=secret is not None),
        creator=lambda: driver.open_file(path, query, secret.pragma if secret else None),
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
    )
    event.listen(engine, "connect", _prepare)
    return engine.connect()


def secret_of(connection: Connection) -> Secret | None:
    """Return what the file of a connection is encrypted with: what is copied of it must be so too."""
    return cast("Secret | None", connection.info[_NOTE].secret)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):  # SQLCipher's library has no such limit
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_ROW)
    for pragma in _EVERY_CONNECTION:
        connection.execute(pragma)


def prepare_for_writing(connection: Connection) -> None:
    """Turn on the write-ahead log, and syncing at every commit."""
    mode = connection.exec_driver_sql("PRAGMA journal_mode = WAL").scalar_one()
    if mode != "wal":
        raise UserError(
            "This folder does not support safe saving (it may be a network drive). "
            "Move the project to a folder on this computer."
        )
    for pragma in _WRITING_CONNECTION:
        connection.exec_driver_sql(pragma)


def has_log(path: Path) -> bool:
    """Whether a write-ahead log stands beside the file at `path`, which is given without links."""
    return path.with_name(path.name + "-wal").exists()


def read_only(path: Path) -> str:
    """Return how to open the file so that it and its log are not written: that is for the holder of the lock.

    SQLite makes a log and its index to read by, and leaves them. In a folder that cannot be written they have no
    place; where no log stands there either, nobody can be writing.
    """
    can_be_made = os.access(path.parent, os.W_OK) or has_log(path)
    return "mode=ro" if can_be_made else "mode=ro&immutable=1"


def raw(connection: Connection) -> sqlite3.Connection:
    """Return the driver's own connection, for bulk paths inside the store."""
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


def close(connection: Connection) -> None:
    """Close the connection and the file behind it."""
    if connection.closed:
        return
    note = connection.info[_NOTE]
    connection.close()
    connection.engine.dispose()
    keys.closed(note)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite reports about the outside world into words for a person."""
    try:
        yield
    except driver.database_errors(DatabaseError) as error:
        code = driver.code_of(getattr(error, "orig", error))
        if code not in _CAUSES:
            raise
        raise UserError(f"{path.name}: {_CAUSES[code]}.") from error
