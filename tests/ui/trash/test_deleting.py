"""Deleting in the window, by keyboard and mouse, and the trash."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QMessageBox, QPushButton

from annotator.records import UserError
from annotator.store import removal
from annotator.ui.settings import ReadingPlace
from annotator.ui.trash.dialog import TrashDialog
from tests.builders import line, write_lines
from tests.ui.hands import LEFT, answered, focus, press

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def documents(opened):
    """The list of articles, with the focus."""
    opened.documents.list.setFocus()
    return opened.documents.list


@pytest.fixture(autouse=True)
def homes(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def ids(window):
    model = window.documents.model
    return [model.document_id(row) for row in range(model.rowCount())]


def middle(documents, row):
    return documents.visualRect(documents.model().index(row, 0)).center()


def open_trash(window):
    window.actions_["trash"].trigger()
    (dialog,) = [each for each in window.findChildren(TrashDialog) if each.isVisible()]
    return dialog


def button(parent, title):
    return next(each for each in parent.findChildren(QPushButton) if each.text() == title)


def told(dialog):
    table = dialog._table
    return [[table.item(row, column).text() for column in (0, 2)] for row in range(table.rowCount())]


def test_delete_in_the_list_goes_on_to_the_next_and_offers_undo(opened, documents):
    before = ids(opened)
    press(documents, "Delete")
    assert ids(opened) == before[1:]
    assert opened.article.document_id == opened.documents.current() == before[1]
    assert documents.hasFocus()
    notice = opened.deleting.notice
    assert notice.isVisible()
    assert notice._said.text() == "1 article is in the trash now."
    QTest.mouseClick(button(notice, "Undo"), LEFT)
    assert ids(opened) == before
    assert not notice.isVisible()


def test_the_last_article_goes_back_to_the_one_before(opened, documents):
    before = ids(opened)
    press(documents, "End Return")
    documents.setFocus()
    press(documents, "Delete")
    assert opened.article.document_id == before[-2]


def test_all_articles_can_be_deleted_and_come_back_with_undo(opened, documents, qtbot):
    before = ids(opened)
    press(documents, "Control+A Delete")
    qtbot.waitUntil(lambda: not opened.project.is_busy)  # a backup is made before
    assert ids(opened) == []
    assert opened.article.document_id is None
    press(opened, "Control+Z")
    assert ids(opened) == before


def test_several_are_selected_by_keyboard_or_mouse_without_opening_them(opened, documents, qtbot):
    before = ids(opened)
    press(documents, "Shift+Down")
    assert opened.documents.selected() == before[:2]
    QTest.mouseClick(documents.viewport(), LEFT, CONTROL, middle(documents, 3))
    assert opened.documents.selected() == [*before[:2], before[3]]
    assert opened.article.document_id == before[0]
    press(documents, "Delete")
    qtbot.waitUntil(lambda: not opened.project.is_busy)
    assert ids(opened) == [before[2], *before[4:]]
    assert opened.article.document_id == before[4]


def test_a_click_opens_as_before(opened, documents):
    QTest.mouseClick(documents.viewport(), LEFT, pos=middle(documents, 2))
    assert opened.article.document_id == ids(opened)[2]


def test_the_right_mouse_button_deletes(opened, documents):
    before = ids(opened)
    where = middle(documents, 1)
    QTest.mouseClick(documents.viewport(), Qt.MouseButton.RightButton, pos=where)
    viewport = documents.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, viewport.mapToGlobal(where))
    QApplication.sendEvent(viewport, event)
    menu = next(each for each in opened.documents.findChildren(QMenu) if each.isVisible())
    (action,) = menu.actions()
    assert action.text() == "Delete article"
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    assert ids(opened) == [before[0], *before[2:]]
    assert opened.article.document_id == before[0]


def test_what_is_half_typed_is_saved_before_its_article_goes(opened, documents):
    press(focus(opened), "D M")
    QTest.keyClicks(opened.focusWidget(), "half")
    (uid,) = [row.uid for row in opened.article.own()]
    documents.setFocus()
    press(documents, "Delete")
    assert opened.project.annotation(uid).attributes.note == "half"


def test_the_notice_goes_when_something_else_is_done(opened, documents):
    press(documents, "Delete")
    press(focus(opened), "D")
    assert not opened.deleting.notice.isVisible()
    assert opened.project.next_undo().name == "Tag denial"


def test_a_layer_is_deleted_from_the_menu_of_the_article(opened):
    view = focus(opened)
    document = opened.article.document_id
    viewport = view.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), viewport.mapToGlobal(QPoint()))
    QApplication.sendEvent(viewport, event)
    menu = next(each for each in opened.findChildren(QMenu) if each.isVisible() and each.windowFlags())
    layers = next(action.menu() for action in menu.actions() if action.text() == "Delete layer")
    of_ben = next(action for action in layers.actions() if action.text().startswith("Of Ben ("))
    menu.close()
    of_ben.trigger()
    assert [layer.annotator for layer in opened.project.layers(document)] == ["Ana"]
    assert opened.deleting.notice._said.text() == "The layer of Ben is in the trash now."
    QTest.mouseClick(button(opened.deleting.notice, "Undo"), LEFT)
    assert [layer.annotator for layer in opened.project.layers(document)] == ["Ana", "Ben"]


def test_the_trash_lists_and_restores_in_any_order(opened, documents):
    before = ids(opened)
    names = [row.name for row in opened.project.document_rows(before[:2])]
    press(documents, "Delete Delete")
    dialog = open_trash(opened)
    assert [what for what, _ in told(dialog)] == names[::-1]
    assert told(dialog)[1][1] == "Ana 18, Ben 14"
    dialog._table.selectRow(1)
    QTest.mouseClick(button(dialog, "Restore"), LEFT)
    assert ids(opened) == [before[0], *before[2:]]
    press(dialog._table, "Control+A")
    QTest.mouseClick(button(dialog, "Restore"), LEFT)
    assert ids(opened) == before
    assert told(dialog) == []
    assert not button(dialog, "Restore").isEnabled()


def test_a_deleted_layer_can_be_restored_but_not_removed_for_good(opened):
    document = opened.article.document_id
    ben = next(layer for layer in opened.project.layers(document) if layer.annotator == "Ben")
    opened.deleting._delete_layer(document, ben.annotator_id, "Ben")
    dialog = open_trash(opened)
    assert told(dialog)[0][0].startswith("Layer of Ben: ")
    assert not button(dialog, "Remove for good…").isEnabled()
    QTest.mouseClick(button(dialog, "Restore"), LEFT)
    assert ben in opened.project.layers(document)


def removes(answer):
    def choose(box):
        assert "cannot be undone" in box.informativeText()
        assert "copies, packets and exports" in box.informativeText()
        next(each for each in box.buttons() if each.text().replace("&", "") == answer).click()

    return choose


@pytest.mark.modal
def test_removing_for_good_asks_first_and_forgets_the_place(opened, documents, qtbot, settings):
    gone, *left = ids(opened)
    words = opened.article.text.text[:60].encode()
    press(documents, "Delete")
    dialog = open_trash(opened)
    with answered(QMessageBox, removes("Cancel")):
        press(dialog._table, "Delete")
    assert len(told(dialog)) == 1
    settings.set_place(opened.project.path, ReadingPlace(gone))
    with answered(QMessageBox, removes("Remove for good")):
        press(dialog._table, "Delete")
    qtbot.waitUntil(lambda: not opened.project.is_busy)
    assert told(dialog) == []
    assert dialog._said.text() == "1 article was removed for good."
    assert words not in opened.project.path.read_bytes()
    assert settings.place(opened.project.path) == ReadingPlace()
    assert ids(opened) == left


@pytest.mark.modal
def test_what_goes_wrong_while_removing_is_said(opened, documents, qtbot, monkeypatch):
    def refuse(*_):
        raise UserError("The disk is full.")

    press(documents, "Delete")
    dialog = open_trash(opened)
    monkeypatch.setattr(removal, "remove", refuse)
    said = []
    with answered(QMessageBox, removes("Remove for good")):
        press(dialog._table, "Delete")
    with answered(QMessageBox, lambda box: (said.append(box.text()), box.accept())):
        qtbot.waitUntil(lambda: not opened.project.is_busy)
    assert said == ["The disk is full."]
    assert len(told(dialog)) == 1
    assert dialog._table.isEnabled()


@pytest.mark.modal
def test_what_went_with_an_undone_import_can_be_removed_but_not_restored(opened, tmp_path, qtbot):
    words = "Imported by mistake, and seen too late."
    opened.files.import_paths([write_lines(tmp_path / "mistake.jsonl", [line(words, meta={"title": "Mistake"})])])
    (dialog,) = [each for each in opened.findChildren(QDialog) if each.isVisible()]
    before = len(ids(opened))
    button(dialog, "Import").click()
    qtbot.waitUntil(lambda: len(ids(opened)) == before + 1 and not opened.project.is_busy)
    dialog.close()
    opened.project.undo()
    dialog = open_trash(opened)
    assert told(dialog) == [["Mistake (its import was undone)", "None"]]
    assert "comes back by redo, or imported again" in dialog._said.text()
    assert not button(dialog, "Restore").isEnabled()
    with answered(QMessageBox, removes("Remove for good")):
        press(dialog._table, "Delete")
    qtbot.waitUntil(lambda: not opened.project.is_busy)
    assert told(dialog) == []
    assert words.encode() not in opened.project.path.read_bytes()


def test_emptying_is_offered_only_for_what_is_old(opened, documents):
    press(documents, "Delete")
    dialog = open_trash(opened)
    assert not button(dialog, "Remove what is older than 30 days…").isVisible()
    dialog.close()
    with opened.project.writing() as connection:
        connection.exec_driver_sql("UPDATE edit SET at = '2020-01-01 00:00:00.000000'")
    assert button(open_trash(opened), "Remove what is older than 30 days…").isVisible()


def test_an_import_of_a_removed_text_offers_to_take_it_in(opened, tmp_path, qtbot):
    text = opened.article.text.text
    gone = opened.article.document_id
    opened.actions_["delete-article"].trigger()
    ended = []
    opened.deleting._deletions.remove_for_good([gone], ended.append, ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    opened.files.import_paths([write_lines(tmp_path / "again.jsonl", [line(text)])])
    (dialog,) = [each for each in opened.findChildren(QDialog) if each.isVisible()]
    button(dialog, "Import").click()
    qtbot.waitUntil(dialog._bring_back.isVisible)
    assert "1 article was removed from this project for good, and stayed out." in dialog._said.text()
    before = len(ids(opened))
    button(dialog, "Take in 1 removed article").click()
    qtbot.waitUntil(lambda: not opened.project.is_busy)
    assert len(ids(opened)) == before + 1
    dialog.close()
