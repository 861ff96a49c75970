"""What travels between files, the store and the window: plain records, no database, no Qt.

Positions are code points of a document's text, half open, as Python slices are.
"""

from typing import Literal

from msgspec import Struct


class UserError(Exception):
    """Something a person can understand and act on; its text is shown as it is."""


Kind = Literal["human", "model", "gold"]
Status = Literal["unread", "started", "finished"]
Round = Literal["calibration", "production", "recheck", "practice"]
Identity = Literal["named", "institution", "unnamed"]
Confidence = Literal["high", "medium", "low"]


class Part(Struct, frozen=True):
    """A piece of an annotation: its source, its cue or its content."""

    role: str
    start: int
    end: int


class Relation(Struct, frozen=True):
    """A link from the annotation that holds it to another one, by uid."""

    type: str
    to: str


class Attributes(Struct, frozen=True, omit_defaults=True):
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
