"""The versions of a conflict side by side: a column each, a line for each thing they say, what differs marked."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from annotator.ui.plain import marked_up_label, plain_label
from annotator.ui.sharing.sayings import LETTERS, Field


class VersionsView(QScrollArea):
    """Shows what each version says. Its buttons keep one; the one that Enter keeps is the default button."""

    kept = Signal(int)  # the number of a version, from 0

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons: list[QPushButton] = []

    def show_fields(self, fields: Sequence[Field]) -> None:
        """Show other versions; the first of them is the one that is shown in the article."""
        page = QWidget(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        versions = len(fields[0].values) if fields else 0
        self.buttons = [self._head(grid, number, page) for number in range(versions)]
        for line, field in enumerate(fields, 2):
            self._add(grid, line, field, page)
        for column in range(1, versions + 1):
            grid.setColumnStretch(column, 1)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 12, 0)
        whole.addLayout(grid)
        whole.addStretch(1)
        self.setWidget(page)

    def mark(self, number: int) -> None:
        """Have Enter keep this version."""
        for each, button in enumerate(self.buttons):
            button.setDefault(each == number)

    def _head(self, grid: QGridLayout, number: int, page: QWidget) -> QPushButton:
        letter = LETTERS[number]
        title = self.tr("Version {letter}, shown now") if number == 0 else self.tr("Version {letter}")
        head = plain_label(title.format(letter=letter), page)
        font = head.font()
        font.setBold(True)
        head.setFont(font)
        grid.addWidget(head, 0, number + 1)
        button = QPushButton(self.tr("Keep {letter} ({key})").format(letter=letter, key=number + 1), page)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.kept.emit(number))
        grid.addWidget(button, 1, number + 1, Qt.AlignmentFlag.AlignLeft)
        return button

    def _add(self, grid: QGridLayout, line: int, field: Field, page: QWidget) -> None:
        top = Qt.AlignmentFlag.AlignTop
        name = plain_label(f"≠ {field.name}" if field.differs else field.name, page)
        name.setForegroundRole(QPalette.ColorRole.WindowText if field.differs else QPalette.ColorRole.PlaceholderText)
        grid.addWidget(name, line, 0, top)
        for number, value in enumerate(field.values):
            said = self._value(field, number, page)
            said.setAccessibleName(f"{LETTERS[number]}, {name.text()}: {value}")
            grid.addWidget(said, line, number + 1, top)

    def _value(self, field: Field, number: int, page: QWidget) -> QLabel:
        said = marked_up_label(page)
        said.setWordWrap(True)
        value, other = field.values[number], field.values[0 if number else 1]
        said.setText(marked(value, other) if field.differs and value else escape(value or "–"))
        if not field.differs:
            said.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        return said


def marked(value: str, other: str) -> str:
    """Return a text as markup, bold and underlined where its words are not those of another."""
    own, others = value.split(" "), other.split(" ")
    pieces = []
    for kind, first, last, _, _ in SequenceMatcher(None, own, others, autojunk=False).get_opcodes():
        words = escape(" ".join(own[first:last]))
        if words:
            pieces.append(words if kind == "equal" else f"<b><u>{words}</u></b>")
    return " ".join(pieces)
