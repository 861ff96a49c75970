"""What is to be compared: whose layers, of which round, guideline and time, and which documents."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from annotator.agreement.batch import Bools, Ints
from annotator.records import Round, UserError
from annotator.rows import AnnotatorRow, Filter
from annotator.splits import Manifest
from annotator.store import comparison, queries
from annotator.store.comparison import Wanted


class Side(NamedTuple):
    """One side of a split."""

    name: str
    manifest: Manifest


class Criteria(NamedTuple):
    """Which layers to compare: names of annotators, none for every human; documents by words, as the search takes them.

    A guideline is named by its hash, or the beginning of it. `since` is a day, as ``2026-11-23``. Without those of
    `text.edges.EDGES` that `trim` names, spans are compared as if nobody had put them at an edge. With a threshold
    only those predictions of models count that have that score or a higher one.
    """

    annotators: Sequence[str] = ()
    documents: str = ""
    round: Round | None = None
    guideline: str | None = None
    since: str | None = None
    blind_only: bool = False
    trim: Collection[str] = ()
    threshold: float | None = None
    side: Side | None = None


EVERYTHING = Criteria()


def chosen(connection: Connection, names: Sequence[str]) -> list[AnnotatorRow]:
    """Return the annotators of those names, a person before gold before a model; without names every person.

    Raises:
        UserError: the project has no annotator of a name.

    """
    everybody = queries.annotators(connection)
    if not names:
        return [row for row in everybody if row.kind == "human"]
    return [named(everybody, name, ("human", "gold", "model")) for name in dict.fromkeys(names)]


def named(everybody: Sequence[AnnotatorRow], name: str, kinds: Sequence[str]) -> AnnotatorRow:
    """Return the annotator of that name, of the first of those kinds.

    Raises:
        UserError: there is none.

    """
    found = [row for row in everybody if row.name == name]
    if not found:
        known = ", ".join(sorted({row.name for row in everybody})) or "nobody yet"
        raise UserError(f"This project has no annotator named “{name}”. It has: {known}.")
    return min(found, key=lambda row: kinds.index(row.kind))


def wanted(connection: Connection, criteria: Criteria, annotators: Sequence[int]) -> Wanted:
    """Return which layers of these annotators count. Raises UserError."""
    guideline = None if criteria.guideline is None else _guideline(connection, criteria.guideline.lower())
    return Wanted(annotators, criteria.round, guideline, criteria.since, criteria.blind_only)


def asked_for(connection: Connection, criteria: Criteria, ids: Ints) -> tuple[Bools, Bools, int]:
    """Return which documents the words find, which are inside the split, and how many of its side are not here.

    Raises:
        UserError: the split has no such side.

    """
    found = inside = np.ones(len(ids), bool)
    if criteria.documents.strip():
        by_words = queries.document_ids(connection, None, Filter(words=criteria.documents))
        found = np.isin(ids, np.array(by_words, np.int64))
    if criteria.side is None:
        return found, inside, 0
    members, known = _members(criteria.side), comparison.documents_by_hash(connection)
    here = [known[sha256] for sha256 in members if sha256 in known]
    return found, np.isin(ids, here), len(members) - len(here)


def _members(side: Side) -> list[str]:
    if side.name not in side.manifest.sides:
        known = ", ".join(side.manifest.sides) or "none"
        raise UserError(f"The manifest has no side “{side.name}”. It has: {known}.")
    return side.manifest.sides[side.name]


def _guideline(connection: Connection, beginning: str) -> int:
    known = comparison.guidelines(connection)
    found = [sha256 for sha256 in known if sha256.startswith(beginning)]
    if len(found) != 1:
        problem = "several guidelines whose hashes begin" if found else "no guideline whose hash begins"
        shown = ", ".join(sha256[:12] for sha256 in found or known) or "none"
        raise UserError(f"This project has {problem} with “{beginning}”. Its guidelines: {shown}.")
    return known[found[0]]
