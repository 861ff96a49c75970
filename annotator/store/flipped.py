"""Single flipped bits, which disks and memory make: a hash proves which one it was."""

from collections.abc import Callable, Iterator
from hashlib import sha256

LONGEST = 20_000  # bytes of a text that is tried: the time grows with its square, to some seconds


def is_one_bit_off(found: bytes, expected: bytes) -> bool:
    """Whether two digests differ in one bit. What they are of is right then: otherwise half of their bits would."""
    return len(found) == len(expected) and sum(
        (one ^ other).bit_count() for one, other in zip(found, expected, strict=True)
    ) == 1  # fmt: skip


def flips(data: bytes) -> Iterator[bytes]:
    """Yield `data` with each of its bits flipped in turn."""
    for at, byte in enumerate(data):
        for bit in range(8):
            yield data[:at] + bytes([byte ^ 1 << bit]) + data[at + 1 :]


def mended_text(data: bytes, expected: str, cancelled: Callable[[], bool]) -> bytes | None:
    """Return what `data` was before one bit of it flipped, by the SHA-256 of that in hexadecimal; None if not one."""
    if len(data) > LONGEST:
        return None
    before = sha256()
    for at, byte in enumerate(data):
        if cancelled():
            return None
        for bit in range(8):
            digest = before.copy()
            digest.update(bytes([byte ^ 1 << bit]) + data[at + 1 :])
            if digest.hexdigest() == expected:
                return data[:at] + bytes([byte ^ 1 << bit]) + data[at + 1 :]
        before.update(data[at : at + 1])
    return None
