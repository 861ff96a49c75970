"""How often each whole number occurs: a sum that can be added to, and taken from, without rest."""

from typing import NamedTuple, Self

import numpy as np

from annotator.agreement.batch import POSITION_BITS, Ints


class Histogram(NamedTuple):
    """Counts of lengths by group: `keys` rise and are `group << POSITION_BITS | length`; no count is zero."""

    keys: Ints
    counts: Ints

    @classmethod
    def of(cls, group: Ints, length: Ints, counts: Ints | None = None) -> Self:
        """Count lengths, each once or as often as `counts` says."""
        keys = group << POSITION_BITS | length
        if counts is None:
            return cls(*np.unique(keys, return_counts=True))
        return cls._sum(keys, counts)

    def plus(self, other: "Histogram", sign: int = 1) -> Self:
        """Return the sum, or with a sign of -1 what is left when `other` is taken away."""
        return self._sum(np.concatenate([self.keys, other.keys]), np.concatenate([self.counts, sign * other.counts]))

    @property
    def groups(self) -> Ints:
        return self.keys >> POSITION_BITS

    @property
    def lengths(self) -> Ints:
        return self.keys & ((1 << POSITION_BITS) - 1)

    @classmethod
    def _sum(cls, keys: Ints, counts: Ints) -> Self:
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], counts[order]
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        sums = np.add.reduceat(counts, firsts) if len(firsts) else counts
        return cls(keys[firsts][sums != 0], sums[sums != 0])
