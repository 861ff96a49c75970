"""What to look at before an article is finished. It never blocks: finishing again accepts."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from annotator.text import DocumentText
from annotator.text.ranges import Ranges
from annotator.ui.annotate.bar import ArticleBar

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow

RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Remark(NamedTuple):
    """Something that may have been overlooked, and where; on an empty range, of the whole article."""

    start: int
    end: int
    kind: Literal["empty", "untagged", "unsure", "identity", "two ways"]
    message: str


def remarks(text: DocumentText, rows: "Sequence[AnnotationRow]") -> list[Remark]:
    """Return what a careful editor would look at again in a layer, in the order of the text."""
    empty = [Remark(0, 0, "empty", _tr("Nothing is tagged. That is an answer too, if nothing belongs here."))]
    found = [*_untagged(text, rows), *_unsure(rows), *_unsaid(rows), *_two_ways(rows)]
    return sorted(found if rows else [*empty, *found])


def _untagged(text: DocumentText, rows: "Sequence[AnnotationRow]") -> Iterator[Remark]:
    """Find sentences with a cue or a quotation that no annotation touches; a negative is a decision, too."""
    spans = Ranges([(row.start, row.end) for row in rows])
    quotations = Ranges(text.quotations)
    for start, end in text.sentences:
        if not spans.meet(start, end) and (text.has_cue((start, end)) or quotations.meet(start, end)):
            yield Remark(start, end, "untagged", _tr("A cue or a quotation, but no annotation."))


def _unsure(rows: "Sequence[AnnotationRow]") -> Iterator[Remark]:
    for row in rows:
        if row.attributes.unsure:
            yield Remark(row.start, row.end, "unsure", _tr("Marked as unsure."))


def _unsaid(rows: "Sequence[AnnotationRow]") -> Iterator[Remark]:
    for row in rows:
        if row.label and row.attributes.identity is None:
            yield Remark(row.start, row.end, "identity", _tr("Named, institution or unnamed? The identity is missing."))


def _two_ways(rows: "Sequence[AnnotationRow]") -> Iterator[Remark]:
    """Find who is quoted without a name and also said to have declined to comment, which AP rules out."""
    silent = [row for row in rows if row.label == "non-comment"]
    hidden = {
        _name(row)
        for row in rows
        if row.label == "anonymous-source" or (row.attributes.identity == "unnamed" and row.label != "non-comment")
    }
    for row in silent:
        if _name(row) and _name(row) in hidden:
            message = _tr("“{source}” declines to comment here, and speaks without a name elsewhere.")
            yield Remark(row.start, row.end, "two ways", message.format(source=row.attributes.source))


def _name(row: "AnnotationRow") -> str:
    return " ".join((row.attributes.source or "").casefold().split())


class FinishBar(ArticleBar):
    """Goes through the remarks, or finishes all the same."""

    visit = Signal(int, int)  # a range of the text
    accepted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Before finishing"), parent)
        self._remarks: list[Remark] = []
        self._visited: Remark | None = None
        self._next = self.add_button(self.tr("Next"), self.tr("Enter"))
        finish = self.add_button(self.tr("Finish anyway"), self.tr("Finish again to accept"))
        back = self.add_button(self.tr("Back"), self.tr("Esc"))
        self.setFocusProxy(self._next)
        self._next.clicked.connect(self.go_on)
        finish.clicked.connect(self.accepted)
        back.clicked.connect(self.dismiss)

    def open_bar(self, found: list[Remark]) -> None:
        """Show how many remarks there are; Enter visits the first."""
        self._visited = None
        self._count(found)
        self.show()
        self._next.setFocus()

    def refresh(self, found: list[Remark]) -> None:
        """Take the remarks as they are after an edit; Enter goes on behind the one that was visited last."""
        if found != self._remarks:
            self._count(found)

    def go_on(self) -> None:
        """Visit the next remark; after the last, the first."""
        if not self._remarks:
            return
        at = bisect_right(self._remarks, self._visited) if self._visited else 0
        self._visited = remark = self._remarks[at % len(self._remarks)]
        number = self._remarks.index(remark) + 1
        place = self.tr("{number} of {count}").format(number=number, count=len(self._remarks))
        self.say(f"{place}  ·  {remark.message}")
        if remark.end > remark.start:
            self.visit.emit(remark.start, remark.end)

    def dismiss(self) -> None:
        """Hide the bar: the article is not finished."""
        self.hide()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in RETURNS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.accepted.emit()
        elif event.key() in RETURNS:
            focused = self.focusWidget()
            focused.click() if isinstance(focused, QPushButton) else self.go_on()
        else:
            super().keyPressEvent(event)

    def _count(self, found: list[Remark]) -> None:
        self._remarks = found
        self._next.setEnabled(bool(found))
        if not found:
            self.say(self.tr("Nothing is left to look at. Finish again to go on."))
        elif len(found) == 1:
            self.say(self.tr("1 thing to look at before finishing. Enter shows it."))
        else:
            self.say(
                self.tr("{count} things to look at before finishing. Enter goes through them.").format(count=len(found))
            )


def _tr(text: str) -> str:
    return QCoreApplication.translate("FinishBar", text)
