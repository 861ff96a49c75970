from contextlib import contextmanager

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QToolButton

from annotator.records import UserError
from annotator.ui.annotate.details import DetailsPanel
from annotator.ui.settings import Draft

# A list that opens says this on the offscreen platform; it tells nothing about our fields.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")

DOCUMENT = 1
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def text(project):
    return project.document(DOCUMENT).text


@pytest.fixture
def panel(qtbot, project, theme):
    panel = DetailsPanel(project)
    qtbot.addWidget(panel)
    panel.resize(340, 460)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    return panel


@pytest.fixture
def show(project, panel, text):
    def show(row):
        panel.show_annotation(DOCUMENT, row, text)
        return row

    return show


@pytest.fixture
def row(project, show):
    """The first annotation of Ana: on record, an institution, no note."""
    return show(own(project)[0])


@contextmanager
def refused(qtbot, path):
    """Let edits fail as they do for a person whose project was moved away under the program."""
    away = path.with_suffix(".away")
    path.rename(away)
    with qtbot.captureExceptions() as raised:
        yield
    away.rename(path)
    assert [type(error) for _, error, _ in raised] == [UserError]


def own(project):
    return [row for row in project.annotations(DOCUMENT) if row.annotator_id == project.annotator.id]


def negative(project):
    return next(row for row in own(project) if row.label is None)


def edits(project):
    """Return the number and name of the newest edit."""
    step = project.next_undo()
    return (step.number, step.name) if step else (0, "")


def control(panel, kind, name):
    return next(each for each in panel.findChildren(kind) if each.accessibleName() == name)


def note(panel):
    return panel.findChild(QPlainTextEdit)


def source(panel):
    return control(panel, QLineEdit, "Source")


def press(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))


def test_without_an_annotation_it_says_what_to_do(panel, show, row):
    show(None)
    labels = [label.text() for label in panel.findChildren(type(panel._form._whose)) if label.isVisible()]
    assert labels == ["No annotation here.\nSelect text and press the key of a label."]
    assert not any(field.isVisible() for field in panel.findChildren(QComboBox))
    panel.focus_note()
    panel.focus_runner_up()
    assert panel.draft() is None


def test_every_control_has_an_accessible_name(panel, row):
    for kind in (QComboBox, QLineEdit, QPlainTextEdit, QCheckBox, QToolButton):
        found = panel.findChildren(kind)
        assert found
        assert all(each.accessibleName() for each in found)


def test_all_that_is_said_of_an_annotation_is_shown(project, panel, show, text):
    row = show(next(row for row in own(project) if row.attributes.unsure))
    assert control(panel, QComboBox, "Label").currentData() == row.label
    assert control(panel, QComboBox, "Runner-up label").currentData() == row.attributes.runner_up
    assert control(panel, QToolButton, "Identity: Institution").isChecked()
    assert control(panel, QCheckBox, "Unsure").isChecked()
    assert source(panel).text() == row.attributes.source
    assert note(panel).toPlainText() == row.attributes.note
    assert panel._form.passage.accessibleName() == text[row.start : row.end]


def test_a_letter_in_the_list_of_labels_is_one_edit(project, panel, row):
    number, _ = edits(project)
    choice = control(panel, QComboBox, "Label")
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_D)
    assert project.annotation(row.uid).label == "denial"
    assert edits(project) == (number + 1, "Change label to denial")


def test_arrows_open_the_list_and_change_nothing_on_the_way(qtbot, project, panel, row):
    number, _ = edits(project)
    choice = control(panel, QComboBox, "Label")
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert choice.view().isVisible()
    QTest.keyClick(choice.view(), Qt.Key.Key_Down)
    QTest.keyClick(choice.view(), Qt.Key.Key_Down)
    QTest.keyClick(choice.view(), Qt.Key.Key_Return)
    assert project.annotation(row.uid).label == "non-comment"
    assert edits(project)[0] == number + 1


def test_the_wheel_changes_no_choice(project, panel, row):
    number, _ = edits(project)
    choice = control(panel, QComboBox, "Label")
    choice.setFocus()
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(choice, wheel)
    assert (choice.currentData(), edits(project)[0]) == (row.label, number)


def test_a_segment_says_the_identity_and_pressed_again_leaves_it_unsaid(project, panel, row):
    number, _ = edits(project)
    press(control(panel, QToolButton, "Identity: Unnamed"))
    assert project.annotation(row.uid).attributes.identity == "unnamed"
    assert edits(project) == (number + 1, "Identity of on record")
    assert not control(panel, QToolButton, "Identity: Institution").isChecked()
    press(control(panel, QToolButton, "Identity: Unnamed"))
    assert project.annotation(row.uid).attributes.identity is None
    confidence = control(panel, QToolButton, "Confidence: Low")
    confidence.setFocus()
    QTest.keyClick(confidence, Qt.Key.Key_Space)
    assert project.annotation(row.uid).attributes.confidence == "low"
    assert edits(project)[0] == number + 3


def test_unsure_asks_for_the_runner_up_and_sure_again_has_none(project, panel, row):
    runner_up = control(panel, QComboBox, "Runner-up label")
    assert not runner_up.isEnabled()
    press(control(panel, QCheckBox, "Unsure"))
    assert project.annotation(row.uid).attributes.unsure
    assert runner_up.hasFocus()
    offered = [runner_up.itemData(n) for n in range(runner_up.count()) if runner_up.model().item(n).isEnabled()]
    assert offered == [None, "anonymous-source", "denial", "non-comment"]
    QTest.keyClick(runner_up, Qt.Key.Key_D)
    assert project.annotation(row.uid).attributes.runner_up == "denial"
    press(control(panel, QCheckBox, "Unsure"))
    said = project.annotation(row.uid).attributes
    assert (said.unsure, said.runner_up) == (False, None)


def test_a_source_is_saved_once_when_it_is_typed_and_not_again(project, panel, row):
    number, _ = edits(project)
    field = source(panel)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "  The  union ")
    assert edits(project)[0] == number
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert project.annotation(row.uid).attributes.source == "The union"
    assert field.text() == "The union"
    assert edits(project) == (number + 1, "Source of on record")
    QTest.keyClick(field, Qt.Key.Key_Return)
    note(panel).setFocus()
    assert edits(project)[0] == number + 1


def test_a_source_that_is_emptied_is_none(project, panel, row):
    field = source(panel)
    field.setFocus()
    field.clear()
    note(panel).setFocus()
    assert project.annotation(row.uid).attributes.source is None


def test_sources_given_before_are_offered_when_the_field_is_entered(project, panel, row):
    field = source(panel)
    project.describe(DOCUMENT, own(project)[1], "Source", msgspec.structs.replace(row.attributes, source="Zuzana Zák"))
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, "ZANA")
    popup = field.completer().popup()
    assert [popup.model().index(n, 0).data() for n in range(popup.model().rowCount())] == ["Zuzana Zák"]
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert field.text() == "Zuzana Zák"
    note(panel).setFocus()
    assert project.annotation(row.uid).attributes.source == "Zuzana Zák"


def test_a_note_is_one_edit_when_its_field_is_left(project, panel, row):
    number, _ = edits(project)
    panel.focus_note()
    QTest.keyClicks(note(panel), "Who is counting?")
    assert edits(project)[0] == number
    assert panel.draft() == Draft(row.uid, ("Who is counting?", ""))
    source(panel).setFocus()
    assert project.annotation(row.uid).attributes.note == "Who is counting?"
    assert edits(project) == (number + 1, "Note of on record")
    assert panel.draft() is None


def test_control_enter_saves_the_note_and_leaves(qtbot, project, panel, row):
    panel.focus_note()
    QTest.keyClicks(note(panel), "First")
    QTest.keyClick(note(panel), Qt.Key.Key_Return)
    QTest.keyClicks(note(panel), "Second")
    with qtbot.waitSignal(panel.left):
        QTest.keyClick(note(panel), Qt.Key.Key_Return, CONTROL)
    assert project.annotation(row.uid).attributes.note == "First\nSecond"


def test_a_note_is_saved_when_another_annotation_is_shown(project, panel, show, row):
    number, _ = edits(project)
    panel.focus_note()
    QTest.keyClicks(note(panel), "Later")
    other = show(own(project)[2])
    assert project.annotation(row.uid).attributes.note == "Later"
    assert project.annotation(other.uid) == other
    assert note(panel).toPlainText() == ""
    assert edits(project)[0] == number + 1


def test_white_space_alone_is_no_note_and_no_edit(project, panel, row):
    number, _ = edits(project)
    panel.focus_note()
    QTest.keyClicks(note(panel), "  ")
    source(panel).setFocus()
    assert edits(project)[0] == number


@pytest.mark.parametrize("field", ["note", "source"])
def test_looking_at_a_text_that_qt_would_change_saves_nothing(project, panel, show, field):
    odd = "a\u00a0b\u2028c\r\nd  e\ufeff "
    row = own(project)[0]
    project.describe(DOCUMENT, row, field, msgspec.structs.replace(row.attributes, **{field: odd}))
    number, _ = edits(project)
    show(project.annotation(row.uid))
    source(panel).setFocus()
    note(panel).setFocus()
    assert panel.draft() is None
    show(own(project)[3])
    show(None)
    assert edits(project)[0] == number
    assert getattr(project.annotation(row.uid).attributes, field) == odd


def test_an_undo_is_shown_and_not_written_over(project, panel, show, row):
    panel.focus_note()
    QTest.keyClicks(note(panel), "A thought")
    source(panel).setFocus()
    project.undo()
    assert note(panel).toPlainText() == ""
    show(own(project)[1])
    assert project.annotation(row.uid).attributes.note is None
    assert project.next_redo().name == "Note of on record"


def test_a_note_that_is_being_typed_survives_an_edit_of_something_else(project, panel, show, row):
    panel.focus_note()
    QTest.keyClicks(note(panel), "Half a")
    project.describe(DOCUMENT, row, "Identity", msgspec.structs.replace(row.attributes, identity="named"))
    show(project.annotation(row.uid))
    QTest.keyClicks(note(panel), " thought")
    source(panel).setFocus()
    said = project.annotation(row.uid).attributes
    assert (said.identity, said.note) == ("named", "Half a thought")


def test_what_is_half_typed_comes_back_after_a_restart(qtbot, project, panel, row, text):
    panel.focus_note()
    QTest.keyClicks(note(panel), "Half a")
    with qtbot.waitSignal(panel.typed):
        source(panel).setText("Half a na")
    draft = Draft(row.uid, ("Half a", ""), ("Half a na", row.attributes.source))
    assert panel.draft() == draft
    later = DetailsPanel(project)
    qtbot.addWidget(later)
    later.show_annotation(DOCUMENT, project.annotation(row.uid), text)
    later.restore_draft(Draft("another", ("Lost", "")))
    assert later.draft() is None
    later.restore_draft(draft)
    assert later.draft() == draft


def test_a_draft_never_replaces_what_was_saved_after_it(project, panel, row):
    panel.restore_draft(Draft(row.uid, ("Half a", "Another note"), ("Half a na", "Another source")))
    assert panel.draft() is None


def test_what_was_typed_for_a_removed_annotation_does_not_bring_it_back(project, panel, show, row):
    panel.focus_note()
    QTest.keyClicks(note(panel), "Too late")
    project.remove(DOCUMENT, [row])
    show(None)
    assert project.annotation(row.uid) is None


def test_a_negative_can_get_a_label_and_has_a_reason(project, panel, show):
    row = show(negative(project))
    assert not source(panel).isEnabled()
    assert note(panel).accessibleName() == "Reason"
    assert note(panel).toPlainText() == row.attributes.reason
    panel.focus_note()
    QTest.keyClicks(note(panel), " Really.")
    choice = control(panel, QComboBox, "Label")
    choice.setFocus()
    assert project.annotation(row.uid).attributes.reason == row.attributes.reason + " Really."
    assert project.annotation(row.uid).attributes.note is None
    QTest.keyClick(choice, Qt.Key.Key_N)
    assert project.annotation(row.uid).label == "non-comment"
    assert source(panel).isEnabled()
    assert note(panel).toPlainText() == ""


def test_annotations_of_others_can_be_read_only(project, panel, show):
    bens = next(row for row in project.annotations(DOCUMENT) if row.annotator_id != project.annotator.id)
    show(bens)
    fields = (QComboBox, QLineEdit, QPlainTextEdit, QCheckBox, QToolButton)
    assert not any(field.isEnabled() for kind in fields for field in panel.findChildren(kind))
    assert panel._form._whose.text() == "Made by Ben. Only your own annotations can be changed."
    project.annotate_as("Ben")
    assert note(panel).isEnabled()
    assert not panel._form._whose.isVisible()


def test_while_an_import_runs_it_waits_and_nothing_typed_is_lost(project, panel, row):
    panel.focus_note()
    QTest.keyClicks(note(panel), "Just in time")
    project._set_busy(True)
    assert project.annotation(row.uid).attributes.note == "Just in time"
    assert not note(panel).isEnabled()
    project._set_busy(False)
    assert note(panel).isEnabled()


def test_a_choice_that_is_refused_is_not_shown_as_made(qtbot, project, panel, row):
    with refused(qtbot, project.path):
        press(control(panel, QToolButton, "Identity: Unnamed"))
    assert control(panel, QToolButton, "Identity: Institution").isChecked()
    assert not control(panel, QToolButton, "Identity: Unnamed").isChecked()


def test_a_note_that_is_refused_stays_to_be_saved(qtbot, project, panel, row):
    panel.focus_note()
    QTest.keyClicks(note(panel), "Stubborn")
    with refused(qtbot, project.path):
        source(panel).setFocus()
    assert panel.draft() == Draft(row.uid, ("Stubborn", ""))
    panel.focus_note()
    source(panel).setFocus()
    assert project.annotation(row.uid).attributes.note == "Stubborn"


@pytest.mark.parametrize("name", ["Label", "Source", "Confidence: High", "Unsure", "Note"])
def test_escape_leaves_from_every_field(qtbot, panel, row, name):
    field = control(panel, kind_of(name), name)
    field.setFocus()
    with qtbot.waitSignal(panel.left):
        QTest.keyClick(field, Qt.Key.Key_Escape)


def kind_of(name):
    kinds = {"Label": QComboBox, "Source": QLineEdit, "Unsure": QCheckBox, "Note": QPlainTextEdit}
    return kinds.get(name, QToolButton)


def test_closing_the_project_empties_the_panel(project, panel, row):
    project.close()
    assert panel.draft() is None
    assert not note(panel).isVisible()


def test_a_long_passage_is_cut_to_what_fits(project, panel, show, text):
    (uid,) = project.tag(DOCUMENT, [(0, len(text))], "denial")
    before = panel._form.passage.height()
    show(project.annotation(uid))
    panel.grab()
    assert panel._form.passage.height() == before


def test_tab_goes_through_the_fields_in_the_order_of_the_form(panel, row):
    control(panel, QComboBox, "Label").setFocus()
    visited = []
    for _ in range(9):
        visited.append(QApplication.focusWidget().accessibleName())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert visited == [
        "Label", "Identity: Named", "Identity: Institution", "Identity: Unnamed", "Source",
        "Confidence: High", "Confidence: Medium", "Confidence: Low", "Unsure",
    ]  # fmt: skip
    assert QApplication.focusWidget() is note(panel)  # the runner-up waits for unsure
