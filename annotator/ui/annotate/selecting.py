"""Keys that select in the article, and that move the ends of the selection or of the current span."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from annotator.text import Range
from annotator.ui.annotate.article import ArticlePane
from annotator.ui.project import Project

Move = Callable[[int], int]


class Selecting(QObject):
    """Moves the selection by sentence, quotation and cue, and its ends by clause, word and character."""

    def __init__(self, project: Project, article: ArticlePane) -> None:
        super().__init__(article)
        self._project = project
        self._article = article
        self._anchor = 0  # where growing began: shrinking goes back to it

    def next_sentence(self) -> None:
        """Select the sentence after the selection, or the one that holds a caret with no span of its own."""
        self._select(self._article.text.next_sentence(self._position()))

    def previous_sentence(self) -> None:
        self._select(self._article.text.previous_sentence(self._article.view.selected()[0]))

    def next_quotation(self) -> None:
        self._select(self._article.text.next_quotation(self._position()))

    def next_cue(self) -> None:
        self._select(self._article.text.next_cue_sentence(self._position()))

    def grow(self) -> None:
        start, end = self._article.view.selected()
        if start == end:
            self._anchor = start
        self._article.view.select(*self._article.text.grow(start, end))

    def shrink(self) -> None:
        start, end = self._article.view.selected()
        if start < end:
            anchor = self._anchor if start <= self._anchor <= end else start
            self._article.view.select(*self._article.text.shrink(start, end, anchor))

    def move_end(self, move: Move) -> None:
        """Move the end of the selection, or of the current span where nothing is selected."""
        start, end = self._ends()
        self._set_ends(start, max(start, move(end)))

    def move_start(self, move: Move) -> None:
        """Move the start of the selection, or of the current span where nothing is selected."""
        start, end = self._ends()
        self._set_ends(min(move(start), end), end)
