"""How an export came about: enough to make the same bytes again, and to say who has which."""

from hashlib import file_digest
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from annotator import __version__
from annotator.records import UserError


class ExportedFile(Struct, kw_only=True):
    """A file of an export; `name` is relative to the export's folder."""

    name: str
    bytes: int
    sha256: str


class Provenance(Struct, kw_only=True):
    """What `export.json` holds."""

    schema: Literal["source-annotator/export/1"] = "source-annotator/export/1"
    tool: str = f"source-annotator {__version__}"
    project: dict[str, str]  # uid and title
    project_file: str  # as a path relative to the export; empty where names are replaced
    out: str
    last_edit: int
    options: dict[str, Any]  # without what would tell names
    names_replaced: int = 0  # how many names of sources
    layers: int
    spans: int
    losses: dict[str, int]
    guidelines: list[str]  # the hashes of those in force in the exported layers
    documents: list[str]  # the hashes of their texts
    files: list[ExportedFile]


def describe(file: Path, name: str, sha256: str | None = None) -> ExportedFile:
    """Return the record of a file that was written; its `sha256` is reckoned if it is not known."""
    if sha256 is None:
        with file.open("rb") as content:
            sha256 = file_digest(content, "sha256").hexdigest()
    return ExportedFile(name=name, bytes=file.stat().st_size, sha256=sha256)


def write(path: Path, provenance: Provenance) -> None:
    """Write a provenance as JSON that people can read too."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(provenance), indent=2) + b"\n")


def read(path: Path) -> Provenance:
    """Return the provenance in a file.

    Raises:
        UserError: the file cannot be read, or holds none.

    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Provenance)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise UserError(f"{path.name} does not say how an export was made: {error}.") from error
