"""The comparison behind the figures: made, kept true after edits, and asked for passages, in a worker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, get_args

from PySide6.QtCore import QObject, Signal

from annotator.criteria import Criteria
from annotator.evaluating import Evaluated
from annotator.records import Kind
from annotator.reviewing import Agreement, Card, Difference, Passage, Question, Review, ReviewCancelled, Week
from annotator.ui.jobs import Job, Jobs
from annotator.ui.project import Project
from annotator.ui.review.tables import Behind

MOST_PASSAGES = 1_000
MANY_CHANGED = 100  # documents, above which all are read again


class Figures(NamedTuple):
    """What a comparison found; `plain` is the same with edges as they were marked, where they are trimmed."""

    found: Agreement
    cards: Sequence[Card]
    plain: Agreement | None


class Details(NamedTuple):
    """What takes longer, and comes after the figures."""

    strings: Sequence[tuple[Difference, int]]
    questions: Sequence[Question]
    weeks: Sequence[Week]
    evaluations: Sequence[Evaluated]


@dataclass
class Compared:
    """The reviews that answer; used by one job at a time."""

    review: Review
    plain: Review | None  # with edges as they were marked
    evaluate: Callable[..., Evaluated]  # by the same criteria

    def figures(self) -> Figures:
        plain = self.plain.result() if self.plain else None
        return Figures(self.review.result(), self.review.cards(), plain)

    def changed(self, documents: Sequence[int]) -> None:
        for review in filter(None, (self.review, self.plain)):
            for document_id in documents:
                review.changed(document_id)

    def passages(self, behind: Behind) -> list[Passage]:
        review = self.plain if behind.as_marked and self.plain else self.review
        return review.passages(
            behind.cell,
            MOST_PASSAGES + 1,
            difference=behind.difference,
            week=behind.week,
            on_negatives_of=behind.on_negatives_of,
        )

    def details(self, cancelled: Callable[[], bool]) -> Details:
        review = self.review
        return Details(
            review.strings(cancelled), review.questions(MOST_PASSAGES), review.trend(), self._evaluations(cancelled)
        )

    def _evaluations(self, cancelled: Callable[[], bool]) -> list[Evaluated]:
        """Measure each model that is compared against gold, where gold is compared too, else against each person."""
        names = {kind: [row.name for row in self.review.annotators if row.kind == kind] for kind in get_args(Kind)}
        return [
            self.evaluate(true, model, cancelled=cancelled)
            for model in names["model"]
            for true in names["gold"] or names["human"]
        ]


class Comparing(QObject):
    """Compares in a worker of its own. It only reads, so edits and imports go on beside it."""

    begun = Signal()
    progressed = Signal(object, object)  # documents read, of how many
    compared = Signal(object)  # Figures
    detailed = Signal(object)  # Details
    found = Signal(object, object)  # a Behind, and its passages
    failed = Signal(object)  # the error
    cancelled = Signal()

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._jobs = self._new_jobs()
        self._criteria = Criteria()
        self._compared: Compared | None = None
        self._stale: set[int] = set()  # documents that were edited since
        self._round = 0  # answers to what was asked in a former one are not wanted any more
        project.document_changed.connect(self._stale.add)
        project.documents_changed.connect(self.forget)
        project.closing.connect(self.stop)

    @property
    def is_running(self) -> bool:
        return self._jobs.is_running

    def compare(self, criteria: Criteria) -> None:
        """Compare everything by these criteria, in place of what is going on."""
        self.forget()
        self._criteria = criteria
        make = self._project.reviewer()
        plain = criteria._replace(trim=())
        evaluate = partial(self._project.evaluator(), criteria=criteria)

        def work(job: Job) -> Compared:
            watched = {"progress": job.progress, "cancelled": job.cancelled}
            return Compared(make(criteria, **watched), make(plain, **watched) if criteria.trim else None, evaluate)

        def done(compared: Compared) -> None:
            self._compared = compared
            self._ask_figures([])

        self.begun.emit()
        self._start(work, done)

    def refresh(self) -> None:
        """Make up for edits: read the documents again that were edited, or all where there were many, or none yet."""
        if self._compared is None or len(self._stale) > MANY_CHANGED:
            self.compare(self._criteria)
        elif self._stale:
            self._ask_figures(sorted(self._stale))
            self._stale.clear()

    def ask(self, behind: Behind) -> None:
        """Ask for the passages behind a figure."""
        if compared := self._compared:
            self._start(lambda _: compared.passages(behind), lambda passages: self.found.emit(behind, passages))

    def cancel(self) -> None:
        """Stop what is going on, and say so."""
        self._jobs.cancel()

    def forget(self) -> None:
        """Drop what was compared: the project is another one, or has other documents."""
        self._round += 1
        self._jobs.cancel()
        self._compared = None
        self._stale.clear()

    def stop(self) -> None:
        """Wait until nothing is read any more."""
        self.forget()
        self._jobs.close()
        self._jobs = self._new_jobs()

    def _ask_figures(self, changed: Sequence[int]) -> None:
        compared = self._compared
        if compared is None:
            return

        def work(_job: Job) -> Figures:
            compared.changed(changed)
            return compared.figures()

        def done(figures: Figures) -> None:
            self.compared.emit(figures)
            self._start(lambda job: compared.details(job.cancelled), self.detailed.emit)

        self._start(work, done)

    def _start(self, work: Callable[[Job], Any], done: Callable[[Any], None]) -> None:
        asked = self._round

        def answered(answer: Any) -> None:
            if asked == self._round:
                done(answer)

        def stopped(error: BaseException) -> None:
            if asked == self._round and isinstance(error, ReviewCancelled):
                self.cancelled.emit()
            elif asked == self._round:
                self.failed.emit(error)

        self._jobs.start(work, answered, stopped)

    def _new_jobs(self) -> Jobs:
        jobs = Jobs(self)
        jobs.progressed.connect(self.progressed)
        return jobs
