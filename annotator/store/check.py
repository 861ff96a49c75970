"""Check a project: the file, the texts, every version, what is derived from them, and the search index.

Raw cursors and small tables held in memory, so that a large project takes seconds. Nothing that a
damaged file may hold stops the check: what cannot be read is a finding too.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import count, groupby, product
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import Raw
from sqlalchemy import Connection

from annotator import versions
from annotator.records import Attributes, UserError, Zone
from annotator.store import schema
from annotator.store.connection import raw
from annotator.store.history import AnnotationContent, StateContent, VersionRow, split_parents

_decode_attributes = msgspec.json.Decoder(Attributes).decode
_DOCUMENTS = "SELECT id, sha256, length, text, meta_json, zones FROM document"
_HASHES = "SELECT id, sha256, length FROM document WHERE typeof(length) = 'integer' AND typeof(sha256) = 'text'"
_VERSION = """
    SELECT id, uid, digest, parents, document_id, annotator_id, guideline_id, deleted, current, withdrawn,
"""
_LOOKED_AT = """
    SELECT (SELECT count(*) FROM document) + (SELECT count(*) FROM annotation) + (SELECT count(*) FROM layer_state)
"""
_ANNOTATIONS = _VERSION + 'start, "end", label_id, attributes FROM annotation ORDER BY uid'
_WITHDRAWALS = """
    SELECT number FROM edit WHERE kind = 'merge' OR (
        kind = 'undo' AND target IN (SELECT number FROM edit WHERE kind IN ('import', 'merge')))
"""
_STATES = _VERSION + "status, round, blind FROM layer_state ORDER BY uid"

# A flipped bit may make a number or bytes of a text, with which nothing can be reckoned.
_Kinds = frozenset[tuple[type, ...]]
_OR_NOTHING = (int, type(None))
_OF_VERSION = ((int,), (str,), (bytes,), (bytes,), (int,), (int,), _OR_NOTHING, (int,), (int,), _OR_NOTHING)
_OF_DOCUMENTS: _Kinds = frozenset({(int, str, int, str, str, str)})
_OF_ANNOTATIONS: _Kinds = frozenset(product(*_OF_VERSION, (int,), (int,), _OR_NOTHING, (str,)))
_OF_STATES: _Kinds = frozenset(product(*_OF_VERSION, (str,), (str,), (int,)))

T = TypeVar("T")
INSTRUCTIONS = 100_000  # of SQLite between two looks at whether to stop: some milliseconds


class CheckCancelled(UserError):
    """Somebody stopped the check."""

    def __init__(self) -> None:
        super().__init__("The check was cancelled.")


class Finding(msgspec.Struct):
    """Something that is wrong, and in which document where it is in one."""

    what: str
    document: int | None = None


class _Row(NamedTuple):
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


class _Known(NamedTuple):
    """The small tables: hash and length of every document, and what other ids stand for."""

    documents: dict[int, tuple[str, int]]
    annotators: dict[int, str]
    labels: dict[int | None, str | None]
    guidelines: dict[int | None, str | None]


def check(
    connection: Connection,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Finding]:
    """Yield what is wrong with a project; nothing when it is whole.

    Raises:
        CheckCancelled: `cancelled` said so.

    """
    rows = raw(connection)
    rows.set_progress_handler(cancelled, INSTRUCTIONS)  # it ends a statement, and so a loop over its rows
    try:
        yield from _check(rows, progress)
    except sqlite3.DatabaseError as error:
        if not cancelled():
            yield Finding(f"the file is damaged, and the check stopped there: {error}")
    finally:
        rows.set_progress_handler(None, 0)
    if cancelled():
        raise CheckCancelled


def _check(rows: sqlite3.Connection, progress: Callable[[int, int], None]) -> Iterator[Finding]:
    (total,) = rows.execute(_LOOKED_AT).fetchone()
    done = count(1)

    def counted(found: Iterable[T]) -> Iterator[T]:
        for row in found:
            progress(next(done), total)
            yield row

    yield from _check_file(rows)
    yield from _check_documents(counted(rows.execute(_DOCUMENTS)))
    known = _Known(
        {key: (digest, length) for key, digest, length in rows.execute(_HASHES)},
        dict(rows.execute("SELECT id, uid FROM annotator")),
        {None: None, **dict(rows.execute("SELECT id, key FROM label"))},
        {None: None, **dict(rows.execute("SELECT id, sha256 FROM guideline"))},
    )
    yield from _check_versions(counted(rows.execute(_ANNOTATIONS)), known, "annotation", _OF_ANNOTATIONS)
    yield from _check_versions(counted(rows.execute(_STATES)), known, "layer_state", _OF_STATES)
    yield from _check_withdrawn(rows)
    yield from _check_guidelines(rows)
    yield from _check_search(rows)


def _check_file(rows: sqlite3.Connection) -> Iterator[Finding]:
    for (message,) in rows.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield Finding(f"the file is damaged: {message}")
    for table, row, parent, _ in rows.execute("PRAGMA foreign_key_check"):
        yield Finding(f"{table} {row} refers to a row of {parent} that is not there")
    for stranger in schema.strangers(rows.execute(schema.DEFINITIONS)):
        yield Finding(f"the file is not as this program makes it: {stranger}")


def _of_kinds(rows: Iterable[Any], kinds: _Kinds, others: list[Any]) -> Iterator[Any]:
    """Pass the rows on whose values are of the right kinds, and put the others aside."""
    for row in rows:
        if tuple(map(type, row)) in kinds:
            yield row
        else:
            others.append(row)


def _check_documents(rows: Iterable[Any]) -> Iterator[Finding]:
    others: list[Any] = []
    for key, expected, length, text, meta_json, zones in _of_kinds(rows, _OF_DOCUMENTS, others):
        if sha256(text.encode()).hexdigest() != expected or len(text) != length:
            yield Finding("its text is not the one that was imported", key)
        try:
            msgspec.json.decode(meta_json, type=dict[str, Any])
            found = msgspec.json.decode(zones, type=list[Zone])
        except msgspec.DecodeError as error:
            yield Finding(f"its metadata cannot be read ({error})", key)
        else:
            if not all(0 <= zone.start < zone.end <= length for zone in found):
                yield Finding("a zone is not within its text", key)
    for row in others:
        yield Finding("its text or metadata cannot be read", row[0])


def _check_withdrawn(rows: sqlite3.Connection) -> Iterator[Finding]:
    """Check that what is out of effect was put there by an edit that can: redo would not find it by another."""
    for table, document in (("document", "id"), ("annotation", "document_id"), ("layer_state", "document_id")):
        wrong = f"withdrawn IS NOT NULL AND withdrawn NOT IN ({_WITHDRAWALS})"
        for key, document_id in rows.execute(f"SELECT id, {document} FROM {table} WHERE {wrong}"):
            yield Finding(f"{table} {key} is out of effect by an edit that withdraws nothing", document_id)


def _check_guidelines(rows: sqlite3.Connection) -> Iterator[Finding]:
    for key, expected, text in rows.execute("SELECT id, sha256, CAST(text AS BLOB) FROM guideline"):
        if text is not None and sha256(text).hexdigest() != expected:
            yield Finding(f"guideline {key}: its text is not the one that was saved")


def _check_versions(rows: Iterable[Any], known: _Known, table: str, kinds: _Kinds) -> Iterator[Finding]:
    """Check the versions uid by uid: digests, parents, spans, and which one is current."""
    others: list[Any] = []
    found = (_Row._make((*row[:10], row[10:])) for row in _of_kinds(rows, kinds, others))
    for uid, group in groupby(found, attrgetter("uid")):
        of_uid = list(group)
        digests = {row.digest for row in of_uid}
        for row in of_uid:
            for what in _wrong_with(row, known, digests):
                yield Finding(f"{table} {uid}, version {row.id}: {what}", row.document_id)
        if not _is_right_one_current(of_uid):
            yield Finding(f"{table} {uid}: the wrong version is current", of_uid[0].document_id)
    for row in others:
        yield Finding(f"{table}, version {row[0]}: what it says cannot be read")


def _wrong_with(row: _Row, known: _Known, digests: set[bytes]) -> Iterator[str]:
    try:
        is_saved = _digest(row, known) == row.digest
    except KeyError:
        return  # its document or annotator is not there, which the file's own check said
    if not is_saved:
        yield "what it says is not what was saved"
    if not digests.issuperset(split_parents(row.parents)):
        yield "a version that it replaces is missing"
    if len(row.said) == 4:
        yield from _wrong_with_annotation(row, known.documents[row.document_id][1])


def _wrong_with_annotation(row: _Row, length: int) -> Iterator[str]:
    _, end, _, text = row.said
    if end > length:
        yield "its span ends beyond the text"
    try:
        attributes = _decode_attributes(text)
    except msgspec.DecodeError as error:
        yield f"its attributes cannot be read ({error})"
        return
    if not all(0 <= part.start < part.end <= length for part in attributes.parts):
        yield "a part is not within the text"


def _digest(row: _Row, known: _Known) -> bytes:
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


def _is_right_one_current(of_uid: list[_Row]) -> bool:
    in_effect = [
        VersionRow(row.id, row.digest, split_parents(row.parents), bool(row.deleted), bool(row.current))
        for row in of_uid
        if row.withdrawn is None
    ]
    shown = versions.current(in_effect)
    return [row.id for row in of_uid if row.current] == ([shown.id] if shown else [])


def _check_search(rows: sqlite3.Connection) -> Iterator[Finding]:
    try:
        rows.execute("INSERT INTO document_search(document_search, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError:
        yield Finding("the search index does not match the texts")
