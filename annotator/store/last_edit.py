"""The last edit of each project, remembered outside of it: to tell a file that lost edits from one that never had them.

A log that was cut off, or an older file that a synchronisation or a backup program put in its place, is a whole project
to SQLite. So after every commit the number and time of the last edit go into a small file in the person's state
folder. It is not synced to the disk: after a power cut it may know less than the project, which is no harm.

The file is named after the place of the project, not after its uid alone: a copy has edits of its own, and must not
count as one that lost those of the original. A project that was moved or brought to another machine is new there.
"""

import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from platformdirs import user_state_path

from annotator.store.connection import close, connect, raw, read_only
from annotator.store.driver import database_errors

_SIZE = 128  # bytes: one write is whole or not there


class LastEdit(NamedTuple):
    """An edit by its number, and the time that tells it from another of that number; of which project."""

    project: str
    number: int
    at: str


class Missing(NamedTuple):
    """What a project had when it was closed here last, and does not have any more."""

    edits: int  # at the end of its history; 0 where others stand in their place


def of(rows: Connection) -> LastEdit | None:
    """Return the last edit of a project; None where it has none."""
    sql = "SELECT project.uid, number, at FROM edit, project ORDER BY number DESC LIMIT 1"
    found = rows.execute(sql).fetchone()
    return LastEdit(*found) if found else None


class Memory:
    """Remembers the last edit of the project at one place. What cannot be written is not remembered, no more."""

    def __init__(self, project: Path) -> None:
        self._path = _path(project)
        self._descriptor: int | None = None
        self._written = self.remembered = _read(self._path)

    def missing(self, rows: Connection) -> Missing | None:
        """Return what is remembered and not in the project; None where all of it is there."""
        known = self.remembered
        if known is None:
            return None
        try:
            now = of(rows)
            found = rows.execute("SELECT at FROM edit WHERE number = ?", (known.number,)).fetchone()
            project = rows.execute("SELECT uid FROM project").fetchone()
        except database_errors():
            return None  # a damaged file has other messages
        if project != (known.project,) or found == (known.at,):
            return None
        return Missing(0 if found else known.number - (now.number if now else 0))

    def write(self, last: LastEdit | None) -> None:
        """Remember the last edit, which is committed."""
        if last is None or last == self._written:
            return
        with suppress(OSError):
            if self._descriptor is None:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, " ".join(map(str, last)).encode().ljust(_SIZE))
            self._written = last

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def missing(project: Path) -> Missing | None:
    """Return what the project at a place lost since it was open there last; None where nothing is known of it.

    Raises:
        UserError: it cannot be opened.

    """
    project = Path(os.path.realpath(project))
    memory = Memory(project)
    if memory.remembered is None:
        return None
    connection = connect(project, query=read_only(project))
    try:
        return memory.missing(raw(connection))
    finally:
        close(connection)


def in_words(lost: Missing) -> str:
    """Return what is missing, and how that may have come about."""
    if lost.edits == 0:
        what = "The last edits made here are missing: this file holds others in their place."
    elif lost.edits == 1:
        what = "The last edit made here is missing from this file."
    else:
        what = f"The last {lost.edits:,} edits made here are missing from this file."
    return (
        f"{what} It may be an older copy, from a backup or a folder that is synchronised with another computer; or it "
        "was copied without its log, the file beside it that ends in “-wal”."
    )


def _path(project: Path) -> Path:
    name = blake2b(os.fsencode(project), digest_size=16).hexdigest()
    return user_state_path("source-annotator") / "edits" / name


def _read(path: Path) -> LastEdit | None:
    try:
        project, number, at = path.read_text(encoding="ascii").strip().split(" ", 2)
        return LastEdit(project, int(number), at)
    except (OSError, ValueError):
        return None
