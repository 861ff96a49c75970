"""Guards for documents that are ZIP archives of XML: nothing is parsed before its real size is known."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.formats.extraction import Unreadable

if TYPE_CHECKING:
    import zipfile

MEMBERS = 5_000
UNPACKED = 200_000_000  # bytes of all members together
XML = 50_000_000  # bytes of a member that is parsed, which takes some ten times as much memory
RATIO = 200  # of what is unpacked to what is stored; real documents stay well under 50
_PIECE = 1 << 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how files of the old Office begin, and its encrypted ones
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E", re.IGNORECASE)


def is_old_office(beginning: bytes) -> bool:
    """Whether a file begins as one of the old Office, or as a new one with a password."""
    return beginning.startswith(_OLE)


def is_encrypted_office(data: bytes) -> bool:
    """Whether it is the latter."""
    return is_old_office(data) and "EncryptedPackage".encode("utf-16-le") in data


def guard(path: Path) -> frozenset[str]:
    """Unpack every member of an archive to nowhere, and return their names.

    The sizes that an archive states may lie, so bytes are counted as they come.

    Raises:
        Unreadable: it is no archive, is damaged or encrypted, would unpack to far too much, or has XML that
            declares entities.

    """
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MEMBERS:
                raise Unreadable(f"it holds {len(members)} files within it, which no document does")
            left = UNPACKED
            for member in members:
                left -= _checked(archive, member, left)
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, EOFError) as error:
        raise Unreadable(f"it is damaged or was cut short ({error})") from error
    except NotImplementedError as error:
        raise Unreadable(f"it is packed in a way that is not known here ({error})") from error


def _checked(archive: "zipfile.ZipFile", member: "zipfile.ZipInfo", left: int) -> int:
    """Return how many bytes a member really has; refuse one that is a bomb."""
    if member.flag_bits & 1:
        raise Unreadable("it is protected by a password; save it without one")
    is_xml = member.filename.casefold().endswith((".xml", ".rels"))
    most = min(left, XML if is_xml else UNPACKED, max(member.compress_size, _PIECE) * RATIO)
    size, before = 0, b""
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > most:
                raise Unreadable(f"“{member.filename}” in it unpacks to far more than a document holds")
            if is_xml and _DOCTYPE.search(before + piece):
                raise Unreadable(f"“{member.filename}” in it declares a document type, which no document needs")
            before = piece[-32:]
    return size
