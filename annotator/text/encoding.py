"""From bytes to the text that a document keeps."""

import codecs
import hashlib
import re
from typing import NamedTuple

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# The mark of UTF-32-LE begins with that of UTF-16-LE, so it is tried first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UNDEFINED_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Curly marks, dashes and the ellipsis are the same bytes in all of Windows' encodings.
_NOT_ASCII = bytes(code for code in range(128, 256) if code not in b"\x85\x91\x92\x93\x94\x95\x96\x97")
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
    sample = data[:_GUESSING_SAMPLE]
    if _BINARY.search(sample):
        raise UnicodeError("These bytes are not text in any encoding that could be recognised")
    encoding = "cp1252" if _is_nearly_ascii(sample) else _detect(sample)
    text = data.decode(encoding)
    return Decoded(text, encoding, (f"not UTF-8: read as {encoding}, which is a guess",))


def _is_nearly_ascii(sample: bytes) -> bool:
    """Say whether only a letter here and there is not ASCII.

    English with curly marks and a few accents is then by far the likeliest, and charset-normalizer
    has too little to go by: it takes such copy for cp852 or cp1250.
    """
    others = len(sample) - len(sample.translate(None, _NOT_ASCII))
    return others <= max(3, 0.05 * len(sample)) and not _UNDEFINED_IN_CP1252.search(sample)


def _detect(sample: bytes) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    if best is None:
        raise UnicodeError("These bytes are not text in any encoding that could be recognised")
    return best.encoding


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
