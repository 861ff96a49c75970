"""Whether a person has looked at what moved or was lost in a corrected article: undo takes that back too."""

from collections.abc import Iterable

from sqlalchemy import Connection

from annotator.store.connection import raw


def mark(connection: Connection, ids: Iterable[int], *, settled: bool) -> None:
    """Say that something was settled, or is to be again."""
    raw(connection).executemany("UPDATE carried SET settled = ? WHERE id = ?", [(settled, each) for each in ids])
