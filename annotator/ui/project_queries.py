"""What the widgets may ask of the open project. Rows come from the store, and are read-only snapshots."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject

from annotator.records import Status, UserError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from annotator.evaluating import Evaluated
    from annotator.removing import Removal
    from annotator.reviewing import Review
    from annotator.rows import (
        AnnotationRow,
        AnnotatorRow,
        DocumentDetail,
        DocumentRow,
        Filter,
        Kin,
        LabelRow,
        LayerRow,
        Progress,
        Step,
    )
    from annotator.store import Store
    from annotator.store.last_edit import Missing

P = ParamSpec("P")
T = TypeVar("T")


class ProjectQueries(QObject):
    """The asking half of the hub. The store is imported in its methods: the window is painted before that."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: Store | None = None
        self._annotator: AnnotatorRow | None = None
        self._labels: list[LabelRow] = []
        self._letters: dict[str, str] = {}

    @property
    def annotator(self) -> "AnnotatorRow | None":
        """Who is annotating; none until somebody said."""
        return self._annotator

    def labels(self) -> "list[LabelRow]":
        """Return the labels of the project in their order."""
        return self._labels

    def letter(self, label: str) -> str:
        """Return the letter that a label has on its chip."""
        return self._letters[label]

    def is_in_place(self) -> bool:
        """Whether the file of the project still is where it was opened."""
        return self._opened.is_in_place()

    def missing_edits(self) -> "Missing | None":
        """Return which edits were saved here, and are not in the file any more."""
        return self._opened.missing

    def title(self) -> str:
        from annotator.store import queries

        return self._ask(queries.title)

    def document_ids(self, wanted: "Filter", limit: int | None = None, *, after: int = 0) -> "array[int]":
        from annotator.store import queries

        return self._ask(queries.document_ids, self._annotator_id, wanted, limit, after=after)

    def next_unfinished(self, after: int) -> int | None:
        """Return the next document that whoever annotates has not finished."""
        from annotator.store import queries

        return self._ask(queries.next_unfinished, self._annotator_id, after)

    def document_rows(self, ids: Sequence[int]) -> "list[DocumentRow]":
        from annotator.store import queries

        return self._ask(queries.document_rows, ids, self._annotator_id)

    def kin(self) -> "dict[int, Kin]":
        """Return the documents that correct another or were corrected, by id."""
        from annotator.store import revisions

        return self._ask(revisions.kin)

    def holds(self, document_id: int) -> bool:
        """Whether a document is in the project: one goes when the import that brought it is undone."""
        from annotator.store import queries

        ids = self._ask(queries.document_ids, None)
        place = bisect_left(ids, document_id)
        return place < len(ids) and ids[place] == document_id

    def passages(self, words: str, ids: Sequence[int]) -> dict[int, str]:
        """Return the passages of documents that have what is searched for; `ids` are in ascending order."""
        from annotator.store import search

        return self._ask(search.passages, words, ids)

    def document(self, document_id: int) -> "DocumentDetail":
        from annotator.store import queries

        return self._ask(queries.document, document_id)

    def annotations(self, document_id: int) -> "list[AnnotationRow]":
        """Return the annotations of every annotator, in the order of their spans."""
        from annotator.store import queries

        return self._ask(queries.annotations, document_id)

    def annotation(self, uid: str) -> "AnnotationRow | None":
        from annotator.store import queries

        return self._ask(queries.annotation, uid)

    def layers(self, document_id: int) -> "list[LayerRow]":
        from annotator.store import queries

        return self._ask(queries.layers, document_id)

    def status(self, document_id: int) -> Status:
        """Return the status of the own layer."""
        own = (layer.status for layer in self.layers(document_id) if layer.annotator_id == self._annotator_id)
        return next(own, "unread")

    def seen_layers(self, document_id: int) -> set[int]:
        """Return whose layers of a document a person may see: the own, and once that is finished, the finished ones.

        Who does not annotate has nothing to be blind for, and sees all that is finished.
        """
        found = {layer.annotator_id: layer.status for layer in self.layers(document_id)}
        own = self._annotator_id
        may = own is None or found.get(own) == "finished"
        return {each for each, status in found.items() if each == own or (may and status == "finished")} | (
            set() if own is None else {own}
        )

    def annotators(self) -> "list[AnnotatorRow]":
        from annotator.store import queries

        return self._ask(queries.annotators)

    def progress(self) -> "Progress":
        from annotator.store import queries

        return self._ask(queries.progress, self._annotator_id)

    def guideline(self) -> str:
        from annotator.store import queries

        return self._ask(queries.guideline)

    def source_names(self) -> list[str]:
        from annotator.store import queries

        return self._ask(queries.source_names)

    def next_undo(self) -> "Step | None":
        """Return the edit that undo would take back."""
        from annotator.store import undo

        return self._ask(undo.next_undo)

    def next_redo(self) -> "Step | None":
        """Return the edit that redo would bring back."""
        from annotator.store import undo

        return self._ask(undo.next_redo)

    @contextmanager
    def reading(self) -> "Iterator[Connection]":
        """Read for another part of the hub: one consistent state of the project."""
        with self._opened.reading() as connection:
            yield connection

    def guidelines(self) -> list[str]:
        """Return the hashes of the guidelines that the project knows of."""
        from annotator.store import comparison

        return list(self._ask(comparison.guidelines))

    def reviewer(self) -> "Callable[..., Review]":
        """Return what compares the annotators of this project, in any thread."""
        from annotator.reviewing import Review

        return partial(Review, self._opened)

    def evaluator(self) -> "Callable[..., Evaluated]":
        """Return what measures a model of this project, in any thread."""
        from annotator.evaluating import evaluate

        return partial(evaluate, self._opened)

    def deleter(self) -> "Callable[[str, Sequence[int]], None]":
        """Return what backs the project up and puts documents into the trash, where the project is lent to."""
        from annotator.store import backups, trash

        store = self._opened

        def delete(name: str, ids: "Sequence[int]") -> None:
            backups.make(store, "deletion")
            with store.transaction() as connection:
                trash.delete_documents(connection, name, ids)

        return delete

    def remover(self) -> "Callable[[Sequence[int]], Removal]":
        """Return what removes documents of the trash for good, in the thread that the project is lent to."""
        from annotator import removing

        store = self._opened
        return lambda ids: removing.remove_for_good(store, ids)

    def bound(self, work: "Callable[Concatenate[Store, P], T]") -> "Callable[P, T]":
        """Return work on this project for another part of the hub, which does it in a job."""
        return partial(work, self._opened)

    @property
    def _opened(self) -> "Store":
        if self._store is None:
            raise UserError(self.tr("No project is open."))
        return self._store

    @property
    def _annotator_id(self) -> int | None:
        return self._annotator.id if self._annotator else None

    def _ask(self, query: "Callable[Concatenate[Connection, P], T]", *arguments: P.args, **options: P.kwargs) -> T:
        with self._opened.reading() as connection:
            return query(connection, *arguments, **options)
