"""The two libraries that open project files: Python's own SQLite, and SQLCipher for encrypted ones.

Never both on one file at once: each would drop the other's locks on it. So a file is opened by what it is alone.
"""

import sqlite3
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from annotator.records import UserError

INSTALL = "Install what opens it with: pip install 'source-annotator[encrypted]'"
_CIPHER = "sqlcipher3.dbapi2"


def require_cipher(path: Path) -> None:
    """Raise UserError, naming the command that helps, if encrypted projects cannot be opened here."""
    if find_spec("sqlcipher3") is None:
        raise UserError(f"{path.name} is an encrypted project, or none at all. {INSTALL}")


def library(*, encrypted: bool) -> ModuleType:
    """Return the library that opens a file, loaded when it is first needed."""
    return import_module(_CIPHER) if encrypted else sqlite3


def open_file(path: Path, query: str, pragma: str | None = None) -> Any:
    """Open the file at `path` with an SQLite URI `query` such as ``mode=ro``.

    Args:
        path: the file.
        query: how to open it.
        pragma: what tells SQLCipher the key; None for a file that is not encrypted.

    Returns:
        the connection of the library: that of SQLCipher has the methods of Python's own, but for `setlimit`.

    """
    connection = library(encrypted=pragma is not None).connect(
        f"{path.absolute().as_uri()}?{query}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,  # a job borrows the connection: `Store.lent`
    )
    if pragma is not None:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would print on standard error
        connection.execute(pragma)
        connection.execute("PRAGMA temp_store = MEMORY")  # SQLCipher does not encrypt all of its temporary files
    return connection


def database_errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """Return what to catch of SQLite, by whichever of the libraries that are loaded, and what else is named."""
    cipher = sys.modules.get(_CIPHER)
    return (sqlite3.DatabaseError, *([cipher.DatabaseError] if cipher else []), *others)


def code_of(error: BaseException) -> int:
    """Return SQLite's primary code of an error; 0 where it has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
