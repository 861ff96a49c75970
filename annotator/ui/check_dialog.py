"""Checking a project: how far it is, what was found, and a repaired copy."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QWidget

from annotator.ui import errors
from annotator.ui.care import checking
from annotator.ui.leaving import PROJECTS, project_file
from annotator.ui.plain import message_box
from annotator.ui.project import Project
from annotator.ui.words import count, from_home

if TYPE_CHECKING:
    from annotator.ui.care.checking import Repaired, Report

PARTS = 1_000  # of the bar


class CheckDialog(QProgressDialog):
    """Shows how far the check or the repair is, which goes on until it is cancelled or done."""

    def __init__(self, project: Project, window: QWidget) -> None:
        super().__init__(self.tr("Checking…"), self.tr("Cancel"), 0, PARTS, window)
        self.setWindowTitle(self.tr("Check project"))
        self.setMinimumWidth(360)
        self.setAutoClose(False)
        self.setAutoReset(False)
        self._project = project
        self._window = window
        self.canceled.connect(project.jobs.cancel)
        project.jobs.progressed.connect(self._show_progress)

    def start(self) -> None:
        """Check the project in the background."""
        checking.check(self._project, self._done, self._fail)
        self.open()

    def repair_to(self, target: Path) -> None:
        """Write a repaired copy in the background."""
        self.setLabelText(self.tr("Writing what can be read…"))
        checking.repair(self._project, target, lambda found: self._repaired(target, found), self._fail)
        self.open()

    def _show_progress(self, done: int, total: int) -> None:
        if not self.wasCanceled():
            self.setValue(PARTS * done // max(1, total))

    def _end(self) -> None:
        self._project.jobs.progressed.disconnect(self._show_progress)
        self.hide()
        self.deleteLater()

    def _fail(self, error: BaseException) -> None:
        self._end()
        if not checking.was_cancelled(error):
            errors.show(error, self._window)

    def _done(self, report: "Report") -> None:
        self._end()
        if not report.findings:
            self._say_whole(report)
            return
        box = message_box(self.tr("Check project"), self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(
            self.tr("This project is not whole. {found}; the details say what that means.").format(
                found=count(len(report.findings), self.tr("fault was found"), self.tr("faults were found"))
            )
        )
        box.setInformativeText(
            self.tr("A repaired copy keeps what is proved right and lists the rest; this project stays as it is.")
            if report.repairable
            else self.tr("What is shown is right; only what came before it is incomplete. Look for it in a backup.")
        )
        box.setDetailedText("\n".join(report.lines()))
        close = box.addButton(QMessageBox.StandardButton.Close)
        box.setDefaultButton(QMessageBox.StandardButton.Close)
        box.setEscapeButton(close)
        repaired = report.repairable and box.addButton(
            self.tr("Save a repaired copy…"), QMessageBox.ButtonRole.ActionRole
        )
        box.exec()
        if repaired and box.clickedButton() is repaired:
            self._ask_where()

    def _say_whole(self, report: "Report") -> None:
        box = message_box(self.tr("Check project"), self._window)
        box.setIcon(QMessageBox.Icon.Information)
        box.setText(self.tr("This project is whole: every version, index and rule was checked."))
        box.setInformativeText(self.tr("Checked by SQLite {version}.").format(version=report.sqlite))
        box.exec()

    def _ask_where(self) -> None:
        path = self._project.path
        proposed = str(path.with_name(f"{path.stem} repaired.annotator"))
        chosen, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save a repaired copy"), proposed, PROJECTS)
        if chosen:
            CheckDialog(self._project, self._window).repair_to(project_file(chosen))

    def _repaired(self, target: Path, found: "Repaired") -> None:
        self._end()
        box = message_box(self.tr("Check project"), self._window)
        box.setIcon(QMessageBox.Icon.Information)
        box.setText(self.tr("The repaired copy is at {path}.").format(path=from_home(target)))
        if found.beside:
            rows = count(found.left_out, self.tr("row was"), self.tr("rows were"))
            box.setInformativeText(
                self.tr("{rows} left out. What was left out or put right stands in {path}, as it was found.").format(
                    rows=rows, path=found.beside.name
                )
            )
            box.setDetailedText("\n".join(found.lines()))
        box.exec()
