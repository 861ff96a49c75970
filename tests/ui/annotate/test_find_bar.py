"""Finding in the article, by keys; what was found can be tagged."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.hands import focus, press

WORDS = "the company"


@pytest.fixture
def bar(opened):
    press(focus(opened), "Control+F")
    assert opened.article.find_bar._field.hasFocus()
    return opened.article.find_bar


def places(window, words):
    """Where words stand in the stored text, by plain search."""
    text, found, at = window.article.text.text.lower(), [], -1
    while (at := text.find(words.lower(), at + 1)) >= 0:
        found.append((at, at + len(words)))
    return found


def look_for(bar, words):
    bar._field.selectAll()
    QTest.keyClicks(bar._field, words)


def test_what_is_typed_is_counted_and_marked_whatever_its_case(opened, bar):
    look_for(bar, WORDS.upper())
    found = places(opened, WORDS)
    assert len(found) > 1
    assert bar._hits == found
    assert bar._count.text() == f"1 of {len(found)}"


def test_enter_goes_on_and_shift_enter_back_round_the_ends(opened, bar):
    look_for(bar, WORDS)
    every = len(places(opened, WORDS))
    press(bar._field, "Return")
    assert bar._count.text() == f"2 of {every}"
    press(bar._field, "Shift+Return Shift+Return")
    assert bar._count.text() == f"{every} of {every}"
    press(bar._field, "Return")
    assert bar._count.text() == f"1 of {every}"


def test_escape_selects_what_was_found_where_a_key_tags_it(opened, bar):
    look_for(bar, WORDS)
    press(bar._field, "Return Escape")
    second = places(opened, WORDS)[1]
    assert bar.isHidden() and opened.article.view.hasFocus()
    assert opened.article.view.selected() == second
    press(opened.article.view, "D")
    assert [(row.start, row.end) for row in opened.article.own()] == [second]


def test_what_stands_nowhere_is_said_and_selects_nothing(opened, bar):
    look_for(bar, "xyzzy (")
    assert bar._count.text() == "Not found"
    press(bar._field, "Return Escape")
    assert opened.article.view.selected()[0] == opened.article.view.selected()[1]


def test_the_selection_is_looked_for_at_once(opened):
    first, second = places(opened, WORDS)[:2]
    focus(opened).select(*second)
    press(opened.article.view, "Control+F")
    bar = opened.article.find_bar
    assert bar._field.text().lower() == WORDS
    assert bar._hits[0] == first


def test_another_article_closes_the_bar(opened, bar):
    look_for(bar, WORDS)
    opened.open_document(2)
    assert bar.isHidden()
    assert QApplication.focusWidget() is opened.article.view
