"""Every action of the program: its name, its keys, and where the keys work.

Menus, the command palette, the shortcut sheet and the settings are made from this table, and so
is the test that no two actions share a key.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from string import ascii_uppercase, digits
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from annotator.ui.plain import doubled

if TYPE_CHECKING:
    from annotator.rows import LabelRow

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
    label: str | None = None  # that it tags with
    is_new: bool = False  # always a new span


ANNOTATE, SELECT, ADJUST, MOVE, REVIEW, PROJECT, VIEW, HELP = (
    "Annotate", "Select", "Adjust the ends", "Move", "Review", "Project", "View", "Help",
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
    Action("conflicts", "Conflicts…", (), "window", REVIEW),
    Action("agreement", "Review agreement, or go back to the article", ("Ctrl+Shift+R",), "window", REVIEW),
    Action("undo", "Undo", ("Ctrl+Z",), "window", PROJECT),
    Action("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "window", PROJECT),
    Action("new-project", "New project…", ("Ctrl+N",), "window", PROJECT),
    Action("new-encrypted", "New encrypted project…", (), "window", PROJECT),
    Action("open-project", "Open project…", ("Ctrl+O",), "window", PROJECT),
    Action("import", "Import…", ("Ctrl+I",), "window", PROJECT),
    Action("import-folder", "Import folder…", ("Ctrl+Shift+I",), "window", PROJECT),
    Action("assign", "Assign articles…", (), "window", PROJECT),
    Action("give-back", "Give back…", (), "window", PROJECT),
    Action("merge", "Merge packets…", (), "window", PROJECT),
    Action("export", "Export…", ("Ctrl+E",), "window", PROJECT),
    Action("report", "Report on agreement…", (), "window", PROJECT),
    Action("save-copy", "Save a copy…", (), "window", PROJECT),
    Action("save-encrypted-copy", "Save an encrypted copy…", (), "window", PROJECT),
    Action("restore", "Restore from backup…", (), "window", PROJECT),
    Action("article-details", "Article details…", ("F2",), "window", PROJECT),
    Action("delete-article", "Delete article", (), "window", PROJECT),
    Action("trash", "Trash…", (), "window", PROJECT),
    Action("replace-article", "Replace by a corrected version…", (), "window", PROJECT),
    Action("to-settle", "To settle after a correction…", ("Ctrl+T",), "window", PROJECT),
    Action("annotate-as", "Change who is annotating…", (), "window", PROJECT),
    Action("settings", "Settings…", ("Ctrl+,",), "window", PROJECT),
    Action("check", "Check project", (), "window", PROJECT),
    Action("private", "Private project: keep no trace of it here", (), "window", PROJECT),
    Action("clear-recent", "Clear the recent projects", (), "window", PROJECT),
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
        "new-project", "new-encrypted", "open-project", "restore", "clear-recent", "settings", "quit",
        "zoom-in", "zoom-out", "zoom-reset", "theme", "palette", "shortcuts",
    }
)  # fmt: skip
ANNOTATING = frozenset(
    {"finish", "find", "search", "article-details", "delete-article", "replace-article", "to-settle"}
)  # of the window, without a use in the review
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
        self._window = window
        self._texts: dict[str, QWidget] = {}  # by screen
        self._labels: Sequence[LabelRow] = ()
        self._remapped = remapped
        self._project_is_open = False
        self._actions: dict[str, QAction] = {action.id: self._made(action) for action in ACTIONS}
        self._keys: dict[str, list[str]] = {}
        self._arrange()
        self.give(article, "article")

    def give(self, text: QWidget, screen: str) -> None:
        """Let the keys of a screen work in its text."""
        self._texts[screen] = text
        mine = (action for action in self.table if action.place != "window" and screen in SCREENS[action.place])
        text.addActions([self._actions[action.id] for action in mine])

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

    def allow(self, *, project_is_open: bool, screen: str = "article") -> None:
        """Let be done what can be done now: an action without an effect is not offered."""
        self._project_is_open = project_is_open
        for action in self.table:
            is_of_it = screen in SCREENS[action.place] and (screen == "article" or action.id not in ANNOTATING)
            self._actions[action.id].setEnabled(is_of_it and (project_is_open or action.id in WITHOUT_PROJECT))

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
            for owner in (self._window, *self._texts.values()):
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
        made = QAction(doubled(action.title), self._window)
        made.setObjectName(action.id)
        made.setShortcutVisibleInContextMenu(True)
        context = Qt.ShortcutContext
        made.setShortcutContext(context.WindowShortcut if action.place == "window" else context.WidgetShortcut)
        made.setEnabled(self._project_is_open or action.id in WITHOUT_PROJECT)
        if action.label:
            made.triggered.connect(partial(self._ask_to_tag, action))
        if action.place == "window":
            self._window.addAction(made)
        for screen in SCREENS[action.place] if action.place != "window" else ():
            if screen in self._texts:
                self._texts[screen].addAction(made)
        return made

    def _ask_to_tag(self, action: Action, _checked: bool = False) -> None:
        self.tag_asked.emit(action.label, action.is_new)


def with_labels(labels: "Sequence[LabelRow]", remapped: Mapping[str, Sequence[str]]) -> tuple[Action, ...]:
    """Return the table, with actions for the labels that a project adds behind those of the usual four.

    Such a label has its shortcut for a key where no action of the article has that, else a digit, else none.
    """
    usual = [action for action in ACTIONS if action.label]
    keys = resolved(remapped)
    taken = {key for action in ACTIONS if "article" in SCREENS[action.place] for key in keys[action.id]}
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


def mnemonics(titles: Iterable[str]) -> list[str]:
    """Mark in each title the letter that opens its menu with Alt: the first that no title before it took."""
    taken: set[str] = set()
    marked: list[str] = []
    for title in titles:
        free = next((at for at, letter in enumerate(title) if letter.isalpha() and letter.lower() not in taken), None)
        if free is not None:
            taken.add(title[free].lower())
        marked.append(title if free is None else f"{title[:free]}&{title[free:]}")
    return marked


def resolved(remapped: Mapping[str, Sequence[str]], actions: Sequence[Action] = ACTIONS) -> dict[str, list[str]]:
    """Return the keys of every action. On a screen a key is one action's: a person's choice first, then the table's.

    So a new version may bring an action whose key a person has already given to another.
    """
    taken: set[tuple[str, str]] = set()
    found: dict[str, list[str]] = {}
    for action in sorted(actions, key=lambda action: action.id not in remapped):
        names = (QKeySequence(key).toString() for key in remapped.get(action.id, action.keys))
        screens = SCREENS[action.place]
        free = (name for name in dict.fromkeys(names) if name and not taken.intersection((on, name) for on in screens))
        found[action.id] = list(free)
        taken.update((on, name) for on in screens for name in found[action.id])
    return found
