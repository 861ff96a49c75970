"""A repaired copy of a damaged project: what can be read and proved right, with all that is derived made anew.

The damaged file is only read. What is left out of the copy, or put right in it, goes into a file beside it as it was
found, so that nothing is lost; of an encrypted project that file says which rows, and not what stood in them. Tables
are taken in the order in which they refer to each other; one that is new needs a line in `_KEEPERS` only if it has
hashes or derived columns of its own.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple, TextIO, TypeAlias

from sqlalchemy import Connection

from annotator.model import Table
from annotator.records import UserError
from annotator.store import check, flipped, schema
from annotator.store import partial as files
from annotator.store.check import CheckCancelled, Known, Progress, VersionOnFile
from annotator.store.connection import close, connect, explained, raw
from annotator.store.driver import code_of, database_errors
from annotator.store.references import UNKNOWN_TIME, References
from annotator.store.salvage import Damaged, Salvage, TableOnFile, Values
from annotator.store.values import DAMAGED, are_zones, is_change, is_metadata, is_readable, is_text, is_time

_COMMON = VersionOnFile._fields[:-1]
_SAID = {"annotation": ("start", "end", "label_id", "attributes"), "layer_state": ("status", "round", "blind")}
_HOPELESS = 20  # texts that could not be mended, after which no more are tried

_Unkept: TypeAlias = str  # why a row is left out


class Remark(NamedTuple):
    """A row that is not in the copy, or in which something was put right."""

    table: str
    id: int | None
    what: str
    is_left_out: bool


class Repaired(NamedTuple):
    """What a repair did. `beside` is the file that has the raw values, if there was need of one."""

    kept: Counter[str]  # rows by table
    remarks: list[Remark]
    beside: Path | None = None

    @property
    def left_out(self) -> int:
        return sum(remark.is_left_out for remark in self.remarks)

    def lines(self) -> Iterator[str]:
        """Yield in words what became of the rows."""
        kept = ", ".join(f"{number:,} of {table}" for table, number in self.kept.items() if number)
        yield f"Kept: {kept}."
        for remark in self.remarks:
            place = remark.table if remark.id is None else f"{remark.table} {remark.id}"
            yield f"{place}: {'left out: ' if remark.is_left_out else 'put right: '}{remark.what}"


def repair(
    source: Path, target: Path, progress: Progress = check.silent, cancelled: Callable[[], bool] = check.never
) -> Repaired:
    """Write a repaired copy of the project at `source`, which may be damaged or open elsewhere, to `target`.

    Raises:
        UserError: `source` is no project, something stands at `target`, or it cannot be made. There is no copy then.
        CheckCancelled: `cancelled` said so. There is no copy then either.

    """
    schema.verify_header(source)
    beside = target.with_name(f"{target.stem}-left-out.jsonl")
    for path in (target, beside):
        if path.exists():
            raise UserError(f"{path} exists already. Choose another name.")
    with _made(target) as copy, _made(beside) as list_, explained(target), list_.open("w", encoding="ascii") as file:
        with closing(Damaged(source)) as old:
            new = connect(copy, query="mode=rw", secret=old.secret)
            try:
                found = _Repair(old, new, file, cancelled).run(source.stem, progress)
            finally:
                close(new)
        file.flush()
        files.sync(list_)
        if found.remarks:
            list_.rename(beside)
            found = found._replace(beside=beside)
        copy.rename(target)
        files.sync(target.parent)
    return found


@contextmanager
def _made(path: Path) -> Iterator[Path]:
    """Give a file beside `path` that only its owner can read, to be renamed; what is not is removed."""
    try:
        file = files.beside(path)
        try:
            yield file
        finally:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{path} cannot be made: {error.strerror}.") from error


class _Repair:
    """Fills a new project from a damaged one, table by table."""

    def __init__(self, old: Damaged, new: Connection, beside: TextIO, cancelled: Callable[[], bool]) -> None:
        self._connection, self._beside, self._cancelled = new, beside, cancelled
        self._old, self._new = old, raw(new)
        self._lists_values = old.secret is None  # what is encrypted must not come to stand beside it as plain text
        self._known = Known({}, {}, {None: None}, {None: None})
        self._found = Repaired(Counter(), [])
        self._hopeless = 0

    def run(self, title: str, progress: Progress) -> Repaired:
        """Fill the project; `title` is for one that has lost its own."""
        new = self._new
        self._refuse_unreadable()
        new.execute("PRAGMA foreign_keys = OFF")  # what refers to nothing is settled at the end
        new.execute("BEGIN")
        schema.create(self._connection, title)
        tables = [table.name for table in Table.metadata.sorted_tables]
        fresh = {table: self._rows_of(table) for table in tables}
        for table in tables:
            new.execute(f"DELETE FROM {table}")
        for done, table in enumerate(tables):
            progress(done, len(tables))
            self._take(table)
            self._make_anew(table, fresh[table])
        References(new, self._insert, self._remark, self._found.kept).settle()
        for table in _SAID:
            self._derive_current(table)
        new.execute("INSERT INTO document_search(document_search) VALUES ('rebuild')")
        new.execute("COMMIT")
        progress(len(tables), len(tables))
        return self._found

    def _refuse_unreadable(self) -> None:
        try:
            if self._old.rows.execute("PRAGMA table_info(document)").fetchall():
                return
        except database_errors(UnicodeDecodeError):  # SQLite's own message may repeat damaged bytes
            pass
        raise UserError("The list of its tables is damaged, so nothing can be read of this project. Use a backup.")

    def _rows_of(self, table: str) -> list[Values]:
        cursor = self._new.execute(f"SELECT * FROM {table}")
        return [dict(zip([each[0] for each in cursor.description], row, strict=True)) for row in cursor]

    # Rows

    def _take(self, table: str) -> None:
        described = self._new.execute(f"PRAGMA table_info({table})").fetchall()
        own = {name: is_key for _, name, _, _, _, is_key in described}
        try:
            on_file = [row[1] for row in self._old.rows.execute(f"PRAGMA table_info({table})") if row[1] in own]
        except database_errors():
            self._old.failed()
            on_file = []
        key = next(name for name, is_key in own.items() if is_key)
        if key not in on_file:
            self._remark(table, None, "the table cannot be read", {})
            return
        needed = frozenset(row[1] for row in described if row[3])
        salvage = Salvage(self._old, TableOnFile(table, key, tuple(on_file), needed))
        for values in salvage.rows():
            if self._cancelled():
                raise CheckCancelled
            self._keep(table, key, values)
        for lost in sorted(salvage.lost()):
            self._remark(table, lost, "it cannot be read", {})

    def _keep(self, table: str, key: str, found: Values) -> None:
        values = dict(found)
        keeper = _KEEPERS.get(table)
        why = keeper(self, values) if keeper else None
        if why is None:
            why = self._insert(table, values)
        if why is None:
            self._learn(table, values)
            self._found.kept[table] += 1
            other = {name: value for name, value in found.items() if values[name] != value and name != "current"}
            if other:
                self._remark(table, values[key], f"{', '.join(other)} damaged", other, is_left_out=False)
        else:
            self._remark(table, found[key], why, found)

    def _insert(self, table: str, values: Values) -> _Unkept | None:
        """Write a row, or say which rule it breaks. Bytes that no text has become U+FFFD."""
        for name, value in values.items():
            if isinstance(value, str) and not is_readable(value):
                values[name] = value.encode(errors="surrogateescape").decode(errors="replace")
        columns, places = ", ".join(f'"{name}"' for name in values), ", ".join(f":{name}" for name in values)
        try:
            self._new.execute(f"INSERT INTO {table}({columns}) VALUES ({places})", values)
        except database_errors() as error:
            if code_of(error) not in {sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH}:
                raise
            return f"it breaks a rule ({error})"
        return None

    def _learn(self, table: str, values: Values) -> None:
        if table == "document":
            self._known.documents[values["id"]] = (values["sha256"], values["length"])
        elif table == "annotator":
            self._known.annotators[values["id"]] = values["uid"]
        elif table == "label":
            self._known.labels[values["id"]] = values["key"]
        elif table == "guideline":
            self._known.guidelines[values["id"]] = values["sha256"]

    def _remark(self, table: str, key: Any, what: str, values: Values, *, is_left_out: bool = True) -> None:
        self._found.remarks.append(Remark(table, key, what, is_left_out))
        raw_values = {name: _printable(value) for name, value in values.items() if self._lists_values}
        json.dump(
            {"table": table, "id": key, "left_out": is_left_out, "what": what, "values": raw_values}, self._beside
        )
        self._beside.write("\n")

    # Rules of single tables: each changes `values` to what is right, or says why the row is left out

    def keep_edit(self, values: Values) -> _Unkept | None:
        _put_time(values)
        if values["change"] is not None and not is_change(values["change"]):
            values["change"] = None
        return None

    def keep_guideline(self, values: Values) -> _Unkept | None:
        if values["text"] is not None and not self._put_text(values):
            values.update(text=None, labels_json=None)
        return None

    def keep_document(self, values: Values) -> _Unkept | None:
        if not self._put_text(values):
            return "its text is not the one that was imported"
        values["length"] = len(values["text"])
        if not is_metadata(values["meta_json"]):
            values["meta_json"] = "{}"
        if not are_zones(values["zones"], values["length"]):
            values["zones"] = "[]"
        return None

    def _put_text(self, values: Values) -> bool:
        """Mend one flipped bit in a text or its hash; say whether they belong together now."""
        text, expected = values["text"], values["sha256"]
        if not isinstance(text, str) or not isinstance(expected, str):
            return False
        if is_text(text, expected):
            return True
        data = text.encode(errors="surrogateescape")
        found = sha256(data).hexdigest()
        if flipped.is_one_bit_off(expected.encode(errors="surrogateescape"), found.encode()) and is_readable(text):
            values["sha256"] = found
            return True
        right = None if self._hopeless >= _HOPELESS else flipped.mended_text(data, expected, self._cancelled)
        self._hopeless += right is None
        if right is not None:
            values["text"] = right.decode()
        return right is not None

    def keep_version(self, values: Values, table: str) -> _Unkept | None:
        values.update(current=0, parents=values["parents"] or b"")
        for name in ("deleted", "blind"):
            if name in values:
                values[name] = int(bool(values[name]))
        _put_time(values)
        if values["document_id"] not in self._known.documents:
            return "its article is not there"
        if values["annotator_id"] not in self._known.annotators:
            return "its annotator is not there"
        wrong = self._wrong_with(table, values)
        if wrong and self._mend_annotator(table, values):
            wrong = self._wrong_with(table, values)
        return wrong

    def _wrong_with(self, table: str, values: Values) -> _Unkept | None:
        """Return what is wrong with a version; one flipped bit in its digest is put right."""
        row = _version(table, values)
        right = self._digest(row)
        if right is None:
            return "what it says or refers to cannot be read"
        if isinstance(row.digest, bytes) and flipped.is_one_bit_off(row.digest, right):
            values["digest"] = right
            row = row._replace(digest=right)
        return next((what for kind, what in check.wrong_with(row, self._known, set()) if kind == "version"), None)

    def _digest(self, row: VersionOnFile) -> bytes | None:
        try:
            return check.digest_of(row, self._known)
        except (KeyError, *DAMAGED):
            return None

    def _mend_annotator(self, table: str, values: Values) -> bool:
        """Mend one flipped bit in the uid of an annotator, which a digest proves: all that they made hangs on it."""
        key = values["annotator_id"]
        uid, row = self._known.annotators[key], _version(table, values)
        for candidate in flipped.flips(uid.encode()):
            self._known.annotators[key] = candidate.decode(errors="replace")
            if self._digest(row) == values["digest"]:
                self._new.execute("UPDATE annotator SET uid = ? WHERE id = ?", (self._known.annotators[key], key))
                self._remark("annotator", key, "uid damaged", {"uid": uid}, is_left_out=False)
                return True
        self._known.annotators[key] = uid
        return False

    # What is made anew

    def _make_anew(self, table: str, fresh: list[Values]) -> None:
        """Bring back what every new project has: its own row, the four labels, the guideline."""
        for values in fresh:
            if self._insert(table, values) is None:
                self._learn(table, values)
                self._remark(table, values["id"], "made anew, as in a new project", {}, is_left_out=False)

    def _derive_current(self, table: str) -> None:
        columns = ", ".join(f'"{name}"' for name in (*_COMMON, *_SAID[table]))
        rows = self._new.execute(f"SELECT {columns} FROM {table} ORDER BY uid")
        found = (VersionOnFile._make((*row[:10], row[10:])) for row in rows)
        shown = [check.shown(group) for _, group in groupby(found, attrgetter("uid"))]
        right = [(key,) for key in shown if key is not None]
        self._new.executemany(f"UPDATE OR IGNORE {table} SET current = 1 WHERE id = ?", right)


_KEEPERS: dict[str, Callable[[_Repair, Values], _Unkept | None]] = {
    "edit": _Repair.keep_edit,
    "guideline": _Repair.keep_guideline,
    "document": _Repair.keep_document,
    "annotation": partial(_Repair.keep_version, table="annotation"),
    "layer_state": partial(_Repair.keep_version, table="layer_state"),
}


def _version(table: str, values: Values) -> VersionOnFile:
    said = tuple(values[name] for name in _SAID[table])
    return VersionOnFile._make((*(values[name] for name in _COMMON), said))


def _put_time(values: Values) -> None:
    if not is_time(values["at"]):
        values["at"] = UNKNOWN_TIME


def _printable(value: Any) -> Any:
    return {"hex": value.hex()} if isinstance(value, bytes) else value
