"""The open project file: transactions, reading beside them, and who may do which."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from annotator.records import UserError
from annotator.store import backups, last_edit, migrations, partial, schema
from annotator.store.connection import close, connect, explained, prepare_for_writing, raw, read_only
from annotator.store.keys import Secret
from annotator.store.lock import ProjectLock

LENT = "An import or merge is running. Edits wait until it is done."


class Store:
    """A project file, open for reading, or for writing by this program alone.

    Verbs and queries are functions of the other modules of this package; they take the
    `Connection` that `transaction()` or `reading()` gives. A store belongs to the thread that
    opened it: another one reads beside it, and writes only while the store is `lent` to it.
    """

    def __init__(self, path: Path, connection: Connection, lock: ProjectLock | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        self._thread = threading.get_ident()
        self._turn = threading.RLock()  # of the connection: it changes hands only while nobody is using it
        self._identity = _identity(path)
        self._memory = last_edit.Memory(path)
        self.missing = self._memory.missing(raw(connection))  # edits that were saved here, and are not in the file

    @classmethod
    def create(cls, path: Path, title: str | None = None, secret: Secret | None = None) -> Self:
        """Make a new project, encrypted if there is a secret, and open it for writing.

        Raises:
            UserError: something stands at `path` already, it cannot be written, or the title is blank.

        """
        partial.refuse_existing(path)
        title = path.stem if title is None else title.strip()
        if not title:
            raise UserError("A project needs a title.")
        with partial.new_file(path) as file:
            connection = connect(file, query="mode=rw", secret=secret)
            try:
                with explained(path), _transaction(connection):
                    schema.create(connection, title)
            finally:
                close(connection)
        try:
            return cls.open(path)
        except BaseException:
            _remove(path)  # an empty project that cannot be opened stands in the way of the next try
            raise

    @classmethod
    def open(cls, path: Path, *, backs_up: bool = True, accepts_missing: bool = False) -> Self:
        """Open a project for writing; one of an earlier version is backed up, if so wished, and brought up to date.

        Where edits are missing that were saved here, they are asked for again at the next time, until somebody says
        to go on; `accepts_missing` does so with the first edit that is written.

        Raises:
            UserError: it is missing, no project, too new, open elsewhere, or cannot be written. It is untouched.

        """
        path = _without_links(path)
        lock = ProjectLock(path)
        try:
            version = schema.verify(path)
            if not os.access(path, os.W_OK):
                raise UserError(f"{path.name} cannot be written. Check its permissions.")
            lock.take_place()
            partial.sweep(path.parent)
            if version < schema.SCHEMA_VERSION:
                if backs_up:
                    backups.make(path, "migration")
                migrations.migrate(path, version)
            connection = _connect_to_write(path)
        except BaseException:
            lock.release()
            raise
        store = cls(path, connection, lock)
        if accepts_missing:
            store.missing = None
        return store

    @classmethod
    def open_to_read(cls, path: Path) -> Self:
        """Open a project for reading alone, also while another program writes to it.

        Raises:
            UserError: it is missing, not ours, of another version, or cannot be read.

        """
        path = _without_links(path)
        if schema.verify(path) < schema.SCHEMA_VERSION:
            raise UserError(
                f"{path.name} was made by an earlier version of Source Annotator. Open it once in the window, or run "
                f"`annotator migrate {path.name}`: it is backed up and brought up to date."
            )
        return cls(path, connect(path, query=read_only(path)), None)

    def close(self) -> None:
        close(self._connection)
        self._memory.close()
        if self._lock:
            self._lock.release()

    def discard(self) -> None:
        """Close the project and remove it: one that was made for nothing."""
        self.close()
        _remove(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write: commit on leaving, roll back on error.

        Raises:
            UserError: an import has the store, the file was moved or replaced, or the disk refuses.

        """
        if not self._lock:
            raise UserError(f"{self.path.name} is open for reading only.")
        with self._turn_to_write():
            with explained(self.path), _transaction(self._connection):
                yield self._connection
                self._check_place()
                last = last_edit.of(raw(self._connection))
            if self.missing is None:
                self._memory.write(last)

    def accept_missing(self) -> None:
        """Go on without the edits that are missing, and remember those that are there."""
        self.missing = None
        self._memory.write(last_edit.of(raw(self._connection)))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent state of the project, from any thread."""
        with self._own_turn() as is_mine:
            connection = self._connection if is_mine else connect(self.path, query="mode=ro")
            try:
                with explained(self.path), _query_only(connection), _transaction(connection, "DEFERRED"):
                    yield connection
            finally:
                if not is_mine:
                    close(connection)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let the calling thread write; the store's own thread reads beside it meanwhile."""
        with self._turn:
            owner, self._thread = self._thread, threading.get_ident()
        try:
            yield
        finally:
            self._thread = owner

    def compact(self) -> bool:
        """Write the file anew without what was removed from it, and empty its log.

        Return whether the log is empty: a program that reads the project meanwhile keeps it until it has closed.

        Raises:
            UserError: the disk refuses, or an import has the store.

        """
        with self._turn_to_write(), explained(self.path):
            rows = raw(self._connection)
            rows.execute("VACUUM")
            (is_busy, *_) = rows.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy

    def save_copy(self, path: Path) -> None:
        """Write a complete copy, also when the project itself was removed while open."""
        partial.refuse_existing(path)
        with self._turn_to_write(), partial.new_file(path) as file, explained(path):
            self._connection.exec_driver_sql("VACUUM INTO ?", (str(file),))

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Keep the connection until this is left. Raises UserError, where it is lent to another thread."""
        with self._own_turn() as is_mine:
            if not is_mine:
                raise UserError(LENT)
            yield

    @contextmanager
    def _own_turn(self) -> Iterator[bool]:
        """Tell whether the connection is this thread's, which it then stays until this is left. It never waits."""
        has_turn = self._thread == threading.get_ident() and self._turn.acquire(blocking=False)
        try:
            yield has_turn and self._thread == threading.get_ident()
        finally:
            if has_turn:
                self._turn.release()

    def is_in_place(self) -> bool:
        """Whether the file still is where it was opened."""
        return _identity(self.path) == self._identity

    def _check_place(self) -> None:
        """Refuse to commit into a file that is no longer where a person would look for it."""
        if not self.is_in_place():
            raise UserError(
                f"{self.path} was moved, replaced or removed while it was open, so this edit was not saved. "
                "Put it back, or use “Save a copy”: the copy holds all that was saved before."
            )


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}.lock"):
        path.with_name(name).unlink(missing_ok=True)


def _connect_to_write(path: Path) -> Connection:
    connection = connect(path, query="mode=rw")
    try:
        with explained(path):
            prepare_for_writing(connection)
    except BaseException:
        close(connection)
        raise
    return connection


def _without_links(path: Path) -> Path:
    return Path(os.path.realpath(path))  # unlike `Path.resolve` it leaves a circle of links for the opening to refuse


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextmanager
def _query_only(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql("PRAGMA query_only = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA query_only = OFF")


@contextmanager
def _transaction(connection: Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    driver = raw(connection)  # a key is several transactions, and has 10 ms for all that it does
    driver.execute(f"BEGIN {kind}")
    try:
        yield
        driver.execute("COMMIT")
    except BaseException:
        # A full disk has rolled back already.
        if driver.in_transaction:
            driver.execute("ROLLBACK")
        raise
