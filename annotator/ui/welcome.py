"""What is shown while no project is open."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QIcon, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.assets import FOLDER
from annotator.ui.plain import plain_label, tool_tip
from annotator.ui.settings import Settings
from annotator.ui.theme import READING_FONT, Theme
from annotator.ui.words import from_home

SHOWN_RECENT = 6
_RECENT = """
QPushButton { border: 1px solid transparent; background: transparent; }
QPushButton:hover { background: palette(base); }
QPushButton:focus { border: 1px solid palette(link); }
"""


class WelcomePage(QWidget):
    """Offers a new project, an existing one, the sample, and those that were open last."""

    new_asked = Signal()
    open_asked = Signal()
    sample_asked = Signal()
    recent_asked = Signal(object)

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._theme = theme
        mark = QLabel(self)
        mark.setPixmap(QIcon(str(FOLDER / "icons" / "app.svg")).pixmap(64, 64))
        title = QLabel(self.tr("Source Annotator"), self)
        font = QFont(READING_FONT)
        font.setPointSizeF(28)
        font.setWeight(QFont.Weight.DemiBold)
        title.setFont(font)
        purpose = QLabel(
            self.tr("Tag how news articles attribute what they say. Everything stays on this machine."), self
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        for text, icon, signal in (
            (self.tr("New project…"), "file-plus", self.new_asked),
            (self.tr("Open project…"), "folder-open", self.open_asked),
            (self.tr("Try the sample"), "book-open", self.sample_asked),
        ):
            button = QPushButton(theme.icon(icon), f" {text}", self)
            button.setMinimumHeight(40)
            button.clicked.connect(signal)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(4)
        column = QVBoxLayout()
        column.setSpacing(16)
        column.addStretch(2)
        for widget in (mark, title, purpose):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addLayout(buttons)
        column.addSpacing(16)
        column.addLayout(self._recent)
        column.addStretch(3)
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(column, 2)
        layout.addStretch(1)
        settings.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List the recent projects again; one that is gone is not offered."""
        while (item := self._recent.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()  # it goes later, and would stand in the corner until then
                widget.deleteLater()
        paths = self._settings.recent[:SHOWN_RECENT]
        if paths:
            heading = QLabel(self.tr("Recent projects"), self)
            heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self._recent.addWidget(heading)
        for path in paths:
            self._recent.addWidget(self._recent_button(path))

    def _recent_button(self, path: Path) -> QPushButton:
        button = RecentButton(path, self)
        button.clicked.connect(partial(self.recent_asked.emit, path))
        return button


class RecentButton(QPushButton):
    """A project by its name, and where it is in a quieter colour."""

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(path.stem)
        self.setAccessibleDescription(str(path.parent))
        self.setToolTip(tool_tip(str(path)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setStyleSheet(_RECENT)
        name, where = plain_label(path.stem, self), plain_label(from_home(path.parent), self)
        where.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(16)
        for label in (name, where):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setMinimumWidth(40)  # a long path is cut off, and stands in the tool tip
        row.addWidget(name)
        row.addWidget(where, 1)
        self.setMinimumHeight(36)
