"""One edit, the start of the program, and its memory."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from uuid import uuid4

from annotator.store import Store, edits, queries

Row = tuple[str, float, float]


def measure(project: Path, quick: bool) -> list[Row]:
    """Return figures over a project that the import made."""
    return [*_edit(project, 100 if quick else 400), *_start(project)]


def _edit(project: Path, count: int) -> list[Row]:
    """Measure a durable edit beside a raw commit of the same rows, one after the other."""
    plain = project.with_name("plain.db")
    plain.unlink(missing_ok=True)
    raw = sqlite3.connect(plain, isolation_level=None)
    raw.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t(a, b, c, d)")
    cpu, ours, floor = [], [], []
    with Store.open(project) as store:
        with store.transaction() as connection:
            who = queries.annotator(connection, "Bench")
        for number in range(count):
            started, cpu_started = perf_counter(), process_time()
            with store.transaction() as connection:
                change = edits.Change(str(uuid4()), (number, number + 5), "denial")
                edits.change_annotations(connection, "Tag denial", 1, who, [change])
            cpu.append(process_time() - cpu_started)
            ours.append(perf_counter() - started)
            started = perf_counter()
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("INSERT INTO t VALUES (?, ?, ?, ?)", (number, "x" * 200, 1, 2))
            raw.execute("COMMIT")
            floor.append(perf_counter() - started)
    raw.close()
    return [
        ("one edit, p50 CPU, ms", median(cpu) * 1000, 1.5),
        ("one edit, p95, x a raw commit", quantiles(ours, n=20)[18] / quantiles(floor, n=20)[18], 2.0),
    ]


_PROGRAM = """
import sys, time
from pathlib import Path
from annotator.ui.app import application, make_window
from annotator.ui.settings import Settings
from benchmarks.memory import peak_megabytes
window = make_window(Settings(Path(sys.argv[2])))
window.show()
application().processEvents()
painted = time.process_time()
assert "sqlmodel" not in sys.modules
window.project.open(Path(sys.argv[1]))
application().processEvents()
print(painted, time.process_time(), peak_megabytes())
"""


_FLOOR = """
import time
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.show()
application.processEvents()
painted = time.process_time()
import sqlmodel
print(painted, time.process_time())
"""


def _start(project: Path) -> list[Row]:
    """Measure a start beside one of Qt and SQLModel alone; the least of five, because CPU time is noisy too."""
    settings = str(project.with_name("settings.ini"))
    painted, usable, memory = _least(_PROGRAM, str(project), settings)
    qt, sqlmodel = _least(_FLOOR)
    return [
        (f"start to the painted window, CPU, s (Qt {qt:.2f})", painted, 0.3),
        (f"start to a usable project, CPU, s (floor {sqlmodel:.2f})", usable, 0.9),
        ("RSS with the project open, MB", memory, 180),
    ]


def _least(program: str, *arguments: str) -> list[float]:
    """Run a program in a fresh process, and return the least of each figure that it prints."""
    command = [sys.executable, "-c", program, *arguments]
    said = [subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(5)]
    return [min(figures) for figures in zip(*(map(float, run.split()) for run in said), strict=True)]
