from random import Random

import msgspec
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QSignalSpy, QTest

from annotator.ui.annotate.annotation_list import AnnotationList
from annotator.ui.annotate.annotation_model import MANY, ROW, AnnotationModel

NO_PARENT = QModelIndex()
DOCUMENT = 1  # the strike at the port: 16 annotations and two negatives by Ana


@pytest.fixture
def text(project):
    return project.document(DOCUMENT).text


@pytest.fixture
def model(project, text):
    model = AnnotationModel(project)
    model.show_document(DOCUMENT, text)
    return model


@pytest.fixture
def shown(qtbot, project, theme, text):
    shown = AnnotationList(project, theme)
    qtbot.addWidget(shown)
    shown.show_document(DOCUMENT, text)
    shown.resize(340, 300)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.activateWindow()
    shown.setFocus()
    return shown


def rows(model):
    return [model.index(number).data(ROW) for number in range(model.rowCount())]


def own(project):
    return [row for row in project.annotations(DOCUMENT) if row.annotator_id == project.annotator.id]


class Changes:
    """What a model told its views: resets, rows in, rows out, rows changed."""

    def __init__(self, model):
        self._signals = (model.modelReset, model.rowsInserted, model.rowsRemoved, model.dataChanged)
        self._spies = [QSignalSpy(signal) for signal in self._signals]

    def counts(self):
        return tuple(spy.count() for spy in self._spies)


def test_the_model_keeps_the_contract_of_qt(qtmodeltester, project, model, text):
    qtmodeltester.check(model)
    project.tag(DOCUMENT, [(0, 10)], "denial")
    project.remove(DOCUMENT, [rows(model)[3]])
    model.show_document(None, "")
    model.show_document(DOCUMENT, text)


def test_it_lists_the_own_layer_in_order_with_its_negatives(project, model):
    assert rows(model) == own(project)
    assert [row.start for row in rows(model)] == sorted(row.start for row in rows(model))
    assert sum(row.label is None for row in rows(model)) == 2


def test_another_annotator_sees_another_layer(project, model):
    project.annotate_as("Ben")
    assert rows(model) == own(project)
    assert len(rows(model)) == 14


def test_an_edit_touches_only_the_rows_that_it_changed(project, model):
    changes = Changes(model)
    (uid,) = project.tag(DOCUMENT, [(600, 610)], "denial")
    assert changes.counts() == (0, 1, 0, 0)
    row = project.annotation(uid)
    project.describe(DOCUMENT, row, "Note", msgspec.structs.replace(row.attributes, note="Why?"))
    assert changes.counts() == (0, 1, 0, 1)
    project.resize(DOCUMENT, project.annotation(uid), (1900, 1910))
    assert changes.counts() == (0, 2, 1, 1)
    project.remove(DOCUMENT, [project.annotation(uid)])
    assert changes.counts() == (0, 2, 2, 1)


def test_an_undo_shows_everything_again(project, model):
    project.remove(DOCUMENT, rows(model)[:1])
    changes = Changes(model)
    project.undo()
    assert changes.counts() == (1, 0, 0, 0)
    assert rows(model) == own(project)


def test_edits_in_other_documents_change_nothing(project, model):
    changes = Changes(model)
    project.tag(DOCUMENT + 1, [(0, 4)], "denial")
    assert changes.counts() == (0, 0, 0, 0)


def test_after_any_edits_the_list_is_that_of_the_project(project, model, text):
    chance = Random(20261123)
    for _ in range(60):
        start = chance.randrange(len(text) - 50)
        span = (start, start + chance.randrange(1, 50))
        row = chance.choice(rows(model))
        chance.choice(
            [
                lambda span=span: project.tag(DOCUMENT, [span], "denial"),
                lambda span=span: project.mark_negative(DOCUMENT, span),
                lambda span=span, row=row: project.resize(DOCUMENT, row, span),
                lambda row=row: project.relabel(DOCUMENT, row, "non-comment"),
                lambda row=row: project.remove(DOCUMENT, [row]),
                project.undo,
            ]
        )()
        assert rows(model) == own(project)
        assert all(model.row_of(row.uid) == number for number, row in enumerate(rows(model)))


def test_one_edit_of_very_many_annotations_is_read_at_once(project, model):
    changes = Changes(model)
    project.tag(DOCUMENT, [(start, start + 5) for start in range(MANY + 1)], "denial")
    assert changes.counts() == (1, 0, 0, 0)
    project.tag(DOCUMENT, [(700, 705)], "denial")
    assert changes.counts() == (1, 1, 0, 0)
    assert rows(model) == own(project)


def test_a_passage_is_one_line_whatever_stands_in_it(project, model):
    model.show_document(DOCUMENT, "🙂 said\r\n\n \u2028“no”.\x00" + "x" * 5_000)
    project.tag(DOCUMENT, [(0, 2_000)], "denial")
    passage = model.index(0).data()
    assert passage.startswith("🙂 said “no”.")
    assert not set(passage) & set("\r\n\u2028")
    assert len(passage) <= 300


def test_a_screen_reader_hears_what_letter_and_icons_say(project, model):
    row = next(row for row in rows(model) if row.attributes.unsure)
    said = model.index(model.row_of(row.uid)).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("On record, institution, unsure, with a note: A spokeswoman")
    negative = next(number for number, row in enumerate(rows(model)) if row.label is None)
    assert model.index(negative).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Look-alike: many in the town")


def test_without_a_project_the_list_is_empty(project, model):
    project.close()
    assert model.rowCount() == 0


def test_the_list_has_a_name_and_can_be_painted_in_both_themes(shown, settings):
    assert shown.accessibleName()
    images = []
    for theme in ("light", "dark"):
        settings.theme = theme
        images.append(shown.grab().toImage())
    assert images[0] != images[1]
    shown.show_document(None)
    assert shown.grab().toImage() != images[1]


def test_arrows_visit_and_enter_chooses(qtbot, shown):
    found = rows(shown.annotations)
    shown.set_current(found[0].uid)
    chosen = QSignalSpy(shown.annotation_chosen)
    with qtbot.waitSignal(shown.annotation_visited) as visited:
        QTest.keyClick(shown, Qt.Key.Key_Down)
    assert visited.args == [found[1].uid]
    assert chosen.count() == 0
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert chosen.at(0) == [found[1].uid]


def test_home_and_end_go_to_the_ends_of_the_list(shown):
    found = rows(shown.annotations)
    shown.set_current(found[3].uid)
    QTest.keyClick(shown, Qt.Key.Key_End)
    assert shown.uid() == found[-1].uid
    QTest.keyClick(shown, Qt.Key.Key_Home)
    assert shown.uid() == found[0].uid


class CountingModel(AnnotationModel):
    """Counts how often a view asks how many rows there are, which it does for every row it looks at."""

    asked = 0

    def rowCount(self, parent=NO_PARENT):  # noqa: N802
        self.asked += 1
        return super().rowCount(parent)


def test_one_changed_row_among_many_makes_the_list_ask_for_few(project, shown, text):
    (uid,) = project.tag(DOCUMENT, [(0, 5)], "denial")
    project.tag(DOCUMENT, [(start, start + 5) for start in range(1_000)], "denial")
    model = CountingModel(project)
    model.show_document(DOCUMENT, text)
    shown.setModel(model)
    shown.grab()
    model.asked = 0
    project.relabel(DOCUMENT, project.annotation(uid), "on-record")
    shown.grab()
    assert 0 < model.asked < 200


def test_a_click_chooses(qtbot, shown):
    index = shown.annotations.index(2)
    with qtbot.waitSignal(shown.annotation_chosen) as chosen:
        QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=shown.visualRect(index).center())
    assert chosen.args == [index.data(ROW).uid]


def test_escape_leaves_and_delete_asks(qtbot, shown):
    with qtbot.waitSignal(shown.left):
        QTest.keyClick(shown, Qt.Key.Key_Escape)
    QTest.keyClick(shown, Qt.Key.Key_Delete)  # nothing is current
    shown.set_current(rows(shown.annotations)[1].uid)
    with qtbot.waitSignal(shown.remove_asked) as asked:
        QTest.keyClick(shown, Qt.Key.Key_Delete)
    assert asked.args == [rows(shown.annotations)[1].uid]


def test_who_removes_one_after_the_other_keeps_the_place(project, shown):
    found = rows(shown.annotations)
    shown.remove_asked.connect(lambda uid: project.remove(DOCUMENT, [project.annotation(uid)]))
    shown.remove_asked.connect(lambda _: shown.set_current(None))  # as the article does
    shown.set_current(found[2].uid)
    QTest.keyClick(shown, Qt.Key.Key_Delete)
    QTest.keyClick(shown, Qt.Key.Key_Delete)
    assert shown.uid() in {row.uid for row in found[1:5]}
    assert len(rows(shown.annotations)) == len(found) - 2


def test_the_current_annotation_stays_so_when_its_row_moves_or_all_are_read_again(project, shown):
    uid = rows(shown.annotations)[0].uid
    shown.set_current(uid)
    project.resize(DOCUMENT, project.annotation(uid), (1900, 1950))
    assert shown.uid() == uid
    project.undo()
    assert shown.uid() == uid
    shown.clearFocus()
    shown.set_current(None)
    assert shown.uid() is None
