"""Keys that make, change and remove annotations in the article, and that go from one to the next."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from annotator.records import Identity
from annotator.text import Range
from annotator.ui.annotate.article import ArticlePane
from annotator.ui.project import Project
from annotator.ui.settings import Settings

if TYPE_CHECKING:
    from annotator.store.queries import AnnotationRow

IDENTITIES: tuple[Identity | None, ...] = (None, "named", "institution", "unnamed")


class Tagging(QObject):
    """Tags the selection, relabels the current span, or tags the sentence at the caret."""

    said = Signal(str)  # why nothing happened

    def __init__(
        self, project: Project, article: ArticlePane, settings: Settings, may_edit: Callable[[], bool]
    ) -> None:
        super().__init__(article)
        self._project = project
        self._article = article
        self._settings = settings
        self._may_edit = may_edit

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        labels = ("anonymous-source", "on-record", "denial", "non-comment")
        return {
            **{f"tag-{label}": partial(self.tag, label) for label in labels},
            **{f"new-{label}": partial(self.tag, label, new=True) for label in labels},
            "negative": self.mark_negative,
            "remove": self.remove,
            "identity": self.change_identity,
            "unsure": self.toggle_unsure,
            "next-span": lambda: self.step(1),
            "previous-span": lambda: self.step(-1),
        }

    def tag(self, label: str, *, new: bool = False) -> None:
        """Give a label to the selection, else to the current span, else to the sentence at the caret."""
        document_id = self._article.document_id
        if document_id is None or not self._may_edit():
            return
        selected, row = self._selected(), self._article.current
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
        span = self._selected() or self._sentence()
        if span and self._article.document_id is not None and self._may_edit():
            uid = self._project.mark_negative(self._article.document_id, span)
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
        if row and row.label and self._article.document_id is not None:
            following = IDENTITIES[(IDENTITIES.index(row.attributes.identity) + 1) % len(IDENTITIES)]
            changed = msgspec.structs.replace(row.attributes, identity=following)
            self._project.describe(self._article.document_id, row, self.tr("Identity"), changed)

    def toggle_unsure(self) -> None:
        """Say that the current label is unsure, or sure again; then there is no runner-up."""
        row = self._changeable()
        if row and row.label and self._article.document_id is not None:
            unsure = not row.attributes.unsure
            runner_up = row.attributes.runner_up if unsure else None
            changed = msgspec.structs.replace(row.attributes, unsure=unsure, runner_up=runner_up)
            self._project.describe(self._article.document_id, row, self.tr("Unsure"), changed)

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

    def _selected(self) -> Range | None:
        start, end = self._article.view.selected()
        return self._article.text.snap(start, end, trim=self._settings.trims) if start < end else None

    def _sentence(self) -> Range | None:
        found = self._article.text.sentence_at(self._article.view.caret())
        return self._article.text.snap(*found) if found else None

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
