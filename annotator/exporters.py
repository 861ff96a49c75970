"""Write a project's layers to a file: choose them, write beside the target, read back, then replace it.

Whatever goes wrong, the old file stays as it was, byte for byte, and nothing is left beside it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal
from zlib import crc32

from msgspec import Struct

from annotator.formats import WRITABLE
from annotator.records import Format, LayerRecord, NegativeRecord, SpanRecord, UserError
from annotator.store import Store, partial, streams

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Progress = Callable[[int, int], None]  # documents done, of how many
Cancelled = Callable[[], bool]
Writer = Callable[[Iterable[LayerRecord], BinaryIO], None]
Status = Literal["finished", "all"]

EACH, BEST, GOLD = "each", "best", "gold"
_BUFFER = 1 << 17  # bytes: what fits into a processor's cache


class Report(Struct, kw_only=True):
    """What an export wrote, and what it left out for which reason."""

    path: str
    layers: int = 0
    spans: int = 0
    unfinished: int = 0  # layers
    undecided: int = 0  # documents with several finished layers and no gold, of which `best` takes none

    def __str__(self) -> str:
        said = [f"{count(self.layers, 'layer')} with {count(self.spans, 'span')} written to {self.path}"]
        if self.unfinished:
            said.append(f"{count(self.unfinished, 'unfinished layer')} left out (--status all takes them too)")
        if self.undecided:
            said.append(f"{count(self.undecided, 'document')} left out: several finished layers and no gold")
        return "; ".join(said) + "."


class ExportCancelled(UserError):
    """Somebody stopped the export."""

    def __init__(self) -> None:
        super().__init__("The export was cancelled. Nothing was written.")


def export(
    store: Store,
    path: Path,
    *,
    format_name: str = "jsonl",
    layer: str = EACH,
    status: Status = "finished",
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> Report:
    """Write layers to `path`, and check the file before it takes the place of an older one.

    `layer` is ``each``, ``best`` (one a document: gold, else its only finished human layer), ``gold`` or
    the name of an annotator. Unread layers are never written.

    Raises:
        UserError: the format or the annotator is not known, or the file cannot be written.
        ExportCancelled: `cancelled` said so.

    """
    _refuse_target(path, store.path)
    if format_name not in WRITABLE:
        raise UserError(f"No format “{format_name}” can be written. Choose one of: {', '.join(WRITABLE)}.")
    report = Report(path=str(path))
    with store.reading() as connection:
        if layer not in (EACH, BEST, GOLD) and layer not in streams.annotator_names(connection):
            raise UserError(f"This project has no annotator named “{layer}”.")
        total = streams.count_documents(connection)
        labels = streams.labels(connection)

        def records() -> Iterator[LayerRecord]:
            for done, (document, layers) in enumerate(streams.layers(connection)):
                if cancelled():
                    raise ExportCancelled
                for chosen in choose(layers, layer, status, report):
                    record = streams.record(document, chosen, labels)
                    report.layers += 1
                    report.spans += len(record.spans)
                    yield record
                progress(done + 1, total)

        write_checked(path, WRITABLE[format_name], records())
    return report


def _refuse_target(path: Path, project: Path) -> None:
    if path.is_dir():
        raise UserError(f"{path} is a folder. Name the file to write.")
    if path.exists() and project.exists() and path.samefile(project):
        raise UserError(f"{path} is the project itself. Choose another name for the export.")


def choose(layers: list[streams.Layer], layer: str, status: Status, report: Report) -> list[streams.Layer]:
    """Return which layers of one document are asked for, and count in `report` what is left out."""
    asked = [each for each in layers if each.status != "unread" and _is_asked(each, layer)]
    found = [each for each in asked if status == "all" or each.status == "finished"]
    report.unfinished += len(asked) - len(found)
    if layer != BEST:
        return found
    gold = [each for each in found if each.annotator.kind == "gold"]
    human = [each for each in found if each.annotator.kind == "human" and each.status == "finished"]
    best = gold[:1] or human
    if len(best) > 1:
        report.undecided += 1
        return []
    return best


def _is_asked(layer: streams.Layer, asked: str) -> bool:
    if asked in (EACH, BEST):
        return True
    return layer.annotator.kind == "gold" if asked == GOLD else layer.annotator.name == asked


def write_checked(path: Path, target: Format, records: Iterable[LayerRecord]) -> None:
    """Write a file beside `path`, read it back, compare every span, and only then rename it into place.

    Raises:
        UserError: the file cannot be written, or is not on the disk what was written.

    """
    if target.write is None or target.read is None:
        raise ValueError(f"{target.name} cannot be written and read back")
    try:
        file = partial.beside(path)
        try:
            _read_back(file, target, _write(file, target.write, records))
            file.replace(path)
        finally:
            file.unlink(missing_ok=True)
        partial.sync_folder(path.parent)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}. Nothing was changed there.") from error


def _write(path: Path, write: Writer, records: Iterable[LayerRecord]) -> int:
    """Write a file to the disk itself, and return the checksum of what was written."""
    written = _Summing(path, "wb")
    with BufferedWriter(written, _BUFFER) as file:
        write(records, file)
        file.flush()
        os.fsync(file.fileno())
    return written.checksum


class _Summing(FileIO):
    """A file that keeps a running checksum of what is written to it."""

    checksum = 0

    def write(self, data: "ReadableBuffer") -> int:
        written = super().write(data)
        self.checksum = crc32(memoryview(data)[:written], self.checksum)
        return written


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb", buffering=0) as file:
        while data := file.read(_BUFFER):
            checksum = crc32(data, checksum)
    return checksum


def _read_back(path: Path, target: Format, checksum: int) -> None:
    """Refuse a file that is not what was written, or whose offsets do not give its texts."""
    if _checksum(path) != checksum or target.read is None:
        raise UserError("The disk does not hold what was written to it. The export was stopped; check the disk.")
    for found, line, _ in target.read(path):
        if not isinstance(found, LayerRecord):
            raise RuntimeError(f"an export cannot be read back, line {line}")
        text = found.text
        items: list[SpanRecord | NegativeRecord] = [*found.spans, *found.negatives]
        for item in items:
            if text[item.start : item.end] != item.text:
                raise RuntimeError(f"an exported span is not where it says, line {line}, {item.id}")


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
