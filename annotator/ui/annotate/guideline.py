"""The guideline of the project, at the section of the current label, and below it at the runner-up's."""

from typing import Any

from PySide6.QtCore import QByteArray, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QSplitter, QTextBrowser, QWidget

from annotator.ui.project import Project

MARGIN = 16
ABOVE = 6  # pixels that are left above a heading: less than a line of what stands before it
LINE_HEIGHT = 120  # per cent
_PLAIN = QTextDocument.MarkdownFeature.MarkdownNoHTML | QTextDocument.MarkdownFeature.MarkdownDialectGitHub


class GuidelineView(QTextBrowser):
    """Shows Markdown; nothing in it is followed or fetched."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_markdown(self, text: str) -> None:
        self.document().setMarkdown(text, _PLAIN)
        self.document().setDocumentMargin(MARGIN)
        leading = QTextBlockFormat()
        leading.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(leading)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def show_section(self, key: str) -> None:
        """Scroll to the section of a label, if there is one."""
        block = self.document().begin()
        while block.isValid() and not (block.blockFormat().headingLevel() and block.text().strip() == key):
            block = block.next()
        if block.isValid():
            top = self.document().documentLayout().blockBoundingRect(block).top()
            self.verticalScrollBar().setValue(round(top) - ABOVE)

    def loadResource(self, _type: int, _name: QUrl | str) -> Any:
        """Give nothing for everything; for None, Qt would read the file itself."""
        return QByteArray()


class GuidelinePanel(QSplitter):
    """Shows the guideline once, or twice to compare two labels."""

    left = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._project = project
        self._first = GuidelineView(self.tr("Guideline"), self)
        self._second = GuidelineView(self.tr("Guideline for the runner-up"), self)
        self.setFocusProxy(self._first)
        self.setAccessibleName(self.tr("Guideline"))
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self._second.hide()
        project.opened.connect(self._load)
        project.closed.connect(self._load)
        self._load()

    def show_labels(self, key: str, runner_up: str | None) -> None:
        """Scroll to the section of a label, with the runner-up's below it."""
        if self._second.isHidden() != (runner_up is None):
            self._second.setVisible(runner_up is not None)
            self.setSizes([self.height() // 2, self.height() // 2])  # one that was hidden would have no height
        self._first.show_section(key)
        if runner_up:
            self._second.show_section(runner_up)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _load(self) -> None:
        text = self._project.guideline() if self._project.is_open else ""
        nothing = self.tr("This project has no guideline.") if self._project.is_open else ""
        for view in (self._first, self._second):
            view.show_markdown(text or nothing)
        self._second.hide()
