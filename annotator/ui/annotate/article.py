"""The article that is open: its text, the own annotations, and other annotators' layers when wanted."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.text import DocumentText, Range
from annotator.ui.annotate.find_bar import FindBar
from annotator.ui.label_styles import label_styles
from annotator.ui.marks import Mark
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.reading_view import MARGIN
from annotator.ui.settings import Settings
from annotator.ui.text_view import ArticleView
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow, DocumentDetail

NOTHING = DocumentText("")


class ArticlePane(QWidget):
    """Shows one document, and knows which of its annotations is the current one."""

    current_changed = Signal(object)  # the AnnotationRow, or None
    shown = Signal(object)  # the id of the document, or None
    entered = Signal()  # Enter in the text, which has no use for it
    left = Signal()  # Esc in the text, with nothing selected

    def __init__(self, project: Project, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._theme = theme
        self._settings = settings
        self._document_id: int | None = None
        self._rows: dict[str, AnnotationRow] = {}  # own and shown, by uid
        self._seen: set[int] = set()  # whose layers are shown
        self._current: str | None = None
        self._told: object = None  # document, uid and row that the others know of as the current one
        self.text = NOTHING
        self.view = ArticleView(self)
        self.find_bar = FindBar(self.view, theme, self)
        self._title = plain_label("", self)
        self._byline = plain_label("", self)
        self._lay_out()
        self.view.selection_moved.connect(self._follow_caret)
        self.view.span_clicked.connect(self.set_current)
        self.view.span_resized.connect(self._resize)
        project.annotations_changed.connect(self._refresh)
        project.document_changed.connect(self._refresh_layers)
        project.metadata_changed.connect(self._refresh_header)
        project.annotator_changed.connect(self._reload)
        project.documents_changed.connect(self._reload)
        project.labels_changed.connect(self.restyle_labels)
        theme.changed.connect(self._restyle)
        settings.changed.connect(self._apply_settings)
        self._restyle()

    # What is shown

    @property
    def document_id(self) -> int | None:
        return self._document_id

    @property
    def current(self) -> "AnnotationRow | None":
        """The annotation that keys act on: under the caret, or the one that was gone to."""
        return self._rows.get(self._current) if self._current else None

    def own(self) -> "list[AnnotationRow]":
        """Return the own annotations in the order of their spans."""
        own = self._own_id
        mine = [row for row in self._rows.values() if row.annotator_id == own]
        return sorted(mine, key=lambda row: (row.start, row.end, row.uid))

    def own_over(self, span: Range) -> "AnnotationRow | None":
        """Return an own annotation of exactly this span."""
        touching = (mark for mark in self.view.marks_at(span[0]) if mark.group == 0)
        return next((self._rows[mark.uid] for mark in touching if (mark.start, mark.end) == span), None)

    def show_document(self, document_id: int | None) -> None:
        """Show a document from its beginning, or nothing."""
        self._document_id = document_id
        self._current = None
        detail = self._project.document(document_id) if document_id is not None else None
        self.text = DocumentText(detail.text) if detail else NOTHING
        self.find_bar.close_bar()
        self.view.show_text(self.text)
        self._show_header(detail)
        self._reload()
        self.shown.emit(document_id)

    def set_current(self, uid: str | None) -> None:
        """Make an annotation the current one until the caret moves."""
        told = self._document_id, uid, self._rows.get(uid) if uid else None
        if told == self._told:
            return
        self._told = told
        self._current = uid
        self.view.set_current(uid)
        self.current_changed.emit(self.current)

    def go_to(self, row: "AnnotationRow") -> None:
        """Show an annotation, with the caret at its end, and make it the current one."""
        self.view.select(row.end, row.end)
        self.view.reveal(row.start, row.end)
        self.set_current(row.uid)

    def is_on_screen(self, row: "AnnotationRow") -> bool:
        """Whether any of an annotation can be seen: a key never changes one that cannot."""
        top, bottom = self.view.visible_range()
        return row.start < bottom and top < row.end

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on what the text did not take."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    # Inside

    def _lay_out(self) -> None:
        self._title.setWordWrap(True)
        self._byline.setWordWrap(True)
        header = QVBoxLayout()
        header.setContentsMargins(MARGIN, 20, MARGIN, 8)
        self.view.column_moved.connect(lambda left: header.setContentsMargins(left, 20, left, 8))
        header.setSpacing(4)
        header.addWidget(self._title)
        header.addWidget(self._byline)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addWidget(self.find_bar)
        layout.addWidget(self.view, 1)
        self.view.setAccessibleName(self.tr("Article"))

    def _reload(self) -> None:
        rows = self._project.annotations(self._document_id) if self._document_id is not None else []
        own, self._seen = self._own_id, self._may_see()
        self._rows = {row.uid: row for row in rows if row.annotator_id in self._seen}
        self.view.set_marks([_mark(row, own) for row in self._rows.values()])
        self.set_current(self._current if self._current in self._rows else None)

    def _may_see(self) -> set[int]:
        """Return whose layers are shown: others' only when that is wanted and their makers and the person finished."""
        if self._document_id is not None and self._settings.shows_layers:
            return self._project.seen_layers(self._document_id)
        return set() if self._own_id is None else {self._own_id}

    def _refresh_layers(self, document_id: int) -> None:
        if document_id == self._document_id and self._settings.shows_layers and self._seen != self._may_see():
            self._reload()

    def _refresh(self, document_id: int, uids: Collection[str] | None) -> None:
        if document_id != self._document_id:
            return
        if uids is None:
            self._reload()
            return
        for uid in uids:
            row = self._project.annotation(uid)
            if row and row.annotator_id in self._seen:
                self._rows[uid] = row
                self.view.put_mark(_mark(row, self._own_id))
            elif self._rows.pop(uid, None):
                self.view.remove_mark(uid)
        if self._current in uids:
            self.set_current(self._current if self._current in self._rows else None)

    def _follow_caret(self, _start: int, _end: int) -> None:
        self._project.active_time.touch()
        own = (mark for mark in self.view.marks_at(self.view.caret()) if mark.group == 0)
        innermost = next(own, None)
        self.set_current(innermost.uid if innermost else None)

    def _resize(self, uid: str, start: int, end: int) -> None:
        row = self._rows.get(uid)
        span = self.text.snap(start, end, trim=False)
        if row and span and self._document_id is not None:
            self._project.resize(self._document_id, row, span)

    @property
    def _own_id(self) -> int | None:
        return self._project.annotator.id if self._project.annotator else None

    def _refresh_header(self, document_id: int) -> None:
        if document_id == self._document_id:
            self._show_header(self._project.document(document_id))

    def _show_header(self, detail: "DocumentDetail | None") -> None:
        self._title.setText((detail.name or self.tr("Untitled")) if detail else "")
        parts = (detail.outlet, detail.byline, detail.published) if detail else ()
        self._byline.setText("  ·  ".join(part for part in parts if part))
        self._title.setVisible(detail is not None)
        self._byline.setVisible(bool(self._byline.text()))

    def _apply_settings(self) -> None:
        self.view.set_zoom(self._settings.text_size)
        self._reload()

    def _restyle(self) -> None:
        self.view.setFont(self._theme.reading_font())
        font = QFont(self._theme.reading_font())
        font.setPointSizeF(self._theme.reading_font().pointSizeF() * 1.35)
        font.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(font)
        self._byline.setStyleSheet(f"color: {self._theme.colours.quiet}")
        self.restyle_labels()

    def restyle_labels(self) -> None:
        """Take colours and letters of the labels from the open project."""
        self.view.set_label_styles(*label_styles(self._project, self._theme))


def _mark(row: "AnnotationRow", own: int | None) -> Mark:
    group = 0 if row.annotator_id == own else row.annotator_id  # any number above 0: lanes keep their order
    return Mark(row.uid, row.start, row.end, row.label, group, row.attributes.unsure)
