"""Labels and annotators of the files that the project does not have: a person says what becomes of each."""

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from annotator import mapping
from annotator.ui.plain import tool_tip
from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator.import_preview import Names
    from annotator.importers import ImportOptions
    from annotator.records import Kind
    from annotator.rows import AnnotatorRow, LabelRow

SHOWN = 100  # labels that are asked about one by one; the rarer ones together
_ADD, _LEAVE = "\0add", "\0leave"  # no label has a NUL in its name


class Asked(NamedTuple):
    """What has to be asked before an import, most frequent first."""

    labels: dict[str, int]  # spans of each label that is new here
    defined: frozenset[str]  # those of them that a file brings a definition of
    annotators: dict[str | None, int]  # layers of each annotator; None where nobody is named

    @classmethod
    def of(
        cls, names: "Names", defined: Collection[str], labels: Collection[str], annotators: Collection[str]
    ) -> "Asked":
        """Return what there is to ask; nothing where the project knows all `labels` and all `annotators`."""
        unknown = {label: number for label, number in names.labels.most_common() if label not in labels}
        unknown |= {label: 0 for label in sorted(defined) if label not in labels and label not in unknown}
        is_new = any(name not in annotators for name in names.annotators)
        asked = dict(names.annotators.most_common()) if is_new else {}
        return cls(unknown, frozenset(defined).intersection(unknown), asked)

    @property
    def is_nothing(self) -> bool:
        return not self.labels and not self.annotators


class NamesPage(QScrollArea):
    """A row a label and a row an annotator, each with a guess."""

    changed = Signal()

    def __init__(self, labels: "list[LabelRow]", annotators: "list[AnnotatorRow]", parent: QWidget) -> None:
        super().__init__(parent)
        self._own = labels
        self._people = [row.name for row in annotators]
        self._labels: dict[str, QComboBox] = {}
        self._counts: dict[str, int] = {}
        self._rest: list[str] = []
        self._annotators: dict[str | None, QComboBox] = {}
        self._kind: Kind | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def ask(self, asked: Asked) -> None:
        """Show what is asked, with a guess for each; what was chosen before is kept."""
        former = dict.fromkeys(asked.defined, _ADD)
        former |= {label: combo.currentData() for label, combo in self._labels.items() if combo.currentData()}
        names = {name: combo.currentText() for name, combo in self._annotators.items()}
        self._labels, self._annotators = {}, {}
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 8, 12, 0)
        column.setSpacing(24)
        if asked.labels:
            column.addLayout(self._label_rows(content, asked.labels, former))
        if asked.annotators:
            column.addLayout(self._annotator_rows(content, asked.annotators, names))
        column.addStretch(1)
        self.setWidget(content)
        self.changed.emit()

    def focus_first(self) -> None:
        """Go to the first thing that is asked."""
        next(iter([*self._labels.values(), *self._annotators.values()])).setFocus()

    @property
    def is_answered(self) -> bool:
        return all(combo.currentIndex() >= 0 for combo in self._labels.values())

    def options(self) -> "ImportOptions":
        from annotator.importers import ImportOptions

        chosen = self._chosen()
        names = {name: combo.currentText().strip() for name, combo in self._annotators.items()}
        return ImportOptions(
            annotator=names.pop(None, "") or None,
            kind=self._kind if self._annotators else None,
            labels={label: to for label, to in chosen.items() if to and to not in (_ADD, _LEAVE)},
            new_labels=frozenset(label for label, to in chosen.items() if to == _ADD),
            annotators={name: to for name, to in names.items() if name and to and to != name},
        )

    def in_words(self) -> str:
        """Say what becomes of the spans whose labels are asked about."""
        if not self._labels:
            return ""
        totals = {"open": 0, _ADD: 0, _LEAVE: 0, "ours": 0}
        for label, to in self._chosen().items():
            totals[to if to in totals else "open" if to is None else "ours"] += self._counts[label]
        said = (
            ("ours", self.tr("{spans} get one of this project’s labels")),
            (_ADD, self.tr("{spans} bring a new label")),
            (_LEAVE, self.tr("{spans} stay out")),
            ("open", self.tr("{spans} are undecided")),
        )
        found = [
            phrase.format(spans=count(totals[key], self.tr("span"), self.tr("spans")))
            for key, phrase in said
            if totals[key]
        ]
        return "; ".join(found) + "." if found else ""

    def _chosen(self) -> dict[str, str | None]:
        """Return what becomes of each label; None of one that is undecided."""
        chosen = {label: combo.currentData() for label, combo in self._labels.items() if label}
        if self._rest:
            chosen |= dict.fromkeys(self._rest, self._labels[""].currentData())
        return chosen

    def _label_rows(self, content: QWidget, labels: dict[str, int], former: dict[str, str]) -> QGridLayout:
        grid = _grid(
            content,
            self.tr("Labels that this project does not have"),
            (self.tr("In the files"), self.tr("Spans"), self.tr("Becomes")),
        )
        self._counts = labels
        known = [row.key for row in self._own]
        one_by_one, self._rest = list(labels)[:SHOWN], list(labels)[SHOWN:]
        for label in one_by_one:
            combo = self._label_combo(content, label)
            self._labels[label] = combo
            _set(combo, former.get(label) or mapping.guess(label, known))
            _add_row(grid, label, f"{labels[label]:,}", combo, self.tr("Label {name} becomes").format(name=label))
        if self._rest:
            combo = self._label_combo(content, None)
            self._labels[""] = combo
            _set(combo, former.get(""))
            name = self.tr("{count} rarer labels").format(count=f"{len(self._rest):,}")
            spans = sum(labels[label] for label in self._rest)
            _add_row(grid, name, f"{spans:,}", combo, name)
        return grid

    def _label_combo(self, content: QWidget, label: str | None) -> QComboBox:
        combo = QComboBox(content)
        combo.setPlaceholderText(self.tr("Choose…"))
        for row in self._own:
            combo.addItem(row.title, row.key)
        combo.insertSeparator(combo.count())
        added = self.tr("Add as a new label") if label is not None else self.tr("Add each as a new label")
        combo.addItem(added, _ADD)
        combo.addItem(self.tr("Leave out"), _LEAVE)
        combo.currentIndexChanged.connect(self.changed)
        return combo

    def _annotator_rows(
        self, content: QWidget, annotators: dict[str | None, int], former: dict[str | None, str]
    ) -> QGridLayout:
        title = self.tr("Whose work it is")
        grid = _grid(content, title, (self.tr("In the files"), self.tr("Layers"), self.tr("Comes in as")))
        for name, layers in annotators.items():
            combo = QComboBox(content)
            combo.setEditable(True)
            combo.addItems(self._people)
            combo.setCurrentText(former.get(name, name or ""))
            if (field := combo.lineEdit()) and name is None:
                field.setPlaceholderText(self.tr("unknown"))
            self._annotators[name] = combo
            shown = self.tr("Nobody is named") if name is None else name
            state = "" if name is None else self.tr("known here") if name in self._people else self.tr("new here")
            said = self.tr("{name} comes in as").format(name=shown)
            _add_row(grid, f"{shown} ({state})" if state else shown, f"{layers:,}", combo, said)
        _add_row(grid, self.tr("What they are"), "", self._kind_combo(content), self.tr("What they are"))
        return grid

    def _kind_combo(self, content: QWidget) -> QComboBox:
        combo = QComboBox(content)
        for text, kind in (
            (self.tr("As the files say"), None),
            (self.tr("People"), "human"),
            (self.tr("Models: predictions, not work"), "model"),
            (self.tr("Gold: adjudicated"), "gold"),
        ):
            combo.addItem(text, kind)
        combo.setCurrentIndex(combo.findData(self._kind) if self._kind else 0)
        combo.activated.connect(lambda: setattr(self, "_kind", combo.currentData()))
        return combo


def _set(combo: QComboBox, value: str | None) -> None:
    """Choose an entry by its value, or none; the value of a separator is None."""
    combo.setCurrentIndex(combo.findData(value) if value else -1)


def _grid(parent: QWidget, title: str, heads: tuple[str, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(0, 1)
    grid.setColumnMinimumWidth(1, 72)
    grid.setColumnStretch(2, 1)
    heading = _label(title, parent)
    font = QFont(parent.font())
    font.setWeight(QFont.Weight.DemiBold)
    heading.setFont(font)
    grid.addWidget(heading, 0, 0, 1, 3)
    for place, head in enumerate(heads):
        label = _label(head, parent)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        grid.addWidget(label, 1, place, _side(place))
    return grid


def _add_row(grid: QGridLayout, name: str, number: str, combo: QComboBox, said: str) -> None:
    row, parent = grid.rowCount(), combo.parentWidget()
    combo.setAccessibleName(said)
    combo.setAccessibleDescription(said)  # where there is X11, Qt says the entry for the name
    for place, text in enumerate((name, number)):
        grid.addWidget(_label(text, parent), row, place, _side(place))
    grid.addWidget(combo, row, 2)


def _label(text: str, parent: QWidget | None) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text if len(text) <= 80 else f"{text[:79]}…")
    label.setToolTip(tool_tip("" if len(text) <= 80 else text))
    return label


def _side(place: int) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignRight if place == 1 else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
