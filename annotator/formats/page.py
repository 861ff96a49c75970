"""What a page of annotated articles shows, for people to read: whatever it is written as.

Labels have a letter and a pattern as well as a colour; annotations have a number, by which the text and the list
below it refer to each other, and a lane, in which their bar lies below the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from annotator.records import LABELS, LabelRecord, LayerRecord, NegativeRecord, PartRecord, SpanRecord, Zone

NEGATIVE = LabelRecord(key="", title="No label belongs here", colour="#5f6b7a", pattern="dot", shortcut="\u00d7")
_COLOURS = ("#00766c", "#a8336b", "#5f6d00", "#7a4a2b", "#3f5fa0", "#5f6b7a")  # of labels that a project added
_PATTERNS = ("solid", "dash", "dot", "double")
_LINE = re.compile("[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CELL = 512  # code points


class Look(Struct, frozen=True):
    """How a label looks."""

    number: int
    title: str
    letter: str
    colour: str  # on a light page, as #rrggbb
    pattern: str  # "solid", "dash", "dot" or "double"


class Looks:
    """The looks of the labels that were met, in that order."""

    def __init__(self) -> None:
        self._by_key: dict[str, Look] = {}
        self.counts: dict[str, int] = defaultdict(int)
        self._known = {label.key: label for label in (*LABELS, NEGATIVE)}

    def of(self, key: str) -> Look:
        """Return the look of a label; the empty key is that of negatives."""
        if key not in self._by_key:
            self._by_key[key] = self._new(key)
        return self._by_key[key]

    def _new(self, key: str) -> Look:
        number = len(self._by_key)
        if label := self._known.get(key):
            return Look(number, label.title or key, label.shortcut or "", label.colour or "", label.pattern or "")
        added = sum(1 for other in self._by_key if other not in self._known)
        taken = {label.shortcut for label in self._known.values()} | {look.letter for look in self._by_key.values()}
        letters = [char for char in key.upper() if char.isalpha()]
        letter = next((char for char in letters if char not in taken), key[:1].upper() or "·")
        colour = _COLOURS[added % len(_COLOURS)]
        return Look(number, key, letter, colour, _PATTERNS[added % len(_PATTERNS)])

    def legend(self) -> list[tuple[Look, int]]:
        """Return the looks that were met with their counts: our own labels first, negatives last."""
        order = [label.key for label in LABELS]
        met = sorted(self._by_key, key=lambda key: (key == "", order.index(key) if key in order else len(order)))
        return [(self._by_key[key], self.counts[key]) for key in met]


class Item(Struct, frozen=True):
    """An annotation on a page."""

    number: int  # from 1, in the order of the text
    record: SpanRecord | NegativeRecord
    look: Look
    lane: int  # 0 is nearest to the text

    @property
    def start(self) -> int:
        return self.record.start

    @property
    def end(self) -> int:
        return self.record.end

    @property
    def chip(self) -> str:
        """Return the letter of its label, and whether its annotator was unsure."""
        return self.look.letter + "?" * (isinstance(self.record, SpanRecord) and self.record.unsure)


class Run(Struct, frozen=True):
    """A stretch of text over which the same annotations lie, those of the lowest lane first."""

    start: int
    end: int
    items: tuple[Item, ...]


class Paragraph(Struct, frozen=True):
    """A line of the text that is not blank."""

    start: int
    end: int
    is_after_blank: bool
    zone: str | None
    runs: list[Run]


def items(layer: LayerRecord, looks: Looks) -> list[Item]:
    """Return the annotations of a layer in the order of the text; those that lie outside it are none."""
    length = len(layer.text)
    every: list[SpanRecord | NegativeRecord] = [*layer.spans, *layer.negatives]
    within = [each for each in every if 0 <= each.start < each.end <= length]
    within.sort(key=lambda each: (each.start, each.end))
    found = []
    for number, (record, lane) in enumerate(zip(within, _lanes(within), strict=True), 1):
        key = record.label if isinstance(record, SpanRecord) else ""
        looks.counts[key] += 1
        found.append(Item(number, record, looks.of(key), lane))
    return found


def _lanes(records: Sequence[SpanRecord | NegativeRecord]) -> list[int]:
    """Return a lane for each: below those that it holds, else the first that is free of what it overlaps."""
    lanes = [0] * len(records)
    cells: defaultdict[int, list[int]] = defaultdict(list)
    for index in sorted(range(len(records)), key=lambda each: (records[each].end - records[each].start, each)):
        start, end = records[index].start, records[index].end
        own = range(start // _CELL, (end - 1) // _CELL + 1)
        before = {
            each for cell in own for each in cells[cell] if records[each].start < end and records[each].end > start
        }
        inside = [lanes[each] + 1 for each in before if start <= records[each].start and records[each].end <= end]
        lane = max(inside, default=0)
        taken = {lanes[each] for each in before}
        while lane in taken:
            lane += 1
        lanes[index] = lane
        for cell in own:
            cells[cell].append(index)
    return lanes


def paragraphs(layer: LayerRecord, found: Sequence[Item]) -> Iterator[Paragraph]:
    """Yield the lines of a text that are not blank, cut where annotations begin and end."""
    text = layer.text
    upcoming = 0
    now: list[Item] = []
    last = 0
    for line in _LINE.finditer(text):
        start, end = line.span()
        if not line[0].strip():
            continue
        edges = {start, end}
        edges |= {item.end for item in now if start < item.end < end}
        here = upcoming
        while here < len(found) and found[here].start < end:
            edges |= {edge for edge in (found[here].start, found[here].end) if start < edge < end}
            here += 1
        runs = []
        for left, right in pairwise(sorted(edges)):
            while upcoming < here and found[upcoming].start <= left:
                now.append(found[upcoming])
                upcoming += 1
            now = [item for item in now if item.end > left]
            runs.append(Run(left, right, tuple(sorted(now, key=lambda item: item.lane))))
        is_after_blank = len(text[last:start].replace("\r\n", "\n")) > 1
        yield Paragraph(start, end, is_after_blank, _zone(layer.zones, start), runs)
        last = end


def _zone(zones: Iterable[Zone], start: int) -> str | None:
    return next((zone.kind for zone in zones if zone.start <= start < zone.end), None)


def excerpt(text: str, item: Item) -> str:
    """Return what an annotation covers, on one line."""
    return " ".join(text[item.start : item.end].split())


def details(layer: LayerRecord, item: Item, numbers: dict[str | None, int]) -> list[tuple[str, str]]:
    """Return what is known of an annotation: names and values, in words. `numbers` has those of all ids."""
    record = item.record
    if isinstance(record, NegativeRecord):
        pairs = [("", record.kind), ("Reason", record.reason)]
        return [(name, value) for name, value in pairs if value]
    pairs = [
        ("Identity", record.identity),
        ("Source", record.source),
        ("Confidence", record.confidence),
        ("Unsure", (f"nearly {record.runner_up}" if record.runner_up else "yes") if record.unsure else None),
        *((part.role.capitalize(), layer.text[part.start : part.end]) for part in record.parts if _tells(part, record)),
        *(
            ("Relation", f"{each.type} {numbers[each.target]}")
            for each in layer.relations
            if record.id and each.source == record.id and each.target in numbers
        ),
        ("Score", None if record.score is None else f"{record.score:g}"),
        ("Taken from", record.taken_from),
        ("Reason", record.reason),
        ("Note", record.note),
    ]
    return [(name, " ".join(value.split())) for name, value in pairs if value and value.strip()]


def _tells(part: PartRecord, record: SpanRecord) -> bool:
    """Whether a part says more than the passage and its source do."""
    return part.role != "content" and not (part.role == "source" and record.source)


def numbers(found: Iterable[Item]) -> dict[str | None, int]:
    """Return the number of each id."""
    return {item.record.id: item.number for item in found if item.record.id}


def title(layer: LayerRecord) -> str:
    """Return what an article is called."""
    return layer.meta.title or layer.document or "An article without a title"


def facts(layer: LayerRecord) -> list[str]:
    """Return outlet, byline and date, those that are known."""
    meta = layer.meta
    return [each for each in (meta.outlet, meta.byline, meta.published) if each and each.strip()]


def whose(layer: LayerRecord) -> str:
    """Return whose layer it is."""
    if layer.annotator is None:
        return "Annotator unknown" if layer.status or layer.spans or layer.negatives else "Not annotated"
    kind = {"human": "", "model": " (model)", "gold": " (gold)"}[layer.annotator.kind]
    return layer.annotator.name + kind


def tally(layer: LayerRecord, found: Sequence[Item]) -> str:
    """Return whose layer it is, and how many annotations it has."""
    is_begun = layer.annotator or layer.status or found
    return f"{whose(layer)}: {many(len(found), 'annotation')}" if is_begun else whose(layer)


def state(layer: LayerRecord) -> list[str]:
    """Return what is known of the state of a layer."""
    said = [layer.status, layer.round, "blind" if layer.blind else None]
    return [each for each in said if each]


def many(count: int, one: str) -> str:
    """Return a count with its noun."""
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"
