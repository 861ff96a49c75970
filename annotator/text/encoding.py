"""From bytes to the text that a document keeps."""

import codecs
import hashlib
from typing import NamedTuple

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# The mark of UTF-32-LE begins with that of UTF-16-LE, so it is tried first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSING_SAMPLE = 1_000_000  # bytes; a guess over more is slow and no better


class Decoded(NamedTuple):
    """A text, the encoding it was read in, and a note for every departure from plain UTF-8."""

    text: str
    encoding: str
    notes: tuple[str, ...]


def decode(data: bytes) -> Decoded:
    """Read bytes as text: UTF-8, else what a byte order mark says, else the best guess.

    Line ends are kept. Raises UnicodeError when the bytes are not text in any encoding.
    """
    if data.startswith(codecs.BOM_UTF8):
        text = data[len(codecs.BOM_UTF8) :].decode("utf-8")
        return Decoded(text, "utf-8", ("a UTF-8 byte order mark was dropped",))
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding)
            return Decoded(text, encoding, (f"read as {encoding.upper()}, as its byte order mark says",))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)
    return _utf16_without_mark(data) or Decoded(text, "utf-8", ())


def _utf16_without_mark(data: bytes) -> Decoded | None:
    """Recognise UTF-16 that passes for UTF-8 because every second byte is NUL."""
    for encoding, nuls in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if len(data) >= 4 and len(data) % 2 == 0 and nuls.count(0) > 0.7 * len(nuls):
            text = data.decode(encoding, "replace")
            if "\0" not in text:
                return Decoded(text, encoding, (f"read as {encoding.upper()} without a byte order mark",))
    return None


def _guess(data: bytes) -> Decoded:
    import charset_normalizer

    sample = data[:_GUESSING_SAMPLE]
    best = charset_normalizer.from_bytes(sample).best()
    if best is None or b"\0" in sample:
        raise UnicodeError("These bytes are not text in any encoding that could be recognised")
    try:
        text = data.decode(best.encoding)
    except UnicodeDecodeError as error:
        raise UnicodeError(f"These bytes look like {best.encoding} but are not all of it") from error
    return Decoded(text, best.encoding, (f"not UTF-8: read as {best.encoding}, which is a guess",))


def clean(text: str) -> tuple[str, int]:
    """Replace NUL, which no database or widget carries safely, and say how often.

    Raises UnicodeError when the text holds half a surrogate pair: it cannot be written as UTF-8.
    """
    text.encode("utf-8")
    nuls = text.count("\0")
    return (text.replace("\0", REPLACEMENT) if nuls else text), nuls


def sha256(text: str) -> str:
    """Return the identity of a text: the hexadecimal SHA-256 of its UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
