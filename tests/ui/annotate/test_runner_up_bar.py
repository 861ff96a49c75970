"""Unsure, and what else it could be: two keys, without leaving the article."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from annotator.ui.annotate.guideline import GuidelineView
from tests.ui.hands import focus, press


@pytest.fixture
def unsure(opened):
    """The window with a denial that has just been called unsure."""
    press(focus(opened), "D U")
    return opened


def said(window):
    row = window.article.current
    return row.label, row.attributes.unsure, row.attributes.runner_up


def offers(window):
    buttons = window.runner_up_bar.findChildren(QPushButton)
    return [button.text() for button in buttons if button.isVisible()]


def test_the_question_says_what_it_is_about_and_which_keys_answer(unsure):
    assert unsure.runner_up_bar.isVisible()
    assert unsure.runner_up_bar._said.text() == "Denial, but unsure. What else could it be?"
    assert offers(unsure) == ["A   Anonymous source", "O   On record", "N   Non-comment", "Esc   None"]
    assert unsure.article.view.hasFocus()


@pytest.mark.parametrize(("key", "label"), [("A", "anonymous-source"), ("O", "on-record"), ("4", "non-comment")])
def test_the_key_that_tags_answers(unsure, key, label):
    press(unsure.article.view, key)
    assert said(unsure) == ("denial", True, label)
    assert not unsure.runner_up_bar.isVisible()


@pytest.mark.parametrize("key", ["Escape", "D"])
def test_escape_or_the_label_itself_answer_that_there_is_no_other(unsure, key):
    press(unsure.article.view, key)
    assert said(unsure) == ("denial", True, None)
    assert not unsure.runner_up_bar.isVisible()


def test_a_click_answers_and_the_article_keeps_the_focus(unsure):
    button = next(each for each in unsure.runner_up_bar.findChildren(QPushButton) if "On record" in each.text())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert said(unsure) == ("denial", True, "on-record")
    assert unsure.article.view.hasFocus()


def test_once_it_is_answered_the_same_key_relabels_again(unsure):
    press(unsure.article.view, "A O")
    assert said(unsure) == ("on-record", True, "anonymous-source")


def test_u_again_is_sure_and_asks_nothing_more(unsure):
    press(unsure.article.view, "U")
    assert said(unsure) == ("denial", False, None)
    assert not unsure.runner_up_bar.isVisible()


@pytest.mark.parametrize("keys", ["S", "Shift+Right", "Shift+Left", "Tab", "J", "Control+Z", "Delete"])
def test_whatever_goes_on_elsewhere_leaves_the_question(unsure, keys):
    press(unsure.article.view, "Shift+O Tab U" if keys == "Tab" else "")
    press(unsure.article.view, keys)
    assert not unsure.runner_up_bar.isVisible()


def test_after_leaving_the_question_a_letter_tags_as_ever(unsure):
    press(unsure.article.view, "S N")
    assert [row.label for row in unsure.article.own()] == ["denial", "non-comment"]


def test_another_span_is_made_without_an_answer(unsure):
    press(unsure.article.view, "Shift+N")
    assert sorted(row.label for row in unsure.article.own()) == ["denial", "non-comment"]
    assert not unsure.runner_up_bar.isVisible()


def test_the_question_names_the_keys_that_a_person_chose(opened):
    opened.actions_.remap({"tag-on-record": ["R"]})
    press(focus(opened), "D U")
    assert "R   On record" in offers(opened)
    press(opened.article.view, "R")
    assert said(opened) == ("denial", True, "on-record")


def test_h_shows_the_guideline_of_the_label_with_that_of_the_runner_up(unsure):
    press(unsure.article.view, "A H")
    views = [view for view in unsure.side.guideline.findChildren(GuidelineView) if view.isVisible()]
    tops = [view.cursorForPosition(QPoint(20, 12)).block().text() for view in sorted(views, key=GuidelineView.y)]
    assert tops == ["denial", "anonymous-source"]
    heights = [view.height() for view in views]
    assert min(heights) > max(heights) / 2


def test_m_comes_back_from_the_guideline_to_the_note(unsure):
    press(unsure.article.view, "A H M")
    assert unsure.details._form.note.hasFocus()


def test_f6_goes_through_the_panes_that_are_in_front(unsure):
    view = unsure.article.view
    press(view, "H F6")
    assert unsure.side.guideline.isAncestorOf(unsure.focusWidget())
    press(unsure.focusWidget(), "F6")
    assert unsure.documents.list.hasFocus()
    press(unsure.focusWidget(), "Shift+F6 Shift+F6")
    assert view.hasFocus()
    unsure.side.show_annotations()
    press(view, "F6")
    assert unsure.annotations.hasFocus()
    press(unsure.annotations, "F6")
    assert unsure.details.isAncestorOf(unsure.focusWidget())
    press(unsure.focusWidget(), "Escape")
    assert view.hasFocus()
