"""Merging packets: what would come in, then what came in, by annotator and article."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.sharing.hub import Sharing
from annotator.ui.sharing.rows_table import RowsTable
from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator.packets.merging import MergeReport

LEAST, MOST = 2, 9  # lines of what is said, before it scrolls


class MergeDialog(QDialog):
    """Looks at packets before they come in. Edits wait while it does something, and reading does not."""

    conflicts_asked = Signal()

    def __init__(self, project: Project, sharing: Sharing, packets: Sequence[Path], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Merge packets"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(900, 620)
        self._project, self._sharing, self._packets = project, sharing, packets
        self._is_running = False
        self._title = plain_label("", self)
        self._title.setWordWrap(True)
        self._said = QPlainTextEdit(self)
        self._table = RowsTable(self.tr("What comes in"), self.tr("Nothing comes in."), self)
        self._removed = QCheckBox(self.tr("Take in articles too that were removed here for good"), self)
        self._bar = QProgressBar(self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._start = self._buttons.addButton(self.tr("Merge"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._settle = self._buttons.addButton(self.tr("Settle conflicts…"), QDialogButtonBox.ButtonRole.ActionRole)
        self._stop = self._buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self._lay_out()
        self._buttons.accepted.connect(self._merge)
        self._buttons.rejected.connect(self.reject)
        self._removed.clicked.connect(self._look)
        self._settle.clicked.connect(self._go_to_conflicts)

    def start(self) -> None:
        """Show what would come in."""
        self.open()
        self._look()

    def reject(self) -> None:
        """Cancel what runs; nothing comes in then."""
        if self._is_running:
            self._project.jobs.cancel()
        else:
            super().reject()

    def _lay_out(self) -> None:
        self._said.setReadOnly(True)
        self._said.setTabChangesFocus(True)
        self._said.setAccessibleName(self.tr("In words"))
        self._say([])
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._removed.hide()
        self._settle.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget, stretch in (
            (self._title, 0), (self._said, 0), (self._table, 1), (self._removed, 0), (self._bar, 0), (self._buttons, 0),
        ):  # fmt: skip
            column.addWidget(widget, stretch)

    # Looking

    def _look(self) -> None:
        self._title.setText(self.tr("Looking at what would come in…"))
        self._run(is_look=True)

    def _show_preview(self, found: "MergeReport") -> None:
        self._end()
        self._show_report(replace(found, dry_run=False))  # that nothing came in yet is said above
        self._removed.setVisible(bool(found.removed_documents) or self._removed.isChecked())
        is_new = not found.is_nothing_new
        self._title.setText(
            self.tr("This would come in. Nothing has come in yet, and nothing that is here is changed or overwritten.")
            if is_new
            else self.tr("There is nothing to merge.")
        )
        self._start.setEnabled(is_new)
        (self._start if is_new else self._stop).setFocus()

    # Merging

    def _merge(self) -> None:
        self._title.setText(self.tr("Merging. Reading goes on meanwhile, edits wait…"))
        self._run(is_look=False)

    def _show_merged(self, found: "MergeReport") -> None:
        self._end()
        self._show_report(found)
        self._title.setText(self.tr("Merged. Undo (Ctrl+Z) takes all of it back as one step."))
        self._start.hide()
        self._removed.hide()
        self._settle.setVisible(bool(found.conflicts))
        self._stop.setText(self.tr("Close"))
        (self._settle if found.conflicts else self._stop).setFocus()

    def _go_to_conflicts(self) -> None:
        self.accept()
        self.conflicts_asked.emit()

    # Both

    def _run(self, *, is_look: bool) -> None:
        self._is_running = True
        self._start.setEnabled(False)
        self._removed.setEnabled(False)
        self._bar.setValue(0)
        self._bar.show()
        self._project.jobs.progressed.connect(self._show_progress)
        done = self._show_preview if is_look else self._show_merged
        brings_back = self._removed.isChecked()
        self._sharing.merge(self._packets, done, self._fail, dry_run=is_look, brings_back=brings_back)

    def _end(self) -> None:
        self._is_running = False
        self._removed.setEnabled(True)
        self._bar.hide()
        self._project.jobs.progressed.disconnect(self._show_progress)

    def _fail(self, error: BaseException) -> None:
        from annotator.packets.merging import MergeCancelled

        self._end()
        if isinstance(error, MergeCancelled):
            super().reject()
            return
        self._title.setText(self.tr("Nothing came in."))
        self._say([str(error)] if isinstance(error, UserError) else [])
        self._table.show_rows((), ())
        self._stop.setFocus()
        if not isinstance(error, UserError):
            errors.show(error, self)

    def _say(self, sentences: Sequence[str]) -> None:
        """Say it, with as much room as it needs, up to a limit."""
        self._said.setPlainText("\n".join(sentences))
        lines = min(MOST, max(LEAST, len(sentences)))
        self._said.setFixedHeight(lines * self._said.fontMetrics().lineSpacing() + 24)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setValue(int(1000 * done / max(1, total)))

    def _show_report(self, found: "MergeReport") -> None:
        from annotator.packets import words

        self._say(words.merged(found))
        conflicts = Counter((each.annotator, each.document) for each in found.conflicts)
        rows = [
            (who.name, each.title, self._versions(each.versions), self._conflicts(conflicts[who.name, each.document]))
            for who in found.annotators
            for each in who.documents
            if each.versions
        ]
        headers = (self.tr("Annotator"), self.tr("Article"), self.tr("Comes in"), self.tr("To settle"))
        self._table.show_rows(headers, rows, widest=1)

    def _versions(self, number: int) -> str:
        return count(number, self.tr("version"), self.tr("versions"))

    def _conflicts(self, number: int) -> str:
        return count(number, self.tr("conflict"), self.tr("conflicts")) if number else ""
