"""The log of what went wrong: private, bounded, and without a word of an article."""

import faulthandler
import os
import stat
import sys
import threading

import pytest
from PySide6.QtWidgets import QMessageBox

from annotator.ui import errors

CANARY = "".join(reversed("yranac sdlrow fo dne"))  # as it stands in no line of code that a report shows


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Where the log is, of a program that has just begun."""
    before, umask = list(errors.log.handlers), os.umask(0o022)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    _keep_hooks(monkeypatch)
    errors.install()
    yield tmp_path / "state" / "source-annotator" / "log"
    os.umask(umask)
    faulthandler.enable()
    for handler in set(errors.log.handlers) - set(before):
        errors.log.removeHandler(handler)
        handler.close()


def _keep_hooks(monkeypatch):
    for module, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(module, name, getattr(module, name))


def fail(text):
    try:
        raise KeyError(text)
    except KeyError as error:
        raise ValueError(f"cannot do it: {text}") from error


@pytest.mark.modal
def test_what_is_logged_says_where_it_happened_and_no_word_of_an_article(qtbot, monkeypatch, capfd, folder):
    monkeypatch.setattr(QMessageBox, "exec", lambda box: 0)
    try:
        fail(CANARY)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    log = folder / "window.log"
    said = log.read_text(encoding="utf-8")
    assert "test_errors.py" in said and "in fail" in said and "ValueError" in said
    assert CANARY not in said
    assert CANARY not in "".join(capfd.readouterr())


def test_the_log_is_bounded_and_only_its_owner_reads_any_of_it(folder):
    for number in range(70):
        errors.log.error("%s", f"{number} " + "frame " * 20_000)
    assert stat.S_IMODE((folder / "crash.log").stat().st_mode) == 0o600
    files = sorted(folder.glob("window.log*"))
    assert [each.name for each in files] == ["window.log", *(f"window.log.{n}" for n in range(1, 5))]
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(each.stat().st_size <= 1_000_000 for each in files)
    assert " 69 frame" in files[0].read_text()


def test_without_a_place_for_the_log_the_program_starts(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    before = list(errors.log.handlers)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    _keep_hooks(monkeypatch)
    errors.install()
    assert errors.log.handlers == before
