"""Merging packets into a project: what came in, by annotator and document, and what two people changed apart."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct, field
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from annotator.packet_records import (
    AnnotationLine,
    AnnotatorLine,
    AssignmentLine,
    DocumentLine,
    GuidelineLine,
    Manifest,
    StateLine,
)  # fmt: skip
from annotator.packets import archive
from annotator.records import UserError
from annotator.rows import Conflict
from annotator.store import Store, assignments, backups, conflicts, queries
from annotator.store.edits import record
from annotator.store.fresh import is_empty
from annotator.store.identity import project
from annotator.store.union import Union, UnionCounts
from annotator.store.version_union import Arrived, BrokenPacket

Progress = Callable[[int, int], None]  # bytes read, of how many
Cancelled = Callable[[], bool]


class PacketReport(Struct, frozen=True, kw_only=True):
    """One packet that was merged, and where it comes from."""

    file: str
    kind: str
    project: str  # title of the project that made it
    is_own: bool  # it comes from this project, or goes back to it
    annotator: str | None
    made: str
    unfinished: int


class DocumentReport(Struct, frozen=True, kw_only=True):
    """How many versions came in for one document of one annotator."""

    document: int
    title: str
    versions: int


class AnnotatorReport(Struct, kw_only=True):
    """What came in of one annotator's work; versions, of which an annotation may have several."""

    name: str
    kind: str
    annotations: int = 0
    states: int = 0
    known: int = 0
    documents: list[DocumentReport] = field(default_factory=list)


class ConflictReport(Struct, frozen=True, kw_only=True):
    """An annotation or state of which two projects say different things."""

    uid: str
    document: int
    title: str
    annotator: str
    what: str  # annotation or state
    sayings: int


class DoubleReport(Struct, frozen=True, kw_only=True):
    """A layer in which annotations stand twice, alike, since the merge: done on two machines."""

    document: int
    title: str
    annotator: str
    annotations: int


class MergeReport(Struct, kw_only=True, rename={"schema_name": "schema"}):
    """What a merge brought, or would bring."""

    schema_name: str = "source-annotator/merge/1"
    dry_run: bool = False
    packets: list[PacketReport] = field(default_factory=list)
    documents: int = 0
    known_documents: int = 0
    restored_documents: int = 0
    kept_metadata: int = 0
    removed_documents: int = 0
    labels: list[str] = field(default_factory=list)
    taken_as: list[str] = field(default_factory=list)
    renamed: int = 0
    guidelines: int = 0
    assignments: int = 0
    links: int = 0
    annotators: list[AnnotatorReport] = field(default_factory=list)
    conflicts: list[ConflictReport] = field(default_factory=list)
    doubles: list[DoubleReport] = field(default_factory=list)

    @property
    def is_nothing_new(self) -> bool:
        came = any(each.annotations or each.states for each in self.annotators)
        beside = self.guidelines or self.assignments or self.links
        return not (came or self.documents or self.restored_documents or self.labels or beside)


class MergeCancelled(UserError):
    """Somebody stopped the merge; nothing came in."""

    def __init__(self) -> None:
        super().__init__("The merge was cancelled. Nothing came in.")


class _RollBack(Exception):
    """Takes back what was merged to see what it would bring, and what brought nothing, which is no step to undo."""


def merge(
    store: Store,
    paths: Sequence[Path],
    *,
    dry_run: bool = False,
    brings_back: bool = False,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> MergeReport:
    """Bring the union of packets and project into the project, as one edit; the order of packets does not matter.

    Raises:
        BrokenPacket: one of the packets cannot be used. Nothing of any came in.
        MergeCancelled: `cancelled` said so.
        UserError: the disk refuses, or somebody else has the project.

    """
    report = MergeReport(dry_run=dry_run)
    if not dry_run:
        _back_up(store)
    with suppress(_RollBack), store.transaction() as connection:
        was_empty = is_empty(connection)
        edit = record(connection, _edit_name(paths), kind="merge")
        union = Union(connection, edit, brings_back=brings_back)
        following = _Following(progress, cancelled)
        for path in paths:
            with archive.reading(path) as packet:
                with _rules():
                    _bring_in(union, packet, following)
                if was_empty and packet.manifest.kind == "assignment":
                    _remember_origin(connection, packet.manifest)
                report.packets.append(_packet_report(connection, path, packet.manifest))
        union.finish()
        _tell(connection, union.counts, report, edit)
        if dry_run or not union.counts.changed:
            raise _RollBack
    return report


def _back_up(store: Store) -> None:
    with store.reading() as connection:
        is_new = is_empty(connection)
    if not is_new:
        backups.make(store, "merge")


def project_for(packet: Path) -> Path:
    """Return where the project of a packet stands that is opened by itself: beside it, under its name."""
    return packet.with_suffix(".annotator")


def title_of(packet: Path) -> str:
    """Return the title of the project that a packet comes from. Raises BrokenPacket."""
    with archive.reading(packet) as found:
        return found.manifest.project.title


class _Following:
    """Tells how far a merge is, over its packets, and stops it."""

    def __init__(self, progress: Progress, cancelled: Cancelled) -> None:
        self._progress = progress
        self.cancelled = cancelled
        self._done = self._total = 0

    def begin(self, size: int) -> None:
        self._total += 2 * size  # every byte is compared with its hash first, then read

    def read(self, count: int) -> None:
        self._done += count
        self._progress(self._done, self._total)
        if self.cancelled():
            raise MergeCancelled


@contextmanager
def _rules() -> Iterator[None]:
    """Say of a row that the tables refuse that it is the packet's."""
    try:
        yield
    except (IntegrityError, sqlite3.IntegrityError) as error:
        raise BrokenPacket(f"something in it breaks a rule of projects ({error})") from None


def _bring_in(union: Union, packet: archive.Packet, following: _Following) -> None:
    following.begin(packet.size)
    packet.verify(following.read)
    manifest, read = packet.manifest, following.read
    union.add_labels(manifest.labels)
    is_new = manifest.kind == "assignment"
    current = manifest.guideline if is_new else None
    union.add_guidelines(packet.lines("guidelines.jsonl", GuidelineLine, read), current)
    union.add_annotators(packet.lines("annotators.jsonl", AnnotatorLine, read))
    union.add_documents(packet.lines("documents.jsonl", DocumentLine, read))
    union.add_annotations(packet.lines("annotations.jsonl", AnnotationLine, read))
    union.add_states(packet.lines("states.jsonl", StateLine, read))
    if manifest.annotator is None and is_new:
        raise BrokenPacket("it does not say whose it is")
    if manifest.annotator and manifest.annotator.id:
        union.add_assignment(
            packet.lines("assignment.jsonl", AssignmentLine, read), manifest.annotator.id, is_new=is_new
        )


def _remember_origin(connection: Connection, manifest: Manifest) -> None:
    if manifest.annotator is None:
        return
    # By then the annotator came in; the first line of two that are alike is ours.
    found = [row.id for row in queries.annotators(connection) if row.name == manifest.annotator.name]
    if not found:
        raise BrokenPacket("it does not carry the annotator whose it is")
    assignments.set_origin(connection, manifest.project.uid, manifest.project.title, found[0])


def _edit_name(paths: Sequence[Path]) -> str:
    return f"Merge {paths[0].name}" if len(paths) == 1 else f"Merge {len(paths)} packets"


def _packet_report(connection: Connection, path: Path, manifest: Manifest) -> PacketReport:
    origin = assignments.origin(connection)
    family = {project(connection).uid, *([origin.project_uid] if origin else [])}
    return PacketReport(
        file=path.name,
        kind=manifest.kind,
        project=manifest.project.title,
        is_own=manifest.project.uid in family or manifest.origin in family,
        annotator=manifest.annotator.name if manifest.annotator else None,
        made=manifest.made,
        unfinished=manifest.unfinished,
    )


def _tell(connection: Connection, counts: UnionCounts, report: MergeReport, edit: int) -> None:
    for name in (
        "documents",
        "known_documents",
        "restored_documents",
        "kept_metadata",
        "removed_documents",
        "renamed",
        "guidelines",
        "assignments",
        "links",
    ):
        setattr(report, name, getattr(counts, name))
    report.labels, report.taken_as = counts.labels, counts.taken_as
    names = _Names(connection)
    report.annotators = [_annotator(names, uid, arrived) for uid, arrived in counts.annotators.items()]
    for table, uids in counts.several_heads.items():
        report.conflicts += [_conflict(found, names) for found in conflicts.among(connection, table, list(uids))]
    report.doubles = [
        DoubleReport(document=key, title=names.title(key), annotator=names.by_id[who].name, annotations=number)
        for (key, who), number in sorted(conflicts.doubles(connection, edit).items())
    ]


def _annotator(names: "_Names", uid: str, arrived: Arrived) -> AnnotatorReport:
    documents = sorted((names.documents[sha256], count) for sha256, count in arrived.documents.items())
    who = names.by_uid[uid]
    return AnnotatorReport(
        name=who.name,
        kind=who.kind,
        annotations=arrived.annotations,
        states=arrived.states,
        known=arrived.known,
        documents=[DocumentReport(document=key, title=names.title(key), versions=count) for key, count in documents],
    )


def _conflict(found: Conflict, names: "_Names") -> ConflictReport:
    return ConflictReport(
        uid=found.uid,
        document=found.document_id,
        title=names.title(found.document_id),
        annotator=names.by_id[found.annotator_id].name,
        what="annotation" if found.table == "annotation" else "state",
        sayings=len(found.sayings),
    )


class _Names:
    """What documents and annotators are called."""

    def __init__(self, connection: Connection) -> None:
        rows = queries.document_titles(connection)
        self.documents: dict[str, int] = {sha256: key for key, sha256, _ in rows}
        self._titles: dict[int, str | None] = {key: title for key, _, title in rows}
        self.by_uid = queries.annotators_by_uid(connection)
        self.by_id = {who.id: who for who in self.by_uid.values()}

    def title(self, document_id: int) -> str:
        return self._titles[document_id] or f"Article {document_id}"
