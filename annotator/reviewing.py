"""The agreement of an open project: which layers count, why others do not, every figure, and the passages behind it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import NamedTuple

import msgspec
import numpy as np
from sqlalchemy import Connection

from annotator.agreement import Agreement, Alpha, Batch, Card, Cell, Comparison, Layers, Mark, Spans
from annotator.agreement.batch import Ints
from annotator.agreement.figures import ALONE, NOBODY_FINISHED, ONE_FINISHED
from annotator.agreement.result import DocumentCounts, ExcludedDocuments, ExcludedLayers, LayerCounts
from annotator.criteria import EVERYTHING, Criteria, asked_for, chosen, wanted
from annotator.passages import Difference, Passage, Question, differences, of_doubt, of_encounter
from annotator.records import UserError
from annotator.store import Store, comparison, queries
from annotator.store.comparison import Rows, Verdict
from annotator.text.edges import trimmed

__all__ = [
    "Agreement", "Card", "Cell", "Difference", "Mark", "Passage", "Question", "Review", "ReviewCancelled",
    "Week", "differences",
]  # fmt: skip

Progress = Callable[[int, int], None]  # documents done, of how many
Cancelled = Callable[[], bool]

_DOCUMENTS = 8_192  # read at a time
_TEXTS = 32  # read ahead: where many spans differ, each by itself would take three times as long
_DIFFERING = 20_000  # passages that differing strings are counted in
_CHECKED = 256  # passages between two looks at whether somebody cancelled

REASONS = {
    Verdict.NOT_CHOSEN: "its annotator was not chosen",
    Verdict.UNREAD: "unread",
    Verdict.STARTED: "started, not finished",
    Verdict.OTHER_ROUND: "of another round",
    Verdict.OTHER_GUIDELINE: "made by another guideline",
    Verdict.TOO_OLD: "finished before the day asked for",
    Verdict.NOT_BLIND: "not blind",
}
NOT_ASKED_FOR, NOT_ASKED_FOR_LAYER = "not found by the search", "its document was not found by the search"
OUTSIDE, OUTSIDE_LAYER = "outside the split", "its document is outside the split"
LEFT_OUT = "fewer than two of its finished layers are of those asked for"


class Week(NamedTuple):
    """A week by its Monday, how many compared documents were finished in it by the last who did, and their alpha."""

    monday: date
    documents: int
    alpha: Alpha


class ReviewCancelled(UserError):
    """Somebody stopped the comparison."""

    def __init__(self) -> None:
        super().__init__("The comparison was cancelled.")


class Review:
    """The layers of a project compared. Made by reading all of it; after one edit, `changed` reads one document again.

    It writes nothing. Like the store, it may be used from any thread, by one at a time.

    Raises:
        UserError: an annotator or a guideline is not the project's.
        ReviewCancelled: `cancelled` said so.

    """

    def __init__(
        self,
        store: Store,
        criteria: Criteria = EVERYTHING,
        *,
        progress: Progress = lambda _done, _total: None,
        cancelled: Cancelled = lambda: False,
    ) -> None:
        self._store = store
        self._connection: Connection  # while something is read
        self._texts: dict[int, str] = {}
        self._last = 0  # of the documents that are being put in
        with self._reading() as connection:
            self.annotators = chosen(connection, criteria.annotators)
            self._wanted = wanted(connection, criteria, [row.id for row in self.annotators])
            self._trim, self._threshold = frozenset(criteria.trim), criteria.threshold
            self._ids = np.array(queries.document_ids(connection, None), np.int64)
            found, inside, _ = asked_for(connection, criteria, self._ids)
            self._found, self._asked = found, found & inside
            labels = comparison.labels(connection)
            everybody = [row.id for row in queries.annotators(connection)]
            self._numbers = _Numbers([row.id for row in self.annotators], list(labels), max(everybody, default=0))
            self._comparison = Comparison([row.name for row in self.annotators], list(labels.values()), self._text)
            self._verdicts = np.zeros((len(Verdict), len(self._ids)), np.int64)  # layers of each document
            for first in range(0, len(self._ids), _DOCUMENTS):
                if cancelled():
                    raise ReviewCancelled
                ids = self._ids[first : first + _DOCUMENTS]
                self._take(self._read(connection, int(ids[0]), int(ids[-1])))
                progress(first + len(ids), len(self._ids))

    def changed(self, document_id: int) -> None:
        """Read one document again, which was edited. One that is new to the project needs a new review."""
        with self._reading() as connection:
            self._take(self._read(connection, document_id, document_id))

    def result(self) -> Agreement:
        """Return every figure, with all that was left out and why."""
        found, verdicts = self._comparison.result(), self._verdicts[:, self._asked]
        return msgspec.structs.replace(found, documents=self._documents(verdicts), layers=self._layers(verdicts))

    def cards(self) -> list[Card]:
        """Return each annotator beside the rest."""
        return self._comparison.cards()

    def passages(
        self,
        cell: Cell,
        limit: int | None = None,
        document_id: int | None = None,
        difference: Difference | None = None,
        week: date | None = None,
        on_negatives_of: str | None = None,
    ) -> list[Passage]:
        """Return the passages behind a figure, in the order of the project: the first of them, or those of a document.

        With a difference they are those that differ by it, with a week those of the documents finished in it, with
        `on_negatives_of` those where that annotator decided that nothing belongs.

        They are the matches that the confusion matrix counts. The loss by label and what is missed there may differ
        from the losses of F1 by a few spans, since those are matched without regard to labels.

        Raises:
            ValueError: the cell names what is not compared.

        """
        documents = None if document_id is None else np.flatnonzero(self._ids == document_id)
        with self._reading() as connection:
            if week is not None:
                documents = self._weeks(connection).get(week, np.zeros(0, np.int64))
            found = self._passages(connection, cell, documents)
            if difference:
                found = (passage for passage in found if difference in differences(passage))
            if on_negatives_of:
                (decided,) = (row.id for row in self.annotators if row.name == on_negatives_of)
                found = _on_negatives(connection, found, decided)
            return list(islice(found, limit))

    def strings(self, cancelled: Cancelled = lambda: False) -> list[tuple[Difference, int]]:
        """Return the strings at edges by which spans of one label differ, the most frequent first.

        They are counted in the first 20,000 passages that differ.

        Raises:
            ReviewCancelled: `cancelled` said so.

        """
        counted: Counter[Difference] = Counter()
        with self._reading() as connection:
            found = self._passages(connection, Cell(fate="boundary"))
            for number, passage in enumerate(islice(found, _DIFFERING)):
                if number % _CHECKED == 0 and cancelled():
                    raise ReviewCancelled
                counted.update(differences(passage))
        return sorted(counted.items(), key=lambda each: (-each[1], each[0]))

    def trend(self) -> list[Week]:
        """Return alpha by week, the first week first."""
        with self._reading() as connection:
            weeks = self._weeks(connection)
        return [Week(monday, len(found), self._comparison.alpha(found)) for monday, found in weeks.items()]

    def questions(self, limit: int | None = None) -> list[Question]:
        """Return what the annotators are not sure of in the documents asked for, finished or not."""
        questions: list[Question] = []
        asked = self._ids[self._asked]
        with self._reading() as connection:
            for first in range(0, len(asked), _DOCUMENTS):
                ids = asked[first : first + _DOCUMENTS]
                annotators = [row.id for row in self.annotators]
                for doubt in comparison.unsure(connection, annotators, int(ids[0]), int(ids[-1])):
                    if len(questions) == limit:
                        return questions
                    if self._asked[np.searchsorted(self._ids, doubt.document_id)]:
                        questions.append(of_doubt(connection, doubt))
        return questions

    def _weeks(self, connection: Connection) -> dict[date, Ints]:
        """Return the numbers of the compared documents by the Monday of the week in which the last finished them."""
        if not len(self._ids):
            return {}
        ids, weeks = comparison.weeks(connection, self._wanted, int(self._ids[0]), int(self._ids[-1]))
        ids, weeks = ids[np.isin(ids, self._ids)], weeks[np.isin(ids, self._ids)]
        numbers = np.searchsorted(self._ids, ids)
        compared = self._asked[numbers] & (self._verdicts[Verdict.COUNTS, numbers] >= 2)
        numbers, weeks = numbers[compared], weeks[compared]
        return {comparison.monday(week): numbers[weeks == week] for week in np.unique(weeks).tolist()}

    def _passages(self, connection: Connection, cell: Cell, documents: Ints | None = None) -> Iterator[Passage]:
        last, text, title = -1, "", None
        for encounter in self._comparison.encounters(cell, documents):
            key = int(self._ids[encounter.document])
            if key != last:
                last, text, title = key, comparison.text(connection, key), comparison.title(connection, key)
            yield of_encounter(key, title, text, encounter)

    def _read(self, connection: Connection, first: int, last: int) -> Rows:
        rows = comparison.read(connection, self._wanted, first, last)
        if self._threshold is None:
            return rows
        spans = rows.spans
        for model in (row.id for row in self.annotators if row.kind == "model"):
            predicted, scores = comparison.predictions(connection, model, first, last)
            high = np.insert(predicted[:, scores >= self._threshold], 1, model, axis=0)  # without a score it is not
            spans = np.concatenate([spans[:, spans[1] != model], high], axis=1)
        return rows._replace(spans=spans[:, np.lexsort((spans[3], spans[1], spans[0]))])

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._store.reading() as connection:
            self._connection = connection
            yield connection

    def _text(self, number: int) -> str:
        """Return a text where the comparison wants one, which is while documents are put in."""
        key = int(self._ids[number])
        if key not in self._texts:
            self._texts = comparison.texts(self._connection, key, min(key + _TEXTS - 1, self._last))
        return self._texts[key]

    def _take(self, rows: Rows) -> None:
        """Put documents into the comparison, and remember why which layers do not count."""
        here = np.isin(rows.documents, self._ids)
        documents, lengths = rows.documents[here], rows.lengths[here]
        numbers = np.searchsorted(self._ids, documents)
        document, annotator, verdict = rows.layers[:, np.isin(rows.layers[0], documents)]
        document = np.searchsorted(self._ids, document)
        self._verdicts[:, numbers] = 0
        np.add.at(self._verdicts, (verdict, document), 1)

        self._texts, self._last = {}, int(documents.max(initial=0))
        asked = self._asked[numbers]
        counts = (verdict == Verdict.COUNTS) & self._asked[document]
        by = self._numbers.annotators[rows.spans[1]]
        kept = (by >= 0) & np.isin(rows.spans[0], documents[asked])
        of, _, label, start, end = rows.spans[:, kept]
        if self._trim:
            start, end = without_edges(self._connection, self._trim, of, start, end)
        self._comparison.put(
            Batch(
                numbers[asked],
                lengths[asked],
                Layers(document[counts], self._numbers.annotators[annotator[counts]]),
                Spans(np.searchsorted(self._ids, of), by[kept], self._numbers.labels[label], start, end),
            )
        )

    def _documents(self, verdicts: Ints) -> DocumentCounts:
        counted, finished = verdicts[Verdict.COUNTS], _finished(verdicts)
        out = counted < 2
        excluded: dict[str, np.int64 | int] = {
            NOT_ASKED_FOR: np.count_nonzero(~self._found),
            OUTSIDE: np.count_nonzero(self._found & ~self._asked),
            NOBODY_FINISHED: np.count_nonzero(out & (finished == 0)),
            ONE_FINISHED: np.count_nonzero(out & (finished == 1)),
            LEFT_OUT: np.count_nonzero(out & (finished >= 2)),
        }
        listed = [ExcludedDocuments(reason, int(count)) for reason, count in excluded.items() if count]
        return DocumentCounts(len(self._ids), int(np.count_nonzero(~out)), listed)

    def _layers(self, verdicts: Ints) -> LayerCounts:
        counted = verdicts[Verdict.COUNTS]
        excluded: dict[str, np.int64 | int] = {
            NOT_ASKED_FOR_LAYER: self._verdicts[:, ~self._found].sum(),
            OUTSIDE_LAYER: self._verdicts[:, self._found & ~self._asked].sum(),
            **{reason: verdicts[verdict].sum() for verdict, reason in REASONS.items()},
            ALONE: np.count_nonzero(counted == 1),
        }
        listed = [ExcludedLayers(reason, int(count)) for reason, count in excluded.items() if count]
        return LayerCounts(int(counted[counted >= 2].sum()), listed)


class _Numbers:
    """The comparison's numbers by local id, -1 for what is not compared."""

    def __init__(self, annotators: Sequence[int], labels: Sequence[int], last: int) -> None:
        self.annotators, self.labels = _inverse(annotators, last), _inverse(labels, max(labels, default=0))


def _inverse(ids: Sequence[int], last: int) -> Ints:
    numbers = np.full(last + 1, -1)
    numbers[list(ids)] = np.arange(len(ids))
    return numbers


def without_edges(connection: Connection, trim: Collection[str], documents: Ints, starts: Ints, ends: Ints) -> Ints:
    """Return starts and ends without what is left out at edges; spans come in the order of their documents."""
    last, text, bounds = -1, "", []
    for key, start, end in zip(documents.tolist(), starts.tolist(), ends.tolist(), strict=True):
        if key != last:
            last, text = key, comparison.text(connection, key)
        bounds.append(trimmed(text, start, end, trim))
    return np.array(bounds, np.int64).reshape(-1, 2).T


def _on_negatives(connection: Connection, passages: Iterator[Passage], annotator_id: int) -> Iterator[Passage]:
    """Yield those whose one mark shares a character with a negative of an annotator."""
    last, negatives = -1, []
    for passage in passages:
        if passage.document_id != last:
            last = passage.document_id
            negatives = comparison.negatives(connection, annotator_id, last, last)[1:].T.tolist()
        mark = passage.one or passage.two
        if mark and any(start < mark.end and mark.start < end for start, end in negatives):
            yield passage


def _finished(verdicts: Ints) -> Ints:
    """Return how many finished layers of the chosen annotators each document has, whatever else was asked for."""
    finished: Ints = verdicts[Verdict.COUNTS] + verdicts[Verdict.OTHER_ROUND :].sum(0)
    return finished
