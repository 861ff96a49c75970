"""Who has which documents, how much of each other's they read, how long it will take, and how the sample was drawn."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from statistics import median

from msgspec import Struct, field
from sqlalchemy import Connection

from annotator.packets.choosing import Wanted, choose
from annotator.store import assignments, queries
from annotator.store.assignments import Draw, RandomPart, Share

HOURS_A_DAY = 6  # of work at articles, as active time counts it
FEW = 20  # documents that a pair should share at least, so that agreement says something


class Load(Struct, frozen=True, kw_only=True):
    """What one annotator has to read. Times are None where nothing is known of them yet."""

    name: str
    given: int  # documents
    finished: int
    started: int
    left: int  # documents that are not finished
    seconds: float | None  # median of the active seconds that a finished document took
    days: float | None  # of work that is left


class Pair(Struct, frozen=True, kw_only=True):
    """How many documents two annotators both have."""

    a: str
    b: str
    documents: int

    @property
    def is_few(self) -> bool:
        return self.documents < FEW


class Prevalence(Struct, frozen=True, kw_only=True):
    """How large a part of all documents has a label, as the random part of the sample tells; None: it is not known."""

    label: str
    share: float | None
    documents: int  # of the random part, that have it


class Drawn(Struct, frozen=True, kw_only=True):
    """How many documents were given that came about in one way: `chosen`, `random` or by a `query`."""

    sampling: str
    query: str | None
    documents: int


class Plan(Struct, frozen=True, kw_only=True, rename={"schema_name": "schema"}):
    """Who reads what. `read_by` counts documents that were given to, or begun by, none, one, two, or three and more."""

    schema_name: str = "source-annotator/assignments/1"
    documents: int
    read_by: tuple[int, int, int, int]
    annotators: list[Load]
    pairs: list[Pair]
    drawn: list[Drawn]
    random_finished: int  # documents that the prevalence rests on
    prevalence: list[Prevalence]
    hours_a_day: int = HOURS_A_DAY

    def shared(self, a: str, b: str) -> Pair:
        """Return the pair of two annotators, in whatever order."""
        return next(pair for pair in self.pairs if {pair.a, pair.b} == {a, b})


class Preview(Struct, frozen=True, kw_only=True):
    """What a packet would hold. `shared_with` says how many of its documents each other person has."""

    annotator: str
    documents: int
    shared: int = 0
    shared_with: dict[str, int] = field(default_factory=dict)
    query: str | None = None
    by_query: int = 0
    random: int = 0


def look(connection: Connection) -> Plan:
    """Return the plan of a project."""
    return plan(
        assignments.shares(connection),
        {row.id: row.name for row in queries.annotators(connection)},
        documents=len(queries.document_ids(connection, None)),
        draws=assignments.draws(connection),
        found=assignments.random_part(connection),
        labels=[row.key for row in queries.labels(connection)],
    )


def plan(
    shares: Sequence[Share],
    names: Mapping[int, str],
    *,
    documents: int,
    draws: Iterable[Draw],
    found: RandomPart,
    labels: Iterable[str],
) -> Plan:
    """Return the plan that follows from who has which document; `names` are the annotators' by local id."""
    readers: dict[int, set[int]] = {}
    for share in shares:
        readers.setdefault(share.document_id, set()).add(share.annotator_id)
    times = Counter(min(3, len(people)) for people in readers.values())
    of_everybody = _median(shares)
    people = sorted({share.annotator_id for share in shares}, key=names.__getitem__)
    own = {who: [share for share in shares if share.annotator_id == who] for who in people}
    return Plan(
        documents=documents,
        read_by=(documents - len(readers), times[1], times[2], times[3]),
        annotators=[_load(names[who], own[who], of_everybody) for who in people],
        pairs=_pairs(people, names, readers.values()),
        drawn=[Drawn(sampling=each.sampling, query=each.query, documents=each.documents) for each in draws],
        random_finished=found.documents,
        prevalence=[_prevalence(label, found) for label in labels],
    )


def preview(connection: Connection, annotator: str, wanted: Wanted) -> Preview:
    """Return what a packet would hold that is made now. Raises UserError, as making it would."""
    people = {row.id: row.name for row in queries.annotators(connection) if row.kind == "human"}
    who = next((key for key, name in people.items() if name == annotator), None)
    chosen = choose(connection, who, wanted)
    readers = assignments.readers(connection)
    others = [readers.get(each.document_id, set()) - {who} for each in chosen]
    ways = Counter(each.sampling for each in chosen)
    return Preview(
        annotator=annotator,
        documents=len(chosen),
        shared=sum(map(bool, others)),
        shared_with=dict(Counter(people[key] for each in others for key in each).most_common()),
        query=wanted.query,
        by_query=ways["query"],
        random=ways["random"],
    )


def _load(name: str, own: Sequence[Share], of_everybody: float | None) -> Load:
    by_status = Counter(share.status for share in own)
    left = len(own) - by_status["finished"]
    each = _median(own) or of_everybody
    if left == 0:
        days: float | None = 0.0
    else:
        days = None if each is None else left * each / (HOURS_A_DAY * 3600)
    return Load(
        name=name, given=sum(share.was_given for share in own), finished=by_status["finished"],
        started=by_status["started"], left=left, seconds=_median(own), days=days,
    )  # fmt: skip


def _median(shares: Iterable[Share]) -> float | None:
    """Return the median of what finished documents took, of which some is known."""
    times = [share.seconds for share in shares if share.status == "finished" and share.seconds > 0]
    return median(times) if times else None


def _pairs(people: Sequence[int], names: Mapping[int, str], readers: Iterable[set[int]]) -> list[Pair]:
    both = Counter(pair for each in readers for pair in combinations(sorted(each), 2))
    return [
        Pair(a=names[a], b=names[b], documents=both[min(a, b), max(a, b)]) for a, b in combinations(people, 2)
    ]  # fmt: skip


def _prevalence(label: str, found: RandomPart) -> Prevalence:
    documents, weight = found.labels.get(label, (0, 0.0))
    return Prevalence(label=label, share=weight / found.weight if found.weight else None, documents=documents)
