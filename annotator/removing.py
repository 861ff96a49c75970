"""Removing articles for good: from the project, and from the copies of it that were kept in case of need."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field
from platformdirs import user_data_path

from annotator.records import UserError
from annotator.store import Store, removal, trash
from annotator.store.identity import project


class Removal(Struct, kw_only=True):
    """What was removed for good, and where some of it may still be."""

    documents: int = 0
    copies: int = 0  # backups that held some of it, and do no more
    discarded: list[str] = field(default_factory=list)  # backups that could not be opened, and were removed whole
    left: list[str] = field(default_factory=list)  # files that could not be changed: they may hold it still


def remove_for_good(store: Store, ids: Sequence[int], backups: Iterable[Path]) -> Removal:
    """Remove documents of the trash so that neither the project nor its backups hold anything of them.

    Raises:
        UserError: one of them is not in the trash, or the disk refuses.

    """
    with store.transaction() as connection:
        trash.require_deleted(connection, ids)
        hashes = removal.remove(connection, ids)
    found = Removal(documents=len(hashes))
    if not store.compact():
        found.left.append(str(store.path))
    _remove_from_copies(backups, hashes, found)
    return found


def backups_of(store: Store) -> list[Path]:
    """Return the backups that are kept of a project: every file of its folder among the user's data."""
    with store.reading() as connection:
        folder = user_data_path("source-annotator") / "backups" / project(connection).uid
    return sorted(path for path in folder.glob("*.annotator") if path.is_file())


def _remove_from_copies(copies: Iterable[Path], hashes: Sequence[str], found: Removal) -> None:
    """Remove texts from project files. One that cannot be opened may hold them too, and goes whole."""
    for path in copies:
        try:
            found.copies += _remove_from(path, hashes)
        except UserError:
            try:
                path.unlink()
            except OSError:
                found.left.append(str(path))
            else:
                found.discarded.append(path.name)


def _remove_from(path: Path, hashes: Sequence[str]) -> bool:
    """Remove texts from a project file, and return whether it held any."""
    with Store.open(path) as copy:
        with copy.transaction() as connection:
            ids = removal.ids_of(connection, hashes)
            if ids:
                removal.remove(connection, ids)
        if ids:
            copy.compact()
    path.with_name(f"{path.name}.lock").unlink(missing_ok=True)  # nobody else opens a backup
    return bool(ids)
