"""One writer a project: operating system locks, and a note of who holds them.

A project may have several names: links to it, or to its folder. So there are two locks. One is kept in the
person's own state folder and named after the file itself, by device and inode. The other stands beside the file,
for programs of other people and machines. Neither opens the file: closing it again would drop the locks that
SQLite has on it in this process.
"""

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from platformdirs import user_state_path

from annotator.records import UserError


class Owner(msgspec.Struct):
    """Who has a project open for writing. For the message alone: the locks are the system's."""

    host: str
    process: int
    since: datetime


class ProjectLock:
    """Held by the one program that may write to a project; freed by the system when it dies."""

    def __init__(self, project: Path) -> None:
        """Take the lock on the file itself. Nothing is made beside it, for it may be anything.

        Args:
            project: its path without links.

        Raises:
            UserError: somebody else has the project open, it is missing, or the state folder cannot be written.

        """
        self._project = project
        self._owner_path = project.with_name(project.name + ".owner")
        self._held: list[FileLock] = []
        try:
            status = project.stat()
        except FileNotFoundError:
            raise UserError(f"There is no project at {project}.") from None
        except OSError as error:
            raise UserError(f"{project} cannot be read: {error.strerror}.") from error
        folder = user_state_path("source-annotator") / "locks"
        try:
            for each in (folder.parent, folder):
                each.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _cannot_write(project, folder, error) from error
        self._take(folder / f"{status.st_dev}-{status.st_ino}.lock")

    def take_place(self) -> None:
        """Take the lock beside the file too, and say there who holds it.

        Raises:
            UserError: somebody else has the project open, or its folder cannot be written.

        """
        self._take(self._project.with_name(self._project.name + ".lock"))
        self._sign()

    def release(self) -> None:
        if len(self._held) > 1:  # the note is ours
            self._owner_path.unlink(missing_ok=True)
        while self._held:
            self._held.pop().release()

    def _take(self, path: Path) -> None:
        lock = FileLock(path, timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            self.release()
            raise UserError(f"{self._project.name} is already open{self._holder()}. Close it there first.") from None
        except OSError as error:
            self.release()
            raise _cannot_write(self._project, path.parent, error) from error
        self._held.append(lock)

    def _sign(self) -> None:
        owner = Owner(socket.gethostname(), os.getpid(), datetime.now(UTC))
        with suppress(OSError):  # a full disk: the lock holds without the note
            self._owner_path.touch(mode=0o600)
            self._owner_path.write_bytes(msgspec.json.encode(owner))

    def _holder(self) -> str:
        try:
            owner = msgspec.json.decode(self._owner_path.read_bytes(), type=Owner)
        except (OSError, msgspec.DecodeError):
            return " in another window"
        since = owner.since.astimezone().strftime("%d %B, %H:%M")
        return f" in another window (on {owner.host}, process {owner.process}, since {since})"


def _cannot_write(project: Path, folder: Path, error: OSError) -> UserError:
    return UserError(
        f"{project.name} cannot be opened for writing: {error.strerror}. Check the permissions of {folder}."
    )
