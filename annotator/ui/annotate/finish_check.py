"""What to look at before an article is finished. It never blocks: finishing again accepts."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from annotator.text import DocumentText

if TYPE_CHECKING:
    from annotator.store.queries import AnnotationRow


class Remark(NamedTuple):
    """Something that may have been overlooked, and where."""

    start: int
    end: int
    message: str


def remarks(text: DocumentText, rows: "Sequence[AnnotationRow]") -> list[Remark]:
    """Return what a careful editor would look at again, in the order of the text."""
    if not rows:
        return [Remark(0, 0, "Nothing is tagged in this article. That is fine if nothing belongs here.")]
    return sorted([*_untagged(text, rows), *_unsaid(rows), *_both_ways(rows)])


def _untagged(text: DocumentText, rows: "Sequence[AnnotationRow]") -> Iterator[Remark]:
    spans = sorted((row.start, row.end) for row in rows)
    for start, end in text.sentences:
        if text.has_cue((start, end)) and not any(left < end and start < right for left, right in spans):
            yield Remark(start, end, "A sentence with a cue or a quotation, but without a span.")


def _unsaid(rows: "Sequence[AnnotationRow]") -> Iterator[Remark]:
    for row in rows:
        if row.attributes.unsure:
            yield Remark(row.start, row.end, "This one is marked unsure.")
        elif row.label and row.attributes.identity is None:
            yield Remark(row.start, row.end, "Its identity is not said (I).")


def _both_ways(rows: "Sequence[AnnotationRow]") -> Iterator[Remark]:
    """Find a source that is quoted without a name, and said to have declined to comment."""
    hidden = {
        row.attributes.source for row in rows if row.label == "anonymous-source" or row.attributes.identity == "unnamed"
    }
    for row in rows:
        if row.label == "non-comment" and row.attributes.source and row.attributes.source in hidden:
            yield Remark(row.start, row.end, "This source also speaks without a name in this article.")


class FinishBar(QWidget):
    """Goes through the remarks, or finishes all the same."""

    visit = Signal(int, int)
    accepted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remarks: list[Remark] = []
        self._at = -1
        self._said = QLabel(self)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._next = QPushButton(self.tr("Next (Enter)"), self)
        finish = QPushButton(self.tr("Finish anyway (Ctrl+Enter)"), self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(32, 8, 32, 8)
        layout.addWidget(self._said, 1)
        layout.addWidget(self._next)
        layout.addWidget(finish)
        self._next.clicked.connect(self.go_on)
        finish.clicked.connect(self.accepted)
        self.hide()

    def open_bar(self, found: list[Remark]) -> None:
        """Show the remarks; Enter visits the first."""
        self._remarks, self._at = found, -1
        count = len(found)
        self._said.setText(
            self.tr("1 thing to look at before finishing.")
            if count == 1
            else self.tr("{count} things to look at before finishing.").format(count=count)
        )
        self.show()
        self._next.setFocus()

    def go_on(self) -> None:
        """Visit the next remark."""
        self._at = (self._at + 1) % len(self._remarks)
        remark = self._remarks[self._at]
        self._said.setText(f"{self._at + 1}/{len(self._remarks)}  {remark.message}")
        if remark.end:
            self.visit.emit(remark.start, remark.end)
