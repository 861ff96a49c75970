"""The choices of an export that few need: a split, negatives, and what is kept back."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import Format
from annotator.ui.plain import plain_label
from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator.exporters import ExportOptions

SPLITS = ("80/10/10", "70/15/15", "80/20")


class More(QWidget):
    """Asks how documents are split, and what goes along."""

    changed = Signal()
    names_asked = Signal(object)  # to see which names of sources are replaced; those that are so far

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._split = QComboBox(self)
        self._split.setEditable(True)
        self._split.addItem("")
        self._split.addItems(SPLITS)
        if field := self._split.lineEdit():
            field.setPlaceholderText(self.tr("No split"))
        self._seed = QLineEdit("0", self)
        self._seed.setValidator(QIntValidator(0, 2**31 - 1, self))
        self._group = QComboBox(self)
        for title, value in (
            (self.tr("Near-duplicates"), None),
            (self.tr("Near-duplicates and outlets"), "outlet"),
            (self.tr("Near-duplicates and months"), "month"),
        ):
            self._group.addItem(title, value)
        self._stratify = QCheckBox(self.tr("Share rare labels out by the ratios too"), self)
        self._earlier = QLineEdit(self)
        self._earlier.setPlaceholderText(self.tr("split.json of an earlier export"))
        self._browse = QPushButton(self.tr("Browse…"), self)
        self._negatives = QCheckBox(self.tr("Add untagged sentences that look like attributions"), self)
        self._pseudonyms = QCheckBox(self.tr("Pseudonyms in place of annotators’ names"), self)
        self._without_text = QCheckBox(self.tr("Without the texts: offsets, hashes and URLs"), self)
        self._strict = QCheckBox(self.tr("Write nothing if anything would be lost"), self)
        self._names: dict[str, str] | None = None
        self._names_button = QPushButton(self.tr("Replace names of sources…"), self)
        self._names_said = plain_label("", self)
        self._checks = (self._negatives, self._pseudonyms, self._without_text, self._strict)
        self._lay_out()
        self._connect()
        self._show_state()

    def title_width(self) -> int:
        """Return the width of the titles beside the fields, in pixels."""
        titles = (self.tr("Split"), self.tr("Seed"), self.tr("Keep together"), self._earlier.accessibleName())
        return max(self.fontMetrics().horizontalAdvance(title) for title in titles)

    @property
    def splits(self) -> bool:
        return bool(self._split.currentText().strip() or self._earlier.text().strip())

    def set_names(self, names: dict[str, str] | None) -> None:
        """Have names of sources replaced, or none."""
        self._names = names
        self._show_state()

    def set_format(self, target: Format) -> None:
        """Offer what a format can do."""
        from annotator.exporters import TEXT_FREE

        can = target.name == TEXT_FREE
        self._without_text.setEnabled(can)
        if not can:
            self._without_text.setChecked(False)

    def options(self) -> "ExportOptions":
        """Return what is asked for, of the default format. Raises UserError: it cannot be understood."""
        from annotator import splits
        from annotator.exporters import ExportOptions

        split, earlier = self._split.currentText().strip(), self._earlier.text().strip()
        if split and not earlier:
            splits.parse_ratios(split)
        return ExportOptions(
            negatives=self._negatives.isChecked(),
            without_text=self._without_text.isChecked(),
            pseudonyms=self._pseudonyms.isChecked(),
            names=self._names,
            strict=self._strict.isChecked(),
            split=split if split and not earlier else None,
            seed=int(self._seed.text() or 0),
            group_by=self._group.currentData(),
            stratify=self._stratify.isChecked(),
            splits_from=splits.read_manifest(Path(earlier)) if earlier else None,
        )

    def _lay_out(self) -> None:
        earlier = QHBoxLayout()
        earlier.setSpacing(8)
        earlier.addWidget(self._earlier, 1)
        earlier.addWidget(self._browse)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        for name, field in (
            (self.tr("Split"), self._split), (self.tr("Seed"), self._seed), (self.tr("Keep together"), self._group),
        ):  # fmt: skip
            field.setAccessibleName(name)
            field.setAccessibleDescription(name)  # where there is X11, Qt says the entry of a combo box for the name
            form.addRow(name, field)
        form.addRow("", self._stratify)
        self._earlier.setAccessibleName(self.tr("As before"))
        self._browse.setAccessibleName(self.tr("Browse for an earlier split"))
        form.addRow(self._earlier.accessibleName(), earlier)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(form)
        for check in self._checks:
            column.addWidget(check)
        names = QHBoxLayout()
        names.setSpacing(8)
        names.addWidget(self._names_button)
        names.addWidget(self._names_said, 1)
        column.addLayout(names)

    def _connect(self) -> None:
        for said in (self._split.currentTextChanged, self._seed.textChanged, self._earlier.textChanged):
            said.connect(self._show_state)
        self._group.currentIndexChanged.connect(self._show_state)
        for check in (self._stratify, *self._checks):
            check.toggled.connect(self._show_state)
        self._browse.clicked.connect(self._ask_earlier)
        self._names_button.clicked.connect(lambda: self.names_asked.emit(self._names))

    def _show_state(self) -> None:
        """Offer how to split, unless a split that was made before says it."""
        is_new = not self._earlier.text().strip()
        self._split.setEnabled(is_new)
        for field in (self._seed, self._group, self._stratify):
            field.setEnabled(is_new and self.splits)
        replaced = count(len(self._names or ()), self.tr("spelling is replaced"), self.tr("spellings are replaced"))
        self._names_said.setText(replaced if self._names else "")
        self.changed.emit()

    def _ask_earlier(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("An earlier split"), "", "split.json (*.json)")
        if path:
            self._earlier.setText(path)
