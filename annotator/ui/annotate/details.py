"""What the current annotation says beyond its span: label, identity, source, confidence, unsure, note."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QWidget

from annotator.records import UserError
from annotator.ui.annotate.fields import DetailsForm
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.settings import Draft

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow


class DetailsPanel(QWidget):
    """Edits one annotation. A choice is saved at once, a text when its field is left."""

    left = Signal()
    typed = Signal()  # a text has changed; it is not saved yet

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._document_id: int | None = None
        self._row: AnnotationRow | None = None
        self._text = ""
        self._is_held = False
        self._shown_source = self._shown_note = ""  # as the fields gave them back: Qt changes some characters
        self._form = DetailsForm(self)
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
            self.save_typed()
            self._document_id, self._row = document_id, row
            self._load_source()
            self._load_note()
        self._text = text
        self._pages.setCurrentIndex(0 if row is None else 1)
        if row:
            self._show(row)

    def focus_note(self) -> None:
        """Put the caret at the end of the note."""
        if self._form.note.isEnabled():
            self._form.note.setFocus()
            self._form.note.moveCursor(self._form.note.textCursor().MoveOperation.End)

    def focus_runner_up(self) -> None:
        """Ask for the label that an unsure annotator nearly took."""
        if self._form.runner_up.isEnabled():
            self._form.runner_up.setFocus()

    def save_typed(self) -> None:
        """Save what is typed. Raises UserError; it then stays in its field."""
        self._save_source()
        self._save_note()

    def drop_typed(self) -> None:
        """Show again what is saved, in place of what is typed."""
        self._load_source()
        self._load_note()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Keep what is typed in its field while a person is asked about it, which takes the focus from it."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False

    def draft(self) -> Draft | None:
        """Return what is typed and not saved yet."""
        if self._row is None or not (self._is_note_typed() or self._is_source_typed()):
            return None
        note = (self._form.note.toPlainText(), self._shown_note) if self._is_note_typed() else None
        source = (self._form.source.text(), self._shown_source) if self._is_source_typed() else None
        return Draft(self._row.uid, note, source)

    def restore_draft(self, draft: Draft) -> None:
        """Put what was half typed back into its fields, unless another text was saved there since."""
        if self._row and self._row.uid == draft.uid:
            if draft.note and draft.note[1] == self._shown_note:
                self._form.note.setPlainText(draft.note[0])
            if draft.source and draft.source[1] == self._shown_source:
                self._form.source.setText(draft.source[0])

    # Making it

    def _lay_out(self) -> None:
        scroll = QScrollArea(self)
        scroll.setWidget(self._form)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMinimumWidth(self._form.minimumSizeHint().width() + scroll.verticalScrollBar().sizeHint().width())
        empty = plain_label(self.tr("No annotation here.\nSelect text and press the key of a label."), self)
        empty.setWordWrap(True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(scroll)

    def _connect(self) -> None:
        self._form.label.activated.connect(self._relabel)
        self._form.identity.chosen.connect(lambda value: self._describe(self.tr("Identity"), identity=value))
        self._form.confidence.chosen.connect(lambda value: self._describe(self.tr("Confidence"), confidence=value))
        self._form.unsure.clicked.connect(self._set_unsure)
        self._form.runner_up.activated.connect(
            lambda: self._describe(self.tr("Runner-up"), runner_up=self._form.runner_up.currentData())
        )
        self._form.source.editingFinished.connect(self._save_source)
        self._form.source.entered.connect(self._offer_sources)
        self._form.source.textChanged.connect(self.typed)
        self._form.note.edited.connect(self._save_note)
        self._form.note.textChanged.connect(self.typed)
        self._form.note.left.connect(self.left)
        self._project.labels_changed.connect(self._fill_labels)
        self._project.closing.connect(self.save_typed)
        self._project.closed.connect(self._forget)
        self._project.annotations_changed.connect(self._refresh)
        self._project.annotator_changed.connect(self._allow)
        self._project.busy_changed.connect(self._wait)

    def _fill_labels(self) -> None:
        self._form.offer(self._project.labels(), self._project.letter)
        if self._row:
            self._form.show_choices(self._row)

    def _offer_sources(self) -> None:
        self._form.source.offer(self._project.source_names() if self._project.is_open else [])

    # Showing

    def _show(self, row: "AnnotationRow") -> None:
        """Bring the fields up to date; a text that is being typed stays."""
        self._row = row
        self._form.passage.show_text(self._text[row.start : row.end])
        self._form.show_choices(row)
        if not self._is_source_typed():
            self._load_source()
        if not self._is_note_typed():
            self._load_note()
        self._allow_for(row)

    def _load_source(self) -> None:
        self._form.source.setText((self._row and self._row.attributes.source) or "")
        self._form.source.setCursorPosition(0)
        self._shown_source = self._form.source.text()

    def _load_note(self) -> None:
        note = _note(self._row) if self._row else ""
        if note != self._form.note.toPlainText():  # the caret stays where nothing changed
            self._form.note.setPlainText(note)
        self._shown_note = self._form.note.toPlainText()

    def _allow(self) -> None:
        if self._row:
            self._allow_for(self._row)

    def _allow_for(self, row: "AnnotationRow") -> None:
        """Let the own annotations be changed, while no import runs."""
        who = self._project.annotator
        is_own = who is not None and who.id == row.annotator_id
        self._form.allow(row, may=is_own and not self._project.is_busy)
        self._form.say_whose("" if is_own else self._who_made(row))

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
            self.save_typed()  # before the import takes the project
        self._allow()

    # Saving

    def _is_source_typed(self) -> bool:
        return self._row is not None and self._form.source.text() != self._shown_source

    def _is_note_typed(self) -> bool:
        return self._row is not None and self._form.note.toPlainText() != self._shown_note

    def _save_source(self) -> None:
        if self._is_source_typed() and not self._is_held:
            self._describe(self.tr("Source"), source=" ".join(self._form.source.text().split()) or None)
            self._load_source()

    def _save_note(self) -> None:
        if self._row and self._is_note_typed() and not self._is_held:
            what, field = (self.tr("Note"), "note") if self._row.label else (self.tr("Reason"), "reason")
            self._describe(what, **{field: self._form.note.toPlainText().strip() or None})
            self._load_note()

    def _relabel(self) -> None:
        label = self._form.label.currentData()
        if self._row and self._document_id is not None and label != self._row.label:
            with self._saving():
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
            with self._saving():
                self._project.describe(self._document_id, row, what, changed)

    @contextmanager
    def _saving(self) -> Iterator[None]:
        """Show again what is saved, when an edit is refused."""
        try:
            yield
        except UserError:
            if self._row:
                self._form.show_choices(self._row)
            raise

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _note(row: "AnnotationRow") -> str:
    """Return the note of an annotation; of a negative, which has none, why it is one."""
    return (row.attributes.note if row.label else row.attributes.reason) or ""
