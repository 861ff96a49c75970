import pytest
from PySide6.QtGui import QFont, QFontDatabase, QTextBlockFormat, QTextCursor, QTextDocument

from annotator.assets import FOLDER
from annotator.text import DocumentText
from annotator.ui.lines import LINE_HEIGHT, line_at, lines_between
from annotator.ui.marks import Mark, MarkSet
from annotator.ui.overlay import handle, pieces_on, rects_on

WIDTH = 400
LATIN = "The minister declined to comment on Tuesday, said two officials who asked not to be named. " * 3
MIXED = "He said “لا تعليق لدينا” and then “אין תגובה” to the reporters on Monday."


class Page:
    """A laid out document with its text, as the view has it, without the widget."""

    def __init__(self, text):
        self.text = DocumentText(text)
        self.document = QTextDocument()
        self.document.setDefaultFont(QFont("Source Serif 4", 13))
        self.document.setPlainText(self.text.display)
        form = QTextBlockFormat()
        form.setLineHeight(100 * LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.document)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)
        self.document.setTextWidth(WIDTH)

    def lines(self, top=0, bottom=10_000):
        return list(lines_between(self.document, self.text, top, bottom))

    def pieces(self, *marks, current=None):
        found = MarkSet(marks)
        return [piece for line in self.lines() for piece in pieces_on(line, self.text, found, current)]

    def mark(self, uid, words, **more):
        start = self.text.text.index(words)
        return Mark(uid, start, start + len(words), "denial", **more)


@pytest.fixture
def page(qapp):
    QFontDatabase.addApplicationFont(str(FOLDER / "fonts/source-serif-4/SourceSerif4_400Regular.ttf"))
    return Page


def test_the_lines_cover_the_text_once(page):
    for text in (LATIN, "One.\r\n\r\nTwo 😀.\n\nThree.", MIXED * 5, "", "\n\n", "x" * 9_000):
        laid_out = page(text)
        lines = laid_out.lines(bottom=100_000)
        assert [line.start for line in lines[1:]] == [line.end for line in lines[:-1]]
        assert (lines[0].start, lines[-1].end) == (0, len(text) + 1)


def test_only_the_lines_of_a_strip_are_found_for_it(page):
    laid_out = page("One.\n" * 1_000)
    lines = laid_out.lines(3_600, 3_700)
    assert 3 <= len(lines) <= 5
    assert lines[0].below > 3_600
    assert lines[-1].top <= 3_700


@pytest.mark.parametrize("text", ["One.\n" * 200, "Two.\r\n\r\n" * 100, LATIN * 20, (LATIN + "\n\n") * 10])
def test_each_height_has_its_line_and_the_space_below_a_line_is_that_lines(page, text):
    lines = page(text).lines(bottom=1_000_000)
    for line in lines[:: max(1, len(lines) // 25)]:
        for height in (line.top + 1, line.bottom - 1, line.bottom + 2, line.below - 2):
            fresh = page(text)  # where nothing is laid out that was not asked for
            assert line_at(fresh.document, fresh.text, height).start == line.start


def test_a_span_over_several_lines_has_a_piece_on_each_and_one_chip(page):
    laid_out = page(LATIN)
    pieces = laid_out.pieces(laid_out.mark("a", LATIN[10:200]))
    assert len(pieces) >= 4
    assert [piece.start is not None for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    assert [piece.end is not None for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert [piece.chip is not None for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    assert all(rect.left() >= 4 and rect.right() <= WIDTH for piece in pieces for rect in piece.rects)


def test_a_span_over_several_paragraphs_leaves_the_blank_lines_out(page):
    laid_out = page("One.\r\n\r\nTwo.\n\nThree.")
    pieces = laid_out.pieces(Mark("a", 0, len(laid_out.text.text), "denial"))
    assert len(pieces) == 3


def test_a_span_of_a_line_break_alone_can_be_seen(page):
    laid_out = page("One.\nTwo.")
    (piece,) = laid_out.pieces(Mark("a", 4, 5, "denial"))
    assert piece.rects[0].width() >= 2


def test_nothing_of_a_span_reaches_the_next_line(page):
    laid_out = page(LATIN)
    many = [Mark(str(i), 0, 60 + i, "denial", group=i % 3, unsure=i % 2 == 0) for i in range(9)]
    line = laid_out.lines()[0]
    for piece in pieces_on(line, laid_out.text, MarkSet(many), None):
        drawn = [*piece.bars, *([piece.chip] if piece.chip else [])]
        assert all(line.bottom <= box.top() and box.bottom() <= line.below + 1 for box in drawn)


def test_the_inner_span_has_the_bar_nearest_to_the_text(page):
    laid_out = page(LATIN)
    inner, outer = laid_out.mark("inner", "minister"), laid_out.mark("outer", "The minister declined")
    pieces = {piece.mark.uid: piece for piece in laid_out.pieces(outer, inner)}
    assert pieces["inner"].bars[0].bottom() < pieces["outer"].bars[0].top()


def test_chips_that_would_collide_stand_side_by_side_or_are_hidden(page):
    laid_out = page(LATIN)
    long, short, tiny = (Mark(uid, 4, end, "denial") for uid, end in (("long", 40), ("short", 12), ("tiny", 5)))
    pieces = {piece.mark.uid: piece for piece in laid_out.pieces(long, short, tiny)}
    chips = [piece.chip for piece in pieces.values() if piece.chip]
    assert not any(a.intersects(b) for a in chips for b in chips if a is not b)
    first, second = Mark("1", 4, 5, "denial"), Mark("2", 4, 5, "on-record")
    assert [piece.chip is None for piece in laid_out.pieces(first, second)] == [False, True]


def test_the_chip_of_the_current_span_is_never_hidden(page):
    laid_out = page(LATIN)
    marks = [Mark(str(i), 4, 5, "denial") for i in range(3)]
    for current in "012":
        pieces = {piece.mark.uid: piece for piece in laid_out.pieces(*marks, current=current)}
        assert pieces[current].chip is not None


def test_rectangles_are_where_the_characters_are_also_past_an_emoji(page):
    laid_out = page("👩‍👩‍👧 said no, 😀 he said.")
    text = laid_out.text
    line = laid_out.lines()[0]
    said = text.text.index("he said")
    (rect,) = rects_on(line, text, said, said + 7)
    left = line.left + line.shape.cursorToX(text.to_utf16(said))[0]
    right = line.left + line.shape.cursorToX(text.to_utf16(said + 7))[0]
    assert (rect.left(), rect.right()) == pytest.approx((left, right), abs=1)


def test_a_space_that_hangs_at_the_end_of_a_line_is_not_underlined(page):
    laid_out = page(LATIN)
    line = laid_out.lines()[0]
    (rect,) = rects_on(line, laid_out.text, line.start, line.stop)
    assert rect.right() <= round(line.right)


def test_mixed_directions_split_a_span_into_the_stretches_that_it_takes(page):
    laid_out = page(MIXED)
    line = laid_out.lines()[0]
    assert line.right_to_left
    arabic = MIXED.index("لا تعليق")
    rects = rects_on(line, laid_out.text, MIXED.index("said"), arabic + 3)
    # “said ” and the first Arabic word, which stands at the right of the other two.
    assert len(rects) == 2
    assert rects[0].right() < rects[1].left()


def test_each_character_of_a_mixed_line_has_its_own_place(page):
    laid_out = page(MIXED)
    line = laid_out.lines()[0]
    arabic = MIXED.index("لا تعليق لدينا")
    whole = rects_on(line, laid_out.text, arabic, arabic + 14)
    words = [rects_on(line, laid_out.text, arabic + a, arabic + b)[0] for a, b in ((0, 2), (3, 8), (9, 14))]
    assert len(whole) == 1
    assert words[0].left() > words[1].left() > words[2].left()
    assert whole[0].left() <= words[2].left()
    assert whole[0].right() >= words[0].right() - 1


def test_the_chip_of_a_right_to_left_span_is_below_its_first_letter(page):
    laid_out = page(MIXED)
    (piece,) = laid_out.pieces(laid_out.mark("a", "لا تعليق لدينا"))
    assert piece.chip.right() == pytest.approx(piece.rects[0].right(), abs=2)


def test_a_handle_is_higher_at_the_start_and_lower_at_the_end(page):
    laid_out = page(LATIN)
    (piece,) = laid_out.pieces(laid_out.mark("a", "minister"))
    assert handle(piece.start, start=True).top() < piece.rects[0].top()
    assert handle(piece.end, start=False).bottom() > piece.rects[0].bottom()
    assert piece.start.center().x() == pytest.approx(piece.rects[0].left(), abs=1)
    assert piece.end.center().x() == pytest.approx(piece.rects[0].right(), abs=1)
