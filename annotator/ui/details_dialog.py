"""What is known of an article beside its text. The text itself never changes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QWidget

from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.rows import DocumentDetail


class ArticleDetailsDialog(QDialog):
    """Changes metadata of one document, as one edit."""

    def __init__(self, project: Project, detail: "DocumentDetail", parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Article details"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 0)
        self._project = project
        self._document_id = detail.id
        self._before = {
            "title": detail.title, "outlet": detail.outlet, "byline": detail.byline,
            "url": detail.url, "published": detail.published, "language": detail.language,
        }  # fmt: skip
        titles = {
            "title": self.tr("Title"), "outlet": self.tr("Outlet"), "byline": self.tr("Byline"),
            "url": self.tr("URL"), "published": self.tr("Published"), "language": self.tr("Language"),
        }  # fmt: skip
        self._fields = {key: QLineEdit(self._before[key] or "", self) for key in titles}
        form = QFormLayout(self)
        form.setContentsMargins(16, 16, 16, 16)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        for key, title in titles.items():
            self._fields[key].setAccessibleName(title)
            form.addRow(title, self._fields[key])
        text = QLabel(self.tr("The text itself cannot be changed."), self)
        text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        form.addRow("", text)
        choices = QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        buttons = QDialogButtonBox(choices, self)
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _save(self) -> None:
        said = {key: field.text().strip() or None for key, field in self._fields.items()}
        changed = {key: value for key, value in said.items() if value != self._before[key]}
        if changed:
            self._project.set_metadata(self._document_id, changed)
        self.accept()
