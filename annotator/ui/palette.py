"""The command palette: every action by name, with its key."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.actions import Actions

WIDTH, HEIGHT = 560, 420
ID = Qt.ItemDataRole.UserRole


class CommandPalette(QDialog):
    """Finds an action by the words of its name, and triggers it."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._actions = actions
        self.setWindowTitle(self.tr("Command palette"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(self.tr("What would you like to do?"))
        self._field.setAccessibleName(self.tr("Command"))
        self._list = QTreeWidget(self)
        self._nothing = QLabel(self.tr("No command has these words in its name."), self)
        self._nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._look_like_a_list()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._field)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._nothing, 1)
        self._field.textChanged.connect(self._fill)
        self._field.returnPressed.connect(self._trigger)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._trigger)
        self._fill("")
        self.resize(WIDTH, HEIGHT)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - WIDTH) // 2, corner.y() + 80)
        self._field.setFocus()

    def shown(self) -> list[tuple[str, str]]:
        """Return the names that are listed, with their keys."""
        items = (self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount()))
        return [(item.text(0), item.text(1)) for item in items if item]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            count = self._list.topLevelItemCount()
            if step and count:
                row = (self._list.currentIndex().row() + step) % count
                self._list.setCurrentIndex(self._list.model().index(row, 0))
                return True
        return super().eventFilter(watched, event)

    def _look_like_a_list(self) -> None:
        self._list.setAccessibleName(self.tr("Commands"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setColumnCount(2)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setStyleSheet("QTreeView::item { padding: 5px 8px; }")
        header = self._list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def _fill(self, typed: str) -> None:
        words = typed.lower().split()
        self._list.clear()
        for name in self._actions:
            title = self._actions.title(name)
            if self._actions[name].isEnabled() and all(word in title.lower() for word in words):
                item = QTreeWidgetItem([title, ", ".join(self._actions.keys(name))])
                item.setData(0, ID, name)
                item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setForeground(1, self.palette().placeholderText())
                self._list.addTopLevelItem(item)
        found = self._list.topLevelItem(0)
        if found:
            self._list.setCurrentItem(found)
        self._list.setVisible(found is not None)
        self._nothing.setVisible(found is None)

    def _trigger(self) -> None:
        item = self._list.currentItem()
        name = item.data(0, ID) if item else None
        self.close()
        if name:
            self._actions[name].trigger()
