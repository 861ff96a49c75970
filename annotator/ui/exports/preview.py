"""What an export would be: what leaves this machine, its first record, and what its format cannot carry."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from annotator.ui.exports import words
from annotator.ui.exports.tables import Table

if TYPE_CHECKING:
    from annotator.export_preview import Preview
    from annotator.exporters import Report

_SAID = """QLabel { background: palette(base); border: 1px solid palette(mid); border-left: 3px solid palette(accent);
    border-radius: 4px; padding: 8px 10px; }"""


class PreviewPane(QWidget):
    """Shows what was found before anything is written, and afterwards what was written."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._leaving = _label(self)
        self._leaving.setStyleSheet(_SAID)
        self._remarks = _label(self)
        self._first = QPlainTextEdit(self)
        self._first.setReadOnly(True)
        self._first.setTabChangesFocus(True)
        self._first.setAccessibleName(self.tr("First record"))
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF())
        self._first.setFont(QFont(font))
        self._kinds = _label(self)
        self._losses = Table(self.tr("Losses"), self)
        self._split = Table(self.tr("Split"), self)
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.setAccessibleName(self.tr("Preview"))
        self._lay_out()

    def show_preview(self, found: "Preview") -> None:
        self._leaving.setText(words.leaving(found.leaving))
        remarks = [words.counted(found.counts) + ".", *words.left_out(found.counts), words.repeats(found.counts)]
        remarks += [words.losses(found) if found.counts.layers else "", found.note]
        self._remarks.setText("\n".join(each for each in remarks if each))
        self._show_first(found)
        number = sum(found.lost.values())
        self._tabs.setTabText(1, self.tr("Losses ({number})").format(number=f"{number:,}"))
        self._tabs.setTabEnabled(1, number > 0)
        if not number:
            self._tabs.setCurrentIndex(0)
        self._kinds.setText(words.kinds(found.lost))
        self._losses.show_losses(found.losses)
        self.setEnabled(True)

    def show_report(self, report: "Report") -> None:
        """Show what an export came to."""
        self._leaving.hide()
        self._remarks.setText(words.written(report))
        self._remarks.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._remarks.setAccessibleName(self.tr("Report"))
        if report.split:
            self._split.show_split(report.split)
            self._tabs.setTabVisible(2, True)
            self._tabs.setCurrentIndex(2)
        elif report.lost:
            self._tabs.setCurrentIndex(1)

    def _show_first(self, found: "Preview") -> None:
        if found.first is None:
            nothing = self.tr("Nothing would be written.")
            binary = self.tr("This format is binary: a record of it cannot be shown as text.")
            self._first.setPlainText(binary if found.counts.layers else nothing)
        else:
            self._first.setPlainText(found.first)

    def _lay_out(self) -> None:
        losses = QWidget(self)
        column = QVBoxLayout(losses)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._kinds)
        column.addWidget(self._losses, 1)
        self._tabs.addTab(self._first, self.tr("First record"))
        self._tabs.addTab(losses, self.tr("Losses"))
        self._tabs.addTab(self._split, self.tr("Split"))
        self._tabs.setTabVisible(2, False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._leaving)
        column.addWidget(self._remarks)
        column.addWidget(self._tabs, 1)
        self._kinds.setForegroundRole(QPalette.ColorRole.PlaceholderText)


def _label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
