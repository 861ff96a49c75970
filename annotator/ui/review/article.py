"""The article under review: a lane for each annotator, gold nearest to the text, and the disagreements marked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from annotator.adjudication import Cluster
from annotator.text import DocumentText
from annotator.ui.label_styles import label_styles
from annotator.ui.marks import Mark
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.review.strip import PlacesStrip, Tick
from annotator.ui.settings import Settings
from annotator.ui.text_view import ArticleView
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow

NOTHING = DocumentText("")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class ReviewArticle(QWidget):
    """Shows one document with its lanes, and knows which annotation of gold is under the caret."""

    place_chosen = Signal(object)  # the Cluster that was clicked on
    gold_resized = Signal(object, object)  # the AnnotationRow, and the span that its handle was dragged to
    left = Signal()  # Esc in the text, with nothing selected

    def __init__(self, project: Project, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project, self._theme, self._settings = project, theme, settings
        self._document_id: int | None = None
        self._gold: dict[str, AnnotationRow] = {}
        self._clusters: Sequence[Cluster] = ()
        self._current: str | None = None
        self.text = NOTHING
        self.view = ArticleView(self)
        self.strip = PlacesStrip(theme, self)
        self._title, self._byline = plain_label("", self), plain_label("", self)
        self._lay_out()
        self.view.selection_moved.connect(self._follow_caret)
        self.view.span_clicked.connect(self._set_current)
        self.view.span_resized.connect(self._resize)
        self.strip.chosen.connect(lambda at: self.place_chosen.emit(self._clusters[at]))
        theme.changed.connect(self._restyle)
        settings.changed.connect(lambda: self.view.set_zoom(settings.text_size))
        project.opened.connect(self._restyle)
        self._restyle()

    @property
    def document_id(self) -> int | None:
        return self._document_id

    @property
    def current(self) -> "AnnotationRow | None":
        """The annotation of gold that keys act on: the one under the caret."""
        return self._gold.get(self._current) if self._current else None

    def show_document(self, document_id: int | None) -> None:
        """Show the text of a document, or none."""
        self._document_id = document_id
        detail = self._project.document(document_id) if document_id is not None else None
        self.text = DocumentText(detail.text) if detail else NOTHING
        self._gold, self._clusters = {}, ()
        self._set_current(None)
        self.view.show_text(self.text)
        self._title.setText((detail.title or self.tr("Untitled")) if detail else "")
        parts = (detail.outlet, detail.byline, detail.published) if detail else ()
        self._byline.setText("  ·  ".join(part for part in parts if part))
        self._byline.setVisible(bool(self._byline.text()))

    def show_layers(self, found: Sequence[Cluster], gold: "Sequence[AnnotationRow]", current: Cluster | None) -> None:
        """Show what the lanes and gold say, and where they disagree."""
        self._gold = {row.uid: row for row in gold}
        marks = [Mark(row.uid, row.start, row.end, row.label, 0) for row in gold]
        marks += [
            Mark(row.uid, row.start, row.end, row.label, lane, badge=LETTERS[lane - 1])
            for cluster in found
            for lane, version in enumerate(cluster.versions, 1)
            for row in version.spans
        ]
        self.view.set_marks(marks)
        self._clusters = [cluster for cluster in found if cluster.kind]
        waiting = [cluster for cluster in self._clusters if cluster.is_open or cluster is current]
        at = waiting.index(current) if current in waiting else None
        self.view.set_find_hits([(cluster.start, cluster.end) for cluster in waiting], at)
        ticks = [Tick(each.start, each.end, each.is_open, each is current) for each in self._clusters]
        self.strip.show_ticks(ticks, len(self.text.text))
        self._set_current(self._current if self._current in self._gold else None)

    def is_on_screen(self, row: "AnnotationRow") -> bool:
        """Whether any of an annotation can be seen."""
        top, bottom = self.view.visible_range()
        return row.start < bottom and top < row.end

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on what the text did not take."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # Inside

    def _lay_out(self) -> None:
        header = QVBoxLayout()
        header.setContentsMargins(32, 20, 32, 8)
        header.setSpacing(4)
        for label in (self._title, self._byline):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            header.addWidget(label)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.view, 1)
        row.addWidget(self.strip)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addLayout(row, 1)
        self.view.setAccessibleName(self.tr("Article under review"))

    def _follow_caret(self, _start: int, _end: int) -> None:
        self._project.active_time.touch()
        own = (mark for mark in self.view.marks_at(self.view.caret()) if mark.group == 0)
        innermost = next(own, None)
        self._set_current(innermost.uid if innermost else None)

    def _set_current(self, uid: str | None) -> None:
        self._current = uid
        self.view.set_current(uid)

    def _resize(self, uid: str, start: int, end: int) -> None:
        row, span = self._gold.get(uid), self.text.snap(start, end, trim=False)
        if row and span:
            self.gold_resized.emit(row, span)

    def _restyle(self) -> None:
        font = self._theme.reading_font()
        self.view.setFont(font)
        title = QFont(font)
        title.setPointSizeF(font.pointSizeF() * 1.35)
        title.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(title)
        self._byline.setStyleSheet(f"color: {self._theme.colours.quiet}")
        self.view.set_label_styles(*label_styles(self._project, self._theme))
