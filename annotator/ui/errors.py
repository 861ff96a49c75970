"""Showing errors: what a person can act on as it is, what is ours with a report to copy."""

import logging
import platform
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QCoreApplication, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from annotator import __version__
from annotator.records import UserError
from annotator.ui.plain import message_box

log = logging.getLogger("annotator")


def install() -> None:
    """Show every exception that nothing caught; slots of Qt send theirs here too."""
    sys.excepthook = _uncaught


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
