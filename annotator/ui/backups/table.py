"""Backups as a table: when each was made, why, and what it holds."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from annotator.ui.backups.restoring import Listed
from annotator.ui.empty import paint_empty
from annotator.ui.exports.tables import Table
from annotator.ui.words import moment

NUMBERS = 2  # columns: articles and annotations
NAMES = 3  # of annotators, in a row


class BackupTable(Table):
    """A row a backup, the newest first; what there is to say where there is none stands in the middle."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_tr("Backups"), parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._listed: Sequence[Listed] = ()
        self._said = ""

    def show_backups(self, listed: Sequence[Listed], *, of_one_project: bool) -> None:
        """Show backups; the project of each is named unless it is clear."""
        self._listed = listed
        before = [_tr("When"), _tr("Why"), *([] if of_one_project else [_tr("Project")])]
        after = [_tr("Articles"), _tr("Annotations"), _tr("Annotators"), _tr("Last edit")]
        heads = [*before, *after]
        self.fill(heads, [_cells(each, of_one_project=of_one_project) for each in listed], wide=len(heads) - 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column in range(len(before), len(before) + NUMBERS):
            for item in (self.horizontalHeaderItem(column), *(self.item(row, column) for row in range(len(listed)))):
                if item:
                    item.setTextAlignment(right)
        self.horizontalHeader().setVisible(bool(listed))
        if listed:
            self.setCurrentCell(0, 0)

    def say(self, words: str) -> None:
        """Say in the middle of the table, while it is empty, why it is."""
        self._said = words
        self.setAccessibleDescription(words)
        self.viewport().update()

    def chosen(self) -> Listed | None:
        """Return the backup that a person is at."""
        row = self.currentRow()
        return self._listed[row] if 0 <= row < len(self._listed) else None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._listed:
            paint_empty(self, self._said)


def _cells(listed: Listed, *, of_one_project: bool) -> list[str]:
    backup, holds, is_locked = listed
    why = {
        "closed": _tr("Project closed"),
        "work": _tr("While working"),
        "merge": _tr("Before a merge"),
        "deletion": _tr("Before a deletion"),
        "migration": _tr("Before an update"),
    }[backup.reason]
    before = [moment(backup.made), why, *([] if of_one_project else [backup.project.stem])]
    if holds is None:
        return [*before, "", "", "", _tr("Encrypted: restoring it asks for the key") if is_locked else _tr("Damaged")]
    counts = (f"{holds.documents:,}", f"{holds.annotations:,}")
    return [*before, *counts, _names(holds.annotators), holds.last_edit or _tr("None")]


def _names(names: Sequence[str]) -> str:
    said = ", ".join(names[:NAMES])
    return said if len(names) <= NAMES else _tr("{names} and {more} more").format(names=said, more=len(names) - NAMES)


def _tr(text: str) -> str:
    return QCoreApplication.translate("backups", text)
