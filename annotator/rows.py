"""What the open project answers with: plain rows for the window and the commands, read-only snapshots."""

from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from annotator.records import Attributes, Status


class Filter(NamedTuple):
    """Which documents a person wants to see; None and "" stand for all."""

    words: str = ""
    status: str | None = None
    label: str | None = None
    unsure: bool = False


EVERYTHING = Filter()


class DocumentRow(NamedTuple):
    """A document as the list shows it, for one annotator. Its name is its title, or what stands in for one."""

    id: int
    title: str | None
    outlet: str | None
    published: str | None
    status: Status
    spans: int
    name: str


class DocumentDetail(NamedTuple):
    """A document as the reading view shows it. Its name is its title, or what stands in for one."""

    id: int
    text: str
    title: str | None
    outlet: str | None
    byline: str | None
    url: str | None
    published: str | None
    language: str | None
    name: str


class AnnotationRow(NamedTuple):
    """A current annotation; without a label it is a negative."""

    uid: str
    annotator_id: int
    start: int
    end: int
    label: str | None
    attributes: Attributes


class LabelRow(NamedTuple):
    """A label of the project."""

    key: str
    title: str
    colour: str
    pattern: str
    shortcut: str | None


class AnnotatorRow(NamedTuple):
    """An annotator of the project."""

    id: int
    name: str
    kind: str


class LayerRow(NamedTuple):
    """A layer of a document: whose, its status, and how many annotations with a label it has."""

    document_id: int
    annotator_id: int
    annotator: str
    status: Status
    spans: int


class Progress(NamedTuple):
    """How far an annotator is through the project."""

    documents: int
    finished: int


class Step(NamedTuple):
    """The edit that the next undo or redo is about."""

    number: int
    name: str


class Place(NamedTuple):
    """Where an undo or redo changed something, so that the window can show it."""

    document_id: int
    uid: str | None
    start: int
    end: int


class Saying(NamedTuple):
    """What one version of a conflict says: a span and its label, or a status and round; `at` is UTC."""

    digest: bytes
    deleted: bool
    at: str
    start: int = 0
    end: int = 0
    label: str | None = None
    attributes: Attributes = Attributes()
    status: Status | None = None
    round: str | None = None


class Conflict(NamedTuple):
    """An annotation or a state of which two projects say different things; the first is the one that is shown."""

    table: str
    uid: str
    document_id: int
    annotator_id: int
    sayings: tuple[Saying, ...]


BackupReason = Literal["closed", "merge", "migration", "deletion", "work"]


class Backup(NamedTuple):
    """A backup of a project: when it was made (UTC) and why. `number` counts the backups made of `project`."""

    file: Path
    number: int
    made: datetime
    reason: BackupReason
    project: Path

    @property
    def name(self) -> str:
        return self.file.stem


class BackupContents(NamedTuple):
    """What a project or a backup of it holds; `edited` is when the edit `edit`, its last, was made (UTC)."""

    documents: int
    annotations: int
    annotators: tuple[str, ...]
    edit: int
    last_edit: str | None
    edited: str | None


HowWithdrawn = Literal["deleted", "undone", "packet"]


class TrashRow(NamedTuple):
    """A document that is out of effect with all its layers, or a deleted layer of a document that is still there.

    `how` says what put it there: somebody deleted it, the import or merge that brought it was undone, or it lay in the
    trash where a packet comes from.
    """

    document_id: int
    name: str  # of the document
    annotator_id: int | None  # whose layer; None: the document
    annotator: str | None
    edit: int  # that deleted it, or took or brought it along
    at: datetime
    annotations: tuple[tuple[str, int], ...]  # how many by whom
    how: HowWithdrawn = "deleted"

    @property
    def spans(self) -> int:
        return sum(count for _, count in self.annotations)


class Kin(NamedTuple):
    """The document that one corrects, and the newest that corrects it, by id."""

    corrects: int | None = None
    corrected_by: int | None = None


class ToSettle(NamedTuple):
    """An annotation that moved or was lost in a corrected document.

    `words` are those that it had, with what stood `before` and `after` them. `place` is the one proposed, and
    `words_now` are those that stand there; None of what was lost. `uid` is the annotation's in the corrected
    document, which a lost one does not have yet; `former_uid` is that of the one in the former document.
    """

    former_uid: str
    document_id: int
    annotator_id: int
    annotator: str
    kind: str
    uid: str
    label: str | None
    attributes: Attributes
    words: str
    before: str
    after: str
    place: tuple[int, int] | None
    words_now: str | None
