"""Bringing what another project knows into this one: documents, who made what, and the union of the versions.

Nothing that is here is changed or overwritten, and no clock decides anything (`docs/versions.md`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from msgspec import json
from sqlalchemy import Connection

from annotator.packet_records import (
    AnnotationLine,
    AnnotatorLine,
    AssignmentLine,
    DocumentLine,
    GuidelineLine,
    StateLine,
)
from annotator.records import LabelRecord
from annotator.store.connection import raw
from annotator.store.foreign import LONGEST_NAME, check_document
from annotator.store.history import stamp
from annotator.store.insertion import insert_document, insert_label
from annotator.store.revisions import links
from annotator.store.version_union import Arrived, Author, BrokenPacket, Names, VersionUnion, Where
from annotator.store.withdrawal import ComingBack

_METADATA = ("external_id", "title", "outlet", "byline", "url", "published", "language", "meta_json")


@dataclass(slots=True)
class UnionCounts:
    """What came in, and what the project had already."""

    documents: int = 0
    known_documents: int = 0
    restored_documents: int = 0  # that lay in the trash
    kept_metadata: int = 0  # documents of which the project keeps what it has
    removed_documents: int = 0  # that were removed here for good, and stay out
    labels: list[str] = field(default_factory=list)
    taken_as: list[str] = field(default_factory=list)  # names of annotators known here by kind and name alone
    guidelines: int = 0  # that came in, or became the one that is read
    assignments: int = 0  # documents that somebody was given, or worked on for longer than was known
    links: int = 0  # articles that are known now to correct another one
    renamed: int = 0  # annotations whose uid stands for something else here
    annotators: dict[str, Arrived] = field(default_factory=dict)  # by uid here
    several_heads: dict[str, dict[str, None]] = field(default_factory=dict)  # uids by table: may be conflicts

    @property
    def changed(self) -> bool:
        came = any(each.annotations or each.states for each in self.annotators.values())
        beside = self.guidelines or self.assignments or self.links
        return bool(came or self.documents or self.restored_documents or self.labels or beside)


class Union:
    """Brings what a packet carries into the project, in the transaction of `connection`."""

    def __init__(self, connection: Connection, edit: int, *, brings_back: bool = False) -> None:
        self._connection = connection
        self._rows = raw(connection)
        self._edit = edit
        self._removed = {sha256 for (sha256,) in self._rows.execute("SELECT sha256 FROM removed")}
        self._brings_back = brings_back
        self._coming_back = ComingBack(self._rows, edit)
        self._last_document: int | None = None
        self._names = Names({}, {}, {None: None}, {None: None})
        self.counts = UnionCounts()

    def finish(self) -> None:
        """Remember which documents came from the trash, before the transaction is committed."""
        self._coming_back.finish()

    def add_labels(self, labels: Iterable[LabelRecord]) -> None:
        """Take in labels that the project lacks: they come with their definition."""
        known = dict(self._rows.execute("SELECT key, id FROM label"))
        for label in labels:
            if not label.key.strip() or len(label.key + (label.title or "")) > LONGEST_NAME:
                raise BrokenPacket("a label in it has no key, or one that is too long")
            if label.key not in known:
                known[label.key] = insert_label(self._rows, label)
                self.counts.labels.append(label.key)
        self._names.labels.update(known)

    def add_guidelines(self, lines: Iterable[GuidelineLine], current: str | None) -> None:
        """Take in guidelines; `current` becomes the one that people read here."""
        for line in lines:
            if line.text is not None and sha256(line.text.encode()).hexdigest() != line.sha256:
                raise BrokenPacket("a guideline is not the text that it was")
            self._add_guideline(line, is_current=line.sha256 == current)
        self._names.guidelines.update(self._rows.execute("SELECT sha256, id FROM guideline"))

    def _add_guideline(self, line: GuidelineLine, *, is_current: bool) -> None:
        """Take in a guideline. The newest is the one with the greatest id, so others' go before all that are here."""
        place = "coalesce(max(id), 0) + 1" if is_current else "coalesce(min(id), 1) - 1"
        newest = "(SELECT max(id) FROM guideline WHERE text IS NOT NULL)"
        sql = f"SELECT id, text, id = {newest} FROM guideline WHERE sha256 = ?"
        known, text, is_newest = self._rows.execute(sql, (line.sha256,)).fetchone() or (None, None, 0)
        if known is None:
            insert = f"INSERT INTO guideline(id, sha256, edit) SELECT {place}, ?, ? FROM guideline"
            known = self._rows.execute(insert, (line.sha256, self._edit)).lastrowid
        elif (is_current and not is_newest) or (text is None and line.text is not None):
            self._rows.execute("PRAGMA defer_foreign_keys = ON")
            (place_free,) = self._rows.execute(f"SELECT {place} FROM guideline").fetchone()
            self._rows.execute("UPDATE guideline SET id = ? WHERE id = ?", (place_free, known))
            for table in ("annotation", "layer_state"):
                self._rows.execute(f"UPDATE {table} SET guideline_id = ? WHERE guideline_id = ?", (place_free, known))
            known = place_free
        if text is None and line.text is not None:
            update = "UPDATE guideline SET text = ?, labels_json = ? WHERE id = ?"
            self._rows.execute(update, (line.text, line.labels_json, known))
            self.counts.guidelines += 1
        elif is_current and not is_newest:
            self.counts.guidelines += 1

    def add_annotators(self, lines: Iterable[AnnotatorLine]) -> None:
        """Find annotators by uid, else by kind and name, else take them in."""
        sql = "SELECT id, uid FROM annotator WHERE uid = ? OR (kind = ? AND name = ?) ORDER BY uid <> ?"
        for line in lines:
            if not line.uid.strip() or not line.name.strip() or len(line.uid + line.name) > LONGEST_NAME:
                raise BrokenPacket("an annotator in it has no name, or one that is too long")
            found = self._rows.execute(sql, (line.uid, line.kind, line.name, line.uid)).fetchone()
            if found is None:
                insert = "INSERT INTO annotator(uid, kind, name) VALUES (?, ?, ?)"
                values = (line.uid, line.kind, line.name)
                found = self._rows.execute(insert, values).lastrowid, line.uid
            self._names.authors[line.uid] = author = Author(*found)
            self.counts.annotators.setdefault(author.uid, Arrived())
            if author.uid != line.uid:
                self.counts.taken_as.append(line.name)

    def add_documents(self, lines: Iterable[DocumentLine]) -> None:
        """Take in articles that the project lacks; one in the trash comes back, one removed for good stays out.

        Raises:
            BrokenPacket: a text is not the one that its hash says.

        """
        corrected = []
        for line in lines:
            check_document(line)
            if line.sha256 in self._removed and not self._brings_back:
                self._names.documents[line.sha256] = None
                self.counts.removed_documents += 1
                continue
            if line.sha256 in self._removed:
                self._rows.execute("DELETE FROM removed WHERE sha256 = ?", (line.sha256,))
            self._names.documents[line.sha256] = Where(self._document(line), len(line.text))
            if line.predecessor:
                corrected.append((line.sha256, line.predecessor))
        self._link(corrected)

    def _link(self, corrected: Iterable[tuple[str, str]]) -> None:
        """Remember which article corrects which; a link that is in effect here stays as it is."""
        linked = {link.sha256 for link in links(self._connection)}
        sql = """
            INSERT INTO revision(document_id, predecessor_id, edit) SELECT new.id, old.id, ?
            FROM document AS new, document AS old WHERE new.sha256 = ? AND old.sha256 = ? AND new.id <> old.id
            ON CONFLICT(document_id) DO UPDATE SET predecessor_id = excluded.predecessor_id, edit = excluded.edit
        """
        for successor, predecessor in corrected:
            if successor not in linked:
                self.counts.links += self._rows.execute(sql, (self._edit, successor, predecessor)).rowcount

    def _document(self, line: DocumentLine) -> int:
        sql = f"SELECT id, withdrawn, zones, {', '.join(_METADATA)} FROM document WHERE sha256 = ?"
        found = self._rows.execute(sql, (line.sha256,)).fetchone()
        zones = json.encode(line.zones).decode() if line.zones else "[]"
        said = tuple(getattr(line, name) for name in _METADATA)
        if found is None:
            self.counts.documents += not line.withdrawn
            document_id = self._next_document()
            values = dict(zip(_METADATA, said, strict=True)) | {"id": document_id, "edit": self._edit, "zones": zones}
            insert_document(self._rows, values | {"sha256": line.sha256, "text": line.text, "length": len(line.text)})
            if line.withdrawn:
                self._rows.execute("UPDATE document SET withdrawn = edit WHERE id = ?", (document_id,))
            return document_id
        document_id, withdrawn, own_zones, *own = found
        if withdrawn is not None and not line.withdrawn:
            self._coming_back.bring_back(document_id, withdrawn)
            self.counts.restored_documents += 1
        elif withdrawn is None:
            self.counts.known_documents += 1
        differs = any(
            each not in (None, "{}", "[]", kept) for each, kept in zip((zones, *said), (own_zones, *own), strict=True)
        )
        self.counts.kept_metadata += differs
        return int(document_id)

    def add_assignment(self, lines: Iterable[AssignmentLine], annotator: str, *, is_new: bool) -> None:
        """Remember what an annotator was given to read, and the longer of the times that were worked on it.

        The round is that of an assignment that `is_new`; what comes back keeps the one that is here.
        """
        author = self._names.author(annotator)
        sql = """
            INSERT INTO assignment(document_id, annotator_id, round, sampling, active_seconds, at)
            VALUES (:document, :who, :round, 'chosen', :seconds, :now)
            ON CONFLICT(document_id, annotator_id) DO UPDATE SET
                active_seconds = max(active_seconds, excluded.active_seconds),
                round = CASE WHEN :is_new THEN excluded.round ELSE round END
            WHERE excluded.active_seconds > active_seconds OR (:is_new AND excluded.round <> round)
        """
        said = {"who": author.id, "now": stamp(datetime.now(UTC)), "is_new": is_new}
        for line in lines:
            if where := self._names.document(self._rows, line.document):
                values = said | {"document": where.id, "round": line.round, "seconds": max(0.0, line.active_seconds)}
                self.counts.assignments += self._rows.execute(sql, values).rowcount

    def add_annotations(self, lines: Iterable[AnnotationLine]) -> None:
        """Take in versions of annotations, those of one uid together. Raises BrokenPacket."""
        self._add("annotation", lines)

    def add_states(self, lines: Iterable[StateLine]) -> None:
        """Take in versions of the states of layers, those of one uid together. Raises BrokenPacket."""
        self._add("layer_state", lines)

    def _add(self, table: Literal["annotation", "layer_state"], lines: Iterable[AnnotationLine | StateLine]) -> None:
        versions = VersionUnion(self._rows, table, self._edit, self._names, self.counts.annotators)
        versions.add(lines)
        self.counts.renamed += versions.renamed
        self.counts.several_heads.setdefault(table, {}).update(dict.fromkeys(versions.several_heads))

    def _next_document(self) -> int:
        """Return the id of a new document, without looking for it each time."""
        if self._last_document is None:
            self._last_document = self._rows.execute("SELECT coalesce(max(id), 0) FROM document").fetchone()[0]
        self._last_document += 1
        return self._last_document
