import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAction,
    QColor,
    QCursor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.assets import FOLDER
from annotator.text import DocumentText
from annotator.ui.lines import LINE_HEIGHT, lines_between
from annotator.ui.marks import Mark
from annotator.ui.overlay import LabelStyle, handle, pieces_on, rects_on
from annotator.ui.reading_view import COLUMN
from annotator.ui.text_view import ArticleView

RED, BLUE = QColor("#a4262c"), QColor("#1f4fa8")
STYLES = {"denial": LabelStyle("denial", "D", RED, "double"), "on-record": LabelStyle("on-record", "O", BLUE, "solid")}
NEGATIVE = LabelStyle("", "–", QColor("grey"), "dot")
SENTENCE = "The minister declined to comment on Tuesday, said two officials who asked not to be named. "
ARTICLE = "\n\n".join([SENTENCE * 3] * 40)
MIXED = "He said “لا تعليق لدينا” and then “אין תגובה” to the reporters on Monday."
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qapp, qtbot):
    qapp.setStyle("fusion")
    QFontDatabase.addApplicationFont(str(FOLDER / "fonts/source-serif-4/SourceSerif4_400Regular.ttf"))
    view = ArticleView()
    qtbot.addWidget(view)
    view.setFont(QFont("Source Serif 4", 13))
    palette = QPalette(QColor("white"))
    palette.setColor(QPalette.ColorRole.Base, QColor("white"))
    palette.setColor(QPalette.ColorRole.Text, QColor("black"))
    view.setPalette(palette)
    view.resize(900, 700)
    view.set_label_styles(STYLES, NEGATIVE)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    return view


def show(view, text):
    view.show_text(DocumentText(text))
    return view


def pieces(view, uid):
    """Return the pieces of a mark on screen, in document coordinates."""
    found = lines_between(view.document(), view._text, view._scrolled(), view._scrolled() + view.viewport().height())
    every = [piece for line in found for piece in pieces_on(line, view._text, view._marks, view._current)]
    return [piece for piece in every if piece.mark.uid == uid]


def spot(view, position, *, low=False):
    """Return the middle of the character at a position, in the viewport; `low`: in the space below it."""
    for line in lines_between(view.document(), view._text, view._scrolled(), view._scrolled() + 2_000):
        if line.start <= position < line.stop:
            middle = rects_on(line, view._text, position, position + 1)[0].center()
            y = line.below - 2 if low else middle.y()
            return QPoint(round(middle.x()), round(y) - view._scrolled())
    raise AssertionError("not on screen")


def at_handle(view, uid, *, start):
    every = pieces(view, uid)
    area = handle(every[0].start, start=True) if start else handle(every[-1].end, start=False)
    return area.center().toPoint() - QPoint(0, view._scrolled())


def drag(view, begin, end, release=True):
    """Press, move and release the left button, as a hand does."""
    viewport = view.viewport()

    def send(kind, point, button, buttons):
        where = QPointF(point)
        event = QMouseEvent(kind, where, viewport.mapToGlobal(where), button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)

    send(QEvent.Type.MouseButtonPress, begin, LEFT, LEFT)
    for step in range(1, 5):
        send(QEvent.Type.MouseMove, begin + (end - begin) * step / 4, Qt.MouseButton.NoButton, LEFT)
    if release:
        send(QEvent.Type.MouseButtonRelease, end, LEFT, Qt.MouseButton.NoButton)


def on_screen(view):
    """Return what the window shows of the article, without painting it again."""
    return view.screen().grabWindow(view.winId()).toImage().copy(view.viewport().geometry())


def darkest(image, rect, near):
    """Return the pixel of a rectangle that is nearest to a colour, and how far it is."""
    ratio = image.devicePixelRatio()

    def distance(colour):
        return sum(abs(a - b) for a, b in zip(colour.getRgb()[:3], near.getRgb()[:3], strict=True))

    points = (
        (x, y)
        for x in range(round(rect.left() * ratio), round(rect.right() * ratio))
        for y in range(round(rect.top() * ratio), round(rect.bottom() * ratio))
    )
    return min(distance(image.pixelColor(x, y)) for x, y in points)


# the page


def test_the_column_is_centred_and_holds_about_68_characters(view):
    show(view, ARTICLE)
    left = view.viewport().x()
    right = view.width() - view.verticalScrollBar().width() - view.viewport().geometry().right() - 1
    assert abs(left - right) <= 1
    lines = list(lines_between(view.document(), view._text, 0, 600))
    longest = max(line.stop - line.start for line in lines)
    assert COLUMN - 8 <= longest <= COLUMN + 12


def test_a_narrow_window_gives_the_text_all_its_width(view, qtbot):
    view.resize(300, 400)
    qtbot.waitUntil(lambda: view.width() == 300)
    assert view.viewport().x() == 0


def test_the_text_is_laid_out_with_room_for_lanes_and_cannot_be_edited(view):
    show(view, ARTICLE)
    first, second = list(lines_between(view.document(), view._text, 0, 100))[:2]
    assert second.top - first.top == pytest.approx(1.5 * first.height, abs=1)
    assert not view.document().isUndoRedoEnabled()
    assert view.isReadOnly()
    QTest.keyClicks(view, "adx 1")
    QTest.keyClick(view, Qt.Key.Key_Delete)
    QGuiApplication.clipboard().setText("pasted")
    view.paste()
    assert view.toPlainText() == ARTICLE


def test_it_tells_screen_readers_the_text_and_the_caret(view):
    show(view, ARTICLE).select(4, 12)
    face = QAccessible.queryAccessibleInterface(view)
    assert face.text(QAccessible.Text.Name) == "Article"
    assert face.textInterface().text(0, 12) == "The minister"
    assert face.textInterface().cursorPosition() == 12
    assert face.state().focusable


def test_a_new_text_starts_at_its_top_without_the_marks_of_the_one_before(view):
    show(view, ARTICLE).set_marks([Mark("a", 0, 10, "denial")])
    view.select(5_000, 5_000)
    show(view, "Another one.")
    assert (view.caret(), view.selected(), view._scrolled(), view.marks_at(3)) == (0, (0, 0), 0, [])


# caret and selection


def test_positions_are_code_points_also_past_emoji(view, qtbot):
    text = "😀😀 she said no"
    show(view, text)
    with qtbot.waitSignal(view.selection_moved) as told:
        view.select(3, 6)
    assert told.args == [3, 6]
    assert (view.selected(), view.caret()) == ((3, 6), 6)
    assert view.textCursor().selectedText() == "she"


def test_the_caret_moves_over_whole_graphemes_and_line_ends(view):
    text = "a👩‍👩‍👧b\r\n\r\ncé"
    show(view, text)
    seen = [view.caret()]
    for _ in range(7):
        QTest.keyClick(view, Qt.Key.Key_Right)
        seen.append(view.caret())
    assert seen == [0, 1, 6, 7, 9, 11, 12, len(text)]
    back = []
    for _ in range(7):
        QTest.keyClick(view, Qt.Key.Key_Left)
        back.append(view.caret())
    assert back == seen[-2::-1]


def test_a_click_never_leaves_the_caret_inside_a_line_end(view):
    show(view, "First.\r\nSecond.")
    QTest.mouseClick(view.viewport(), LEFT, pos=spot(view, 5) + QPoint(200, 0))
    assert view.caret() == 8 or view.caret() == 6
    assert view._text.widen(view.caret(), view.caret()) == (view.caret(), view.caret())


def test_a_click_in_the_space_below_a_line_is_a_click_on_it(view):
    show(view, ARTICLE)
    for position in (10, 30, 100, 200):
        view.select(0, 0)
        QTest.mouseClick(view.viewport(), LEFT, pos=spot(view, position, low=True))
        assert view.caret() in (position, position + 1)


def test_keys_select_and_the_owner_is_told_once_a_move(view):
    show(view, ARTICLE)
    told = []
    view.selection_moved.connect(lambda start, end: told.append((start, end)))
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(view, Qt.Key.Key_Right, shift)
    QTest.keyClick(view, Qt.Key.Key_Right, shift | control)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert told == [(0, 1), (0, 4), (4, 4)]


def test_control_and_up_or_down_go_by_paragraph(view):
    show(view, ARTICLE)
    paragraphs = view._text.paragraphs
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(view, Qt.Key.Key_Down, control)
    QTest.keyClick(view, Qt.Key.Key_Down, control)
    assert view.caret() == paragraphs[2][0]
    QTest.keyClick(view, Qt.Key.Key_Up, control | shift)
    assert view.selected() == (paragraphs[1][0], paragraphs[2][0])
    QTest.keyClick(view, Qt.Key.Key_Up, control)
    QTest.keyClick(view, Qt.Key.Key_Up, control)
    assert view.caret() == 0
    view.select(len(ARTICLE) - 1, len(ARTICLE) - 1)
    QTest.keyClick(view, Qt.Key.Key_Down, control)
    assert view.caret() == len(ARTICLE)


def test_a_double_click_selects_a_word_and_a_third_the_sentence(view):
    show(view, ARTICLE)
    point = spot(view, 8)
    QTest.mouseClick(view.viewport(), LEFT, pos=point)
    QTest.mouseDClick(view.viewport(), LEFT, pos=point)
    assert view.selected() == (4, 12)
    QTest.mouseClick(view.viewport(), LEFT, pos=point)
    assert view.selected() == view._text.sentence_at(8)


def test_a_double_click_finds_the_word_under_the_mouse_in_a_mixed_line(view):
    show(view, MIXED)
    for word in ("לدינا", "تعليق", "reporters", "תגובה"):
        if word in MIXED:
            start = MIXED.index(word)
            QTest.mouseDClick(view.viewport(), LEFT, pos=spot(view, start + 1))
            assert view.selected() == (start, start + len(word))


def test_dragging_selects_text_also_from_beside_the_column(view):
    show(view, ARTICLE)
    drag(view, spot(view, 4) - QPoint(4, 0), spot(view, 12))
    assert view.selected()[0] in (3, 4)
    assert view.selected()[1] in (12, 13)
    beside = view.viewport().mapTo(view, QPoint(-20, spot(view, 4).y()))
    QTest.mouseClick(view, LEFT, pos=beside)
    assert view.selected() == (0, 0)


def test_dragging_beyond_the_edge_scrolls(view, qtbot):
    show(view, ARTICLE)
    below = QPoint(300, view.viewport().height() + 30)
    QCursor.setPos(view.viewport().mapToGlobal(below))  # where Qt looks while the mouse is held still
    drag(view, spot(view, 4), below, release=False)
    qtbot.waitUntil(lambda: view._scrolled() > 50)
    QTest.mouseRelease(view.viewport(), LEFT, pos=QPoint(300, 10))


def test_what_is_copied_is_the_stored_text(view):
    text = "One\u00a0two.\r\n\r\nThree\u2028four \ufeff😀."
    show(view, text)
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == text
    view.select(0, 7)
    view.copy()
    assert QGuiApplication.clipboard().text() == "One\u00a0two"
    assert view.createMimeDataFromSelection().formats() == ["text/plain"]


def test_the_program_ends_well_with_something_copied():
    script = """
from PySide6.QtWidgets import QApplication
from annotator.text import DocumentText
from annotator.ui.text_view import ArticleView
app = QApplication([])
view = ArticleView()
view.show_text(DocumentText("Copied."))
view.selectAll()
view.copy()
assert app.clipboard().text() == "Copied."
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == 0


# keys that belong to others


def overridden(view, sequence):
    """Tell whether the view claims a key before any action sees it."""
    combination = QKeySequence(sequence)[0]
    event = QKeyEvent(QEvent.Type.ShortcutOverride, combination.key(), combination.keyboardModifiers())
    event.ignore()
    QApplication.sendEvent(view, event)
    return event.isAccepted()


OTHERS = [
    *("D", "Shift+D", "1", "?", "Tab", "Shift+Tab", "Del", "Backspace", "Space", "Return", "F6", "Esc"),
    *("Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+V", "Ctrl+X", "Ctrl+K", "Ctrl+F", "Ctrl+Return"),
    *("Alt+Left", "Alt+Right", "Alt+Shift+Left", "Ctrl+Alt+Right"),
]
OWN = [
    *("Left", "Shift+Right", "Ctrl+Left", "Ctrl+Shift+Right", "Up", "Shift+Down", "Ctrl+Up", "Ctrl+Shift+Down"),
    *("Home", "Ctrl+End", "PgDown", "Shift+PgUp", "Ctrl+C", "Ctrl+A"),
]


@pytest.mark.parametrize("sequence", OTHERS)
def test_the_keys_of_actions_reach_them(view, sequence):
    show(view, ARTICLE).select(100, 100)
    hits = []
    action = QAction(view, shortcut=QKeySequence(sequence), shortcutContext=Qt.ShortcutContext.WidgetShortcut)
    action.triggered.connect(lambda: hits.append(sequence))
    view.addAction(action)
    assert not overridden(view, sequence)
    combination = QKeySequence(sequence)[0]
    QTest.keyClick(view, combination.key(), combination.keyboardModifiers())
    assert hits == [sequence]
    assert view.hasFocus()


@pytest.mark.parametrize("sequence", OWN)
def test_the_keys_of_reading_stay_the_views(view, sequence):
    show(view, ARTICLE)
    assert overridden(view, sequence)


def test_escape_is_the_views_only_while_something_is_selected(view):
    show(view, ARTICLE).select(4, 12)
    assert overridden(view, "Esc")
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert (view.selected(), overridden(view, "Esc")) == ((12, 12), False)


def test_the_wheel_with_control_is_left_to_the_window(view):
    show(view, ARTICLE)
    size = view.font().pointSizeF()
    wheel = QWheelEvent(
        QPointF(50, 50),
        QPointF(50, 50),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), wheel)
    assert not wheel.isAccepted()
    assert view.font().pointSizeF() == size


def test_the_wheel_beside_the_column_scrolls(view):
    show(view, ARTICLE)
    wheel = QWheelEvent(
        QPointF(5, 50),
        view.mapToGlobal(QPointF(5, 50)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, wheel)
    assert view._scrolled() > 0


# scrolling


def test_scrolling_returns_to_the_exact_pixel(view):
    show(view, ARTICLE)
    for y in (0, 1, 20, 28, 29, 333, 777, 1_234, view.verticalScrollBar().maximum()):
        view.verticalScrollBar().setValue(y)
        state = view.scroll_state()
        view.verticalScrollBar().setValue(5)
        view.restore_scroll(state)
        assert view._scrolled() == y


def test_returning_far_down_a_long_article_needs_no_waiting(view):
    long = "\n\n".join([SENTENCE * 3] * 700)
    show(view, long)
    view.select(len(long) - 500, len(long) - 500)
    state = view.scroll_state()
    show(view, long).restore_scroll(state)
    assert view.scroll_state() == state


def test_select_brings_the_caret_and_some_lines_around_it_into_view(view):
    show(view, ARTICLE)
    for position in (5_000, 4_700, 9_000, 0, 400):
        view.select(position, position + 20)
        top, bottom = view.cursorRect().top(), view.cursorRect().bottom()
        assert top > 40 or view._scrolled() == 0
        assert bottom < view.viewport().height() - 40


def test_reveal_scrolls_no_further_than_it_must_and_leaves_the_caret(view):
    show(view, ARTICLE).select(3, 3)
    view.reveal(100, 120)
    assert view._scrolled() == 0
    view.reveal(2_000, 2_020)
    assert view._scrolled() > 0
    assert view.caret() == 3
    here = view._scrolled()
    view.reveal(2_000, 2_020)
    assert view._scrolled() == here


def test_zooming_keeps_the_first_line_and_the_length_of_lines(view):
    show(view, ARTICLE)
    view.verticalScrollBar().setValue(1_000)
    position, _ = view.scroll_state()
    view.set_zoom(17)
    first = next(lines_between(view.document(), view._text, view._scrolled(), view._scrolled() + 1))
    assert first.start <= position < first.end
    line = next(lines_between(view.document(), view._text, 0, 300))
    assert COLUMN - 8 <= line.stop - line.start <= COLUMN + 12


# marks


def test_each_mark_is_painted_with_its_band_and_bar(view):
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "on-record")])
    (piece,) = pieces(view, "a")
    image = view.viewport().grab().toImage()
    assert darkest(image, piece.bars[0], BLUE) < 30
    band = image.pixelColor(piece.rects[0].topRight().toPoint() + QPoint(-2, 1))
    assert band != QColor("white")
    assert band.lightness() > 200


def test_other_layers_have_bars_but_no_bands(view):
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "on-record", group=1)])
    (piece,) = pieces(view, "a")
    image = view.viewport().grab().toImage()
    assert image.pixelColor(piece.rects[0].topRight().toPoint() + QPoint(-2, 1)) == QColor("white")
    assert darkest(image, piece.bars[0], BLUE) < 30


def test_the_current_mark_is_outlined_and_has_handles(view):
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "on-record")])
    plain = view.viewport().grab().toImage()
    view.set_current("a")
    (piece,) = pieces(view, "a")
    image = view.viewport().grab().toImage()
    corner = handle(piece.start, start=True)
    assert darkest(image, corner, BLUE) < 30
    assert darkest(plain, corner.adjusted(0, 0, 0, -corner.height() / 2), BLUE) > 300
    view.set_current(None)
    assert view.viewport().grab().toImage() == plain


@pytest.mark.parametrize("base", ["white", "#1c1d20"])
def test_marks_can_be_told_on_a_light_and_on_a_dark_page(view, base):
    palette = view.palette()
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    view.setPalette(palette)
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "on-record"), Mark("b", 40, 60, None)])
    image = view.viewport().grab().toImage()
    page = image.pixelColor(2, 2)
    for uid in "ab":
        (piece,) = pieces(view, uid)
        assert image.pixelColor(piece.rects[0].topRight().toPoint() + QPoint(-2, 1)) != page


def test_one_change_paints_what_a_full_repaint_would(view, qapp):
    show(view, ARTICLE)
    marks = [Mark(str(i), 40 * i, 40 * i + 90, "denial") for i in range(12)]
    view.set_marks(marks)
    qapp.processEvents()
    steps = [
        lambda: view.put_mark(Mark("new", 30, 400, "on-record")),
        lambda: view.put_mark(Mark("3", 130, 137, "on-record")),
        lambda: view.set_current("5"),
        lambda: view.remove_mark("2"),
        lambda: view.put_mark(Mark("new", 300, 310, None, unsure=True)),
        lambda: view.set_current("new"),
        lambda: view.remove_mark("new"),
    ]
    for step in steps:
        step()
        qapp.processEvents()
        changed = on_screen(view)
        view.viewport().update()
        qapp.processEvents()
        assert on_screen(view) == changed


def test_find_hits_are_seen_and_the_current_one_stands_out(view):
    show(view, ARTICLE)
    plain = view.viewport().grab().toImage()
    view.set_find_hits([(4, 12), (17, 24)], 1)
    image = view.viewport().grab().toImage()
    first, second = (spot(view, position) + QPoint(0, 9) for position in (6, 19))
    assert plain.pixelColor(first) == QColor("white")
    assert plain.pixelColor(first).saturation() < image.pixelColor(first).saturation()
    assert image.pixelColor(first).saturation() < image.pixelColor(second).saturation()
    view.set_find_hits([], None)
    assert view.viewport().grab().toImage() == plain


def test_ten_thousand_overlapping_marks_are_shown_like_a_few(view):
    show(view, "\n\n".join([SENTENCE * 3] * 700)).set_marks(
        Mark(str(i), 17 * i, 17 * i + 60, "denial") for i in range(10_000)
    )
    view.viewport().grab()
    laned = len(view._marks._lanes)
    assert 20 < laned < 200


# the mouse on marks


def test_a_click_on_text_tells_the_innermost_own_mark(view, qtbot):
    show(view, ARTICLE).set_marks(
        [Mark("outer", 0, 90, "denial"), Mark("inner", 4, 12, "denial"), Mark("other", 5, 8, "denial", group=1)]
    )
    for position, uid in ((10, "inner"), (6, "inner"), (30, "outer")):
        with qtbot.waitSignal(view.span_clicked) as told:
            QTest.mouseClick(view.viewport(), LEFT, pos=spot(view, position))
        assert told.args == [uid]


def test_the_bar_of_an_outer_mark_and_its_chip_can_be_clicked(view, qtbot):
    show(view, ARTICLE).set_marks([Mark("outer", 0, 30, "denial"), Mark("inner", 4, 12, "on-record")])
    (piece,) = pieces(view, "outer")
    for point in (piece.chip.center(), QPointF(spot(view, 10).x(), piece.bars[0].center().y())):
        with qtbot.waitSignal(view.span_clicked) as told:
            QTest.mouseClick(view.viewport(), LEFT, pos=point.toPoint())
        assert told.args == ["outer"]


def test_a_click_beside_all_marks_tells_nothing(view):
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "denial"), Mark("other", 30, 50, "denial", group=1)])
    view.span_clicked.connect(pytest.fail)
    for position in (20, 40):
        QTest.mouseClick(view.viewport(), LEFT, pos=spot(view, position))


def test_a_handle_drags_the_end_of_the_current_mark(view, qtbot):
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "denial")])
    view.set_current("a")
    with qtbot.waitSignal(view.span_resized) as told:
        drag(view, at_handle(view, "a", start=False), spot(view, 20) + QPoint(2, 0))
    assert told.args[:2] == ["a", 4]
    assert told.args[2] in (20, 21)
    assert view.marks_at(6) == [Mark("a", 4, 12, "denial")], "the owner decides what becomes of it"


def test_the_word_beside_a_handle_can_be_selected(view):
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "denial")])
    view.set_current("a")
    view.span_resized.connect(lambda *told: pytest.fail(f"resized: {told}"))
    for aside in (0, 3):
        view.select(0, 0)
        drag(view, spot(view, 13) - QPoint(aside, 0), spot(view, 24))
        assert view.selected()[0] in (13, 14)


def test_a_handle_drags_the_start_over_lines(view, qtbot):
    show(view, ARTICLE).set_marks([Mark("a", 200, 230, "denial")])
    view.set_current("a")
    with qtbot.waitSignal(view.span_resized) as told:
        drag(view, at_handle(view, "a", start=True), spot(view, 10))
    assert told.args[0] == "a"
    assert told.args[1] in (10, 11)
    assert told.args[2] == 230


def test_a_dragged_handle_takes_whole_graphemes_and_leaves_one(view, qtbot):
    text = "He said 👩‍👩‍👧👩‍👩‍👧 and no more."
    show(view, text).set_marks([Mark("a", 3, 7, "denial")])
    view.set_current("a")
    with qtbot.waitSignal(view.span_resized) as told:
        drag(view, at_handle(view, "a", start=False), spot(view, 8) + QPoint(5, 0))
    assert told.args[2] in (8, 13)
    with qtbot.waitSignal(view.span_resized) as told:
        drag(view, at_handle(view, "a", start=False), spot(view, 0))
    assert told.args == ["a", 3, 4]


def test_a_handle_of_a_right_to_left_span_follows_the_mouse(view, qtbot):
    show(view, MIXED)
    word = MIXED.index("לא") if "לא" in MIXED else MIXED.index("אין")
    view.set_marks([Mark("a", word, word + 3, "denial")])
    view.set_current("a")
    with qtbot.waitSignal(view.span_resized) as told:
        drag(view, at_handle(view, "a", start=False), spot(view, word + 6))
    assert told.args[1] == word
    assert told.args[2] in (word + 6, word + 7)


def test_escape_and_a_still_hand_leave_a_mark_as_it_is(view):
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "denial")])
    view.set_current("a")
    view.span_resized.connect(lambda *told: pytest.fail(f"resized: {told}"))
    handle_at = at_handle(view, "a", start=False)
    drag(view, handle_at, handle_at)
    drag(view, handle_at, spot(view, 30), release=False)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.viewport(), LEFT, pos=spot(view, 30))
    assert view.marks_at(6) == [Mark("a", 4, 12, "denial")]


def test_a_handle_held_below_the_edge_scrolls_on(view, qtbot):
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "denial")])
    view.set_current("a")
    below = QPoint(300, view.viewport().height() + 40)
    drag(view, at_handle(view, "a", start=False), below, release=False)
    qtbot.waitUntil(lambda: view._scrolled() > 200)
    with qtbot.waitSignal(view.span_resized) as told:
        QTest.mouseRelease(view.viewport(), LEFT, pos=below)
    assert view.visible_range()[0] < told.args[2] <= view.visible_range()[1]


def test_marks_of_other_layers_have_no_handles(view):
    show(view, ARTICLE).set_marks([Mark("a", 4, 12, "denial", group=1)])
    view.set_current("a")
    view.span_resized.connect(lambda *told: pytest.fail(f"resized: {told}"))
    drag(view, at_handle(view, "a", start=False), spot(view, 30))


@pytest.mark.parametrize(
    "text", ["One.\n\nTwo.", "\N{GRINNING FACE}.\r\n\r\nTwo.", "One.\n\n\n\nTwo.", "\n\nOne.\nTwo."]
)
def test_a_blank_line_is_half_as_high_as_a_line_of_text(view, text):
    lines = list(lines_between(show(view, text).document(), view._text, 0, 700))
    whole = lines[0].height * LINE_HEIGHT
    for line, following in pairwise(lines):
        is_blank = not text[line.start : line.stop].strip()
        assert following.top - line.top == pytest.approx(whole / 2 if is_blank else whole, abs=1)
