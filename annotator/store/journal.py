"""All that a project knows of some documents and annotators, version by version: what a packet is made of.

Withdrawn versions stay at home: what was undone here may never have been meant for others.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from typing import Any

from msgspec import Raw, json
from sqlalchemy import Connection

from annotator.packet_records import (
    AnnotationLine,
    AnnotatorLine,
    AssignmentLine,
    DocumentLine,
    GuidelineLine,
    StateLine,
)  # fmt: skip
from annotator.records import LabelRecord, Zone
from annotator.store.connection import raw
from annotator.store.revisions import links

_DOCUMENTS = """
    SELECT id, sha256, text, external_id, title, outlet, byline, url, published, language, meta_json, zones,
        (SELECT sha256 FROM document AS former WHERE former.id = revision.predecessor_id), withdrawn IS NOT NULL
    FROM document LEFT JOIN revision ON document_id = document.id ORDER BY id
"""
_VERSION = "uid, digest, parents, document_id, annotator_id, guideline_id, at, deleted"
_ANNOTATIONS = f"""
    SELECT {_VERSION}, start, "end", label_id, attributes FROM annotation WHERE withdrawn IS NULL ORDER BY uid, id
"""
_STATES = f"SELECT {_VERSION}, status, round, blind FROM layer_state WHERE withdrawn IS NULL ORDER BY uid, id"
_decode_zones = json.Decoder(list[Zone]).decode


class Journal:
    """Reads what is to travel of `documents`, local ids, made by `annotators`, local ids.

    With `is_blind` it leaves out what other tools said of an article beside what is known of every article: they keep
    comments and predictions there.
    """

    def __init__(
        self,
        connection: Connection,
        documents: Collection[int],
        annotators: Collection[int],
        *,
        is_blind: bool = False,
    ) -> None:
        self._rows = raw(connection)
        self._documents = documents
        self._annotators = annotators
        self._is_blind = is_blind
        self._sha256: dict[int, str] = dict(self._rows.execute("SELECT id, sha256 FROM document"))
        self._uids: dict[int, str] = dict(self._rows.execute("SELECT id, uid FROM annotator"))
        self._labels: dict[int | None, str] = dict(self._rows.execute("SELECT id, key FROM label"))
        self._guidelines: dict[int | None, str] = dict(self._rows.execute("SELECT id, sha256 FROM guideline"))
        self._corrections = {link.document_id for link in links(connection)}
        self._named: set[str | None] = set()  # guidelines that some version was made by

    def documents(self) -> Iterator[DocumentLine]:
        with closing(self._rows.execute(_DOCUMENTS)) as rows:
            for key, sha256, text, *more, zones, predecessor, withdrawn in rows:
                if key in self._documents:
                    external_id, title, outlet, byline, url, published, language, meta_json = more
                    yield DocumentLine(
                        sha256=sha256, text=text, external_id=external_id, title=title, outlet=outlet, byline=byline,
                        url=url, published=published, language=language, zones=_decode_zones(zones),
                        meta_json="{}" if self._is_blind else meta_json, withdrawn=bool(withdrawn),
                        predecessor=predecessor if key in self._corrections else None,
                    )  # fmt: skip

    def annotators(self) -> Iterator[AnnotatorLine]:
        for key, uid, kind, name in self._rows.execute("SELECT id, uid, kind, name FROM annotator ORDER BY uid"):
            if key in self._annotators:
                yield AnnotatorLine(uid=uid, kind=kind, name=name)

    def annotations(self) -> Iterator[AnnotationLine]:
        """Yield every version of every annotation; those of one uid follow each other."""
        for common, (start, end, label, attributes) in self._versions(_ANNOTATIONS):
            attributes = Raw(attributes.encode())
            label = self._labels.get(label)
            yield AnnotationLine(**common, start=start, end=end, label=label, attributes=attributes)

    def states(self) -> Iterator[StateLine]:
        """Yield every version of every layer's state; those of one uid follow each other."""
        for common, (status, round_, blind) in self._versions(_STATES):
            yield StateLine(**common, status=status, round=round_, blind=bool(blind))

    def guidelines(self, current: str | None) -> Iterator[GuidelineLine]:
        """Yield the current guideline, and those that a version named which was read before."""
        for sha256, text, labels_json in self._rows.execute("SELECT sha256, text, labels_json FROM guideline"):
            if sha256 in self._named or sha256 == current:
                yield GuidelineLine(sha256=sha256, text=text, labels_json=labels_json)

    def assignment(self, annotator_id: int) -> Iterator[AssignmentLine]:
        """Yield what an annotator was given of the documents, with the seconds worked on each here or elsewhere."""
        worked = seconds_worked(self._rows, annotator_id)
        sql = "SELECT document_id, round, active_seconds FROM assignment WHERE annotator_id = ? ORDER BY document_id"
        for key, round_, seconds in self._rows.execute(sql, (annotator_id,)):
            if key in self._documents:
                seconds = max(seconds, worked.get(key, 0.0))
                yield AssignmentLine(document=self._sha256[key], round=round_, active_seconds=seconds)

    def _versions(self, sql: str) -> Iterator[tuple[dict[str, Any], list[Any]]]:
        with closing(self._rows.execute(sql)) as rows:
            for uid, digest, parents, document, annotator, guideline, at, deleted, *said in rows:
                if document not in self._documents or annotator not in self._annotators:
                    continue
                self._named.add(by := self._guidelines.get(guideline))
                hexadecimal = parents.hex()
                yield {
                    "uid": uid,
                    "digest": digest.hex(),
                    "parents": tuple(hexadecimal[i : i + 32] for i in range(0, len(hexadecimal), 32)),
                    "document": self._sha256[document],
                    "annotator": self._uids[annotator],
                    "guideline": by,
                    "at": at,
                    "deleted": bool(deleted),
                }, said  # fmt: skip


def labels(connection: Connection) -> list[LabelRecord]:
    """Return the labels of the project as others need them defined."""
    sql = "SELECT key, title, colour, pattern, shortcut FROM label ORDER BY position"
    return [
        LabelRecord(key=key, title=title, colour=colour, pattern=pattern, shortcut=shortcut)
        for key, title, colour, pattern, shortcut in raw(connection).execute(sql)
    ]


def current_guideline(connection: Connection) -> str | None:
    """Return the hash of the guideline that people read now."""
    sql = "SELECT sha256 FROM guideline WHERE text IS NOT NULL ORDER BY id DESC LIMIT 1"
    found = raw(connection).execute(sql).fetchone()
    return found[0] if found else None


def seconds_worked(rows: sqlite3.Connection, annotator_id: int) -> dict[int, float]:
    """Return the active seconds of an annotator's edits in this project, by document."""
    sql = """
        SELECT document_id, sum(active_seconds) FROM (
            SELECT DISTINCT document_id, edit AS number FROM annotation WHERE annotator_id = :who
            UNION SELECT DISTINCT document_id, edit FROM layer_state WHERE annotator_id = :who
        ) JOIN edit USING (number) WHERE active_seconds > 0 GROUP BY document_id
    """
    return dict(rows.execute(sql, {"who": annotator_id}))
