"""Making a project file, and telling one from any other file before it is used."""

import stat
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import TypeAlias
from uuid import uuid4

from msgspec import json, structs
from sqlalchemy import Connection, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from annotator.assets import guideline_text, section
from annotator.model import Table
from annotator.records import LABELS, UserError
from annotator.store import keys
from annotator.store.connection import close, connect, explained, has_log, raw
from annotator.store.driver import database_errors
from annotator.store.tables import guideline, label, project

APPLICATION_ID = 0x53_41_6E_6E  # "SAnn", at byte 68 of the file
SCHEMA_VERSION = 2
ADDED_IN_2 = ("assignment", "carried", "origin", "removed", "revision")

SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE document_search USING fts5("
    "title, text, content='document', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
)
_SEARCH_TABLES = (  # that SQLite makes for the index
    "CREATE TABLE 'document_search_data'(id INTEGER PRIMARY KEY, block BLOB)",
    "CREATE TABLE 'document_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID",
    "CREATE TABLE 'document_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB)",
    "CREATE TABLE 'document_search_config'(k PRIMARY KEY, v) WITHOUT ROWID",
)
# What `strangers` takes: as bytes, because in a damaged file they may be no text.
DEFINITIONS = "SELECT CAST(type AS BLOB), CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_master"

# A log may hold the newest definitions. Without one there is nothing to make beside a file that may be refused.
_TO_LOOK = {True: "mode=ro", False: "mode=ro&immutable=1"}

SEARCH_TABLES = tuple(sql.split("'")[1] for sql in _SEARCH_TABLES)

_Definitions: TypeAlias = dict[tuple[str, str], str]


def create(connection: Connection, title: str) -> None:
    """Make the tables of an empty project, with its labels and guideline."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
    Table.metadata.create_all(connection)
    connection.exec_driver_sql(SEARCH_INDEX)
    connection.execute(
        insert(project), {"uid": str(uuid4()), "title": title, "created": datetime.now(UTC), "secret": token_bytes(32)}
    )
    rows = [{**structs.asdict(each), "position": position} for position, each in enumerate(LABELS)]
    connection.execute(insert(label), rows)
    text = guideline_text()
    definitions = [{"key": each.key, "title": each.title, "definition": section(text, each.key)} for each in LABELS]
    connection.execute(
        insert(guideline),
        {
            "sha256": sha256(text.encode()).hexdigest(),
            "text": text,
            "labels_json": json.encode(definitions).decode(),
        },
    )


def verify(path: Path) -> int:
    """Refuse what is no project of ours, or of a later version, and leave it untouched; return its version.

    A file may say that it is ours and still hold a trigger or a view, which would run with the first edit. So its
    definitions must be exactly those that this program makes. The first bytes are read before SQLite opens it.

    Raises:
        UserError: the file is missing, no project, from a newer version, or damaged.

    """
    verify_header(path)
    connection = connect(path, query=_TO_LOOK[has_log(path)])
    try:
        with explained(path):
            version = int(raw(connection).execute("PRAGMA user_version").fetchone()[0])
            stranger = next(strangers(raw(connection).execute(DEFINITIONS), version), None)
    except database_errors(UnicodeDecodeError) as error:  # SQLite quotes what it cannot read, in broken bytes
        raise UserError(
            f"{path.name} is damaged where it says what it holds, so it cannot be opened. Use a backup."
        ) from error
    finally:
        close(connection)
    if stranger:
        raise UserError(
            f"{path.name} is not a project as Source Annotator makes them: {stranger}. It was not opened, because "
            "such a file could change your work. Ask whoever gave it to you for an export, and import that."
        )
    return version


def verify_header(path: Path) -> None:
    """Refuse by its first bytes, before SQLite opens it, what is no project of this version.

    Those of an encrypted project say nothing, so it is opened. So is one that is open here already: to read and close
    it would drop the locks that SQLite has on it.

    Raises:
        KeyNeeded: it is encrypted, and its key is not known here.
        UserError: the file is missing, cannot be read, no project, or from another version.

    """
    _refuse_no_file(path)
    if keys.is_open(path) or keys.is_encrypted(path):
        version, application = _said_inside(path)
    else:
        version, application = _said_by_header(path)
    if application != APPLICATION_ID:
        raise UserError(f"{path.name} is not a Source Annotator project: another program made it.")
    if version > SCHEMA_VERSION:
        raise UserError(
            f"{path.name} was made by a newer version of Source Annotator (format {version}; "
            f"this one reads up to {SCHEMA_VERSION}). Install the newer version to open it."
        )
    if version < 1:
        raise UserError(f"{path.name} is not a Source Annotator project: there is no format {version}.")


def _refuse_no_file(path: Path) -> None:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would be waited for
            raise UserError(f"{path} is not a file.")
    except FileNotFoundError:
        raise UserError(f"There is no project at {path}.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error


def _said_by_header(path: Path) -> tuple[int, int]:
    """Return the version that the first bytes of a file name, and of which application."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise UserError(f"{path.name} is not a Source Annotator project.")
    version, application = struct.unpack(">60xi4xi28x", header)
    return version, application


def _said_inside(path: Path) -> tuple[int, int]:
    connection = connect(path, query=_TO_LOOK[has_log(path)])
    try:
        with explained(path):
            version, application = (
                int(raw(connection).execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("user_version", "application_id")
            )
            return version, application
    finally:
        close(connection)


def strangers(definitions: Iterable[tuple[bytes | None, ...]], version: int = SCHEMA_VERSION) -> Iterator[str]:
    """Yield in words how a file's definitions (type, name, SQL) differ from ours; nothing when they are the same."""
    missing = dict(_own_definitions(version))
    for definition in definitions:
        kind, name, sql = ((part or b"").decode(errors="replace") for part in definition)
        own = missing.pop((kind, name), None)
        if own is None:
            yield f"it holds {'an' if kind == 'index' else 'a'} {kind} “{name[:60]}”"
        elif own != _normal(sql):
            yield f"its {kind} “{name}” is another one"
    for kind, name in missing:
        yield f"its {kind} “{name}” is missing"


@cache
def _own_definitions(version: int) -> _Definitions:
    dialect = sqlite.dialect()
    found = {}
    for table in Table.metadata.tables.values():
        if version < 2 and table.name in ADDED_IN_2:
            continue
        found["table", table.name] = str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            found["index", str(index.name)] = str(CreateIndex(index).compile(dialect=dialect))
    for sql in (SEARCH_INDEX, *_SEARCH_TABLES):
        name = sql.replace("VIRTUAL ", "").split()[2].partition("(")[0].strip("'")
        found["table", name] = sql
    return {key: _normal(sql) for key, sql in found.items()}


def _normal(sql: str) -> str:
    return " ".join(sql.split())
