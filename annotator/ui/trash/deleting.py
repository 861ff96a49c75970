"""Deleting as a person meets it: articles from the list, a layer from the menu of the article, and the trash."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from annotator.ui import errors
from annotator.ui.annotate.article import ArticlePane
from annotator.ui.annotate.bar import ArticleBar
from annotator.ui.documents.panel import DocumentPanel
from annotator.ui.plain import doubled
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.trash.deletions import Deletions
from annotator.ui.trash.dialog import TrashDialog
from annotator.ui.words import count


class Deleting(QObject):
    """Puts into the trash what a person chose, says so with a way back, and opens the trash."""

    said = Signal(str)

    def __init__(
        self, project: Project, documents: DocumentPanel, article: ArticlePane, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._project = project
        self._documents = documents
        self._article = article
        self._settings = settings
        self._window = window
        self._deletions = Deletions(project, self)
        self.notice = ArticleBar(self.tr("Deleted"), window)
        self._undo = self.notice.add_button(self.tr("Undo"), self.tr("Undo the deletion"))
        self._undo.clicked.connect(self._take_back)
        documents.delete_asked.connect(self.delete)
        for changed in (project.undo_changed, project.closed):
            changed.connect(self.notice.hide)  # undo would take back something else now

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {"delete-article": self._delete_shown, "trash": self.open_trash}

    def delete(self, ids: Sequence[int]) -> None:
        """Put articles into the trash, and go on to the next one that stays."""
        if not ids or self._is_busy():
            return
        following = self._documents.beside(ids)
        if self._article.document_id in ids and following is not None:
            self._documents.document_chosen.emit(following)  # what is half typed is saved before its article goes
            self._documents.list.setFocus()
        articles = count(len(ids), self.tr("article is"), self.tr("articles are"))
        said = self.tr("{articles} in the trash now.").format(articles=articles)
        self._deletions.delete(ids, lambda: self._say(said), lambda error: errors.show(error, self._window))

    def add_layers_to(self, menu: QMenu) -> None:
        """Offer in a menu to delete the layers of the article, each by whose it is."""
        document_id = self._article.document_id
        layers = self._project.layers(document_id) if document_id is not None else []
        if not layers or document_id is None:
            return
        menu.addSeparator()
        of = menu.addMenu(self.tr("Delete layer"))
        for layer in layers:
            title = self.tr("Of {name} ({spans})").format(name=layer.annotator, spans=layer.spans)
            verb = partial(self._delete_layer, document_id, layer.annotator_id, layer.annotator)
            of.addAction(doubled(title)).triggered.connect(lambda _checked=False, verb=verb: verb())

    def open_trash(self) -> None:
        if not self._is_busy():
            TrashDialog(self._project, self._deletions, self._settings, self._window).open()

    def _delete_shown(self) -> None:
        if self._article.document_id is not None:
            self.delete([self._article.document_id])

    def _delete_layer(self, document_id: int, annotator_id: int, name: str) -> None:
        if not self._is_busy():
            self._deletions.delete_layer(document_id, annotator_id, name)
            self._say(self.tr("The layer of {name} is in the trash now.").format(name=name))

    def _say(self, what: str) -> None:
        self.notice.say(what)
        self.notice.show()

    def _take_back(self) -> None:
        if not self._is_busy():
            self._project.undo()

    def _is_busy(self) -> bool:
        if self._project.is_busy:
            self.said.emit(self.tr("Something is running. Edits wait until it is done."))
        return self._project.is_busy
