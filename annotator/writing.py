"""Files that are read back and checked before they take their place, and folders of such files.

Whatever goes wrong, what stood there stays as it was, byte for byte, and nothing is left beside it.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b, sha256
from io import BufferedReader, BufferedWriter, FileIO, UnsupportedOperation
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

import msgspec

from annotator.losses import left_out, losses
from annotator.records import NO_OPTIONS, Format, LayerRecord, UserError
from annotator.store import partial
from annotator.verification import kept

Writer = Callable[[Iterable[LayerRecord], BinaryIO], None]

_BUFFER = 1 << 17  # bytes: what fits into a processor's cache
MARK = "export.json"  # what tells a folder that an export made


@contextmanager
def file_in_place(path: Path, *, may_vanish: bool = False) -> Iterator[Path]:
    """Give a file beside `path` to write, and rename it there when all went well.

    With `may_vanish`, there may be nothing to say after all: then an older file at `path` goes too.

    Raises:
        UserError: a project stands there, over which nothing is ever written.
        OSError: the folder cannot be written (see `explained`).

    """
    _refuse_project(path)
    file = partial.beside(path)
    try:
        yield file
        if may_vanish and not file.exists():
            path.unlink(missing_ok=True)
        else:
            partial.sync(file)  # else the name may be on the disk before what it stands for
            file.replace(path)
    finally:
        file.unlink(missing_ok=True)
    partial.sync(path.parent)


def _refuse_project(path: Path) -> None:
    """Refuse to write over a project, whatever it is called, or over what is called like one."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        is_database = file.read(16) == b"SQLite format 3\0"
    if is_database or path.suffix == ".annotator":
        raise UserError(f"{path} is a project, and is not written over. Choose another name.")


@contextmanager
def folder_in_place(path: Path) -> Iterator[Path]:
    """Give a folder beside `path` to fill, and put it there when all went well, in place of an older export.

    Raises:
        UserError: something else stands there.
        OSError: the folder that holds it cannot be written (see `explained`).

    """
    former = path.with_name(f".{path.name}.previous")
    if former.exists() and not path.exists():  # a program was killed between the two renames below
        former.rename(path)
    if path.exists() and not (path.is_dir() and (not any(path.iterdir()) or (path / MARK).exists())):
        raise UserError(f"{path} holds something else. Name a new folder, or an empty one.")
    folder = partial.folder_beside(path)
    try:
        yield folder
        for file in folder.rglob("*"):
            file.chmod(0o700 if file.is_dir() else 0o600)  # also for when the folder is handed over
            partial.sync(file)
        if path.exists():
            path.rename(former)
        folder.rename(path)
        shutil.rmtree(former, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    partial.sync(path.parent)


def write_checked(path: Path, target: Format, records: Iterable[LayerRecord]) -> str | None:
    """Write records to `path`, an empty file or folder, read them back, and compare every span.

    Returns the SHA-256 of a file.

    Raises:
        UserError: the disk does not hold what was written to it.
        OSError: it cannot be written.

    """
    if target.write_folder:
        said = _Sum(target)
        target.write_folder(said.over(records), path)
        _compare(path, target, said)
        return None
    assert target.write is not None  # noqa: S101 — it is written as a folder or as a file
    said = _Sum(target)
    checksum = _write(path, target.write, said.over(records))
    digest = _read_back(path, checksum, target.check)
    if (
        target.read and not target.check and said.value
    ):  # of nothing, as an empty side of a split, there is none to read
        _compare(path, target, said)
    return digest


def _write(path: Path, write: Writer, records: Iterable[LayerRecord]) -> int:
    """Write a file to the disk itself, and return the checksum of what was written."""
    written = _Summing(path, "wb")
    with BufferedWriter(written, _BUFFER) as file:
        write(records, file)
        file.flush()
        os.fsync(file.fileno())
    return written.checksum


def _read_back(path: Path, written: int, check: Callable[[BinaryIO], None] | None) -> str:
    """Refuse a file whose checksum is not that of what was written, have the format check it, return its SHA-256."""
    back = _Summing(path, "rb")
    with BufferedReader(back, _BUFFER) as file:
        try:
            if check:
                check(file)
        finally:  # of a check that failed this says why, if the disk is the cause
            while file.read(_BUFFER):
                pass
            if back.checksum != written:
                raise UserError(
                    "The disk does not hold what was written to it. The export was stopped; check the disk."
                )
    return back.sha256.hexdigest()


class _Summing(FileIO):
    """A file that keeps a running checksum of what is written to it or read from it, and the SHA-256 of what is read.

    A checksum tells one from the other at a third of the time.
    """

    def __init__(self, path: Path, mode: str) -> None:
        super().__init__(path, mode)
        self.checksum = 0
        self.sha256 = sha256()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Refuse to go back in what is being written: a checksum knows one direction. Zips manage without."""
        if self.writable():
            raise UnsupportedOperation("seek")
        return super().seek(offset, whence)

    def write(self, data: Any) -> int:
        written = super().write(data)
        self.checksum = crc32(memoryview(data)[:written], self.checksum)
        return written

    def readinto(self, data: Any) -> int:
        count = super().readinto(data)
        self._count_read(memoryview(data)[:count])
        return count

    def readall(self) -> bytes:
        data = super().readall()
        self._count_read(memoryview(data))
        return data

    def _count_read(self, data: memoryview) -> None:
        self.checksum = crc32(data, self.checksum)
        self.sha256.update(data)


class _Sum:
    """What a format keeps of many layers, as one number that does not depend on their order."""

    def __init__(self, target: Format) -> None:
        self._target = target
        self.value = 0

    def over(self, records: Iterable[LayerRecord]) -> Iterator[LayerRecord]:
        """Pass records on to a writer; of a format that has a check of its own there is nothing to sum up."""
        if self._target.check:
            yield from records
            return
        for record in records:
            self.add(record, left_out(losses(self._target, record)))
            yield record

    def add(self, record: LayerRecord, gone: Iterable[str | None] = ()) -> None:
        said = msgspec.json.encode(kept(record, self._target.carries, gone), order="sorted")
        self.value = (self.value + int.from_bytes(blake2b(said, digest_size=16).digest(), "big")) % (1 << 128)


def _compare(path: Path, target: Format, said: _Sum) -> None:
    """Refuse a file that does not say again what was written, as far as its format carries it."""
    assert target.read is not None  # noqa: S101 — what is written and not read has no carries to compare
    back = _Sum(target)
    for read in target.read(path, NO_OPTIONS):
        if not isinstance(read.found, LayerRecord):
            raise RuntimeError(f"an export cannot be read back, {path.name}, line {read.line}")
        back.add(read.found)
    if back.value != said.value:
        raise RuntimeError(f"an export as {target.name} does not say what was written")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say in words that `path` cannot be written.

    Raises:
        UserError: the disk or the folder refused.

    """
    try:
        yield
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}. Nothing was changed there.") from error
