"""The union of two projects' versions by digest, one table at a time and some hundred uids at once.

Raw cursors, because ten packets of a hundred thousand annotations come through here.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from msgspec import DecodeError, Raw, json
from msgspec.structs import replace

from annotator import versions
from annotator.packet_records import AnnotationLine, StateLine
from annotator.records import Attributes, UserError
from annotator.store.history import AnnotationContent, StateContent, join_parents, split_parents, state_uid

Line = AnnotationLine | StateLine

_BATCH = 500  # uids that are looked up at once
_COLUMNS = {"annotation": 'start, "end", label_id, attributes', "layer_state": "status, round, blind"}
_PLACES = {"annotation": "?, ?, ?, ?", "layer_state": "?, ?, ?"}
_decode_attributes = json.Decoder(Attributes).decode


class BrokenPacket(UserError):
    """Something in a packet is not what a project wrote; nothing of it comes in."""


@dataclass(slots=True)
class Arrived:
    """What came in of one annotator's work."""

    documents: dict[str, int] = field(default_factory=dict)  # versions that came in, by the document's SHA-256
    annotations: int = 0  # versions of annotations
    states: int = 0
    known: int = 0  # versions that were here before


class Where(NamedTuple):
    """A document as this project has it: local id, and code points of its text."""

    id: int
    length: int


class Author(NamedTuple):
    """An annotator as this project has it."""

    id: int
    uid: str


class Names(NamedTuple):
    """What identities that travel stand for in this project. A document that was removed for good is None."""

    documents: dict[str, Where | None]
    authors: dict[str, Author]
    labels: dict[str | None, int | None]
    guidelines: dict[str | None, int | None]

    def document(self, rows: sqlite3.Connection, sha256: str) -> Where | None:
        """Return the document with this text, which the packet need not carry. Raises BrokenPacket."""
        if sha256 not in self.documents:
            found = rows.execute("SELECT id, length FROM document WHERE sha256 = ?", (sha256,)).fetchone()
            if found is None:
                gone = rows.execute("SELECT 1 FROM removed WHERE sha256 = ?", (sha256,)).fetchone()
                if gone is None:
                    raise BrokenPacket("it lacks an article that it speaks of")
            self.documents[sha256] = Where(*found) if found else None
        return self.documents[sha256]

    def author(self, uid: str) -> Author:
        if uid not in self.authors:
            raise BrokenPacket("it does not say who made something in it")
        return self.authors[uid]


class _Known(NamedTuple):
    """A version that is here: what heads depend on, and where it belongs."""

    id: int
    digest: bytes
    parents: tuple[bytes, ...]
    deleted: bool
    current: bool
    withdrawn: int | None
    place: tuple[int, int]  # document and annotator


class _New(NamedTuple):
    """A version that comes in."""

    digest: bytes
    parents: tuple[bytes, ...]
    deleted: bool
    line: Line


@dataclass(slots=True)
class _Group:
    """The versions of one uid that come in, with the digests that they have in this project."""

    uid: str
    where: Where
    author: Author
    lines: list[_New]


@dataclass(slots=True)
class _Writes:
    """What is written for some hundred uids. The index allows one current row a uid: off comes before on."""

    off: list[tuple[int]] = field(default_factory=list)
    reinstated: list[tuple[int, int]] = field(default_factory=list)
    new: list[tuple[Any, ...]] = field(default_factory=list)
    on: list[tuple[int]] = field(default_factory=list)


class VersionUnion:
    """Brings versions of one table in, as those of one edit."""

    def __init__(
        self,
        rows: sqlite3.Connection,
        table: Literal["annotation", "layer_state"],
        edit: int,
        names: Names,
        arrived: dict[str, Arrived],
    ) -> None:
        self._rows = rows
        self._table = table
        self._edit = edit
        self._names = names
        self._arrived = arrived  # by the annotator's uid here
        self.renamed = 0  # uids that stand for something else here
        self.several_heads: list[str] = []

    def add(self, lines: Iterable[Line]) -> None:
        """Take in versions, those of one uid together.

        Raises:
            BrokenPacket: one is not what was written, or refers to what is not there.

        """
        groups = (list(group) for _, group in groupby(lines, attrgetter("uid")))
        while batch := list(islice(groups, _BATCH)):
            found = [group for each in batch if (group := self._group(each))]
            known = self._known([group.uid for group in found])
            writes = _Writes()
            for group in found:
                self._take(self._own(group, known), known, writes)
            self._write(writes)

    def _group(self, lines: list[Line]) -> _Group | None:
        """Return versions of one uid as this project names them; none of a document that was removed for good."""
        first = lines[0]
        where, author = self._names.document(self._rows, first.document), self._names.author(first.annotator)
        if any((line.document, line.annotator) != (first.document, first.annotator) for line in lines):
            raise BrokenPacket("an annotation in it belongs to two articles, or to two annotators")
        if where is None:
            return None
        return _Group(first.uid, where, author, [self._verified(line, where) for line in lines])

    def _verified(self, line: Line, where: Where) -> _New:
        """Return a version that says what was written. Raises BrokenPacket."""
        try:
            digest, parents = bytes.fromhex(line.digest), tuple(map(bytes.fromhex, line.parents))
        except ValueError:
            raise BrokenPacket("a digest in it is none") from None
        if isinstance(line, AnnotationLine):
            _check_annotation(line, where.length)
            if line.label not in self._names.labels:
                raise BrokenPacket(f"it uses the label “{line.label}” and does not define it")
        elif line.uid != state_uid(line.document, line.annotator):
            raise BrokenPacket("the state of a layer in it is not that of its layer")
        if line.guideline not in self._names.guidelines:
            raise BrokenPacket("it names a guideline that it does not carry")
        _check_time(line.at)
        if versions.digest(line.uid, parents, line.document, line.annotator, _content(line), line.deleted) != digest:
            raise BrokenPacket("a version in it is not what was written")
        return _New(digest, parents, line.deleted, line)

    def _known(self, uids: Sequence[str]) -> dict[str, list[_Known]]:
        """Return the versions of some uids that are here, withdrawn ones too."""
        sql = f"""
            SELECT uid, id, digest, parents, deleted, current, withdrawn, document_id, annotator_id
            FROM {self._table} WHERE uid IN ({", ".join("?" * len(uids))})
        """
        found: dict[str, list[_Known]] = {}
        for uid, key, digest, parents, deleted, current, withdrawn, *place in self._rows.execute(sql, tuple(uids)):
            version = _Known(
                key, digest, split_parents(parents), bool(deleted), bool(current), withdrawn, (place[0], place[1])
            )
            found.setdefault(uid, []).append(version)
        return found

    def _own(self, group: _Group, known: dict[str, list[_Known]]) -> _Group:
        """Return versions as they are named here: the annotator may have another uid, the uid be somebody else's."""
        first = group.lines[0].line
        uid = group.uid
        targets = self._renamed_targets(group)
        if self._table == "layer_state":
            uid = state_uid(first.document, group.author.uid)
        elif uid in known and known[uid][0].place != (group.where.id, group.author.id):
            uid = _another_uid(uid, group)
            self.renamed += 1
        if (uid, group.author.uid) == (first.uid, first.annotator) and not targets:
            return group
        if uid not in known:
            known.update(self._known([uid]))
        return _Group(uid, group.where, group.author, _renamed(group.lines, uid, group.author.uid, targets))

    def _renamed_targets(self, group: _Group) -> dict[str, str]:
        """Return those ends of relations that have another uid here, because theirs stands for something else."""
        ends = {
            relation.to
            for version in group.lines
            if isinstance(version.line, AnnotationLine) and b'"relations"' in bytes(version.line.attributes)
            for relation in _decode_attributes(version.line.attributes).relations
        }
        known = self._known(sorted(ends)) if ends else {}
        place = (group.where.id, group.author.id)
        return {uid: _another_uid(uid, group) for uid, there in known.items() if there[0].place != place}

    def _take(self, group: _Group, known: dict[str, list[_Known]], writes: _Writes) -> None:
        here = {version.digest: version for version in known.get(group.uid, [])}
        coming = {version.digest: version for version in group.lines}
        _refuse_gaps(coming, here)
        heads = _heads(coming, here)
        current = heads[0].digest
        writes.off += [(each.id,) for each in here.values() if each.current and each.digest != current]
        arrived = self._arrived[group.author.uid]
        came = 0
        for version in coming.values():
            former = here.get(version.digest)
            if former is None:
                writes.new.append(self._row(group, version, is_current=version.digest == current))
            elif former.withdrawn:
                writes.reinstated.append((self._edit, former.id))
            else:
                arrived.known += 1
                continue
            came += 1
        if current in here and not here[current].current:
            writes.on.append((here[current].id,))
        if came:
            self._count(arrived, group.lines[0].line.document, came)
        if len(heads) > 1:
            self.several_heads.append(group.uid)

    def _count(self, arrived: Arrived, document: str, came: int) -> None:
        if self._table == "annotation":
            arrived.annotations += came
        else:
            arrived.states += came
        arrived.documents[document] = arrived.documents.get(document, 0) + came

    def _row(self, group: _Group, version: _New, *, is_current: bool) -> tuple[Any, ...]:
        line = version.line
        said: tuple[Any, ...]
        if isinstance(line, AnnotationLine):
            said = (line.start, line.end, self._names.labels[line.label], bytes(line.attributes).decode())
        else:
            said = (line.status, line.round, line.blind)
        return (
            group.uid, version.digest, join_parents(version.parents), group.where.id, group.author.id,
            self._names.guidelines[line.guideline], self._edit, line.at, line.deleted, is_current, *said,
        )  # fmt: skip

    def _write(self, writes: _Writes) -> None:
        table, many = self._table, self._rows.executemany
        many(f"UPDATE {table} SET current = 0 WHERE id = ?", writes.off)
        many(f"UPDATE {table} SET withdrawn = NULL, edit = ? WHERE id = ?", writes.reinstated)
        many(
            f"""
            INSERT INTO {table}(uid, digest, parents, document_id, annotator_id, guideline_id, edit, at,
                                deleted, current, {_COLUMNS[table]})
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {_PLACES[table]})
            """,
            writes.new,
        )
        many(f"UPDATE {table} SET current = 1 WHERE id = ?", writes.on)


def _content(line: Line) -> bytes:
    content: AnnotationContent | StateContent
    if isinstance(line, AnnotationLine):
        content = AnnotationContent(line.attributes, line.end, line.guideline, line.label, line.start)
    else:
        content = StateContent(line.blind, line.guideline, line.round, line.status)
    return json.encode(content)


def _check_annotation(line: AnnotationLine, length: int) -> None:
    if not 0 <= line.start < line.end <= length:
        raise BrokenPacket("a span in it is not within its text")
    said = bytes(line.attributes)
    if said == b"{}":
        return
    try:
        attributes = _decode_attributes(said)
    except (DecodeError, RecursionError):
        raise BrokenPacket("what it says of an annotation cannot be read") from None
    if versions.canonical(attributes) != said:
        raise BrokenPacket("it says something of an annotation that this version does not know")
    if not all(0 <= part.start < part.end <= length for part in attributes.parts):
        raise BrokenPacket("a part of an annotation in it is not within its text")


@lru_cache(maxsize=1)  # what came in together has one time
def _check_time(at: str) -> None:
    try:
        is_time = datetime.fromisoformat(at).isoformat(" ", "microseconds") == at
    except ValueError:
        is_time = False
    if not is_time:
        raise BrokenPacket("a time in it is none")


def _refuse_gaps(coming: dict[bytes, _New], here: dict[bytes, _Known]) -> None:
    for version in coming.values():
        for parent in version.parents:
            if parent not in coming and parent not in here:
                raise BrokenPacket("it lacks a version that another one in it replaces")


def _heads(coming: dict[bytes, _New], here: dict[bytes, _Known]) -> list[versions.Replaceable]:
    """Return the heads of a uid once what comes is in effect, the one to show first."""
    in_effect: dict[bytes, versions.Replaceable] = {
        key: version for key, version in here.items() if version.withdrawn is None
    }
    return versions.heads((in_effect | coming).values())


def _another_uid(uid: str, group: _Group) -> str:
    """Return the uid of what has one that stands for something else here: the same whenever it comes in."""
    identity = "\0".join((uid, group.lines[0].line.document, group.author.uid))
    return blake2b(identity.encode(), digest_size=16).hexdigest()


def _renamed(lines: Sequence[_New], uid: str, author: str, targets: dict[str, str]) -> list[_New]:
    """Return versions with the digests that they have under other uids or annotators: parents before children."""
    digests: dict[bytes, bytes] = {}
    waiting, found = list(lines), []
    while waiting:
        ready = [each for each in waiting if all(parent in digests for parent in each.parents)]
        if not ready:
            raise BrokenPacket("it lacks a version that another one in it replaces")
        for each in ready:
            parents = tuple(digests[parent] for parent in each.parents)
            line = _with_targets(each.line, targets)
            digest = versions.digest(uid, parents, line.document, author, _content(line), line.deleted)
            digests[each.digest] = digest
            found.append(_New(digest, parents, each.deleted, line))
        waiting = [each for each in waiting if each.digest not in digests]
    return found


def _with_targets(line: Line, targets: dict[str, str]) -> Line:
    if not targets or not isinstance(line, AnnotationLine):
        return line
    said = _decode_attributes(line.attributes)
    relations = tuple(replace(each, to=targets.get(each.to, each.to)) for each in said.relations)
    return replace(line, attributes=Raw(versions.canonical(replace(said, relations=relations))))
