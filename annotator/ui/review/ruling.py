"""Keys that rule on the current disagreement, and that change gold by hand."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from annotator.adjudication import Alike, Cluster, Said
from annotator.records import LABELS
from annotator.text import Range
from annotator.ui.annotate.selecting import Selecting
from annotator.ui.errors import show
from annotator.ui.project import Project
from annotator.ui.review.adjudicating import Ruled
from annotator.ui.review.alike_dialog import AlikeDialog
from annotator.ui.review.article import LETTERS
from annotator.ui.review.page import ReviewPage
from annotator.ui.review.versions import KEYS
from annotator.ui.review.words import in_words
from annotator.ui.settings import Settings

USUAL = tuple(label.key for label in LABELS)  # those that have a key of their own


class Ruling(QObject):
    """Takes a version, rules that nothing belongs there, or makes a span; then the page goes on."""

    def __init__(self, project: Project, page: ReviewPage, settings: Settings, may_edit: Callable[[], bool]) -> None:
        super().__init__(page)
        self._project, self._page, self._settings, self._may_edit = project, page, settings, may_edit
        self._adjudicating = page.adjudicating
        self._selecting = Selecting(self._adjudicating, page.article, may_edit)
        page.panel.versions.taken.connect(self.take)
        page.article.gold_resized.connect(self._resize)
        for name, verb in self.verbs().items():
            if name in page.panel.buttons:
                page.panel.buttons[name].clicked.connect(lambda _checked=False, verb=verb: verb())

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        page = self._page
        return {
            **self._selecting.verbs(),
            **{f"take-{number + 1}": partial(self.take, number) for number in range(KEYS)},
            **{f"rule-{label}": partial(self.rule, label) for label in USUAL},
            **{f"add-{label}": partial(self.rule, label, stays=True) for label in USUAL},
            "next-disagreement": lambda: page.step(1),
            "previous-disagreement": lambda: page.step(-1),
            "take-shown": self.take_shown,
            "nothing-here": self.rule_nothing,
            "next-version": lambda: page.step_version(1),
            "previous-version": lambda: page.step_version(-1),
            "remove-gold": self.remove,
            "alike": self.apply_to_alike,
            "defer": page.defer,
            "reason": self._write_reason,
            "take-agreed": self.take_agreed,
            "take-all-agreed": self.take_all_agreed,
        }

    def take(self, number: int) -> None:
        """Rule that a lane's version is right."""
        cluster = self._open()
        if cluster and number < len(cluster.versions):
            self._rule(cluster, cluster.versions[number].said)
        elif cluster:
            self._page.said.emit(self.tr("There is no version {letter} here.").format(letter=LETTERS[number]))

    def take_shown(self) -> None:
        """Rule that the shown version is right, with its ends where they were moved to."""
        cluster = self._open()
        if cluster is None:
            return
        said = cluster.versions[self._page.shown].said
        selected = self._selected()
        if selected and len(said) == 1 and self._page.article.view.selected() != self._page.proposed:
            said = ((*selected, said[0][2]),)
        self._rule(cluster, said)

    def rule_nothing(self) -> None:
        """Rule that nothing belongs there: it does not come back."""
        cluster = self._open()
        if cluster:
            self._rule(cluster, ())

    def rule(self, label: str, *, stays: bool = False) -> None:
        """Give a label to the selection, else to the span of gold under the caret, else to the sentence there."""
        article = self._page.article
        if article.document_id is None or not self._may_edit():
            return
        selected, row = self._selected(), article.current
        if row and not selected and not stays:
            if row.label != label:
                self._adjudicating.relabel(article.document_id, row, label)
            return
        span = selected or article.text.sentence_at(article.view.caret())
        span = article.text.snap(*span, trim=self._settings.trims) if span else None
        if span is None:
            self._page.said.emit(self.tr("There is nothing to tag here."))
            return
        cluster = self._page.current
        if cluster and cluster.is_open and span[0] < cluster.end and cluster.start < span[1]:
            self._rule(cluster, ((*span, label),), goes_on=not stays)
        else:
            self._adjudicating.add(article.document_id, (*span, label), self._reason)
        if stays:
            article.view.select(span[1], span[1])

    def remove(self) -> None:
        """Take the span of gold under the caret out again."""
        article = self._page.article
        row = article.current
        if row is None or article.document_id is None:
            self._page.said.emit(self.tr("No span of gold here."))
        elif self._may_edit():
            self._adjudicating.remove(article.document_id, row)

    def apply_to_alike(self) -> None:
        """Offer to rule the same on every disagreement that is like the last."""
        ruled = self._page.last
        if ruled is None:
            self._page.said.emit(self.tr("Rule on a disagreement first; then the same can be applied to all alike."))
            return
        self._page.said.emit(self.tr("Looking for disagreements alike…"))
        self._adjudicating.find_alike(ruled, partial(self._offer, ruled), lambda error: show(error, self._page))

    def take_agreed(self) -> None:
        """Take what all agree on in this article."""
        document_id = self._page.article.document_id
        if document_id is not None and self._may_edit():
            self._say_taken(self._adjudicating.take_agreed(document_id))

    def take_all_agreed(self) -> None:
        """Take what all agree on in every article."""
        if self._may_edit():
            self._adjudicating.take_all_agreed(self._say_taken, lambda error: show(error, self._page))

    # Inside

    @property
    def _reason(self) -> str:
        return " ".join(self._page.panel.reason.text().split())

    def _open(self) -> Cluster | None:
        """Return the current disagreement, if it can be ruled on now."""
        cluster = self._page.current
        if cluster is None:
            self._page.said.emit(self.tr("No disagreement here."))
        elif not cluster.is_open:
            self._page.said.emit(self.tr("This one is settled. Undo takes the ruling back."))
        elif self._may_edit():
            return self._page.current  # who said who they are may not see it
        return None

    def _rule(self, cluster: Cluster, spans: tuple[Said, ...], *, goes_on: bool = True) -> None:
        ruled = Ruled(cluster, spans, self._reason)
        self._adjudicating.rule(ruled)
        self._page.ruled(ruled, goes_on=goes_on)

    def _offer(self, ruled: Ruled, found: list[Alike]) -> None:
        """Show what was found alike, unless the person has gone on meanwhile."""
        if ruled is not self._page.last or not self._page.isVisible():
            return
        if not found:
            self._page.said.emit(self.tr("No other open disagreement is like the last one."))
            return
        said = in_words(ruled, self._project.document(ruled.cluster.document_id).text, self._project.labels())
        dialog = AlikeDialog(self._project, found, said, self._page)
        dialog.accepted.connect(lambda: self._apply(dialog.chosen(), ruled.reason))
        dialog.open()

    def _apply(self, chosen: list[Alike], reason: str) -> None:
        if self._may_edit():
            self._adjudicating.apply(chosen, reason)
            self._page.said.emit(self.tr("Ruled on {count} alike.").format(count=len(chosen)))
            self._page.recount()
            if self._page.current and not self._page.current.is_open:
                self._page.step(1)

    def _selected(self) -> Range | None:
        start, end = self._page.article.view.selected()
        return self._page.article.text.snap(start, end, trim=False) if start < end else None

    def _resize(self, row: object, span: Range) -> None:
        document_id = self._page.article.document_id
        if document_id is not None and self._may_edit():
            self._adjudicating.resize(document_id, row, span)  # type: ignore[arg-type]  # signals carry objects

    def _write_reason(self) -> None:
        self._page.panel.reason.setFocus()
        self._page.panel.reason.selectAll()

    def _say_taken(self, count: int) -> None:
        self._page.said.emit(
            self.tr("Taken into gold: {count} places that all agree on.").format(count=count)
            if count
            else self.tr("Gold has everything that all agree on.")
        )
