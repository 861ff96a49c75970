"""Which documents go to an annotator: named, drawn at random, shared with others, or found by words."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import Connection

from annotator.records import Round, UserError
from annotator.rows import Filter
from annotator.store import assignments, queries


class Wanted(Struct, frozen=True, kw_only=True):
    """What somebody asks of an assignment. Without anything, every document goes."""

    documents: tuple[int, ...] = ()  # local ids
    sample: int | None = None  # how many, drawn by chance from those that nobody reads or was given
    overlap: int = 0  # how many of the sample are drawn from those that somebody else was given
    query: str | None = None  # words: a part of the sample is drawn from what they find
    share: float = 0.5  # how large a part
    seed: int = 0
    round: Round = "production"


class Chosen(NamedTuple):
    """A document that goes, how it was chosen, and how many documents it stands for."""

    document_id: int
    sampling: str
    query: str | None = None
    weight: float | None = None


def choose(connection: Connection, annotator_id: int | None, wanted: Wanted) -> list[Chosen]:
    """Return the documents that go to an annotator, in the order of the project; with one seed always the same.

    Raises:
        UserError: a document is not in the project, there are not as many as asked for, or the words find none.

    """
    everything = list(queries.document_ids(connection, None))
    if wanted.documents:
        return _named(everything, wanted.documents)
    if wanted.sample is None:
        return [Chosen(key, "chosen") for key in everything]
    _refuse_nonsense(wanted)
    given = assignments.readers(connection)
    own = {key for key, readers in given.items() if annotator_id in readers}
    shared = [key for key in everything if key in given and key not in own]
    free = [key for key in everything if key not in given]
    draw = _Draw(Random(wanted.seed), wanted.sample)  # noqa: S311 — by chance, not in secret
    if wanted.overlap:
        draw.take(shared, wanted.overlap, "that somebody else was given", "chosen")
    rest = wanted.sample - wanted.overlap
    by_words = round(rest * wanted.share) if wanted.query else 0
    # At random first, of all that are free: what words find would be missing among the rest.
    draw.take(free, rest - by_words, "that nobody was given", "random")
    if wanted.query and by_words:
        found = set(queries.document_ids(connection, None, Filter(words=wanted.query))) - draw.taken
        draw.take([key for key in free if key in found], by_words, f"with “{wanted.query}”", "query", wanted.query)
    return sorted(draw.chosen)


def _named(everything: Sequence[int], documents: Sequence[int]) -> list[Chosen]:
    missing = sorted(set(documents) - set(everything))
    if missing:
        raise UserError(f"This project has no article {missing[0]}. `annotator list` shows the numbers.")
    return [Chosen(key, "chosen") for key in everything if key in set(documents)]


def _refuse_nonsense(wanted: Wanted) -> None:
    if wanted.sample is not None and wanted.sample < 1:
        raise UserError("A sample has at least one article.")
    if not 0 <= wanted.overlap <= (wanted.sample or 0):
        raise UserError("The overlap is a part of the sample: it cannot be larger.")
    if not 0 < wanted.share <= 1:
        raise UserError("The share is a number above 0 and up to 1, such as 0.3.")


class _Draw:
    """Draws documents by chance, and remembers which."""

    def __init__(self, random: Random, wanted: int) -> None:
        self._random = random
        self._wanted = wanted
        self.chosen: list[Chosen] = []
        self.taken: set[int] = set()

    def take(self, among: Sequence[int], count: int, what: str, sampling: str, query: str | None = None) -> None:
        """Draw so many. Raises UserError, where there are fewer."""
        if len(among) < count:
            there = "is" if len(among) == 1 else "are"
            raise UserError(
                f"{self._wanted} articles were asked for, {count} of them {what}. There {there} only {len(among)} "
                "of those: ask for fewer, or bring in more articles."
            )
        weight = len(among) / count if count and sampling != "chosen" else None
        drawn = self._random.sample(among, count)
        self.taken.update(drawn)
        self.chosen += [Chosen(key, sampling, query, weight) for key in drawn]
