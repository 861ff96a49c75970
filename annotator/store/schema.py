"""Making a project file, and telling one from another file before SQLite touches it."""

import struct
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from uuid import uuid4

from msgspec import structs
from sqlalchemy import Connection, insert

from annotator.assets import guideline_text
from annotator.model import Table
from annotator.records import LABELS, UserError
from annotator.store.tables import guideline, label, project

APPLICATION_ID = 0x53_41_6E_6E  # "SAnn", at byte 68 of the file
SCHEMA_VERSION = 1

SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE document_search USING fts5("
    "title, text, content='document', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
)


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
    connection.execute(insert(guideline), {"sha256": sha256(text.encode()).hexdigest(), "text": text})


def verify(path: Path) -> None:
    """Refuse what is no project of ours, or a newer one, by its first bytes alone.

    Raises:
        UserError: the file is missing, no project, or from a newer version. It is untouched.

    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        raise UserError(f"There is no project at {path}.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise UserError(f"{path.name} is not a Source Annotator project.")
    version, application = struct.unpack(">60xi4xi28x", header)
    if application != APPLICATION_ID:
        raise UserError(f"{path.name} is not a Source Annotator project: another program made it.")
    if version > SCHEMA_VERSION:
        raise UserError(
            f"{path.name} was made by a newer version of Source Annotator (format {version}; "
            f"this one reads up to {SCHEMA_VERSION}). Install the newer version to open it."
        )
