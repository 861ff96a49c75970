"""Keys that select in the article, and that move the ends of the selection or of the current span."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from annotator.text import DocumentText, Range
from annotator.ui.text_view import ArticleView

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow

Move = Callable[[int], int]


class Article(Protocol):
    """A document on screen, with the annotation that keys act on."""

    text: DocumentText
    view: ArticleView

    @property
    def document_id(self) -> int | None: ...
    @property
    def current(self) -> "AnnotationRow | None": ...
    def is_on_screen(self, row: "AnnotationRow") -> bool: ...


class Resizes(Protocol):
    """The part of the hub that moves the ends of an annotation."""

    def resize(self, document_id: int, row: "AnnotationRow", span: Range) -> None: ...


class Selecting(QObject):
    """Moves the selection by sentence, quotation and cue, and its ends by clause, word and character."""

    def __init__(self, project: Resizes, article: Article, may_edit: Callable[[], bool]) -> None:
        super().__init__(article.view)
        self._project = project
        self._article = article
        self._may_edit = may_edit
        self._anchor = 0  # where growing began: shrinking goes back to it

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {
            "next-sentence": self.next_sentence,
            "previous-sentence": self.previous_sentence,
            "next-quotation": self.next_quotation,
            "next-cue": self.next_cue,
            "grow": self.grow,
            "shrink": self.shrink,
            "end-clause-left": lambda: self.move_end(lambda at: self._text.clause_left(at)),
            "end-clause-right": lambda: self.move_end(lambda at: self._text.clause_right(at)),
            "start-clause-left": lambda: self.move_start(lambda at: self._text.clause_left(at, start=True)),
            "start-clause-right": lambda: self.move_start(lambda at: self._text.clause_right(at, start=True)),
            "end-word-left": lambda: self.move_end(lambda at: self._text.previous_word(at)),
            "end-word-right": lambda: self.move_end(lambda at: self._text.next_word(at)),
            "start-word-left": lambda: self.move_start(lambda at: self._text.previous_word(at)),
            "start-word-right": lambda: self.move_start(lambda at: self._text.next_word(at)),
            "end-character-left": lambda: self.move_end(lambda at: self._text.previous_grapheme(at), trim=False),
            "end-character-right": lambda: self.move_end(lambda at: self._text.next_grapheme(at), trim=False),
            "start-character-left": lambda: self.move_start(lambda at: self._text.previous_grapheme(at), trim=False),
            "start-character-right": lambda: self.move_start(lambda at: self._text.next_grapheme(at), trim=False),
        }

    def next_sentence(self) -> None:
        """Select the sentence after the caret or the selection."""
        self._select(self._text.next_sentence(self._position()))

    def previous_sentence(self) -> None:
        """Select the sentence before the caret or the selection."""
        self._select(self._text.previous_sentence(self._article.view.selected()[0]))

    def next_quotation(self) -> None:
        """Select the next quotation with its marks."""
        self._select(self._text.next_quotation(self._position()))

    def next_cue(self) -> None:
        """Select the next sentence with a cue word or a quotation mark."""
        self._select(self._text.next_cue_sentence(self._position()))

    def grow(self) -> None:
        """Select the next larger unit around the selection."""
        start, end = self._article.view.selected()
        if start == end:
            self._anchor = start
        self._select(self._text.grow(start, end))

    def shrink(self) -> None:
        """Go back to the smaller unit."""
        start, end = self._article.view.selected()
        if start < end:
            anchor = self._anchor if start <= self._anchor <= end else start
            self._article.view.select(*self._text.shrink(start, end, anchor))

    def move_end(self, move: Move, *, trim: bool = True) -> None:
        """Move the end of the selection, or of the current span where nothing is selected."""
        start, end = self._ends()
        self._set_ends(start, move(end), trim=trim)

    def move_start(self, move: Move, *, trim: bool = True) -> None:
        """Move the start of the selection, or of the current span where nothing is selected."""
        start, end = self._ends()
        self._set_ends(move(start), end, trim=trim)

    @property
    def _text(self) -> DocumentText:
        return self._article.text

    def _position(self) -> int:
        return self._article.view.selected()[1]

    def _select(self, found: Range | None) -> None:
        if found:
            self._article.view.select(*found)

    def _ends(self) -> Range:
        start, end = self._article.view.selected()
        row = self._article.current
        return (row.start, row.end) if row and start == end else (start, end)

    def _set_ends(self, start: int, end: int, *, trim: bool) -> None:
        """Select the moved range; without a selection it is the current span that is resized, as an edit."""
        if not 0 <= start < end:
            return
        row, selected = self._article.current, self._article.view.selected()
        if selected[0] != selected[1] or row is None:
            self._article.view.select(start, end)
        elif not self._article.is_on_screen(row):
            self._article.view.reveal(row.start, row.end)
        elif self._may_edit() and self._article.document_id is not None:
            span = self._text.snap(start, end, trim=trim)  # a character at a time, a person means just that
            if span and span != (row.start, row.end):
                self._project.resize(self._article.document_id, row, span)
