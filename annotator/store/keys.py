"""The keys of encrypted projects, in the memory of this process alone, and which files they open.

A key is made of the words that a person types and of the salt that an encrypted file begins with, in the way that
SQLCipher itself does it: so those words open the file in other programs too. The words are not kept. A backup, a copy
and a repaired copy of a project have its salt and therefore its key. Making a key takes a tenth of a second by design,
which is why it is kept until the program ends.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple, TypeAlias, TypeVar
from unicodedata import normalize

from annotator.records import UserError
from annotator.store.driver import require_cipher

_SALT, _KEY, _ROUNDS = 16, 32, 256_000  # bytes, bytes, and how often it is hashed: SQLCipher 4's own
_PAGE = 4_096  # bytes; an encrypted file is a row of such pages
_PLAIN, _PLAIN_SIZES = b"SQLite format 3\0", (b"\x10\x00", b"\x00\x40\x20\x20")
_HEADER = 24  # bytes, with the size of pages and what of them SQLite sets apart, which is the same in all our files
SHORTEST = 8  # characters of a new key: fewer are guessed

_File: TypeAlias = tuple[int, int]  # device and inode
T = TypeVar("T")


@dataclass(frozen=True)
class Secret:
    """What opens an encrypted file. It never shows the key."""

    salt: bytes
    key: bytes = field(repr=False)

    @property
    def pragma(self) -> str:
        """The statement that tells SQLCipher; nothing in it needs quoting."""
        return f"PRAGMA key = \"x'{self.key.hex()}{self.salt.hex()}'\""


class Opened(NamedTuple):
    """That a file is open in this process, and what opened it."""

    file: _File | None
    secret: Secret | None


class KeyNeeded(UserError):
    """A project is encrypted, and its key was not given to this process."""


_known: dict[bytes, Secret] = {}  # by salt
_open: dict[_File | None, list[Opened]] = {}  # once for each connection of this process
_lock = threading.RLock()  # two threads must not look into a file and open it at once


def make(words: str) -> Secret:
    """Return the secret of a new encrypted file, whose key is made of `words`, and keep it.

    Raises:
        UserError: they are too few characters.

    """
    if len(words) < SHORTEST:
        raise UserError(f"A key needs {SHORTEST} characters or more; several words are best.")
    secret = derive(words, token_bytes(_SALT))
    keep(secret)
    return secret


def derive(words: str, salt: bytes) -> Secret:
    """Return what words and the salt of a file come to; whether it opens the file is another matter."""
    data = normalize("NFC", words).encode()  # keyboards differ in how they send an accent
    return Secret(salt, pbkdf2_hmac("sha512", data, salt, _ROUNDS, _KEY))


def keep(secret: Secret) -> None:
    """Have a secret open its file, and the backups and copies of it, as long as this process runs."""
    _known[secret.salt] = secret


def is_encrypted(path: Path) -> bool:
    """Whether the file at `path` looks like an encrypted project; any whole number of random pages does."""
    return salt_of(path) is not None


def is_locked(path: Path) -> bool:
    """Whether the file at `path` is encrypted and its key is not known here. Raises UserError: nothing can open it."""
    salt = salt_of(path)
    if salt is None:
        return False
    require_cipher(path)
    return salt not in _known


def salt_of(path: Path) -> bytes | None:
    """Return the salt that an encrypted file begins with; None where it is not encrypted, or cannot be read."""
    with _lock:
        if notes := _open.get(_file(path)):  # to read it here and close it would drop the locks that SQLite has on it
            secret = notes[0].secret
            return secret.salt if secret else None
        return _read_salt(path)


def opened(path: Path, new: Secret | None, open_it: Callable[[Secret | None], T]) -> tuple[T, Opened]:
    """Open the file at `path` by `open_it`, which is given its secret, and note that it is open.

    Args:
        path: the file.
        new: what an empty file is to be encrypted with; None where the file says what it is.
        open_it: opens it, or raises.

    Raises:
        KeyNeeded: it is encrypted, and its key is not known here.
        UserError: it is encrypted, and what opens such files is not installed.

    """
    with _lock:
        secret = new or _secret_of(path)
        connection = open_it(secret)
        note = Opened(_file(path), secret)
        _open.setdefault(note.file, []).append(note)
        return connection, note


def closed(note: Opened) -> None:
    """Note that a file that was `opened` is closed."""
    with _lock:
        _open[note.file].remove(note)
        if not _open[note.file]:
            del _open[note.file]


def is_open(path: Path) -> bool:
    """Whether this process has the file at `path` open."""
    with _lock:
        return _file(path) in _open


def _secret_of(path: Path) -> Secret | None:
    salt = salt_of(path)
    if salt is None:
        return None
    require_cipher(path)
    if salt not in _known:
        raise KeyNeeded(f"{path.name} is encrypted, and its key was not given.")
    return _known[salt]


def _file(path: Path) -> _File | None:
    """Return what tells a file from any other that is there; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _read_salt(path: Path) -> bytes | None:
    try:
        size = path.stat().st_size
        if not path.is_file() or size == 0 or size % _PAGE:
            return None
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError:
        return None
    return None if _is_plain(header) else header[:_SALT]


def _is_plain(header: bytes) -> bool:
    """Whether a file begins as those of SQLite do, also where that is damaged or lost; random bytes never do."""
    return header.startswith(_PLAIN) or not any(header) or (header[16:18], header[20:24]) == _PLAIN_SIZES
