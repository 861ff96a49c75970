"""Articles that are nearly the same: wire copy, shortened or lengthened by each outlet that runs it.

MinHash (Broder 1997) over runs of five words, found by bands of a locality-sensitive hash and then
compared. Two articles are near-duplicates when about half of the shorter one stands in the other.
"""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

RUN = 5  # words
HASHES = 64
BAND = 2  # hashes a band: a pair of which a third is shared is found all but never missed
CONTAINED = 0.5  # of the shorter article

_random = np.random.default_rng(0x5A17)
_MULTIPLIERS = _random.integers(1, 2**64, size=(HASHES, 1), dtype=np.uint64) | np.uint64(1)
_OFFSETS = _random.integers(0, 2**64, size=(HASHES, 1), dtype=np.uint64)


class Signatures:
    """The MinHash signatures of articles, in the order in which they were added: 256 bytes each."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self._signatures: list[NDArray[np.uint32]] = []
        self._sizes: list[int] = []

    def add(self, text: str) -> None:
        runs = self._runs(text)
        self._sizes.append(len(runs))
        hashes = runs * _MULTIPLIERS + _OFFSETS  # modulo 2**64; the high bits are well mixed
        self._signatures.append((hashes.min(axis=1) >> np.uint64(32)).astype(np.uint32))

    def _runs(self, text: str) -> NDArray[np.uint64]:
        """Return a number for each different run of words; of a shorter text, for the whole of it."""
        words = np.array([self._number(word) for word in text.casefold().split()] or [0], dtype=np.uint64)
        runs = words[: max(1, len(words) - RUN + 1)].copy()
        for offset in range(1, min(RUN, len(words))):
            runs = runs * np.uint64(0x100000001B3) + words[offset : offset + len(runs)]
        return np.unique(runs)

    def _number(self, word: str) -> int:
        number = self._words.get(word)
        if number is None:
            number = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
            self._words[word] = number
        return number

    def pairs(self) -> Iterable[tuple[int, int]]:
        """Yield pairs of near-duplicates by their places; enough of them to join each group."""
        if not self._signatures:
            return
        signatures = np.stack(self._signatures)
        for first in range(0, HASHES, BAND):
            buckets: dict[bytes, list[int]] = defaultdict(list)
            band = np.ascontiguousarray(signatures[:, first : first + BAND])
            for place, key in enumerate(band.view(f"V{4 * BAND}").ravel()):
                buckets[bytes(key)].append(place)
            for places in buckets.values():
                # Against the first of the bucket and its neighbour: all pairs would be quadratic.
                for before, place in pairwise(places):
                    for other in {places[0], before}:
                        if self._contained(signatures, other, place):
                            yield other, place

    def _contained(self, signatures: NDArray[np.uint32], a: int, b: int) -> bool:
        alike = float(np.mean(signatures[a] == signatures[b]))  # estimates |A and B| / |A or B|
        shared = alike * (self._sizes[a] + self._sizes[b]) / (1 + alike)
        return shared >= CONTAINED * min(self._sizes[a], self._sizes[b])
