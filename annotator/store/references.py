"""What refers to nothing in a repaired copy: an edit is made up, what need not be said is left open, a row goes."""

import sqlite3
from collections import Counter
from collections.abc import Callable

from annotator.store.salvage import Values

UNKNOWN_TIME = "1970-01-01 00:00:00.000000"
_LOST_EDIT = "An edit whose record was damaged"
_LOST_EDITS = 1_000  # beyond the last one on record that there may have been


class References:
    """Settles the foreign keys of a project that was filled without looking at them."""

    def __init__(
        self,
        new: sqlite3.Connection,
        insert: Callable[[str, Values], str | None],
        remark: Callable[..., None],
        kept: Counter[str],
    ) -> None:
        self._new, self._insert, self._remark, self._kept = new, insert, remark, kept

    def settle(self) -> None:
        """See to what refers to nothing: an edit is made up, what need not be said is left open, a row goes."""
        while broken := self._new.execute("PRAGMA foreign_key_check").fetchall():
            for table, row, parent, number in broken:
                columns = {each[0]: each[3] for each in self._new.execute(f"PRAGMA foreign_key_list({table})")}
                column = columns[number]
                found = self._new.execute(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (row,)).fetchone()
                if found is None:
                    continue  # it went for another reference
                if parent == "edit":
                    self._make_up_edit(table, column, row, found[0])
                elif self._may_be_null(table, column):
                    self._set(table, column, row, None)
                    self._remark(table, row, f"{column} refers to nothing", {column: found[0]}, is_left_out=False)
                else:
                    self._drop(table, row, f"{column} refers to nothing")

    def _make_up_edit(self, table: str, column: str, row: int, number: object) -> None:
        """Make the edit anew that a row says it is of; a number far beyond the last is damage, and becomes the last."""
        (last,) = self._new.execute("SELECT coalesce(max(number), 0) FROM edit").fetchone()
        if isinstance(number, int) and 0 < number <= last + _LOST_EDITS:
            brought = self._new.execute("SELECT 1 FROM document WHERE edit = ?", (number,)).fetchone()
            kind = "import" if brought else "do"
            values = {"number": number, "name": _LOST_EDIT, "kind": kind, "at": UNKNOWN_TIME, "active_seconds": 0}
            if self._insert("edit", values) is None:  # else another row needed it too
                self._remark("edit", number, "made anew: its record is lost", {}, is_left_out=False)
        elif last and table != "edit":
            self._set(table, column, row, last)
            self._remark(table, row, f"{column} is no edit", {column: number}, is_left_out=False)
        else:
            self._drop(table, row, f"{column} is no edit")

    def _set(self, table: str, column: str, row: int, value: int | None) -> None:
        self._new.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (value, row))

    def _may_be_null(self, table: str, column: str) -> bool:
        return any(row[1] == column and not row[3] for row in self._new.execute(f"PRAGMA table_info({table})"))

    def _drop(self, table: str, row: int, why: str) -> None:
        cursor = self._new.execute(f"SELECT * FROM {table} WHERE rowid = ?", (row,))
        values = dict(zip([each[0] for each in cursor.description], cursor.fetchone(), strict=True))
        self._new.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
        self._kept[table] -= 1
        self._remark(table, row, why, values)
