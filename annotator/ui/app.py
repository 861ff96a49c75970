"""The composition root: the application, its settings, theme, hub and window are made here and nowhere else."""

import gc
import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from annotator.assets import FOLDER
from annotator.records import UserError
from annotator.ui import errors, sample
from annotator.ui.backups.keeping import Keeping
from annotator.ui.main_window import MainWindow
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.theme import Theme

NO_DISPLAY = (
    "There is no display, so no window can be opened. Start this on a desktop, or have a sample project, its export "
    "and a picture of the window made without one: ./dev run, or annotator sample FOLDER."
)
PICTURE = (1280, 800)  # pixels


def application() -> QApplication:
    """Return the one QApplication."""
    found = QApplication.instance()
    made = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("Source Annotator")
    made.setWindowIcon(QIcon(str(FOLDER / "icons" / "app.svg")))
    return made


def make_window(settings: Settings | None = None) -> MainWindow:
    """Build the window and what it stands on; the window holds all of it."""
    app = application()
    settings = settings or Settings()
    theme, project = Theme(app, settings), Project(app)
    # What is loaded by then stays: the garbage collector would walk it, for 50 ms, again and again.
    project.opened.connect(gc.freeze, Qt.ConnectionType.SingleShotConnection)
    return MainWindow(project, theme, settings)


def lacks_display() -> bool:
    """Whether a window cannot be opened: Qt would abort without a word that helps."""
    if sys.platform in {"darwin", "win32"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return False
    platforms = os.environ.get("QT_QPA_PLATFORM", "").split(";")  # others draw into memory or onto the bare screen
    return all(each.partition(":")[0] in {"", "xcb", "wayland", "wayland-egl"} for each in platforms)


def run(path: Path | None, *, annotator: str | None = None, sample: bool = False) -> int:
    """Open the window, then the project once it is painted, and return the exit code."""
    if lacks_display():
        print(NO_DISPLAY, file=sys.stderr)  # noqa: T201  # nothing that prints is loaded for a window
        return 1
    app = application()
    errors.install()
    errors.log_qt()
    window = make_window()
    backups = Keeping(window.project)
    window.show()
    QTimer.singleShot(0, lambda: _open(window, path, annotator, wants_sample=sample))
    code = app.exec()
    backups.finish()
    return code


def _open(window: MainWindow, path: Path | None, annotator: str | None, *, wants_sample: bool) -> None:
    if annotator:  # also where no project is named: it is for the one that is opened next
        window.project.opened.connect(lambda: window.annotate_as(annotator), Qt.ConnectionType.SingleShotConnection)
    try:
        if wants_sample:
            window.files.open_sample()
        elif path:
            window.files.open_path(path)
    except UserError as error:
        errors.show(error, window)


def make_sample(folder: Path) -> list[Path]:
    """Make the sample project, its export and a picture of the window in a folder, and return their paths.

    Raises:
        UserError: the folder cannot be written.

    """
    from annotator import exporters, writing
    from annotator.store import Store

    if lacks_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    project, lines, picture = folder / "sample.annotator", folder / "sample.jsonl", folder / "window.png"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in folder.glob("sample.annotator*"):
            old.unlink()
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.") from error
    sample.make(project)
    with Store.open_to_read(project) as store:
        exporters.export(store, lines)
    window = make_window(Settings(folder / "settings.ini"))
    window.show()
    _open(window, project, "Ana", wants_sample=False)
    window.resize(*PICTURE)  # the screen may be smaller, and the last window was fitted to it
    QApplication.processEvents()
    with writing.file_in_place(picture) as file:
        window.grab().save(str(file), "PNG")
    window.close()
    return [project, lines, picture]
