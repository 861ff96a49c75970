"""Bringing a project of an earlier version up to date: plain functions, one a version, in one transaction.

A step only adds. What people made is counted and summed up before and after, and a difference stops the migration.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from annotator.model import Table
from annotator.records import UserError
from annotator.store import schema
from annotator.store.connection import close as close_connection
from annotator.store.connection import connect, explained, raw


class Work(NamedTuple):
    """What people made, by table: how many rows, and a number that any other hash or digest among them changes."""

    rows: dict[str, int]
    sums: dict[str, int]


def _add_tables_of_2(connection: Connection) -> None:
    Table.metadata.create_all(connection, [Table.metadata.tables[name] for name in schema.ADDED_IN_2])


STEPS: dict[int, Callable[[Connection], None]] = {2: _add_tables_of_2}


def migrate(path: Path, version: int) -> None:
    """Bring the project at `path`, of an earlier `version`, up to date; its caller holds the lock and has a backup.

    Raises:
        UserError: the disk refuses, or the project is damaged. The file is as it was.

    """
    connection = connect(path, query="mode=rw")
    try:
        # It cannot be turned off within a transaction, and a table that is made anew must not take others with it.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("PRAGMA synchronous = FULL")
        with explained(path):
            _migrate(raw(connection), connection, path, version)
    finally:
        close_connection(connection)


def _migrate(rows: sqlite3.Connection, connection: Connection, path: Path, version: int) -> None:
    rows.execute("BEGIN IMMEDIATE")
    try:
        before = work(rows)
        for number in range(version + 1, schema.SCHEMA_VERSION + 1):
            STEPS[number](connection)
        _refuse_loss(rows, before, path)
        rows.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
        rows.execute("COMMIT")
    except BaseException:
        if rows.in_transaction:
            rows.execute("ROLLBACK")
        raise


def _refuse_loss(rows: sqlite3.Connection, before: Work, path: Path) -> None:
    after = work(rows)
    if {name: after.rows.get(name) for name in before.rows} != before.rows or after.sums != before.sums:
        raise RuntimeError("a migration changed what people made")
    for stranger in schema.strangers(rows.execute(schema.DEFINITIONS)):
        raise RuntimeError(f"a migration made something else: {stranger}")
    with closing(rows.execute("PRAGMA foreign_key_check")) as broken:
        if broken.fetchone():
            raise UserError(
                f"{path.name} is damaged: a row refers to another that is not there. It was not changed. "
                "Restore a backup, or have `annotator check` of the version that made it look at it."
            )


def work(rows: sqlite3.Connection) -> Work:
    """Return what a project holds of people's work, to compare it with what becomes of it."""
    tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    counts = {
        name: rows.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        for name in tables
        if not name.startswith("document_search")
    }
    hashes = {
        "document": (bytes.fromhex(sha256) for (sha256,) in rows.execute("SELECT sha256 FROM document")),
        "annotation": (digest for (digest,) in rows.execute("SELECT digest FROM annotation")),
        "layer_state": (digest for (digest,) in rows.execute("SELECT digest FROM layer_state")),
    }
    return Work(counts, {name: sum(map(int.from_bytes, found)) for name, found in hashes.items()})
