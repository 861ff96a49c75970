"""What travels between files, the store and the window: plain records, no database, no Qt.

Positions are code points of a document's text, half open, as Python slices are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Literal, NamedTuple, get_args

from msgspec import Struct

# Records hold no cycles, so they are made with `gc=False`: the collector need not walk millions of them.


class UserError(Exception):
    """Something a person can understand and act on; its text is shown as it is."""


Kind = Literal["human", "model", "gold"]
Status = Literal["unread", "started", "finished"]
Round = Literal["calibration", "production", "recheck", "practice"]
Identity = Literal["named", "institution", "unnamed"]
Confidence = Literal["high", "medium", "low"]


class Part(Struct, frozen=True, gc=False):
    """A piece of an annotation: its source, its cue or its content."""

    role: str
    start: int
    end: int


class Relation(Struct, frozen=True, gc=False):
    """A link from the annotation that holds it to another one, by uid."""

    type: str
    to: str


class Attributes(Struct, frozen=True, gc=False, omit_defaults=True):
    """What an annotation says beyond its span and label.

    The fields stand in alphabetical order and defaults are left out, so that
    its JSON is canonical: equal attributes are equal bytes.
    """

    confidence: Confidence | None = None
    identity: Identity | None = None
    kind: str | None = None  # of a negative: "look-alike", ...
    note: str | None = None
    parts: tuple[Part, ...] = ()
    reason: str | None = None
    relations: tuple[Relation, ...] = ()
    runner_up: str | None = None  # the label that an unsure annotator nearly took
    score: float | None = None
    source: str | None = None
    taken_from: str | None = None
    unsure: bool = False


class _Wire(Struct, gc=False, forbid_unknown_fields=True):
    """A part of a line of native JSONL; a key that is not known must not vanish unseen."""


class Meta(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """What is known of an article beside its text."""

    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    url: str | None = None
    published: str | None = None


class Zone(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A part of the text with a role on the page: headline, dek, caption."""

    kind: str
    start: int
    end: int


class AnnotatorRecord(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """Who made a layer."""

    id: str | None = None
    name: str
    kind: Kind = "human"


class PartRecord(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """A `Part` and the text it covers."""

    role: str
    start: int
    end: int
    text: str | None = None


class SpanRecord(_Wire, kw_only=True):
    """An annotation with a label, as files carry it."""

    id: str | None = None
    start: int
    end: int
    label: str
    text: str | None = None
    labels_all: list[str] = []
    identity: Identity | None = None
    source: str | None = None
    confidence: Confidence | None = None
    unsure: bool = False
    note: str | None = None
    parts: list[PartRecord] = []
    score: float | None = None
    taken_from: str | None = None
    reason: str | None = None
    runner_up: str | None = None


class NegativeRecord(_Wire, kw_only=True):
    """A decision that no label belongs to a span."""

    id: str | None = None
    start: int
    end: int
    text: str | None = None
    kind: str | None = None
    reason: str | None = None


class RelationRecord(_Wire, kw_only=True, rename={"source": "from", "target": "to"}):
    """A link between two annotations of one layer, by their ids."""

    type: str
    source: str
    target: str


class LayerRecord(_Wire, kw_only=True, rename={"schema_name": "schema"}):
    """One line of native JSONL: a document, and one annotator's layer of it, if anybody began one.

    The order of the fields is the order of the keys in the file (`docs/formats.md`).
    """

    schema_name: Literal["source-annotator/1"]
    document: str | None = None
    sha256: str | None = None
    text: str = ""  # empty where only the hash is known: the text is found by it, or the line refused
    offset_unit: Literal["codepoint"] = "codepoint"
    language: str | None = None
    meta: Meta = Meta()
    meta_json: str = "{}"
    zones: list[Zone] = []
    annotator: AnnotatorRecord | None = None
    status: Status | None = None
    round: Round | None = None
    blind: bool | None = None
    guideline: str | None = None
    split: str | None = None
    group: str | None = None
    spans: list[SpanRecord] = []
    negatives: list[NegativeRecord] = []
    relations: list[RelationRecord] = []


class LabelRecord(_Wire, kw_only=True):
    """The definition of a label that a project may not have."""

    key: str
    title: str | None = None
    colour: str | None = None
    pattern: str | None = None
    shortcut: str | None = None


LABELS = (  # that every project begins with
    LabelRecord(key="anonymous-source", title="Anonymous source", colour="#8a4fbf", pattern="dot", shortcut="A"),
    LabelRecord(key="on-record", title="On record", colour="#1b6ca8", pattern="solid", shortcut="O"),
    LabelRecord(key="denial", title="Denial", colour="#c0392b", pattern="double", shortcut="D"),
    LabelRecord(key="non-comment", title="Non-comment", colour="#8a6d1a", pattern="dash", shortcut="N"),
)


class LabelsRecord(_Wire, kw_only=True, rename={"schema_name": "schema"}):
    """The optional first line of native JSONL: labels that the file uses."""

    schema_name: Literal["source-annotator/1"]
    labels: list[LabelRecord]


class Problem(Struct, frozen=True, kw_only=True):
    """Something in a file that was left out on the way in, or for a note just changed, and where it stands."""

    file: str
    line: int | None = None
    id: str | None = None
    what: str
    expected: str | None = None
    found: str | None = None
    note: bool = False

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        subject = "" if self.id is None else f", {self.id}"
        detail = "" if self.expected is None else f": expected {self.expected}, found {self.found}"
        return f"{place}{subject}: {self.what}{detail}"


NO_PLACES: Mapping[str, Sequence[int]] = MappingProxyType({})


class Read(NamedTuple):
    """What a reader found: a layer, labels that it needs, or a problem.

    `line` counts from 1; `position` is how many bytes of the file were read, for progress. `places` are those of
    the spans and negatives in the lists of the file, where some of them could not be read.
    """

    found: LayerRecord | LabelsRecord | Problem
    line: int | None = None
    position: int = 0
    places: Mapping[str, Sequence[int]] = NO_PLACES


Carried = Literal[
    "text",  # exactly, white space and line ends too; else only its words
    "overlap",  # spans that overlap, nest or coincide
    "empty",  # a layer without spans, which is somebody's finding
    "ids",
    "annotators",
    "states",  # status, round, blind, guideline
    "attributes",  # identity, source, confidence, unsure, runner-up, note, score, reason, whose version was taken
    "parts",
    "relations",
    "negatives",
    "metadata",  # of the article
    "zones",
    "split",
]
EVERYTHING: frozenset[Carried] = frozenset(get_args(Carried))

Options = Mapping[str, str]
NO_OPTIONS: Options = MappingProxyType({})


class Option(Struct, frozen=True):
    """A choice that a reader leaves to a person; the first value is what it does unasked.

    Without values it takes any text, and unasked none.
    """

    name: str
    values: tuple[str, ...]
    help: str

    def takes(self, value: str) -> bool:
        return not self.values or value in self.values


Lost = Literal["span", "negative", "detail"]


class Loss(Struct, frozen=True, kw_only=True):
    """Something of a layer that a format cannot carry: what it is, and the annotation that it belongs to."""

    document: str | None
    annotator: str | None
    id: str | None = None
    what: str  # one phrase a kind of loss, so that losses can be counted by it
    lost: Lost = "detail"  # whether the annotation itself is left out


class Format(Struct, frozen=True, kw_only=True):
    """A file format, or one that is a folder: how to know it, read it and write it, and what it carries.

    `recognise` is given the path and its first 64 KiB, nothing of a folder. A file's `write` is given an
    open file, a folder's `write_folder` an empty folder. A writer leaves out what `losses` names, and
    `losses` names what `carries` does not tell: what depends on the layer. What is written and cannot be read
    back has a `check` of the file instead, which raises RuntimeError where it does not hold what was written.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]  # none of a folder
    recognise: Callable[[Path, bytes], bool] | None = None
    read: Callable[[Path, Options], Iterator[Read]] | None = None
    write: Callable[[Iterable[LayerRecord], BinaryIO], None] | None = None
    write_folder: Callable[[Iterable[LayerRecord], Path], None] | None = None
    check: Callable[[BinaryIO], None] | None = None  # a file that was written, faster than comparing what is read
    carries: frozenset[Carried] = frozenset()
    losses: Callable[[LayerRecord], Iterator[Loss]] | None = None
    options: tuple[Option, ...] = ()
    is_isolated: bool = False  # read in a process of its own, with limits: a parser of complex files
    note: str = ""  # what to know before it is written
    extra: str | None = None  # of this package, that installs what it needs
    needs: tuple[str, ...] = ()  # modules of that extra

    @property
    def is_folder(self) -> bool:
        return not self.suffixes
