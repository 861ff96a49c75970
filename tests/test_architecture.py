"""What holds the code together: which way imports run, how long things get, and a fault of Qt that we must not meet."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "annotator").rglob("*.py"))
LONGER = {"MainWindow", "Project", "ReadingView"}  # classes that are to be split
LINES_OF_A_MODULE = 400
LINES_OF_A_CLASS = 250


def test_imports_run_one_way():
    code = "from importlinter.cli import lint_imports_command\nlint_imports_command()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_and_no_class_is_too_long_to_read(path):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= LINES_OF_A_MODULE
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name not in LONGER:
            assert (node.end_lineno or 0) - node.lineno + 1 <= LINES_OF_A_CLASS, node.name


def test_sql_lives_in_the_store():
    verbs = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|PRAGMA \w+)\b", re.DOTALL)
    for path in (ROOT / "annotator").rglob("*.py"):
        if path.parent.name != "store":
            strings = [node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                       if isinstance(node, ast.Constant) and isinstance(node.value, str)]  # fmt: skip
            assert not [string for string in strings if verbs.search(string)], path


def test_widgets_import_the_store_only_when_they_are_used():
    """The window is painted before SQLAlchemy is imported."""
    code = "import sys, annotator.ui.main_window; print(*(name for name in ('sqlalchemy', 'sqlmodel') if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "\n"


NONE_COUNT = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
widget = QWidget()
before = sys.getrefcount(None)
for _ in range(1000):
    widget.update()
print(abs(sys.getrefcount(None) - before))
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12")
def test_qt_does_not_drop_references_to_none():
    """PySide6 6.12 on Python 3.11 drops one a call, and dies after some thousands."""
    done = subprocess.run([sys.executable, "-c", NONE_COUNT], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 50
