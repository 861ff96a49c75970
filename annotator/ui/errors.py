"""Showing errors: what a person can act on as it is, what is ours with a report to copy, which is logged too."""

import logging
import os
import platform
import sys
import traceback
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path
from PySide6.QtCore import QCoreApplication, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from annotator import __version__
from annotator.records import UserError
from annotator.ui.plain import message_box

log = logging.getLogger("annotator")
_LOGS, _BYTES = 5, 1_000_000  # how many files of what size are kept


def install() -> None:
    """Show every exception that nothing caught; slots of Qt send theirs here too. Keep a log of those that are ours."""
    sys.excepthook = _uncaught
    folder = user_log_path("source-annotator")
    with suppress(OSError):  # nowhere to write: the log goes to the terminal
        for each in (folder.parent, folder):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        log.addHandler(_PrivateLog(folder / "window.log"))


class _PrivateLog(RotatingFileHandler):
    """A log that nobody else can read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_BYTES, backupCount=_LOGS - 1, encoding="utf-8")
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding)


def show(error: BaseException, parent: QWidget | None = None) -> None:
    """Show an error and wait until it was read."""
    box = message_box(_tr("Source Annotator"), parent or QApplication.activeWindow())
    if isinstance(error, UserError):
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(str(error))
    else:
        box.setIcon(QMessageBox.Icon.Critical)
        box.setText(_tr("Something went wrong in Source Annotator. What was saved is safe."))
        box.setInformativeText(_tr("Please send the report below to those who look after the program."))
        box.setDetailedText(report(error))
        copy = box.addButton(_tr("Copy report"), QMessageBox.ButtonRole.ActionRole)
        copy.clicked.disconnect()  # it leaves the box open
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report(error)))
        box.addButton(QMessageBox.StandardButton.Close)
        box.setDefaultButton(QMessageBox.StandardButton.Close)
        log.error("%s", report(error))
    box.exec()


def report(error: BaseException) -> str:
    """Return where an error came from, and the versions. The message is left out: it may quote an article."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    versions = (
        f"Source Annotator {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    )
    return f"{versions}\n{frames}{type(error).__name__}"


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    show(error)


def _tr(text: str) -> str:
    return QCoreApplication.translate("errors", text)
