"""What a new packet is to hold: whose it is, how many articles, how many of them shared, found by words, what for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QCompleter, QFormLayout, QHBoxLayout, QLineEdit, QWidget

if TYPE_CHECKING:
    from annotator.packets.choosing import Wanted
    from annotator.records import Round

MOST = 2**31 - 1
PERCENT = 100


class PacketForm(QWidget):
    """Asks for it, and says when anything was changed."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = QComboBox(self)
        self._name.setEditable(True)
        if completer := self._name.completer():  # offers a known name, and never puts one in place of a new one
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._sample = self._number(self.tr("all"), 1)
        self._overlap = self._number("0", 0)
        self._query = QLineEdit(self)
        self._share = self._number("50", 1, PERCENT)
        self._round = QComboBox(self)
        self._seed = self._number("0", 0)
        rounds: list[tuple[str, Round]] = [
            (self.tr("Production"), "production"), (self.tr("Calibration"), "calibration"),
            (self.tr("Recheck"), "recheck"), (self.tr("Practice"), "practice"),
        ]  # fmt: skip
        for title, value in rounds:
            self._round.addItem(title, value)
        self._query.setPlaceholderText(self.tr("none"))
        self._lay_out()
        self._name.currentTextChanged.connect(self.changed)
        self._round.currentIndexChanged.connect(self.changed)
        for field in (self._sample, self._overlap, self._query, self._share, self._seed):
            field.textChanged.connect(self.changed)
            field.textChanged.connect(self._follow)
        self._follow()

    def offer(self, names: Sequence[str]) -> None:
        """Complete these names; what is typed stays."""
        typed = self._name.currentText()
        self._name.blockSignals(True)
        self._name.clear()
        self._name.addItems(names)
        self._name.setCurrentText(typed)
        self._name.blockSignals(False)

    def name(self) -> str:
        return " ".join(self._name.currentText().split())

    def wanted(self) -> "Wanted":
        """Return what is asked for."""
        from annotator.packets.choosing import Wanted

        return Wanted(
            sample=int(self._sample.text()) if self._sample.text() else None,
            overlap=int(self._overlap.text() or 0),
            query=self._query.text().strip() or None,
            share=int(self._share.text() or 0) / PERCENT,
            seed=int(self._seed.text() or 0),
            round=self._round.currentData(),
        )

    def _number(self, placeholder: str, least: int, most: int = MOST) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(placeholder)
        field.setValidator(QIntValidator(least, most, self))
        field.setMaximumWidth(110)
        if placeholder.isdigit():
            field.setText(placeholder)
        return field

    def _follow(self) -> None:
        """Leave out what has no use now: all articles are no sample, and without words there is no share."""
        is_sample = bool(self._sample.text())
        for field in (self._overlap, self._query, self._seed):
            field.setEnabled(is_sample)
        self._share.setEnabled(is_sample and bool(self._query.text().strip()))

    def _lay_out(self) -> None:
        left, right = QFormLayout(), QFormLayout()
        for form in (left, right):
            form.setHorizontalSpacing(16)
            form.setVerticalSpacing(10)
        for form, title, field in (
            (left, self.tr("For"), self._name),
            (left, self.tr("Articles"), self._sample),
            (left, self.tr("Of these, shared with others"), self._overlap),
            (left, self.tr("Round"), self._round),
            (right, self.tr("With these words"), self._query),
            (right, self.tr("Percent with these words"), self._share),
            (right, self.tr("Seed: another draws others"), self._seed),
        ):
            field.setAccessibleName(title)
            field.setAccessibleDescription(title)  # where there is X11, Qt says the entry of a list for its name
            form.addRow(title, field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(40)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
