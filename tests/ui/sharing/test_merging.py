"""Merging in the window: what would come in, what came in, undo as one step; and the conflicts that are left."""

import sqlite3
from contextlib import closing
from threading import Event

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from annotator.store import Store
from annotator.store.conflicts import conflicts
from annotator.ui.sharing.conflicts_dialog import ConflictsDialog
from annotator.ui.sharing.merge_dialog import MergeDialog
from annotator.ui.sharing.versions_view import marked
from tests.builders import findings
from tests.ui.hands import click, focus, press
from tests.ui.sharing.conftest import alone, back, cells, dialog, idle, tag
from tests.ui.test_accessibility import assert_named


def rows(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def offered(window, qtbot, answers, *packets):
    """Ask for packets by the menu, and return the dialog once it has looked at them."""
    answers[0].append(([str(path) for path in packets], ""))
    window.actions_["merge"].trigger()
    return looked(window, qtbot)


def looked(window, qtbot):
    found = dialog(window, MergeDialog)
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    return found


def merge(window, qtbot, answers, *packets):
    found = offered(window, qtbot, answers, *packets)
    press(found._start, "Space")
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    assert found._title.text().startswith("Merged."), found._said.toPlainText()
    return found


@pytest.mark.modal
def test_a_preview_changes_nothing_and_a_merge_is_one_step(mia, trainer, answers, qtbot):
    path = trainer.project.path
    before = rows(path, "SELECT count(*) FROM annotation")
    found = offered(trainer, qtbot, answers, back(mia))
    assert "Nothing has come in yet" in found._title.text()
    assert "return of Mia" in found._said.toPlainText() and "dry run" not in found._said.toPlainText()
    assert [row[0] for row in cells(found._table)] == ["Mia", "Mia"]
    assert rows(path, "SELECT count(*) FROM annotation") == before
    assert_named(found)
    assert found._start.hasFocus()
    press(found._start, "Space")
    assert trainer.project.is_busy and not trainer.may_edit()
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    assert "one step" in found._title.text()
    assert not found._settle.isVisible()
    found.reject()
    alone(trainer, qtbot)
    assert trainer.project.annotation("m1").label == "denial"
    assert trainer.actions_.title("undo") == "Undo merge back.packet"
    press(focus(trainer), "Control+Z")
    assert trainer.project.annotation("m1") is None
    press(focus(trainer), "Control+Shift+Z")
    assert trainer.project.annotation("m2").label == "on-record"


@pytest.mark.modal
def test_the_same_packet_again_has_nothing_to_merge(mia, trainer, answers, qtbot):
    packet = back(mia)
    merge(trainer, qtbot, answers, packet).reject()
    found = offered(trainer, qtbot, answers, packet)
    assert found._title.text() == "There is nothing to merge."
    assert not found._start.isEnabled()


@pytest.mark.modal
def test_a_broken_packet_among_others_brings_nothing(mia, trainer, answers, qtbot, tmp_path):
    (tmp_path / "broken.packet").write_bytes(back(mia).read_bytes()[:-200])
    before = rows(trainer.project.path, "SELECT count(*) FROM edit")
    found = offered(trainer, qtbot, answers, back(mia), tmp_path / "broken.packet")
    assert found._title.text() == "Nothing came in."
    assert "broken.packet cannot be used" in found._said.toPlainText()
    assert not found._start.isEnabled()
    assert cells(found._table) == []
    assert rows(trainer.project.path, "SELECT count(*) FROM edit") == before


@pytest.mark.modal
def test_what_is_cancelled_brings_nothing(mia, trainer, answers, qtbot):
    found = offered(trainer, qtbot, answers, back(mia))
    gate = Event()
    trainer.project.jobs.start(lambda _job: gate.wait(20), lambda _: None, lambda _: None)
    press(found._start, "Space")
    found.reject()
    gate.set()
    idle(trainer, qtbot)
    alone(trainer, qtbot)
    assert trainer.project.annotation("m1") is None
    assert rows(trainer.project.path, "SELECT count(*) FROM edit WHERE kind = 'merge'") == [(0,)]


@pytest.mark.modal
def test_what_was_removed_for_good_comes_back_only_when_it_is_asked_for(mia, desk, window, answers, qtbot):
    with closing(sqlite3.connect(desk)) as connection, connection:
        connection.execute("INSERT INTO removed(sha256, at) SELECT sha256, '2026-01-01' FROM document WHERE id = 1")
        connection.execute("UPDATE document SET withdrawn = 1 WHERE id = 1")
    window.files.open_path(desk)
    window.annotate_as("Tess")
    found = offered(window, qtbot, answers, back(mia))
    assert found._removed.isVisible()
    assert len(cells(found._table)) == 1
    press(found._removed, "Space")
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    assert len(cells(found._table)) == 2


@pytest.mark.modal
def test_a_merge_that_leaves_conflicts_leads_to_them(mia, trainer, answers, qtbot):
    merge(trainer, qtbot, answers, back(mia)).reject()
    with Store.open(mia) as store:
        store.save_copy(mia.with_name("elsewhere.annotator"))
    tag(mia, "Mia", 2, "m2", (0, 10), "denial")
    tag(mia.with_name("elsewhere.annotator"), "Mia", 2, "m2", (0, 10), "non-comment")
    packets = back(mia, "one.packet"), back(mia.with_name("elsewhere.annotator"), "two.packet")
    found = merge(trainer, qtbot, answers, *packets)
    assert [row[3] for row in cells(found._table) if row[3]] == ["1 conflict"]
    click(found, "Settle conflicts…")
    settling = conflicts_of(trainer, qtbot)
    assert len(settling._model.found) == 1


# Conflicts


def conflicts_of(window, qtbot):
    found = dialog(window, ConflictsDialog)
    qtbot.waitUntil(lambda: found._looking is None, timeout=20_000)
    return found


def settling(window, qtbot):
    window.actions_["conflicts"].trigger()
    return conflicts_of(window, qtbot)


def shown(found):
    """What is shown of the versions, line by line."""
    grid = found._versions.widget().layout().itemAt(0).layout()
    lines = {}
    for line in range(2, grid.rowCount()):
        name, *values = [grid.itemAtPosition(line, column).widget() for column in range(grid.columnCount())]
        lines[name.text()] = [value.text() for value in values]
    return lines


def test_nothing_to_settle_is_said(trainer, qtbot):
    found = settling(trainer, qtbot)
    assert found._said.text().startswith("No conflicts.")
    assert not found._list.isVisible() and not found._open.isVisible()
    assert_named(found)


def test_versions_stand_side_by_side_and_what_differs_is_marked(quarrel, qtbot):
    found = settling(quarrel, qtbot)
    assert found._said.text().startswith("2 conflicts wait")
    assert found._whose.text() == "Mia’s layer: what you keep is written into it."
    lists = [str(found._model.index(row).data()).split("\n")[1] for row in range(2)]
    assert sorted(lists) == ["Mia, annotation", "Mia, status"]
    assert_named(found)
    by_kind = {}
    for row in range(2):
        found._list.setCurrentIndex(found._model.index(row))
        by_kind[lists[row]] = shown(found)
    annotation, status = by_kind["Mia, annotation"], by_kind["Mia, status"]
    assert {"<b><u>Denial</u></b>", "<b><u>Non-comment</u></b>"} == set(annotation["≠ Label"])
    assert {"Eleven crane", "Eleven <b><u>cranes stood</u></b>"} >= set(annotation["≠ Text"]) - {
        "Eleven <b><u>crane</u></b>"
    }
    assert "Identity" not in annotation
    assert set(status["≠ Status"]) == {"<b><u>Started</u></b>", "<b><u>Finished</u></b>"}
    assert set(status["≠ Round"]) == {"<b><u>production</u></b>", "<b><u>recheck</u></b>"}


def test_all_is_settled_by_keyboard_and_taken_back(quarrel, qtbot):
    path = quarrel.project.path
    found = settling(quarrel, qtbot)
    found._list.setCurrentIndex(found._model.index(next(
        row for row, each in enumerate(found._model.found) if each.conflict.table == "annotation"
    )))  # fmt: skip
    kept = found._model.found[found._list.currentIndex().row()].conflict.sayings[1]
    assert [button.isDefault() for button in found._versions.buttons] == [True, False]
    press(found._list, "Right")
    assert [button.isDefault() for button in found._versions.buttons] == [False, True]
    press(found._list, "Return")
    qtbot.waitUntil(lambda: found._looking is None, timeout=20_000)
    row = quarrel.project.annotation("m1")
    assert (row.start, row.end, row.label) == (kept.start, kept.end, kept.label)
    assert len(found._model.found) == 1
    found._list.setFocus()
    press(found._list, "2")
    qtbot.waitUntil(lambda: found._looking is None, timeout=20_000)
    assert found._said.text() == "Every conflict is settled."
    assert found._undo.isEnabled()
    with Store.open_to_read(path) as store, store.reading() as connection:
        assert conflicts(connection) == []
    heads = rows(path, "SELECT length(parents) FROM annotation WHERE uid = 'm1' AND current")
    assert heads == [(32,)]  # one version, over both
    press(found, "Control+Z")
    qtbot.waitUntil(lambda: found._looking is None, timeout=20_000)
    press(found, "Control+Z")
    qtbot.waitUntil(lambda: found._looking is None, timeout=20_000)
    assert len(found._model.found) == 2
    assert not found._undo.isEnabled()
    found.reject()
    alone(quarrel, qtbot)
    assert findings(quarrel.project._store) == []


def test_all_is_settled_by_mouse_and_undone_in_the_window(quarrel, qtbot):
    found = settling(quarrel, qtbot)
    for left in (1, 0):
        click(found, "Keep B (2)")
        qtbot.waitUntil(lambda: found._looking is None, timeout=20_000)
        assert len(found._model.found) == left
    found.reject()
    alone(quarrel, qtbot)
    assert quarrel.actions_.title("undo") == "Undo settle a conflict"
    press(focus(quarrel), "Control+Z Control+Z")
    assert len(settling(quarrel, qtbot)._model.found) == 2


def test_the_article_of_a_conflict_is_opened_also_from_the_review(quarrel, qtbot):
    quarrel.open_document(5)
    press(focus(quarrel), "Control+R")
    found = settling(quarrel, qtbot)
    found._list.setCurrentIndex(found._model.index(next(
        row for row, each in enumerate(found._model.found) if each.conflict.table == "annotation"
    )))  # fmt: skip
    click(found, "Open in the article")
    alone(quarrel, qtbot)
    assert not quarrel._settings.shows_layers  # who annotates goes on without seeing others' work
    assert not quarrel.review.is_shown
    assert quarrel.article.document_id == 1
    assert quarrel.article.view.caret() == quarrel.project.annotation("m1").end


def test_a_digit_without_a_version_does_nothing(quarrel, qtbot):
    found = settling(quarrel, qtbot)
    press(found._list, "7 Left Left Down Up")
    assert len(found._model.found) == 2
    assert [button.isDefault() for button in found._versions.buttons] == [True, False]


def test_no_markup_of_a_note_is_taken_for_ours():
    assert marked("<img src=x> a", "<i> a") == "<b><u>&lt;img src=x&gt;</u></b> a"
    assert marked("same", "same") == "same"


def test_buttons_of_a_version_say_their_letter_and_key(quarrel, qtbot):
    found = settling(quarrel, qtbot)
    said = [each.text() for each in found._versions.findChildren(QPushButton)]
    assert said == ["Keep A (1)", "Keep B (2)"]
    heads = [each.text() for each in found._versions.findChildren(QLabel) if each.text().startswith("Version")]
    assert heads == ["Version A, shown now", "Version B"]
