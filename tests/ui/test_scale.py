"""The window on a screen with two pixels for one of ours: nothing is cut off, nothing is blurred."""

import os
import subprocess
import sys

import pytest

LOOK = """
import sys
from pathlib import Path
from PySide6.QtCore import QPoint, QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import *
from annotator.ui import sample
from annotator.ui.app import make_window
from annotator.ui.settings import Settings

sample.make(Path("sample.annotator"))
window = make_window(Settings(Path("settings.ini").absolute()))
window.resize(int(sys.argv[1]), int(sys.argv[2]))
window.show()
QTest.qWaitForWindowExposed(window)
if "project" in sys.argv:
    window.project.open(Path("sample.annotator").absolute())
    window.annotate_as("Ana")
    window.tagging.step(1)
    window.article.find_bar.open_bar(window.article.text.text, "")
    if window.width() >= 1280:  # narrower, the buttons of the question may be cut off and have tool tips
        window.tagging.toggle_unsure()
QTest.qWait(50)
print("scale", window.grab().devicePixelRatio(), window.grab().width() / window.width())
kinds = (QLabel, QPushButton, QToolButton, QCheckBox, QComboBox, QLineEdit, QTabBar)
seen = 0
for widget in window.findChildren(QWidget):
    if not isinstance(widget, kinds) or not widget.isVisible() or isinstance(widget.parent(), (QComboBox, QLineEdit)):
        continue
    seen += 1
    name = f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()!r}"
    ancestor = widget
    while (ancestor := ancestor.parentWidget()) is not None:
        place = QRect(widget.mapTo(ancestor, QPoint(0, 0)), widget.size())
        if not ancestor.rect().contains(place) and not isinstance(ancestor.parent(), QScrollArea):
            print(f"{name} leaves {type(ancestor).__name__}: {place} {ancestor.rect()}")
            break
        if ancestor is window:
            break
    least = widget.minimumSizeHint() if isinstance(widget, (QComboBox, QLineEdit, QTabBar)) else widget.sizeHint()
    if widget.minimumWidth():  # it may be narrower on purpose, with its entry cut
        least.setWidth(min(least.width(), widget.minimumWidth()))
    wraps = isinstance(widget, QLabel) and widget.wordWrap()
    if not wraps and (widget.width() < least.width() or widget.height() < least.height()):
        print(f"{name} has {widget.size()} and needs {least}")
print("seen", seen)
"""


@pytest.mark.parametrize("size", [(1280, 800), (1024, 680)])
@pytest.mark.parametrize("shown", ["project", "welcome"])
def test_nothing_is_cut_off_at_200_per_cent(tmp_path, size, shown):
    places = {f"XDG_{kind}_HOME": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE")}
    done = subprocess.run(
        [sys.executable, "-c", LOOK, *map(str, size), shown], capture_output=True, text=True, cwd=tmp_path, check=False,
        env={**os.environ, **places, "QT_SCALE_FACTOR": "2"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    scale, *wrong, seen = done.stdout.splitlines()
    assert scale == "scale 2.0 2.0"
    assert wrong == []
    assert int(seen.split()[1]) >= (20 if shown == "project" else 4)
