"""Zips that may mean harm: nothing is unpacked to disk, and nothing is believed that they say of themselves."""

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

LARGEST = 1 << 26  # bytes of a member
_SMALL = 1 << 23  # bytes that may be packed however tightly: a short text that repeats itself
_RATIO = 200
# OSError: a place before the beginning of the file, which a broken directory may name.
_BROKEN = (
    BadZipFile,
    OSError,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)


class Member(NamedTuple):
    """A file in a zip: its bytes, or what is wrong with it as a text; and where in the zip it begins."""

    name: str
    data: bytes | str
    position: int


def is_zip(beginning: bytes) -> bool:
    """Tell a zip that holds something."""
    return beginning.startswith(b"PK\x03\x04")


def members(path: Path, is_wanted: Callable[[str], bool]) -> Iterator[Member]:
    """Yield each wanted member of a zip, and of the zips in it: `a/b.zip` with `c.xmi` in it gives `a/c.xmi`."""
    with path.open("rb") as file:
        yield from _members(file, is_wanted)


def _members(file: BinaryIO, is_wanted: Callable[[str], bool], within: Member | None = None) -> Iterator[Member]:
    try:
        archive = ZipFile(file)
    except _BROKEN as error:
        name, position = (within.name, within.position) if within else ("all of it", 0)
        yield Member(name, f"this zip is broken ({error})", position)
        return
    folder = f"{within.name.rpartition('/')[0]}/" if within else ""
    with archive:
        for info in archive.infolist():
            name = folder + info.filename
            is_inner = within is None and name.endswith(".zip")
            if not is_inner and not is_wanted(name):
                continue
            member = Member(name, _unpacked(archive, info), within.position if within else info.header_offset)
            if is_inner and isinstance(member.data, bytes):
                yield from _members(BytesIO(member.data), is_wanted, member)
            else:
                yield member


def _unpacked(archive: ZipFile, info: ZipInfo) -> bytes | str:
    too_much = f"left out: it unpacks to more than {LARGEST >> 20} MB, or to far more than it is packed in"
    if info.file_size > min(LARGEST, max(_SMALL, _RATIO * info.compress_size)):
        return too_much
    try:
        with archive.open(info) as member:
            data = member.read(info.file_size + 1)
    except _BROKEN as error:
        return f"left out: it cannot be unpacked ({error})"
    return data if len(data) <= info.file_size else too_much
