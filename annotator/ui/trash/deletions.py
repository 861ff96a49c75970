"""The part of the hub that deletes, restores, and removes for good: each but the last is one edit."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from annotator.ui.project import Project
from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator.removing import Removal
    from annotator.rows import TrashRow


class Deletions(QObject):
    """Asks what lies in the trash of the open project, and moves documents and layers into it and out."""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project

    def contents(self) -> "list[TrashRow]":
        """Return what lies in the trash, the latest first."""
        from annotator.store import trash

        with self._project.reading() as connection:
            return trash.contents(connection)

    def old(self, rows: "Sequence[TrashRow]") -> list[int]:
        """Return the documents that were deleted so long ago that they may be removed for good together."""
        from annotator.store import trash

        return trash.old(rows, datetime.now(UTC))

    def delete(self, ids: Sequence[int], done: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        """Put documents into the trash; several in the background, after a backup. Raises UserError."""
        name = self.tr("Delete {articles}").format(articles=self._articles(len(ids)))
        if len(ids) > 1:
            delete = self._project.deleter()
            self._project.lend(lambda _job: delete(name, ids), lambda _: done(), failed)
            return
        from annotator.store import trash

        self._project.write(
            lambda connection, seconds: trash.delete_documents(connection, name, ids, active_seconds=seconds)
        )
        self._documents_changed()
        done()

    def delete_layer(self, document_id: int, annotator_id: int, name: str) -> None:
        """Delete what somebody called `name` made of a document. Raises UserError."""
        from annotator.store import trash

        said = self.tr("Delete the layer of {name}").format(name=name)
        self._project.write(lambda connection, _: trash.delete_layer(connection, said, document_id, annotator_id))
        self._layer_changed(document_id)

    def restore(self, rows: "Sequence[TrashRow]") -> None:
        """Take documents and layers out of the trash, documents first. Raises UserError."""
        from annotator.store import trash

        ids = [row.document_id for row in rows if row.annotator_id is None]
        if ids:
            name = self.tr("Restore {articles}").format(articles=self._articles(len(ids)))
            self._project.write(lambda connection, _: trash.restore_documents(connection, name, ids))
            self._documents_changed()
        for row in rows:
            if row.annotator_id is not None:
                self._restore_layer(row.document_id, row.annotator_id, row.annotator or "")

    def remove_for_good(
        self, ids: Sequence[int], done: "Callable[[Removal], None]", failed: Callable[[BaseException], None]
    ) -> None:
        """Remove documents of the trash from the project and its backups, in the background; edits wait meanwhile."""
        remove = self._project.remover()
        self._project.lend(lambda _job: remove(ids), done, failed)

    def _restore_layer(self, document_id: int, annotator_id: int, name: str) -> None:
        from annotator.store import trash

        said = self.tr("Restore the layer of {name}").format(name=name)
        self._project.write(lambda connection, _: trash.restore_layer(connection, said, document_id, annotator_id))
        self._layer_changed(document_id)

    def _articles(self, number: int) -> str:
        return count(number, self.tr("article"), self.tr("articles"))

    def _documents_changed(self) -> None:
        self._project.documents_changed.emit()
        self._project.progress_changed.emit()

    def _layer_changed(self, document_id: int) -> None:
        self._project.annotations_changed.emit(document_id, None)
        self._project.document_changed.emit(document_id)
        self._project.progress_changed.emit()
