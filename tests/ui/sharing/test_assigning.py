"""The screen of who reads what, a new packet with its preview, and giving back."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from annotator.packets import opening
from annotator.ui.sharing.assign_dialog import AssignDialog
from annotator.ui.sharing.give_back_dialog import GiveBackDialog, file_name
from tests.packets.replicas import manifest
from tests.ui.hands import click, press
from tests.ui.sharing.conftest import assign, cells, dialog, finish, idle, open_packet, tag
from tests.ui.test_accessibility import assert_named


def assigning(window, qtbot):
    window.actions_["assign"].trigger()
    idle(window, qtbot)
    return dialog(window, AssignDialog)


def field(found, name, kind=QLineEdit):
    return next(each for each in found.findChildren(kind) if each.accessibleName() == name)


def ask(found, qtbot, **said):
    """Type what is wanted, key by key, and wait for what would be drawn."""
    names = {
        "name": "For", "sample": "Articles", "overlap": "Of these, shared with others", "query": "With these words",
        "share": "Percent with these words", "seed": "Seed: another draws others",
    }  # fmt: skip
    for key, value in said.items():
        line = field(found, names[key], QComboBox).lineEdit() if key == "name" else field(found, names[key])
        assert line.isEnabled(), key
        line.selectAll()
        press(line, "Delete")
        QTest.keyClicks(line, str(value))
    qtbot.waitUntil(lambda: not found._look_soon.isActive() and found._looking is None, timeout=20_000)


def make(window, found, qtbot, answers, target):
    """Make the packet that is asked for, by its button."""
    answers[0].append((str(target), ""))
    QTest.mouseClick(found._make, Qt.MouseButton.LeftButton)
    idle(window, qtbot)


def test_nothing_was_given_yet(trainer, qtbot):
    found = assigning(trainer, qtbot)
    assert found._read_by.text() == ("9 articles: 0 read by one, 0 by two, 0 by three or more, 9 by nobody yet.")
    assert cells(found._loads) == cells(found._pairs) == []
    assert "not known" in found._drawn.text()
    assert not found._make.isEnabled()
    assert_named(found)


@pytest.mark.modal
def test_packets_are_made_one_after_the_other_and_the_plan_follows(trainer, qtbot, answers, tmp_path):
    found = assigning(trainer, qtbot)
    ask(found, qtbot, name="Mia", sample=5)
    assert found._said.text() == "5 articles: 5 at random. Mia is new in this project."
    make(trainer, found, qtbot, answers, tmp_path / "given" / "mia.packet")
    assert "No such file" in found._said.text()  # there is no such folder
    assert cells(found._loads) == []
    ask(found, qtbot, seed=1)
    make(trainer, found, qtbot, answers, tmp_path / "mia.packet")
    assert answers[1][-1].endswith("Mia.packet")
    assert "5 articles for Mia" in found._said.text()
    assert cells(found._loads) == [["Mia", "5", "0", "0", "5", "not known yet"]]
    ask(found, qtbot, name="Jo", sample=4, overlap=3, query="the", share=100)
    assert found._said.text() == "4 articles: 3 shared with Mia, 1 found by “the”. Jo is new in this project."
    make(trainer, found, qtbot, answers, tmp_path / "jo.packet")
    assert cells(found._pairs) == [["Mia", "3 (few)"]]
    assert "Given: 3 chosen, 1 found by “the”, 5 at random." in found._drawn.text()
    assert manifest(tmp_path / "jo.packet")["annotator"]["name"] == "Jo"
    with closing(sqlite3.connect(trainer.project.path)) as rows:
        assert rows.execute("SELECT count(*) FROM assignment").fetchone() == (9,)
    assert_named(found)


def test_a_preview_says_what_is_missing(trainer, qtbot):
    found = assigning(trainer, qtbot)
    ask(found, qtbot, name="Mia", sample=40)
    assert "There are only 9 of those" in found._said.text()
    assert not found._make.isEnabled()
    ask(found, qtbot, sample=2, query="xyzzy")
    assert "with “xyzzy”" in found._said.text()
    ask(found, qtbot, name="Tess", sample="")
    assert found._said.text() == "9 articles."
    assert not field(found, "With these words").isEnabled()


def test_known_people_are_completed_and_what_was_typed_stays(mia, trainer, qtbot):
    found = assigning(trainer, qtbot)
    combo = field(found, "For", QComboBox)
    assert [combo.itemText(each) for each in range(combo.count())] == ["Mia", "Tess"]
    assert found._form.name() == ""
    QTest.keyClicks(combo.lineEdit(), "Mi")
    assert found._form.name() == "Mi"  # not Mia, whom nobody meant


def test_everything_is_reached_by_tab(trainer, qtbot):
    found = assigning(trainer, qtbot)
    ask(found, qtbot, name="Mia", sample=2, query="the")
    field(found, "For", QComboBox).setFocus()
    reached = set()
    while found.focusWidget() not in reached:
        reached.add(found.focusWidget())
        press(found.focusWidget(), "Tab")
    assert {found._loads, found._pairs, found._make} < reached
    assert {each for each in found._form.findChildren(QLineEdit) if each.isEnabled()} <= reached | {
        field(found, "For", QComboBox).lineEdit()
    }
    found.reject()


# Giving back


def giving_back(window):
    window.actions_["give-back"].trigger()
    return dialog(window, GiveBackDialog)


def test_who_has_finished_some_is_told_before_anything_is_written(mia, window, qtbot):
    window.files.open_path(mia)
    found = giving_back(window)
    assert found._said.text().startswith("Mia: 1 of 9 articles finished, 8 not.")
    assert found.path == mia.with_name(f"Mia {date.today().isoformat()}.packet")
    assert found._start.text() == "Give back anyway"
    assert_named(found)
    assert not found.path.exists()
    press(found._path, "Return")
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    assert found.path.exists()
    assert str(found.path) in found._said.text().replace("~", str(Path.home()))
    assert manifest(found.path)["unfinished"] == 8
    assert [each.text() for each in found.findChildren(QPushButton) if each.isVisible()] == ["Close", "Open folder"]
    found.reject()
    again = giving_back(window)
    assert again._replaces.text() == "It replaces the packet that is there."


def test_there_is_nothing_to_give_back_before_anything_is_begun(desk, window, qtbot):
    open_packet(window, qtbot, assign(desk, "Jo"))
    found = giving_back(window)
    assert "no article was begun" in found._said.text()
    assert not found._start.isEnabled()


def test_who_was_given_nothing_gives_back_what_was_begun(trainer):
    trainer.open_document(1)
    trainer.project.tag(1, [(0, 6)], "denial")
    found = giving_back(trainer)
    assert found._said.text().startswith("Tess: 0 of 1 article finished, 1 not.")


def test_all_finished_is_said_plainly(desk, window, qtbot):
    path = opening.make_project(assign(desk, "Jo", documents=(1,)))
    tag(path, "Jo", 1, "j", (0, 6), "denial")
    finish(path, "Jo", 1)
    window.files.open_path(path)
    found = giving_back(window)
    assert found._said.text() == "Jo: all of 1 article finished."
    assert found._start.text() == "Give back"


def test_a_folder_that_is_not_there_is_said_and_can_be_mended(mia, window, qtbot, tmp_path):
    window.files.open_path(mia)
    found = giving_back(window)
    found._path.setText(str(tmp_path / "missing" / "back"))
    click(found, "Give back anyway")
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    assert "back.packet" in found._said.text()
    found._path.setText(str(tmp_path / "back"))
    click(found, "Give back anyway")
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    assert (tmp_path / "back.packet").exists()


def test_it_is_offered_once_somebody_is_known(window, desk, mia):
    window.files.open_path(desk)
    assert not window.actions_["give-back"].isEnabled()
    window.annotate_as("Tess")
    assert window.actions_["give-back"].isEnabled()
    press(window, "Control+R")
    assert window.actions_["give-back"].isEnabled()
    press(window, "Control+R")
    window.project.close()
    assert not window.actions_["give-back"].isEnabled()
    window.files.open_path(mia)
    assert window.actions_["give-back"].isEnabled()


@pytest.mark.parametrize(("name", "file"), [("Mia", "Mia"), ("A/B: C", "A-B- C"), ("..", "packet"), ("Ⓜ️ Ö", "Ⓜ️ Ö")])
def test_a_name_is_no_path(name, file):
    assert file_name(name) == file


def test_nothing_begins_while_something_is_brought_in(trainer, qtbot):
    trainer.project.lend(lambda job: None, lambda _: None, lambda _: None)
    for name in ("assign", "give-back", "merge", "conflicts"):
        trainer.actions_[name].trigger()
        assert "Wait until it is done" in trainer.statusBar().currentMessage()
    idle(trainer, qtbot)
