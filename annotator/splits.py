"""Which documents are for training, which for validation and which for testing.

Whole documents; near-duplicates, and what `group_by` joins, on one side. A manifest keeps every decision: a
later split of a corpus that grew leaves each old document where it was.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from hashlib import blake2b
from math import sqrt
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct, field

from annotator.records import UserError

if TYPE_CHECKING:
    from annotator.near_duplicates import Signatures

SIDES = ("train", "validation", "test")
FEW_SPANS = 30
ASSUMED_F1 = 0.8  # of which the width of an interval is told
NO_FAMILIES: Mapping[str, str] = MappingProxyType({})

GroupBy = Literal["outlet", "month"]


class Article(Struct, frozen=True):
    """What a split is decided by; the text itself goes into `Signatures`."""

    sha256: str
    outlet: str | None
    published: str | None
    labels: dict[str, int]  # spans of each


class Manifest(Struct, kw_only=True):
    """The sides of documents by the hash of their text. `set_aside` are on no side: they would join two."""

    schema: Literal["source-annotator/split/1"] = "source-annotator/split/1"
    seed: int
    ratios: list[int]
    group_by: GroupBy | None = None
    stratify: bool = False
    sides: dict[str, list[str]] = {}
    set_aside: list[str] = []

    def has_any(self, documents: Container[str | None]) -> bool:
        """Whether a side has one of some documents."""
        return any(sha256 in documents for members in self.sides.values() for sha256 in members)


class Side(Struct, kw_only=True):
    """How much there is on a side, and how exactly an F1 could be told there."""

    documents: int = 0
    spans: dict[str, int] = field(default_factory=dict)
    interval: dict[str, float | None] = field(default_factory=dict)  # full width of a 95 % interval at F1 = 0.8


class Report(Struct, kw_only=True):
    """What a split came to."""

    sides: dict[str, Side]
    set_aside: list[str]
    near_duplicates: int  # documents that are one of another
    warnings: list[str]


def parse_ratios(said: str) -> list[int]:
    """Return the shares of train, validation and test, of ``80/10/10``; with two shares there is no validation.

    Raises:
        UserError: it is something else.

    """
    parts = said.split("/")
    if len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts) or sum(map(int, parts)) != 100:
        raise UserError(
            f"“{said}” is no split. Say it in hundredths, as 80/10/10 (train, validation, test) or 80/20 (train, test)."
        )
    return [int(part) for part in parts]


def read_manifest(path: Path) -> Manifest:
    """Return a manifest.

    Raises:
        UserError: the file cannot be read, or is none.

    """
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise UserError(f"{path.name} is not the manifest of a split: {error}.") from error
    times = Counter(sha256 for side in manifest.sides.values() for sha256 in side)
    twice = [sha256 for sha256, count in times.items() if count > 1]
    if twice:
        raise UserError(f"{path.name} puts a document on two sides: {twice[0]}. Correct it, or split anew.")
    return manifest


def split(
    articles: Sequence[Article],
    signatures: "Signatures",
    wanted: Manifest,
    families: Mapping[str, str] = NO_FAMILIES,
) -> tuple[Manifest, Report]:
    """Give every article a side.

    `wanted` says how, and which sides are taken already: those never change. `signatures` are of the
    articles' texts, in the same order. `families` are the first versions of articles that were corrected, by the
    hashes of all their versions: those stay together.
    """
    names = SIDES if len(wanted.ratios) == 3 else (SIDES[0], SIDES[2])
    old = {sha256: side for side, members in wanted.sides.items() for sha256 in members}
    alike = list(signatures.pairs())
    group_of = groups(len(articles), [*alike, *_joined(articles, wanted.group_by), *_versions(articles, families)])
    members: dict[int, list[int]] = defaultdict(list)
    for place, first in enumerate(group_of):
        members[first].append(place)
    chooser = _Chooser(names, wanted, articles)
    side_of: dict[str, str] = dict(old)
    set_aside = []
    free = []
    for group in members.values():
        taken = {old[articles[place].sha256] for place in group if articles[place].sha256 in old}
        new = [articles[place].sha256 for place in group if articles[place].sha256 not in old]
        if len(taken) > 1:
            set_aside += new
        elif taken:
            side_of.update(dict.fromkeys(new, taken.copy().pop()))
        else:
            free.append(group)
        for place in group:
            if articles[place].sha256 in side_of:
                chooser.count(side_of[articles[place].sha256], [place])
    for group in chooser.ordered(free):
        side = chooser.neediest(group)
        chooser.count(side, group)
        side_of.update((articles[place].sha256, side) for place in group)
    manifest = msgspec.structs.replace(
        wanted,
        sides={name: sorted(sha256 for sha256, side in side_of.items() if side == name) for name in names},
        set_aside=sorted(set_aside),
    )
    doubles = len(articles) - len(set(groups(len(articles), alike)))
    return manifest, _report(articles, side_of, names, manifest.set_aside, doubles)


def groups(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each of `count` things the first one of its group, where `pairs` are of one group."""
    first = list(range(count))

    def find(thing: int) -> int:
        while first[thing] != thing:
            first[thing] = first[first[thing]]
            thing = first[thing]
        return thing

    for a, b in pairs:
        one, other = sorted((find(a), find(b)))
        first[other] = one
    return [find(thing) for thing in range(count)]


def _joined(articles: Sequence[Article], group_by: GroupBy | None) -> Iterable[tuple[int, int]]:
    """Yield pairs that a person wants on one side; an article without the value stands alone."""
    first: dict[str, int] = {}
    for place, article in enumerate(articles):
        key = article.outlet if group_by == "outlet" else (article.published or "")[:7] if group_by else None
        if key:
            yield first.setdefault(key, place), place


def _versions(articles: Sequence[Article], families: Mapping[str, str]) -> Iterable[tuple[int, int]]:
    """Yield pairs of versions of one article."""
    first: dict[str, int] = {}
    for place, article in enumerate(articles):
        if family := families.get(article.sha256):
            yield first.setdefault(family, place), place


class _Chooser:
    """Gives groups to the side that lacks most: of documents, or of the labels that are rare.

    With `stratify`, groups with the rarest label come first and go where that label is short, as in the
    iterative stratification of Sechidis, Tsoumakas and Vlahavas (2011).
    """

    def __init__(self, names: Sequence[str], wanted: Manifest, articles: Sequence[Article]) -> None:
        self._articles = articles
        self._seed = wanted.seed
        self._stratify = wanted.stratify
        self._share = {name: ratio / sum(wanted.ratios) for name, ratio in zip(names, wanted.ratios, strict=True)}
        self._totals: Counter[str] = Counter()
        for article in articles:
            self._totals.update(article.labels)
        self._documents: Counter[str] = Counter()
        self._labels: dict[str, Counter[str]] = defaultdict(Counter)

    def ordered(self, free: list[list[int]]) -> list[list[int]]:
        """Return groups in the order in which they choose: rarest label first, then large ones, then by the seed."""
        return sorted(free, key=lambda group: (self._rarity(group), -len(group), self._chance(group)))

    def count(self, side: str, group: Iterable[int]) -> None:
        for place in group:
            self._documents[side] += 1
            self._labels[side].update(self._articles[place].labels)

    def neediest(self, group: Sequence[int]) -> str:
        """Return the side that is furthest below its share."""
        rarest = self._rarest(group)

        def lack(side: str) -> tuple[float, float]:
            documents = self._share[side] * len(self._articles) - self._documents[side]
            if rarest is None:
                return documents, 0.0
            return self._share[side] * self._totals[rarest] - self._labels[side][rarest], documents

        return max((side for side in self._share if self._share[side]), key=lack)

    def _rarest(self, group: Sequence[int]) -> str | None:
        if not self._stratify:
            return None
        labels = {label for place in group for label in self._articles[place].labels}
        return min(labels, key=lambda label: (self._totals[label], label), default=None)

    def _rarity(self, group: Sequence[int]) -> int:
        rarest = self._rarest(group)
        return 0 if not self._stratify else self._totals[rarest] if rarest else 1 << 62

    def _chance(self, group: Sequence[int]) -> bytes:
        first = min(self._articles[place].sha256 for place in group)
        return blake2b(f"{self._seed}\0{first}".encode(), digest_size=16).digest()


def _report(
    articles: Sequence[Article], side_of: dict[str, str], names: Sequence[str], set_aside: list[str], doubles: int
) -> Report:
    sides = {name: Side() for name in names}
    labels = sorted({label for article in articles for label in article.labels})
    for article in articles:
        if side := sides.get(side_of.get(article.sha256, "")):
            side.documents += 1
            for label, count in article.labels.items():
                side.spans[label] = side.spans.get(label, 0) + count
    warnings = []
    for name, side in sides.items():
        if not side.documents:
            warnings.append(f"{name} has no document: there are too few for this split.")
        side.spans = {label: side.spans.get(label, 0) for label in labels}
        side.interval = {label: interval_width(count) for label, count in side.spans.items()}
        few = [f"{label} ({count})" for label, count in side.spans.items() if count < FEW_SPANS]
        if few:
            warnings.append(
                f"{name} has fewer than {FEW_SPANS} spans of {', '.join(few)}: a figure there means little."
            )
    if set_aside:
        warnings.append(f"{len(set_aside)} new documents are on no side, since each would join two.")
    return Report(sides=sides, set_aside=set_aside, near_duplicates=doubles, warnings=warnings)


def interval_width(spans: int) -> float | None:
    """Return the width of Wilson's 95 % interval of a proportion of 0.8 among so many spans.

    It stands for that of an F1, which varies no less (Takahashi et al. 2022 treat micro F1 as a proportion).
    """
    if spans == 0:
        return None
    z, p, n = 1.96, ASSUMED_F1, spans
    return round(2 * z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n), 3)
