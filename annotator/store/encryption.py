"""Encrypted projects: opening one with its words, and copying a project into a file of another key, or of none."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection

from annotator.model import Table
from annotator.records import UserError
from annotator.store import keys, migrations, partial, schema
from annotator.store.connection import close, connect, explained, has_log, raw
from annotator.store.driver import code_of, database_errors, open_file, require_cipher
from annotator.store.keys import Secret

LOST = "Nobody can open an encrypted project without its key: who loses the key has lost the project and its backups."


class WrongKey(UserError):
    """What was typed does not open a file."""


def unlock(path: Path, words: str) -> None:
    """Make the key of the encrypted project at `path` known to this process, if `words` are right.

    Raises:
        WrongKey: they are not, or the file is none that a key opens.
        UserError: it cannot be read, or what opens such files is not installed.

    """
    salt = keys.salt_of(path)
    if salt is None:
        raise UserError(f"{path.name} is not encrypted.")
    require_cipher(path)
    secret = keys.derive(words, salt)
    with explained(path):
        connection = open_file(path, "mode=ro" if has_log(path) else "mode=ro&immutable=1", secret.pragma)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except database_errors() as error:
            if code_of(error) != sqlite3.SQLITE_NOTADB:
                raise
            raise WrongKey(
                f"This key does not open {path.name}. It may be another key, or the file is no project, or damaged at "
                "its beginning."
            ) from None
        finally:
            connection.close()
    keys.keep(secret)


def write_copy(connection: Connection, target: Path, secret: Secret | None) -> None:
    """Write a copy of the project that a connection reads, history and all, encrypted with `secret` or not at all.

    Row by row, because neither library can open a file that the other has open.

    Raises:
        UserError: something stands there already, the disk refuses, or the project is damaged. There is no copy then.

    """
    partial.refuse_existing(target)
    with partial.new_file(target) as file:
        copy = connect(file, query="mode=rw", secret=secret)
        try:
            with explained(target):
                _fill(copy, connection)
        finally:
            close(copy)
        partial.sync(file)


def _fill(copy: Connection, source: Connection) -> None:
    """Copy every row, make the search index anew, and compare what people made in both."""
    new, old = raw(copy), raw(source)
    new.execute("PRAGMA foreign_keys = OFF")  # tables refer to each other both ways
    new.execute("BEGIN")
    schema.create(copy, "Copy")
    for table in Table.metadata.tables:
        new.execute(f"DELETE FROM {table}")
        rows = old.execute(f"SELECT * FROM {table}")
        names = [f'"{column[0]}"' for column in rows.description]
        places = ", ".join("?" * len(names))
        new.executemany(f"INSERT INTO {table}({', '.join(names)}) VALUES ({places})", rows)
    new.execute("INSERT INTO document_search(document_search) VALUES ('rebuild')")
    if migrations.work(new) != migrations.work(old):
        raise UserError("The copy did not come out whole. Run “annotator check” on the project.")
    new.execute("COMMIT")
