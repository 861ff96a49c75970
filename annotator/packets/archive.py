"""A packet as a file: a zip of JSON Lines and a manifest with their hashes.

Nothing is unpacked to disk, no name in it is used as a path, and nothing is believed that it says of its sizes.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import msgspec

from annotator.packet_records import LINES, PACKET_SCHEMA, FileLine, Manifest
from annotator.records import UserError
from annotator.store import partial
from annotator.store.version_union import BrokenPacket
from annotator.writing import explained, file_in_place

MANIFEST = "manifest.json"
LARGEST = 1 << 32  # bytes of a packet's files together
LONGEST = 1 << 27  # bytes of a line: an article of this length cannot be read on a screen either
_LARGEST_MANIFEST = 1 << 24
_SMALL = 1 << 23  # bytes that may be packed however tightly
_RATIO = 200
_BLOCK = 1 << 18
_DATE = (1980, 1, 1, 0, 0, 0)  # in every zip: when a packet was made stands in its manifest
# OSError: a place before the beginning of the file, which a broken directory may name.
_BROKEN = (
    BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, OSError,
    struct.error,
)  # fmt: skip

T = TypeVar("T")


def is_packet(path: Path) -> bool:
    """Whether a file is a packet, of whatever version, by its content."""
    try:
        with ZipFile(path) as archive:
            schema = _schema(archive)
    except (*_BROKEN, msgspec.DecodeError, KeyError):
        return False
    return schema.startswith("source-annotator/packet/")


class Writer:
    """Writes the files of a packet one after the other, and the manifest last."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.files: dict[str, FileLine] = {}

    def add(self, name: str, lines: Iterable[Any]) -> int:
        """Write one file, and return how many lines it has."""
        encoder, sha256, size, count = msgspec.json.Encoder(), hashlib.sha256(), 0, 0
        with self._archive.open(_info(name), "w", force_zip64=True) as file:
            for line in lines:
                data = encoder.encode(line) + b"\n"
                file.write(data)
                sha256.update(data)
                size += len(data)
                count += 1
        self.files[name] = FileLine(sha256=sha256.hexdigest(), bytes=size, lines=count)
        return count

    def close(self, manifest: Manifest) -> None:
        self._archive.writestr(_info(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest), indent=1))


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """Give a writer whose packet is read back and checked before it takes its place.

    Raises:
        UserError: something else than a packet stands there, or the disk or the folder refuses.

    """
    if target.exists() and not is_packet(target):
        raise UserError(f"{target} is there already, and is no packet. Choose another name.")
    with explained(target), file_in_place(target) as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            yield Writer(archive)
        partial.sync(file)
        with reading(file) as packet:
            packet.verify()


class Packet:
    """A packet that is open: its manifest, and its files line by line."""

    def __init__(self, archive: ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self._begun: list[Generator[Any, None, None]] = []
        self.manifest = manifest

    @property
    def size(self) -> int:
        """Return how many bytes all of its files have, as it says itself."""
        return sum(file.bytes for file in self.manifest.files.values())

    def verify(self, read: Callable[[int], None] = lambda _bytes: None) -> None:
        """Compare every file with the hash in the manifest, before anything of it is used; tell how far that is.

        Raises:
            BrokenPacket: a file is not what was written.

        """
        for name, expected in self.manifest.files.items():
            sha256, size = hashlib.sha256(), 0
            with _explained(), self._archive.open(name) as file:
                while (block := file.read(_BLOCK)) and size <= expected.bytes:
                    sha256.update(block)
                    size += len(block)
                    read(len(block))
            if (size, sha256.hexdigest()) != (expected.bytes, expected.sha256):
                raise BrokenPacket(f"{name} in it is not what was written")

    def lines(self, name: str, line_type: type[T], read: Callable[[int], None] = lambda _bytes: None) -> Iterator[T]:
        """Return the lines of one file, and tell how many bytes each had.

        Raises:
            BrokenPacket: a line cannot be understood.

        """
        lines = self._lines(name, line_type, read)
        self._begun.append(lines)
        return lines

    def close(self) -> None:
        """Close the files that were not read to their end."""
        for lines in self._begun:
            lines.close()

    def _lines(self, name: str, line_type: type[T], read: Callable[[int], None]) -> Generator[T, None, None]:
        decode = msgspec.json.Decoder(line_type).decode
        with _explained(), self._archive.open(name) as file:
            number = 0
            while line := file.readline(LONGEST):
                number += 1
                read(len(line))
                try:
                    found = decode(line)
                except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                    raise BrokenPacket(f"line {number} of {name} in it cannot be read ({error})") from None
                yield found


@contextmanager
def reading(path: Path) -> Iterator[Packet]:
    """Open a packet and read its manifest.

    Raises:
        BrokenPacket: it is no packet, from a newer version, damaged, or holds what no packet holds.
            What follows says so of a line or a file in it.

    """
    try:
        with _opened(path) as archive, closing(Packet(archive, _manifest(archive))) as packet:
            yield packet
    except BrokenPacket as error:
        raise BrokenPacket(_sentence(path, str(error))) from None


def _opened(path: Path) -> ZipFile:
    try:
        with _explained():
            return ZipFile(path)
    except BrokenPacket as error:
        raise BrokenPacket(_what_else(path) or str(error)) from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error


def _sentence(path: Path, what: str) -> str:
    if what.endswith("."):  # it is one already
        return what
    return f"{path.name} cannot be used: {what}. Nothing of it came in. Ask for it to be made and sent again."


def _what_else(path: Path) -> str | None:
    """Tell what a file is that is no zip, where its beginning says."""
    with path.open("rb") as file:
        beginning = file.read(16)
    if beginning == b"SQLite format 3\0":
        return (
            f"{path.name} is a project, not a packet. Have `annotator pack {path.name} OUT.packet --return` "
            "or --everybody make a packet of it."
        )
    return None if beginning.startswith(b"PK") else "it is no packet of Source Annotator, or nothing is left of it"


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except BrokenPacket:
        raise
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno:  # of the disk: somebody else's words for it are better
            raise
        raise BrokenPacket(f"it is damaged ({error})") from error


def _manifest(archive: ZipFile) -> Manifest:
    with _explained():
        return _known_manifest(archive)


def _known_manifest(archive: ZipFile) -> Manifest:
    try:
        schema = _schema(archive)
    except (KeyError, msgspec.DecodeError):
        raise BrokenPacket("it is no packet of Source Annotator") from None
    if schema != PACKET_SCHEMA:
        raise BrokenPacket(
            f"{Path(str(archive.filename)).name} was made by a newer version of Source Annotator ({schema[:60]}; "
            f"this one reads {PACKET_SCHEMA}). Install the newer version to read it."
        )
    try:
        manifest = msgspec.json.decode(_manifest_bytes(archive), type=Manifest)
    except msgspec.DecodeError as error:
        raise BrokenPacket(f"its manifest cannot be read ({error})") from None
    expected = {MANIFEST, *LINES}
    if sorted(archive.namelist()) != sorted(expected) or set(manifest.files) != set(LINES):
        raise BrokenPacket("it holds other files than a packet does")
    if sum(info.file_size for info in archive.infolist()) > LARGEST or any(map(_is_bomb, archive.infolist())):
        raise BrokenPacket("it unpacks to more than a packet can hold, or to far more than it is packed in")
    return manifest


def _schema(archive: ZipFile) -> str:
    said = msgspec.json.decode(_manifest_bytes(archive))
    return str(said.get("schema", "")) if isinstance(said, dict) else ""


def _manifest_bytes(archive: ZipFile) -> bytes:
    """Return the manifest, of which no more is read than one may have. Raises KeyError, where there is none."""
    with archive.open(MANIFEST) as file:
        return file.read(_LARGEST_MANIFEST)


def _is_bomb(info: ZipInfo) -> bool:
    return info.file_size > max(_SMALL, _RATIO * info.compress_size)


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _DATE)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
