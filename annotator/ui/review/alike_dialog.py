"""Apply one ruling to all disagreements alike, after looking at them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from annotator.adjudication import Alike
from annotator.ui.annotate.occurrences import PIECES, OccurrenceDelegate, pieces_of
from annotator.ui.plain import plain_label
from annotator.ui.project import Project


class AlikeDialog(QDialog):
    """Lists the disagreements in their context, the differing words bold; those that are ticked are ruled on."""

    def __init__(self, project: Project, found: Sequence[Alike], ruling: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._found = list(found)
        self.setWindowTitle(self.tr("Apply to all alike"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 420)
        said = plain_label(
            f"{ruling}\n{self.tr('Rule the same on these? Space ticks, Enter applies; one undo takes all back.')}", self
        )
        said.setWordWrap(True)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Disagreements alike"))
        self._list.setItemDelegate(OccurrenceDelegate(self._list))
        self._list.setUniformItemSizes(True)
        texts: dict[int, str] = {}
        for each in found:
            document_id = each.cluster.document_id
            if document_id not in texts:
                texts = {document_id: project.document(document_id).text}  # they come by document
            pieces = pieces_of(texts[document_id], each.cluster.differences[0])
            item = QListWidgetItem("".join(pieces))
            item.setData(PIECES, tuple(pieces))
            item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self._list.addItem(item)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._apply = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self._apply.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in (said, self._list, buttons):
            layout.addWidget(widget)
        self._list.itemChanged.connect(self._count)
        self._list.setCurrentRow(0)
        self._list.setFocus()
        self._count()

    def chosen(self) -> list[Alike]:
        """Return the disagreements that are ticked."""
        ticked = Qt.CheckState.Checked
        return [each for row, each in enumerate(self._found) if self._list.item(row).checkState() == ticked]

    def _count(self) -> None:
        count = len(self.chosen())
        self._apply.setText(self.tr("Apply to {count}").format(count=count))
        self._apply.setEnabled(count > 0)
