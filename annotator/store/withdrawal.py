"""Documents that go to the trash and come back: an edit says which it moved, so that undo and redo move them again.

A document in the trash is withdrawn by the edit that deleted it, of kind `do`; one that an undone import or merge took
along is withdrawn by an undo. Nothing else of it is touched, so that it comes back with all its layers.
"""

import sqlite3
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import json

Move: TypeAlias = tuple[int, int | None, int | None]  # a document, and the edit that withdrew it before and after


def move(rows: sqlite3.Connection, moves: Iterable[Move], *, back: bool = False) -> None:
    """Withdraw documents, or bring them into effect, as an edit did; or `back` as they were before it."""
    values = ((before if back else after, document_id) for document_id, before, after in moves)
    rows.executemany("UPDATE document SET withdrawn = ? WHERE id = ?", values)


def remember(rows: sqlite3.Connection, edit: int, moves: Iterable[Move]) -> None:
    """Have an edit say which documents it moved."""
    change = json.encode({"withdrawn": list(moves)}).decode()
    rows.execute("UPDATE edit SET change = ? WHERE number = ?", (change, edit))


class ComingBack:
    """Brings documents into effect again as part of an import or a merge, whose undo takes them out again."""

    def __init__(self, rows: sqlite3.Connection, edit: int) -> None:
        self._rows = rows
        self._edit = edit
        self._moves: list[Move] = []

    def bring_back(self, document_id: int, withdrawn: int) -> None:
        """Bring back a document: one from the trash is still that of the edit which brought it first."""
        kind = self._rows.execute("SELECT kind FROM edit WHERE number = ?", (withdrawn,)).fetchone()[0]
        if kind == "do":
            self._moves.append((document_id, withdrawn, None))
            move(self._rows, self._moves[-1:])
        else:
            back = "UPDATE document SET withdrawn = NULL, edit = ? WHERE id = ?"
            self._rows.execute(back, (self._edit, document_id))

    def finish(self) -> None:
        """Remember what came from the trash, before the transaction is committed."""
        if self._moves:
            remember(self._rows, self._edit, self._moves)
