"""The real window over a real project: from the key to the painted edit, lists, and the longest stall beside work."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time

import msgspec
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator import exporters, importers
from annotator.records import AnnotatorRecord, LayerRecord, SpanRecord
from annotator.rows import Filter
from annotator.store import Store
from annotator.ui.app import make_window
from annotator.ui.main_window import MainWindow
from annotator.ui.settings import Settings
from benchmarks.view import articles, scattered, until_idle

Row = tuple[str, float, float]
BEAT = 5  # milliseconds between the events whose delay is a stall


def measure(folder: Path, source: Path, quick: bool) -> list[Row]:
    """Return milliseconds: from the key to the painted edit with its commit, and the longest stalls."""
    rows: list[Row] = []
    for number, (name, text, count, _) in enumerate(articles()):
        project = folder / f"keys-{number}.annotator"
        _make(project, text, count)
        with _window(folder) as window:
            window.project.open(project)
            window.annotate_as("Ana")
            stall = _longest_stall(until_idle)
            wall, cpu, commits = _press(window, len(text), 40 if quick else 200)
        rows.append((f"stall after opening, {name}, ms", stall, 60.0))
        rows.append((f"key to painted, {name}, p95, ms", _p95(wall), 10.0))
        rows.append((f"  its CPU; a raw commit took {_p95(commits):.1f} ms", _p95(cpu), 10.0))
    with _window(folder) as window:
        window.project.open(folder / "bulk.annotator")
        rows += _lists(window)
    with _window(folder) as window:
        window.project.create(folder / "stalls.annotator")
        rows.append(("stall while importing, ms", _longest_stall(lambda: _import(window, source)), 60.0))
        rows.append(("stall while exporting, ms", _longest_stall(lambda: _export(window, folder / "out.jsonl")), 60.0))
    return rows


def _lists(window: MainWindow) -> list[Row]:
    """Measure the list, and a search whose words every document has, so that no search has more hits."""
    rows: list[Row] = []
    gates = (("first rows of the list", "", 300.0), ("first hits of a search", "declined harbour", 60.0))
    for name, words, gate in gates:
        began = perf_counter()
        window.documents.set_filter(Filter(words))
        QApplication.processEvents()
        rows.append((f"{name}, painted, ms", 1_000 * (perf_counter() - began), gate))
        began = perf_counter()
        window.documents.model.complete()
        QApplication.processEvents()
        rows.append(
            (f"  the rest, {window.documents.model.rowCount():,} in all, ms", 1_000 * (perf_counter() - began), 300.0)
        )
    return rows


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _make(project: Path, text: str, count: int) -> None:
    """Make a project of one article, with spans all over it."""
    spans = [
        SpanRecord(
            id=mark.uid, start=mark.start, end=mark.end, label=mark.label or "", text=text[mark.start : mark.end]
        )
        for mark in scattered(len(text), count)
    ]
    layer = LayerRecord(
        schema_name="source-annotator/1", document="a", text=text, annotator=AnnotatorRecord(id="ana", name="Ana"),
        status="started", spans=spans,
    )  # fmt: skip
    lines = project.with_suffix(".jsonl")
    lines.write_bytes(msgspec.json.encode(layer))
    with Store.create(project) as store:
        importers.import_files(store, importers.find([lines]))


@contextmanager
def _window(folder: Path) -> Iterator[MainWindow]:
    window = make_window(Settings(folder / "window.ini"))
    window.show()
    QApplication.processEvents()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        QApplication.processEvents()


def _import(window: MainWindow, source: Path) -> None:
    _run(lambda done: window.project.import_files(importers.find([source]), done, done, importers.DEFAULT))


def _export(window: MainWindow, target: Path) -> None:
    _run(lambda done: window.project.export(target, done, done, exporters.DEFAULT))


def _run(start: Callable[[Callable[[object], None]], None]) -> None:
    """Start a job, and handle events until it is done and shown."""
    loop = QEventLoop()
    ended: list[object] = []

    def done(result: object) -> None:
        ended.append(result)
        QTimer.singleShot(100, loop.quit)

    start(done)
    loop.exec()
    if isinstance(ended[0], BaseException):
        raise ended[0]


def _longest_stall(action: Callable[[], None]) -> float:
    """Return the longest time that an event had to wait while something was done."""
    handled: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: handled.append(perf_counter()))
    timer.start(BEAT)
    handled.append(perf_counter())
    action()
    handled.append(perf_counter())
    timer.stop()
    return max(1_000 * (after - before) for before, after in pairwise(handled)) - BEAT


class _Paints(QObject):
    """Counts the paint events of what it filters."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


def _press(window: MainWindow, length: int, count: int) -> tuple[list[float], list[float], list[float]]:
    """Press D on selections all over the article; return wall, CPU and, in between, a raw commit, in ms."""
    view, paints = window.article.view, _Paints()
    view.viewport().installEventFilter(paints)
    wall, cpu, commits = [], [], []
    with _raw_commits(window.project.path.with_suffix(".raw")) as commit:
        for number in range(count):
            start = (length - 400) * number // count + 100
            view.select(start, start + 60 + number % 7)
            until_idle(0.02)
            before, painted = window.annotations.model().rowCount(), paints.count
            began, cpu_began = perf_counter(), process_time()
            QTest.keyClick(view, Qt.Key.Key_D)
            QApplication.processEvents()
            cpu.append(1_000 * (process_time() - cpu_began))
            wall.append(1_000 * (perf_counter() - began))
            if window.annotations.model().rowCount() != before + 1 or paints.count == painted:
                raise RuntimeError("The edit was not made or not painted.")
            began = perf_counter()
            commit(number)
            commits.append(1_000 * (perf_counter() - began))
    return wall, cpu, commits


@contextmanager
def _raw_commits(path: Path) -> Iterator[Callable[[int], None]]:
    path.unlink(missing_ok=True)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t(a, b, c, d)")

    def commit(number: int) -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO t VALUES (?, ?, ?, ?)", (number, "x" * 200, 1, 2))
        raw.execute("COMMIT")

    yield commit
    raw.close()
