"""What an import into an empty project need not do: look for what cannot be there, and keep indexes meanwhile."""

from sqlalchemy import Connection, Index

from annotator.store.tables import VERSIONED, document

# The one index that every line is looked up by: a text comes with each of its layers.
_KEPT = "document_sha256"
# Of 8 bytes and some 60 of Python's; the step to a set of twice the size would come soon after.
_MOST_UIDS = 1_250_000


class Fresh:
    """Leaves out indexes while an empty project fills and every uid comes for the first time.

    From the first uid that comes again, or when so many came that remembering them takes too much
    memory, the indexes are there as always. A project that has documents keeps them throughout.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._met: set[int] | None = None  # hashes of uids; two that share one are looked up, no more
        self._indexes: list[Index] = []
        if is_empty(connection):
            self._met = set()
            self._indexes = [
                index for table in (document, *VERSIONED) for index in table.indexes if index.name != _KEPT
            ]
        for index in self._indexes:
            index.drop(connection)

    def may_hold(self, uid: str) -> bool:
        """Whether the project may have versions of a uid; it is taken to get some now."""
        if self._met is None:
            return True
        before = len(self._met)
        self._met.add(hash(uid))
        if before < len(self._met) < _MOST_UIDS:
            return False
        self.make_indexes()
        return True

    def make_indexes(self) -> None:
        """Make the indexes that were left out; what is not unique in them is refused here."""
        self._met = None
        while self._indexes:
            self._indexes.pop().create(self._connection)


def is_empty(connection: Connection) -> bool:
    """Whether the project has no documents yet, nor therefore versions."""
    return connection.exec_driver_sql("SELECT NOT EXISTS (SELECT 1 FROM document)").first() == (1,)
