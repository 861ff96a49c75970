"""What a person is told about the file of the open project, and offered to do about it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from annotator.ui.care.banner import Banner, Notice, Weight
from annotator.ui.care.watch import Watch
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.ui.care.watch import Location

Verbs = dict[str, Callable[[], object]]
MEGABYTE = 1_000_000


class Care(QObject):
    """Turns what the watch sees into notices in the banner, and a word in the status bar."""

    def __init__(self, project: Project, theme: Theme, settings: Settings, verbs: Verbs, window: QMainWindow) -> None:
        super().__init__(window)
        self._project = project
        self._settings = settings
        self._verbs = verbs
        self.watch = Watch(project, self)
        self.banner = Banner(theme, window)
        self._space = plain_label("", window)
        self._space.setContentsMargins(8, 0, 8, 0)
        self._space.hide()
        window.statusBar().insertPermanentWidget(0, self._space)
        project.closed.connect(self.banner.clear)
        project.closed.connect(self._space.hide)
        self.banner.dismissed.connect(self._dismissed)
        self.watch.damaged.connect(self._say_damaged)
        self.watch.missing.connect(self._say_missing)
        self.watch.shared.connect(self._say_shared)
        self.watch.displaced.connect(self._say_displaced)
        self.watch.space_changed.connect(self._show_space)

    def _say_damaged(self, found: str) -> None:
        text = self.tr(
            "This project file is damaged ({found}). Some of it may be missing or wrong. "
            "See what is affected before you go on."
        )
        choices = self._choices(("check", self.tr("Check project")), _restore(self), _copy(self))
        self.banner.add(Notice("damaged", Weight.DAMAGE, text.format(found=found), choices))

    def _say_missing(self, what: str) -> None:
        text = self.tr("{what} Restore a backup, look for the log, or go on from what is here.")
        go_on = (self.tr("Go on from here"), self._go_on)
        choices = (*self._choices(_restore(self)), go_on)
        self.banner.add(Notice("missing", Weight.LOSS, text.format(what=what), choices))

    def _go_on(self) -> None:
        self.watch.go_on()
        self.banner.withdraw("missing")

    def _say_shared(self, where: "Location") -> None:
        if self._settings.was_explained(self._project.path):
            return
        if where.kind == "network":
            text = self.tr(
                "This project lies on a network drive ({name}), where two computers can damage a file that both "
                "write to. Keep it in a folder of this computer, and exchange packets with others."
            )
        else:
            text = self.tr(
                "This project lies in a folder that {name} synchronises. It may be copied half written, and an older "
                "copy may replace newer work. Keep it in a folder of this computer, and exchange packets with others."
            )
        self.banner.add(Notice("shared", Weight.ADVICE, text.format(name=where.name), self._choices(_copy(self))))

    def _say_displaced(self, is_displaced: bool) -> None:
        if not is_displaced:
            self.banner.withdraw("displaced")
            return
        text = self.tr(
            "{name} was moved, renamed, replaced or removed while it was open, so new edits cannot be saved. "
            "Put it back, or save a copy: the copy holds all that was saved before."
        )
        text = text.format(name=self._project.path.name)
        self.banner.add(Notice("displaced", Weight.UNSAVED, text, self._choices(_copy(self))))

    def _show_space(self, free: int | None) -> None:
        self._space.setVisible(free is not None)
        if free is not None:
            text = self.tr("Only {megabytes} MB left on the disk").format(megabytes=free // MEGABYTE)
            self._space.setText(text)

    def _dismissed(self, key: str) -> None:
        if key == "shared":
            self._settings.set_explained(self._project.path)

    def _choices(self, *wanted: tuple[str, str]) -> tuple[tuple[str, Callable[[], object]], ...]:
        """Return titles and verbs of those actions that there are."""
        return tuple((title, self._verbs[name]) for name, title in wanted if name in self._verbs)


def _restore(care: Care) -> tuple[str, str]:
    return "restore", care.tr("Restore a backup…")


def _copy(care: Care) -> tuple[str, str]:
    return "save-copy", care.tr("Save a copy…")
