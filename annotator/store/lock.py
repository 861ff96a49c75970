"""One writer a project: an operating system lock, and a note of who holds it."""

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from annotator.records import UserError


class Owner(msgspec.Struct):
    """Who has a project open for writing. For the message alone: the lock is the system's."""

    host: str
    process: int
    since: datetime


class ProjectLock:
    """Held by the one program that may write to a project; freed by the system when it dies."""

    def __init__(self, project: Path) -> None:
        """Take the lock.

        Raises:
            UserError: somebody else has the project open, or its folder cannot be written.

        """
        self._owner_path = project.with_name(project.name + ".owner")
        self._lock = FileLock(project.with_name(project.name + ".lock"), timeout=0, mode=0o600)
        try:
            self._lock.acquire()
        except Timeout:
            raise UserError(f"{project.name} is already open{self._holder()}. Close it there first.") from None
        except OSError as error:
            raise UserError(
                f"{project.name} cannot be opened for writing: {error.strerror}. "
                f"Check the permissions of {project.parent}."
            ) from error
        self._sign()

    def release(self) -> None:
        self._owner_path.unlink(missing_ok=True)
        self._lock.release()

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
