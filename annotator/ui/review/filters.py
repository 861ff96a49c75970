"""Which disagreements are asked for: by label, kind, pair of annotators, and round."""

from itertools import combinations
from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from annotator.adjudication import Wanted
from annotator.records import Round
from annotator.ui.project import Project


class Filters(QWidget):
    """Four fields; each has its "any" first."""

    changed = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._label, self._kind = self._combo(self.tr("Label")), self._combo(self.tr("Kind of disagreement"))
        self._pair, self._round = self._combo(self.tr("Pair of annotators")), self._combo(self.tr("Round"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for at, combo in enumerate((self._label, self._kind, self._pair, self._round)):
            grid.addWidget(combo, at // 2, at % 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)

    def fill(self, wanted: Wanted) -> None:
        """Offer what the project has, with `wanted` chosen."""
        kinds = [(self.tr("Missed"), "missed"), (self.tr("Label"), "label"), (self.tr("Boundary"), "boundary")]
        people = sorted(row.name for row in self._project.annotators() if row.kind == "human")
        pairs = [(f"{a} – {b}", (a, b)) for a, b in combinations(people, 2)]
        for combo, anything, choices, chosen in (
            (self._label, self.tr("Any label"), [(row.title, row.key) for row in self._project.labels()], wanted.label),
            (self._kind, self.tr("Any kind"), kinds, wanted.kind),
            (self._pair, self.tr("Any pair"), pairs, wanted.pair),
            (self._round, self.tr("Any round"), [(name.capitalize(), name) for name in get_args(Round)], wanted.round),
        ):
            combo.clear()
            combo.addItem(anything, None)
            for title, value in choices:
                combo.addItem(title, value)
            values = [None, *(value for _, value in choices)]
            combo.setCurrentIndex(values.index(chosen) if chosen in values else 0)

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        pair = self._pair.currentData()
        return Wanted(
            self._label.currentData(),
            self._kind.currentData(),
            tuple(pair) if pair else None,
            self._round.currentData(),
        )

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setAccessibleDescription(name)
        combo.setMinimumContentsLength(6)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.activated.connect(lambda _: self.changed.emit())
        return combo
