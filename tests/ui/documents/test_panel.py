import msgspec
import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from annotator import importers
from annotator.store.queries import Filter
from annotator.ui.documents.model import DocumentModel
from annotator.ui.documents.panel import DocumentPanel
from annotator.ui.import_dialog import ImportDialog

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


def test_a_file_that_is_dropped_on_the_window_is_shown_before_it_comes_in(opened, tmp_path):
    (tmp_path / "dropped.txt").write_text("An article that was dropped.", encoding="utf-8")
    drop(opened.documents, urls(tmp_path / "dropped.txt"))
    (dialog,) = opened.findChildren(ImportDialog)
    assert "An article that was dropped." in dialog.findChild(QPlainTextEdit).toPlainText()
    dialog.close()
