"""The panes yield to what is read, and a small window stays as small as it is."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from annotator.ui.annotate.finish_check import FinishBar
from tests.ui.hands import LEFT, focus, press

SMALL = (800, 500)
BESIDE = 28 * 2 + 20  # pixels around the text and of its scroll bar


@pytest.fixture
def small(opened):
    opened.resize(*SMALL)
    return opened


def characters(window):
    """Return how many characters of ordinary English a line of the article holds."""
    words = "the officials who asked not to be named said on Monday that they would not comment"
    width = QFontMetricsF(window.article.view.font()).horizontalAdvance(words) / len(words)
    return (window.article.view.width() - BESIDE) / width


def whole(button, window):
    """Tell whether a button has room for its words, and lies within the window."""
    corner = button.mapTo(window, QPoint(button.width(), button.height()))
    return button.width() >= button.sizeHint().width() and corner.x() <= window.width() and button.isVisible()


def test_a_small_window_leaves_the_article_readable_lines(small):
    assert small.width() == SMALL[0]
    assert characters(small) >= 43


@pytest.mark.parametrize("points", [15, 19, 24, 40])
def test_large_text_takes_the_room_of_the_other_panes(small, points, settings):
    settings.text_size = points
    assert (small.width(), small.height()) == SMALL
    assert characters(small) >= 43 or small.article.width() == SMALL[0] - 2


@pytest.mark.parametrize("points", [15, 24])
def test_bars_never_widen_the_window_nor_clip_their_buttons(small, points, settings):
    settings.text_size = points
    press(focus(small), "D U")
    for bar in (small.runner_up_bar, small.finish_bar):
        if isinstance(bar, FinishBar):
            press(small.article.view, "Control+Return")
        assert bar.isVisible()
        QTest.qWait(0)  # the layout is done in an event of its own
        assert (small.width(), small.height()) == SMALL
        assert all(whole(button, small) for button in bar.findChildren(QPushButton) if not button.isHidden())


def test_no_name_or_title_widens_the_window(small):
    small.annotate_as("An" * 200)
    small.project.set_metadata(1, {"title": "https://" + "x" * 300})
    QTest.qWait(0)
    assert (small.width(), small.height()) == SMALL
    assert small.status.who.width() == small.status.who.sizeHint().width()
    assert small.article.width() + small.side.width() <= SMALL[0]


def test_panes_come_back_as_they_were_in_a_wide_window(opened):
    before = opened._panes.sizes()
    opened.resize(*SMALL)
    assert opened._panes.sizes()[0] == 0
    opened.resize(1280, 800)
    assert opened._panes.sizes() == before


def test_widths_are_kept_for_the_next_start(opened, settings):
    opened._panes.moveSplitter(320, 1)
    opened.resize(*SMALL)
    opened.close()
    assert settings.panes[0] == 320


def test_searching_opens_a_list_that_was_dragged_shut(opened):
    opened._panes.moveSplitter(0, 1)
    assert opened._panes.sizes()[0] == 0
    press(focus(opened), "Control+Shift+F")
    assert opened._panes.sizes()[0] > 200
    assert opened.documents.isAncestorOf(opened.focusWidget())


@pytest.mark.parametrize("width", [700, 800])
def test_f6_opens_a_pane_that_has_no_room_and_the_article_takes_it_back(small, width):
    small.resize(width, 500)
    view, before = focus(small), small._panes.sizes()
    press(view, "Shift+F6")
    assert small.documents.list.hasFocus()
    left, centre, right = small._panes.sizes()
    assert left > 200 and right == 0 and centre > 380
    QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(200, 40))
    assert view.hasFocus()
    assert small._panes.sizes() == before
