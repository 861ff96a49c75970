"""Backups of a project, in the person's data folder: made by SQLite itself, checked, and restored to a new file.

A plain copy of an open project lacks what stands in its log, so SQLite's backup API makes each of one consistent state,
while others read and write. It counts as a backup only once it was opened, checked and put in place by a rename.

`backups/UID/PLACE/` holds those of one project file, so that a copy of it elsewhere, which has the same uid, keeps its
own. `origin.json` in it says which file that is: the backups are found by its path when the project itself is lost.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, cast
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec
from filelock import FileLock
from platformdirs import user_data_path
from sqlalchemy import Connection

from annotator.records import UserError
from annotator.rows import Backup, BackupContents, BackupReason
from annotator.store import identity, partial, schema
from annotator.store.connection import close, connect, explained, has_log, raw, read_only, secret_of
from annotator.store.rotation import superfluous

if TYPE_CHECKING:
    from annotator.store.project_file import Store

_TIME = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{6,})-(\d{8}T\d{6}Z)-(closed|merge|migration|deletion|work)\.annotator")
_READ = "mode=ro"
_PAGES = 2_000  # copied at a time: memory stays small
ROOM = 200_000_000  # bytes that a backup leaves free: a full disk would keep people from working
_COUNTS = """
    SELECT (SELECT count(*) FROM document WHERE withdrawn IS NULL),
        (SELECT count(*) FROM annotation INDEXED BY annotation_layer
            WHERE current AND NOT deleted AND label_id IS NOT NULL)
"""
_LAST_EDIT = "SELECT number, name, at FROM edit ORDER BY number DESC LIMIT 1"


class _Origin(msgspec.Struct, frozen=True):
    """Which project file the backups of a folder were made of."""

    uid: str
    project: str


def make(source: "Store | Path", reason: BackupReason, *, at: datetime | None = None) -> Backup:
    """Make a backup, check it, and remove those that are too many; return it, or the last one if that says the same.

    Args:
        source: an open project, outside its transactions; or a project file, whoever has it open.
        reason: why it is made.
        at: when, if not now.

    Raises:
        UserError: it could not be made, and why. The project and the backups that there are are untouched.

    """
    path = Path(os.path.realpath(source)) if isinstance(source, Path) else source.path
    state = _reading(path, _to_make_of(path)) if isinstance(source, Path) else source.reading()
    try:
        with state as connection:
            return _make(connection, path, reason, (at or datetime.now(UTC)).replace(microsecond=0))
    except UserError as error:
        raise UserError(f"No backup of {path.name} was made. {error}") from error


def of_project(path: Path) -> list[Backup]:
    """Return the backups of a project, the newest first; its file may be lost or damaged.

    Those of the file at this path come first, then those of the same project when its file was elsewhere.
    """
    path = Path(os.path.realpath(path))
    uid = _uid(path)
    found = [(origin, backups) for origin, backups in _folders() if origin.project == str(path) or origin.uid == uid]
    found.sort(key=lambda each: each[0].project != str(path))
    return [backup for _, backups in found for backup in backups]


def every() -> list[Backup]:
    """Return the backups of every project, the newest first, project by project."""
    found = sorted(_folders(), key=lambda each: each[1][0].made, reverse=True)
    return [backup for _, backups in found for backup in backups]


def contents(backup: Backup) -> BackupContents:
    """Return what a backup holds. Raises UserError: it is damaged, or cannot be read."""
    with _reading(backup.file, _READ) as connection:
        return _contents(connection)


def free_place(project: Path) -> Path:
    """Return where a project goes that is restored: beside it, by a name that no file has."""
    number = 1
    while (path := project.with_name(f"{project.stem} restored{f' {number}' * (number > 1)}.annotator")).exists():
        number += 1
    return path


def restore(backup: Backup, target: Path) -> None:
    """Write a backup as a new project file, which is opened and checked before it has this name.

    Raises:
        UserError: something stands there already, the backup is damaged, or the target cannot be written.

    """
    partial.refuse_existing(target)
    with _reading(backup.file, _READ) as connection, partial.new_file(target) as file:
        _copy(connection, file, target, _contents(connection))


def stand_alone(path: Path) -> None:
    """Have a backup that was written to have no log beside it again: who reads it would leave one."""
    connection = connect(path, query="mode=rw")
    try:
        with explained(path):
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
    finally:
        close(connection)


def _make(connection: Connection, path: Path, reason: BackupReason, at: datetime) -> Backup:
    holds = _contents(connection)
    try:
        folder = _folder(identity.project(connection).uid, path)
        with FileLock(folder / "lock", mode=0o600):
            earlier = _in_folder(folder, path)
            if earlier and _says_the_same(earlier[0], holds):
                return earlier[0]
            _need_room(connection, folder)
            number = earlier[0].number + 1 if earlier else 1
            file = folder / f"{number:06d}-{at.astimezone(UTC):{_TIME}}-{reason}.annotator"
            backup = Backup(file, number, at, reason, path)
            with partial.new_file(file) as unchecked:
                _copy(connection, unchecked, file, holds)
            for each in superfluous([backup, *earlier]):
                with suppress(OSError):  # the next one has another try
                    each.file.unlink()
            return backup
    except OSError as error:
        raise UserError(f"{_data_folder()} cannot be written: {error.strerror}.") from error


def _need_room(connection: Connection, folder: Path) -> None:
    rows = raw(connection)
    pages, size = (int(rows.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
    if disk_usage(folder).free < pages * size + ROOM:
        raise UserError(f"There is too little room for it in {folder.parents[1]}. Make room on that disk.")


def _says_the_same(backup: Backup, holds: BackupContents) -> bool:
    with suppress(UserError):  # a damaged one says nothing
        return contents(backup) == holds
    return False


# One state of a project, and a copy of it


def _to_make_of(path: Path) -> str:
    """Return how to open a project for making a backup.

    Who may only read leaves SQLite's log behind; who may write takes it away on closing, if nobody else needs it.
    """
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return "mode=rw" if writable else read_only(path)


@contextmanager
def _reading(path: Path, query: str) -> Iterator[Connection]:
    """Give one state of a project that is ours; what is written meanwhile is not in it."""
    connection = connect(path, query=query)
    try:
        with explained(path):
            connection.exec_driver_sql("PRAGMA query_only = ON")
            connection.exec_driver_sql("BEGIN")
            _recognise(connection, path)
            yield connection
    finally:
        close(connection)


def _recognise(connection: Connection, path: Path) -> None:
    """Refuse a file that is no project of ours: it could hold SQL of its own."""
    rows = raw(connection)
    (application,), (version,) = (
        rows.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    if application != schema.APPLICATION_ID or version > schema.SCHEMA_VERSION:
        raise UserError(f"{path.name} is not a project that this version of Source Annotator knows.")
    # What an older version made was recognised by whoever is about to bring it up to date.
    if version == schema.SCHEMA_VERSION and next(schema.strangers(rows.execute(schema.DEFINITIONS)), None):
        raise UserError(f"{path.name} is not a project as Source Annotator makes them.")


def _contents(connection: Connection) -> BackupContents:
    rows = raw(connection)
    documents, annotations = rows.execute(_COUNTS).fetchone()
    names = tuple(name for (name,) in rows.execute("SELECT name FROM annotator ORDER BY id"))
    edit, name, at = rows.execute(_LAST_EDIT).fetchone() or (0, None, None)
    return BackupContents(documents, annotations, names, edit, name, at)


def _copy(connection: Connection, file: Path, named: Path, holds: BackupContents) -> None:
    """Copy the state that is being read into an empty file, and check that the copy is whole and says the same.

    Args:
        connection: what reads the state.
        file: the empty file.
        named: what the file will be called, for messages.
        holds: what the state says.

    Raises:
        UserError: the disk refuses, or the copy is not whole.

    """
    with explained(named):
        copy = connect(file, query="mode=rw", secret=secret_of(connection))
        try:
            rows = raw(copy)
            # Nothing relies on it until it is whole; then it is synced at once.
            rows.execute("PRAGMA synchronous = OFF")
            rows.execute("PRAGMA journal_mode = OFF")
            raw(connection).backup(rows, pages=_PAGES)
            rows.execute("PRAGMA journal_mode = DELETE")  # opened to look at it, it leaves no log beside it
        finally:
            close(copy)
        partial.sync(file)
        with _reading(file, _READ) as written:
            definitions = [raw(each).execute(schema.DEFINITIONS).fetchall() for each in (connection, written)]
            (found,) = raw(written).execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok" or definitions[0] != definitions[1] or _contents(written) != holds:
                raise UserError(f"The copy did not come out whole ({found}). Run “annotator check” on the project.")


# Folders and files


def _data_folder() -> Path:
    return user_data_path("source-annotator") / "backups"


def _folder(uid: str, project: Path) -> Path:
    """Return the folder for the backups of one project file, made if need be, and private. Raises OSError."""
    try:
        name = str(UUID(uid))
    except ValueError:  # it stands in a file, which may be a stranger's: it is never taken for a path
        name = str(uuid5(NAMESPACE_OID, uid))
    folder = _data_folder() / name / blake2b(os.fsencode(project), digest_size=8).hexdigest()
    folder.parents[1].mkdir(parents=True, exist_ok=True, mode=0o700)
    for each in (folder.parent, folder):
        each.mkdir(exist_ok=True, mode=0o700)
    origin = folder / "origin.json"
    if not origin.exists():
        with partial.new_file(origin) as file:
            file.write_bytes(msgspec.json.encode(_Origin(uid, str(project))))
    return folder


def _folders() -> Iterator[tuple[_Origin, list[Backup]]]:
    """Yield every folder that holds backups: what it is of, and they, the newest first."""
    for file in sorted(_data_folder().glob("*/*/origin.json")):
        with suppress(OSError, msgspec.DecodeError):
            origin = msgspec.json.decode(file.read_bytes(), type=_Origin)
            if backups := _in_folder(file.parent, Path(origin.project)):
                yield origin, backups


def _in_folder(folder: Path, project: Path) -> list[Backup]:
    """Return the backups in a folder, the newest first; what is called otherwise is none."""
    found = []
    for file in folder.iterdir():
        if said := _NAME.fullmatch(file.name):
            with suppress(ValueError):
                made = datetime.strptime(said[2], _TIME).replace(tzinfo=UTC)
                found.append(Backup(file, int(said[1]), made, cast("BackupReason", said[3]), project))
    return sorted(found, key=lambda backup: backup.number, reverse=True)


def _uid(path: Path) -> str | None:
    """Return the uid of the project at a path, if it can be read."""
    # Nothing is left beside it: the uid never changes, so where there is no log there is no need for one.
    with suppress(UserError), _reading(path, _READ if has_log(path) else f"{_READ}&immutable=1") as connection:
        return identity.project(connection).uid
    return None
