"""What to compare: whose layers, of which round, guideline and time, in which articles, with which edges."""

from datetime import date
from math import isfinite
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator import splits
from annotator.criteria import Criteria, Side
from annotator.records import Round, UserError
from annotator.text.edges import EDGES
from annotator.ui import errors
from annotator.ui.plain import plain_label, tool_tip
from annotator.ui.project import Project

DELAY = 400  # milliseconds after the last key
HASH = 8  # digits of a guideline's that are shown


class CriteriaBar(QWidget):
    """Fields over the figures; any change compares again."""

    changed = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self.annotators = QPushButton(self)
        self.annotators.setMenu(QMenu(self.annotators))
        self.round = self._combo(
            self.tr("Round"), [(self.tr("Any round"), None), *((each.capitalize(), each) for each in get_args(Round))]
        )
        self.guideline = self._combo(self.tr("Guideline"), [(self.tr("Any guideline"), None)])
        self.since = QLineEdit(self)
        self.since.setPlaceholderText(self.tr("Since 2026-11-23"))
        self._name(self.since, self.tr("Finished since"))
        self.blind = QCheckBox(self.tr("Blind only"), self)
        self.words = QLineEdit(self)
        self.words.setPlaceholderText(self.tr("Articles with these words"))
        self.words.setClearButtonEnabled(True)
        self._name(self.words, self.tr("Articles with these words"))
        self.edges = self._combo(
            self.tr("Edges"),
            [
                (self.tr("Edges as marked"), ()),
                (self.tr("What if: no white space"), EDGES[:1]),
                (self.tr("What if: no space or final stop"), EDGES[:2]),
                (self.tr("What if: no space, stop or quotation mark"), EDGES),
            ],
        )
        self.models = QWidget(self)  # fields that are of use where a model is compared
        self.score = QLineEdit(self.models)
        self.score.setPlaceholderText(self.tr("Any score"))
        self._name(self.score, self.tr("Least score of a prediction"))
        self.side = self._combo(self.tr("Side of a split"), [(self.tr("All articles"), None)])
        self.split = QPushButton(self.tr("Choose a split…"), self.models)
        self._name(self.split, self.tr("Choose the split.json of an export"))
        self.split.clicked.connect(self._choose_split)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self.changed)
        project.closing.connect(self._timer.stop)
        self._lay_out()
        for field in (self.since, self.words, self.score):
            field.textEdited.connect(self._timer.start)
            field.returnPressed.connect(self._at_once)
        for combo in (self.round, self.guideline, self.edges, self.side):
            combo.activated.connect(self._at_once)
        self.blind.clicked.connect(self._at_once)

    def load(self) -> None:
        """Offer what the open project has, with nothing chosen."""
        menu = self.annotators.menu()
        menu.clear()
        for row in self._project.annotators():
            action = QAction(row.name if row.kind == "human" else f"{row.name} ({row.kind})", menu)
            action.setCheckable(True)
            action.setChecked(row.kind == "human")
            action.setData((row.name, row.kind))
            action.toggled.connect(self._chosen)
            menu.addAction(action)
        for combo in (self.guideline, self.side):
            while combo.count() > 1:
                combo.removeItem(1)
        self.side.setEnabled(False)
        for sha256 in self._project.guidelines():
            self.guideline.addItem(self.tr("Guideline {hash}").format(hash=sha256[:HASH]), sha256)
        for combo in (self.round, self.guideline, self.edges, self.side):
            combo.setCurrentIndex(0)
        for field in (self.since, self.words, self.score):
            field.clear()
        self.blind.setChecked(False)
        self._say_annotators()

    def criteria(self) -> Criteria:
        """Return what the fields ask for. A day or a score that is not one yet is not asked for."""
        everybody = [action.data() for action in self.annotators.menu().actions()]
        chosen = [action.data() for action in self.annotators.menu().actions() if action.isChecked()]
        has_model = any(kind == "model" for _, kind in chosen)
        usual = [each for each in everybody if each[1] == "human"]
        return Criteria(
            annotators=() if chosen == usual else [name for name, _ in chosen],
            documents=self.words.text(),
            round=self.round.currentData(),
            guideline=self.guideline.currentData(),
            since=self.since.text() if is_day(self.since.text()) else None,
            blind_only=self.blind.isChecked(),
            trim=tuple(self.edges.currentData()),
            threshold=score(self.score.text()) if has_model else None,
            side=self.side.currentData() if has_model else None,
        )

    def open_split(self, path: Path) -> None:
        """Offer the sides of a split, and ask for its test side if there is one. Raises UserError."""
        manifest = splits.read_manifest(path)
        while self.side.count() > 1:
            self.side.removeItem(1)
        for name in manifest.sides:
            self.side.addItem(self.tr("Only {side}").format(side=name), Side(name, manifest))
        self.side.setEnabled(self.side.count() > 1)
        names = list(manifest.sides)
        self.side.setCurrentIndex(names.index("test") + 1 if "test" in names else 0)
        self._at_once()

    def _choose_split(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Choose the split.json of an export"), "", "*.json")
        if path:
            try:
                self.open_split(Path(path))
            except UserError as error:
                errors.show(error, self)

    def _chosen(self) -> None:
        self._say_annotators()
        self._timer.start()

    def _at_once(self) -> None:
        self._timer.stop()
        self.changed.emit()

    def _say_annotators(self) -> None:
        kinds = [action.data()[1] for action in self.annotators.menu().actions() if action.isChecked()]
        self.models.setVisible("model" in kinds)
        names = [action.text() for action in self.annotators.menu().actions() if action.isChecked()]
        many = self.tr("{count} annotators").format(count=len(names)) if names else self.tr("Everybody")
        said = ", ".join(names) if 0 < len(names) <= 2 else many
        self.annotators.setText(said.replace("&", "&&"))
        self._name(
            self.annotators, self.tr("Annotators: {names}").format(names=", ".join(names) or self.tr("everybody"))
        )

    def _combo(self, name: str, items: list[tuple[str, object]]) -> QComboBox:
        combo = QComboBox(self)
        self._name(combo, name)
        for title, data in items:
            combo.addItem(title, data)
        return combo

    def _name(self, widget: QWidget, name: str) -> None:
        widget.setAccessibleName(name)
        widget.setAccessibleDescription(name)
        widget.setToolTip(tool_tip(name))

    def _lay_out(self) -> None:
        self.since.setFixedWidth(150)
        self.score.setFixedWidth(150)
        models = QHBoxLayout(self.models)
        models.setContentsMargins(0, 0, 0, 0)
        models.setSpacing(8)
        said = plain_label(self.tr("Predictions with a score of at least"), self.models)
        said.setBuddy(self.score)
        models.addWidget(said)
        for field in (self.score, self.side, self.split):
            models.addWidget(field)
        models.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        rows.addLayout(row)
        rows.addWidget(self.models)
        for widget in (self.annotators, self.round, self.guideline, self.since, self.blind):
            row.addWidget(widget)
        row.addWidget(self.words, 1)
        row.addWidget(self.edges)


def score(typed: str) -> float | None:
    """Return the score that was typed; None for what is not a finite number, with a point or a comma."""
    try:
        found = float(typed.replace(",", "."))
    except ValueError:
        return None
    return found if isfinite(found) else None


def is_day(typed: str) -> bool:
    """Whether this is a day as ``2026-11-23``."""
    try:
        return date.fromisoformat(typed).isoformat() == typed
    except ValueError:
        return False
