"""Making a project file, and telling one from another file before SQLite touches it."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from uuid import uuid4

from msgspec import structs
from sqlalchemy import Connection, Index, insert

from annotator.assets import guideline_text
from annotator.model import Table
from annotator.records import LABELS, UserError
from annotator.store.tables import annotation, document, guideline, label, layer_state, project

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


# The bulk rows of a new project are written first and indexed after: half the time of doing both at once.
_LATE_INDEXES = (
    "annotation_current",
    "annotation_layer",
    "annotation_edit",
    "layer_state_edit",
    "document_edit",
)


@contextmanager
def indexes_made_last(connection: Connection) -> Iterator[None]:
    """Leave out, until the end, the indexes that an import into an empty project does not read."""
    indexes: list[Index] = [
        index for table in (document, annotation, layer_state) for index in table.indexes if index.name in _LATE_INDEXES
    ]
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def is_empty(connection: Connection) -> bool:
    """Whether the project has no documents yet."""
    return connection.exec_driver_sql("SELECT NOT EXISTS (SELECT 1 FROM document)").first() == (1,)
