"""The part of the hub for corrected articles: bringing one in, what is to be settled in it, and settling it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annotator.records import UserError
from annotator.ui.jobs import Job
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.revising import Article, Preview, Report
    from annotator.rows import ToSettle

Failed = Callable[[BaseException], None]


class Revising(QObject):
    """Asks for what is to be settled in the open project, and settles it, each as one edit."""

    changed = Signal()  # what is to be settled may be something else

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        project.undo_changed.connect(self.changed)
        project.annotator_changed.connect(self.changed)

    # Bringing in

    def look(self, document_id: int, path: Path, done: "Callable[[Article, Preview], None]", failed: Failed) -> None:
        """Read a file in the background, and find what it would change; nothing is changed."""
        from annotator import revising

        reading = self._project.reading

        def work(job: Job) -> "tuple[Article, Preview]":
            article = revising.read(path, job.cancelled)
            return article, revising.look(reading, document_id, article)

        self._project.looking.start(work, lambda found: done(*found), failed)

    def revise(self, document_id: int, article: "Article", done: "Callable[[Report], None]", failed: Failed) -> None:
        """Bring a corrected article in, in the background; edits wait meanwhile."""
        from annotator import revising

        writing = self._project.writing
        self._project.lend(lambda _job: revising.revise(writing, document_id, article), done, failed)

    # Settling

    def to_settle(self, document_id: int | None = None) -> "list[ToSettle]":
        """Return what moved or was lost in a corrected document, or in all of them, whoever's it is."""
        from annotator.store import settling

        with self._project.reading() as connection:
            return settling.to_settle(connection, document_id)

    def is_own(self, each: "ToSettle") -> bool:
        """Whether the person who annotates may settle something: the own layer, and gold."""
        from annotator.store import settling

        who = self._project.annotator
        return settling.may_settle(each, who.id if who else None)

    def next_document(self, but: int | None) -> int | None:
        """Return a document, but not that one, in which the person who annotates has something to settle."""
        found = (each.document_id for each in self.to_settle() if self.is_own(each))
        return next((document_id for document_id in found if document_id != but), None)

    def accept(self, each: "ToSettle") -> None:
        """Keep what moved at the place that is proposed, or leave what was lost out."""
        from annotator.store import settling

        who = self._who
        name = self.tr("Accept the place") if each.place else self.tr("Leave out what was lost")
        self._project.write(lambda connection, seconds: settling.accept(connection, name, each, who, seconds))
        self._tell(each)

    def remove(self, each: "ToSettle") -> None:
        """Remove what moved."""
        from annotator.store import settling

        who, name = self._who, self.tr("Remove what moved")
        self._project.write(lambda connection, seconds: settling.remove(connection, name, each, who, seconds))
        self._tell(each)

    def put(self, each: "ToSettle", span: tuple[int, int]) -> None:
        """Put an annotation where a person says that it stands in the corrected text."""
        from annotator.store import settling

        who, name = self._who, self.tr("Put on the selection")
        self._project.write(lambda connection, seconds: settling.place(connection, name, each, span, who, seconds))
        self._tell(each)

    @property
    def _who(self) -> int:
        if self._project.annotator is None:
            raise UserError(self.tr("Say who is annotating first."))
        return self._project.annotator.id

    def _tell(self, each: "ToSettle") -> None:
        self._project.annotations_changed.emit(each.document_id, None)
        self._project.document_changed.emit(each.document_id)
        self._project.progress_changed.emit()
