"""A disk that loses its power: what it may hold then, of what was written and what of that was synced.

Three models of what an unsynced change comes to. In `posix` each write is kept, dropped or torn by sectors, and each
change of names is kept or not: all that the standard allows. In `ext4` writes are the same, names keep their order,
and syncing any file makes all names safe that were changed before. In `prefix` everything happens in order up to a cut.
What was synced is there in all three: a disk that lies about that is not among them.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Literal, TypeAlias

from faults.recorder import Operation, Place, Sync, SyncFolder, Truncate, Write

Model: TypeAlias = Literal["posix", "ext4", "prefix"]
MODELS: tuple[Model, ...] = ("posix", "ext4", "prefix")
SECTOR = 512  # bytes, which a disk writes as a whole

_Change: TypeAlias = Write | Truncate | Place


class Disk:
    """A folder on a disk: what is safe, and the changes since, in order."""

    def __init__(self, model: Model, files: dict[str, bytes]) -> None:
        """Begin with files that are safe; they are numbered 0, 1, ... in the order given."""
        self._model = model
        self._names = {name: number for number, name in enumerate(files)}
        self._safe = dict(enumerate(bytearray(data) for data in files.values()))
        self._pending: list[_Change] = []

    def do(self, operation: Operation) -> None:
        """Take one operation in."""
        if isinstance(operation, Write | Truncate | Place):
            self._pending.append(operation)
        elif isinstance(operation, Sync):
            names = self._model == "ext4"
            self._make_safe(lambda change: names if isinstance(change, Place) else change.file == operation.file)
        elif isinstance(operation, SyncFolder):
            self._make_safe(lambda change: isinstance(change, Place))

    def _make_safe(self, is_safe: Callable[[_Change], bool]) -> None:
        for change in self._pending:
            if is_safe(change):
                _apply(change, self._names, self._safe)
        self._pending = [change for change in self._pending if not is_safe(change)]

    def after_power_loss(self, choice: Random) -> dict[str, bytes]:
        """Return what the folder may hold when the power goes now."""
        names, files = dict(self._names), {number: bytearray(data) for number, data in self._safe.items()}
        for change in self._survivors(choice):
            _apply(change, names, files)
        return {name: bytes(files.get(number, b"")) for name, number in names.items()}

    def _survivors(self, choice: Random) -> Iterator[_Change]:
        cut = choice.randint(0, len(self._pending))
        if self._model == "prefix":
            yield from self._pending[:cut]
            return
        for number, change in enumerate(self._pending):
            if isinstance(change, Write):
                yield from _some_of(change, choice)
            elif self._model == "ext4" and isinstance(change, Place):
                if number < cut:
                    yield change
            elif choice.random() < 0.5:
                yield change


def _some_of(write: Write, choice: Random) -> Iterator[Write]:
    """Yield what is kept of a write: all, nothing, or some of its sectors."""
    fate = choice.choice(("kept", "dropped", "torn"))
    if fate == "kept":
        yield write
    elif fate == "torn":
        end = write.offset + len(write.data)
        edges = [write.offset, *range((write.offset // SECTOR + 1) * SECTOR, end, SECTOR), end]
        for first, last in pairwise(edges):
            if choice.random() < 0.5:
                yield Write(write.file, first, write.data[first - write.offset : last - write.offset])


def _apply(change: _Change, names: dict[str, int], files: dict[int, bytearray]) -> None:
    if isinstance(change, Place):
        for name in change.gone:
            names.pop(name, None)
        names.update(change.now)
        return
    data = files.setdefault(change.file, bytearray())
    if isinstance(change, Truncate):
        del data[change.size :]
        data.extend(bytes(change.size - len(data)))
    else:
        data.extend(bytes(max(change.offset - len(data), 0)))
        data[change.offset : change.offset + len(change.data)] = change.data
