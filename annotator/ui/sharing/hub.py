"""The part of the hub that packets ask and call: who reads what, what a merge would bring, what is to be settled."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from annotator.rows import Conflict
from annotator.ui.jobs import Job
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.packet_records import Manifest
    from annotator.packets.choosing import Wanted
    from annotator.packets.merging import MergeReport
    from annotator.packets.packing import Packed
    from annotator.packets.planning import Plan, Preview

Failed = Callable[[BaseException], None]


class ToSettle(NamedTuple):
    """A conflict with the names of its article and its annotator."""

    conflict: Conflict
    article: str
    annotator: str


class Standing(NamedTuple):
    """How far a person is: the articles that were given, or else begun, and how many of them are finished."""

    name: str
    documents: int
    finished: int
    begun: int

    @property
    def unfinished(self) -> int:
        return self.documents - self.finished


class Sharing(QObject):
    """What leaves the open project as a packet, and what comes into it from one."""

    def __init__(self, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project

    # Assigning

    def look_at_plan(self, done: "Callable[[Plan], None]", failed: Failed) -> Job:
        """Find in the background who reads what."""
        from annotator.packets import planning

        project = self._project

        def work(_job: Job) -> "Plan":
            with project.reading() as connection:
                return planning.look(connection)

        return project.looking.start(work, done, failed)

    def preview(self, name: str, wanted: "Wanted", done: "Callable[[Preview], None]", failed: Failed) -> Job:
        """Find in the background what a packet would hold."""
        from annotator.packets import planning

        project = self._project

        def work(_job: Job) -> "Preview":
            with project.reading() as connection:
                return planning.preview(connection, name, wanted)

        return project.looking.start(work, done, failed)

    def assign(
        self, target: Path, name: str, wanted: "Wanted", done: "Callable[[Packed], None]", failed: Failed
    ) -> None:
        """Write a packet in the background, and remember who was given what; edits wait meanwhile."""
        from annotator.packets import packing

        assign = self._project.bound(packing.assign)
        self._project.lend(lambda _job: assign(target, name, wanted), done, failed)

    # Giving back

    def owner(self) -> str | None:
        """Return whose packet the open project was made from; None where it was made otherwise."""
        from annotator.store import assignments

        with self._project.reading() as connection:
            origin = assignments.origin(connection)
        return origin.annotator if origin else None

    def standing(self) -> Standing | None:
        """Return how far the person is who annotates; None where nobody does."""
        from annotator.store import assignments

        who = self._project.annotator
        if who is None:
            return None
        with self._project.reading() as connection:
            begun = assignments.worked_on(connection, who.id)
            documents = assignments.assigned(connection, who.id) or begun
            finished = assignments.finished(connection, who.id)
        return Standing(who.name, len(documents), len(documents & finished), len(begun))

    def give_back(self, target: Path, name: str, done: "Callable[[Packed], None]", failed: Failed) -> None:
        """Write what a person made in the background."""
        from annotator.packets import packing

        give_back = self._project.bound(packing.give_back)
        self._project.jobs.start(lambda _job: give_back(target, name), done, failed)

    # Opening and merging

    def manifest(self, packet: Path) -> "Manifest":
        """Return what a packet says of itself. Raises UserError."""
        from annotator.packets import opening

        return opening.manifest_of(packet)

    def make_project(self, packet: Path, done: Callable[[Path], None], failed: Failed) -> None:
        """Make the project of a packet in the background, or bring in what is new in it; the project may be open."""
        from annotator.packets import merging, opening

        target, project = merging.project_for(packet).resolve(), self._project
        if project.is_open and project.path == target:
            bring_in = project.bound(opening.bring_in)

            def work(job: Job) -> Path:
                bring_in(packet, progress=job.progress, cancelled=job.cancelled)
                return target

            project.lend(work, done, failed)
            return
        project.jobs.start(
            lambda job: opening.make_project(packet, progress=job.progress, cancelled=job.cancelled), done, failed
        )

    def merge(
        self,
        packets: Sequence[Path],
        done: "Callable[[MergeReport], None]",
        failed: Failed,
        *,
        dry_run: bool,
        brings_back: bool = False,
    ) -> None:
        """Bring packets in as one edit, or only see what would come in, in the background; edits wait meanwhile."""
        from annotator.packets import merging

        merge = self._project.bound(merging.merge)
        self._project.lend(
            lambda job: merge(
                packets, dry_run=dry_run, brings_back=brings_back, progress=job.progress, cancelled=job.cancelled
            ),
            done,
            failed,
        )

    # Settling

    def find_conflicts(self, done: Callable[[list[ToSettle]], None], failed: Failed) -> Job:
        """Look in the background for what waits to be settled."""
        from annotator.store import conflicts, queries

        project = self._project

        def work(_job: Job) -> list[ToSettle]:
            with project.reading() as connection:
                found = conflicts.conflicts(connection)
                documents = sorted({each.document_id for each in found})
                articles = {row.id: row.name for row in queries.document_rows(connection, documents, None)}
                people = {row.id: row.name for row in queries.annotators(connection)}
            return [ToSettle(each, articles[each.document_id], people[each.annotator_id]) for each in found]

        return project.looking.start(work, done, failed)

    def settle(self, conflict: Conflict, digest: bytes) -> None:
        """Keep what one version says, as one edit. Raises UserError: it was settled meanwhile."""
        from annotator.store import conflicts

        project = self._project
        who = project.annotator.id if project.annotator else None
        project.write(lambda connection, _seconds: conflicts.settle(connection, conflict, digest, who))
        project.annotations_changed.emit(conflict.document_id, None)
        project.document_changed.emit(conflict.document_id)
        project.progress_changed.emit()


def are_packets(paths: Sequence[Path]) -> bool:
    """Whether files are packets: by their names, and a single one by its content too."""
    if any(is_named_as_packet(path) for path in paths):
        return True
    if len(paths) != 1 or not paths[0].is_file():
        return False
    from annotator.packets import archive

    return archive.is_packet(paths[0])


def is_named_as_packet(path: Path) -> bool:
    """Whether a file has the name of a packet."""
    return path.suffix.lower() == ".packet"
