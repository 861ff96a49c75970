"""Tag every other occurrence of a passage in the article, after looking at them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from annotator.text import DocumentText, Range

CONTEXT = 40  # code points to either side
RANGE = Qt.ItemDataRole.UserRole


class OccurrencesDialog(QDialog):
    """Lists the occurrences in their context; those that are ticked will be tagged."""

    def __init__(
        self, text: DocumentText, found: Sequence[Range], tagged: set[Range], label: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tag every other occurrence"))
        self.resize(640, 400)
        said = QLabel(self.tr("Tag these as {label}? It will be one edit.").format(label=label.lower()), self)
        said.setTextFormat(Qt.TextFormat.PlainText)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Occurrences"))
        for start, end in found:
            before, after = text.text[max(0, start - CONTEXT) : start], text.text[end : end + CONTEXT]
            item = QListWidgetItem(" ".join(f"…{before}[{text.text[start:end]}]{after}…".split()))
            item.setData(RANGE, (start, end))
            is_new = (start, end) not in tagged
            item.setCheckState(Qt.CheckState.Checked if is_new else Qt.CheckState.Unchecked)
            if not is_new:
                item.setFlags(Qt.ItemFlag.ItemIsSelectable)
            self._list.addItem(item)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        buttons.addButton(self.tr("Tag"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(said)
        layout.addWidget(self._list)
        layout.addWidget(buttons)

    def chosen(self) -> list[Range]:
        """Return the occurrences that are ticked."""
        items = (self._list.item(row) for row in range(self._list.count()))
        return [tuple(item.data(RANGE)) for item in items if item.checkState() == Qt.CheckState.Checked]
