"""What each lane says of a disagreement: a card a version, the one that Enter takes outlined."""

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from annotator.adjudication import Cluster, Said
from annotator.ui.plain import marked_up_label, plain_label, tool_tip
from annotator.ui.project import Project
from annotator.ui.review.article import LETTERS
from annotator.ui.theme import Theme

KEYS = 6  # lanes that have a key of their own
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
    """A version: the letters of its lanes, its labels and words. A click shows it, its button takes it."""

    shown = Signal(int)
    taken = Signal(int)

    def __init__(self, group: tuple[int, ...], key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number = group[0]
        self._name = " ".join(LETTERS[each] for each in group)
        self.setObjectName("version")
        self._letters = plain_label(self._name, self)
        self._letters.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._said = marked_up_label(self)
        self._said.setWordWrap(True)
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._take = QPushButton(key, self)
        self._take.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._take.setAccessibleName(self.tr("Take version {letter}").format(letter=LETTERS[number]))
        self._take.setToolTip(tool_tip(self._take.accessibleName()))
        self._take.setFixedWidth(max(36, self._take.fontMetrics().horizontalAdvance(key) + 20))
        self._take.clicked.connect(lambda: self.taken.emit(number))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._letters)
        row.addWidget(self._said, 1)
        row.addWidget(self._take, 0, Qt.AlignmentFlag.AlignTop)

    def say(self, html: str, plain: str, *, is_shown: bool, theme: Theme) -> None:
        """Show a version; `plain` is what a screen reader is told."""
        self._said.setText(html)
        self.setAccessibleName(f"{self._name}: {plain}")
        colours = theme.colours
        edge, width = (colours.accent, 2) if is_shown else (colours.border, 1)
        self.setStyleSheet(
            f"QFrame#version {{ background: {colours.page}; border: {width}px solid {edge}; border-radius: 6px; }}"
        )
        self._letters.setStyleSheet(f"font-weight: 600; color: {colours.accent if is_shown else colours.text}")

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
        self._groups: tuple[tuple[int, ...], ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def sizeHint(self) -> QSize:
        return QSize(200, super().sizeHint().height())

    def show_cluster(self, cluster: Cluster, text: str, shown: int) -> None:
        """Show what the lanes say; those that say the same share a card."""
        if cluster.groups != self._groups:
            self._make(cluster.groups)
        for card, group in zip(self._cards, cluster.groups, strict=True):
            version = cluster.versions[group[0]]
            html = [self._html(text, span, cluster) for span in version.said]
            plain = ", ".join(f"{self._title(label)}: {text[start:end]}" for start, end, label in version.said)
            nothing = self.tr("Nothing here")
            if not version.said:
                html.append(f"<i>{nothing}</i>")
            if len(group) > 1:
                html.append(self._quiet(self._count(group, cluster)))
            card.say("<br>".join(html), plain or nothing, is_shown=shown in group, theme=self._theme)

    def _count(self, group: tuple[int, ...], cluster: Cluster) -> str:
        said = self.tr("{count} of {all}, the majority") if cluster.majority in group else self.tr("{count} of {all}")
        return said.format(count=len(group), all=len(cluster.versions))

    def _make(self, groups: tuple[tuple[int, ...], ...]) -> None:
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards, self._groups = [], groups
        for group in groups:
            key = next(iter(self._keys(f"take-{group[0] + 1}")), "") if group[0] < KEYS else ""
            card = VersionCard(group, key or LETTERS[group[0]], self)
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
        return f"{title}<br>{said}"

    def _quiet(self, words: str) -> str:
        return f'<span style="color: {self._theme.colours.quiet}">{escape(words)}</span>'

    def _title(self, key: str) -> str:
        return next((row.title for row in self._project.labels() if row.key == key), key)
