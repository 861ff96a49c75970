"""Finishing by keys, in the window: remarks are visited from the article and never block."""

import pytest

from tests.ui.hands import focus, press


@pytest.fixture
def asked(opened):
    """The window at an article with a denial, after it was asked to finish once."""
    press(focus(opened), "D Control+Return")
    assert opened.finish_bar.isVisible()
    return opened


def test_enter_visits_a_remark_where_the_keys_that_tag_act_on_it(asked):
    press(asked.focusWidget(), "Return")
    view = asked.article.view
    assert view.hasFocus()
    start, end = view.selected()
    assert start < end
    press(view, "I Return")
    assert view.selected()[0] > start


def test_what_was_mended_is_no_longer_remarked_on(asked):
    press(asked.focusWidget(), "Return")
    first = asked.article.view.selected()
    count = len(asked.finish_bar._remarks)
    asked.article.view.select(first[1], first[1])
    press(asked.article.view, "I")
    assert len(asked.finish_bar._remarks) == count - 1
    press(asked.article.view, "Return")
    assert asked.article.view.selected()[0] > first[0]


def test_after_the_last_remark_enter_begins_again(asked):
    count = len(asked.finish_bar._remarks)
    press(asked.focusWidget(), "Return")
    first = asked.article.view.selected()
    for _ in range(count):
        press(asked.article.view, "Return")
    assert asked.article.view.selected() == first


def test_finishing_again_accepts_from_the_article(asked):
    document = asked.article.document_id
    press(asked.focusWidget(), "Return")
    press(asked.article.view, "Control+Return")
    assert asked.project.status(document) == "finished"
    assert asked.finish_bar.isHidden()


def test_escape_in_the_article_lets_the_article_stay_open(asked):
    document = asked.article.document_id
    press(asked.focusWidget(), "Return")
    press(asked.article.view, "Escape Escape")
    assert asked.finish_bar.isHidden()
    assert asked.project.status(document) == "started"


def test_when_all_is_mended_it_says_so(asked):
    asked.finish_bar.refresh([])
    assert asked.finish_bar._said.text() == "Nothing is left to look at. Finish again to go on."
    press(focus(asked), "Return")
    assert asked.finish_bar.isVisible()


def test_finishing_leaves_one_article_selected(opened):
    for _ in range(2):
        press(opened.article.view, "Control+Return")
        if opened.finish_bar.isVisible():
            press(opened.article.view, "Control+Return")
    assert opened.documents.selected() == [opened.article.document_id]
