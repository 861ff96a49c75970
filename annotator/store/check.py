"""Check a project: the file, the texts, every version, what is derived from them, and the search index."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import DatabaseError

from annotator import versions
from annotator.records import Attributes
from annotator.store.history import VersionRow, row_digest, split_parents
from annotator.store.tables import VERSIONED, annotation, document


class Finding(msgspec.Struct):
    """Something that is wrong, and in which document where it is in one."""

    what: str
    document: int | None = None


def check(connection: Connection) -> Iterator[Finding]:
    """Yield what is wrong with a project; nothing when it is whole."""
    yield from _check_file(connection)
    yield from _check_texts(connection)
    for table in VERSIONED:
        yield from _check_versions(connection, table)
    yield from _check_search(connection)


def _check_file(connection: Connection) -> Iterator[Finding]:
    for (message,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if message != "ok":
            yield Finding(f"the file is damaged: {message}")
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding(f"{table} {row} refers to a row of {parent} that is not there")


def _check_texts(connection: Connection) -> Iterator[Finding]:
    query = select(document.c.id, document.c.sha256, document.c.length, document.c.text)
    for key, expected, length, text in connection.execute(query.execution_options(yield_per=100)):
        if sha256(text.encode()).hexdigest() != expected or len(text) != length:
            yield Finding("its text is not the one that was imported", key)


def _check_versions(connection: Connection, table: Table) -> Iterator[Finding]:
    """Check the versions uid by uid: digests, parents, spans, and which one is current."""
    query = select(table).order_by(table.c.uid).execution_options(yield_per=1000)
    rows: list[Any] = []
    for row in connection.execute(query):
        if rows and rows[0].uid != row.uid:
            yield from _check_uid(connection, table, rows)
            rows = []
        rows.append(row)
    if rows:
        yield from _check_uid(connection, table, rows)


def _check_uid(connection: Connection, table: Table, rows: list[Any]) -> Iterator[Finding]:
    known = {row.digest for row in rows}
    for row in rows:
        what = f"{table.name} {row.uid}, version {row.id}"
        if row_digest(connection, table, row._asdict()) != row.digest:
            yield Finding(f"{what}: what it says is not what was saved", row.document_id)
        if not known.issuperset(split_parents(row.parents)):
            yield Finding(f"{what}: a version that it replaces is missing", row.document_id)
        if table is annotation:
            yield from _check_annotation(connection, row, what)
    in_effect = [
        VersionRow(row.id, row.digest, split_parents(row.parents), row.deleted, row.current)
        for row in rows
        if row.withdrawn is None
    ]
    shown = versions.current(in_effect)
    marked = [row.digest for row in rows if row.current]
    if marked != ([shown.digest] if shown else []):
        yield Finding(f"{table.name} {rows[0].uid}: the wrong version is current", rows[0].document_id)


def _check_annotation(connection: Connection, row: Any, what: str) -> Iterator[Finding]:
    length = connection.execute(select(document.c.length).where(document.c.id == row.document_id)).scalar_one()
    if row.end > length:
        yield Finding(f"{what}: its span ends beyond the text", row.document_id)
    try:
        msgspec.json.decode(row.attributes, type=Attributes)
    except msgspec.DecodeError as error:
        yield Finding(f"{what}: its attributes cannot be read ({error})", row.document_id)


def _check_search(connection: Connection) -> Iterator[Finding]:
    try:
        connection.exec_driver_sql("INSERT INTO document_search(document_search, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        yield Finding("the search index does not match the texts")
