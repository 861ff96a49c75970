"""What the program remembers between runs. Every key is named here and nowhere else."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import msgspec
from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from annotator import reading_places
from annotator.reading_places import settings_key as _key

T = TypeVar("T")
Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = ("system", "light", "dark")
RECENT = 10
_OF_PROJECTS = ("places", "reviews", "explained")  # groups with a key a project
PANES = (260, 380)  # pixels, on the left and right of the article
DEFAULT_TEXT_SIZE, SMALLEST_TEXT, LARGEST_TEXT = 15.0, 8, 40  # points


class Draft(msgspec.Struct):
    """What is typed for an annotation and not saved yet: a field and its saved text, or None where nothing is typed."""

    uid: str
    note: tuple[str, str] | None = None  # as typed, and as it was saved when the typing began
    source: tuple[str, str] | None = None


class ReadingPlace(msgspec.Struct):
    """Where a person was in a project: the article, caret, scroll, filter, and what was half typed."""

    document_id: int | None = None
    caret: int = 0
    top: int = 0  # code point at the top of the view
    words: str = ""
    status: str | None = None
    label: str | None = None
    unsure: bool = False
    draft: Draft | None = None


class ReviewPlace(msgspec.Struct):
    """Where a person was in the review of disagreements: the place, the filter, and what was deferred."""

    document_id: int | None = None
    start: int = 0
    label: str | None = None
    kind: str | None = None
    pair: tuple[str, str] | None = None
    round: str | None = None
    deferred: list[tuple[int, int, int]] = []


class Settings(QObject):
    """Typed settings over an INI file."""

    changed = Signal()

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if file:
            self._store = QSettings(str(file), QSettings.Format.IniFormat, self)
        else:
            scope = QSettings.Scope.UserScope
            self._store = QSettings(QSettings.Format.IniFormat, scope, "source-annotator", "window", self)
            _keep_private(Path(self._store.fileName()).parent, is_folder=True)
        _keep_private(Path(self._store.fileName()))
        self._unkept: dict[Path, dict[str, str]] = {}  # of private projects, what others have in the file

    @property
    def annotator(self) -> str:
        """The name that was given last."""
        return str(self._store.value("annotator", "", type=str))

    @annotator.setter
    def annotator(self, name: str) -> None:
        self._set("annotator", name)

    @property
    def theme(self) -> Theme:
        found = str(self._store.value("theme", "system", type=str))
        return next((theme for theme in THEMES if theme == found), "system")

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._set("theme", theme)

    def next_theme(self) -> None:
        """Go on to the next theme: as the system, light, dark."""
        self.theme = THEMES[(THEMES.index(self.theme) + 1) % len(THEMES)]

    @property
    def text_size(self) -> float:
        """The size of the article's text, in points."""
        return cast("float", self._store.value("text_size", DEFAULT_TEXT_SIZE, type=float))

    @text_size.setter
    def text_size(self, points: float) -> None:
        self._set("text_size", min(LARGEST_TEXT, max(SMALLEST_TEXT, points)))

    @property
    def trims(self) -> bool:
        """Whether tagging leaves out white space at the edges and a final stop."""
        return bool(self._store.value("trims", True, type=bool))

    @trims.setter
    def trims(self, trims: bool) -> None:
        self._set("trims", trims)

    @property
    def shows_layers(self) -> bool:
        """Whether other annotators' layers are shown."""
        return bool(self._store.value("shows_layers", False, type=bool))

    @shows_layers.setter
    def shows_layers(self, shows: bool) -> None:
        self._set("shows_layers", shows)

    @property
    def remapped_keys(self) -> dict[str, list[str]]:
        """The keys of the actions that a person gave others."""
        return self._json("keys", dict[str, list[str]], {})

    @remapped_keys.setter
    def remapped_keys(self, keys: dict[str, list[str]]) -> None:
        self._set("keys", msgspec.json.encode(keys).decode())

    @property
    def folder(self) -> str:
        """The folder that a file was chosen in last."""
        return str(self._store.value("folder", "", type=str))

    @folder.setter
    def folder(self, folder: str) -> None:
        self._store.setValue("folder", folder)

    @property
    def recent(self) -> list[Path]:
        """The projects that were open last, the latest first; one that is gone is forgotten with the next."""
        named = map(Path, self._json("recent", list[str], []))
        return [path for path in named if path.is_absolute() and path.exists()]

    def add_recent(self, path: Path) -> None:
        if self.keeps_nothing_of(path):
            return
        paths = [str(path), *(str(other) for other in self.recent if other != path)]
        self._set("recent", msgspec.json.encode(paths[:RECENT]).decode())

    def place(self, project: Path) -> ReadingPlace:
        """Return where a person was in a project."""
        return self._of_project("places", project, ReadingPlace, ReadingPlace())

    def set_place(self, project: Path, place: ReadingPlace) -> None:
        self._set_of_project("places", project, place)

    def review_place(self, project: Path) -> ReviewPlace:
        """Return where a person was in the review of a project's disagreements."""
        return self._of_project("reviews", project, ReviewPlace, ReviewPlace())

    def set_review_place(self, project: Path, place: ReviewPlace) -> None:
        self._set_of_project("reviews", project, place)

    # Private projects

    @property
    def private(self) -> list[str]:
        """The ids of the projects that a person called private."""
        return self._json("private", list[str], [])

    def set_private(self, uid: str, *, is_private: bool) -> None:
        others = [other for other in self.private if other != uid]
        self._set("private", msgspec.json.encode([*others, uid] if is_private else others).decode())

    def keeps_nothing_of(self, project: Path) -> bool:
        """Whether nothing of a project goes into the file; while the program runs it is known all the same."""
        return project in self._unkept

    def keep_nothing_of(self, project: Path) -> None:
        """Take what the file says of a project out of it, and put nothing more in."""
        said = {group: str(self._store.value(f"{group}/{_key(project)}", "", type=str)) for group in _OF_PROJECTS}
        self._unkept.setdefault(project, said)
        self._forget(project)
        self._set_recent([path for path in self.recent if path != project])

    def keep_again(self, project: Path) -> None:
        """Put into the file what is known of a project, which is among the recent ones again."""
        for group, said in self._unkept.pop(project, {}).items():
            self._store.setValue(f"{group}/{_key(project)}", said)
        self.add_recent(project)

    def clear_recent(self, open_now: Path | None = None) -> None:
        """Forget every project that was open, but for the place in the one that is open now."""
        for group in _OF_PROJECTS:
            self._store.beginGroup(group)
            gone = [key for key in self._store.childKeys() if open_now is None or key != _key(open_now)]
            for key in gone:
                self._store.remove(key)
            self._store.endGroup()
        self._store.remove("folder")
        self._set_recent([])

    def _set_recent(self, paths: list[Path]) -> None:
        self._set("recent", msgspec.json.encode(list(map(str, paths))).decode())
        self._store.sync()

    def was_explained(self, project: Path) -> bool:
        """Whether somebody put away what was said about the folder of a project."""
        return self._of_project("explained", project, bool, default=False)

    def set_explained(self, project: Path) -> None:
        self._set_of_project("explained", project, said=True)

    def _forget(self, project: Path) -> None:
        for group in _OF_PROJECTS:
            self._store.remove(f"{group}/{_key(project)}")
        if self.folder == str(project.parent):
            self._store.remove("folder")

    def _of_project(self, group: str, project: Path, kind: type[T], default: T) -> T:
        if project in self._unkept:
            return _decoded(self._unkept[project].get(group, ""), kind, default)
        return self._json(f"{group}/{_key(project)}", kind, default)

    def _set_of_project(self, group: str, project: Path, said: object) -> None:
        encoded = msgspec.json.encode(said).decode()
        if project in self._unkept:
            self._unkept[project][group] = encoded
            return
        self._store.setValue(f"{group}/{_key(project)}", encoded)
        self._store.sync()  # at once: a crash may come before Qt gets to it

    def forget_documents(self, project: Path, ids: Collection[int]) -> None:
        """Forget where a person was in documents that were removed for good, and what was half typed there."""
        for group in reading_places.GROUPS:
            said = self._of_project(group, project, dict[str, Any], {})
            left = reading_places.without(said, ids)
            if left != said:
                self._set_of_project(group, project, left)

    @property
    def geometry(self) -> QByteArray:
        return cast("QByteArray", self._store.value("geometry", QByteArray(), type=QByteArray))

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("geometry", geometry)

    @property
    def panes(self) -> tuple[int, int]:
        """The widths of the panes on the left and right, in pixels; 0 is shut."""
        return self._json("pane_widths", tuple[int, int], PANES)

    @panes.setter
    def panes(self, widths: tuple[int, int]) -> None:
        self._store.setValue("pane_widths", msgspec.json.encode(widths).decode())

    def _set(self, key: str, value: object) -> None:
        self._store.setValue(key, value)
        self.changed.emit()

    def _json(self, key: str, kind: type[T], default: T) -> T:
        return _decoded(str(self._store.value(key, "", type=str)), kind, default)


def _decoded(said: str, kind: type[T], default: T) -> T:
    try:
        return msgspec.json.decode(said, type=kind)
    except msgspec.DecodeError:
        return default


def _keep_private(place: Path, *, is_folder: bool = False) -> None:
    """Make a file or folder nobody else's to read, which Qt then keeps: settings hold names and half-typed notes."""
    with suppress(OSError):  # settings that cannot be written are not remembered, no more
        if is_folder:
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.touch(0o600)
        place.chmod(0o700 if is_folder else 0o600)
