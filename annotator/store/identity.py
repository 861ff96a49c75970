"""Which project this is, and how far its history goes."""

from typing import NamedTuple

from sqlalchemy import Connection


class Identity(NamedTuple):
    """What a project is known by, and the key of its pseudonyms, which never leaves it."""

    uid: str
    title: str
    secret: bytes


def project(connection: Connection) -> Identity:
    """Return the identity of the project."""
    return Identity(*connection.exec_driver_sql("SELECT uid, title, secret FROM project").one())


def last_edit(connection: Connection) -> int:
    """Return the number of the newest edit; 0 of a project without any."""
    return int(connection.exec_driver_sql("SELECT coalesce(max(number), 0) FROM edit").scalar_one())


def edited(connection: Connection) -> str | None:
    """Return when the newest edit was made, as ``2026-11-23 14:05:09`` in UTC; None of a project without any."""
    at = connection.exec_driver_sql("SELECT at FROM edit ORDER BY number DESC LIMIT 1").scalar_one_or_none()
    return None if at is None else str(at)[:19]


def texts(connection: Connection) -> set[str]:
    """Return the hashes of all texts that the project has, withdrawn ones too."""
    return {row[0] for row in connection.exec_driver_sql("SELECT sha256 FROM document")}


def guidelines(connection: Connection) -> dict[str, int]:
    """Return which version of the project's guideline each hash is, from 1; not of those known by hash only."""
    rows = connection.exec_driver_sql("SELECT sha256 FROM guideline WHERE text IS NOT NULL ORDER BY id")
    return {sha256: number for number, (sha256,) in enumerate(rows, 1)}
