"""The guideline of the project, at the section of the current label."""

from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QTextBrowser, QWidget

from annotator.ui.project import Project


class GuidelinePanel(QTextBrowser):
    """Shows the guideline; nothing in it is followed or fetched."""

    left = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(16)
        self.setAccessibleName(self.tr("Guideline"))
        project.opened.connect(lambda: self.setMarkdown(project.guideline()))
        project.closed.connect(self.clear)

    def show_label(self, key: str) -> None:
        """Scroll to the section of a label."""
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text().strip() == key:
                self.moveCursor(QTextCursor.MoveOperation.End)  # so that the heading comes to the top
                self.setTextCursor(QTextCursor(block))
                return
            block = block.next()

    def loadResource(self, _type: int, _name: QUrl | str) -> Any:
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
