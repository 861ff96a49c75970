"""Check a project: the file, the texts, every version, what is derived from them, and the search index.

It only reads, so that a project can be checked that is open elsewhere or cannot be written. Raw cursors and small
tables held in memory, so that a large project takes seconds. Nothing that a damaged file may hold stops the check:
what cannot be read is a finding too.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw
from sqlalchemy import Connection

from annotator import versions
from annotator.records import Attributes, UserError
from annotator.store import schema
from annotator.store.connection import close, connect, explained, raw, read_only
from annotator.store.driver import code_of, database_errors
from annotator.store.findings import Finding, Report
from annotator.store.history import AnnotationContent, StateContent, VersionRow, split_parents
from annotator.store.values import DAMAGED, are_zones, is_change, is_metadata, is_readable, is_text, is_time

_decode_attributes = msgspec.json.Decoder(Attributes).decode
_DOCUMENTS = "SELECT id, sha256, length, text, meta_json, zones FROM document"
_VERSION = """
    SELECT id, uid, digest, parents, document_id, annotator_id, guideline_id, deleted, current, withdrawn,
"""
_LOOKED_AT = """
    SELECT (SELECT count(*) FROM document) + (SELECT count(*) FROM annotation) + (SELECT count(*) FROM layer_state)
"""
_ANNOTATIONS = _VERSION + 'start, "end", label_id, attributes FROM annotation ORDER BY uid'
_WITHDRAWALS = """
    SELECT number FROM edit
    WHERE kind = 'undo' AND target IN (SELECT number FROM edit WHERE kind IN ('import', 'merge'))
"""
_STATES = _VERSION + "status, round, blind FROM layer_state ORDER BY uid"
_WORDS = {  # by the key of each row
    "project": "id, uid, title",
    "edit": "number, name",
    "annotator": "id, uid, name",
    "label": 'id, "key", title, shortcut',
    "guideline": "id, labels_json",
    "document": "id, external_id, title, outlet, byline, url, published, language",
}
_TIMES = {"edit": "number", "annotation": "id", "layer_state": "id"}  # tables that say when, by their key

Progress = Callable[[int, int], None]
INSTRUCTIONS = 100_000  # of SQLite between two looks at whether to stop: some milliseconds


class CheckCancelled(UserError):
    """Somebody stopped the check."""

    def __init__(self) -> None:
        super().__init__("The check was cancelled.")


class VersionOnFile(NamedTuple):
    """A version, with what is special to an annotation or to a state behind it."""

    id: int
    uid: str
    digest: bytes
    parents: bytes
    document_id: int
    annotator_id: int
    guideline_id: int | None
    deleted: bool
    current: bool
    withdrawn: int | None
    said: tuple[Any, ...]


class Known(NamedTuple):
    """The small tables: hash and length of every document, and what other ids stand for."""

    documents: dict[int, tuple[str, int]]
    annotators: dict[int, str]
    labels: dict[int | None, str | None]
    guidelines: dict[int | None, str | None]


def silent(_done: int, _total: int) -> None:
    """Report progress to nobody."""


def never() -> bool:
    """Go on to the end."""
    return False


def examine(path: Path, progress: Progress = silent, cancelled: Callable[[], bool] = never) -> Report:
    """Check the project at `path`, which may be open elsewhere, and return what was found.

    Raises:
        UserError: it is missing, no project of ours, of another version, or cannot be opened.
        CheckCancelled: `cancelled` said so.

    """
    schema.verify_header(path)
    with _reading(path) as connection:
        findings = list(check(connection, progress, cancelled))
        named = {finding.document for finding in findings if finding.document is not None}
        (sqlite,) = raw(connection).execute("SELECT sqlite_version()").fetchone()
        return Report(findings, _titles(raw(connection), named), sqlite)


def quick(path: Path, cancelled: Callable[[], bool]) -> str | None:
    """Return what SQLite finds wrong with the file in a short look; None where it finds nothing, or was stopped."""
    with _reading(path) as connection:
        rows = raw(connection)
        rows.set_progress_handler(cancelled, INSTRUCTIONS)
        try:
            (found,) = rows.execute("PRAGMA quick_check(1)").fetchone()
        except database_errors() as error:
            return None if cancelled() else str(error)
    return None if found == "ok" else str(found)


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    """Read one state of a project, that may change meanwhile, over a connection of its own."""
    connection = connect(path, query=read_only(path))
    try:
        with explained(path):
            raw(connection).execute("BEGIN")
            yield connection
    finally:
        close(connection)


def check(
    connection: Connection, progress: Progress = silent, cancelled: Callable[[], bool] = never
) -> Iterator[Finding]:
    """Yield what is wrong with a project; nothing when it is whole. Nothing in the project is written.

    Raises:
        CheckCancelled: `cancelled` said so.

    """
    rows = raw(connection)
    former, rows.text_factory = rows.text_factory, partial(str, encoding="utf-8", errors="surrogateescape")
    rows.set_progress_handler(cancelled, INSTRUCTIONS)  # it ends a statement, and so a loop over its rows
    try:
        for part in _parts(rows, progress):
            try:
                yield from part
            except database_errors() as error:
                if cancelled():
                    break
                yield Finding("file", f"part of it cannot be read: {error}")
            except UnicodeDecodeError:  # SQLite's own message repeats the damaged bytes
                yield Finding("file", "part of it cannot be read: its definitions are damaged")
    finally:
        rows.set_progress_handler(None, 0)
        rows.text_factory = former
    if cancelled():
        raise CheckCancelled


def _parts(rows: sqlite3.Connection, progress: Progress) -> Iterator[Iterator[Finding]]:
    """Yield the parts of the check one by one, so that damage in one does not keep others from being looked at."""
    done, known = count(1), Known({}, {}, {None: None}, {None: None})
    total = 0

    def counted(sql: str) -> Iterator[Any]:
        for row in rows.execute(sql):
            number = next(done)
            progress(number, max(number, total))
            yield row

    def count_rows() -> Iterator[Finding]:
        nonlocal total
        (total,) = rows.execute(_LOOKED_AT).fetchone()
        yield from ()

    yield count_rows()
    yield _check_file(rows)
    yield _check_project(rows)
    yield _check_definitions(rows)
    yield _check_edits(rows)
    yield _check_words(rows)
    yield _check_guidelines(rows, known)
    yield _check_documents(counted(_DOCUMENTS))
    yield _read_known(rows, known)
    yield _check_versions(counted(_ANNOTATIONS), known, "annotation")
    yield _check_versions(counted(_STATES), known, "layer_state")
    yield _check_withdrawn(rows)
    yield _check_search(rows)


def _check_file(rows: sqlite3.Connection) -> Iterator[Finding]:
    for (message,) in rows.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield Finding("file", str(message))
    for table, row, parent, _ in rows.execute("PRAGMA foreign_key_check"):
        yield Finding("reference", f"{table} {row} refers to a row of {parent} that is not there")


def _check_definitions(rows: sqlite3.Connection) -> Iterator[Finding]:
    for stranger in schema.strangers(rows.execute(schema.DEFINITIONS)):
        yield Finding("definitions", stranger)


def _check_project(rows: sqlite3.Connection) -> Iterator[Finding]:
    if rows.execute("SELECT count(*) FROM project").fetchone() != (1,):
        yield Finding("project", "its own row is missing")


def _check_words(rows: sqlite3.Connection) -> Iterator[Finding]:
    """Look for bytes that are no text in columns without a hash: whoever reads them would stop there."""
    for table, columns in _WORDS.items():
        for key, *values in rows.execute(f"SELECT {columns} FROM {table}"):
            if not all(value is None or is_readable(value) for value in values):
                document = key if table == "document" else None
                yield Finding("metadata", f"a name or a detail of {table} {key} cannot be read", document)


def _check_edits(rows: sqlite3.Connection) -> Iterator[Finding]:
    for table, key in _TIMES.items():
        for row, at in rows.execute(f"SELECT {key}, at FROM {table}"):
            if not is_time(at):
                yield Finding("edit", f"{table} {row} does not say when it was made")
    for number, change in rows.execute("SELECT number, change FROM edit WHERE change IS NOT NULL"):
        if not is_change(change):
            yield Finding("edit", f"edit {number}: what it changed cannot be read")


def _check_guidelines(rows: sqlite3.Connection, known: Known) -> Iterator[Finding]:
    for key, expected, text in rows.execute("SELECT id, sha256, text FROM guideline"):
        known.guidelines[key] = expected
        if text is not None and not is_text(text, expected):
            yield Finding("guideline", f"guideline {key}: its text is not the one that was saved")


def _check_withdrawn(rows: sqlite3.Connection) -> Iterator[Finding]:
    """Check that what is out of effect was put there by an edit that can: redo would not find it by another."""
    for table, document, edits in (
        ("document", "id", f"{_WITHDRAWALS} UNION SELECT number FROM edit WHERE kind IN ('do', 'redo', 'merge')"),
        ("annotation", "document_id", _WITHDRAWALS),
        ("layer_state", "document_id", _WITHDRAWALS),
    ):
        sql = f"SELECT id, {document} FROM {table} WHERE withdrawn IS NOT NULL AND withdrawn NOT IN ({edits})"
        for key, document_id in rows.execute(sql):
            yield Finding("edit", f"{table} {key} is out of effect by an edit that withdraws nothing", document_id)


def _check_documents(rows: Iterable[Any]) -> Iterator[Finding]:
    for key, expected, length, text, meta_json, zones in rows:
        if not is_text(text, expected) or len(text) != length:
            yield Finding("text", "its text is not the one that was imported", key)
        if not is_metadata(meta_json):
            yield Finding("metadata", "its metadata cannot be read", key)
        if not are_zones(zones, length):
            yield Finding("metadata", "a zone is not within its text", key)


def _read_known(rows: sqlite3.Connection, known: Known) -> Iterator[Finding]:
    known.annotators.update(rows.execute("SELECT id, uid FROM annotator"))
    known.labels.update(rows.execute("SELECT id, key FROM label"))
    for key, digest, length in rows.execute("SELECT id, sha256, length FROM document"):
        known.documents[key] = (digest, length)
    yield from ()


def _check_versions(rows: Iterable[Any], known: Known, table: str) -> Iterator[Finding]:
    """Check the versions uid by uid: digests, parents, spans, and which one is current."""
    found = (VersionOnFile._make((*row[:10], row[10:])) for row in rows)
    for uid, group in groupby(found, attrgetter("uid")):
        of_uid = list(group)
        digests = {row.digest for row in of_uid}
        for row in of_uid:
            for kind, what in wrong_with(row, known, digests):
                yield Finding(kind, f"{table} {uid}, version {row.id}: {what}", row.document_id)
        if not _is_right_one_current(of_uid):
            yield Finding("current", f"{table} {uid}: the wrong version is current", of_uid[0].document_id)


def wrong_with(row: VersionOnFile, known: Known, digests: set[bytes]) -> Iterator[tuple[str, str]]:
    """Yield kinds and words of what is wrong with one version, given the digests of all versions of its uid."""
    try:
        is_saved = digest_of(row, known) == row.digest and isinstance(row.parents, bytes)
        parents = split_parents(row.parents)
    except KeyError:
        return  # its document or annotator is not there, which the file's own check said
    except DAMAGED:
        yield "version", "what it says cannot be read"
        return
    if not is_saved:
        yield "version", "what it says is not what was saved"
    if not digests.issuperset(parents):
        yield "history", "a version that it replaces is missing"
    if len(row.said) == 4:
        for what in _wrong_with_annotation(row, known.documents[row.document_id][1]):
            yield "version", what


def _wrong_with_annotation(row: VersionOnFile, length: int) -> Iterator[str]:
    _, end, _, text = row.said
    try:
        if end > length:
            yield "its span ends beyond the text"
        attributes = _decode_attributes(text)
        if not all(0 <= part.start < part.end <= length for part in attributes.parts):
            yield "a part is not within the text"
    except msgspec.DecodeError as error:
        yield f"its attributes cannot be read ({error})"
    except DAMAGED:
        yield "its span cannot be read"


def digest_of(row: VersionOnFile, known: Known) -> bytes:
    """Compute the digest of a version anew.

    Raises:
        KeyError: what it refers to is not known.
        TypeError, ValueError, AttributeError: a value of it is damaged.

    """
    sha, guideline = known.documents[row.document_id][0], known.guidelines[row.guideline_id]
    content: AnnotationContent | StateContent
    if len(row.said) == 4:
        start, end, label_id, attributes = row.said
        content = AnnotationContent(Raw(attributes.encode()), end, guideline, known.labels[label_id], start)
    else:
        status, round_, blind = row.said
        content = StateContent(bool(blind), guideline, round_, status)
    identity = (row.uid, split_parents(row.parents), sha, known.annotators[row.annotator_id])
    return versions.digest(*identity, msgspec.json.encode(content), bool(row.deleted))


def shown(of_uid: Iterable[VersionOnFile]) -> int | None:
    """Return the id of the version that is to be current among those of one uid, if there is one."""
    in_effect = [
        VersionRow(row.id, row.digest, split_parents(row.parents), bool(row.deleted), bool(row.current))
        for row in of_uid
        if row.withdrawn is None
    ]
    found = versions.current(in_effect)
    return found.id if found else None


def _is_right_one_current(of_uid: list[VersionOnFile]) -> bool:
    try:
        right = shown(of_uid)
    except DAMAGED:
        return False
    return [row.id for row in of_uid if row.current] == ([] if right is None else [right])


def _check_search(rows: sqlite3.Connection) -> Iterator[Finding]:
    """Check a private copy of the index, which SQLite makes and removes: its own check of an index is a write."""
    rows.execute("SAVEPOINT search")
    try:
        rows.execute("CREATE TEMP VIEW document AS SELECT id, title, text FROM main.document")
        rows.execute(schema.SEARCH_INDEX.replace("TABLE ", "TABLE temp.", 1))
        for table in schema.SEARCH_TABLES:
            rows.execute(f"DELETE FROM temp.{table}")
            rows.execute(f"INSERT INTO temp.{table} SELECT * FROM main.{table}")
        rows.execute("INSERT INTO temp.document_search(document_search, rank) VALUES ('integrity-check', 1)")
    except database_errors() as error:
        if code_of(error) == sqlite3.SQLITE_FULL:
            raise
        yield Finding("search", "search may miss articles")
    finally:
        rows.execute("ROLLBACK TO search")
        rows.execute("RELEASE search")


def _titles(rows: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    found = {}
    for key in sorted(ids):
        try:
            (title,) = rows.execute("SELECT title FROM document WHERE id = ?", (key,)).fetchone() or (None,)
        except database_errors():  # it is in what cannot be read
            continue
        if title:
            found[key] = str(title)
    return found
