"""What the current annotation says beyond its span: label, identity, source, confidence, unsure, note."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import Attributes
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.store.queries import AnnotationRow

PASSAGE = 240  # code points of the passage that are shown
NOBODY = Attributes()


class DetailsPanel(QWidget):
    """Edits one annotation. A choice is saved at once, a text when its field is left."""

    left = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._document_id: int | None = None
        self._row: AnnotationRow | None = None
        self._passage = QLabel(self)
        self._passage.setTextFormat(Qt.TextFormat.PlainText)
        self._passage.setWordWrap(True)
        self._label = self._choice(self.tr("Label"), ())
        identities = ((self.tr("Not said"), None), (self.tr("Named"), "named"),
                      (self.tr("Institution"), "institution"), (self.tr("Unnamed"), "unnamed"))  # fmt: skip
        self._identity = self._choice(self.tr("Identity"), identities)
        confidences = ((self.tr("Not said"), None), (self.tr("High"), "high"),
                       (self.tr("Medium"), "medium"), (self.tr("Low"), "low"))  # fmt: skip
        self._confidence = self._choice(self.tr("Confidence"), confidences)
        self._source = QLineEdit(self)
        self._source.setAccessibleName(self.tr("Source"))
        self._source.setPlaceholderText(self.tr("Who is speaking"))
        self._unsure = QCheckBox(self.tr("Unsure"), self)
        self._runner_up = self._choice(self.tr("Runner-up label"), ())
        self._note = QPlainTextEdit(self)
        self._note.setAccessibleName(self.tr("Note"))
        self._note.setTabChangesFocus(True)
        self._note.setMaximumHeight(96)
        self._lay_out()
        self._label.activated.connect(self._relabel)
        self._identity.activated.connect(lambda: self._set(self.tr("Identity"), identity=self._identity.currentData()))
        self._confidence.activated.connect(
            lambda: self._set(self.tr("Confidence"), confidence=self._confidence.currentData())
        )
        self._runner_up.activated.connect(
            lambda: self._set(self.tr("Runner-up"), runner_up=self._runner_up.currentData())
        )
        self._unsure.clicked.connect(self._set_unsure)
        self._source.editingFinished.connect(self._set_source)
        for field in (self._source, self._note):
            field.installEventFilter(self)
        project.opened.connect(self._fill_labels)
        self.show_annotation(None, None, "")

    def show_annotation(self, document_id: int | None, row: "AnnotationRow | None", text: str) -> None:
        """Show an annotation, after saving what was typed for the one before it."""
        self._save_texts()
        self._document_id, self._row = document_id, row
        who = self._project.annotator
        mine = row is not None and who is not None and row.annotator_id == who.id
        attributes = row.attributes if row else NOBODY
        if row:
            passage = text[row.start : row.end]
            self._passage.setText(passage if len(passage) <= PASSAGE else passage[:PASSAGE] + "…")
        else:
            self._passage.setText(self.tr("No annotation here. Select a passage and press A, O, D or N."))
        _select(self._label, row.label if row else None)
        _select(self._identity, attributes.identity)
        _select(self._confidence, attributes.confidence)
        _select(self._runner_up, attributes.runner_up)
        self._unsure.setChecked(attributes.unsure)
        self._source.setText(attributes.source or "")
        with QSignalBlocker(self._note):
            self._note.setPlainText(attributes.note or "")
        for field in self._fields:
            field.setEnabled(mine)
        self._runner_up.setEnabled(mine and attributes.unsure)

    def focus_note(self) -> None:
        if self._row:
            self._note.setFocus()

    def focus_runner_up(self) -> None:
        if self._runner_up.isEnabled():
            self._runner_up.setFocus()

    def draft(self) -> tuple[str, str] | None:
        """Return the uid and the text of a note that is not saved yet."""
        if self._row and (self._note.toPlainText() or None) != self._row.attributes.note:
            return self._row.uid, self._note.toPlainText()
        return None

    def restore_draft(self, uid: str, note: str) -> None:
        """Put a note that was half typed back into its field."""
        if self._row and self._row.uid == uid:
            self._note.setPlainText(note)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and watched is self._source and self._project.is_open:
            completer = QCompleter(self._project.source_names(), self._source)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            self._source.setCompleter(completer)
        elif event.type() == QEvent.Type.FocusOut and watched is self._note:
            self._set_note()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _choice(self, name: str, items: Sequence[tuple[str, str | None]]) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        for title, data in items:
            combo.addItem(title, data)
        return combo

    def _lay_out(self) -> None:
        self._fields: tuple[QWidget, ...] = (
            self._label, self._identity, self._source, self._confidence, self._unsure, self._runner_up, self._note,
        )  # fmt: skip
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for name, field in (
            (self.tr("Label"), self._label), (self.tr("Identity"), self._identity), (self.tr("Source"), self._source),
            (self.tr("Confidence"), self._confidence), ("", self._unsure), (self.tr("Runner-up"), self._runner_up),
            (self.tr("Note"), self._note),
        ):  # fmt: skip
            form.addRow(name, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addWidget(self._passage)
        layout.addLayout(form)
        layout.addStretch(1)

    def _fill_labels(self) -> None:
        self._label.clear()
        self._runner_up.clear()
        self._runner_up.addItem(self.tr("None"), None)
        for label in self._project.labels():
            self._label.addItem(label.title, label.key)
            self._runner_up.addItem(label.title, label.key)

    def _relabel(self) -> None:
        label = self._label.currentData()
        if self._row and self._document_id is not None and label != self._row.label:
            self._project.relabel(self._document_id, self._row, label)

    def _set_unsure(self, unsure: bool) -> None:
        runner_up = self._row.attributes.runner_up if self._row and unsure else None
        self._set(self.tr("Unsure"), unsure=unsure, runner_up=runner_up)

    def _set_source(self) -> None:
        self._set(self.tr("Source"), source=self._source.text().strip() or None)

    def _set_note(self) -> None:
        self._set(self.tr("Note"), note=self._note.toPlainText().strip() or None)

    def _save_texts(self) -> None:
        if self._row and self._source.isEnabled() and not self._project.is_busy and self._project.is_open:
            self._set_source()
            self._set_note()

    def _set(self, what: str, **values: Any) -> None:
        """Save one change, if it is one."""
        if self._row is None or self._document_id is None:
            return
        row = self._project.annotation(self._row.uid)  # as it is now: a key may have changed it
        if row is None:
            return
        changed = msgspec.structs.replace(row.attributes, **values)
        if changed != row.attributes:
            self._row = row._replace(attributes=changed)
            self._project.describe(self._document_id, row, what, changed)


def _select(combo: QComboBox, data: str | None) -> None:
    combo.setCurrentIndex(combo.findData(data))
