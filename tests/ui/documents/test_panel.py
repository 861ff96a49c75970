import msgspec
import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QTextEdit

from annotator import importers
from annotator.rows import Filter
from annotator.ui.documents.model import PAGE, PASSAGE, DocumentModel
from annotator.ui.documents.panel import DocumentPanel
from annotator.ui.imports.dialog import ImportDialog

NO_PARENT = QModelIndex()


@pytest.fixture
def shown(qtbot, project, theme):
    panel = DocumentPanel(project, theme)
    qtbot.addWidget(panel)
    panel.reload()
    panel.resize(300, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.model.index(0))
    return panel


@pytest.fixture
def many(qtbot, project, tmp_path):
    """A thousand more articles."""
    lines = tmp_path / "many.jsonl"
    texts = ({"schema": "source-annotator/1", "text": f"Article {n}.", "spans": []} for n in range(1_000))
    lines.write_bytes(b"\n".join(msgspec.json.encode(line) for line in texts))
    ended = []
    project.import_files(importers.find([lines]), ended.append, ended.append, importers.DEFAULT)
    qtbot.waitUntil(lambda: bool(ended))


def test_arrows_go_from_row_to_row_and_enter_opens(qtbot, shown):
    chosen = QSignalSpy(shown.document_chosen)
    QTest.keyClick(shown.list, Qt.Key.Key_Down)
    assert shown.current() == shown.model.document_id(1)
    assert chosen.count() == 0
    QTest.keyClick(shown.list, Qt.Key.Key_Return)
    assert chosen.at(0) == [shown.model.document_id(1)]


def test_home_and_end_go_to_the_ends_of_the_list(shown):
    QTest.keyClick(shown.list, Qt.Key.Key_End)
    assert shown.current() == shown.model.document_id(shown.model.rowCount() - 1)
    QTest.keyClick(shown.list, Qt.Key.Key_Home)
    assert shown.current() == shown.model.document_id(0)


def test_escape_goes_back_to_the_article(qtbot, shown):
    with qtbot.waitSignal(shown.left):
        QTest.keyClick(shown.list, Qt.Key.Key_Escape)


def test_a_click_opens(qtbot, shown):
    place = shown.list.visualRect(shown.model.index(2)).center()
    with qtbot.waitSignal(shown.document_chosen) as chosen:
        QTest.mouseClick(shown.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [shown.model.document_id(2)]


def test_the_list_has_a_name_and_says_what_a_row_shows(shown):
    assert shown.list.accessibleName() == "Documents"
    said = shown.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "finished" in said


def test_rows_have_room_for_two_lines_and_fill_the_width(shown):
    row = shown.list.visualRect(shown.model.index(0))
    assert row.height() > 2 * shown.list.fontMetrics().height()
    assert row.width() == shown.list.viewport().width()


class CountingModel(DocumentModel):
    """Counts how often a view asks how many rows there are, which it does for every row it looks at."""

    asked = 0

    def rowCount(self, parent=NO_PARENT):  # noqa: N802
        self.asked += 1
        return super().rowCount(parent)


def test_one_changed_row_among_many_makes_the_list_ask_for_few(project, many, shown):
    model = CountingModel(project)
    model.load(Filter())
    shown.list.setModel(model)
    shown.grab()
    model.asked = 0
    project.tag(model.document_id(0), [(0, 5)], "denial")
    shown.grab()
    assert 0 < model.asked < 200


def test_a_letter_in_the_list_reads_no_rows(project, many, shown):
    model = CountingModel(project)
    model.load(Filter())
    shown.list.setModel(model)
    shown.list.setCurrentIndex(model.index(0))
    shown.grab()
    model.asked = 0
    QTest.keyClick(shown.list, Qt.Key.Key_Z)
    assert model.asked < 200
    assert shown.list.currentIndex() == model.index(0)


def said(panel):
    return panel.findChildren(QLabel)[-1].text()


def test_the_first_documents_are_listed_at_once_and_the_rest_soon_after(qtbot, project, many, shown):
    shown.reload()
    assert shown.model.rowCount() == PAGE
    assert said(shown) == "256+ articles"
    qtbot.waitUntil(lambda: shown.model.is_complete)
    everything = list(project.document_ids(Filter()))
    assert [shown.model.document_id(row) for row in range(shown.model.rowCount())] == everything
    assert said(shown) == "1,009 articles"


def test_another_search_before_the_rest_has_come_leaves_nothing_of_the_first(project, many, shown):
    shown.reload()
    shown.set_filter(Filter("denied"))
    shown.model.complete()
    assert shown.model.rowCount() == len(project.document_ids(Filter("denied"))) < PAGE


def test_exactly_as_many_documents_as_are_listed_at_once(project, many, shown, monkeypatch):
    found = len(project.document_ids(Filter("Article")))
    monkeypatch.setattr("annotator.ui.documents.model.PAGE", found)
    shown.set_filter(Filter("Article"))
    shown.model.complete()
    assert shown.model.rowCount() == found
    assert said(shown) == f"{found:,} articles"


def test_the_selected_document_stays_selected_beyond_what_is_listed_at_once(project, many, shown):
    far = project.document_ids(Filter())[900]
    shown.open_document(far)
    shown.reload()
    assert shown.current() is None
    shown.model.complete()
    assert shown.current() == far


def test_a_step_goes_on_from_the_selected_document_before_the_rest_has_come(project, many, shown):
    everything = project.document_ids(Filter())
    shown.open_document(everything[900])
    shown.reload()
    assert shown.step(1) == everything[901]
    shown.open_document(everything[PAGE - 1])
    shown.reload()
    assert shown.step(1) == everything[PAGE]


def test_what_is_selected_meanwhile_stays_selected(project, many, shown):
    shown.open_document(project.document_ids(Filter())[900])
    shown.reload()
    shown.list.setCurrentIndex(shown.model.index(3))
    shown.model.complete()
    assert shown.current() == shown.model.document_id(3)


def test_a_search_shows_where_the_words_are(shown):
    shown.set_filter(Filter("declined"))
    found = [shown.model.index(row).data(PASSAGE) for row in range(shown.model.rowCount())]
    assert found and all("declined" in passage.casefold()[:60] for passage in found)
    assert found[0] in shown.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    shown.set_filter(Filter())
    assert shown.model.index(0).data(PASSAGE) == ""


def test_passages_of_a_long_list_are_those_of_their_rows(shown, many, project):
    shown.set_filter(Filter("article"))
    shown.model.complete()
    for row in (0, 15, 16, 17, 500, 999):
        text = project.document(shown.model.document_id(row)).text
        assert shown.model.index(row).data(PASSAGE) == text


def test_clearing_the_search_selects_again_what_is_read(shown):
    third = shown.model.document_id(2)
    shown.open_document(third)
    shown.set_filter(Filter("nothing has this word"))
    assert shown.current() is None
    shown.set_filter(Filter())
    assert shown.current() == third


def drop(panel, data):
    """Drag data over the panel and let go of it there; return whether either was accepted."""
    where, copy = QPoint(20, 20), Qt.DropAction.CopyAction
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(where, copy, data, *keys)
    let_go = QDropEvent(QPointF(where), copy, data, *keys)
    for event in (enter, let_go):
        event.ignore()
        QApplication.sendEvent(panel, event)
    return enter.isAccepted(), let_go.isAccepted()


def urls(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) if "://" not in str(path) else QUrl(str(path)) for path in paths])
    return data


def test_files_and_folders_that_are_dropped_are_offered_for_import(shown, tmp_path):
    dropped = QSignalSpy(shown.files_dropped)
    assert drop(shown, urls(tmp_path / "a b&c.txt", tmp_path)) == (True, True)
    assert dropped.at(0) == [[tmp_path / "a b&c.txt", tmp_path]]


def test_what_is_on_no_disk_is_not_taken(shown):
    dropped = QSignalSpy(shown.files_dropped)
    assert drop(shown, urls("https://example.org/a.html"))[1] is False
    text = QMimeData()
    text.setText("Some words")
    assert drop(shown, text) == (False, False)
    assert dropped.count() == 0


def test_a_file_that_is_dropped_on_the_window_is_shown_before_it_comes_in(qtbot, opened, tmp_path):
    (tmp_path / "dropped.txt").write_text("An article that was dropped.", encoding="utf-8")
    drop(opened.documents, urls(tmp_path / "dropped.txt"))
    (dialog,) = opened.findChildren(ImportDialog)
    shown = dialog.findChild(QTextEdit)
    qtbot.waitUntil(lambda: "An article that was dropped." in shown.toPlainText())
    dialog.close()
