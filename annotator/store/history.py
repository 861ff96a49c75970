"""Versions as rows: their digests, and which row of a uid is current.

The rules are those of `annotator.versions`; this module keeps them in tables.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias

from msgspec import Raw, Struct, json
from sqlalchemy import Connection, Table, select, update

from annotator import versions
from annotator.store.connection import raw
from annotator.store.tables import annotation, annotator, document, guideline, label

Values: TypeAlias = dict[str, Any]


class AnnotationContent(Struct, frozen=True):
    """What a version of an annotation says; in alphabetical order, so that its JSON is canonical."""

    attributes: Raw
    end: int
    guideline: str | None
    label: str | None
    start: int


class StateContent(Struct, frozen=True):
    """What a version of a layer's state says, in alphabetical order too."""

    blind: bool
    guideline: str | None
    round: str
    status: str


class VersionRow(NamedTuple):
    """What heads depend on, of one row."""

    id: int
    digest: bytes
    parents: tuple[bytes, ...]
    deleted: bool
    current: bool


def split_parents(parents: bytes) -> tuple[bytes, ...]:
    """Return the digests in a `parents` column."""
    return tuple(parents[i : i + versions.DIGEST_SIZE] for i in range(0, len(parents), versions.DIGEST_SIZE))


def join_parents(parents: Iterable[bytes]) -> bytes:
    """Return digests as a `parents` column."""
    return b"".join(sorted(parents))


def state_uid(document_sha256: str, annotator_uid: str) -> str:
    """Return the uid of a layer's state, the same in every project."""
    identity = f"{document_sha256} {annotator_uid}".encode()
    return blake2b(identity, digest_size=versions.DIGEST_SIZE).hexdigest()


def rows_in_effect(connection: Connection, table: Table, uid: str) -> list[VersionRow]:
    """Return the versions of one uid that are not withdrawn."""
    sql = f"SELECT id, digest, parents, deleted, current FROM {table.name} WHERE uid = ? AND withdrawn IS NULL"
    return [
        VersionRow(key, digest, split_parents(parents), bool(deleted), bool(current))
        for key, digest, parents, deleted, current in raw(connection).execute(sql, (uid,))
    ]


def head_digests(connection: Connection, table: Table, uid: str) -> tuple[bytes, ...]:
    """Return the digests of the versions of one uid that nothing replaces."""
    return tuple(head.digest for head in versions.heads(rows_in_effect(connection, table, uid)))


def append(connection: Connection, table: Table, values: Values) -> None:
    """Write one version, and keep the shown head of its uid current.

    `values` are all columns but `current`. A version that was withdrawn comes into effect again.
    """
    existing = rows_in_effect(connection, table, values["uid"])
    new = VersionRow(0, values["digest"], split_parents(values["parents"]), values["deleted"], current=False)
    shown = versions.current([*existing, new])
    _mark(connection, table, existing, shown)
    row = {**values, "at": stamp(values["at"]), "current": shown is new}
    columns, places = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    again = "withdrawn = NULL, edit = excluded.edit, current = excluded.current"
    sql = f"INSERT INTO {table.name}({columns}) VALUES ({places}) ON CONFLICT(uid, digest) DO UPDATE SET {again}"
    raw(connection).execute(sql, row)


def stamp(at: datetime) -> str:
    """Return a time as the tables keep it: UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def recompute_current(connection: Connection, table: Table, uids: Iterable[str]) -> None:
    """Make the shown head of each uid current again, after rows came into or went out of effect."""
    for uid in uids:
        rows = rows_in_effect(connection, table, uid)
        _mark(connection, table, rows, versions.current(rows))


def _mark(connection: Connection, table: Table, rows: Sequence[VersionRow], shown: VersionRow | None) -> None:
    """Flip `current`, off before on: the index allows one row a uid."""
    for row in rows:
        if row.current and row is not shown:
            connection.execute(update(table).where(table.c.id == row.id).values(current=False))
    if shown and shown in rows and not shown.current:
        connection.execute(update(table).where(table.c.id == shown.id).values(current=True))


def row_digest(connection: Connection, table: Table, values: Values) -> bytes:
    """Compute the digest of a row from its columns and what they refer to."""
    identities = (
        select(document.c.sha256, annotator.c.uid, label.c.key, guideline.c.sha256)
        .select_from(document)
        .join(annotator, annotator.c.id == values["annotator_id"])
        .outerjoin(label, label.c.id == values.get("label_id"))
        .outerjoin(guideline, guideline.c.id == values["guideline_id"])
        .where(document.c.id == values["document_id"])
    )
    sha256, author, label_key, guideline_sha256 = connection.execute(identities).one()
    content: AnnotationContent | StateContent
    if table is annotation:
        attributes = Raw(values["attributes"].encode())
        content = AnnotationContent(attributes, values["end"], guideline_sha256, label_key, values["start"])
    else:
        content = StateContent(values["blind"], guideline_sha256, values["round"], values["status"])
    identity = (values["uid"], split_parents(values["parents"]), sha256, author, json.encode(content))
    return versions.digest(*identity, values["deleted"])
