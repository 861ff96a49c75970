"""What the widgets may ask of the open project. Rows come from the store, and are read-only snapshots."""

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject

from annotator.records import Status, UserError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from annotator.reviewing import Review
    from annotator.store import Store
    from annotator.store.queries import (
        AnnotationRow,
        AnnotatorRow,
        DocumentDetail,
        DocumentRow,
        Filter,
        LabelRow,
        LayerRow,
        Progress,
    )
    from annotator.store.undo import Step

P = ParamSpec("P")
T = TypeVar("T")


class ProjectQueries(QObject):
    """The asking half of the hub. The store is imported in its methods: the window is painted before that."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: Store | None = None
        self._annotator: AnnotatorRow | None = None
        self._labels: list[LabelRow] = []

    @property
    def annotator(self) -> "AnnotatorRow | None":
        """Who is annotating; none until somebody said."""
        return self._annotator

    def labels(self) -> "list[LabelRow]":
        """Return the labels of the project in their order."""
        return self._labels

    def title(self) -> str:
        from annotator.store import queries

        return self._ask(queries.title)

    def document_ids(self, wanted: "Filter") -> "array[int]":
        from annotator.store import queries

        return self._ask(queries.document_ids, self._annotator_id, wanted)

    def document_rows(self, ids: Sequence[int]) -> "list[DocumentRow]":
        from annotator.store import queries

        return self._ask(queries.document_rows, ids, self._annotator_id)

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

    def guidelines(self) -> list[str]:
        """Return the hashes of the guidelines that the project knows of."""
        from annotator.store import comparison

        return list(self._ask(comparison.guidelines))

    def reviewer(self) -> "Callable[..., Review]":
        """Return what compares the annotators of this project, in any thread."""
        from annotator.reviewing import Review

        return partial(Review, self._opened)

    def check(self) -> list[str]:
        """Return what is wrong with the project, in words; nothing when it is whole."""
        from annotator.store import check

        with self._opened.transaction() as connection:
            return [finding.what for finding in check.check(connection)]

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
