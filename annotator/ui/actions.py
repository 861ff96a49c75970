"""Every action of the program: its name, its keys, and where the keys work.

Menus, the command palette, the shortcut sheet and the settings are made from this table, and so
is the test that no two actions share a key.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

# Where the keys work: single letters only in a text. A screen is the article or the review of disagreements.
Place = Literal["article", "review", "both", "window"]
SCREENS: Mapping[Place, tuple[str, ...]] = {
    "article": ("article",), "review": ("review",), "both": ("article", "review"), "window": ("article", "review"),
}  # fmt: skip


class Action(NamedTuple):
    """Something a person can do. The first key is the one that is shown."""

    id: str
    title: str
    keys: tuple[str, ...]
    place: Place
    group: str


ANNOTATE, SELECT, ADJUST, MOVE, REVIEW, PROJECT, VIEW, HELP = (
    "Annotate", "Select", "Adjust the ends", "Move", "Review", "Project", "View", "Help",
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
    Action("next-sentence", "Next sentence", ("S",), "both", SELECT),
    Action("previous-sentence", "Previous sentence", ("Shift+S",), "both", SELECT),
    Action("next-quotation", "Next quotation", ("Q",), "both", SELECT),
    Action("next-cue", "Next sentence with a cue", ("C",), "both", SELECT),
    Action("grow", "Grow the selection", ("G",), "both", SELECT),
    Action("shrink", "Shrink the selection", ("Shift+G",), "both", SELECT),
    Action("end-clause-left", "End one clause left", ("W",), "both", ADJUST),
    Action("end-clause-right", "End one clause right", ("E",), "both", ADJUST),
    Action("start-clause-left", "Start one clause left", ("Shift+W",), "both", ADJUST),
    Action("start-clause-right", "Start one clause right", ("Shift+E",), "both", ADJUST),
    Action("end-word-left", "End one word left", ("Alt+Left",), "both", ADJUST),
    Action("end-word-right", "End one word right", ("Alt+Right",), "both", ADJUST),
    Action("start-word-left", "Start one word left", ("Alt+Shift+Left",), "both", ADJUST),
    Action("start-word-right", "Start one word right", ("Alt+Shift+Right",), "both", ADJUST),
    Action("end-character-left", "End one character left", ("Ctrl+Alt+Left",), "both", ADJUST),
    Action("end-character-right", "End one character right", ("Ctrl+Alt+Right",), "both", ADJUST),
    Action("start-character-left", "Start one character left", ("Ctrl+Alt+Shift+Left",), "both", ADJUST),
    Action("start-character-right", "Start one character right", ("Ctrl+Alt+Shift+Right",), "both", ADJUST),
    Action("next-span", "Next span", ("Tab",), "article", MOVE),
    Action("previous-span", "Previous span", ("Shift+Tab",), "article", MOVE),
    Action("next-document", "Next document", ("J",), "article", MOVE),
    Action("previous-document", "Previous document", ("K",), "article", MOVE),
    Action("finish", "Finish and go on, or reopen", ("Ctrl+Return", "Ctrl+Enter"), "window", MOVE),
    Action("next-pane", "Next pane", ("F6",), "window", MOVE),
    Action("previous-pane", "Previous pane", ("Shift+F6",), "window", MOVE),
    Action("find", "Find in the article", ("Ctrl+F",), "window", MOVE),
    Action("search", "Search all documents", ("Ctrl+Shift+F",), "window", MOVE),
    Action("disagreements", "Review disagreements, or go back to annotating", ("Ctrl+R",), "window", REVIEW),
    Action("next-disagreement", "Next disagreement", (".",), "review", REVIEW),
    Action("previous-disagreement", "Previous disagreement", (",",), "review", REVIEW),
    Action("take-1", "Take version A", ("1",), "review", REVIEW),
    Action("take-2", "Take version B", ("2",), "review", REVIEW),
    Action("take-3", "Take version C", ("3",), "review", REVIEW),
    Action("take-4", "Take version D", ("4",), "review", REVIEW),
    Action("take-5", "Take version E", ("5",), "review", REVIEW),
    Action("take-6", "Take version F", ("6",), "review", REVIEW),
    Action("take-shown", "Take what is shown", ("Return", "Enter"), "review", REVIEW),
    Action("nothing-here", "Rule that nothing belongs here", ("0",), "review", REVIEW),
    Action("next-version", "Show the next version", ("Tab",), "review", REVIEW),
    Action("previous-version", "Show the previous version", ("Shift+Tab",), "review", REVIEW),
    Action("rule-anonymous-source", "Rule anonymous source", ("A",), "review", REVIEW),
    Action("rule-on-record", "Rule on record", ("O",), "review", REVIEW),
    Action("rule-denial", "Rule denial", ("D",), "review", REVIEW),
    Action("rule-non-comment", "Rule non-comment", ("N",), "review", REVIEW),
    Action("add-anonymous-source", "Rule another anonymous source, and stay", ("Shift+A",), "review", REVIEW),
    Action("add-on-record", "Rule another on record, and stay", ("Shift+O",), "review", REVIEW),
    Action("add-denial", "Rule another denial, and stay", ("Shift+D",), "review", REVIEW),
    Action("add-non-comment", "Rule another non-comment, and stay", ("Shift+N",), "review", REVIEW),
    Action("remove-gold", "Take the span out of gold", ("Delete", "Backspace"), "review", REVIEW),
    Action("alike", "Apply the last ruling to all alike…", ("B",), "review", REVIEW),
    Action("defer", "Defer: decide later", ("Z",), "review", REVIEW),
    Action("reason", "Write the reason", ("R",), "review", REVIEW),
    Action("take-agreed", "Take what all agree on in this article", ("Y",), "review", REVIEW),
    Action("take-all-agreed", "Take what all agree on in every article", ("Shift+Y",), "review", REVIEW),
    Action("undo", "Undo", ("Ctrl+Z",), "window", PROJECT),
    Action("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "window", PROJECT),
    Action("new-project", "New project…", ("Ctrl+N",), "window", PROJECT),
    Action("open-project", "Open project…", ("Ctrl+O",), "window", PROJECT),
    Action("import", "Import…", ("Ctrl+I",), "window", PROJECT),
    Action("import-folder", "Import folder…", ("Ctrl+Shift+I",), "window", PROJECT),
    Action("export", "Export…", ("Ctrl+E",), "window", PROJECT),
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
ANNOTATING = frozenset({"finish", "find", "search", "article-details"})  # of the window, without a use in the review
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


class Actions(QObject):
    """The actions of one window as Qt knows them."""

    def __init__(self, window: QWidget, article: QWidget, remapped: Mapping[str, Sequence[str]]) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._keys: dict[str, list[str]] = {}
        for action in ACTIONS:
            made = QAction(action.title, window)
            made.setObjectName(action.id)
            context = Qt.ShortcutContext
            made.setShortcutContext(context.WindowShortcut if action.place == "window" else context.WidgetShortcut)
            self._actions[action.id] = made
        self.remap(remapped)
        window.addActions([self._actions[action.id] for action in ACTIONS if action.place == "window"])
        self.give(article, "article")

    def give(self, text: QWidget, screen: str) -> None:
        """Let the keys of a screen work in its text."""
        mine = (action for action in ACTIONS if action.place != "window" and screen in SCREENS[action.place])
        text.addActions([self._actions[action.id] for action in mine])

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

    def allow(self, *, project_is_open: bool, screen: str = "article") -> None:
        """Let be done what can be done now: an action without an effect is not offered."""
        for name, made in self._actions.items():
            is_of_it = screen in SCREENS[BY_ID[name].place] and (screen == "article" or name not in ANNOTATING)
            made.setEnabled(is_of_it and (project_is_open or name in WITHOUT_PROJECT))

    def keys(self, id: str) -> list[str]:
        """Return the keys of an action as a person reads them."""
        return [key.toString(QKeySequence.SequenceFormat.NativeText) for key in self._actions[id].shortcuts()]


def resolved(remapped: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the keys of every action. On a screen a key is one action's: a person's choice first, then the table's.

    So a new version may bring an action whose key a person has already given to another.
    """
    taken: set[tuple[str, str]] = set()
    found: dict[str, list[str]] = {}
    for action in sorted(ACTIONS, key=lambda action: action.id not in remapped):
        names = (QKeySequence(key).toString() for key in remapped.get(action.id, action.keys))
        screens = SCREENS[action.place]
        free = (name for name in dict.fromkeys(names) if name and not taken.intersection((on, name) for on in screens))
        found[action.id] = list(free)
        taken.update((on, name) for on in screens for name in found[action.id])
    return found
