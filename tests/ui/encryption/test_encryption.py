"""Encrypted projects in the window: the key is typed by real keys, and nothing of a project stands in the settings."""

import shutil

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel, QLineEdit, QMessageBox

from annotator.rows import Filter
from annotator.store import Store, backups, encryption, keys
from annotator.ui import app
from annotator.ui.backups.dialog import RestoreDialog
from annotator.ui.backups.keeping import Keeping
from annotator.ui.encryption.dialogs import KeyDialog, NewKeyDialog
from annotator.ui.exports.dialog import ExportDialog
from tests.encrypted import CANARY, NEEDED, forget, make, plain_files
from tests.ui.hands import answered, click, press
from tests.ui.test_accessibility import assert_named

WORDS = "correct horse battery"  # which `QTest` can type
pytestmark = [NEEDED, pytest.mark.modal]


@pytest.fixture
def encrypted(tmp_path):
    (tmp_path / "secret").mkdir()
    return make(tmp_path / "secret" / "p.annotator", words=WORDS)


@pytest.fixture
def chosen(monkeypatch, tmp_path):
    """The file that every file dialog is answered by."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "chosen"), ""))
    return tmp_path / "chosen.annotator"


def typing(*words):
    """Answer a dialog by typing words, each ended by Enter; None is Esc."""

    def answer(dialog):
        for each in words:
            if each is None:
                press(dialog, "Escape")
            else:
                QTest.keyClicks(dialog.focusWidget(), each)
                press(dialog.focusWidget(), "Return")

    return answer


def back(window, qtbot):
    """Return to the article, as a window system does when a dialog was closed; return its view."""
    view = window.article.view

    def is_there():
        window.activateWindow()
        view.setFocus()
        return view.hasFocus()

    qtbot.waitUntil(is_there)
    return view


def said(dialog):
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_a_project_opens_with_its_key(window, encrypted, qtbot):
    with answered(KeyDialog, typing(WORDS)):
        window.files.open_path(encrypted)
    assert window.project.path == encrypted
    assert window.article.text.text.startswith(CANARY)
    window.annotate_as("Cleo")
    press(back(window, qtbot), "D")
    assert len(window.article.own()) == 1


def test_another_key_is_said_to_be_one_and_the_right_one_opens_it(window, encrypted):
    seen = []

    def answer(dialog):
        assert_named(dialog)
        assert dialog.findChild(QLineEdit).echoMode() == QLineEdit.EchoMode.Password
        typing("nonsense")(dialog)
        seen.append(said(dialog))
        assert dialog.isVisible() and dialog.focusWidget().selectedText()
        typing(WORDS)(dialog)

    with answered(KeyDialog, answer):
        window.files.open_path(encrypted)
    assert "p.annotator is encrypted. Type its key to open it." in seen[0]
    assert "This key does not open p.annotator. It may be another key" in seen[0]
    assert window.project.path == encrypted


def test_who_cancels_stays_where_they_were(opened, encrypted, sample_path):
    with answered(KeyDialog, typing("nonsense", None)):
        opened.files.open_path(encrypted)
    assert opened.project.path == sample_path
    with pytest.raises(keys.KeyNeeded):
        Store.open(encrypted)


def test_it_is_asked_for_at_every_opening(window, encrypted):
    for _ in range(2):
        with answered(KeyDialog, typing(WORDS)):
            window.files.open_path(encrypted)
        window.actions_["close-project"].trigger()
        assert not window.project.is_open


def test_it_is_asked_for_also_where_the_project_is_named_on_the_command_line(window, encrypted):
    with answered(KeyDialog, typing(WORDS)):
        app._open(window, encrypted, "Cleo", wants_sample=False)
    assert window.project.annotator.name == "Cleo"


def test_a_new_one_is_made_once_the_key_was_typed_the_same_twice(window, chosen):
    seen = []

    def answer(dialog):
        assert_named(dialog)
        ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
        key, again = dialog.findChildren(QLineEdit)
        QTest.keyClicks(key, "short")
        assert not ok.isEnabled() and "8 characters or more" in said(dialog)
        QTest.keyClicks(key, " no more")
        QTest.keyClicks(again, "another")
        assert not ok.isEnabled() and "The two differ." in said(dialog)
        again.clear()
        QTest.keyClicks(again, "short no more")
        seen.append(said(dialog))
        press(again, "Return")

    with answered(NewKeyDialog, answer):
        window.actions_["new-encrypted"].trigger()
    assert "who loses the key has lost the project" in seen[0]
    assert window.project.path == chosen and keys.is_encrypted(chosen)
    window.project.close()
    forget()
    encryption.unlock(chosen, "short no more")
    Store.open(chosen).close()


def test_an_encrypted_copy_is_made_beside_the_work_and_the_open_project_stays(opened, chosen, sample_path, qtbot):
    def answer(dialog):
        assert "This project and its backups stay as they are" in said(dialog)
        for field in dialog.findChildren(QLineEdit):
            QTest.keyClicks(field, WORDS)
        press(dialog, "Return")

    with answered(NewKeyDialog, answer):
        opened.actions_["save-encrypted-copy"].trigger()
    press(back(opened, qtbot), "D")
    qtbot.waitUntil(lambda: "is saved at" in opened.statusBar().currentMessage(), timeout=20_000)
    assert opened.project.path == sample_path and len(opened.article.own()) == 1
    forget()
    encryption.unlock(chosen, WORDS)
    with Store.open_to_read(chosen) as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM document").scalar_one() == 9


def test_who_cancels_the_new_key_makes_nothing(opened, chosen):
    for name in ("new-encrypted", "save-encrypted-copy"):
        with answered(NewKeyDialog, typing(None)):
            opened.actions_[name].trigger()
    assert not chosen.exists()


def test_nothing_of_it_stands_in_the_settings_and_it_is_no_recent_project(window, encrypted, settings, tmp_path, qtbot):
    keeping = Keeping(window.project)
    with answered(KeyDialog, typing(WORDS)):
        window.files.open_path(encrypted)
    window.annotate_as("Cleo")
    press(back(window, qtbot), "D M")
    QTest.keyClicks(window.details._form.note, CANARY)
    assert window.details.draft()
    window.documents.set_filter(Filter(CANARY))
    window.remember_place()
    window.actions_["private"].trigger()
    assert window.statusBar().currentMessage() == "An encrypted project is always private."
    assert window.actions_["private"].isChecked()
    settings._store.sync()
    kept = (tmp_path / "settings.ini").read_text()
    assert CANARY not in kept and "p.annotator" not in kept and WORDS not in kept
    window.actions_["close-project"].trigger()
    qtbot.waitUntil(lambda: not keeping.jobs.is_running, timeout=20_000)
    keeping.jobs.close()
    (made,) = backups.of_project(encrypted)
    assert keys.is_encrypted(made.file) and made.reason == "closed"
    settings._store.sync()
    assert plain_files(tmp_path) == []


def test_a_backup_of_a_lost_one_asks_for_its_key_and_is_restored_encrypted(window, encrypted, chosen, qtbot):
    encryption.unlock(encrypted, WORDS)
    with Store.open(encrypted) as store:
        backups.make(store, "work")
    encrypted.unlink()
    forget()
    for folder in {backup.file.parent for backup in backups.every() if backup.project != encrypted}:
        shutil.rmtree(folder)  # of other tests
    window.actions_["restore"].trigger()
    (dialog,) = [each for each in window.findChildren(RestoreDialog) if each.isVisible()]
    qtbot.waitUntil(lambda: dialog._table.chosen() is not None, timeout=20_000)
    assert dialog._table.chosen().is_locked
    with answered(KeyDialog, typing(WORDS)):
        click(dialog, "Restore as…")
    qtbot.waitUntil(lambda: dialog._table.chosen().holds is not None, timeout=20_000)
    with answered(KeyDialog, typing(WORDS)):
        click(dialog, "Restore as…")
        qtbot.waitUntil(chosen.exists, timeout=20_000)
    qtbot.waitUntil(lambda: window.project.is_open, timeout=20_000)
    assert window.project.path == chosen and keys.is_encrypted(chosen)


def test_an_export_of_it_is_said_to_be_plain(window, encrypted, qtbot):
    with answered(KeyDialog, typing(WORDS)):
        window.files.open_path(encrypted)
    window.actions_["export"].trigger()
    dialog = window.findChild(ExportDialog)
    qtbot.waitUntil(lambda: "leaves this machine" in said(dialog), timeout=20_000)
    assert "The project is encrypted, the export is not." in said(dialog)
    dialog.close()


def test_without_the_library_the_command_that_installs_it_is_said(window, encrypted, chosen, monkeypatch):
    monkeypatch.setattr("annotator.store.driver.find_spec", lambda _name: None)
    seen = []

    def answer(box):
        seen.append(box.text())
        box.reject()

    with answered(QMessageBox, answer):
        window.files.open_path(encrypted)
    with answered(QMessageBox, answer):
        window.actions_["new-encrypted"].trigger()
    assert all("pip install 'source-annotator[encrypted]'" in text for text in seen) and len(seen) == 2
