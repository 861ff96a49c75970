"""Laws between a text, what Qt is given of it, and Qt's positions, against a real QTextDocument."""

from itertools import accumulate

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor, QTextDocument

from annotator.text import DocumentText
from annotator.text.units import LONGEST_LINE

NASTY = (
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "\ufffc",
    "\ufffd",
    "\r\n",
    "\r",
    "\n",
    "\n\r",
    "\u2028",
    "\u2029",
    "\u0085",
    "\x0b",
    "\x0c",
    "\t",
    "\u00a0",
    "\u200b",
    "\u200d",
    "\u00ad",
    "e\u0301",
    " \u0301",
    "\u0600 ",
    "👨‍👩‍👧",
    "👋🏽",
    "🇩🇪",
    "🇩🇪🇫",
    "1\ufe0f\u20e3",
    "\u1100\u1161\u11a8",
    "한",
    "क्षि",
    "กำ",
    "مرحبا",
    "שלום",
    "𝔘𝔫",
    "\U0010ffff",
    "你好。",
    "“No,” he said. ",
    '"Yes." ',
    "U.S. ",
    " , ",
    ".",
    "a",
)
texts = st.lists(
    st.sampled_from(NASTY) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
    max_size=25,
).map("".join)


def boundaries(text: str) -> set[int]:
    """Return the grapheme boundaries, found independently of the module: by one pass from the start."""
    return {0, *accumulate(len(cluster) for cluster in regex.findall(r"\X", text))}


def in_qt(shown: str) -> QTextDocument:
    document = QTextDocument()
    document.setPlainText(shown)
    return document


@pytest.fixture(autouse=True)
def _application(qapp: object) -> None:
    """QTextDocument asks the application for its font."""


@given(texts)
@example("\ufffe\u6100\u6200")
@example("\ufeff\r\n\r")
def test_qt_holds_the_display_string_without_moving_a_code_point(text: str) -> None:
    shown = DocumentText(text).display
    assert len(shown) == len(text)
    document = in_qt(shown)
    assert document.characterCount() - 1 == len(shown.encode("utf-16-le")) // 2
    assert document.toRawText().replace("\u2029", "\n") == shown


@given(texts)
def test_only_what_qt_would_damage_is_shown_as_something_else(text: str) -> None:
    shown = DocumentText(text).display
    for before, after in zip(text, shown, strict=True):
        assert before == after or before in "\r\u2028\u2029\ufdd0\ufdd1\ufffe\ufeff"


@given(texts)
def test_every_position_comes_back_from_utf16(text: str) -> None:
    document = DocumentText(text)
    units = [len(text[:position].encode("utf-16-le")) // 2 for position in range(len(text) + 1)]
    assert [document.to_utf16(position) for position in range(len(text) + 1)] == units
    assert [document.to_codepoint(unit) for unit in units] == list(range(len(text) + 1))
    for unit in set(range(units[-1])) - set(units):
        assert document.to_utf16(document.to_codepoint(unit)) == unit - 1
        assert document.to_utf16(document.to_codepoint(unit, up=True)) == unit + 1


@given(texts)
def test_every_grapheme_boundary_of_the_text_is_one_of_the_display_string(text: str) -> None:
    assert boundaries(text) <= boundaries(DocumentText(text).display)


def selection_maps_back(text: str, start: int, end: int, document: DocumentText) -> bool:
    """State the law: what Qt has selected is, by its positions, exactly this part of the text."""
    held = in_qt(document.display)  # a cursor does not keep its document alive
    cursor = QTextCursor(held)
    cursor.setPosition(document.to_utf16(start))
    cursor.setPosition(document.to_utf16(end), QTextCursor.MoveMode.KeepAnchor)
    shown = cursor.selectedText().replace("\u2029", "\n").replace("\u00a0", " ")
    there = document.to_codepoint(cursor.selectionStart()), document.to_codepoint(cursor.selectionEnd())
    return there == (start, end) and shown == document.display[start:end].replace("\u00a0", " ")


@given(texts, st.data())
def test_what_a_cursor_selects_maps_back_to_the_same_slice(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    document = DocumentText(text)
    assert selection_maps_back(text, start, end, document)


class IgnoresAstral(DocumentText):
    """A map that takes Qt's positions for code points, as the simplest program would."""

    def to_utf16(self, position: int) -> int:
        return position

    def to_codepoint(self, unit: int, *, up: bool = False) -> int:
        return unit


class ShowsTheText(DocumentText):
    """A view that gives Qt the text as it is."""

    display = property(lambda self: self.text)  # type: ignore[assignment]


def test_the_law_catches_a_map_that_ignores_astral_characters() -> None:
    text = "👋 he said"
    assert selection_maps_back(text, 2, 4, DocumentText(text))
    assert not selection_maps_back(text, 2, 4, IgnoresAstral(text))


@pytest.mark.parametrize("text", ["a\r\nbcd", "\ufeffabcd", "\ufffeabcd"])
def test_the_law_catches_a_text_given_to_qt_as_it_is(text: str) -> None:
    assert selection_maps_back(text, 3, 4, DocumentText(text))
    assert not selection_maps_back(text, 3, 4, ShowsTheText(text))


@given(texts, st.data())
def test_widening_and_snapping_never_cut_a_grapheme(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    document, allowed = DocumentText(text), boundaries(text)
    wide = document.widen(start, end)
    assert wide[0] <= start <= end <= wide[1]
    assert set(wide) <= allowed
    for trim in (True, False):
        snapped = document.snap(start, end, trim=trim)
        if snapped:
            assert wide[0] <= snapped[0] < snapped[1] <= wide[1]
            assert set(snapped) <= allowed
            assert document.snap(*snapped, trim=trim) == snapped
        else:
            assert trim or start == end


@given(texts)
def test_stepping_by_grapheme_visits_every_boundary(text: str) -> None:
    document, expected = DocumentText(text), sorted(boundaries(text))
    assert [document.next_grapheme(at) for at in expected[:-1]] == expected[1:]
    assert [document.previous_grapheme(at) for at in expected[1:]] == expected[:-1]


def test_a_cluster_longer_than_any_window_is_still_whole() -> None:
    flags = "🇩🇪" * 2_000
    document = DocumentText("語" + flags + "e" + "\u0301" * 3_000)
    assert document.widen(3_002, 3_002) == (3_001, 3_003)
    assert document.widen(6_000, 6_100) == (4_001, 7_002)


def test_an_overlong_paragraph_is_shown_in_pieces_cut_at_spaces() -> None:
    text = "\r\n" + "word " * 3_000 + "\u0301end"
    document = DocumentText(text)
    assert max(map(len, document.display.split("\n"))) <= LONGEST_LINE
    assert len(document.display) == len(text)
    assert all(before == " " for before, after in zip(text[2:], document.display[2:], strict=True) if before != after)


def test_a_space_that_carries_an_accent_is_never_shown_as_a_line_end() -> None:
    text = "x \u0301" * 2_000
    assert DocumentText(text).display == text


def test_an_overlong_paragraph_without_spaces_is_left_whole() -> None:
    text = "你好" * 5_000
    assert DocumentText(text).display == text
