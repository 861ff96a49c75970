"""The hub: the open project as the widgets see it. They ask it for rows, call its verbs, and listen.

The store is imported when a project is opened, because the window is painted before that.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from annotator.records import Attributes, Status, UserError
from annotator.rows import AnnotatorRow
from annotator.ui.active_time import ActiveTime
from annotator.ui.jobs import Job, Jobs
from annotator.ui.letters import letters
from annotator.ui.project_queries import ProjectQueries

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from annotator import export_preview, exporters, importers
    from annotator.rows import AnnotationRow, LabelRow, Place
    from annotator.store import Store
    from annotator.store.edits import Change

Span = tuple[int, int]
T = TypeVar("T")
NOTHING_SAID = Attributes()


class Project(ProjectQueries):
    """The open project, or none. Every verb commits before it signals; a signal says what changed."""

    opened = Signal()
    closing = Signal()  # while the project can still be written: what is typed is saved now
    closed = Signal()
    documents_changed = Signal()  # which documents there are
    document_changed = Signal(int)  # status, title or counts of one document
    metadata_changed = Signal(int)  # what is known of one document beside its text
    progress_changed = Signal()  # how many documents are finished
    annotations_changed = Signal(int, object)  # a document, and the uids of what changed in it; None: all
    annotator_changed = Signal()
    labels_changed = Signal()  # which labels the project has
    undo_changed = Signal()
    saved = Signal()  # after a commit
    save_failed = Signal()  # an edit was refused: the error says why
    busy_changed = Signal(bool)  # a job has the project: reading goes on, edits wait
    place_shown = Signal(int, object)  # a document, and the span in it, that an undo changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = Jobs(self)
        self.looking = Jobs(self, threads=2)  # reads files and the project for previews, and changes nothing
        self.active_time = ActiveTime()
        self._is_busy = False

    # The project itself

    @property
    def is_open(self) -> bool:
        return self._store is not None

    @property
    def is_busy(self) -> bool:
        return self._is_busy

    @property
    def path(self) -> Path:
        return self._opened.path

    def create(self, path: Path, title: str | None = None) -> None:
        """Make a new project and open it. Raises UserError."""
        from annotator.store import Store

        self._use(Store.create(path.resolve(), title))

    def open(self, path: Path) -> None:
        """Open a project in place of the one that is open. Raises UserError; the open one then stays."""
        from annotator.store import Store

        self._use(Store.open(path.resolve()))

    def close(self) -> None:
        """Stop what runs, and close the project."""
        self.jobs.cancel()
        self.looking.cancel()
        if self._store:
            self.closing.emit()
            self._store.close()
            self._store = None
            self._annotator = None
            self._set_labels([])
            self.closed.emit()

    def save_copy(self, path: Path) -> None:
        """Write a complete copy of the project. Raises UserError."""
        self._opened.save_copy(path)

    def accept_missing_edits(self) -> None:
        """Go on without edits that were saved here and are not in the file any more."""
        self._opened.accept_missing()

    # Verbs: each is one edit, committed when it returns

    def annotate_as(self, name: str) -> None:
        """Say who is annotating; a new name is in the project from then on."""
        from annotator.store import queries

        with self._opened.transaction() as connection:
            number = queries.annotator(connection, name)
        self._annotator = AnnotatorRow(number, name, "human")
        self.annotator_changed.emit()

    def tag(
        self, document_id: int, spans: Sequence[Span], label: str, attributes: Attributes = NOTHING_SAID
    ) -> list[str]:
        """Make annotations with a label, as one edit, and return their uids."""
        from annotator.store.edits import Change

        name = self.tr("Tag {label}") if len(spans) == 1 else self.tr("Tag {label} {count} times")
        changes = [Change(str(uuid4()), span, label, attributes) for span in spans]
        self._change(document_id, name.format(label=self._title(label), count=len(spans)), changes)
        return [change.uid for change in changes]

    def mark_negative(self, document_id: int, span: Span, kind: str = "look-alike") -> str:
        """Record the decision that no label belongs to a span, and return its uid."""
        from annotator.store.edits import Change

        change = Change(str(uuid4()), span, None, Attributes(kind=kind))
        self._change(document_id, self.tr("Mark a look-alike"), [change])
        return change.uid

    def relabel(self, document_id: int, row: "AnnotationRow", label: str) -> None:
        """Give an annotation another label; a negative becomes an annotation by it.

        Who takes the runner-up and is still unsure nearly took the label that was there: the two change places.
        """
        name = self.tr("Change label to {label}").format(label=self._title(label))
        attributes = row.attributes if row.label else Attributes()
        if attributes.runner_up == label:
            attributes = replace(attributes, runner_up=row.label if attributes.unsure else None)
        self._change(document_id, name, [self._changed(row, label=label, attributes=attributes)])

    def resize(self, document_id: int, row: "AnnotationRow", span: Span) -> None:
        """Move the ends of an annotation."""
        name = self.tr("Resize {label}").format(label=self._title(row.label))
        self._change(document_id, name, [self._changed(row, span=span)])

    def describe(self, document_id: int, row: "AnnotationRow", what: str, attributes: Attributes) -> None:
        """Change what an annotation says beyond its span and label; `what` names the edit: "Note", "Source"."""
        name = self.tr("{what} of {label}").format(what=what, label=self._title(row.label))
        self._change(document_id, name, [self._changed(row, attributes=attributes)])

    def remove(self, document_id: int, rows: "Sequence[AnnotationRow]") -> None:
        """Remove annotations."""
        from annotator.store.edits import Change

        name = self.tr("Remove {label}").format(label=self._title(rows[0].label))
        self._change(document_id, name, [Change(row.uid, None) for row in rows])

    def set_status(self, document_id: int, status: Status) -> None:
        """Finish or reopen the own layer of a document."""
        from annotator.store import edits

        name = {"finished": self.tr("Finish"), "started": self.tr("Reopen"), "unread": self.tr("Mark unread")}[status]
        with self._editing() as (connection, seconds):
            edits.set_state(connection, name, document_id, self._own, status=status, active_seconds=seconds)
        self.document_changed.emit(document_id)
        self.progress_changed.emit()

    def write(self, work: "Callable[[Connection, float], T]") -> T:
        """Let another part of the hub write one edit, given the seconds worked; that part signals what changed."""
        with self._editing() as (connection, seconds):
            return work(connection, seconds)

    def writing(self) -> "AbstractContextManager[Connection]":
        """Give a transaction to a job that the project was lent to."""
        return self._opened.transaction()

    def set_metadata(self, document_id: int, values: dict[str, str | None]) -> None:
        """Change title, outlet, byline, url, date or language of a document."""
        from annotator.store import edits

        with self._editing() as (connection, _):
            edits.describe(connection, self.tr("Article details"), document_id, values)
        self.document_changed.emit(document_id)
        self.metadata_changed.emit(document_id)

    # Undo

    def undo(self) -> None:
        """Take back the newest edit in effect, and show the place it changed."""
        from annotator.store import undo

        self._revert(undo.undo)

    def redo(self) -> None:
        """Bring back the edit undone last, and show the place it changed."""
        from annotator.store import undo

        self._revert(undo.redo)

    # Jobs

    def import_files(
        self,
        sources: "Sequence[importers.Source]",
        done: "Callable[[importers.Report], None]",
        failed: Callable[[BaseException], None],
        options: "importers.ImportOptions",
    ) -> None:
        """Import in the background; edits wait meanwhile, reading does not."""
        from annotator import importers

        store = self._opened

        def work(job: Job) -> "importers.Report":
            return importers.import_files(store, sources, options, progress=job.progress, cancelled=job.cancelled)

        self.lend(work, done, failed)

    def lend(
        self, work: Callable[[Job], T], done: Callable[[T], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Let a job write in the background; edits wait meanwhile, reading does not."""
        store = self._opened

        def lent(job: Job) -> T:
            with store.lent():
                return work(job)

        def arrived(result: T) -> None:
            self._everything_changed()
            done(result)

        self._run_alone(lent, arrived, failed)

    def export(
        self,
        target: Path,
        done: "Callable[[exporters.Report], None]",
        failed: Callable[[BaseException], None],
        options: "exporters.ExportOptions",
    ) -> None:
        """Export in the background; edits go on, the export sees the project as it was when it began."""
        from annotator import exporters

        store = self._opened
        self.jobs.start(
            lambda job: exporters.export(store, target, options, progress=job.progress, cancelled=job.cancelled),
            done,
            failed,
        )

    def look_at_export(
        self,
        done: "Callable[[export_preview.Preview], None]",
        failed: Callable[[BaseException], None],
        options: "exporters.ExportOptions",
    ) -> Job:
        """Find in the background what an export would write and lose; nothing is written."""
        from annotator import export_preview

        store = self._opened
        return self.looking.start(
            lambda job: export_preview.look(store, options, progress=job.progress, cancelled=job.cancelled),
            done,
            failed,
        )

    def report(self, target: Path, done: Callable[[Any], None], failed: Callable[[BaseException], None]) -> None:
        """Write how well annotators agree in the background, to a file that ends in .html or .pdf. Raises UserError."""
        from annotator import report
        from annotator.criteria import Criteria

        report.check_target(target)
        store = self._opened
        self.jobs.start(
            lambda job: report.write(store, target, Criteria(), progress=job.progress, cancelled=job.cancelled),
            done,
            failed,
        )

    # Inside

    @property
    def _own(self) -> int:
        if self._annotator is None:
            raise UserError(self.tr("Say who is annotating first."))
        return self._annotator.id

    def _use(self, store: "Store") -> None:
        self.close()
        self._store = store
        self._read_labels()
        self.opened.emit()
        self.undo_changed.emit()

    def _read_labels(self) -> None:
        from annotator.store import queries

        self._set_labels(self._ask(queries.labels))

    def _set_labels(self, labels: "list[LabelRow]") -> None:
        if labels != self._labels:
            self._labels, self._letters = labels, letters(labels)
            self.labels_changed.emit()

    def _title(self, label: str | None) -> str:
        if label is None:
            return self.tr("look-alike")
        return next((row.title.lower() for row in self._labels if row.key == label), label)

    def _changed(self, row: "AnnotationRow", **changes: Any) -> "Change":
        from annotator.store.edits import Change

        change = Change(row.uid, (row.start, row.end), row.label, row.attributes)
        return change._replace(**changes)

    def _change(self, document_id: int, name: str, changes: "Sequence[Change]") -> None:
        from annotator.store import edits

        with self._editing() as (connection, seconds):
            edits.change_annotations(connection, name, document_id, self._own, changes, active_seconds=seconds)
        self.annotations_changed.emit(document_id, [change.uid for change in changes])
        self.document_changed.emit(document_id)

    @contextmanager
    def _editing(self) -> "Iterator[tuple[Connection, float]]":
        """Give a transaction and the seconds worked; what left it without an error is saved."""
        try:
            with self._opened.transaction() as connection:
                yield connection, self.active_time.take()
        except BaseException:
            self.save_failed.emit()
            raise
        self.saved.emit()
        self.undo_changed.emit()

    def _revert(self, verb: "Callable[[Connection], Place | None]") -> None:
        with self._editing() as (connection, _):
            place = verb(connection)
        if place is None:
            self._everything_changed()
            return
        self.annotations_changed.emit(place.document_id, None)
        self.document_changed.emit(place.document_id)
        self.metadata_changed.emit(place.document_id)
        self.progress_changed.emit()
        self.place_shown.emit(place.document_id, (place.start, place.end) if place.uid else None)

    def _everything_changed(self) -> None:
        self._read_labels()
        self.documents_changed.emit()
        self.progress_changed.emit()
        self.undo_changed.emit()

    def _run_alone(
        self, work: Callable[[Job], T], done: Callable[[T], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Run a job that has the project to itself."""

        def finished(result: T) -> None:
            self._set_busy(False)
            done(result)

        def stopped(error: BaseException) -> None:
            self._set_busy(False)
            failed(error)

        self._set_busy(True)
        self.jobs.start(work, finished, stopped)

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self.busy_changed.emit(busy)
