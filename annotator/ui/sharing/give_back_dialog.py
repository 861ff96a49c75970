"""Giving back: how far it is, where the packet goes, and where it is afterwards, all in one dialog."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.sharing.hub import Sharing, Standing
from annotator.ui.words import count, from_home

if TYPE_CHECKING:
    from annotator.packets.packing import Packed

PACKETS = "Packets (*.packet)"


class GiveBackDialog(QDialog):
    """Says what is unfinished before it writes; nothing is asked twice."""

    def __init__(
        self, project: Project, sharing: Sharing, standing: Standing, settings: Settings, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Give back"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self._sharing, self._standing, self._settings = sharing, standing, settings
        self._is_running = False
        self._said = plain_label(self._in_words(), self)
        self._said.setWordWrap(True)
        suggested = f"{file_name(standing.name)} {date.today().isoformat()}.packet"
        self._path = QLineEdit(str(project.path.with_name(suggested)), self)
        self._path.setAccessibleName(self.tr("File"))
        self._browse = QPushButton(self.tr("Browse…"), self)
        self._replaces = plain_label("", self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.hide()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._start = self._buttons.addButton(
            self.tr("Give back anyway") if standing.unfinished and standing.begun else self.tr("Give back"),
            QDialogButtonBox.ButtonRole.AcceptRole,
        )
        self._start.setDefault(True)
        self._open = self._buttons.addButton(self.tr("Open folder"), QDialogButtonBox.ButtonRole.ActionRole)
        self._open.hide()
        self._lay_out()
        self._path.textChanged.connect(self._show_state)
        self._browse.clicked.connect(self._ask_path)
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.path.parent))))
        self._buttons.accepted.connect(self._give_back)
        self._buttons.rejected.connect(self.reject)
        self._show_state()

    @property
    def path(self) -> Path:
        typed = Path(self._path.text().strip())
        return typed if typed.suffix else typed.with_name(f"{typed.name}.packet") if typed.name else typed

    def reject(self) -> None:
        """Close; a packet that is being written is written to its end, which takes a moment."""
        if not self._is_running:
            super().reject()

    def _in_words(self) -> str:
        whose, all_ = self._standing, count(self._standing.documents, self.tr("article"), self.tr("articles"))
        if not whose.begun:
            return self.tr("There is nothing to give back yet: no article was begun.")
        if not whose.unfinished:
            return self.tr("{name}: all of {articles} finished.").format(articles=all_, name=whose.name)
        said = self.tr(
            "{name}: {finished} of {articles} finished, {unfinished} not. What is not finished goes along as far as it "
            "is; you can give back again later, and nothing comes in twice."
        )
        finished, unfinished = f"{whose.finished:,}", f"{whose.unfinished:,}"
        return said.format(name=whose.name, finished=finished, articles=all_, unfinished=unfinished)

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self._path, 1)
        where.addWidget(self._browse)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._said)
        column.addLayout(where)
        column.addWidget(self._replaces)
        column.addWidget(self._bar)
        column.addWidget(self._buttons)

    def _ask_path(self) -> None:
        keep = QFileDialog.Option.DontConfirmOverwrite  # what is replaced is said here, for a typed path as well
        title = self.tr("Give back")
        path, _ = QFileDialog.getSaveFileName(self, title, self._path.text(), PACKETS, options=keep)
        if path:
            self._path.setText(path)

    def _show_state(self) -> None:
        is_there = bool(self.path.name) and self.path.is_file()
        self._replaces.setText(self.tr("It replaces the packet that is there.") if is_there else "")
        self._replaces.setVisible(is_there)
        self._start.setEnabled(bool(self.path.name) and self._standing.begun > 0 and not self._is_running)

    def _give_back(self) -> None:
        self._set_running(True)
        self._settings.folder = str(self.path.parent)
        self._sharing.give_back(self.path, self._standing.name, self._done, self._fail)

    def _done(self, packed: "Packed") -> None:
        self._set_running(False)
        articles = count(packed.documents, self.tr("article"), self.tr("articles"))
        said = self.tr("What {name} made of {articles} is at {path}. Send this file to whoever gave you the articles.")
        where = from_home(Path(packed.path))
        self._said.setText(said.format(name=self._standing.name, articles=articles, path=where))
        for widget in (self._path, self._browse, self._replaces, self._start):
            widget.hide()
        self._open.show()
        stop = self._buttons.button(QDialogButtonBox.StandardButton.Cancel)
        stop.setText(self.tr("Close"))
        stop.setFocus()

    def _fail(self, error: BaseException) -> None:
        self._set_running(False)
        if isinstance(error, UserError):
            self._said.setText(str(error))
        else:
            errors.show(error, self)

    def _set_running(self, running: bool) -> None:
        self._is_running = running
        self._bar.setVisible(running)
        self._path.setEnabled(not running)
        self._browse.setEnabled(not running)
        self._show_state()
        if running and (layout := self.layout()):
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))


def file_name(name: str) -> str:
    """Return a person's name as a file can have it."""
    return "".join("-" if each in '/\\:*?"<>|' else each for each in name).strip(". ") or "packet"
