"""Asking for the keys of encrypted projects: on the terminal, without showing them, or from a file that is named.

Never an argument or a variable of the environment, which other programs of the same person can read.
"""

import sys
from getpass import getpass
from pathlib import Path

from annotator.plural import count
from annotator.records import UserError

TRIES = 3
NO_TERMINAL = "There is no terminal to ask for the key on. Name a file that holds it: annotator --key-file FILE …"

_key_file: list[Path] = []  # at most one


def read_from(file: Path | None) -> None:
    """Take keys from the first line of a file instead of asking; None: ask."""
    _key_file[:] = [file] if file else []


def unlock(path: Path) -> None:
    """Ask for the key of the project at `path`, if it is encrypted and the key is not known yet.

    Raises:
        UserError: the key is wrong, there is nobody to ask, or what opens such files is not installed.

    """
    from annotator.store import encryption, keys

    if not keys.is_locked(path):
        return
    for tries_left in reversed(range(TRIES)):
        try:
            encryption.unlock(path, _key(f"Key of {path.name}: "))
        except encryption.WrongKey as wrong:
            if _key_file or not tries_left:
                raise
            _say(str(wrong))
        else:
            return


def new_key(path: Path, *, may_be_on_file: bool = True) -> str:
    """Ask twice for a new key, after saying what comes of losing it.

    Args:
        path: the project that it is for.
        may_be_on_file: whether --key-file means this key, and not that of a project that is read.

    Raises:
        UserError: there is nobody to ask, or what was typed differed every time.

    """
    from annotator.store import encryption

    _say(encryption.LOST)
    if may_be_on_file and _key_file:
        return _key("")
    for _ in range(TRIES):
        first = _typed(f"New key of {path.name}: ")
        if first == _typed("The same again: "):
            return first
        _say("They differ.")
    raise UserError(f"No key was set: the two differed {count(TRIES, 'time')}.")


def _key(prompt: str) -> str:
    return _first_line(_key_file[0]) if _key_file else _typed(prompt)


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as lines:
            return lines.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"The key in {file} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}."
        ) from None


def _typed(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise UserError(NO_TERMINAL)
    try:
        return getpass(prompt)
    except EOFError:
        raise UserError("No key was given.") from None


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
