"""Corrected articles as a person meets them: choosing the file, looking at what it changes, and settling what moved."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.annotate.article import ArticlePane
from annotator.ui.project import Project
from annotator.ui.revisions.preview import PreviewDialog
from annotator.ui.revisions.revising import Revising
from annotator.ui.revisions.settle_dialog import SettleDialog
from annotator.ui.settings import Settings
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.revising import Article, Preview, Report
    from annotator.rows import ToSettle

BESIDE = 40  # pixels from the corner of the window


class Revisions(QObject):
    """Asks for the file, has the hub do it, and keeps the list of what is to be settled beside the article."""

    said = Signal(str)
    document_asked = Signal(int)  # to be opened

    def __init__(
        self,
        project: Project,
        article: ArticlePane,
        theme: Theme,
        settings: Settings,
        may_edit: Callable[[], bool],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._project, self._article, self._theme, self._settings = project, article, theme, settings
        self._may_edit, self._window = may_edit, window
        self.revising = Revising(project, self)
        self._dialog: SettleDialog | None = None

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {"replace-article": self.choose, "to-settle": self.settle}

    def choose(self) -> None:
        """Ask for the file of the corrected article that is open."""
        if self._article.document_id is None or not self._may_edit():
            return
        title = self.tr("The corrected version of this article")
        path, _ = QFileDialog.getOpenFileName(self._window, title, self._settings.folder)
        if path:
            self._settings.folder = str(Path(path).parent)
            self.look(Path(path))

    def look(self, path: Path) -> None:
        """Show what the file of a corrected article changes, and offer to bring it in."""
        document_id = self._article.document_id
        if document_id is None:
            return

        def show(article: "Article", preview: "Preview") -> None:
            dialog = PreviewDialog(path.name, preview, self._theme, self._window)
            dialog.accepted.connect(lambda: self._bring(document_id, article))
            dialog.open()

        self.said.emit(self.tr("Reading {name}…").format(name=path.name))
        self.revising.look(document_id, path, show, self._fail)

    def settle(self) -> None:
        """Show what is to be settled in this article, or in the first that has something."""
        if not self._project.is_open or not self._may_edit():
            return
        here = self._article.document_id
        own = here is not None and any(map(self.revising.is_own, self.revising.to_settle(here)))
        if not own and (other := self.revising.next_document(here)) is not None:
            self.document_asked.emit(other)
        self._show_list()

    def _show_list(self) -> None:
        dialog = self._dialog
        if dialog is None:
            dialog = self._dialog = SettleDialog(self._project, self.revising, self._window)
            dialog.place_asked.connect(self._show)
            dialog.selection_asked.connect(self._put)
            dialog.next_asked.connect(self.settle)
            self._article.shown.connect(dialog.show_document)
            corner = self._window.mapToGlobal(self._window.rect().topRight())
            dialog.move(corner.x() - dialog.width() - BESIDE, corner.y() + BESIDE)  # the article stays in sight
        dialog.show_document(self._article.document_id)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        dialog.list.setFocus()

    def _show(self, each: "ToSettle") -> None:
        row = self._project.annotation(each.uid)
        if row:
            self._article.view.select(row.start, row.end)
            self._article.view.reveal(row.start, row.end)

    def _put(self, each: "ToSettle") -> None:
        start, end = self._article.view.selected()
        span = self._article.text.snap(start, end) if start < end else None
        if span is None:
            self.said.emit(self.tr("Select in the article where it stands now."))
            return
        self.revising.put(each, span)

    def _bring(self, document_id: int, article: "Article") -> None:
        if self._project.is_busy:
            self._fail(UserError(self.tr("An import or merge is running. Wait until it is done, or cancel it.")))
            return
        self.revising.revise(document_id, article, self._brought, self._fail)

    def _brought(self, report: "Report") -> None:
        self.document_asked.emit(report.document)
        if not report.is_new:
            self.said.emit(self.tr("This correction was there already."))
            return
        what = self.tr("The corrected article is here: {same} the same, {moved} moved, {lost} lost.")
        self.said.emit(what.format(same=report.same, moved=report.moved, lost=report.lost))
        if any(map(self.revising.is_own, self.revising.to_settle(report.document))):
            self._show_list()

    def _fail(self, error: BaseException) -> None:
        errors.show(error, self._window)
