"""What to export and where to: the essentials, and the rest behind More."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.formats import WRITABLE
from annotator.records import Format
from annotator.ui.exports.more import More
from annotator.ui.plain import plain_label

if TYPE_CHECKING:
    from annotator.exporters import ExportOptions
    from annotator.rows import AnnotatorRow

SUFFIXES = {suffix for target in WRITABLE.values() for suffix in target.suffixes}


class ExportForm(QWidget):
    """Asks for format, layers, status and target; says when anything was changed."""

    changed = Signal()  # what would be written
    target_changed = Signal()  # where to
    names_asked = Signal(object)  # see `More`

    def __init__(self, project: Path, annotators: "list[AnnotatorRow]", parent: QWidget) -> None:
        super().__init__(parent)
        self._format = QComboBox(self)
        self._layer = QComboBox(self)
        self._status = QComboBox(self)
        self._path = QLineEdit(self)
        self._browse = QPushButton(self.tr("Browse…"), self)
        self._where_title = plain_label("", self)
        self._disclosure = QToolButton(self)
        self._more = More(self)
        self._form = QFormLayout()
        self._where = QHBoxLayout()
        self._offer(annotators)
        self._lay_out()
        self._path.setText(str(project.with_suffix("")))
        self._follow_format()
        for combo in (self._format, self._layer, self._status):
            combo.currentIndexChanged.connect(self.changed)
        self._format.currentIndexChanged.connect(self._follow_format)
        self._more.changed.connect(self._follow_format)
        self._more.changed.connect(self.changed)
        self._more.names_asked.connect(self.names_asked)
        self._path.textChanged.connect(self.target_changed)
        self._browse.clicked.connect(self._ask_path)
        self._disclosure.toggled.connect(self._disclose)

    @property
    def format(self) -> Format:
        return WRITABLE[self._format.currentData()]

    @property
    def path(self) -> Path | None:
        """Where to, or None while nothing is typed."""
        typed = self._path.text().strip()
        return Path(typed) if typed else None

    @property
    def makes_folder(self) -> bool:
        return self.format.is_folder or self._more.splits

    def set_names(self, names: dict[str, str] | None) -> None:
        """Have names of sources replaced, or none."""
        self._more.set_names(names)

    def options(self) -> "ExportOptions":
        """Return what is asked for. Raises UserError: it cannot be understood."""
        chosen = self._more.options()
        layer, status = self._layer.currentData(), self._status.currentData()
        return replace(chosen, format=self.format.name, layer=layer, status=status)

    def _offer(self, annotators: "list[AnnotatorRow]") -> None:
        for target in WRITABLE.values():
            self._format.addItem(target.title, target.name)
        has_gold = any(row.kind == "gold" for row in annotators)
        self._layer.addItem(self.tr("Every annotator’s layer, one by one"), "each")
        self._layer.addItem(self.tr("The best layer of each article"), "best")
        if has_gold:
            self._layer.addItem(self.tr("Only gold"), "gold")
            self._layer.setCurrentIndex(1)
        for row in annotators:
            self._layer.addItem(self.tr("Only {name}").format(name=row.name), row.name)
        self._status.addItem(self.tr("Finished layers"), "finished")
        self._status.addItem(self.tr("All layers that were started"), "all")

    def _lay_out(self) -> None:
        self._where.setSpacing(8)
        self._where.addWidget(self._path, 1)
        self._where.addWidget(self._browse)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(12)
        for name, field in (
            (self.tr("Format"), self._format), (self.tr("Layers"), self._layer), (self.tr("Status"), self._status),
        ):  # fmt: skip
            field.setAccessibleName(name)
            self._form.addRow(name, field)
        self._form.addRow(self._where_title, self._where)
        for title in (self._form.labelForField(self._format), self._where_title):  # the columns of both forms are one
            title.setMinimumWidth(self._more.title_width())
        self._disclosure.setText(self.tr("More"))
        self._disclosure.setCheckable(True)
        self._disclosure.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._disclosure.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._more.hide()
        self._disclose(is_open=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addLayout(self._form)
        column.addWidget(self._disclosure)
        column.addWidget(self._more)
        column.addStretch(1)

    def _disclose(self, is_open: bool) -> None:
        self._disclosure.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._more.setVisible(is_open)

    def _follow_format(self) -> None:
        """Give the target the name that its format wants: a suffix, or none of a folder."""
        name = self.tr("Folder") if self.makes_folder else self.tr("File")
        self._where_title.setText(name)
        self._path.setAccessibleName(name)
        self._more.set_format(self.format)
        path = self.path
        if path is None or not path.name:
            return
        plain = path.with_suffix("") if path.suffix in SUFFIXES else path
        if self.makes_folder:
            self._path.setText(str(plain))
        elif path.suffix not in self.format.suffixes:
            self._path.setText(f"{plain}{self.format.suffixes[0]}")

    def _ask_path(self) -> None:
        if self.makes_folder:
            path = QFileDialog.getExistingDirectory(self, self.tr("Export"), str((self.path or Path()).parent))
        else:
            # whether to replace a file is said in this dialog, for a path that is typed as well
            keep = QFileDialog.Option.DontConfirmOverwrite
            path, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), self._path.text(), options=keep)
        if path:
            self._path.setText(path)
