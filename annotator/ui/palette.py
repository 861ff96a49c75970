"""The command palette: every action by name, with its key."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from annotator.ui.actions import BY_ID, Actions

WIDTH, HEIGHT = 560, 420
ID = Qt.ItemDataRole.UserRole


class CommandPalette(QDialog):
    """Finds an action by the words of its name, and triggers it."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._actions = actions
        self.setWindowTitle(self.tr("Command palette"))
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(self.tr("What would you like to do?"))
        self._field.setAccessibleName(self.tr("Command"))
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Commands"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        self._field.textChanged.connect(self._fill)
        self._field.returnPressed.connect(self._trigger)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._trigger)
        self._fill("")
        self.resize(WIDTH, HEIGHT)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - WIDTH) // 2, corner.y() + 80)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step and self._list.count():
                self._list.setCurrentRow((self._list.currentRow() + step) % self._list.count())
                return True
        return super().eventFilter(watched, event)

    def _fill(self, typed: str) -> None:
        words = typed.lower().split()
        self._list.clear()
        for name in self._actions:
            title = BY_ID[name].title
            if self._actions[name].isEnabled() and all(word in title.lower() for word in words):
                keys = "  or  ".join(self._actions.keys(name))
                item = QListWidgetItem(f"{title}    {keys}" if keys else title)
                item.setData(ID, name)
                self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _trigger(self) -> None:
        item = self._list.currentItem()
        self.close()
        if item:
            self._actions[item.data(ID)].trigger()
