"""The table of actions, and which keys they can have."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from annotator.ui.actions import ACTIONS, BY_ID, SCREENS, Actions, mnemonics, resolved
from annotator.ui.keys import layouts_without, refusal, taken_by, warning

# Typed with AltGr, by a dead key, or not at all; read off pictures of the keyboards, not from our table.
NOT_ON = {
    "US": "äöüßéèçàù§°£µ²¨",
    "German": "@[]{}\\|~^`éèçàù£²",
    "French": "@[]{}\\|~#^`äöß",
}


@pytest.mark.parametrize("screen", ["article", "review"])
def test_no_two_actions_of_a_screen_share_a_key(screen):
    mine = [action for action in ACTIONS if screen in SCREENS[action.place]]
    keys = Counter(QKeySequence(key).toString() for action in mine for key in action.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    assert "" not in keys


def test_every_action_has_a_name_of_its_own():
    assert len(BY_ID) == len({action.title for action in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_the_usual_keys_can_be_typed_on_every_layout_and_are_not_the_texts_own(action):
    for key in action.keys:
        assert layouts_without(key) == []
        assert refusal(key, action, {}) is None


@pytest.mark.parametrize(("layout", "character"), [(layout, each) for layout in NOT_ON for each in NOT_ON[layout]])
def test_a_character_that_a_layout_does_not_type_is_warned_about(layout, character):
    assert layout in layouts_without(character.upper() if len(character.upper()) == 1 else character)


@pytest.mark.parametrize("key", ["Ctrl+Alt+Q", "Ctrl+Alt+5", "Shift+3"])
def test_what_types_another_character_with_these_modifiers_is_warned_about(key):
    assert "cannot be typed on a" in warning(key)


@pytest.mark.parametrize(
    "key", ["A", "Shift+A", "7", "Ctrl+Alt+Left", "F7", "Space", "Ctrl++", "?", "Ctrl+,", "Meta+K"]
)
def test_what_every_layout_types_is_not_warned_about(key):
    assert warning(key) is None


def test_a_conflict_names_the_other_action():
    denial = BY_ID["tag-denial"]
    assert taken_by("A", denial, {}).id == "tag-anonymous-source"
    assert "“Tag anonymous source”" in refusal("A", denial, {})
    assert refusal("A", denial, {"tag-anonymous-source": ["F"]}) is None
    assert "“Tag anonymous source”" in refusal("F", denial, {"tag-anonymous-source": ["F"]})
    assert refusal("D", denial, {}) is None


@pytest.mark.parametrize("key", ["Left", "Shift+Down", "Ctrl+Home", "Esc", "Return", "Ctrl+C", "Ctrl+K, A", ""])
def test_the_text_keeps_its_own_keys(key):
    assert refusal(key, BY_ID["tag-denial"], {})


def test_what_works_everywhere_cannot_be_on_a_key_that_is_typed():
    assert "needs Ctrl or Alt" in refusal("P", BY_ID["export"], {})
    assert refusal("F9", BY_ID["export"], {}) is None
    assert refusal("Z", BY_ID["tag-denial"], {}) is None


def test_a_persons_key_comes_before_the_table():
    keys = resolved({"guideline": ["D"], "finish": []})
    assert keys["guideline"] == ["D"]
    assert keys["tag-denial"] == ["3"]
    assert keys["finish"] == []
    assert resolved({"an action of another version": ["D"]}) == resolved({})


def test_keys_written_by_hand_never_give_one_to_two_actions():
    keys = resolved({"guideline": ["D", "D", "nonsense"], "note": ["D"]})
    for screen in ("article", "review"):
        every = [key for name, given in keys.items() if screen in SCREENS[BY_ID[name].place] for key in given]
        assert len(every) == len(set(every))
    assert (keys["note"], keys["guideline"]) == (["D"], [])  # in the order of the table


def test_a_key_is_another_action_s_only_where_both_can_be_pressed():
    assert taken_by("D", BY_ID["rule-denial"], {}) is None  # tagging is on the other screen
    assert taken_by("B", BY_ID["next-sentence"], {}).id == "alike"  # on both
    assert resolved({"next-sentence": ["B"]})["alike"] == []
    assert resolved({"note": ["B"]})["alike"] == ["B"]
    assert refusal("Return", BY_ID["note"], {}) and refusal("Ctrl+C", BY_ID["take-shown"], {})


def test_actions_are_given_their_keys_again(qtbot):
    window, article = QWidget(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(article)
    actions = Actions(window, article, {"note": ["R"]})
    assert actions.keys("note") == ["R"]
    actions.remap({})
    assert actions.keys("note") == ["M"]


def test_each_menu_has_a_letter_of_its_own():
    assert mnemonics(["Project", "Annotate", "Adjust", "Paper", "Pat", "Pa"]) == [
        "&Project", "&Annotate", "A&djust", "Pap&er", "Pa&t", "Pa",
    ]  # fmt: skip


def test_alt_and_a_letter_open_a_menu(opened):
    QTest.keyClick(opened.article.view, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    menu = next(entry.menu() for entry in opened.menuBar().actions() if entry.text() == "&View")
    assert menu.isVisible()
    menu.close()
