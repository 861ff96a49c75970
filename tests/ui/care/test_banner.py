"""The banner shows the most serious notice, and can be read, used and put away by keyboard."""

import pytest
from PySide6.QtWidgets import QPushButton

from annotator.ui.care.banner import Banner, Notice, Weight
from tests.ui.hands import click, press

ADVICE = Notice("advice", Weight.ADVICE, "Mind <b>the</b> folder & all.")
DAMAGE = Notice("damage", Weight.DAMAGE, "It is damaged.")


@pytest.fixture
def banner(qtbot, theme):
    banner = Banner(theme)
    qtbot.addWidget(banner)
    return banner


def buttons(banner):
    return [each.text() for each in banner.findChildren(QPushButton) if not each.isHidden()]


def test_it_is_there_only_while_there_is_something_to_say(banner):
    assert banner.isHidden()
    banner.add(ADVICE)
    assert not banner.isHidden()
    banner.withdraw("advice")
    assert banner.isHidden()
    assert banner.shown is None


def test_the_most_serious_comes_first_and_the_others_after_it(banner):
    banner.add(ADVICE)
    banner.add(DAMAGE)
    banner.add(Notice("loss", Weight.LOSS, "Edits are missing."))
    seen = []
    while banner.shown:
        seen.append(banner.shown.key)
        banner.dismiss()
    assert seen == ["damage", "loss", "advice"]


def test_the_text_is_shown_as_it_is_and_read_aloud(banner):
    banner.add(ADVICE)
    assert banner._said.text() == ADVICE.text
    assert banner.accessibleDescription() == ADVICE.text


def test_a_choice_does_what_it_says_and_leaves_the_notice(banner):
    done = []
    banner.add(ADVICE._replace(choices=(("Save a copy…", lambda: done.append(1)),)))
    assert buttons(banner) == ["Save a copy…", "Dismiss"]
    click(banner, "Save a copy…")
    assert done == [1]
    assert banner.shown


def test_escape_puts_it_away_and_says_which(banner, qtbot):
    banner.show()
    banner.add(DAMAGE)
    banner.activateWindow()
    qtbot.waitUntil(banner.isActiveWindow)
    banner.setFocus()
    said = []
    banner.dismissed.connect(said.append)
    banner.left.connect(lambda: said.append("left"))
    press(banner, "Escape")
    assert said == ["left", "damage"]
    assert banner.isHidden()


def test_to_show_it_takes_no_focus(opened, qtbot):
    opened.article.view.setFocus()
    opened.care.banner.add(DAMAGE)
    assert opened.article.view.hasFocus()


def test_f6_goes_there_and_escape_back_to_the_article(opened, qtbot):
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    opened.care.banner.add(DAMAGE)
    opened.documents.list.setFocus()
    press(opened, "F6")
    assert opened.care.banner.isAncestorOf(opened.focusWidget())
    press(opened.focusWidget(), "Escape")
    assert opened.article.view.hasFocus()
    assert opened.care.banner.isHidden()
