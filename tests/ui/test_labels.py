"""Labels that a project adds: they may come with an import, while the window is open."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser, QTreeWidget

from annotator.rows import LabelRow
from annotator.ui.actions import BY_ID
from annotator.ui.keys import refusal
from annotator.ui.letters import letters
from annotator.ui.palette import CommandPalette
from annotator.ui.settings_dialog import SettingsDialog
from annotator.ui.shortcuts import ShortcutSheet
from tests.builders import by, line, span
from tests.ui.hands import focus, press

LEAK = {"key": "leak", "title": "Leak", "colour": "#225522", "pattern": "dash", "shortcut": "F"}


def cleos(window):
    """The article that is shown, as a line by Cleo whose first word is a leak."""
    return line(window.article.text.text, span(0, 6, "leak"), annotator=by("Cleo"))


def choices(combo):
    return [combo.itemData(row) for row in range(combo.count())]


def test_a_label_that_an_import_brings_can_be_seen_chosen_and_filtered_by(opened, bring):
    bring(cleos(opened), labels=[LEAK])
    assert choices(opened.details._form.label)[-1] == "leak"
    assert choices(opened.documents._label)[-1] == "leak"
    press(focus(opened), "Tab")
    assert opened.article.current.label == "leak"
    assert opened.details._form.label.currentData() == "leak"
    assert opened.article.view._styles["leak"].letter == "F"


def test_an_annotation_with_a_label_that_an_import_brought_can_be_unsure(opened, bring):
    bring(cleos(opened), labels=[LEAK])
    press(focus(opened), "Tab U A")
    row = opened.article.current
    assert (row.label, row.attributes.unsure, row.attributes.runner_up) == ("leak", True, "anonymous-source")


def test_what_is_chosen_stays_chosen_when_labels_come(opened, bring):
    press(focus(opened), "D")
    bring(line("Another article."), labels=[LEAK])
    assert opened.article.current.label == "denial"
    assert opened.details._form.label.currentData() == "denial"


def added(key, title, shortcut=None):
    return {"key": key, "title": title, "colour": "#225522", "pattern": "dash", "shortcut": shortcut}


def test_a_key_tags_with_a_label_that_the_project_adds(opened, bring):
    bring(line("Another article."), labels=[LEAK])
    press(focus(opened), "F S D Shift+F")
    rows = opened.article.own()
    assert sorted(row.label for row in rows) == ["denial", "leak", "leak"]
    opened.article.go_to(next(row for row in rows if row.label == "denial"))
    press(opened.article.view, "U")
    assert [button.text() for button in opened.runner_up_bar._choices][-2:] == ["F   Leak", "Esc   None"]
    press(opened.article.view, "F")
    assert opened.article.current.attributes.runner_up == "leak"


def test_a_label_whose_shortcut_has_another_use_is_on_a_digit_and_then_only_in_menu_and_palette(opened, bring):
    labels = [added(f"l{number}", f"Label {number}", "S") for number in range(6)]
    bring(line("Another article."), labels=labels)
    keys = [opened.actions_.label_keys(label["key"]) for label in labels]
    assert keys == [["5"], ["6"], ["7"], ["8"], ["9"], []]
    press(focus(opened), "S 6")
    assert opened.article.current.label == "l1"
    opened.actions_["tag:l5"].trigger()
    assert opened.article.current.label == "l5"
    assert dict(CommandPalette(opened.actions_, opened).shown())["Tag label 5"] == ""


def test_the_usual_labels_keep_their_keys_whatever_comes(opened, bring):
    bring(line("Another article."), labels=[added("doubt", "Doubt", "D"), added("opinion", "Opinion", "1")])
    assert opened.actions_.label_keys("denial") == ["D", "3"]
    assert opened.actions_.label_keys("anonymous-source") == ["A", "1"]
    assert (opened.actions_.label_keys("doubt"), opened.actions_.label_keys("opinion")) == (["5"], ["6"])


def test_no_two_labels_have_the_same_letter():
    rows = [LabelRow(key, title, "#225522", "dash", short) for key, title, short in (
        ("denial", "Denial", "D"), ("doubt", "Doubt", None), ("dd", "DD", None), ("do", "!", "D"), ("o", "Od", "o"),
    )]  # fmt: skip
    assert letters(rows) == {"denial": "D", "doubt": "O", "dd": "5", "do": "6", "o": "7"}


def test_settings_sheet_and_menu_have_the_labels_of_the_open_project_only(opened, bring):
    bring(line("Another article."), labels=[LEAK])
    (menu,) = [entry.menu() for entry in opened.menuBar().actions() if entry.text().replace("&", "") == "Annotate"]
    assert opened.actions_["tag:leak"] in menu.actions()
    press(focus(opened), "Control+Comma")
    (settings,) = opened.findChildren(SettingsDialog)
    items = settings.findChild(QTreeWidget).findItems(
        "Tag leak", Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
    )
    assert [item.text(1) for item in items] == ["F"]
    settings.close()
    opened.actions_["shortcuts"].trigger()
    (sheet,) = opened.findChildren(ShortcutSheet)
    assert "Tag a new leak" in sheet.findChild(QTextBrowser).toPlainText()
    sheet.close()
    opened.actions_["close-project"].trigger()
    assert "tag:leak" not in list(opened.actions_)
    assert "Tag leak" not in [action.text() for action in menu.actions()]


def test_a_person_can_give_an_added_label_another_key(opened, bring, settings):
    bring(line("Another article."), labels=[LEAK])
    settings.remapped_keys = {"tag:leak": ["Z"]}
    press(focus(opened), "Z")
    assert opened.article.current.label == "leak"
    leak = next(action for action in opened.actions_.table if action.id == "tag:leak")
    assert "“Tag leak”" in refusal("Z", BY_ID["note"], settings.remapped_keys, opened.actions_.table)
    assert refusal("F", leak, settings.remapped_keys, opened.actions_.table) is None


def test_a_label_cannot_take_the_place_of_another_action(opened, bring):
    bring(line("Another article."), labels=[added("project", "Project")])
    assert opened.actions_["new-project"].text() == "New project…"
    assert opened.actions_["new:project"].text() == "Tag a new project"
