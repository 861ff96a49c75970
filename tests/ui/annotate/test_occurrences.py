import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QListWidget, QPushButton, QWidget

from annotator.text import DocumentText
from annotator.ui.annotate.occurrences import CONTEXT, OccurrencesDialog

DOCUMENT = 1


@pytest.fixture
def text(project):
    return DocumentText(project.document(DOCUMENT).text)


@pytest.fixture
def open_dialog(qtbot, theme):
    host = QWidget()
    qtbot.addWidget(host)

    def open_dialog(text, found, tagged=()):
        dialog = OccurrencesDialog(text, found, tagged, "on-record", host)
        with qtbot.waitExposed(dialog):
            dialog.show()
        dialog.activateWindow()
        dialog.findChild(QListWidget).setFocus()
        return dialog

    return open_dialog


@pytest.fixture
def found(text):
    found = text.occurrences(*text.word(text.text.index("said")))
    assert len(found) == 8
    return found


def items(dialog):
    shown = dialog.findChild(QListWidget)
    return [shown.item(number) for number in range(shown.count())]


def test_all_occurrences_are_chosen_at_first(open_dialog, text, found):
    dialog = open_dialog(text, found)
    assert dialog.chosen() == found


def test_an_occurrence_is_shown_with_what_stands_around_it(open_dialog, text, found):
    dialog = open_dialog(text, found)
    for (start, end), item in zip(found, items(dialog), strict=True):
        around = text.text[max(0, start - CONTEXT) : end + CONTEXT]
        assert item.text().strip("…").split() == around.split()


def test_those_that_are_tagged_already_cannot_be_chosen(open_dialog, text, found):
    dialog = open_dialog(text, found, {found[1], found[3]})
    assert dialog.chosen() == [span for span in found if span not in (found[1], found[3])]
    item = items(dialog)[1]
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    shown = dialog.findChild(QListWidget)
    box = shown.visualItemRect(item)
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(10, box.height() // 2))
    assert found[1] not in dialog.chosen()


def test_space_ticks_and_enter_accepts(open_dialog, text, found):
    dialog = open_dialog(text, found)
    shown = dialog.findChild(QListWidget)
    QTest.keyClick(shown, Qt.Key.Key_Space)
    QTest.keyClick(shown, Qt.Key.Key_Down)
    QTest.keyClick(shown, Qt.Key.Key_Space)
    assert dialog.chosen() == found[2:]
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.chosen() == found[2:]


def test_a_click_on_the_box_ticks(open_dialog, text, found):
    dialog = open_dialog(text, found)
    shown = dialog.findChild(QListWidget)
    box = shown.visualItemRect(items(dialog)[0])
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(10, box.height() // 2))
    assert dialog.chosen() == found[1:]


def test_escape_tags_nothing(open_dialog, text, found):
    dialog = open_dialog(text, found)
    QTest.keyClick(dialog.findChild(QListWidget), Qt.Key.Key_Escape)
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_with_nothing_ticked_there_is_nothing_to_tag(open_dialog, text, found):
    dialog = open_dialog(text, found[:1])
    tag = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Tag 1")
    QTest.keyClick(dialog.findChild(QListWidget), Qt.Key.Key_Space)
    assert (tag.text(), tag.isEnabled()) == ("Tag 0", False)
    QTest.keyClick(dialog.findChild(QListWidget), Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_tagging_what_is_chosen_is_one_edit(project, open_dialog, text, found):
    before = project.annotations(DOCUMENT)
    dialog = open_dialog(text, found)
    project.tag(DOCUMENT, dialog.chosen(), "denial")
    assert len(project.annotations(DOCUMENT)) == len(before) + len(found)
    project.undo()
    assert project.annotations(DOCUMENT) == before


def test_markup_in_an_article_is_text(open_dialog):
    text = DocumentText("<b>Bold & \U0001f642</b> said.\r\n\r\nShe <i>said</i>\tso.")
    found = text.occurrences(*text.word(text.text.index("said")))
    dialog = open_dialog(text, found)
    assert items(dialog)[0].text() == "<b>Bold & \U0001f642</b> said. She <i>said</i> so."
    dialog.grab()


def test_a_very_long_passage_can_be_shown(open_dialog):
    sentence = "A spokesman for the harbour trust said that nothing was known of any crane at all. "
    text = DocumentText(sentence * 6)
    dialog = open_dialog(text, text.occurrences(0, 2 * len(sentence) - 1))
    dialog.grab()


def test_every_control_has_an_accessible_name(open_dialog, text, found):
    dialog = open_dialog(text, found, {found[0]})
    assert dialog.findChild(QListWidget).accessibleName()
    assert all(button.text() for button in dialog.findChildren(QPushButton))
    assert items(dialog)[0].data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Tagged already"
