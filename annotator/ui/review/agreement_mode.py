"""The way to the page of figures and back: what else can be done meanwhile, and the article at a passage."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from annotator.ui.actions import Actions
from annotator.ui.annotate.article import ArticlePane
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.ui.review.figures_page import FiguresPage

# Of the window, without a use beside the figures.
ANNOTATING = frozenset({"finish", "next-pane", "previous-pane", "find", "search", "article-details"})


class AgreementMode(QObject):
    """Shows the page, which is made when it is first wanted, in the window's stack."""

    left = Signal()  # the article is to be shown again
    place_asked = Signal(int, object)  # a document, and the span in it
    said = Signal(str)

    def __init__(
        self,
        project: Project,
        theme: Theme,
        settings: Settings,
        actions: Actions,
        article: ArticlePane,
        pages: QStackedWidget,
    ) -> None:
        super().__init__(pages)
        self._project, self._theme, self._settings = project, theme, settings
        self._actions, self._article, self._pages = actions, article, pages
        self._page: FiguresPage | None = None
        self._visited: int | None = None  # the document that was opened from the page: Esc goes back
        article.view.installEventFilter(self)
        article.shown.connect(self._follow)
        project.place_shown.connect(lambda *_: self._leave())
        project.closed.connect(lambda: self._follow(None))

    @property
    def is_shown(self) -> bool:
        return self._page is not None and self._pages.currentWidget() is self._page

    def page(self) -> "FiguresPage":
        """Return the page."""
        if self._page is None:
            from annotator.ui.review.figures_page import FiguresPage

            self._page = FiguresPage(self._project, self._theme, self._pages)
            self._page.left.connect(self._leave)
            self._page.place_asked.connect(self._open)
            self._pages.addWidget(self._page)
        return self._page

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {"agreement": self.toggle}

    def toggle(self) -> None:
        """Go to the figures, or back to the article."""
        if self.is_shown:
            self._leave()
            return
        page = self.page()
        self._visited = None
        self._pages.setCurrentWidget(page)
        for action in self._actions.table:
            if action.place != "window" or action.id in ANNOTATING:
                self._actions[action.id].setEnabled(False)
        page.enter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Esc in an article that was opened from the figures go back to them."""
        if (
            self._visited is not None
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self.toggle()
            return True
        return super().eventFilter(watched, event)

    def _open(self, document_id: int, span: tuple[int, int]) -> None:
        self._leave()
        self._settings.shows_layers = True  # the passage is other annotators' work
        self.place_asked.emit(document_id, span)
        self._article.view.select(*span)
        self._visited = document_id
        self.said.emit(self.tr("Esc goes back to the figures."))

    def _leave(self) -> None:
        if self.is_shown:
            self.left.emit()
            self._article.view.setFocus()

    def _follow(self, document_id: int | None) -> None:
        """Forget the way back once another article is read."""
        if document_id != self._visited:
            self._visited = None
