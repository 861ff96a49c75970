"""Removing articles for good: from the project, and from the copies of it that were kept in case of need."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from annotator.records import UserError
from annotator.store import Store, backups, removal, trash
from annotator.store.connection import DamagedError


class Removal(Struct, kw_only=True):
    """What was removed for good, and where some of it may still be."""

    documents: int = 0
    copies: int = 0  # backups that held some of it, and do no more
    discarded: list[str] = field(default_factory=list)  # backups that were damaged, and were removed whole
    left: list[str] = field(default_factory=list)  # files that could not be changed: they may hold it still


def remove_for_good(store: Store, ids: Sequence[int]) -> Removal:
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
    for path in backups.held(store.path):  # looked for now: one may have been in the making until now
        _remove_from_copy(path, hashes, found)
    return found


def _remove_from_copy(path: Path, hashes: Sequence[str], found: Removal) -> None:
    """Remove texts from a backup. A damaged one may hold them too, and goes whole; what fails otherwise is left."""
    try:
        with Store.open(path, backs_up=False) as copy:  # a backup of the backup would hold them again
            _remove_texts(copy, hashes, found)
        path.with_name(f"{path.name}.lock").unlink(missing_ok=True)
        backups.stand_alone(path)
    except DamagedError:
        _discard(path, found)
    except (OSError, UserError):
        _leave(path, found)


def _remove_texts(copy: Store, hashes: Sequence[str], found: Removal) -> None:
    with copy.transaction() as connection:
        ids = removal.ids_of(connection, hashes)
        if ids:
            removal.remove(connection, ids)
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
        _leave(store.path, found)


def _discard(path: Path, found: Removal) -> None:
    try:
        for name in (path.name, f"{path.name}.lock"):
            path.with_name(name).unlink(missing_ok=True)
    except OSError:
        _leave(path, found)
    else:
        found.discarded.append(path.name)


def _leave(path: Path, found: Removal) -> None:
    if str(path) not in found.left:
        found.left.append(str(path))
