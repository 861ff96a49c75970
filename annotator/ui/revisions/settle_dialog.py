"""What is to be settled in a corrected article: a list beside the article, which stays open while one works in it."""

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.revisions.revising import Revising

if TYPE_CHECKING:
    from annotator.rows import ToSettle

KEYS = {
    Qt.Key.Key_Return: "show", Qt.Key.Key_Enter: "show", Qt.Key.Key_A: "accept", Qt.Key.Key_R: "remove",
    Qt.Key.Key_Delete: "remove", Qt.Key.Key_T: "put",
}  # fmt: skip
WORDS = 90  # code points of an annotation's words in a line


class SettleList(QListWidget):
    """A list whose letters are commands; it does not look for rows that begin with them."""

    command = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = KEYS.get(Qt.Key(event.key()))
        if name and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.command.emit(name)
        elif event.text().isalpha():
            event.ignore()
        else:
            super().keyPressEvent(event)


class SettleDialog(QDialog):
    """Lists what moved or was lost in the article; what is settled leaves the list, and all of it can be undone."""

    place_asked = Signal(object)  # a span of the corrected text to show
    selection_asked = Signal(object)  # a ToSettle to put on what is selected in the article
    next_asked = Signal()  # another article with something to settle

    def __init__(self, project: Project, revising: Revising, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("To settle"))
        self.resize(520, 520)
        self._project, self._revising = project, revising
        self._document_id: int | None = None
        self._items: list[ToSettle] = []
        self._count = plain_label("", self)
        self._count.setWordWrap(True)
        self.list = SettleList(self)
        self.list.setAccessibleName(self.tr("Annotations to settle"))
        self.list.setWordWrap(True)
        self.list.setSpacing(2)
        self._context = plain_label("", self)
        self._context.setWordWrap(True)
        self._context.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._others = plain_label("", self)
        self._others.setWordWrap(True)
        self._others.setEnabled(False)
        self.buttons = {
            "show": self._button(self.tr("Show the place (Enter)")),
            "accept": self._button(self.tr("Accept (A)")),
            "remove": self._button(self.tr("Remove (R)")),
            "put": self._button(self.tr("Put on the selection (T)")),
        }
        self._next = self._button(self.tr("Next article with something to settle"))
        self._lay_out()
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, name=name: self._do(name))
        self._next.clicked.connect(self.next_asked)
        self.list.command.connect(self._do)
        self.list.itemDoubleClicked.connect(lambda _: self._do("show"))
        self.list.currentRowChanged.connect(lambda _: self._show_current())
        revising.changed.connect(self._changed)
        project.closed.connect(self.close)

    def show_document(self, document_id: int | None) -> None:
        """List what is to be settled in a document."""
        self._document_id = document_id
        if self._project.is_open:
            self.reload()

    def reload(self) -> None:
        """Ask again, and stay at the row."""
        row = max(0, self.list.currentRow())
        found = self._revising.to_settle(self._document_id) if self._document_id is not None else []
        self._items = [each for each in found if self._revising.is_own(each)]
        others = Counter(each.annotator for each in found if not self._revising.is_own(each))
        self.list.clear()
        for each in self._items:
            self.list.addItem(QListWidgetItem(self._line(each)))
        self._others.setText(
            "\n".join(self.tr("{name} has {count} to settle.").format(name=name, count=n) for name, n in others.items())
        )
        self._others.setVisible(bool(others))
        self._next.setVisible(not self._items and self._revising.next_document(self._document_id) is not None)
        self.list.setVisible(bool(self._items))
        self._count.setText(self._said())
        self.list.setCurrentRow(min(row, len(self._items) - 1))
        self._show_current()

    def current(self) -> "ToSettle | None":
        """Return what the keys act on."""
        row = self.list.currentRow()
        return self._items[row] if 0 <= row < len(self._items) else None

    # Inside

    def _changed(self) -> None:
        if self.isVisible() and self._project.is_open:
            self.reload()

    def _do(self, name: str) -> None:
        each = self.current()
        if each is None:
            return
        if name == "show":
            self.place_asked.emit(each)
        elif name == "accept":
            self._revising.accept(each)
        elif name == "remove" and each.place:
            self._revising.remove(each)
        elif name == "put":
            self.selection_asked.emit(each)

    def _line(self, each: "ToSettle") -> str:
        what = self.tr("moved") if each.place else self.tr("lost")
        label = next((row.title for row in self._project.labels() if row.key == each.label), self.tr("Look-alike"))
        gold = self.tr(", gold") if each.kind == "gold" else ""
        return f"{label}{gold}, {what}\n{_short(each.words)}"

    def _said(self) -> str:
        if not self._items:
            return self.tr("Nothing of yours is to be settled in this article.")
        count = self.tr("{count} to settle in this article") if len(self._items) > 1 else self.tr("1 to settle")
        return count.format(count=len(self._items))

    def _show_current(self) -> None:
        each = self.current()
        self._context.setVisible(each is not None)
        for button in self.buttons.values():
            button.setVisible(each is not None)
        if each is None:
            return
        stood = self.tr("Here it stood: …{before}[{words}]{after}…")
        around = {"before": each.before, "words": _short(each.words), "after": each.after}
        self._context.setText(f"{self._what_happened(each)}\n\n{' '.join(stood.format(**around).split())}")
        self.buttons["show"].setVisible(each.place is not None)
        self.buttons["remove"].setVisible(each.place is not None)
        self.buttons["accept"].setText(self.tr("Accept (A)") if each.place else self.tr("Leave it out (A)"))

    def _what_happened(self, each: "ToSettle") -> str:
        if each.words_now is None:
            return self.tr("Its words have no place in the corrected text.")
        if each.words_now == each.words:
            return self.tr("Its words are the same. What stands around them changed, or they stand in several places.")
        return self.tr("Proposed now: {words}").format(words=_short(each.words_now))

    def _button(self, title: str) -> QPushButton:
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, names in ((first, ("show", "put")), (second, ("accept", "remove"))):
            for name in names:
                row.addWidget(self.buttons[name])
            row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in (self._count, self.list, self._context, self._others, self._next):
            layout.addWidget(widget, 100 if widget is self.list else 0)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addStretch(1)  # without a list, what is said stays at the top


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= WORDS else f"{line[: WORDS - 1]}…"
