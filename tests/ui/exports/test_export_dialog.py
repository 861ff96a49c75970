"""Exporting in the window: what would be written, lost and given away, and then what was."""

import json

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
)

from annotator.formats import FORMATS, WRITABLE
from annotator.ui.exports.dialog import ExportDialog
from annotator.ui.exports.names_dialog import NamesDialog
from tests.builders import bring_lines, by, line, parsed, span
from tests.ui.hands import press

BLANK = "Officials denied it.\r\n\r\nNobody else spoke."  # 20 to 24 is nothing but line ends, which brat cannot show


@pytest.fixture
def dialog(qtbot, opened):
    opened.files.export()
    return ready(qtbot, opened.findChildren(ExportDialog)[-1])


def ready(qtbot, dialog):
    """Wait until a preview is shown, or why there is none."""
    qtbot.waitUntil(lambda: dialog._looking is None and not dialog._look_soon.isActive(), timeout=20_000)
    return dialog


def reopened(qtbot, opened):
    opened.files.export()
    return ready(qtbot, opened.findChildren(ExportDialog)[-1])


def control(dialog, kind, name):
    return next(each for each in dialog.findChildren(kind) if each.accessibleName() == name)


def choose(qtbot, dialog, name, data):
    combo = control(dialog, QComboBox, name)
    combo.setCurrentIndex(combo.findData(data))
    ready(qtbot, dialog)


def tick(qtbot, dialog, words):
    box = next(each for each in dialog.findChildren(QCheckBox) if each.text().startswith(words))
    box.setChecked(True)
    ready(qtbot, dialog)


def more(dialog):
    QTest.mouseClick(dialog.findChild(QToolButton), Qt.MouseButton.LeftButton)


def button(dialog, text):
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == text)


def run(qtbot, dialog, path, name="File"):
    control(dialog, QLineEdit, name).setText(str(path))
    QTest.mouseClick(button(dialog, "Export"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog._is_running, timeout=20_000)


def said(dialog):
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def first(dialog):
    return control(dialog, QPlainTextEdit, "First record").toPlainText()


def cells(table):
    return [
        [table.item(row, column).text() for column in range(table.columnCount())] for row in range(table.rowCount())
    ]


def with_blank_span(opened, tmp_path):
    """Give the project a layer of which brat cannot show a span."""
    lines = line(BLANK, span(0, 9), span(20, 24, "on-record"), annotator=by("Eve"), meta={"title": "Blank"})
    bring_lines(opened.project._opened, tmp_path, lines)


# What would be written


def test_the_first_record_is_shown_as_it_is_written(qtbot, dialog, tmp_path):
    shown = first(dialog)
    run(qtbot, dialog, tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text().startswith(shown.rstrip("\n") + "\n")


@pytest.mark.parametrize("name", WRITABLE)
def test_every_format_is_offered_by_title_and_shows_a_first_record(qtbot, dialog, name):
    combo = control(dialog, QComboBox, "Format")
    choose(qtbot, dialog, "Format", name)
    assert combo.currentText() == FORMATS[name].title
    assert dialog._start.isEnabled() or "Install it with" in said(dialog)
    assert len(first(dialog)) > 20


def test_a_folder_format_shows_the_record_itself_first(qtbot, dialog):
    choose(qtbot, dialog, "Format", "brat")
    assert ".ann\n" in first(dialog)[:200]
    assert "T1\t" in first(dialog)


def test_what_leaves_is_said_in_a_sentence_and_follows_the_choices(qtbot, dialog):
    assert "What leaves this machine: the full text of 6 articles with titles, bylines and URLs" in said(dialog)
    assert "the names of 2 annotators" in said(dialog) and "18 notes" in said(dialog)
    more(dialog)
    tick(qtbot, dialog, "Pseudonyms")
    assert "2 pseudonyms of annotators" in said(dialog)
    assert '"name":"annotator-' in first(dialog)
    tick(qtbot, dialog, "Without the texts")
    assert "of 6 articles no text, but hashes, outlets, dates and URLs" in said(dialog)
    assert "no notes" in said(dialog)
    assert '"text":""' in first(dialog)
    choose(qtbot, dialog, "Format", "prodigy")
    assert "the full text of 6 articles" in said(dialog)


def test_a_format_that_carries_no_names_gives_none_away(qtbot, opened, monkeypatch):
    kept = FORMATS["w3c"].carries - {"annotators", "attributes", "metadata"}
    monkeypatch.setitem(WRITABLE, "w3c", replace(FORMATS["w3c"], carries=kept))
    dialog = reopened(qtbot, opened)
    choose(qtbot, dialog, "Format", "w3c")
    assert "the full text of 6 articles, no annotator’s name and no notes." in said(dialog)
    assert "the annotator’s name (10)" in dialog._preview._kinds.text()


def test_it_warns_that_documents_repeat_and_proposes_the_best_layer_once_there_is_gold(qtbot, opened, dialog, tmp_path):
    assert control(dialog, QComboBox, "Layers").currentData() == "each"
    assert "Articles repeat: 6 articles become 10 records" in said(dialog)
    dialog.close()
    bring_lines(opened.project._opened, tmp_path, line("Officials denied it.", span(0, 9), annotator=by("G", "gold")))
    dialog = reopened(qtbot, opened)
    assert control(dialog, QComboBox, "Layers").currentData() == "best"
    assert "Articles repeat" not in said(dialog)


def test_what_needs_something_else_says_the_command_that_installs_it(qtbot, opened, monkeypatch):
    lacking = replace(FORMATS["w3c"], needs=("not_there",), extra="web")
    monkeypatch.setitem(WRITABLE, "w3c", lacking)
    dialog = reopened(qtbot, opened)
    choose(qtbot, dialog, "Format", "w3c")
    assert "pip install 'source-annotator[web]'" in said(dialog)
    assert not button(dialog, "Export").isEnabled()
    choose(qtbot, dialog, "Format", "jsonl")
    assert button(dialog, "Export").isEnabled()


# What would be lost


def test_losses_are_shown_with_their_spans_before_anything_is_written(qtbot, opened, tmp_path):
    with_blank_span(opened, tmp_path)
    dialog = reopened(qtbot, opened)
    assert "The format carries all of it." in said(dialog)
    choose(qtbot, dialog, "Format", "brat")
    assert "The format cannot carry all of it: 1 detail is lost." in said(dialog)
    assert dialog._preview._tabs.tabText(1) == "Losses (1)"
    ((what, _passage, label, annotator, article),) = cells(dialog._preview._losses)
    assert what.startswith("that brat shows it")
    assert (label, annotator, article) == ("on-record", "Eve", "Blank")
    assert not list(tmp_path.glob("*.losses.json"))


def test_strict_refuses_and_writes_nothing(qtbot, opened, tmp_path):
    with_blank_span(opened, tmp_path)
    dialog = reopened(qtbot, opened)
    choose(qtbot, dialog, "Format", "brat")
    more(dialog)
    tick(qtbot, dialog, "Write nothing")
    run(qtbot, dialog, tmp_path / "out", "Folder")
    assert "Nothing was written: the export is strict, and 1 thing would be lost." in said(dialog)
    assert not (tmp_path / "out").exists()
    assert button(dialog, "Export").isVisible()


def test_closing_ends_a_preview_that_runs(qtbot, opened, tmp_path):
    bring_lines(opened.project._opened, tmp_path, *[line(f"Article {n}.", annotator=by("M")) for n in range(5_000)])
    opened.files.export()
    dialog = opened.findChildren(ExportDialog)[-1]
    assert dialog._looking and dialog._bar.isVisible()
    job = dialog._looking
    press(dialog, "Escape")
    assert job.cancelled()
    qtbot.waitUntil(lambda: not opened.project.looking.is_running)


# Writing


def test_one_annotators_finished_layers_are_written_and_what_is_left_out_is_said(qtbot, dialog, tmp_path):
    choose(qtbot, dialog, "Layers", "Ana")
    run(qtbot, dialog, tmp_path / "ana.jsonl")
    lines = parsed(tmp_path / "ana.jsonl")
    assert {line["annotator"]["name"] for line in lines} == {"Ana"}
    assert {line["status"] for line in lines} == {"finished"}
    spans = sum(len(line["spans"]) for line in lines)
    assert f"{len(lines)} layers with {spans} spans were written to {tmp_path / 'ana.jsonl'}" in said(dialog)
    assert "unfinished layer" in said(dialog)
    assert button(dialog, "Close").isVisible() and button(dialog, "Open folder").isVisible()


def test_layers_that_were_only_started_come_along_when_asked_for(qtbot, dialog, tmp_path):
    choose(qtbot, dialog, "Status", "all")
    run(qtbot, dialog, tmp_path / "all.jsonl")
    assert {line["status"] for line in parsed(tmp_path / "all.jsonl")} == {"started", "finished"}
    assert "Left out" not in said(dialog)


def test_a_split_makes_a_folder_and_its_table_is_shown(qtbot, opened, dialog, tmp_path):
    more(dialog)
    control(dialog, QComboBox, "Split").setEditText("80/20")
    ready(qtbot, dialog)
    assert control(dialog, QLineEdit, "Folder").text() == str(opened.project.path.with_suffix(""))
    run(qtbot, dialog, tmp_path / "out", "Folder")
    manifest = json.loads((tmp_path / "out" / "split.json").read_text())
    assert [(row[0], row[1]) for row in cells(dialog._preview._split)] == [
        (side, str(len(members))) for side, members in manifest["sides"].items()
    ]
    assert "fewer than 30 spans" in said(dialog)


def test_a_split_that_was_made_before_is_kept(qtbot, opened, dialog, tmp_path):
    more(dialog)
    control(dialog, QComboBox, "Split").setEditText("50/50")
    ready(qtbot, dialog)
    run(qtbot, dialog, tmp_path / "out", "Folder")
    dialog.close()
    dialog = reopened(qtbot, opened)
    more(dialog)
    control(dialog, QLineEdit, "As before").setText(str(tmp_path / "out" / "split.json"))
    ready(qtbot, dialog)
    assert not control(dialog, QComboBox, "Split").isEnabled()
    run(qtbot, dialog, tmp_path / "again", "Folder")
    assert (tmp_path / "again" / "split.json").read_bytes() == (tmp_path / "out" / "split.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "typed", "says"), [("Split", "80-20", "is no split"), ("As before", "gone.json", "cannot be read")]
)
def test_a_split_that_cannot_be_understood_is_told_at_once(qtbot, dialog, name, typed, says):
    more(dialog)
    field = control(dialog, QComboBox, name).lineEdit() if name == "Split" else control(dialog, QLineEdit, name)
    field.setText(typed)
    ready(qtbot, dialog)
    assert says in said(dialog)
    assert not button(dialog, "Export").isEnabled()


def test_the_target_follows_the_format(qtbot, opened, dialog):
    stem = opened.project.path.with_suffix("")
    assert control(dialog, QLineEdit, "File").text() == f"{stem}.jsonl"
    for name in WRITABLE:
        choose(qtbot, dialog, "Format", name)
        suffixes = FORMATS[name].suffixes
        expected = f"{stem}{suffixes[0]}" if suffixes else str(stem)
        shown = dialog._form._path.text()
        assert shown == expected or shown.endswith(suffixes), name


def test_it_says_so_before_it_replaces_a_file(dialog, tmp_path):
    field = control(dialog, QLineEdit, "File")
    field.setText(str(tmp_path / "new.jsonl"))
    assert "replaces" not in dialog._said.text()
    (tmp_path / "old.jsonl").write_text("")
    field.setText(str(tmp_path / "old.jsonl"))
    assert "It replaces the file that is there" in dialog._said.text()
    field.clear()
    assert not button(dialog, "Export").isEnabled()


def test_what_cannot_be_written_is_said_and_can_be_tried_again(qtbot, dialog, tmp_path):
    run(qtbot, dialog, tmp_path / "nowhere" / "x.jsonl")
    assert "nowhere" in dialog._said.text() and "cannot be written" in dialog._said.text()
    run(qtbot, dialog, tmp_path / "x.jsonl")
    assert parsed(tmp_path / "x.jsonl")


def test_a_cancelled_export_leaves_the_old_file(qtbot, dialog, tmp_path):
    (tmp_path / "old.jsonl").write_text("kept")
    control(dialog, QLineEdit, "File").setText(str(tmp_path / "old.jsonl"))
    QTest.mouseClick(button(dialog, "Export"), Qt.MouseButton.LeftButton)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog._is_running)
    if "cancelled" in dialog._said.text():  # it may have been quicker than the key
        assert (tmp_path / "old.jsonl").read_text() == "kept"
        assert [path.name for path in tmp_path.glob("*old.jsonl*")] == ["old.jsonl"]


# Names of sources


def names_dialog(qtbot, dialog):
    QTest.mouseClick(button(dialog, "Replace names of sources…"), Qt.MouseButton.LeftButton)
    (names,) = dialog.findChildren(NamesDialog)
    qtbot.waitUntil(lambda: names._looking is None, timeout=20_000)
    return names


@pytest.fixture
def of_jane(qtbot, opened, bring):
    bring(
        line(
            "Jane Doe denied it. Doe left. <b>Bold</b> Ann spoke.",
            span(0, 18, source="Jane Doe"),
            span(30, 48, source="<b>Bold</b> Ann"),
            annotator=by("Ana"),
        )
    )
    return reopened(qtbot, opened)


def test_names_of_sources_are_read_through_before_they_are_replaced(qtbot, of_jane, tmp_path):
    dialog = of_jane
    more(dialog)
    assert dialog._form.options().names is None
    names = names_dialog(qtbot, dialog)
    listed = {row[0]: row for row in cells(names._table)}
    assert {"Jane Doe", "Doe"} <= listed.keys()
    assert listed["Doe"][1] == listed["Jane Doe"][1] and listed["Doe"][2] == "Jane Doe"
    rows = {names._table.item(row, 0).text(): row for row in range(names._table.rowCount())}
    names._table.item(rows["Doe"], 1).setText("The mayor")
    names._table.item(rows["Jane Doe"], 1).setText("The mayor")
    names._add.click()
    names._table.item(len(rows), 0).setText("left")
    names._table.item(len(rows), 1).setText("went")
    button(names, "Replace these").click()
    ready(qtbot, dialog)
    assert "of a quotation can still tell who spoke" in said(dialog)
    choose(qtbot, dialog, "Status", "all")
    run(qtbot, dialog, tmp_path / "o.jsonl")
    texts = [each["text"] for each in parsed(tmp_path / "o.jsonl")]
    assert any(text.startswith("The mayor denied it. The mayor went.") for text in texts)
    assert "Doe" not in (tmp_path / "o.jsonl").read_text()


def test_what_was_decided_stands_there_again_and_can_be_taken_back(qtbot, of_jane):
    more(of_jane)
    names = names_dialog(qtbot, of_jane)
    for row in range(names._table.rowCount()):
        names._table.item(row, 1).setText("X Y" if names._table.item(row, 0).text() == "Doe" else "")
    button(names, "Replace these").click()
    ready(qtbot, of_jane)
    qtbot.waitUntil(lambda: not of_jane.findChildren(NamesDialog))
    again = names_dialog(qtbot, of_jane)
    assert {row[1] for row in cells(again._table) if row[1]} == {"X Y"}
    button(again, "Keep all names").click()
    assert of_jane._form.options().names is None


@pytest.mark.modal
def test_a_list_that_contradicts_itself_is_not_taken(qtbot, of_jane, monkeypatch):
    shown = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: shown.append(box.text()) or 0)
    more(of_jane)
    names = names_dialog(qtbot, of_jane)
    rows = {names._table.item(row, 0).text(): row for row in range(names._table.rowCount())}
    names._table.item(rows["Doe"], 1).setText("Jane Doe again")
    button(names, "Replace these").click()
    assert "holds a name that is to be replaced itself" in shown[0] and names.isVisible()
    names.reject()


def test_a_csv_says_what_it_does_to_formulas(qtbot, dialog):
    choose(qtbot, dialog, "Format", "csv")
    assert "begins with an apostrophe" in said(dialog)
