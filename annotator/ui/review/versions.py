"""What each lane says of a disagreement: a card a version, the one that Enter takes outlined."""

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.adjudication import Cluster, Said
from annotator.ui.project import Project
from annotator.ui.review.article import LETTERS
from annotator.ui.theme import Theme

KEPT, SHOWN = 32, 160  # characters of a stretch that all have, beside those that differ; of one that differs


class Stretch(NamedTuple):
    """A piece of a span as it is quoted."""

    text: str
    differs: bool


def quoted(text: str, span: Said, differences: Sequence[tuple[int, int]]) -> list[Stretch]:
    """Return a span in pieces: what differs, and as much of the rest as is needed to recognise it."""
    start, end, _ = span
    edges = sorted({start, end, *(edge for pair in differences for edge in pair if start < edge < end)})
    found = []
    for first, last in pairwise(edges):
        differs = any(a <= first and last <= b for a, b in differences)
        found.append(
            Stretch(_shortened(" ".join(text[first:last].split("\n")), SHOWN if differs else 2 * KEPT), differs)
        )
    return found


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most + 3 else f"{text[: most // 2].rstrip()} … {text[-(most // 2) :].lstrip()}"


class VersionCard(QFrame):
    """A version: its letter, its labels and words. A click shows it, its button takes it."""

    shown = Signal(int)
    taken = Signal(int)

    def __init__(self, number: int, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.setObjectName("version")
        self._letter = QLabel(LETTERS[number], self)
        self._letter.setFixedWidth(self._letter.fontMetrics().horizontalAdvance("W") + 8)
        self._letter.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._said = QLabel(self)
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self._said.setWordWrap(True)
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._take = QPushButton(key, self)
        self._take.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._take.setAccessibleName(self.tr("Take version {letter}").format(letter=LETTERS[number]))
        self._take.setToolTip(self._take.accessibleName())
        self._take.setFixedWidth(max(36, self._take.fontMetrics().horizontalAdvance(key) + 20))
        self._take.clicked.connect(lambda: self.taken.emit(number))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._letter)
        row.addWidget(self._said, 1)
        row.addWidget(self._take, 0, Qt.AlignmentFlag.AlignTop)

    def say(self, html: str, plain: str, *, is_shown: bool, theme: Theme) -> None:
        """Show a version; `plain` is what a screen reader is told."""
        self._said.setText(html)
        self.setAccessibleName(f"{LETTERS[self._number]}: {plain}")
        colours = theme.colours
        edge, width = (colours.accent, 2) if is_shown else (colours.border, 1)
        self.setStyleSheet(
            f"QFrame#version {{ background: {colours.page}; border: {width}px solid {edge}; border-radius: 6px; }}"
        )
        self._letter.setStyleSheet(f"font-weight: 600; color: {colours.accent if is_shown else colours.text}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.shown.emit(self._number)


class Versions(QWidget):
    """The versions of one disagreement, one below the other."""

    shown = Signal(int)
    taken = Signal(int)

    def __init__(
        self, project: Project, theme: Theme, keys: Callable[[str], list[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._project, self._theme, self._keys = project, theme, keys
        self._cards: list[VersionCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def sizeHint(self) -> QSize:
        return QSize(200, super().sizeHint().height())

    def show_cluster(self, cluster: Cluster, text: str, shown: int) -> None:
        """Show what each lane says."""
        if len(self._cards) != len(cluster.versions):
            self._make(len(cluster.versions))
        for number, version in enumerate(cluster.versions):
            html = [self._html(text, span, cluster) for span in version.said]
            plain = ", ".join(f"{self._title(label)}: {text[start:end]}" for start, end, label in version.said)
            is_majority = cluster.majority is not None and version.said == cluster.versions[cluster.majority].said
            if is_majority:
                html.append(self._quiet(self.tr("The majority says so.")))
            nothing = self.tr("Nothing here")
            self._cards[number].say(
                "<br>".join(html if version.said else [f"<i>{nothing}</i>", *html]),
                plain or nothing,
                is_shown=number == shown,
                theme=self._theme,
            )

    def _make(self, count: int) -> None:
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = []
        for number in range(count):
            key = next(iter(self._keys(f"take-{number + 1}")), "") if number < 6 else ""
            card = VersionCard(number, key or LETTERS[number], self)
            card.shown.connect(self.shown)
            card.taken.connect(self.taken)
            self._column.addWidget(card)
            self._cards.append(card)

    def _html(self, text: str, span: Said, cluster: Cluster) -> str:
        label = next((row for row in self._project.labels() if row.key == span[2]), None)
        colour = self._theme.label_colour(label.colour).name() if label else self._theme.colours.text
        title = f'<span style="color: {colour}; font-weight: 600">{escape(self._title(span[2]))}</span>'
        pieces = quoted(text, span, cluster.differences)
        if all(piece.differs for piece in pieces):  # then it is the label, or the whole of it
            pieces = [piece._replace(differs=False) for piece in pieces]
        said = "".join(f"<b>{escape(each.text)}</b>" if each.differs else escape(each.text) for each in pieces)
        return f"{title}<br>“{said}”"

    def _quiet(self, words: str) -> str:
        return f'<span style="color: {self._theme.colours.quiet}">{escape(words)}</span>'

    def _title(self, key: str) -> str:
        return next((row.title for row in self._project.labels() if row.key == key), key)
