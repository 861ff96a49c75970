"""What a start loads, seen in a fresh process: each module costs time before anything is seen."""

import os
import struct
import subprocess
import sys

import pytest

from annotator.store import Store

WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from annotator import __main__
from annotator.ui.app import application

def look():
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and (len(sys.argv) == 1 or window.project.is_open):
            formats = {name for name in sys.modules if name == "annotator.formats"}
            print(window.windowTitle(), "|", *{name.partition(".")[0] for name in sys.modules} | formats)
            window.close()

timer = QTimer(application(), interval=10)
timer.timeout.connect(look)
timer.start()
__main__.main()
"""


def start(tmp_path, *arguments):
    """Start the program, look at its window, close it; return the window's title and the packages loaded."""
    places = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "CACHE")}
    done = subprocess.run(
        [sys.executable, "-c", WINDOW, *arguments], capture_output=True, text=True, check=True,
        env={**os.environ, **places, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    title, _, loaded = done.stdout.partition(" | ")
    return title, set(loaded.split())


def test_a_window_without_a_project_is_there_before_store_and_commands_are_loaded(tmp_path):
    title, loaded = start(tmp_path)
    assert title == "Source Annotator"
    assert "PySide6" in loaded
    assert not loaded & {"typer", "rich", "sqlmodel", "sqlalchemy", "pydantic", "numpy", "annotator.formats"}


def test_a_project_named_alone_is_opened_without_the_commands(tmp_path):
    Store.create(tmp_path / "news.annotator", "News").close()
    title, loaded = start(tmp_path, str(tmp_path / "news.annotator"))
    assert title == "News – Source Annotator"
    assert "sqlalchemy" in loaded
    assert not loaded & {"typer", "rich", "numpy"}


@pytest.mark.parametrize("arguments", [["--version"], ["list", "--help"]])
def test_everything_else_is_a_command(arguments):
    done = subprocess.run([sys.executable, "-m", "annotator", *arguments], capture_output=True, text=True, check=True)
    assert done.stdout


def without_display(*arguments, **environment):
    """Run the program where there is no display."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    bare = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-m", "annotator", *map(str, arguments)],
        capture_output=True, text=True, check=False, env={**bare, **environment},
    )  # fmt: skip


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="there is always a display")
@pytest.mark.parametrize("arguments", [[], ["open"], ["open", "--sample"], ["news.annotator"]])
@pytest.mark.parametrize("platform", ["", "xcb", "wayland;xcb"])
def test_without_a_display_one_line_says_what_to_do(arguments, platform):
    done = without_display(*arguments, **({"QT_QPA_PLATFORM": platform} if platform else {}))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "annotator sample FOLDER" in done.stderr


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="there is always a display")
def test_the_sample_is_made_without_a_display(tmp_path):
    done = without_display("sample", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "window.png").stat().st_size > 10_000


def test_the_picture_of_the_sample_is_as_large_the_second_time(run, tmp_path):
    for _ in range(2):
        run("sample", "out")
        with (tmp_path / "out" / "window.png").open("rb") as file:
            assert struct.unpack(">16xII", file.read(24)) == (1280, 800)
