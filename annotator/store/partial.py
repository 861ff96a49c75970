"""Files and folders that are being made: hidden beside their target, so that a rename puts them in place whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from annotator.records import UserError

_MARK = ".annotator-tmp-"


def beside(target: Path) -> Path:
    """Make an empty file beside `target` that nobody else can read, and return its path.

    What a program that was killed left in the folder is removed.

    Raises:
        OSError: the folder cannot be written.

    """
    sweep(target.parent)
    partial = _hidden(target)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return partial


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Give an empty file that only its owner can read, and put it at `target` when it has been filled.

    Raises:
        UserError: the folder cannot be written.

    """
    try:
        file = beside(target)
        try:
            yield file
            file.rename(target)
            _sync_place(target)
        finally:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{target} cannot be made: {error.strerror}.") from error


def _sync_place(path: Path) -> None:
    """Have the disk hold the name of a file that is new; without it there shall be none, so that one can try again."""
    try:
        sync(path.parent)
    except OSError:
        path.unlink()
        raise


def refuse_existing(path: Path) -> None:
    """Raise UserError where a new file would replace one."""
    if path.exists():
        raise UserError(f"{path} exists already. Choose another name, or open it.")


def folder_beside(target: Path) -> Path:
    """Make an empty folder beside `target` that nobody else can read, and return its path.

    Raises:
        OSError: the folder that holds it cannot be written.

    """
    sweep(target.parent)
    partial = _hidden(target)
    partial.mkdir(mode=0o700)
    return partial


def _hidden(target: Path) -> Path:
    return target.with_name(f".{target.name}{_MARK}{os.getpid()}-{token_hex(4)}")


def sweep(folder: Path) -> None:
    """Remove the files that programs left half made when they were killed: they hold whole articles.

    What cannot be removed, or found, now stays for the next time: nobody's work waits for it.
    """
    with suppress(OSError):
        for stray in folder.glob(f".*{_MARK}*"):
            _remove_stray(stray)


def _remove_stray(stray: Path) -> None:
    process = stray.name.rpartition(_MARK)[2].partition("-")[0]
    if process.isdecimal() and not _is_running(int(process)):
        if stray.is_dir() and not stray.is_symlink():
            shutil.rmtree(stray, ignore_errors=True)
        else:
            with suppress(PermissionError):  # somebody else's, in a folder that many write to
                stray.unlink(missing_ok=True)


def sync(place: Path) -> None:
    """Have the disk itself hold a file, or what a folder lists: then a rename in it survives a power cut."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
