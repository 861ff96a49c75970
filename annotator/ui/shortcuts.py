"""The keys of every action, and those of the text itself, on one sheet."""

from html import escape
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from annotator.ui.actions import Actions

IN_THE_TEXT = (
    ("Arrows", "Caret by character or line; with Ctrl by word or paragraph; with Shift selects"),
    ("Double click", "Select the word"),
    ("Triple click", "Select the sentence"),
    ("Esc", "Back to the article; there: nothing selected"),
)


class ShortcutSheet(QDialog):
    """Lists actions in their groups."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(760, 640)
        sheet = QTextBrowser(self)
        sheet.setAccessibleName(self.tr("Keyboard shortcuts"))
        sheet.setHtml(_html(actions))
        layout = QVBoxLayout(self)
        layout.addWidget(sheet)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Question:
            self.close()
        else:
            super().keyPressEvent(event)


def _html(actions: Actions) -> str:
    """Return the sheet; all of it is our own text, but keys are escaped."""
    groups = [
        (group, [(", ".join(actions.keys(action.id)) or "–", action.title) for action in found])
        for group, found in groupby(actions.table, key=lambda action: action.group)
    ]
    rows = []
    for group, found in [*groups, ("In the text", list(IN_THE_TEXT))]:
        rows.append(f'<tr><td colspan="2"><h3>{escape(group)}</h3></td></tr>')
        rows += [f"<tr><td><b>{escape(keys)}</b></td><td>{escape(title)}</td></tr>" for keys, title in found]
    return f'<table cellpadding="4" width="100%">{"".join(rows)}</table>'
