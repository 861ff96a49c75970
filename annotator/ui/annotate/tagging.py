"""Keys that make, change and remove annotations in the article, and that go from one to the next."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal

from annotator.records import Attributes, Identity
from annotator.text import Range
from annotator.ui.annotate.article import ArticlePane
from annotator.ui.annotate.occurrences import OccurrencesDialog
from annotator.ui.project import Project
from annotator.ui.settings import Settings

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow

IDENTITIES: tuple[Identity | None, ...] = (None, "named", "institution", "unnamed")


class Tagging(QObject):
    """Tags the selection, relabels the current span, or tags the sentence at the caret."""

    said = Signal(str)  # why nothing happened
    runner_up_asked = Signal(object)  # the AnnotationRow that is unsure now
    runner_up_settled = Signal()  # the question is answered, or something else is done

    def __init__(
        self, project: Project, article: ArticlePane, settings: Settings, may_edit: Callable[[], bool]
    ) -> None:
        super().__init__(article)
        self._project = project
        self._article = article
        self._settings = settings
        self._may_edit = may_edit
        self._asked: str | None = None  # uid of the annotation whose runner-up is asked for
        article.view.selection_moved.connect(lambda _start, _end: self._settle())
        article.current_changed.connect(self._settle_for_another)
        article.left.connect(self._settle)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {
            "negative": self.mark_negative,
            "remove": self.remove,
            "identity": self.change_identity,
            "unsure": self.toggle_unsure,
            "occurrences": self.tag_occurrences,
            "next-span": lambda: self.step(1),
            "previous-span": lambda: self.step(-1),
        }

    def tag(self, label: str, *, new: bool = False) -> None:
        """Give a label to the selection, else to the current span, else to the sentence at the caret."""
        document_id = self._article.document_id
        if document_id is None or not self._may_edit():
            return
        selected, row = self._selected(), self._article.current
        if self._asked and not new:
            self.choose_runner_up(label)
            return
        if selected and not new:
            row = self._article.own_over(selected)
        if row and not new and (selected is None or (row.start, row.end) == selected):
            if self._reveals(row):
                return
            if row.label != label:
                self._project.relabel(document_id, row, label)
            return
        span = selected or self._sentence()
        if span is None:
            self.said.emit(self.tr("There is nothing to tag here."))
            return
        (uid,) = self._project.tag(document_id, [span], label)
        self._article.view.select(span[1], span[1])
        self._article.set_current(uid)

    def mark_negative(self) -> None:
        """Record that nothing belongs to the selection or to the sentence at the caret."""
        span, document_id = self._selected() or self._sentence(), self._article.document_id
        if span is None:
            self.said.emit(self.tr("There is nothing to mark here."))
        elif document_id is not None and self._may_edit():
            uid = self._project.mark_negative(document_id, span)
            self._article.view.select(span[1], span[1])
            self._article.set_current(uid)

    def remove(self) -> None:
        """Remove the current span."""
        row = self._changeable()
        if row and self._article.document_id is not None:
            self._project.remove(self._article.document_id, [row])

    def change_identity(self) -> None:
        """Go on to the next identity: named, institution, unnamed, none."""
        row = self._changeable()
        if row and row.label:
            following = IDENTITIES[(IDENTITIES.index(row.attributes.identity) + 1) % len(IDENTITIES)]
            self._describe(row, self.tr("Identity"), identity=following)

    def toggle_unsure(self) -> None:
        """Say that the current label is unsure and ask what came second, or sure again; then there is no runner-up."""
        row = self._changeable()
        if row and row.label:
            unsure = not row.attributes.unsure
            runner_up = row.attributes.runner_up if unsure else None
            self._describe(row, self.tr("Unsure"), unsure=unsure, runner_up=runner_up)
            if unsure:
                self._asked = row.uid
                self.runner_up_asked.emit(row)

    def choose_runner_up(self, label: str | None) -> None:
        """Answer what came second to the current label; the label itself, or None, says that nothing did."""
        row = self._changeable()
        if row:
            self._describe(row, self.tr("Runner-up"), runner_up=label if label != row.label else None)
            self._settle()

    def tag_occurrences(self) -> None:
        """Offer to tag every other occurrence of the current span's text."""
        row, document_id = self._changeable(), self._article.document_id
        if row is None or row.label is None or document_id is None:
            return
        found = self._article.text.occurrences(row.start, row.end)
        if not found:
            self.said.emit(self.tr("This text stands nowhere else in the article."))
            return
        tagged = {(each.start, each.end) for each in self._article.own() if each.label == row.label}
        title = next(label.title for label in self._project.labels() if label.key == row.label)
        dialog = OccurrencesDialog(self._article.text, found, tagged, title, self._article)
        if dialog.exec() and (spans := dialog.chosen()):
            said = row.attributes  # what is said of one place only stays with it: note, parts, relations
            alike = Attributes(identity=said.identity, source=said.source, confidence=said.confidence)
            self._project.tag(document_id, spans, row.label, alike)

    def step(self, offset: int) -> None:
        """Go to the next or previous own span, from the current one or the caret."""
        rows = self._article.own()
        if not rows:
            return
        row, caret = self._article.current, self._article.view.caret()
        if row in rows:
            following = rows.index(row) + offset
        elif offset > 0:
            following = bisect_left([each.start for each in rows], caret)
        else:
            following = bisect_right([each.start for each in rows], caret) - 1
        self._article.go_to(rows[following % len(rows)])

    def _describe(self, row: "AnnotationRow", what: str, **values: Any) -> None:
        """Save one change as one edit, if it is a change."""
        changed = msgspec.structs.replace(row.attributes, **values)
        if changed != row.attributes and self._article.document_id is not None:
            self._project.describe(self._article.document_id, row, what, changed)

    def _settle(self) -> None:
        if self._asked:
            self._asked = None
            self.runner_up_settled.emit()

    def _settle_for_another(self, row: "AnnotationRow | None") -> None:
        if row is None or row.uid != self._asked or not row.attributes.unsure:
            self._settle()

    def _selected(self) -> Range | None:
        start, end = self._article.view.selected()
        return self._article.text.snap(start, end, trim=self._settings.trims) if start < end else None

    def _sentence(self) -> Range | None:
        text, caret = self._article.text, self._article.view.caret()
        found = None if text.is_blank_at(caret) else text.sentence_at(caret)
        return text.snap(*found) if found else None

    def _changeable(self) -> "AnnotationRow | None":
        """Return the current span, if keys may change it now."""
        row = self._article.current
        if row is None:
            self.said.emit(self.tr("No annotation here."))
            return None
        return None if self._reveals(row) or not self._may_edit() else row

    def _reveals(self, row: "AnnotationRow") -> bool:
        """Scroll to a span that is not on screen: a key never changes what cannot be seen."""
        if self._article.is_on_screen(row):
            return False
        self._article.view.reveal(row.start, row.end)
        self.said.emit(self.tr("The current span was not on screen. Press the key again."))
        return True
