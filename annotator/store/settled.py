"""Whether a person has looked at what moved or was lost in a corrected article: undo takes that back too."""

from collections.abc import Iterable

from sqlalchemy import Connection

from annotator.store.connection import raw


def mark(connection: Connection, document_id: int, former_uids: Iterable[str], *, settled: bool) -> None:
    """Say that what became of some annotations in a corrected article was settled, or is to be again."""
    # Not by the id of a row: a removal for good frees those for others.
    sql = "UPDATE carried SET settled = ? WHERE document_id = ? AND former_uid = ?"
    raw(connection).executemany(sql, [(settled, document_id, each) for each in former_uids])
