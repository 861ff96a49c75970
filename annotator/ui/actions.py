"""Every action of the program: its name, its keys, and where the keys work.

Menus, the command palette, the shortcut sheet and the settings are made from this table, and so
is the test that no two actions share a key.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

Place = Literal["article", "window"]  # where the keys work: single letters only in the article


class Action(NamedTuple):
    """Something a person can do. The first key is the one that is shown."""

    id: str
    title: str
    keys: tuple[str, ...]
    place: Place
    group: str


ANNOTATE, SELECT, ADJUST, MOVE, PROJECT, VIEW, HELP = (
    "Annotate", "Select", "Adjust the ends", "Move", "Project", "View", "Help",
)  # fmt: skip

ACTIONS = (
    Action("tag-anonymous-source", "Tag anonymous source", ("A", "1"), "article", ANNOTATE),
    Action("tag-on-record", "Tag on record", ("O", "2"), "article", ANNOTATE),
    Action("tag-denial", "Tag denial", ("D", "3"), "article", ANNOTATE),
    Action("tag-non-comment", "Tag non-comment", ("N", "4"), "article", ANNOTATE),
    Action("new-anonymous-source", "Tag a new anonymous source", ("Shift+A",), "article", ANNOTATE),
    Action("new-on-record", "Tag a new on record", ("Shift+O",), "article", ANNOTATE),
    Action("new-denial", "Tag a new denial", ("Shift+D",), "article", ANNOTATE),
    Action("new-non-comment", "Tag a new non-comment", ("Shift+N",), "article", ANNOTATE),
    Action("negative", "Mark a look-alike: nothing belongs here", ("X",), "article", ANNOTATE),
    Action("remove", "Remove the annotation", ("Delete", "Backspace"), "article", ANNOTATE),
    Action("identity", "Change identity: named, institution, unnamed", ("I",), "article", ANNOTATE),
    Action("unsure", "Unsure, with the runner-up label", ("U",), "article", ANNOTATE),
    Action("note", "Write a note", ("M",), "article", ANNOTATE),
    Action("occurrences", "Tag every other occurrence", ("T",), "article", ANNOTATE),
    Action("guideline", "Guideline for the label", ("H",), "article", ANNOTATE),
    Action("next-sentence", "Next sentence", ("S",), "article", SELECT),
    Action("previous-sentence", "Previous sentence", ("Shift+S",), "article", SELECT),
    Action("next-quotation", "Next quotation", ("Q",), "article", SELECT),
    Action("next-cue", "Next sentence with a cue", ("C",), "article", SELECT),
    Action("grow", "Grow the selection", ("G",), "article", SELECT),
    Action("shrink", "Shrink the selection", ("Shift+G",), "article", SELECT),
    Action("end-clause-left", "End one clause left", ("W",), "article", ADJUST),
    Action("end-clause-right", "End one clause right", ("E",), "article", ADJUST),
    Action("start-clause-left", "Start one clause left", ("Shift+W",), "article", ADJUST),
    Action("start-clause-right", "Start one clause right", ("Shift+E",), "article", ADJUST),
    Action("end-word-left", "End one word left", ("Alt+Left",), "article", ADJUST),
    Action("end-word-right", "End one word right", ("Alt+Right",), "article", ADJUST),
    Action("start-word-left", "Start one word left", ("Alt+Shift+Left",), "article", ADJUST),
    Action("start-word-right", "Start one word right", ("Alt+Shift+Right",), "article", ADJUST),
    Action("end-character-left", "End one character left", ("Ctrl+Alt+Left",), "article", ADJUST),
    Action("end-character-right", "End one character right", ("Ctrl+Alt+Right",), "article", ADJUST),
    Action("start-character-left", "Start one character left", ("Ctrl+Alt+Shift+Left",), "article", ADJUST),
    Action("start-character-right", "Start one character right", ("Ctrl+Alt+Shift+Right",), "article", ADJUST),
    Action("next-span", "Next span", ("Tab",), "article", MOVE),
    Action("previous-span", "Previous span", ("Shift+Tab",), "article", MOVE),
    Action("next-document", "Next document", ("J",), "article", MOVE),
    Action("previous-document", "Previous document", ("K",), "article", MOVE),
    Action("finish", "Finish and go on, or reopen", ("Ctrl+Return", "Ctrl+Enter"), "window", MOVE),
    Action("next-pane", "Next pane", ("F6",), "window", MOVE),
    Action("previous-pane", "Previous pane", ("Shift+F6",), "window", MOVE),
    Action("find", "Find in the article", ("Ctrl+F",), "window", MOVE),
    Action("search", "Search all documents", ("Ctrl+Shift+F",), "window", MOVE),
    Action("undo", "Undo", ("Ctrl+Z",), "window", PROJECT),
    Action("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "window", PROJECT),
    Action("new-project", "New project…", ("Ctrl+N",), "window", PROJECT),
    Action("open-project", "Open project…", ("Ctrl+O",), "window", PROJECT),
    Action("import", "Import…", ("Ctrl+I",), "window", PROJECT),
    Action("import-folder", "Import folder…", ("Ctrl+Shift+I",), "window", PROJECT),
    Action("export", "Export…", ("Ctrl+E",), "window", PROJECT),
    Action("report", "Report on agreement…", (), "window", PROJECT),
    Action("save-copy", "Save a copy…", (), "window", PROJECT),
    Action("article-details", "Article details…", ("F2",), "window", PROJECT),
    Action("annotate-as", "Change who is annotating…", (), "window", PROJECT),
    Action("settings", "Settings…", ("Ctrl+,",), "window", PROJECT),
    Action("check", "Check project", (), "window", PROJECT),
    Action("close-project", "Close project", ("Ctrl+W",), "window", PROJECT),
    Action("quit", "Quit", ("Ctrl+Q",), "window", PROJECT),
    Action("layers", "Show other annotators’ layers", ("L",), "article", VIEW),
    Action("zoom-in", "Larger text", ("Ctrl++", "Ctrl+="), "window", VIEW),
    Action("zoom-out", "Smaller text", ("Ctrl+-",), "window", VIEW),
    Action("zoom-reset", "Usual text size", ("Ctrl+0",), "window", VIEW),
    Action("theme", "Light, dark, or as the system", (), "window", VIEW),
    Action("palette", "Command palette", ("Ctrl+K",), "window", HELP),
    Action("shortcuts", "Keyboard shortcuts", ("?", "F1"), "window", HELP),
)  # fmt: skip

# What can be done while no project is open.
WITHOUT_PROJECT = frozenset(
    {
        "new-project", "open-project", "settings", "quit", "zoom-in", "zoom-out", "zoom-reset", "theme",
        "palette", "shortcuts",
    }
)  # fmt: skip
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


class Actions(QObject):
    """The actions of one window as Qt knows them."""

    def __init__(self, window: QWidget, article: QWidget, remapped: Mapping[str, Sequence[str]]) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._keys: dict[str, list[str]] = {}
        for action in ACTIONS:
            owner = article if action.place == "article" else window
            made = QAction(action.title, owner)
            made.setObjectName(action.id)
            made.setShortcutContext(
                Qt.ShortcutContext.WidgetShortcut if action.place == "article" else Qt.ShortcutContext.WindowShortcut
            )
            owner.addAction(made)
            self._actions[action.id] = made
        self.remap(remapped)

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def remap(self, remapped: Mapping[str, Sequence[str]]) -> None:
        """Give actions other keys than those of the table; an action that is not named gets those again."""
        keys = resolved(remapped)
        for name in [name for name in keys if keys[name] != self._keys.get(name)]:
            self._actions[name].setShortcuts([QKeySequence(key) for key in keys[name]])
        self._keys = keys

    def allow(self, *, project_is_open: bool) -> None:
        """Let be done what can be done now: an action without an effect is not offered."""
        for name, made in self._actions.items():
            made.setEnabled(project_is_open or name in WITHOUT_PROJECT)

    def keys(self, id: str) -> list[str]:
        """Return the keys of an action as a person reads them."""
        return [key.toString(QKeySequence.SequenceFormat.NativeText) for key in self._actions[id].shortcuts()]


def resolved(remapped: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the keys of every action. A key is one action's: a person's choice comes before the table, then its order.

    So a new version may bring an action whose key a person has already given to another.
    """
    taken: set[str] = set()
    found: dict[str, list[str]] = {}
    for action in sorted(ACTIONS, key=lambda action: action.id not in remapped):
        names = (QKeySequence(key).toString() for key in remapped.get(action.id, action.keys))
        found[action.id] = [name for name in dict.fromkeys(names) if name and name not in taken]
        taken.update(found[action.id])
    return found
