"""What an import into an empty project need not do: look for what cannot be there, and keep indexes meanwhile."""

from sqlalchemy import Connection, Index

from annotator.store.tables import VERSIONED, document

# A text comes again with each of its layers, so this one is read all the time.
_KEPT = "document_sha256"
# Some 60 bytes each while they are remembered. A set of this size is about to be copied into one twice as large.
_MOST = 1_250_000


class Fresh:
    """Remembers what an import met while nothing was met twice, and leaves out indexes as long.

    From the first uid that comes again, or when remembering takes too much memory, the indexes are
    there as always. A project that has documents keeps them throughout.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._met: set[int] | None = None  # hashes; two identities that share one are looked up, no more
        self._left_out: list[Index] = []
        if is_empty(connection):
            self._met = set()
            self._left_out = [
                index for table in (document, *VERSIONED) for index in table.indexes if index.name != _KEPT
            ]
        for index in self._left_out:
            index.drop(connection)

    def is_new(self, identity: str) -> bool:
        """Whether nothing in the project can have this uid or hash of a text, which is met now."""
        if self._met is None:
            return False
        if len(self._met) >= _MOST:
            self.make_indexes()
            return False
        before = len(self._met)
        self._met.add(hash(identity))
        return len(self._met) > before

    def make_indexes(self) -> None:
        """Make what was left out, if it was: from now on everything is looked up."""
        self._met = None
        while self._left_out:
            self._left_out.pop().create(self._connection)


def is_empty(connection: Connection) -> bool:
    """Whether the project has no documents yet, nor therefore versions."""
    return connection.exec_driver_sql("SELECT NOT EXISTS (SELECT 1 FROM document)").first() == (1,)
