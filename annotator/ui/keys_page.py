"""The table of keys in the settings: every action can have others, recorded by pressing them."""

from itertools import groupby
from typing import cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.actions import Action, Actions, resolved
from annotator.ui.keys import native, refusal, taken_by, warning
from annotator.ui.settings import Settings

ID = Qt.ItemDataRole.UserRole


class KeyRecorder(QKeySequenceEdit):
    """Takes the next key that is pressed, Tab too, but not Esc, which gives up."""

    recorded = Signal(str)
    given_up = Signal()  # the focus has gone
    left = Signal()  # Esc

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaximumSequenceLength(1)
        self.setFinishingKeyCombinations([])  # Tab would be one
        self.setAccessibleName(self.tr("New key"))
        self._field = cast("QLineEdit", self.findChild(QLineEdit))
        self._field.setAccessibleName(self.tr("New key"))
        self.stop()
        self.editingFinished.connect(self._finish)

    def start(self) -> None:
        """Wait for a key."""
        self.setEnabled(True)
        self._field.setPlaceholderText(self.tr("Press a key, or Esc"))
        self.setFocus()

    def stop(self) -> None:
        self.clear()
        self.setEnabled(False)
        self._field.setPlaceholderText("")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self.keyPressEvent(event)  # past the widget's own use of Tab
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isEnabled():
            self.stop()
            self.given_up.emit()

    def _finish(self) -> None:
        key = self.keySequence().toString()
        if key and self.isEnabled():
            self.stop()
            self.recorded.emit(key)


class KeysPage(QWidget):
    """Lists the actions by group with their keys. What is changed works at once."""

    def __init__(self, settings: Settings, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._settings = settings
        self._adds = False
        self._items: dict[str, QTreeWidgetItem] = {}
        self._tree = QTreeWidget(self)
        self._said = QLabel(self)
        self._recorder = KeyRecorder(self)
        self._change = QPushButton(self.tr("Change key"), self)
        self._add = QPushButton(self.tr("Add key"), self)
        self._none = QPushButton(self.tr("No key"), self)
        self._reset = QPushButton(self.tr("Usual key"), self)
        self._reset_all = QPushButton(self.tr("All usual keys"), self)
        self._fill()
        self._lay_out()
        self._connect()
        self._tree.setCurrentItem(self._items[actions.table[0].id])
        self._refresh()

    def _fill(self) -> None:
        self._tree.setColumnCount(2)
        self._tree.setHeaderHidden(True)
        self._tree.setRootIsDecorated(False)
        self._tree.setItemsExpandable(False)
        self._tree.setAccessibleName(self.tr("Actions and their keys"))
        self._tree.setStyleSheet("QTreeView { border: 1px solid palette(mid); } QTreeView::item { padding: 4px; }")
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        for group, actions in groupby(self._actions.table, key=lambda action: action.group):
            heading = QTreeWidgetItem(self._tree, [group])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            heading.setFont(0, bold)
            heading.setExpanded(True)
            for action in actions:
                item = QTreeWidgetItem(heading, [action.title])
                item.setData(0, ID, action.id)
                self._items[action.id] = item
        self._tree.expandAll()
        header = self._tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def _lay_out(self) -> None:
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._said.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._recorder.setFixedWidth(180)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._recorder)
        for button in (self._change, self._add, self._none, self._reset):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(12)
        column.addWidget(self._tree, 1)
        column.addWidget(self._said)
        column.addLayout(row)
        for button in (self._change, self._add, self._none, self._reset, self._reset_all):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)

    def _connect(self) -> None:
        self._tree.itemActivated.connect(lambda _item, _column: self._record(adds=False))
        self._tree.currentItemChanged.connect(lambda _now, _before: self._refresh())
        self._recorder.recorded.connect(self._take)
        self._recorder.given_up.connect(self._refresh)
        self._recorder.left.connect(self._tree.setFocus)
        self._change.clicked.connect(lambda: self._record(adds=False))
        self._add.clicked.connect(lambda: self._record(adds=True))
        self._none.clicked.connect(lambda: self._give([]))
        self._reset.clicked.connect(self._restore)
        self._reset_all.clicked.connect(self._restore_all)

    def _action(self) -> Action | None:
        item = self._tree.currentItem()
        name = item.data(0, ID) if item else None
        return next((action for action in self._actions.table if action.id == name), None)

    def _record(self, *, adds: bool) -> None:
        action = self._action()
        if action:
            self._adds = adds
            self._say(self.tr("Press the new key of “{action}”.").format(action=action.title))
            self._recorder.start()

    def _take(self, key: str) -> None:
        """Give the key that was pressed to the action, or say why it cannot have it."""
        self._tree.setFocus()
        action = self._action()
        if action is None:
            return
        why = refusal(key, action, self._settings.remapped_keys, self._actions.table)
        if why:
            self._say(why)
            return
        before = resolved(self._settings.remapped_keys, self._actions.table)[action.id] if self._adds else []
        self._give([*(each for each in before if each != key), key])
        said = self.tr("“{action}” is on {key} now.").format(action=action.title, key=native(key))
        self._say(" ".join(filter(None, (said, warning(key)))))

    def _give(self, keys: list[str]) -> None:
        action = self._action()
        if action:
            usual = [QKeySequence(key).toString() for key in action.keys]
            others = {name: given for name, given in self._settings.remapped_keys.items() if name != action.id}
            self._settings.remapped_keys = others if keys == usual else {**others, action.id: keys}
            self._refresh()

    def _restore(self) -> None:
        """Give the action its usual keys, but for one that another action has now."""
        action = self._action()
        if action is None:
            return
        self._give([QKeySequence(key).toString() for key in action.keys])
        lost = [(key, taken_by(key, action, self._settings.remapped_keys, self._actions.table)) for key in action.keys]
        said = self.tr("{key} stays the key of “{other}”.")
        self._say(" ".join(said.format(key=native(key), other=other.title) for key, other in lost if other))

    def _restore_all(self) -> None:
        self._settings.remapped_keys = {}
        self._refresh()
        self._say(self.tr("Every action has its usual keys again."))

    def _refresh(self) -> None:
        """Show the keys as they are, and what can be done with the current action."""
        remapped = self._settings.remapped_keys
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        for name, keys in resolved(remapped, self._actions.table).items():
            self._items[name].setText(1, ", ".join(native(key) for key in keys) or "–")
            self._items[name].setFont(1, bold if name in remapped else self.font())
            changed = self.tr("changed") if name in remapped else ""
            self._items[name].setData(1, Qt.ItemDataRole.AccessibleDescriptionRole, changed)
        action = self._action()
        for button in (self._change, self._add, self._none):
            button.setEnabled(action is not None)
        self._reset.setEnabled(action is not None and action.id in remapped)
        self._reset_all.setEnabled(bool(remapped))
        self._say(self.tr("Choose an action, press Enter, then the key that it is to have."))

    def _say(self, message: str) -> None:
        self._said.setText(message)
        self._said.setAccessibleName(message)
