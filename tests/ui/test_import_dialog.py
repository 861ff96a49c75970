"""Importing in the window: what comes in is seen before, and what does not is named after."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QPlainTextEdit, QPushButton

from annotator.records import Problem
from annotator.ui.import_dialog import ImportDialog
from annotator.ui.import_report import ProblemTable, in_words
from tests.builders import by, line, span, write_lines
from tests.ui.hands import focus, press


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    long = "\n".join(f"Line {number} of the article." for number in range(1, 21))
    (folder / "a long one.txt").write_text(long, encoding="utf-8")
    spans = [span(0, 9, "denial"), span(4, 999, "denial", id="x-7"), span(0, 9, "denial", text="Something")]
    write_lines(folder / "bad.jsonl", [line("Officials denied it.", *spans, annotator=by("Bo"))])
    with (folder / "bad.jsonl").open("a") as file:
        file.write("{oops\n")
    return folder


@pytest.fixture
def dialog(opened, folder):
    opened.files.import_paths([folder])
    (dialog,) = opened.findChildren(ImportDialog)
    return dialog


def button(dialog, text):
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == text)


def run(qtbot, dialog):
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog._project.is_busy)


def table(dialog):
    found = dialog.findChild(ProblemTable)
    return [[found.item(row, column).text() for column in range(6)] for row in range(found.rowCount())]


def test_each_article_is_seen_by_its_first_and_last_lines_before_it_comes_in(opened, dialog):
    shown = dialog.findChild(QPlainTextEdit).toPlainText().splitlines()
    assert shown[0].startswith("a long one")
    assert shown[2:] == [f"Line {n} of the article." for n in (1, 2, 3)] + ["…"] + [
        f"Line {n} of the article." for n in (18, 19, 20)
    ]
    assert opened.documents.model.rowCount() == 9
    dialog.findChild(QListWidget).setCurrentRow(1)
    assert "Bo: 3 spans" in dialog.findChild(QPlainTextEdit).toPlainText()


def test_an_article_of_one_endless_line_is_seen_by_both_its_ends(opened, tmp_path):
    (tmp_path / "one.txt").write_text("Begin " + "so " * 100_000 + "end", encoding="utf-8")
    opened.files.import_paths([tmp_path / "one.txt"])
    shown = opened.findChildren(ImportDialog)[0].findChild(QPlainTextEdit).toPlainText()
    assert "Begin" in shown and shown.endswith("end")
    assert len(shown) < 1_000


def test_the_report_names_what_was_left_out_by_file_line_and_id_and_is_copied_whole(qtbot, opened, dialog):
    run(qtbot, dialog)
    assert opened.documents.model.rowCount() == 11
    rows = table(dialog)
    assert {row[0] for row in rows} == {"bad.jsonl"}
    assert [row[2] for row in rows if row[1] == "1"].count("x-7") == 1
    wrong = next(row for row in rows if "Something" in row[4])
    assert "Officials" in wrong[5]
    assert any(row[1] == "2" for row in rows)
    said = dialog._said.text()
    assert said.startswith("2 articles, 1 layer and 1 annotation came in. 3 items were left out.")
    QTest.mouseClick(button(dialog, "Copy report"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == said
    assert len(copied) == 1 + len(rows)
    assert any("bad.jsonl, line 1, x-7" in each for each in copied)


def test_undo_takes_an_import_back(qtbot, opened, dialog):
    run(qtbot, dialog)
    press(dialog, "Escape")
    opened.activateWindow()
    assert QTest.qWaitForWindowActive(opened)
    press(focus(opened), "Control+Z")
    assert opened.documents.model.rowCount() == 9
    assert opened.statusBar().currentMessage() == "Undone: Import 2 files"


def test_a_second_import_says_that_nothing_is_new(qtbot, opened, folder):
    for _ in range(2):
        opened.files.import_paths([folder / "a long one.txt"])
        dialog = opened.findChildren(ImportDialog)[-1]
        run(qtbot, dialog)
    assert dialog._said.text() == "Nothing new came in. 1 article was there already."
    assert table(dialog) == []


def test_a_cancelled_import_leaves_the_project_as_it_was(qtbot, opened, tmp_path):
    write_lines(tmp_path / "many.jsonl", [line(f"Article {number}.") for number in range(20_000)])
    opened.files.import_paths([tmp_path / "many.jsonl"])
    (dialog,) = opened.findChildren(ImportDialog)
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert dialog._bar.isVisible()
    press(dialog, "Escape")
    qtbot.waitUntil(lambda: not opened.project.is_busy)
    assert dialog.isVisible()
    assert "cancelled" in dialog._said.text()
    assert button(dialog, "Import").isEnabled()
    assert opened.documents.model.rowCount() == 9


def test_while_an_import_runs_edits_and_closing_say_why_they_wait(qtbot, opened, folder, monkeypatch):
    said = []
    monkeypatch.setattr("annotator.ui.errors.show", lambda error, _parent: said.append(str(error)))
    opened.project._set_busy(True)
    press(focus(opened), "D")
    assert "An import is running" in opened.statusBar().currentMessage()
    opened.statusBar().clearMessage()
    press(focus(opened), "Control+Z")
    press(focus(opened), "Control+W")
    assert opened.project.is_open
    assert "An import is running" in said[0]
    opened.project._set_busy(False)


def test_numbers_are_said_with_the_right_nouns(qapp):
    from annotator.importers import Report

    problem = Problem(file="a", what="b", note=True)
    report = Report(documents=1, layers=2, annotations=3_000, notes=1_500, problems=[problem] * 1_000)
    assert in_words(report) == (
        "1 article, 2 layers and 3,000 annotations came in. 1,500 items came in with a remark. "
        "The first 1,000 are listed. Undo takes all of it back."
    )
