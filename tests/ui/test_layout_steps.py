import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtGui import QFont

from annotator.text import DocumentText
from annotator.ui import layout_steps
from annotator.ui.text_view import ArticleView

PARAGRAPH = "The minister declined to comment on Tuesday, said two officials. " * 8
TEXT = DocumentText((PARAGRAPH + "\n\n") * 100)


@pytest.fixture
def view(qtbot):
    view = ArticleView()
    qtbot.addWidget(view)
    view.setFont(QFont("Source Serif 4", 13))
    view.resize(700, 500)
    view.show_text(TEXT)
    with qtbot.waitExposed(view):
        view.show()
    return view


def timers(view):
    return QCoreApplication.eventDispatcher().registeredTimers(view.document().documentLayout())


def full_height(view):
    """The height when everything is laid out at once, of a copy."""
    return view.document().clone().size().height()


def settled(qtbot, view):
    qtbot.waitUntil(lambda: not timers(view))
    return view.verticalScrollBar().maximum() + view.viewport().height()


def test_the_whole_article_is_laid_out_while_nothing_else_happens(qtbot, view):
    assert timers(view)
    assert settled(qtbot, view) == pytest.approx(full_height(view), abs=1)


def test_another_width_or_size_while_it_is_laid_out_begins_again(qtbot, view):
    QCoreApplication.processEvents()
    assert timers(view)
    view.resize(400, 500)
    QCoreApplication.processEvents()
    assert settled(qtbot, view) == pytest.approx(full_height(view), abs=1)
    view.set_zoom(20)
    assert settled(qtbot, view) == pytest.approx(full_height(view), abs=1)


def events_until_settled(view):
    QCoreApplication.processEvents()
    handled = 0
    while timers(view):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        handled += 1
    return handled


def test_qt_takes_none_of_its_growing_steps(monkeypatch, view):
    """With slices of no length each event lays out one block; Qt's steps would be through after ten."""
    monkeypatch.setattr(layout_steps, "SLICE", 0)
    view.show_text(TEXT)
    assert events_until_settled(view) > view.document().blockCount() // 2
    view.resize(400, 500)
    assert events_until_settled(view) > view.document().blockCount() // 2
    view.set_zoom(20)
    assert events_until_settled(view) > view.document().blockCount() // 2
