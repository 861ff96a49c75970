"""Removing articles for good: from the project, and from the copies of it that were kept in case of need."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field

from annotator.records import UserError
from annotator.store import Store, backups, removal, trash
from annotator.store.keys import KeyNeeded


class Removal(Struct, kw_only=True):
    """What was removed for good, and where some of it may still be."""

    documents: int = 0
    copies: int = 0  # backups that held some of it, and do no more
    discarded: list[str] = field(default_factory=list)  # backups that could not be opened, and were removed whole
    left: list[str] = field(default_factory=list)  # files that could not be changed: they may hold it still


def remove_for_good(store: Store, ids: Sequence[int], copies: Iterable[Path]) -> Removal:
    """Remove documents of the trash so that neither the project nor its backups hold anything of them.

    From the backups goes all that was ever removed: one may have been out of reach when that was done.

    Raises:
        UserError: one of them is not in the trash, or the disk refuses. Nothing was removed then.

    """
    with store.transaction() as connection:
        trash.require_deleted(connection, ids)
        removal.remove(connection, ids)
        hashes = removal.removed(connection)
    found = Removal(documents=len(set(ids)))
    _compact(store, found)
    for path in copies:
        _remove_from_copy(path, hashes, found)
    return found


def backups_of(store: Store) -> list[Path]:
    """Return the backups that are kept of a project."""
    return [backup.file for backup in backups.of_project(store.path)]


def _remove_from_copy(path: Path, hashes: Sequence[str], found: Removal) -> None:
    """Remove texts from a project file. One that cannot be opened may hold them too, and goes whole."""
    try:
        with Store.open(path, backs_up=False) as copy:  # a backup of the backup would hold them again
            _remove_texts(copy, hashes, found)
        backups.stand_alone(path)
    except KeyNeeded:  # of an earlier key, and encrypted
        found.left.append(str(path))
    except UserError:
        try:
            path.unlink()
        except OSError:
            found.left.append(str(path))
        else:
            found.discarded.append(path.name)
    path.with_name(f"{path.name}.lock").unlink(missing_ok=True)  # nobody else opens a backup


def _remove_texts(copy: Store, hashes: Sequence[str], found: Removal) -> None:
    try:
        with copy.transaction() as connection:
            ids = removal.ids_of(connection, hashes)
            if ids:
                removal.remove(connection, ids)
    except UserError:  # a full disk: the rest of the copy may be needed
        found.left.append(str(copy.path))
        return
    if ids:
        found.copies += 1
        _compact(copy, found)


def _compact(store: Store, found: Removal) -> None:
    """Write a file anew; where that does not go, rows are gone, but the file or its log may hold what they said."""
    try:
        is_clean = store.compact()
    except UserError:
        is_clean = False
    if not is_clean:
        found.left.append(str(store.path))
