"""What a screen reader is told, and what can be reached without a mouse: read through QAccessible, typed with real keys."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QWidget

from annotator.ui.actions import ACTIONS, SCREENS
from annotator.ui.annotate.occurrences import OccurrencesDialog
from annotator.ui.name_dialog import NameDialog
from annotator.ui.palette import CommandPalette
from tests.builders import line, span, write_lines
from tests.ui.hands import focus, press

NAME, DESCRIPTION, LABEL = QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.RelationFlag.Label
NO_ROLE = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Pane}


def face(widget):
    """What an assistive technology sees of a widget."""
    return QAccessible.queryAccessibleInterface(widget)


def focusable(root):
    """The widgets of a window that can have the focus as it is now."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.window() is root
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]


def assert_named(root):
    assert face(root).text(NAME)
    assert focusable(root)
    for widget in focusable(root):
        found = face(widget)
        assert found.text(NAME), f"{widget} in {root} has no name"
        assert found.role() not in NO_ROLE, f"{widget} in {root} has no role"
        if isinstance(widget, QComboBox):  # where there is X11, Qt says its entry for its name
            assert found.relations(LABEL) or found.text(DESCRIPTION), f"{widget} in {root} only says its entry"


# The article


def test_the_article_is_read_with_its_caret_and_selection(opened):
    view = focus(opened)
    text = face(view).textInterface()
    stored = opened.article.text.text
    assert face(view).role() == QAccessible.Role.EditableText
    assert face(view).state().readOnly and face(view).state().multiLine and face(view).state().focused
    assert text.text(0, text.characterCount()) == stored
    press(view, "Control+Home Right Right Right")
    assert (text.cursorPosition(), text.selectionCount()) == (3, 0)
    press(view, "Shift+Control+Right")
    assert (text.cursorPosition(), text.selectionCount()) == (7, 1)
    text.setSelection(0, 7, 13)
    assert stored[slice(*view.selected())] == stored[7:13]
    text.setCursorPosition(20)
    assert (view.caret(), text.selectionCount()) == (20, 0)


def test_what_a_screen_reader_selects_is_what_is_tagged(opened):
    view = focus(opened)
    start = opened.article.text.text.index("at least nineteen ships")
    face(view).textInterface().addSelection(start, start + 23)
    press(view, "D")
    assert [(row.start, row.end) for row in opened.article.own()] == [(start, start + 23)]


def test_the_lists_say_each_annotation_and_each_article(opened):
    press(focus(opened), "D")
    (annotation,), articles = cells(opened.annotations), cells(opened.documents.list)
    assert annotation.startswith("Denial: Eleven cranes stood idle")
    assert articles[0] == "Cranes stand still as Halvern dockers walk out, started, 1"


def cells(rows):
    """What a screen reader says of each row of a list."""
    found = [face(rows).child(number) for number in range(face(rows).childCount())]
    return [each.text(NAME) for each in found if each.role() == QAccessible.Role.Cell]


# Names


def test_every_control_of_the_window_has_a_name_and_a_role(window, sample_path):
    assert_named(window)
    window.project.open(sample_path)
    window.annotate_as("Cleo")
    view = focus(window)
    press(view, "D U")
    assert_named(window)
    press(view, "Control+F Control+Return")
    assert_named(window)
    press(view, "X H")
    assert_named(window)


def dialogs(opened, tmp_path):
    (tmp_path / "in.txt").write_text("An article.")
    actions = opened.actions_
    yield "import", lambda: opened.files.import_paths([tmp_path / "in.txt"])
    for name in ("export", "article-details", "palette", "restore", "shortcuts"):
        yield name, actions[name].trigger


@pytest.mark.parametrize("name", ["import", "export", "article-details", "palette", "restore", "shortcuts"])
def test_every_control_of_a_dialog_has_a_name_and_a_role(opened, tmp_path, qtbot, name):
    dict(dialogs(opened, tmp_path))[name]()
    (dialog,) = [each for each in opened.findChildren(QDialog) if each.isVisible()]
    qtbot.waitUntil(lambda: not opened.project.looking.is_running)
    assert_named(dialog)
    dialog.close()


def test_every_control_of_the_second_step_of_an_import_has_a_name_and_a_role(opened, tmp_path, qtbot):
    write_lines(tmp_path / "in.jsonl", [line("Officials denied it.", span(0, 9, "ANON"), span(0, 9, "Weather"))])
    opened.files.import_paths([tmp_path / "in.jsonl"])
    (dialog,) = [each for each in opened.findChildren(QDialog) if each.isVisible()]
    qtbot.waitUntil(lambda: not opened.project.looking.is_running)
    dialog._start.click()
    assert_named(dialog)
    dialog.close()


def test_every_control_of_an_export_has_a_name_and_a_role_with_all_its_choices_open(opened, qtbot):
    opened.actions_["export"].trigger()
    (dialog,) = [each for each in opened.findChildren(QDialog) if each.isVisible()]
    qtbot.waitUntil(lambda: not opened.project.looking.is_running)
    dialog._form._disclosure.click()
    dialog._form._more._split.setEditText("80/20")
    assert_named(dialog)
    dialog.close()


def test_every_control_of_the_occurrences_has_a_name_and_a_role(opened, qtbot):
    dialog = OccurrencesDialog(opened.article.text, [(0, 6)], set(), "denial", opened)
    dialog.open()
    assert_named(dialog)
    dialog.close()


@pytest.mark.modal
def test_the_question_for_a_name_has_a_title_and_a_sentence(window, sample_path, qtbot):
    """The first edit asks; typed and confirmed by keys, it goes on with the edit."""
    window.project.open(sample_path)

    found = []

    def answer():
        (dialog,) = [each for each in window.findChildren(NameDialog) if each.isVisible()]
        try:
            assert face(dialog).text(NAME) == "Who is annotating?"
            assert_named(dialog)
            press(dialog.findChild(QLineEdit), "D E E Return")
        except AssertionError as error:
            found.append(error)
            dialog.reject()

    QTimer.singleShot(0, answer)
    press(focus(window), "D")
    assert found == []
    assert window.project.annotator.name == "dee"
    assert len(window.article.own()) == 1


# Without a mouse


def test_every_action_is_in_a_menu_and_in_the_palette(opened):
    press(focus(opened), "D O Control+Z")  # so that there is something to undo and to redo
    in_menus = {action for entry in opened.menuBar().actions() for action in entry.menu().actions()}
    assert {action.id for action in ACTIONS} <= {action.objectName() for action in in_menus}
    in_article = [action for action in ACTIONS if "article" in SCREENS[action.place]]
    assert_in_palette(opened, in_article)
    press(opened, "Control+R")
    assert_in_palette(opened, [action for action in ACTIONS if action not in in_article])


def assert_in_palette(opened, actions):
    for action in actions:
        palette = CommandPalette(opened.actions_, opened)
        palette._field.setText(action.title)
        assert opened.actions_[action.id].text().replace("&", "") in [name for name, _ in palette.shown()], action.id
        palette.deleteLater()


def test_an_action_is_found_and_done_by_typing_a_word_of_its_name(opened, qtbot):
    press(focus(opened), "Control+K")
    (palette,) = [each for each in opened.findChildren(CommandPalette) if each.isVisible()]
    qtbot.keyClicks(palette._field, "denial")
    press(palette._field, "Down Return")  # the first is "Tag denial", the second "Tag a new denial"
    assert [row.label for row in opened.article.own()] == ["denial"]


def test_every_control_is_reached_by_f6_and_tab(opened):
    """In the article Tab goes to the next span, so F6 leaves it."""
    view = focus(opened)
    press(view, "D U Control+F Control+Return")
    reached = set()
    for _ in range(4):
        press(QApplication.focusWidget(), "F6")
        begin = QApplication.focusWidget()
        for key in ("Tab", "Shift+Backtab"):
            begin.setFocus()
            while QApplication.focusWidget() not in reached and QApplication.focusWidget() is not view:
                reached.add(QApplication.focusWidget())
                press(QApplication.focusWidget(), key)
            reached.discard(begin)
        reached.add(begin)
        begin.setFocus()
    missed = [f"{widget} {face(widget).text(NAME)}" for widget in focusable(opened) if widget not in reached]
    assert missed == []


@pytest.mark.parametrize("key", ["F6", "Shift+F6"])
@pytest.mark.parametrize("first", ["", "D", "H", "D H"])
def test_f6_goes_round_the_panes_whichever_of_them_are_shown(opened, key, first):
    press(focus(opened), first)
    panes = {"documents": opened.documents, "article": opened.article, "side": opened.side}
    visited = []
    for _ in range(5):
        press(QApplication.focusWidget(), key)
        focused = QApplication.focusWidget()
        visited.append(next(name for name, pane in panes.items() if pane.isAncestorOf(focused)))
    assert set(visited) == set(panes)


@pytest.mark.parametrize("pane", ["documents", "side"])
def test_escape_goes_back_to_the_article(opened, pane):
    press(focus(opened), "D")
    getattr(opened, pane).setFocus()
    widget = opened.documents.list if pane == "documents" else opened.annotations
    widget.setFocus()
    press(widget, "Escape")
    assert opened.article.view.hasFocus()
