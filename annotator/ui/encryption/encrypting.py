"""The part of the hub that knows encrypted projects: which they are, trying a key, making one, and a copy."""

from collections.abc import Callable
from pathlib import Path

from annotator.ui.jobs import Job
from annotator.ui.project import Project


def is_encrypted(path: Path) -> bool:
    """Whether the file at `path` takes a key. Raises UserError: it does, and what opens it is not installed."""
    from annotator.store import driver, keys

    found = keys.is_encrypted(path)
    if found:
        driver.require_cipher(path)
    return found


def require_cipher(path: Path) -> None:
    """Raise UserError, naming the command that helps, if no encrypted project can be made at `path` here."""
    from annotator.store import driver

    driver.require_cipher(path)


def lost() -> str:
    """Return what comes of losing a key, in words."""
    from annotator.store import encryption

    return encryption.LOST


def shortest() -> int:
    """Return how many characters a new key has at least."""
    from annotator.store import keys

    return keys.SHORTEST


def unlock(path: Path, words: str) -> None:
    """Try a key on a file, which can be opened from then on. Raises UserError: it is another one."""
    from annotator.store import encryption

    encryption.unlock(path, words)


def create(project: Project, path: Path, words: str) -> None:
    """Make a new encrypted project and open it. Raises UserError."""
    from annotator.store import Store, keys

    Store.create(path.resolve(), secret=keys.make(words)).close()
    project.open(path)


def save_copy(
    project: Project, path: Path, words: str, done: Callable[[None], None], failed: Callable[[BaseException], None]
) -> None:
    """Write a copy of the open project in the background that opens with `words`. Raises UserError."""
    from annotator.store import encryption, keys

    secret = keys.make(words)

    def work(_job: Job) -> None:
        with project.reading() as connection:
            encryption.write_copy(connection, path, secret)

    project.jobs.start(work, done, failed)
