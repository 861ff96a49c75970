"""Every action of the program: its name, its keys, and where the keys work.

Menus, the command palette, the shortcut sheet and the settings are made from this table, and so
is the test that no two actions share a key.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from string import ascii_uppercase, digits
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from annotator.ui.plain import doubled

if TYPE_CHECKING:
    from annotator.store.queries import LabelRow

Place = Literal["article", "window"]  # where the keys work: single letters only in the article


class Action(NamedTuple):
    """Something a person can do. The first key is the one that is shown."""

    id: str
    title: str
    keys: tuple[str, ...]
    place: Place
    group: str
    label: str | None = None  # that it tags with
    is_new: bool = False  # always a new span


ANNOTATE, SELECT, ADJUST, MOVE, PROJECT, VIEW, HELP = (
    "Annotate", "Select", "Adjust the ends", "Move", "Project", "View", "Help",
)  # fmt: skip

ACTIONS: tuple[Action, ...] = (
    Action("tag-anonymous-source", "Tag anonymous source", ("A", "1"), "article", ANNOTATE, "anonymous-source"),
    Action("tag-on-record", "Tag on record", ("O", "2"), "article", ANNOTATE, "on-record"),
    Action("tag-denial", "Tag denial", ("D", "3"), "article", ANNOTATE, "denial"),
    Action("tag-non-comment", "Tag non-comment", ("N", "4"), "article", ANNOTATE, "non-comment"),
    Action("new-anonymous-source", "Tag a new anonymous source", ("Shift+A",), "article", ANNOTATE, "anonymous-source",
           is_new=True),
    Action("new-on-record", "Tag a new on record", ("Shift+O",), "article", ANNOTATE, "on-record", is_new=True),
    Action("new-denial", "Tag a new denial", ("Shift+D",), "article", ANNOTATE, "denial", is_new=True),
    Action("new-non-comment", "Tag a new non-comment", ("Shift+N",), "article", ANNOTATE, "non-comment", is_new=True),
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
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}
LETTERS, DIGITS = frozenset(ascii_uppercase), frozenset(digits)  # what every keyboard types
FREE_DIGITS = "56789"  # the others are the usual labels'


class Actions(QObject):
    """The actions of one window as Qt knows them: those of the table, and of the labels that a project adds."""

    tag_asked = Signal(str, bool)  # a label, and whether it is to be a new span
    table_changed = Signal()

    def __init__(self, window: QWidget, article: QWidget, remapped: Mapping[str, Sequence[str]]) -> None:
        super().__init__(window)
        self.table = ACTIONS
        self._owners = {"window": window, "article": article}
        self._labels: Sequence[LabelRow] = ()
        self._remapped = remapped
        self._project_is_open = False
        self._actions: dict[str, QAction] = {action.id: self._made(action) for action in ACTIONS}
        self._keys: dict[str, list[str]] = {}
        self._arrange()

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def __iter__(self) -> Iterator[str]:
        return (action.id for action in self.table)

    def remap(self, remapped: Mapping[str, Sequence[str]]) -> None:
        """Give actions other keys than those of the table; an action that is not named gets those again."""
        self._remapped = remapped
        self._arrange()

    def offer(self, labels: "Sequence[LabelRow]") -> None:
        """Have actions that tag with each of the labels of a project."""
        self._labels = labels
        self._arrange()

    def allow(self, *, project_is_open: bool) -> None:
        """Let be done what can be done now: an action without an effect is not offered."""
        self._project_is_open = project_is_open
        for name, made in self._actions.items():
            made.setEnabled(project_is_open or name in WITHOUT_PROJECT)

    def title(self, id: str) -> str:
        """Return what an action is called now."""
        return self._actions[id].text().replace("&&", "&")

    def rename(self, id: str, title: str) -> None:
        """Call an action otherwise for the time being, as undo by what it would take back."""
        self._actions[id].setText(doubled(title))

    def keys(self, id: str) -> list[str]:
        """Return the keys of an action as a person reads them."""
        return [key.toString(QKeySequence.SequenceFormat.NativeText) for key in self._actions[id].shortcuts()]

    def label_keys(self, label: str) -> list[str]:
        """Return the keys that tag with a label, as a person reads them."""
        return next((self.keys(action.id) for action in self.table if action.label == label), [])

    def _arrange(self) -> None:
        """Make the actions that are missing, let go of those whose label is gone, and give all of them their keys."""
        before, self.table = self.table, with_labels(self._labels, self._remapped)
        for gone in self._actions.keys() - {action.id for action in self.table}:
            made = self._actions.pop(gone)
            for owner in self._owners.values():
                owner.removeAction(made)
            made.deleteLater()
            self._keys.pop(gone, None)
        for action in self.table:
            if action.id not in self._actions:
                self._actions[action.id] = self._made(action)
        keys = resolved(self._remapped, self.table)
        for name in [name for name in keys if keys[name] != self._keys.get(name)]:
            self._actions[name].setShortcuts([QKeySequence(key) for key in keys[name]])
        self._keys = keys
        if self.table != before:
            self.table_changed.emit()

    def _made(self, action: Action) -> QAction:
        owner = self._owners[action.place]
        made = QAction(doubled(action.title), owner)
        made.setObjectName(action.id)
        made.setShortcutContext(
            Qt.ShortcutContext.WidgetShortcut if action.place == "article" else Qt.ShortcutContext.WindowShortcut
        )
        made.setEnabled(self._project_is_open or action.id in WITHOUT_PROJECT)
        if action.label:
            made.triggered.connect(partial(self._ask_to_tag, action))
        owner.addAction(made)
        return made

    def _ask_to_tag(self, action: Action, _checked: bool = False) -> None:
        self.tag_asked.emit(action.label, action.is_new)


def with_labels(labels: "Sequence[LabelRow]", remapped: Mapping[str, Sequence[str]]) -> tuple[Action, ...]:
    """Return the table, with actions for the labels that a project adds behind those of the usual four.

    Such a label has its shortcut for a key where no action has that, else a digit, else none.
    """
    usual = [action for action in ACTIONS if action.label]
    taken = {key for keys in resolved(remapped).values() for key in keys}
    tags: list[Action] = []
    news: list[Action] = []
    for label in labels:
        if label.key in {action.label for action in usual}:
            continue
        wanted = ((label.shortcut or "").upper(), *FREE_DIGITS)
        tag = tuple(key for key in wanted if key in LETTERS | DIGITS and key not in taken)[:1]
        new = tuple(f"Shift+{key}" for key in tag if key in LETTERS and f"Shift+{key}" not in taken)
        taken.update(tag, new)
        name = _within_a_sentence(label.title)
        tags.append(Action(f"tag:{label.key}", f"Tag {name}", tag, "article", ANNOTATE, label.key))
        news.append(Action(f"new:{label.key}", f"Tag a new {name}", new, "article", ANNOTATE, label.key, is_new=True))
    return (*usual, *tags, *news, *(action for action in ACTIONS if not action.label))


def _within_a_sentence(title: str) -> str:
    """Return a title with a small initial, but for one such as "R&D"."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def resolved(remapped: Mapping[str, Sequence[str]], actions: Sequence[Action] = ACTIONS) -> dict[str, list[str]]:
    """Return the keys of every action. A key is one action's: a person's choice comes before the table, then its order.

    So a new version may bring an action whose key a person has already given to another.
    """
    taken: set[str] = set()
    found: dict[str, list[str]] = {}
    for action in sorted(actions, key=lambda action: action.id not in remapped):
        names = (QKeySequence(key).toString() for key in remapped.get(action.id, action.keys))
        found[action.id] = [name for name in dict.fromkeys(names) if name and name not in taken]
        taken.update(found[action.id])
    return found
