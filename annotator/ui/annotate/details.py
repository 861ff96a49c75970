"""What the current annotation says beyond its span: label, identity, source, confidence, unsure, note."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.annotate.fields import Choice, NoteField, Passage, Segments
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.store.queries import AnnotationRow


class DetailsPanel(QWidget):
    """Edits one annotation. A choice is saved at once, a text when its field is left."""

    left = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._document_id: int | None = None
        self._row: AnnotationRow | None = None
        self._shown_source = self._shown_note = ""  # as the fields gave them back: Qt changes some characters
        self._make_fields()
        self._lay_out()
        self._connect()
        self._fill_labels()
        self.show_annotation(None, None, "")

    # What the window asks

    def show_annotation(self, document_id: int | None, row: "AnnotationRow | None", text: str) -> None:
        """Show an annotation of a document with a stored text, after saving what was typed for another one.

        Shown again, it brings the fields up to date, but for a text that is being typed.
        """
        if row is None or self._row is None or row.uid != self._row.uid:
            self._save_texts()
            self._document_id, self._row = document_id, row
            self._load_source()
            self._load_note()
        self._pages.setCurrentIndex(0 if row is None else 1)
        if row:
            self._passage.show_text(text[row.start : row.end])
            self._show(row)

    def focus_note(self) -> None:
        """Put the caret at the end of the note."""
        if self._note.isEnabled():
            self._note.setFocus()
            self._note.moveCursor(self._note.textCursor().MoveOperation.End)

    def focus_runner_up(self) -> None:
        """Ask for the label that an unsure annotator nearly took."""
        if self._runner_up.isEnabled():
            self._runner_up.setFocus()

    def draft(self) -> tuple[str, str] | None:
        """Return the uid and the text of a note that is not saved yet."""
        return (self._row.uid, self._note.toPlainText()) if self._row and self._is_note_typed() else None

    def restore_draft(self, uid: str, note: str) -> None:
        """Put a note that was half typed back into its field."""
        if self._row and self._row.uid == uid:
            self._note.setPlainText(note)

    # Making it

    def _make_fields(self) -> None:
        self._passage = Passage(self)
        self._whose = _plain_label("", self)
        self._label = Choice(self.tr("Label"), self.tr("Look-alike: no label"), self)
        self._identity = Segments(
            self.tr("Identity"),
            {"named": self.tr("Named"), "institution": self.tr("Institution"), "unnamed": self.tr("Unnamed")},
            self,
        )
        self._source = QLineEdit(self)
        self._source.setAccessibleName(self.tr("Source"))
        self._source.setPlaceholderText(self.tr("Who is speaking"))
        self._confidence = Segments(
            self.tr("Confidence"),
            {"high": self.tr("High"), "medium": self.tr("Medium"), "low": self.tr("Low")},
            self,
        )
        self._unsure = QCheckBox(self.tr("Unsure"), self)
        self._unsure.setAccessibleName(self.tr("Unsure"))
        self._runner_up = Choice(self.tr("Runner-up label"), self.tr("Nearly…"), self)
        self._note = NoteField(self)

    def _lay_out(self) -> None:
        self._note_name = _plain_label("", self)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in (
            (_plain_label(self.tr("Label"), self), self._label),
            (_plain_label(self.tr("Identity"), self), self._identity),
            (_plain_label(self.tr("Source"), self), self._source),
            (_plain_label(self.tr("Confidence"), self), self._confidence),
            (self._unsure, self._runner_up),
            (self._note_name, self._note),
        ):
            form.addRow(name, field)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._passage)
        column.addWidget(self._whose)
        column.addLayout(form)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty = _plain_label(self.tr("No annotation here. Select text and press A, O, D or N."), self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMargin(24)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(scroll)

    def _connect(self) -> None:
        self._label.activated.connect(self._relabel)
        self._identity.chosen.connect(lambda value: self._describe(self.tr("Identity"), identity=value))
        self._confidence.chosen.connect(lambda value: self._describe(self.tr("Confidence"), confidence=value))
        self._unsure.clicked.connect(self._set_unsure)
        self._runner_up.activated.connect(
            lambda: self._describe(self.tr("Runner-up"), runner_up=self._runner_up.currentData())
        )
        self._source.editingFinished.connect(self._save_source)
        self._source.installEventFilter(self)
        self._note.edited.connect(self._save_note)
        self._note.left.connect(self.left)
        self._project.opened.connect(self._fill_labels)
        self._project.closed.connect(self._forget)
        self._project.annotations_changed.connect(self._refresh)
        self._project.annotator_changed.connect(self._allow)
        self._project.busy_changed.connect(self._wait)

    def _fill_labels(self) -> None:
        self._label.clear()
        self._runner_up.clear()
        self._runner_up.addItem(self.tr("No runner-up"), None)
        for label in self._project.labels():
            title = f"{label.shortcut or label.title[:1]}   {label.title}"
            self._label.addItem(title, label.key)
            self._runner_up.addItem(title, label.key)

    # Showing

    def _show(self, row: "AnnotationRow") -> None:
        """Bring the fields up to date; a text that is being typed stays."""
        self._row = row
        said = row.attributes
        self._label.choose(row.label)
        self._identity.choose(said.identity)
        self._confidence.choose(said.confidence)
        self._unsure.setChecked(said.unsure)
        self._runner_up.offer_all_but(row.label)
        self._runner_up.choose(said.runner_up)
        if not self._is_source_typed():
            self._load_source()
        if not self._is_note_typed():
            self._load_note()
        self._note.setAccessibleName(self.tr("Note") if row.label else self.tr("Reason"))
        self._note_name.setText(self._note.accessibleName())
        self._allow_for(row)

    def _load_source(self) -> None:
        self._source.setText((self._row and self._row.attributes.source) or "")
        self._source.setCursorPosition(0)
        self._shown_source = self._source.text()

    def _load_note(self) -> None:
        note = _note(self._row) if self._row else ""
        if note != self._note.toPlainText():  # the caret stays where nothing changed
            self._note.setPlainText(note)
        self._shown_note = self._note.toPlainText()

    def _allow(self) -> None:
        if self._row:
            self._allow_for(self._row)

    def _allow_for(self, row: "AnnotationRow") -> None:
        """Let the own annotations be changed, while no import runs; a negative has a label to get and a reason."""
        who = self._project.annotator
        is_own = who is not None and who.id == row.annotator_id
        may = is_own and not self._project.is_busy
        for field in (self._label, self._note):
            field.setEnabled(may)
        for field in (self._identity, self._source, self._confidence, self._unsure):
            field.setEnabled(may and row.label is not None)
        self._runner_up.setEnabled(self._unsure.isEnabled() and row.attributes.unsure)
        self._whose.setText("" if is_own else self._who_made(row))
        self._whose.setHidden(is_own)

    def _who_made(self, row: "AnnotationRow") -> str:
        name = next((each.name for each in self._project.annotators() if each.id == row.annotator_id), "")
        return self.tr("Made by {name}. Only your own annotations can be changed.").format(name=name)

    def _refresh(self, document_id: int, uids: Collection[str] | None) -> None:
        """Show what an edit or an undo made of the annotation; the window tells when it is another one."""
        if self._row and document_id == self._document_id and (uids is None or self._row.uid in uids):
            row = self._project.annotation(self._row.uid)
            if row:
                self._show(row)

    def _forget(self) -> None:
        """Show nothing: the project is closed, nothing can be saved any more."""
        self._row = None
        self.show_annotation(None, None, "")

    def _wait(self, busy: bool) -> None:
        if busy:
            self._save_texts()  # before the import takes the project
        self._allow()

    # Saving

    def _is_source_typed(self) -> bool:
        return self._row is not None and self._source.text() != self._shown_source

    def _is_note_typed(self) -> bool:
        return self._row is not None and self._note.toPlainText() != self._shown_note

    def _save_texts(self) -> None:
        self._save_source()
        self._save_note()

    def _save_source(self) -> None:
        if self._is_source_typed():
            self._describe(self.tr("Source"), source=" ".join(self._source.text().split()) or None)
            self._load_source()

    def _save_note(self) -> None:
        if self._row and self._is_note_typed():
            what, field = (self.tr("Note"), "note") if self._row.label else (self.tr("Reason"), "reason")
            self._describe(what, **{field: self._note.toPlainText().strip() or None})
            self._load_note()

    def _relabel(self) -> None:
        label = self._label.currentData()
        if self._row and self._document_id is not None and label != self._row.label:
            self._project.relabel(self._document_id, self._row, label)

    def _set_unsure(self, unsure: bool) -> None:
        runner_up = self._row.attributes.runner_up if self._row and unsure else None
        self._describe(self.tr("Unsure"), unsure=unsure, runner_up=runner_up)
        if unsure:
            self.focus_runner_up()

    def _describe(self, what: str, **values: Any) -> None:
        """Save one change as one edit, if it is a change and the annotation is still there."""
        row = self._project.annotation(self._row.uid) if self._row else None
        if row is None or self._document_id is None:
            return
        changed = msgspec.structs.replace(row.attributes, **values)
        if changed != row.attributes:
            self._project.describe(self._document_id, row, what, changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._source and event.type() == QEvent.Type.FocusIn and self._project.is_open:
            completer = QCompleter(self._project.source_names(), self._source)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            self._source.setCompleter(completer)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _note(row: "AnnotationRow") -> str:
    """Return the note of an annotation; of a negative, which has none, why it is one."""
    return (row.attributes.note if row.label else row.attributes.reason) or ""


def _plain_label(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
