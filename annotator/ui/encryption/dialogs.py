"""Asking for a key: the one of a file, until it fits; and a new one, twice."""

from collections.abc import Callable

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from annotator.records import UserError
from annotator.ui.plain import plain_label

WIDTH, MARGIN = 440, 16  # pixels


class _Dialog(QDialog):
    """A sentence, fields for keys, and what is to be said of them."""

    def __init__(self, title: str, sentence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(WIDTH)
        self._fields = QFormLayout()
        self._fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._said = plain_label("", self)
        self._said.setWordWrap(True)
        self._said.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        choices = QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        buttons = QDialogButtonBox(choices, self)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(12)
        column.addWidget(self._sentence(sentence))
        column.addLayout(self._fields)
        column.addWidget(self._said)
        column.addWidget(buttons)

    def _sentence(self, text: str) -> QLabel:
        said = plain_label(text, self)
        said.setWordWrap(True)
        said.ensurePolished()  # else it would reckon with another font
        said.setMinimumHeight(said.heightForWidth(WIDTH - 2 * MARGIN))
        return said

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(name)
        self._fields.addRow(name, field)
        return field


class KeyDialog(_Dialog):
    """Takes the key of a file, and stays as long as it is another one."""

    def __init__(self, name: str, try_it: Callable[[str], None], parent: QWidget) -> None:
        """Ask for the key of the file `name`; `try_it` raises UserError if it does not fit."""
        sentence = self.tr("{name} is encrypted. Type its key to open it.").format(name=name)
        super().__init__(self.tr("Key of an encrypted project"), sentence, parent)
        self._try = try_it
        self._key = self._field(self.tr("Key"))
        self._key.setFocus()
        self._key.textChanged.connect(self._show_state)
        self._show_state()

    def accept(self) -> None:
        try:
            self._try(self._key.text())
        except UserError as error:
            self._said.setText(str(error))
            self._key.selectAll()
            self._key.setFocus()
        else:
            super().accept()

    def _show_state(self) -> None:
        self._said.clear()
        self._ok.setEnabled(bool(self._key.text()))


class NewKeyDialog(_Dialog):
    """Takes a new key twice, after saying what comes of losing it."""

    def __init__(self, sentence: str, shortest: int, parent: QWidget) -> None:
        super().__init__(self.tr("New key"), sentence, parent)
        self._shortest = shortest
        self._key, self._again = self._field(self.tr("Key")), self._field(self.tr("The same again"))
        self._said.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._key.setFocus()
        for field in (self._key, self._again):
            field.textChanged.connect(self._show_state)
        self._show_state()

    def words(self) -> str:
        return self._key.text()

    def _show_state(self) -> None:
        key, again = self._key.text(), self._again.text()
        is_short, differ = len(key) < self._shortest, key != again
        self._ok.setEnabled(not is_short and not differ)
        if is_short:
            said = self.tr("{number} characters or more. Several words are easy to keep in mind and hard to guess.")
            self._said.setText(said.format(number=self._shortest))
        else:
            self._said.setText(self.tr("The two differ.") if again and differ else "")
