"""Showing errors: what a person can act on as it is, what is ours with a report to copy, which is logged too."""

import faulthandler
import logging
import os
import re
import sys
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path
from PySide6.QtCore import QCoreApplication, QMessageLogContext, QtMsgType, qInstallMessageHandler, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from annotator import faults
from annotator.records import UserError
from annotator.ui.plain import message_box

log = logging.getLogger("annotator")
_QUOTED = re.compile(r"""(["']).*?\1|“.*?”|(file:|/)\S+""", re.DOTALL)
_LONGEST = 300  # characters of a complaint
_LOGS, _BYTES = 5, 1_000_000  # how many files of what size are kept


def install() -> None:
    """Show every exception that nothing caught; slots of Qt send theirs here too. Keep a log of those that are ours.

    What cannot be shown, because it happened in another thread or ended the program, is logged alone.
    """
    faults.install(lambda said: log.error("%s", said))
    sys.excepthook = _uncaught
    folder = user_log_path("source-annotator")
    with suppress(OSError):  # nowhere to write: the log goes to the terminal
        for each in (folder.parent, folder):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        log.addHandler(_PrivateLog(folder / "window.log"))
        faulthandler.enable(_crash_log(folder / "crash.log"))


def log_qt() -> None:
    """Put what Qt complains of into the log, without what it quotes."""
    qInstallMessageHandler(_log_qt)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if kind != QtMsgType.QtDebugMsg:
        log.warning("Qt, %s: %s", context.category, _QUOTED.sub("“…”", message)[:_LONGEST])


def _crash_log(path: Path) -> int:
    """Return the descriptor of the file that says where the program was when it crashed below Python."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    if path.exists() and path.stat().st_size > _BYTES:
        flags |= os.O_TRUNC
    return os.open(path, flags, 0o600)  # open as long as the program is


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
    return faults.report(error, f"Qt {qVersion()}")


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    show(error)


def _tr(text: str) -> str:
    return QCoreApplication.translate("errors", text)
