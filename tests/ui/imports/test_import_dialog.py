"""Importing in the window: what comes in is seen before, and what does not is named after."""

import os
import subprocess

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from annotator.formats import FORMATS
from annotator.importers import Source
from annotator.records import Problem
from annotator.ui.imports.dialog import ImportDialog
from annotator.ui.imports.report import ProblemTable, in_words
from tests.builders import by, line, span, write_lines
from tests.ui.hands import focus, press

BODY = "".join(
    f"<p>The harbour company said in its statement number {n} that it had not decided, and {n} officials said it had.</p>"
    for n in range(2, 11)
)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    long = "\n".join(f"Line {number} of the article." for number in range(1, 101))
    (folder / "a long one.txt").write_text(long, encoding="utf-8")
    spans = [span(0, 9, "denial"), span(4, 999, "denial", id="x-7"), span(0, 9, "denial", text="Something")]
    write_lines(folder / "bad.jsonl", [line("Officials denied it.", *spans, annotator=by("Ana"))])
    with (folder / "bad.jsonl").open("a") as file:
        file.write("{oops\n")
    return folder


@pytest.fixture
def pages(tmp_path):
    """Three saved web pages; the second has a cookie notice, the third almost no text."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, inside in (
        ("ferry", BODY),
        ("bridge", f"<p>We use cookies. Accept all cookies.</p>{BODY}"),
        ("note", "<p>That was all there was to say of it on this day.</p>"),
    ):
        page = f"<html><head><title>The {name}</title></head><body><nav>Home Sport</nav><article><h1>The {name}</h1>{inside}</article></body></html>"
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


def look(qtbot, opened, *paths):
    """Choose files, and return the dialog when it has read them."""
    opened.files.import_paths(list(paths))
    return read(qtbot, opened.findChildren(ImportDialog)[-1])


def read(qtbot, dialog):
    qtbot.waitUntil(lambda: not dialog._reading.is_running and not dialog._state_soon.isActive(), timeout=20_000)
    return dialog


def button(dialog, text):
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == text)


def run(qtbot, dialog):
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog._start.isHidden(), timeout=20_000)


def rows(dialog):
    """What the list says: title, characters, annotations, remarks of each row."""
    tree = dialog._articles
    found, item = [], tree.topLevelItem(0)
    while item:
        found.append(tuple(item.text(column) for column in range(4)))
        item = tree.itemBelow(item)
    return found


def go_to(dialog, title):
    tree = dialog._articles
    item = tree.topLevelItem(0)
    while not item.text(0).startswith(title):
        item = tree.itemBelow(item)
    tree.setCurrentItem(item)
    return item


def combo(dialog, name):
    return next(each for each in dialog.findChildren(QComboBox) if each.accessibleName() == name and each.isVisible())


def choose(box, text):
    box.setCurrentIndex(box.findText(text))


def said(dialog):
    """All the words of a dialog outside its lists."""
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def table(dialog):
    found = dialog.findChild(ProblemTable)
    return [[found.item(row, column).text() for column in range(6)] for row in range(found.rowCount())]


def doccano(path, *labels, text="Officials denied it. 😀 One said no."):
    entries = [{"id": n, "text": f"{text} {n}", "label": [[0, 9, label]]} for n, label in enumerate(labels)]
    return write_lines(path, entries)


# Looking


def test_the_whole_text_can_be_read_and_its_first_and_last_lines_are_seen_at_once(qtbot, opened, folder):
    dialog = look(qtbot, opened, folder)
    go_to(dialog, "a long one")
    assert dialog._view._text.toPlainText() == (folder / "a long one.txt").read_text()
    QTest.qWait(0)
    qtbot.waitUntil(dialog._view._end.isVisible)
    assert dialog._view._end.text().splitlines()[1:] == [f"Line {n} of the article." for n in (98, 99, 100)]
    assert opened.documents.model.rowCount() == 9


def test_the_end_of_one_endless_line_is_seen(qtbot, opened, tmp_path):
    (tmp_path / "one.txt").write_text("Begin " + "so " * 100_000 + "end", encoding="utf-8")
    dialog = look(qtbot, opened, tmp_path / "one.txt")
    qtbot.waitUntil(dialog._view._end.isVisible)
    assert dialog._view._end.text().endswith("so end")
    assert len(dialog._view._end.text()) < 200


def test_three_web_pages_are_listed_with_what_there_is_to_look_at(qtbot, opened, pages):
    dialog = look(qtbot, opened, pages)
    assert [title for title, *_ in rows(dialog)] == ["The bridge", "The ferry", "The note"]
    go_to(dialog, "The bridge")
    assert "cookie" in dialog._view._remarks.text()
    assert "Marked: headline (bold)" in said(dialog)
    cursor = QTextCursor(dialog._view._text.document())
    cursor.setPosition(1)
    assert cursor.charFormat().fontWeight() == QFont.Weight.Bold
    go_to(dialog, "The note")
    assert "Very short" in dialog._view._remarks.text()
    assert all(remarks.endswith(("remark", "remarks")) for *_, remarks in rows(dialog))
    go_to(dialog, "The ferry")
    assert "Home Sport" in dialog._view._remarks.text()  # what was dropped


def test_an_article_that_is_not_ticked_stays_out(qtbot, opened, pages):
    dialog = look(qtbot, opened, pages)
    go_to(dialog, "The note")
    press(dialog._articles, "Space")
    read(qtbot, dialog)
    assert dialog._said.text().endswith("2 articles come in; 1 stays out.")
    run(qtbot, dialog)
    titles = [opened.documents.model.index(row, 0).data() for row in range(opened.documents.model.rowCount())]
    assert opened.documents.model.rowCount() == 11, titles
    assert not any("note" in row[0] for row in table(dialog))


def test_articles_within_a_file_are_left_out_one_by_one_or_all_together(qtbot, opened, tmp_path):
    path = write_lines(tmp_path / "many.jsonl", [line(f"Article {number}.") for number in range(5)])
    dialog = look(qtbot, opened, path)
    assert rows(dialog)[0][0] == "many.jsonl (5 articles)"
    for title in ("Article 1.", "Article 3."):
        go_to(dialog, title).setCheckState(0, Qt.CheckState.Unchecked)
    parent = go_to(dialog, "many.jsonl")
    assert parent.checkState(0) == Qt.CheckState.PartiallyChecked
    run(qtbot, dialog)
    assert opened.documents.model.rowCount() == 12
    dialog = look(qtbot, opened, path)
    go_to(dialog, "many.jsonl").setCheckState(0, Qt.CheckState.Unchecked)
    read(qtbot, dialog)
    assert dialog._said.text().endswith("0 articles come in; 5 stay out.")
    assert not button(dialog, "Import").isEnabled()


def test_of_a_large_file_the_first_articles_are_listed_and_the_rest_is_counted(qtbot, opened, tmp_path):
    path = write_lines(tmp_path / "large.jsonl", [line(f"Article {number}.") for number in range(450)])
    dialog = look(qtbot, opened, path)
    assert rows(dialog)[0][0] == "large.jsonl (450 articles, the first 200 listed)"
    assert len(rows(dialog)) == 201
    go_to(dialog, "large.jsonl")
    assert "250 of them are not listed, and come in with the others" in said(dialog)
    run(qtbot, dialog)
    qtbot.waitUntil(lambda: opened.documents.model.rowCount() == 459)  # the first are listed at once, the rest soon


def test_another_extraction_is_seen_and_is_what_comes_in(qtbot, opened, pages):
    dialog = look(qtbot, opened, pages / "ferry.html")
    assert "Home Sport" not in dialog._view._text.toPlainText()
    box = combo(dialog, "Extraction")
    box.setFocus()
    press(box, "End")
    read(qtbot, dialog)
    assert box.hasFocus() and box.currentText() == "Everything"
    assert "Home" in dialog._view._text.toPlainText()
    run(qtbot, dialog)
    newest = opened.project.document_ids(_everything())[-1]
    assert "Home" in opened.project.document(newest).text


def test_of_two_choices_in_a_row_the_last_one_is_shown_and_comes_in(qtbot, opened, pages):
    dialog = look(qtbot, opened, pages / "ferry.html")
    box = combo(dialog, "Extraction")
    choose_value(box, "everything")
    choose_value(box, "precise")
    read(qtbot, dialog)
    assert "Home" not in dialog._view._text.toPlainText()
    run(qtbot, dialog)
    newest = opened.project.document_ids(_everything())[-1]
    assert "Home" not in opened.project.document(newest).text


def _everything():
    from annotator.rows import EVERYTHING

    return EVERYTHING


def test_what_a_file_counts_its_positions_in_is_chosen(qtbot, opened, tmp_path):
    text = "😀😀 Officials denied it."  # "Officials" is at 3 to 12 in code points, at 5 to 14 in UTF-16 units
    write_lines(tmp_path / "units.jsonl", [{"id": 1, "text": text, "label": [[3, 12, "denial"]]}])
    dialog = look(qtbot, opened, tmp_path / "units.jsonl")
    choose_value(combo(dialog, "Units"), "codepoint")
    read(qtbot, dialog)
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    run(qtbot, dialog)
    newest = opened.project.document_ids(_everything())[-1]
    assert [(row.start, row.end) for row in opened.project.annotations(newest)] == [(3, 12)]


def choose_value(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_what_an_import_would_leave_out_is_said_before(qtbot, opened, folder):
    dialog = look(qtbot, opened, folder / "bad.jsonl")
    remarks = dialog._view._remarks.text()
    assert "x-7: left out: its span is not one" in remarks
    assert "line 2: not valid JSON" in remarks


def test_a_file_of_an_unknown_format_is_read_as_what_a_person_says(qtbot, opened, tmp_path):
    (tmp_path / "article.dat").write_text("Officials denied it.")
    dialog = look(qtbot, opened, tmp_path / "article.dat")
    assert "format of this file is not known" in said(dialog)
    choose_value(combo(dialog, "Read as"), "text")
    read(qtbot, dialog)
    assert dialog._view._text.toPlainText() == "Officials denied it."
    run(qtbot, dialog)
    assert opened.documents.model.rowCount() == 10


# Stopping


def children():
    """The processes that this one has started and that still run."""
    found = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True, check=True
    )
    return [each for each in found.stdout.splitlines() if "isolation" in each]


def test_a_reader_that_hangs_is_ended_when_the_dialog_is_cancelled(qtbot, opened, pages, tmp_path):
    hanging = tmp_path / "hangs.html"
    os.mkfifo(hanging)  # nobody writes into it, so its reader waits for ever
    html = FORMATS["html"]
    sources = [Source(pages / "ferry.html", html), Source(hanging, html), Source(pages / "note.html", html)]
    dialog = ImportDialog(opened.project, lambda: sources, opened)
    dialog.open()
    qtbot.waitUntil(lambda: [row[0] for row in rows(dialog)] == ["The ferry"], timeout=20_000)
    assert dialog._bar.isVisible()
    qtbot.waitUntil(lambda: len(children()) == 1)
    press(dialog, "Escape")
    qtbot.waitUntil(lambda: not opened.project.looking.is_running)
    assert children() == []
    assert opened.documents.model.rowCount() == 9


def test_an_import_that_is_asked_for_early_waits_until_every_name_is_known(qtbot, opened, tmp_path):
    lines = [line(f"Article {number}.") for number in range(20_000)]
    lines.append(line("Officials denied it.", span(0, 9, "novel"), annotator=by("Ana")))
    opened.files.import_paths([write_lines(tmp_path / "large.jsonl", lines)])
    (dialog,) = opened.findChildren(ImportDialog)
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert "All files are read first" in dialog._said.text()
    read(qtbot, dialog)
    assert list(dialog._names._labels) == ["novel"]
    assert opened.documents.model.rowCount() == 9


@pytest.mark.parametrize("name", ["gone", "empty"])
def test_paths_that_hold_nothing_are_told_in_the_dialog(qtbot, opened, tmp_path, name):
    (tmp_path / "empty").mkdir()
    dialog = look(qtbot, opened, tmp_path / name)
    assert str(tmp_path / name) in dialog._said.text()
    assert not button(dialog, "Import").isEnabled()


def test_a_line_that_nobody_wrote_does_not_stop_the_window(qtbot, opened, tmp_path):
    """Qt takes minutes to lay out a megabyte without a space."""
    (tmp_path / "one.txt").write_text("x" * 1_000_000)
    dialog = look(qtbot, opened, tmp_path / "one.txt")
    assert dialog._view._text.toPlainText().replace("\n", "") == "x" * 1_000_000


def test_many_files_are_listed_in_their_order(qtbot, opened, tmp_path):
    for number in range(450):
        (tmp_path / f"{number:03}.txt").write_text(f"Article {number}.")
    opened.files.import_paths([tmp_path])
    (dialog,) = opened.findChildren(ImportDialog)
    run(qtbot, dialog)  # at once: it waits until all are read and listed
    qtbot.waitUntil(lambda: opened.documents.model.rowCount() == 459)  # the first are listed at once, the rest soon
    assert [row[0] for row in rows(dialog)] == [f"{number:03}" for number in range(450)]


# Names


def test_labels_of_another_tool_are_asked_about_with_their_counts_and_a_guess(qtbot, opened, tmp_path):
    path = doccano(tmp_path / "d.jsonl", "ANON", "ANON", "Weather", "Sport", "DENIAL")
    dialog = look(qtbot, opened, path)
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert {name: box.currentData() for name, box in dialog._names._labels.items()} == {
        "ANON": "anonymous-source",
        "Weather": None,
        "Sport": None,
        "DENIAL": "denial",
    }
    assert combo(dialog, "Label ANON becomes").hasFocus()
    assert "3 spans get one of this project’s labels; 2 spans are undecided." in dialog._said.text()
    assert not button(dialog, "Import").isEnabled()
    choose(combo(dialog, "Label Weather becomes"), "Add as a new label")
    choose(combo(dialog, "Label Sport becomes"), "Leave out")
    combo(dialog, "Nobody is named comes in as").setEditText("Dana")
    run(qtbot, dialog)
    assert [row.key for row in opened.project.labels()][4:] == ["Weather"]
    assert "Spans with labels that this project does not have: Sport (1)." in dialog._said.text()
    with opened.project._opened.reading() as connection:
        query = "SELECT label.key, count(*) FROM annotation JOIN label ON label.id = label_id JOIN annotator ON annotator.id = annotator_id WHERE annotator.name = 'Dana' GROUP BY 1 ORDER BY 1"
        assert [tuple(row) for row in connection.exec_driver_sql(query)] == [
            ("Weather", 1),
            ("anonymous-source", 2),
            ("denial", 1),
        ]


def test_labels_of_skipped_articles_are_not_asked_about(qtbot, opened, tmp_path):
    path = doccano(tmp_path / "d.jsonl", "denial", "Weather", text="Officials denied it.")
    dialog = look(qtbot, opened, path)
    go_to(dialog, "Officials denied it. 1").setCheckState(0, Qt.CheckState.Unchecked)
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert list(dialog._names._labels) == []
    assert list(dialog._names._annotators) == [None]


def test_a_label_that_a_file_defines_is_asked_about_too_and_can_be_left_out(qtbot, opened, tmp_path):
    head = {"schema": "source-annotator/1", "labels": [{"key": "rumour", "title": "Rumour"}]}
    path = write_lines(
        tmp_path / "l.jsonl", [head, line("Officials denied it.", span(0, 9, "rumour"), annotator=by("Ana"))]
    )
    dialog = look(qtbot, opened, path)
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert combo(dialog, "Label rumour becomes").currentText() == "Add as a new label"
    choose(combo(dialog, "Label rumour becomes"), "Leave out")
    run(qtbot, dialog)
    assert "rumour" not in [row.key for row in opened.project.labels()]
    assert "rumour (1)" in dialog._said.text()


def test_annotators_are_renamed_and_may_be_models(qtbot, opened, tmp_path):
    lines = [
        line("Officials denied it.", span(0, 9), annotator=by("bert")),
        line("Another.", span(0, 7), annotator=by("Ana")),
    ]
    dialog = look(qtbot, opened, write_lines(tmp_path / "p.jsonl", lines))
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert "bert (new here)" in said(dialog) and "Ana (known here)" in said(dialog)
    combo(dialog, "bert comes in as").setEditText("bert-1")
    press(combo(dialog, "What they are"), "Down Down")
    run(qtbot, dialog)
    assert ("bert-1", "model") in [(row.name, row.kind) for row in opened.project.annotators()]


def test_going_back_keeps_what_was_chosen(qtbot, opened, tmp_path):
    dialog = look(qtbot, opened, doccano(tmp_path / "d.jsonl", "Weather"))
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    choose(combo(dialog, "Label Weather becomes"), "On record")
    QTest.mouseClick(button(dialog, "Back"), Qt.MouseButton.LeftButton)
    assert dialog._articles.isVisible()
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert combo(dialog, "Label Weather becomes").currentText() == "On record"


def test_of_very_many_labels_the_rare_ones_are_answered_together(qtbot, opened, tmp_path):
    dialog = look(qtbot, opened, doccano(tmp_path / "d.jsonl", *[f"L{number}" for number in range(130)]))
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    for box in dialog._names._labels.values():
        choose(box, "Leave out")
    assert "130 spans stay out." in dialog._said.text()
    choose(combo(dialog, "30 rarer labels"), "Add each as a new label")
    assert "30 spans bring a new label; 100 spans stay out." in dialog._said.text()


# The report


def test_the_report_names_what_was_left_out_by_file_line_and_id_and_is_copied_whole(qtbot, opened, folder):
    dialog = look(qtbot, opened, folder)
    run(qtbot, dialog)
    assert opened.documents.model.rowCount() == 11
    rows = table(dialog)
    assert {row[0] for row in rows} == {"bad.jsonl"}
    assert [row[2] for row in rows if row[1] == "1"].count("x-7") == 1
    wrong = next(row for row in rows if "Something" in row[4])
    assert "Officials" in wrong[5]
    assert any(row[1] == "2" for row in rows)
    words = dialog._said.text()
    assert words.startswith("2 articles, 1 layer and 1 annotation came in. 3 items were left out.")
    QTest.mouseClick(button(dialog, "Copy report"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == words
    assert len(copied) == 1 + len(rows)
    assert any("bad.jsonl, line 1, x-7" in each for each in copied)


def test_undo_takes_an_import_back(qtbot, opened, folder):
    dialog = look(qtbot, opened, folder)
    run(qtbot, dialog)
    press(dialog, "Escape")
    opened.activateWindow()
    assert QTest.qWaitForWindowActive(opened)
    press(focus(opened), "Control+Z")
    assert opened.documents.model.rowCount() == 9
    assert opened.statusBar().currentMessage() == "Undone: Import 2 files"


def test_a_second_import_says_that_nothing_is_new(qtbot, opened, folder):
    for _ in range(2):
        dialog = look(qtbot, opened, folder / "a long one.txt")
        run(qtbot, dialog)
    assert dialog._said.text() == "Nothing new came in. 1 article was there already."
    assert table(dialog) == []


def test_a_cancelled_import_leaves_the_project_as_it_was(qtbot, opened, tmp_path):
    write_lines(tmp_path / "many.jsonl", [line(f"Article {number}.") for number in range(20_000)])
    dialog = look(qtbot, opened, tmp_path / "many.jsonl")
    QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert dialog._bar.isVisible()
    press(dialog, "Escape")
    qtbot.waitUntil(lambda: not opened.project.is_busy)
    assert dialog.isVisible()
    assert "cancelled" in dialog._said.text()
    assert button(dialog, "Import").isEnabled()
    assert opened.documents.model.rowCount() == 9


def test_while_an_import_runs_edits_and_closing_say_why_they_wait(qtbot, opened, monkeypatch):
    said = []
    monkeypatch.setattr("annotator.ui.errors.show", lambda error, _parent: said.append(str(error)))
    opened.project._set_busy(True)
    press(focus(opened), "D")
    assert "An import or merge is running" in opened.statusBar().currentMessage()
    opened.statusBar().clearMessage()
    press(focus(opened), "Control+Z")
    press(focus(opened), "Control+W")
    assert opened.project.is_open
    assert "An import or merge is running" in said[0]
    opened.project._set_busy(False)


def test_numbers_are_said_with_the_right_nouns(qapp):
    from annotator.importers import Report

    problem = Problem(file="a", what="b", note=True)
    report = Report(documents=1, layers=2, annotations=3_000, notes=1_500, problems=[problem] * 1_000)
    assert in_words(report) == (
        "1 article, 2 layers and 3,000 annotations came in. 1,500 items came in with a remark. "
        "The first 1,000 are listed. Undo takes all of it back."
    )
