"""What a packet carries from one project to another, line by line: documents, who made what, and every version.

Identities travel, never local ids: a document by the SHA-256 of its text, an annotator by uid, a version by digest.
"""

from typing import Any, Literal

from msgspec import Raw, Struct

from annotator.records import AnnotatorRecord, Kind, LabelRecord, Round, Status, Zone

PACKET_SCHEMA = "source-annotator/packet/1"
PacketKind = Literal["assignment", "return", "everything"]

# A key that is not known must not vanish unseen, so it is refused in every line.


class DocumentLine(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """One article, and the one that it corrects if it is a revision."""

    sha256: str
    text: str
    external_id: str | None = None
    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = None
    meta_json: str = "{}"
    zones: list[Zone] = []
    predecessor: str | None = None
    withdrawn: bool = False  # it lies in the trash there, with what somebody made of it


class AnnotatorLine(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """Who made versions that the packet carries."""

    uid: str
    kind: Kind
    name: str


class GuidelineLine(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """A guideline by which something was annotated; without text where only its hash is known."""

    sha256: str
    text: str | None = None
    labels_json: str | None = None


class VersionLine(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """What versions of annotations and of states have in common. Digests are hexadecimal."""

    uid: str
    digest: str
    parents: tuple[str, ...] = ()
    document: str
    annotator: str
    guideline: str | None = None
    at: str
    deleted: bool = False


class AnnotationLine(VersionLine, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """A version of an annotation; without a label, of a negative."""

    start: int
    end: int
    label: str | None = None
    attributes: Raw = Raw(b"{}")


class StateLine(VersionLine, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """A version of the state of a layer."""

    status: Status
    round: Round
    blind: bool


class AssignmentLine(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """A document that is to be read, and how long it was worked on until now."""

    document: str
    round: Round
    active_seconds: float = 0.0


class ProjectLine(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """The project that a packet comes from."""

    uid: str
    title: str


class FileLine(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """A file of a packet: its bytes, their SHA-256 and how many lines there are."""

    sha256: str
    bytes: int
    lines: int


class Manifest(Struct, frozen=True, kw_only=True, rename={"schema_name": "schema"}):
    """The first file of a packet, which says what is in it."""

    schema_name: str
    kind: PacketKind
    project: ProjectLine
    origin: str | None = None  # uid of the project whose packet that one was made from
    annotator: AnnotatorRecord | None = None  # whose packet it is; None: everybody's work
    made: str
    program: str
    labels: list[LabelRecord]
    guideline: str | None = None  # by which is to be annotated
    documents: int = 0
    unfinished: int = 0  # assigned documents that their annotator has not finished
    files: dict[str, FileLine]


LINES: dict[str, type[Any]] = {
    "documents.jsonl": DocumentLine,
    "annotators.jsonl": AnnotatorLine,
    "guidelines.jsonl": GuidelineLine,
    "annotations.jsonl": AnnotationLine,
    "states.jsonl": StateLine,
    "assignment.jsonl": AssignmentLine,
}
