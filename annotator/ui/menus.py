"""The menus of the window, made from the table of actions."""

from PySide6.QtWidgets import QMainWindow, QMenu

from annotator.ui.actions import ACTIONS, PROJECT, Actions, mnemonics


class Menus:
    """One menu a group, filled again when a project's labels bring actions or take some."""

    def __init__(self, actions: Actions, window: QMainWindow) -> None:
        self._actions = actions
        groups = dict.fromkeys((PROJECT, *(action.group for action in ACTIONS)))  # first where people look for it
        self._menus: dict[str, QMenu] = {
            group: window.menuBar().addMenu(title) for group, title in zip(groups, mnemonics(groups), strict=True)
        }
        actions.table_changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        for group, menu in self._menus.items():
            menu.clear()
            menu.addActions([self._actions[action.id] for action in self._actions.table if action.group == group])
