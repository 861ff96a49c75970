"""A word that stands everywhere in a project is in no log, no report and on no terminal, whatever goes wrong."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.store import Store
from tests import offline
from tests.builders import bring_lines, by, line, span

ROOT = Path(__file__).parents[1]
CANARY = "".join(reversed("yranac"))  # "canary" as it stands in no line of code that a report shows


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    path = folder / f"{CANARY}.annotator"
    said = span(0, 6, source=CANARY, note=CANARY, identity="named", reason=CANARY)
    with Store.create(path, CANARY) as store:
        bring_lines(
            store,
            tmp_path,
            line(f"{CANARY} said no.", said, annotator=by(CANARY), meta={"title": CANARY, "byline": CANARY}),
        )
    (tmp_path / "in.jsonl").unlink()
    return path


BEGIN = """
import sys
from pathlib import Path
from annotator.ui import errors
from annotator.ui.app import application, make_window
from PySide6.QtWidgets import QMessageBox
shown = []
QMessageBox.exec = lambda box: shown.append(box.text() + box.informativeText() + box.detailedText()) or 0
application()
errors.install()
errors.log_qt()
window = make_window()
window.show()
path = next(Path("work").glob("*.annotator")).resolve()
window.project.open(path)
window.annotate_as(path.stem)
application().processEvents()
text = window.article.text.text
"""
WRONG = {
    "a slot": "from PySide6.QtCore import QTimer\nQTimer.singleShot(0, lambda: {}[text])\napplication().processEvents()",
    "this thread": "try:\n    int(text)\nexcept ValueError as error:\n    sys.excepthook(ValueError, error, error.__traceback__)",
    "another thread": "import threading\nthread = threading.Thread(target=lambda: int(text))\nthread.start()\nthread.join()",
    "a job": ("from PySide6.QtTest import QTest\ndone = []\nwindow.project.jobs.start(lambda job: int(text), print, lambda error: done.append(errors.show(error)))\n"
              "while not done: QTest.qWait(5)"),
    "what cannot raise": "class Gone:\n    def __del__(self): raise ValueError(text)\ngone = Gone()\ndel gone",
    "Qt": "from PySide6.QtCore import qWarning\nqWarning(f'cannot load \"{text}\" of file:/{text} or /tmp/{path.name}')",
    "the database": ("import sqlite3\ntry:\n    with window.project.writing() as connection: connection.exec_driver_sql('SELECT ?', (text, text))\n"
                     "except Exception as error:\n    sys.excepthook(type(error), error, error.__traceback__)"),
}  # fmt: skip


def start(tmp_path, code):
    """Run code in a window of its own, with folders of its own for whatever it keeps."""
    places = {f"XDG_{name}_HOME": str(tmp_path / "kept" / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {
        **os.environ,
        **offline.environment(ROOT),
        **places,
        "HOME": str(tmp_path / "kept"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.run(
        [sys.executable, "-c", BEGIN + code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )


def logs(tmp_path):
    return (tmp_path / "kept/STATE/source-annotator/log").glob("*")


def kept(tmp_path):
    """What is kept outside the project, but for the settings, which are to know names and places."""
    return [each for each in (tmp_path / "kept").rglob("*") if each.is_file() and each.name != "window.ini"]


@pytest.mark.parametrize("where", list(WRONG))
def test_an_error_is_reported_without_a_word_of_the_project(tmp_path, project, where):
    done = start(
        tmp_path, WRONG[where] + "\nprint(*shown)\nprint('went on')\nimport os; sys.stdout.flush(); os._exit(0)"
    )
    assert done.stdout.endswith("went on\n"), done.stderr
    said = {each: each.read_text(encoding="utf-8", errors="replace") for each in kept(tmp_path)}
    assert any("Error" in log or "Qt, default: cannot load “…”" in log for log in said.values())
    assert not [each for each, log in said.items() if CANARY in log]
    assert CANARY not in done.stdout + done.stderr


def test_a_crash_below_python_leaves_where_it_was_and_no_word(tmp_path, project):
    done = start(tmp_path, "import faulthandler\nfaulthandler._sigsegv()")
    assert done.returncode == -signal.SIGSEGV
    (crash,) = [each for each in logs(tmp_path) if each.name == "crash.log"]
    assert "Segmentation fault" in crash.read_text() and "most recent call first" in crash.read_text()
    assert CANARY not in done.stderr and not [each for each in kept(tmp_path) if CANARY.encode() in each.read_bytes()]


def test_the_reports_would_have_the_word_if_they_quoted_the_message(tmp_path, project):
    """The test can fail: Python's own report has it."""
    done = start(tmp_path, "sys.excepthook = sys.__excepthook__\nint(text)")
    assert CANARY in done.stderr


COMMAND = """
import sys
from annotator import __main__, exporters
def fail(*_, **__): raise ValueError("canary said no")
exporters.export = fail
sys.argv = ["annotator", "export", "work/canary.annotator", "out.jsonl"]
__main__.main()
"""


def test_a_fault_in_a_command_ends_it_without_a_word(tmp_path, project):
    done = subprocess.run([sys.executable, "-c", COMMAND], cwd=tmp_path, capture_output=True, text=True, check=False,
                          env={**os.environ, **offline.environment(ROOT)})  # fmt: skip
    assert done.returncode == 1 and done.stdout == ""
    assert "Something went wrong" in done.stderr and "ValueError" in done.stderr and "in fail" in done.stderr
    assert "canary said" not in done.stderr


def test_what_a_person_can_act_on_is_still_said_with_its_file(run, tmp_path):
    (tmp_path / "broken.jsonl").write_text(json.dumps(line("x"))[:-1])
    assert "broken.jsonl, line 1" in run("import", "p.annotator", "broken.jsonl", code=1).stderr
