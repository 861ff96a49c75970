"""Make the pictures of README and guide: `./dev pictures` writes docs/images again.

Each is taken in a process of its own, offscreen, on a fresh copy of the sample, so that they change only with the program.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from annotator.ui import sample
from annotator.ui.app import make_window
from annotator.ui.main_window import MainWindow
from annotator.ui.settings import Settings, Theme

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
LEFT_OUT = """{"schema":"source-annotator/1","text":"Officials denied it.","spans":[{"start":0,"end":99,"label":"denial"}]}
{"schema":"source-annotator/1","text":"The mayor declined to comment.","spans":[{"id":"m-1","start":0,"end":9,"label":"rumour"}]}
{"schema":"source-annotator/1","text":"Nobody would say.","spans":[{"start":0,"end":6,"label":"denial","text":"Somebody"},{"start":0,"end":16,"label":"non-comment"}]}
"""


def welcome(window: MainWindow) -> QWidget:
    return window


def annotated(window: MainWindow) -> QWidget:
    """The window with an annotation that was gone to."""
    open_sample(window)
    for _ in range(3):
        QTest.keyClick(window.article.view, Qt.Key.Key_Tab)
    return window


def palette(window: MainWindow) -> QWidget:
    open_sample(window)
    window.actions_["palette"].trigger()
    return opened(window)


def shortcuts(window: MainWindow) -> QWidget:
    open_sample(window)
    window.actions_["shortcuts"].trigger()
    return opened(window)


def import_report(window: MainWindow) -> QWidget:
    open_sample(window)
    file = window.project.path.with_name("from-another-tool.jsonl")
    file.write_text(LEFT_OUT, encoding="utf-8")
    window.files.import_paths([file])
    dialog = opened(window)
    next(each for each in dialog.findChildren(QPushButton) if each.text() == "Import").click()
    while window.project.is_busy:
        QTest.qWait(10)
    return dialog


def open_sample(window: MainWindow) -> None:
    window.project.open(Path("sample.annotator").absolute())
    window.annotate_as("Ana")
    window.article.view.setFocus()


def opened(window: MainWindow) -> QWidget:
    (dialog,) = [each for each in window.findChildren(QDialog) if each.isVisible()]
    return dialog


# What is done first, the theme, and the pixels of the screen for one of ours.
PICTURES: dict[str, tuple[Callable[[MainWindow], QWidget], Theme, int]] = {
    "welcome": (welcome, "light", 1),
    "window": (annotated, "light", 1),
    "window-dark": (annotated, "dark", 1),
    "window-200": (annotated, "light", 2),
    "palette": (palette, "light", 1),
    "shortcuts": (shortcuts, "light", 1),
    "import-report": (import_report, "light", 1),
}


def take(name: str) -> None:
    """Take one picture, in this process, whose folder is a scratch one."""
    act, theme, scale = PICTURES[name]
    sample.make(Path("sample.annotator"))
    settings = Settings(Path("settings.ini").absolute())
    settings.theme = theme
    window = make_window(settings)
    window.resize(*((1280, 800) if scale == 1 else (1024, 680)))
    window.show()
    QTest.qWaitForWindowExposed(window)
    shown = act(window)
    QTest.qWait(50)  # layouts, and what they bring
    shown.grab().save(str(IMAGES / f"{name}.png"))
    window.project.jobs.close()
    window.project.close()


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    if len(sys.argv) > 1:
        take(sys.argv[1])
        return
    for name, (_, _, scale) in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            places = {f"XDG_{kind}_HOME": f"{folder}/{kind.lower()}" for kind in ("CONFIG", "DATA", "CACHE")}
            environment = {
                **os.environ,
                **places,
                "PYTHONPATH": str(ROOT),
                "QT_QPA_PLATFORM": "offscreen",
                "QT_SCALE_FACTOR": str(scale),
            }
            subprocess.run([sys.executable, "-m", "tests.pictures", name], check=True, env=environment, cwd=folder)


if __name__ == "__main__":
    main()
