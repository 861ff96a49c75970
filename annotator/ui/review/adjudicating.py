"""The part of the hub that the review of disagreements asks and calls: the queue, and rulings, each one edit."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.adjudication import Alike, Cluster, Key, Progress, Said, Wanted, queue, rulings
from annotator.rows import AnnotationRow
from annotator.store.edits import Change
from annotator.ui.jobs import Job
from annotator.ui.project import Project

A_SLICE = 50  # documents that are counted before the window gets its turn


class Ruled(NamedTuple):
    """The last ruling: what it was about, and what gold says there now; no spans: nothing belongs there."""

    cluster: Cluster
    spans: tuple[Said, ...]
    reason: str


class Adjudicating(QObject):
    """Asks for disagreements of the open project, and writes rulings into its gold layer."""

    counted = Signal(object)  # Progress over the project, as far as it was counted
    queue_changed = Signal()  # which documents have disagreements

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self.wanted = Wanted()
        self._ids: Sequence[int] | None = None
        self._total = queue.NONE
        self._left: Sequence[int] = ()
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._count_on)
        for changed in (project.documents_changed, project.annotator_changed, project.progress_changed):
            changed.connect(self._forget)

    # Asking

    def want(self, wanted: Wanted) -> None:
        """Say which disagreements are asked for."""
        self.wanted = wanted
        self._forget()

    def ids(self) -> Sequence[int]:
        """Return the documents that can have disagreements for the person who is annotating."""
        if self._ids is None:
            who = self._project.annotator
            with self._project.reading() as connection:
                self._ids = queue.documents(connection, self.wanted, who.id if who else None)
        return self._ids

    def clusters(self, document_id: int) -> list[Cluster]:
        """Return the clusters of a document, in the order of its text."""
        with self._project.reading() as connection:
            return queue.of_document(connection, document_id)

    def first_open(
        self, ids: Sequence[int], deferred: frozenset[Key] = frozenset(), *, backwards: bool = False
    ) -> Cluster | None:
        """Return the first disagreement of documents that waits for a ruling; backwards, the last."""
        with self._project.reading() as connection:
            return queue.first_open(connection, ids, self.wanted, deferred, backwards=backwards)

    def find_alike(
        self, ruled: Ruled, done: Callable[[list[Alike]], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Look in the background for what a ruling can be applied to as well: every article may have some."""
        project, ids, wanted = self._project, self.ids(), self.wanted

        def work(_job: Job) -> list[Alike]:
            with project.reading() as connection:
                return queue.alike(connection, ids, wanted, ruled.cluster, ruled.spans)

        project.jobs.start(work, done, failed)

    def gold(self, document_id: int) -> list[AnnotationRow]:
        """Return what gold says of a document."""
        golden = {row.id for row in self._project.annotators() if row.kind == "gold"}
        return [row for row in self._project.annotations(document_id) if row.annotator_id in golden]

    def count(self) -> None:
        """Count over the whole project, a slice at a time."""
        self._total, self._left = queue.NONE, self.ids()
        self._slices.start()

    # Ruling

    def rule(self, ruled: Ruled) -> None:
        """Write a ruling."""
        first = self._title(ruled.spans[0][2]) if ruled.spans else ""
        name = self.tr("Rule {label}").format(label=first) if first else self.tr("Rule that nothing belongs there")
        who = self._who
        self._project.write(
            lambda connection, seconds: rulings.record(
                connection, name, [rulings.ruled(connection, *ruled)], by=who, active_seconds=seconds
            )
        )
        self._changed([ruled.cluster.document_id])

    def apply(self, found: Sequence[Alike], reason: str) -> None:
        """Write the same ruling on other disagreements, as one edit."""
        name, who = self.tr("Rule on {count} alike").format(count=len(found)), self._who
        self._project.write(
            lambda connection, seconds: rulings.record(
                connection,
                name,
                [rulings.taken(connection, each.cluster, each.version, reason) for each in found],
                by=who,
                active_seconds=seconds,
            )
        )
        self._changed(sorted({each.cluster.document_id for each in found}))

    def add(self, document_id: int, span: Said, reason: str) -> None:
        """Put a span of the adjudicator's own into gold."""
        whole = Cluster(document_id, span[0], span[1], None, (), ())
        name, who = self.tr("Rule {label}").format(label=self._title(span[2])), self._who
        self._project.write(
            lambda connection, seconds: rulings.record(
                connection, name, [rulings.ruled(connection, whole, [span], reason)], by=who, active_seconds=seconds
            )
        )
        self._changed([document_id])

    def relabel(self, document_id: int, row: AnnotationRow, label: str) -> None:
        """Give a span of gold another label: then it is nobody's version."""
        self._change(document_id, self.tr("Relabel gold"), row, (row.start, row.end), label)

    def resize(self, document_id: int, row: AnnotationRow, span: tuple[int, int]) -> None:
        """Move the ends of a span of gold: then it is nobody's version."""
        self._change(document_id, self.tr("Resize gold"), row, span, row.label)

    def remove(self, document_id: int, row: AnnotationRow) -> None:
        """Take a span or a negative out of gold."""
        self._change(document_id, self.tr("Take out of gold"), row, None, row.label)

    def take_agreed(self, document_id: int) -> int:
        """Take what all agree on in a document, and return how many places that were."""
        name, who = self.tr("Take what all agree on"), self._who
        count = self._project.write(lambda connection, _: rulings.take_agreed(connection, name, [document_id], by=who))
        self._changed([document_id])
        return count

    def take_all_agreed(self, done: Callable[[int], None], failed: Callable[[BaseException], None]) -> None:
        """Take what all agree on in every document, in the background, as one edit."""
        name, ids, who, project = self.tr("Take what all agree on"), self.ids(), self._who, self._project

        def work(job: Job) -> int:
            with project.writing() as connection:
                return rulings.take_agreed(connection, name, ids, by=who, watch=job.progress, stopped=job.cancelled)

        project.lend(work, done, failed)

    # Inside

    @property
    def _who(self) -> int | None:
        return self._project.annotator.id if self._project.annotator else None

    def _title(self, label: str) -> str:
        return next((row.title.lower() for row in self._project.labels() if row.key == label), label)

    def _change(
        self, document_id: int, name: str, row: AnnotationRow, span: tuple[int, int] | None, label: str | None
    ) -> None:
        change, who = Change(row.uid, span, label, rulings.by_hand(row.attributes, label)), self._who
        self._project.write(
            lambda connection, seconds: rulings.record(
                connection, name, [rulings.Ruling(document_id, (change,))], by=who, active_seconds=seconds
            )
        )
        self._changed([document_id])

    def _changed(self, documents: Sequence[int]) -> None:
        for document_id in documents:
            self._project.annotations_changed.emit(document_id, None)
            self._project.document_changed.emit(document_id)

    def _forget(self) -> None:
        self._ids = None
        self.queue_changed.emit()

    def _count_on(self) -> None:
        """Count a slice; the last stops the clock."""
        if not self._project.is_open:
            self._left = ()
        else:
            now, self._left = self._left[:A_SLICE], self._left[A_SLICE:]
            with self._project.reading() as connection:
                for found in queue.stream(connection, now):
                    self._total += queue.tally(found, self.wanted)
        if not self._left:
            self._slices.stop()
            self.counted.emit(self._total)

    def recount(self, before: Sequence[Cluster], after: Sequence[Cluster]) -> None:
        """Take over the change of one document into what was counted."""
        was, now = queue.tally(before, self.wanted), queue.tally(after, self.wanted)
        self._total = Progress(*(total + b - a for total, a, b in zip(self._total, was, now, strict=True)))
        if not self._left:
            self.counted.emit(self._total)
