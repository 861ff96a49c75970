"""The review of disagreements: the article with its lanes, the panel beside it, and the way through the queue."""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from annotator.adjudication import Cluster, Key, Progress, Wanted, queue
from annotator.ui.project import Project
from annotator.ui.review.adjudicating import Adjudicating, Ruled
from annotator.ui.review.article import ReviewArticle
from annotator.ui.review.panel import ReviewPanel
from annotator.ui.review.words import last_ruling, nothing_left
from annotator.ui.settings import ReviewPlace, Settings
from annotator.ui.theme import Theme


class ReviewPage(QWidget):
    """Knows which disagreement is the current one and which of its versions is shown, and goes on to the next."""

    said = Signal(str)

    def __init__(
        self,
        project: Project,
        theme: Theme,
        settings: Settings,
        keys: Callable[[str], list[str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._settings, self._keys = project, settings, keys
        self.adjudicating = Adjudicating(project, self)
        self.article = ReviewArticle(project, theme, settings, self)
        self.panel = ReviewPanel(project, theme, keys, self)
        self.clusters: list[Cluster] = []
        self.current: Cluster | None = None
        self.shown = 0  # which version of the current disagreement
        self.proposed: tuple[int, int] | None = None  # what was selected when it was shown
        self.last: Ruled | None = None
        self._deferred: set[Key] = set()
        self._total: Progress | None = None
        panes = QSplitter(self)
        panes.addWidget(self.article)
        panes.addWidget(self.panel)
        panes.setHandleWidth(1)
        panes.setSizes([860, 420])
        panes.setStretchFactor(0, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(panes)
        self._connect()

    def _connect(self) -> None:
        self.panel.filters.changed.connect(self._filter)
        self.panel.left.connect(self.article.view.setFocus)
        self.panel.versions.shown.connect(self.show_version)
        self.article.place_chosen.connect(lambda cluster: self.go_to(cluster))
        self.adjudicating.counted.connect(self._show_total)
        self._project.annotations_changed.connect(self._refresh)
        self._project.documents_changed.connect(self._begin_again)
        self._project.annotator_changed.connect(self._begin_again)
        self._project.place_shown.connect(self._show_place)
        self._project.closing.connect(self.remember)

    # Coming and going

    def resume(self) -> None:
        """Go on where the person was in this project."""
        place = self._settings.review_place(self._project.path)
        self._deferred = {Key(*each) for each in place.deferred}
        wanted = Wanted(place.label, place.kind, place.pair, place.round)  # type: ignore[arg-type]
        self.panel.filters.fill(wanted)
        self.adjudicating.want(self.panel.filters.wanted())
        self.last = None
        self.panel.show_last("")
        self.recount()
        ids = self.adjudicating.ids()
        known = place.document_id is not None and place.document_id in ids
        self._open_document(place.document_id if known else None)
        here = [each for each in self._waiting() if each.start >= place.start]
        self.go_to(here[0] if known and here else self._from(place.document_id if known else None))

    def remember(self) -> None:
        """Keep where the person is, for the next time."""
        if self._project.is_open and self.isVisible():
            start = self.current.start if self.current else 0
            place = ReviewPlace(
                self.article.document_id, start, *self.adjudicating.wanted, deferred=sorted(self._deferred)
            )
            self._settings.set_review_place(self._project.path, place)

    # The way through the queue

    def step(self, offset: int) -> None:
        """Go to the next or previous disagreement, in this article or another."""
        found = self._following(backwards=offset < 0)
        if found is None and self._deferred:
            self._deferred.clear()
            found = self._following(backwards=offset < 0)
            if found:
                self.said.emit(self.tr("What you deferred comes again."))
        if found is None and self.current and self.current.is_open:
            self.said.emit(self.tr("This is the only disagreement left."))
            return
        self.go_to(found)

    def go_to(self, cluster: Cluster | None) -> None:
        """Show a disagreement, with what is proposed for it selected; None: that there is none."""
        if cluster is not None and cluster.document_id != self.article.document_id:
            self._open_document(cluster.document_id)
        keys = [queue.key(each) for each in self.clusters]
        self.current = self.clusters[keys.index(queue.key(cluster))] if cluster else None
        self.shown = self.current.majority or 0 if self.current else 0
        self._show()
        self._propose()
        self.remember()

    def show_version(self, number: int) -> None:
        """Show another version: Enter takes it."""
        if self.current and self.current.versions:
            self.shown = number
            self._show()
            self._propose()

    def step_version(self, offset: int) -> None:
        """Show the next or previous version that is another one."""
        if self.current and self.current.groups:
            groups = self.current.groups
            at = next(n for n, group in enumerate(groups) if self.shown in group)
            self.show_version(groups[(at + offset) % len(groups)][0])

    def defer(self) -> None:
        """Leave the current disagreement for later."""
        if self.current and self.current.is_open:
            self._deferred.add(queue.key(self.current))
            self.step(1)

    def ruled(self, ruled: Ruled, *, goes_on: bool = True) -> None:
        """Take note of a ruling that was written, and go on."""
        self.last = ruled
        self.panel.show_last(self.describe(ruled))
        if goes_on:
            self.step(1)

    def describe(self, ruled: Ruled) -> str:
        """Say what a ruling was; whose versions they were only once nothing in the article waits any more."""
        found = self.adjudicating.clusters(ruled.cluster.document_id)
        return last_ruling(ruled, is_settled=not any(each.kind and each.is_open for each in found))

    def next_pane(self) -> None:
        """Go from the text to the panel, or back."""
        if self.article.view.hasFocus():
            self.panel.reason.setFocus()
        else:
            self.article.view.setFocus()

    # Inside

    def _waiting(self) -> list[Cluster]:
        """Return what waits for a ruling in this article."""
        ids, document_id = self.adjudicating.ids(), self.article.document_id
        if document_id is None or document_id not in ids[bisect_left(ids, document_id) :][:1]:
            return []
        wanted, deferred = self.adjudicating.wanted, self._deferred
        return [
            each for each in self.clusters if each.is_open and wanted.takes(each) and queue.key(each) not in deferred
        ]

    def _following(self, *, backwards: bool) -> Cluster | None:
        at = self.current.start if self.current else -1
        here = [each for each in self._waiting() if (each.start < at if backwards else each.start > at)]
        if here:
            return here[-1] if backwards else here[0]
        return self._from(self.article.document_id, backwards=backwards)

    def _from(self, document_id: int | None, *, backwards: bool = False) -> Cluster | None:
        """Return the first that waits after a document, round to what comes before it and in itself."""
        ids = self.adjudicating.ids()
        at = bisect_left(ids, document_id) if document_id is not None else 0
        after = at + (at < len(ids) and ids[at] == document_id)
        rounds: Sequence[Sequence[int]] = (ids[:at], ids[at:]) if backwards else (ids[after:], ids[:after])
        passed = frozenset(self._deferred | ({queue.key(self.current)} if self.current else set()))
        first = (self.adjudicating.first_open(each, passed, backwards=backwards) for each in rounds)
        return next(filter(None, first), None)

    def _open_document(self, document_id: int | None) -> None:
        self.article.show_document(document_id)
        self.clusters = self.adjudicating.clusters(document_id) if document_id is not None else []
        self.current = None

    def _show(self) -> None:
        document_id = self.article.document_id
        gold = self.adjudicating.gold(document_id) if document_id is not None else []
        asked = [each for each in self.clusters if self.adjudicating.wanted.takes(each) or each.kind is None]
        self.article.show_layers(asked, gold, self.current)
        self.panel.show_progress(queue.tally(self.clusters, self.adjudicating.wanted), self._total)
        if self.current:
            self.panel.show_cluster(self.current, self.article.text.text, self.shown)
        else:
            key = next(iter(self._keys("take-all-agreed")), "")
            is_filtered = self.adjudicating.wanted != Wanted()
            self.panel.show_nothing(*nothing_left(key, is_empty=not self.adjudicating.ids(), is_filtered=is_filtered))

    def _propose(self) -> None:
        """Select the span that the shown version has, where the usual keys can adjust it before it is taken."""
        self.proposed = None
        if self.current:
            spans = self.current.versions[self.shown].spans if self.current.versions else ()
            start, end = (spans[0].start, spans[0].end) if len(spans) == 1 else (self.current.start, self.current.start)
            self.article.view.select(start, end)
            self.article.view.reveal(self.current.start, self.current.end)
            self.proposed = (start, end)

    # What changed

    def _filter(self) -> None:
        self.adjudicating.want(self.panel.filters.wanted())
        self.recount()
        self.current = None
        waiting = self._waiting()
        self.go_to(waiting[0] if waiting else self._from(self.article.document_id))
        self.article.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def recount(self) -> None:
        """Count over the project again."""
        self._total = None
        self.adjudicating.count()

    def _show_total(self, total: Progress) -> None:
        self._total = total
        self.panel.show_progress(queue.tally(self.clusters, self.adjudicating.wanted), total)

    def _refresh(self, document_id: int) -> None:
        """Read a document again that was changed."""
        if not self.isVisible() or document_id != self.article.document_id:
            return
        before, self.clusters = self.clusters, self.adjudicating.clusters(document_id)
        self.adjudicating.recount(before, self.clusters)
        if self.current:
            same = [each for each in self.clusters if queue.key(each) == queue.key(self.current)]
            self.current = same[0] if same else None
        self._show()

    def _begin_again(self) -> None:
        if self.isVisible() and self._project.is_open:
            self.remember()
            self.resume()

    def _show_place(self, document_id: int, span: tuple[int, int] | None) -> None:
        """Go to what an undo or redo changed; it may have changed other articles as well."""
        if not self.isVisible():
            return
        self.last = None
        self.panel.show_last("")
        self.recount()
        self._open_document(document_id)
        start, end = span or (0, 0)
        touched = [each for each in self.clusters if each.kind and each.start < end and start < each.end]
        self.go_to(next(iter(touched or self._waiting()), None))
