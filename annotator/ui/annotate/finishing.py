"""Finishing an article, after a look at what may have been overlooked."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from annotator.ui.annotate.article import ArticlePane
from annotator.ui.annotate.finish_check import FinishBar, remarks
from annotator.ui.project import Project


class Finishing(QObject):
    """Shows remarks once, goes through them by Enter in the article, and finishes when asked again."""

    finished = Signal(int)

    def __init__(self, project: Project, article: ArticlePane, bar: FinishBar, may_edit: Callable[[], bool]) -> None:
        super().__init__(article)
        self._project = project
        self._article = article
        self._bar = bar
        self._may_edit = may_edit
        article.entered.connect(self._go_on)
        article.left.connect(bar.hide)
        article.shown.connect(bar.hide)
        bar.visit.connect(self._visit)
        bar.accepted.connect(self.finish)
        bar.left.connect(article.view.setFocus)
        project.document_changed.connect(self._refresh)

    def finish(self) -> None:
        """Finish the article, the second time when there is something to look at; a finished one reopens."""
        document_id = self._article.document_id
        if document_id is None or not self._may_edit():
            return
        if self._project.status(document_id) == "finished":
            self._project.set_status(document_id, "started")
            return
        found = remarks(self._article.text, self._article.own())
        if found and self._bar.isHidden():
            self._bar.open_bar(found)
            return
        self._bar.hide()
        self._project.set_status(document_id, "finished")
        self.finished.emit(document_id)

    def _go_on(self) -> None:
        if self._bar.isVisible():
            self._bar.go_on()

    def _visit(self, start: int, end: int) -> None:
        """Select what a remark is about, where the keys that tag act on it and Enter goes on."""
        self._article.view.select(start, end)
        self._article.view.setFocus()

    def _refresh(self) -> None:
        if self._bar.isVisible():
            self._bar.refresh(remarks(self._article.text, self._article.own()))
