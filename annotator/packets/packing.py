"""Making packets: an assignment for an annotator, the return of what an annotator made, or everybody's work."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, structs
from sqlalchemy import Connection

from annotator import __version__
from annotator.packet_records import PACKET_SCHEMA, AnnotatorLine, Manifest, PacketKind, ProjectLine
from annotator.packets import archive
from annotator.packets.choosing import Wanted, choose
from annotator.records import AnnotatorRecord, UserError
from annotator.store import Store, assignments, queries
from annotator.store.identity import project
from annotator.store.journal import Journal, current_guideline, labels

SUFFIX = ".packet"


class Packed(Struct, frozen=True, kw_only=True):
    """What a packet holds."""

    path: str
    kind: PacketKind
    annotator: str | None
    documents: int
    annotations: int  # versions
    states: int  # versions
    shared: int = 0  # documents that somebody else was given too
    by_query: int = 0  # documents that were drawn by words
    unfinished: int = 0  # assigned documents that are not finished


def assign(store: Store, target: Path, annotator: str, wanted: Wanted) -> Packed:
    """Choose documents for an annotator, write their packet, and remember who was given what.

    The packet holds the annotator's own work, and nobody else's.

    Raises:
        UserError: the name is blank, there are not enough documents, or the disk refuses.

    """
    with store.transaction() as connection:
        who = queries.annotator(connection, annotator.strip())
        chosen = choose(connection, who, wanted)
        if not chosen:
            raise UserError("There is no article to give: this project is empty.")
        readers = assignments.readers(connection)
        given = [assignments.Given(*each) for each in chosen]
        assignments.assign(connection, who, wanted.round, given)
        documents = [each.document_id for each in chosen]
        packed = _write(connection, target, "assignment", documents, [who], who)
    shared = sum(1 for key in documents if readers.get(key, set()) - {who})
    by_query = sum(1 for each in chosen if each.sampling == "query")
    return structs.replace(packed, shared=shared, by_query=by_query)


def give_back(store: Store, target: Path, annotator: str | None = None) -> Packed:
    """Write what an annotator made, finished or not, as often as one likes.

    Without a name it is the one whose packet the project was made from.

    Raises:
        UserError: there is no such annotator, nothing was made yet, or the disk refuses.

    """
    with store.reading() as connection:
        who = _annotator(connection, annotator)
        documents = assignments.worked_on(connection, who)
        if not documents:
            raise UserError("There is nothing to give back yet: no article was begun.")
        return _write(connection, target, "return", documents, [who], who)


def pack_everything(store: Store, target: Path) -> Packed:
    """Write all documents and everybody's work: to go on elsewhere. Raises UserError, where the disk refuses."""
    with store.reading() as connection:
        everybody = [row.id for row in queries.annotators(connection)]
        return _write(connection, target, "everything", assignments.worth_keeping(connection), everybody, None)


def _annotator(connection: Connection, name: str | None) -> int:
    if name is None:
        origin = assignments.origin(connection)
        if origin is None:
            raise UserError("This project was not made from a packet: say whose work is to be given back.")
        return origin.annotator_id
    found = [row.id for row in queries.annotators(connection) if row.kind == "human" and row.name == name.strip()]
    if not found:
        raise UserError(f"Nobody called “{name}” has annotated in this project.")
    return found[0]


def _write(
    connection: Connection,
    target: Path,
    kind: PacketKind,
    documents: Collection[int],
    annotators: Collection[int],
    who: int | None,
) -> Packed:
    journal = Journal(connection, set(documents), set(annotators), is_blind=kind == "assignment")
    guideline = current_guideline(connection)
    identity = project(connection)
    origin = assignments.origin(connection)
    unfinished = assignments.unfinished(connection, who) if who is not None and kind == "return" else 0
    with archive.writing(target) as writer:
        count = writer.add("documents.jsonl", journal.documents())
        people = list(journal.annotators())
        writer.add("annotators.jsonl", people)
        annotations = writer.add("annotations.jsonl", journal.annotations())
        states = writer.add("states.jsonl", journal.states())
        writer.add("guidelines.jsonl", journal.guidelines(guideline))
        writer.add("assignment.jsonl", journal.assignment(who) if who is not None else ())
        manifest = Manifest(
            schema_name=PACKET_SCHEMA,
            kind=kind,
            project=ProjectLine(uid=identity.uid, title=identity.title),
            origin=origin.project_uid if origin else None,
            annotator=_record(people[0]) if who is not None else None,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            program=__version__,
            labels=labels(connection),
            guideline=guideline,
            documents=count,
            unfinished=unfinished,
            files=writer.files,
        )
        writer.close(manifest)
    return Packed(
        path=str(target), kind=kind, annotator=people[0].name if who is not None else None,
        documents=count, annotations=annotations, states=states, unfinished=unfinished,
    )  # fmt: skip


def _record(line: AnnotatorLine) -> AnnotatorRecord:
    return AnnotatorRecord(id=line.uid, name=line.name, kind=line.kind)
