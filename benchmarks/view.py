"""The reading view: how soon an article is on screen, and a new mark in it."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import quantiles

from PySide6.QtGui import QColor, QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from annotator.assets import FOLDER
from annotator.text import DocumentText
from annotator.ui.marks import Mark
from annotator.ui.overlay import LabelStyle
from annotator.ui.text_view import ArticleView

Figure = tuple[str, float, float]  # name, milliseconds, gate in milliseconds

_LABELS = ("anonymous-source", "on-record", "denial", "non-comment")
_PATTERNS = ("solid", "dash", "double", "dot")
_SENTENCE = "The minister declined to comment on Tuesday, said two officials who asked not to be named. "


def measure(quick: bool) -> list[Figure]:
    """Return (name, figure, gate): the median of opening, the 95th percentile of a new mark."""
    rounds = 5 if quick else 15
    figures: list[Figure] = []
    for name, text, count, gate in articles():
        marks = scattered(len(text), count)
        with _view() as view:
            opened = [_time(lambda: _open(view, text, marks)) for _ in range(rounds)]  # noqa: B023
            until_idle()
            added = _add_marks(view, 4 * rounds)
        figures.append((f"view: open {name}", sorted(opened)[len(opened) // 2], gate))
        figures.append((f"view: new mark, {name}, p95", quantiles(added, n=20)[-1], 10.0))
    return figures


def articles() -> Iterator[tuple[str, str, int, float]]:
    """Yield the name, the text, how many marks, and the gate for opening."""
    paragraph = _SENTENCE * 6
    yield "20 kB, 100 marks", _repeat(paragraph + "\n\n", 20_000), 100, 40.0
    yield "1 MB, 10,000 marks", _repeat(paragraph + "\n\n", 1_000_000), 10_000, 120.0
    yield "one paragraph of 1 MB, 10,000 marks", _repeat(_SENTENCE, 1_000_000), 10_000, 120.0


def _repeat(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def scattered(length: int, count: int) -> list[Mark]:
    """Scatter marks of all sizes; a quarter lie within the one before."""
    chance = random.Random(7)
    marks: list[Mark] = []
    for number in range(count):
        size = min(2_000, max(5, round(chance.lognormvariate(4.5, 0.8))))
        start = chance.randrange(length - size)
        if marks and chance.random() < 0.25:
            start, size = marks[-1].start + 2, max(3, (marks[-1].end - marks[-1].start) // 2)
        marks.append(Mark(str(number), start, min(start + size, length), chance.choice(_LABELS)))
    return marks


@contextmanager
def _view() -> Iterator[ArticleView]:
    app = QApplication.instance() or QApplication([])
    QFontDatabase.addApplicationFont(str(FOLDER / "fonts/source-serif-4/SourceSerif4_400Regular.ttf"))
    view = ArticleView()
    view.setFont(QFont("Source Serif 4", 13))
    view.resize(900, 1_000)
    view.set_label_styles(
        {
            key: LabelStyle(key, key[0].upper(), QColor("teal"), pattern)
            for key, pattern in zip(_LABELS, _PATTERNS, strict=True)
        },
        LabelStyle("", "-", QColor("grey"), "dot"),
    )
    view.show()
    app.processEvents()
    try:
        yield view
    finally:
        view.close()


def _open(view: ArticleView, text: str, marks: list[Mark]) -> None:
    view.show_text(DocumentText(text))
    view.set_marks(marks)
    view.viewport().repaint()


def until_idle(seconds: float = 0.2) -> None:
    """Wait for the window to lay out what is not on screen, which it does in steps while nothing else happens."""
    quiet_since = time.perf_counter()
    while time.perf_counter() - quiet_since < seconds:
        if _time(QApplication.processEvents) > 1:
            quiet_since = time.perf_counter()


def _add_marks(view: ArticleView, count: int) -> list[float]:
    """Add marks where the window is, at places all over the article; return milliseconds until painted."""
    bar = view.verticalScrollBar()
    times = []
    for number in range(count):
        bar.setValue(bar.maximum() * number // count)
        view.viewport().repaint()
        start = view.scroll_state()[0] + 200
        mark = Mark(f"new {number}", start, start + 120, _LABELS[number % 4])
        times.append(_time(lambda: _add(view, mark)))  # noqa: B023
    return times


def _add(view: ArticleView, mark: Mark) -> None:
    view.put_mark(mark)
    view.set_current(mark.uid)
    QApplication.processEvents()


def _time(action: Callable[[], object]) -> float:
    """Return milliseconds of the processor: nothing here waits, and the machine may be busy with other things."""
    begin = time.process_time()
    action()
    return 1_000 * (time.process_time() - begin)
