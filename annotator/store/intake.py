"""Bringing layers into a project in bulk, as versions of one edit. What is there already is not changed.

Raw cursors, because a hundred thousand documents come through here. Every record was checked before
(`annotator.importers`); the tables check again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias

from msgspec import DecodeError, Raw, json
from msgspec.structs import asdict
from sqlalchemy import Connection

from annotator import versions
from annotator.records import (
    AnnotatorRecord,
    Attributes,
    LabelRecord,
    LayerRecord,
    NegativeRecord,
    Part,
    Relation,
    SpanRecord,
)  # fmt: skip
from annotator.store.connection import raw
from annotator.store.fresh import Fresh
from annotator.store.history import (
    AnnotationContent,
    StateContent,
    append,
    head_digests,
    join_parents,
    recompute_current,
    state_uid,
)
from annotator.store.insertion import insert_document, insert_label
from annotator.store.tables import annotation, layer_state
from annotator.store.trash import write_layer_again
from annotator.store.withdrawal import ComingBack

_METADATA = ("title", "outlet", "byline", "url", "published", "language")
_KNOWN_DOCUMENT = (
    f"SELECT id, withdrawn, external_id, zones, meta_json, {', '.join(_METADATA)} FROM document WHERE sha256 = ?"
)
_INSERT_ANNOTATION = """
    INSERT INTO annotation(uid, digest, parents, document_id, annotator_id, guideline_id, edit, at,
                           deleted, current, start, "end", label_id, attributes)
    VALUES (?, ?, x'', ?, ?, ?, ?, ?, 0, 1, ?, ?, ?, ?)
"""
_INSERT_STATE = """
    INSERT INTO layer_state(uid, digest, parents, document_id, annotator_id, guideline_id, edit, at,
                            deleted, current, status, round, blind)
    VALUES (:uid, :digest, :parents, :document_id, :annotator_id, :guideline_id, :edit, :at,
            :deleted, 1, :status, :round, :blind)
"""
_STATES_OF_UID = "SELECT digest, status, current, deleted, round, blind FROM layer_state WHERE uid = ?"
_VERSIONS_OF_UID = """
    SELECT document_id, annotator_id, digest, withdrawn, current, start, "end", label_id, attributes
    FROM annotation WHERE uid = ?
"""
Item: TypeAlias = SpanRecord | NegativeRecord
_Versions: TypeAlias = list[tuple[Any, ...]]


@dataclass(slots=True)
class Counts:
    """What came in, and what the project had already."""

    documents: int = 0
    known_documents: int = 0
    labels: int = 0
    layers: int = 0
    annotations: int = 0
    known_annotations: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.documents or self.labels or self.layers or self.annotations)


class Kept(NamedTuple):
    """What a file says otherwise than the project, which keeps its own; a note where no annotation was left out."""

    id: str | None
    what: str
    note: bool = False


class _Where(NamedTuple):
    """The layer that is being brought in."""

    document_id: int
    sha256: str
    annotator_id: int
    annotator: str
    guideline_id: int | None
    guideline: str | None


class Intake:
    """Writes layers into the project, in the transaction of `connection`."""

    def __init__(self, connection: Connection, edit: int) -> None:
        self._connection = connection
        self._raw = raw(connection)
        self._fresh = Fresh(connection)
        self._edit = edit
        self._now = datetime.now(UTC)
        self._at = self._now.replace(tzinfo=None).isoformat(" ", "microseconds")
        self._first_new = (self._raw.execute("SELECT max(id) FROM document").fetchone()[0] or 0) + 1
        self._next_document = self._first_new
        self._met: set[int] = set()  # documents that were there before, and have been counted
        self._noted: set[int] = set()  # documents of which a difference was told
        self._coming_back = ComingBack(self._raw, edit)
        self._labels: dict[str, int] = dict(self._raw.execute("SELECT key, id FROM label"))
        self._guidelines: dict[str, int] = dict(self._raw.execute("SELECT sha256, id FROM guideline"))
        self._annotators: dict[AnnotatorRecord, tuple[int, str]] = {}
        self.counts = Counts()

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(self._labels)

    def finish(self) -> None:
        """Make the indexes that were left out meanwhile, before the transaction is committed."""
        self._fresh.make_indexes()
        self._coming_back.finish()

    def define_label(self, label: LabelRecord) -> None:
        """Add a label that the project does not have."""
        if label.key in self._labels:
            return
        self._labels[label.key] = insert_label(self._raw, label)
        self.counts.labels += 1

    def text_of(self, sha256: str) -> str | None:
        """Return the text of a document that is not withdrawn, by its hash."""
        query = "SELECT text FROM document WHERE sha256 = ? AND withdrawn IS NULL"
        found = self._raw.execute(query, (sha256,)).fetchone()
        return found[0] if found else None

    def add(self, record: LayerRecord, sha256: str) -> list[Kept]:
        """Bring in one layer; return what the project has otherwise.

        Spans lie within the text, labels are known, and `sha256` is that of the text.
        """
        document_id, kept = self._document(record, sha256)
        if record.annotator is None:
            return kept
        who = self._annotator(record.annotator)
        where = _Where(document_id, sha256, *who, self._guideline(record.guideline), record.guideline)
        kept += self._state(where, record)
        rows = []
        for uid, found, item, attributes in self._identified(where, record):
            label = item.label if isinstance(item, SpanRecord) else None
            content = json.encode(AnnotationContent(Raw(attributes), item.end, where.guideline, label, item.start))
            digest = versions.digest(uid, (), sha256, where.annotator, content, deleted=False)
            said = (item.start, item.end, self._labels[label] if label else None, attributes.decode())
            if found and (known := _known(found, digest, said)):
                kept += self._keep(uid, digest, known)
            else:
                rows.append((uid, digest, document_id, where.annotator_id, where.guideline_id,
                             self._edit, self._at, *said))  # fmt: skip
        self._raw.executemany(_INSERT_ANNOTATION, rows)
        self.counts.annotations += len(rows)
        return kept

    def _document(self, record: LayerRecord, sha256: str) -> tuple[int, list[Kept]]:
        """Return the document with this text, which comes in if the project has none, and what it has otherwise."""
        if self._fresh.is_new(sha256):
            return self._new_document(record, sha256), []
        found = self._raw.execute(_KNOWN_DOCUMENT, (sha256,)).fetchone()
        if found is None:
            return self._new_document(record, sha256), []
        document_id, withdrawn, *metadata = found
        if withdrawn is not None:
            self._coming_back.bring_back(document_id, withdrawn)
            self.counts.documents += 1
        elif document_id < self._first_new and document_id not in self._met:
            self.counts.known_documents += 1
        self._met.add(document_id)
        differs = [] if document_id in self._noted else list(_differences(record, sha256, *metadata))
        if not differs:
            return document_id, []
        self._noted.add(document_id)
        what = f"the project keeps what it has of this article; the file differs in {', '.join(differs)}"
        return document_id, [Kept(record.document or sha256, what, note=True)]

    def _new_document(self, record: LayerRecord, sha256: str) -> int:
        document_id, self._next_document = self._next_document, self._next_document + 1
        values = {
            **asdict(record.meta),
            "id": document_id,
            "sha256": sha256,
            "text": record.text,
            "length": len(record.text),
            "external_id": record.document if record.document not in ("", sha256) else None,
            "language": record.language,
            "meta_json": record.meta_json,
            "zones": json.encode(record.zones).decode() if record.zones else "[]",
            "edit": self._edit,
        }
        insert_document(self._raw, values)
        self.counts.documents += 1
        return document_id

    def _annotator(self, who: AnnotatorRecord) -> tuple[int, str]:
        """Return local id and uid of an annotator: found by uid, else by kind and name, else made."""
        if who not in self._annotators:
            query = "SELECT id, uid FROM annotator WHERE uid = ? OR (kind = ? AND name = ?) ORDER BY uid <> ?"
            found = self._raw.execute(query, (who.id, who.kind, who.name, who.id or "")).fetchone()
            if found is None:
                uid = who.id or _hash(who.kind, who.name)
                sql = "INSERT INTO annotator(uid, kind, name) VALUES (?, ?, ?)"
                found = self._raw.execute(sql, (uid, who.kind, who.name)).lastrowid, uid
            self._annotators[who] = found
        return self._annotators[who]

    def _guideline(self, sha256: str | None) -> int | None:
        """Return the local id of a guideline, whose text the project need not have."""
        if sha256 is None:
            return None
        if sha256 not in self._guidelines:
            sql = "INSERT INTO guideline(sha256, edit) VALUES (?, ?)"
            self._guidelines[sha256] = self._raw.execute(sql, (sha256, self._edit)).lastrowid or 0
        return self._guidelines[sha256]

    def _state(self, where: _Where, record: LayerRecord) -> list[Kept]:
        """Bring in the state of the layer, unless the project has one: that one stays."""
        status, round_ = record.status or "finished", record.round or "production"
        blind = True if record.blind is None else record.blind
        uid = state_uid(where.sha256, where.annotator)
        existing = self._rows(_STATES_OF_UID, uid)
        current = next((row for row in existing if row[2]), None)
        if current and current[3] and self._restore_layer(where):
            existing = self._rows(_STATES_OF_UID, uid)
            current = next(row for row in existing if row[2])
        if current and not current[3]:
            return _state_kept(current, status, record)
        replaced = head_digests(self._connection, layer_state, uid) if current else ()
        content = json.encode(StateContent(blind, where.guideline, round_, status))
        values = {
            "uid": uid,
            "digest": versions.digest(uid, replaced, where.sha256, where.annotator, content, deleted=False),
            "parents": join_parents(replaced),
            "document_id": where.document_id,
            "annotator_id": where.annotator_id,
            "guideline_id": where.guideline_id,
            "edit": self._edit,
            "deleted": False,
            "status": status,
            "round": round_,
            "blind": blind,
        }
        if existing:
            append(self._connection, layer_state, {**values, "at": self._now})
        else:
            self._raw.execute(_INSERT_STATE, {**values, "at": self._at})
        self.counts.layers += 1
        return []

    def _restore_layer(self, where: _Where) -> bool:
        """Take a layer out of the trash, if it lies there: what a file has of it is known, and would not come in."""
        found = write_layer_again(self._connection, self._edit, where.document_id, where.annotator_id)
        self.counts.layers += found
        return found

    def _identified(self, where: _Where, record: LayerRecord) -> Iterator[tuple[str, _Versions, Item, bytes]]:
        """Yield uid, the versions of it that are there, item and canonical attributes of every annotation."""
        everything: list[Item] = [*record.spans, *record.negatives]
        taken = {item.id for item in everything if item.id}
        seen: dict[tuple[int, int, str | None], int] = {}  # how many exact duplicates came before
        items: list[tuple[str, Item]] = []
        there: dict[str, _Versions] = {}
        for item in everything:
            key = (item.start, item.end, item.label if isinstance(item, SpanRecord) else None)
            uid, ordinal = item.id, seen.get(key, 0)
            found = self._versions(uid, where) if uid else None
            while uid is None or found is None:
                uid = _hash(where.sha256, where.annotator, *map(str, key), str(ordinal))
                found = None if uid in taken else self._versions(uid, where)
                ordinal += 1
            seen[key] = ordinal + (uid == item.id)
            there[uid] = found
            items.append((uid, item))
        relations = _relations(record, items)
        for uid, item in items:
            yield uid, there[uid], item, versions.canonical(_attributes(item, relations.get(uid, ())))

    def _versions(self, uid: str, where: _Where) -> _Versions | None:
        """Return the versions of a uid; None if it stands for an annotation of another document or annotator."""
        found = self._rows(_VERSIONS_OF_UID, uid)
        return None if found and found[0][:2] != (where.document_id, where.annotator_id) else found

    def _rows(self, sql: str, uid: str) -> _Versions:
        """Return the rows of a uid, without looking where there can be none."""
        if self._fresh.is_new(uid):
            return []
        self._fresh.make_indexes()
        return self._raw.execute(sql, (uid,)).fetchall()

    def _keep(self, uid: str, digest: bytes, known: str) -> list[Kept]:
        """Leave alone, or bring back into effect, an annotation that the project has."""
        if known == "differs":
            return [Kept(uid, "differs from the project, which keeps its own: use merge")]
        if known == "same":
            self.counts.known_annotations += 1
            return []
        back = "UPDATE annotation SET withdrawn = NULL, edit = ? WHERE uid = ? AND digest = ?"
        self._raw.execute(back, (self._edit, uid, digest))
        recompute_current(self._connection, annotation, [uid])
        self.counts.annotations += 1
        return []


def _differences(record: LayerRecord, sha256: str, *project: Any) -> Iterator[str]:
    """Name what a record says of its article otherwise than the project; what it does not say is no difference."""
    external_id, zones, meta_json, *metadata = project
    if record.document not in (None, "", sha256, external_id):
        yield "id"
    meta = record.meta
    said = (meta.title, meta.outlet, meta.byline, meta.url, meta.published, record.language)
    for name, theirs, own in zip(_METADATA, said, metadata, strict=True):
        if theirs not in (None, own):
            yield name
    if record.zones and json.encode(record.zones).decode() != zones:
        yield "zones"
    if record.meta_json not in ("{}", meta_json):
        own = _object(meta_json)
        yield from (f"“{key}”" for key, value in _object(record.meta_json).items() if value not in (None, own.get(key)))


def _object(meta_json: str) -> dict[str, Any]:
    try:
        return json.decode(meta_json, type=dict[str, Any])
    except (DecodeError, RecursionError):  # of a damaged file, which `check` finds
        return {}


def _known(found: _Versions, digest: bytes, said: tuple[Any, ...]) -> str | None:
    """Tell what a file says of a uid that the project has: the same, withdrawn, differs, or None: it is new."""
    is_withdrawn = {row[2]: row[3] is not None for row in found}
    current = next((row for row in found if row[4]), None)
    if current is None:
        return "withdrawn" if digest in is_withdrawn else None
    is_former = not is_withdrawn.get(digest, True)
    return "same" if is_former or current[5:] == said else "differs"


def _state_kept(current: tuple[Any, ...], status: str, record: LayerRecord) -> list[Kept]:
    """Say what the state of a layer stays, where the file says otherwise."""
    _, own_status, _, _, own_round, own_blind = current
    blind = "blind" if own_blind else "not blind"
    kept = [(own_status, own_status == status)]
    kept.append((own_round, record.round in (None, own_round)))
    kept.append((blind, record.blind in (None, bool(own_blind))))
    return [Kept(None, f"the layer is {own} in the project and stays so") for own, is_same in kept if not is_same]


def _relations(record: LayerRecord, items: list[tuple[str, Item]]) -> dict[str, tuple[Relation, ...]]:
    """Return the relations by the uid that they start from, ends given as uids."""
    uids = {item.id: uid for uid, item in items if item.id}
    found: dict[str, tuple[Relation, ...]] = {}
    for relation in record.relations:
        start = uids[relation.source]
        found[start] = (*found.get(start, ()), Relation(relation.type, uids[relation.target]))
    return found


def _attributes(item: Item, relations: tuple[Relation, ...]) -> Attributes:
    if isinstance(item, NegativeRecord):
        return Attributes(kind=item.kind, reason=item.reason, relations=relations)
    return Attributes(
        confidence=item.confidence,
        identity=item.identity,
        note=item.note,
        parts=tuple(Part(part.role, part.start, part.end) for part in item.parts) if item.parts else (),
        reason=item.reason,
        relations=relations,
        runner_up=item.runner_up,
        score=item.score,
        source=item.source,
        taken_from=item.taken_from,
        unsure=item.unsure,
    )


def _hash(*identity: str) -> str:
    """Return a uid derived from what it stands for."""
    return blake2b("\0".join(identity).encode(), digest_size=16).hexdigest()
