"""Asking who is annotating, once."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from annotator.ui.project import Project
from annotator.ui.settings import Settings


class NameDialog(QDialog):
    """Takes a name, new or known, and says which of both it is: a known one goes on with that work."""

    def __init__(self, known: list[str], last: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._known = known
        self.setWindowTitle(self.tr("Who is annotating?"))
        self.setMinimumWidth(380)
        said = QLabel(self.tr("Your name is kept with every annotation that you make."), self)
        self._name = QComboBox(self)
        self._name.setEditable(True)
        self._name.setAccessibleName(self.tr("Name"))
        self._name.setAccessibleDescription(self.tr("Name"))  # where there is X11, Qt says the entry for the name
        self._name.addItems(known)
        self._name.setCurrentText(last)
        if field := self._name.lineEdit():
            field.setPlaceholderText(self.tr("Name"))
            field.selectAll()
        self._meaning = QLabel(self)
        self._meaning.setTextFormat(Qt.TextFormat.PlainText)
        self._meaning.setWordWrap(True)
        self._meaning.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._meaning.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._meaning.setAlignment(Qt.AlignmentFlag.AlignTop)
        choices = QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        buttons = QDialogButtonBox(choices, self)
        self._accept = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (said, self._name, self._meaning, buttons):
            column.addWidget(widget)
        self._name.currentTextChanged.connect(self._show_meaning)
        self._show_meaning()

    def name(self) -> str:
        return " ".join(self._name.currentText().split())

    def _show_meaning(self) -> None:
        name = self.name()
        self._accept.setEnabled(bool(name))
        if name in self._known:
            said = self.tr("{name} has annotated in this project. You go on with that work.").format(name=name)
        else:
            said = self.tr("A new annotator in this project.") if name else ""
        self._meaning.setText(said)


def ask_name(parent: QWidget, project: Project, settings: Settings) -> str | None:
    """Return the name that a person gives, or None."""
    known = [row.name for row in project.annotators() if row.kind == "human"]
    dialog = NameDialog(known, settings.annotator, parent)
    return dialog.name() if dialog.exec() else None
