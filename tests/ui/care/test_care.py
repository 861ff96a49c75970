"""What happens to the file of an open project is said in the window, and what can be done about it works."""

import os
import shutil
import sqlite3

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from annotator.store import Store, location
from annotator.store.check import examine
from tests.ui.hands import LEFT, focus, press


def shown(window):
    notice = window.care.banner.shown
    return notice.key if notice else None


def choose(window, title):
    """Click what the banner offers."""
    (button,) = [
        each for each in window.care.banner.findChildren(QPushButton) if each.text() == title and not each.isHidden()
    ]
    QTest.mouseClick(button, LEFT)


def test_a_whole_project_is_looked_through_without_a_word(opened, qtbot):
    with qtbot.waitSignal(opened.care.watch.looked_through, timeout=10_000):
        pass
    assert shown(opened) is None


def test_a_damaged_file_is_named_with_what_can_be_done(window, sample_path, qtbot):
    with sqlite3.connect(sample_path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'annotation_edit'").fetchone()
    connection.close()
    data = sample_path.read_bytes()
    sample_path.write_bytes(data[: (page - 1) * 4096] + b"\xa5" * 4096 + data[page * 4096 :])
    with qtbot.waitSignal(window.care.watch.damaged, timeout=10_000):
        window.project.open(sample_path)
    assert shown(window) == "damaged"
    assert {"Check project", "Save a copy…"} <= {title for title, _ in window.care.banner.shown.choices}


def test_a_project_is_closed_while_it_is_looked_through(window, sample_path):
    window.project.open(sample_path)
    window.care.watch._check_soon.setInterval(0)
    window.care.watch._check()
    window.project.close()
    assert not sample_path.with_name("sample.annotator-wal").exists()
    window.project.open(sample_path)
    assert window.project.is_open


@pytest.mark.parametrize("happens", ["moved", "replaced", "removed"])
def test_a_file_that_is_no_longer_there_is_said_and_a_copy_offered(opened, sample_path, tmp_path, monkeypatch, happens):
    away = tmp_path / "away.annotator"
    press(focus(opened), "D")
    os.link(sample_path, away)
    sample_path.unlink()
    if happens == "replaced":
        shutil.copy(away, sample_path)
    opened.care.watch.look()
    assert shown(opened) == "displaced"
    assert "new edits cannot be saved" in opened.care.banner.shown.text
    copy = tmp_path / "copy.annotator"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    choose(opened, "Save a copy…")
    assert examine(copy).findings == []
    with Store.open_to_read(copy) as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM edit").scalar() == 2
    if happens != "replaced":
        away.rename(sample_path)
        opened.care.watch.look()
        assert shown(opened) is None
    else:
        away.replace(sample_path)


def test_missing_edits_are_said_until_somebody_goes_on(window, sample_path, tmp_path):
    older = tmp_path / "older"
    shutil.copy(sample_path, older)
    window.project.open(sample_path)
    window.annotate_as("Cleo")
    press(focus(window), "D")
    window.project.close()
    assert shown(window) is None
    for _ in range(2):
        shutil.copy(older, sample_path)
        window.project.open(sample_path)
        assert shown(window) == "missing"
        assert window.care.banner.shown.text.startswith("The last edit made here is missing from this file.")
        window.project.close()
    window.project.open(sample_path)
    choose(window, "Go on from here")
    assert shown(window) is None
    window.project.close()
    window.project.open(sample_path)
    assert shown(window) is None


def test_a_synchronised_folder_is_explained_once_a_project(window, sample_path, tmp_path):
    path = tmp_path / "Dropbox" / "p.annotator"
    path.parent.mkdir()
    shutil.copy(sample_path, path)
    window.project.open(path)
    assert shown(window) == "shared"
    assert "Dropbox" in window.care.banner.shown.text
    window.project.open(sample_path)
    assert shown(window) is None
    window.project.open(path)
    window.care.banner.dismiss()
    window.project.open(sample_path)
    window.project.open(path)
    assert shown(window) is None


def test_a_disk_that_is_nearly_full_is_said_in_the_status_bar(opened, monkeypatch):
    assert opened.care._space.isHidden()
    monkeypatch.setattr(location, "free_bytes", lambda _path: 123_456_789)
    opened.care.watch.look()
    assert not opened.care._space.isHidden()
    assert opened.care._space.text() == "Only 123 MB left on the disk"
    monkeypatch.setattr(location, "free_bytes", lambda _path: 10**12)
    opened.care.watch.look()
    assert opened.care._space.isHidden()
