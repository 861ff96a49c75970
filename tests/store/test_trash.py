"""The trash: what is deleted is nowhere to be seen, and comes back with all that it had."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from annotator import exporters, removing, repetition
from annotator.criteria import Criteria
from annotator.packets import merging, packing
from annotator.records import UserError
from annotator.reviewing import Review
from annotator.rows import Filter
from annotator.store import Store, assignments, comparison, conflicts, edits, lanes, queries, streams, trash, undo
from annotator.store.past import Past
from annotator.store.search import search
from tests.builders import TEXT, add_annotator, bring_lines, by, findings, line, parsed, span

OTHER = "The ministry denied it. “Never,” one official said. The mayor declined to comment."
THIRD = "A third article that nobody has begun."


def layers_of(text, name):
    return [
        line(text, span(0, 9, "denial", source=f"Source of {name}"), span(10, 16, "on-record", unsure=True),
             annotator=by(who), document=name, meta={"title": name})
        for who in ("Ana", "Ben")
    ]  # fmt: skip


@pytest.fixture
def full(store, tmp_path):
    """A project of two articles that two people have finished, and one that nobody has begun."""
    gold = [line(text, span(0, 9, "denial"), annotator=by("gold", "gold")) for text in (TEXT, OTHER)]
    bring_lines(store, tmp_path, *layers_of(TEXT, "first"), *layers_of(OTHER, "second"), *gold, line(THIRD))
    return store


def everything_said(store, folder):
    """All that can be asked of a project, by what is asked."""
    with store.reading() as connection:
        ana = next(row.id for row in queries.annotators(connection) if row.name == "Ana")
        people = [row.id for row in queries.annotators(connection)]
        ids = list(queries.document_ids(connection, None))
        last = max(ids, default=0) + 5
        answers = {
            "documents": ids,
            "finished": list(queries.document_ids(connection, ana, Filter(status="finished"))),
            "unread": list(queries.document_ids(connection, ana, Filter(status="unread"))),
            "words": list(queries.document_ids(connection, ana, Filter(words="denied"))),
            "label": list(queries.document_ids(connection, ana, Filter(label="denial"))),
            "unsure": list(queries.document_ids(connection, None, Filter(unsure=True))),
            "search": [hit.document_id for hit in search(connection, "denied")],
            "rows": queries.document_rows(connection, ids, ana),
            "layers": queries.layers(connection),
            "progress of Ana": queries.progress(connection, ana),
            "progress of all": queries.progress(connection, None),
            "next": [queries.next_unfinished(connection, who, 0) for who in (ana, None)],
            "sources": queries.source_names(connection),
            "compared": list(lanes.compared_ids(connection)),
            "articles": list(lanes.articles(connection, ids)),
            "conflicts": conflicts.conflicts(connection),
            "readers": assignments.readers(connection),
            "assigned": assignments.assigned(connection, ana),
            "unfinished": assignments.unfinished(connection, ana),
            "worked on": assignments.worked_on(connection, ana),
            "counted": streams.count_documents(connection),
            "by hash": comparison.documents_by_hash(connection),
            "doubts": comparison.unsure(connection, people, 1, last),
        }
    review = Review(store, Criteria())
    answers |= {"questions": review.questions(), "trend": review.trend(), "result": repr(review.result())}
    exporters.export(store, folder / "out.jsonl", exporters.ExportOptions(status="all"))
    answers["export"] = parsed(folder / "out.jsonl")
    packing.pack_everything(store, folder / "all.packet")
    with Store.create(folder / "copy.annotator") as copy:
        merging.merge(copy, [folder / "all.packet"])
        answers["packet"] = sorted(
            hash_ for (hash_,) in _ask(copy, "SELECT sha256 FROM document WHERE withdrawn IS NULL")
        )
    packing.give_back(store, folder / "ana.packet", "Ana")
    for file in ("out.jsonl", "out.export.json", "all.packet", "ana.packet", "copy.annotator", "copy.annotator.lock"):
        (folder / file).unlink(missing_ok=True)
    return answers


def _ask(store, sql):
    with store.reading() as connection:
        return connection.exec_driver_sql(sql).all()


def test_what_is_deleted_is_asked_of_nothing(full, tmp_path):
    """A project with a deleted article says the same as one that never had it."""
    never = Store.create(tmp_path / "never.annotator", "Test")
    with never:
        gold = line(TEXT, span(0, 9, "denial"), annotator=by("gold", "gold"))
        bring_lines(never, tmp_path, *layers_of(TEXT, "first"), gold)
        for store, ids in ((full, [1, 2, 3]), (never, [1])):
            with store.transaction() as connection:
                ana = queries.annotator(connection, "Ana")
                given = [assignments.Given(each, "chosen", None, None) for each in ids]
                assignments.assign(connection, ana, "production", given)
        before = everything_said(full, tmp_path)
        with full.transaction() as connection:
            trash.delete_documents(connection, "Delete", [2, 3])
        here, there = everything_said(full, tmp_path), everything_said(never, tmp_path)
    for asked, answer in here.items():
        assert answer == there[asked], asked
    assert [asked for asked in before if before[asked] == here[asked]] == ["conflicts"]


def test_a_deleted_article_comes_back_with_its_layers_out_of_order(full, tmp_path):
    before = everything_said(full, tmp_path)
    for each in (2, 1):
        with full.transaction() as connection:
            trash.delete_documents(connection, "Delete", [each])
    with full.transaction() as connection:
        trash.restore_documents(connection, "Restore", [2])
    assert [row.document_id for row in contents(full)] == [1]
    with full.transaction() as connection:
        trash.restore_documents(connection, "Restore", [1])
    assert everything_said(full, tmp_path) == before
    assert contents(full) == []


def contents(store):
    with store.reading() as connection:
        return trash.contents(connection)


def revert(store, verb, times=1):
    for _ in range(times):
        with store.transaction() as connection:
            verb(connection)


def test_a_deletion_is_undone_after_a_restart(full, tmp_path):
    before = everything_said(full, tmp_path)
    with full.transaction() as connection:
        number = trash.delete_documents(connection, "Delete 2 articles", [1, 2])
    path = full.path
    full.close()
    with Store.open(path) as store:
        with store.reading() as connection:
            assert undo.next_undo(connection) == (number, "Delete 2 articles")
        revert(store, undo.undo)
        assert everything_said(store, tmp_path) == before
        revert(store, undo.redo)
        assert {row.document_id for row in contents(store)} == {1, 2}
        assert findings(store) == []


def test_the_trash_says_what_when_and_whose(full):
    began = datetime.now(UTC)
    with full.transaction() as connection:
        number = trash.delete_documents(connection, "Delete", [1])
        ben = next(row.id for row in queries.annotators(connection) if row.name == "Ben")
        layer = trash.delete_layer(connection, "Delete layer", 2, ben)
    latest, first = contents(full)
    assert (first.document_id, first.name, first.annotator, first.edit) == (1, "first", None, number)
    assert first.annotations == (("Ana", 2), ("Ben", 2), ("gold", 1))
    assert (latest.document_id, latest.name, latest.annotator, latest.edit) == (2, "second", "Ben", layer)
    assert latest.annotations == (("Ben", 2),)
    assert all(began <= row.at <= datetime.now(UTC) for row in (latest, first))


def test_only_articles_are_old_enough_after_thirty_days(full):
    with full.transaction() as connection:
        trash.delete_documents(connection, "Delete", [1])
        trash.delete_layer(connection, "Delete layer", 2, queries.annotator(connection, "Ana"))
    rows = contents(full)
    at = rows[-1].at
    assert trash.old(rows, at + timedelta(days=30, seconds=-1)) == []
    assert trash.old(rows, at + timedelta(days=30)) == [1]


def test_what_an_undone_import_took_along_can_only_be_removed_for_good(full, tmp_path):
    before = everything_said(full, tmp_path)
    revert(full, undo.undo)
    lies = contents(full)
    assert {(row.document_id, row.how, row.annotations) for row in lies} == {(key, "undone", ()) for key in (1, 2, 3)}
    assert trash.old(lies, lies[0].at + timedelta(days=400)) == []
    with pytest.raises(UserError, match="was undone. It comes back by redo"), full.transaction() as connection:
        trash.restore_documents(connection, "Restore", [1])
    revert(full, undo.redo)
    assert everything_said(full, tmp_path) == before
    revert(full, undo.undo)
    removing.remove_for_good(full, [2])
    revert(full, undo.redo)
    with full.reading() as connection:
        assert list(queries.document_ids(connection, None)) == [1, 3]
    assert contents(full) == []
    assert OTHER.encode() not in full.path.read_bytes()
    assert findings(full) == []


def test_what_came_in_the_trash_of_a_packet_is_restored_or_removed(full, tmp_path):
    with full.transaction() as connection:
        trash.delete_documents(connection, "Delete", [1, 2])
    packing.pack_everything(full, tmp_path / "all.packet")
    with Store.create(tmp_path / "other.annotator") as other:
        merging.merge(other, [tmp_path / "all.packet"])
        with other.reading() as connection:
            assert list(queries.document_ids(connection, None)) == [3]
            assert not Past(connection, 1).had(1)  # nor was it there when it came
        assert {(row.document_id, row.how) for row in contents(other)} == {(1, "packet"), (2, "packet")}
        revert(other, undo.undo)
        assert {row.how for row in contents(other)} == {"undone"}
        revert(other, undo.redo)
        with other.transaction() as connection:
            trash.restore_documents(connection, "Restore", [1])
        with other.reading() as connection:
            assert [row.spans for row in queries.layers(connection, 1)] == [2, 2, 1]
            assert Past(connection, 2).had(1) is False
            assert Past(connection, 4).had(1) is True
        revert(other, undo.undo)
        assert {(row.document_id, row.how) for row in contents(other)} == {(1, "packet"), (2, "packet")}
        removing.remove_for_good(other, [1])
        assert TEXT[:30].encode() not in other.path.read_bytes()
        assert findings(other) == []


def test_an_import_restores_what_lies_in_the_trash(full, tmp_path):
    before = everything_said(full, tmp_path)
    with full.transaction() as connection:
        trash.delete_documents(connection, "Delete", [2])
    report = bring_lines(full, tmp_path, line(OTHER))
    assert (report.documents, report.annotations) == (1, 0)
    assert everything_said(full, tmp_path) == before
    revert(full, undo.undo)
    assert [row.document_id for row in contents(full)] == [2]  # it lies there again, with its day
    revert(full, undo.redo)
    assert everything_said(full, tmp_path) == before


def test_a_merge_restores_what_lies_in_the_trash(full, tmp_path):
    packing.pack_everything(full, tmp_path / "all.packet")
    before = everything_said(full, tmp_path)
    packing.pack_everything(full, tmp_path / "all.packet")
    with full.transaction() as connection:
        trash.delete_documents(connection, "Delete", [1, 2])
    assert merging.merge(full, [tmp_path / "all.packet"]).restored_documents == 2
    assert everything_said(full, tmp_path) == before
    revert(full, undo.undo)
    assert [row.document_id for row in contents(full)] == [2, 1]


def test_a_deleted_layer_comes_back_and_what_was_made_since_stays(full, tmp_path):
    ana = add_annotator(full)
    before = everything_said(full, tmp_path)
    with full.transaction() as connection:
        trash.delete_layer(connection, "Delete layer", 1, ana)
    with full.reading() as connection:
        assert [row.annotator for row in queries.layers(connection, 1)] == ["Ben", "gold"]
        assert {row.annotator_id for row in queries.annotations(connection, 1)}.isdisjoint({ana})
    with full.transaction() as connection:
        edits.change_annotations(connection, "Tag", 1, ana, [edits.Change("new", (20, 25), "denial")])
        trash.restore_layer(connection, "Restore layer", 1, ana)
    with full.reading() as connection:
        own = [row for row in queries.annotations(connection, 1) if row.annotator_id == ana]
        assert [(row.start, row.end) for row in own] == [(0, 9), (10, 16), (20, 25)]
        status = {row.annotator: row.status for row in queries.layers(connection, 1)}
        assert status["Ana"] == "started"
    revert(full, undo.undo, 3)
    assert everything_said(full, tmp_path) == before
    assert findings(full) == []


def test_a_layer_whose_restoring_was_undone_lies_in_the_trash_again(full, tmp_path):
    ana = add_annotator(full)
    before = everything_said(full, tmp_path)
    with full.transaction() as connection:
        trash.delete_layer(connection, "Delete layer", 1, ana)
    (lies,) = contents(full)
    with full.transaction() as connection:
        trash.restore_layer(connection, "Restore layer", 1, ana)
    revert(full, undo.undo)
    assert contents(full) == [lies]
    revert(full, undo.redo)
    assert contents(full) == []
    revert(full, undo.undo)
    with full.transaction() as connection:
        trash.restore_layer(connection, "Restore layer", 1, ana)
    assert everything_said(full, tmp_path) == before
    revert(full, undo.undo, 2)
    assert everything_said(full, tmp_path) == before
    assert findings(full) == []


def test_an_import_restores_a_deleted_layer(full, tmp_path):
    ana = add_annotator(full)
    before = everything_said(full, tmp_path)
    with full.transaction() as connection:
        trash.delete_layer(connection, "Delete layer", 1, ana)
    bring_lines(full, tmp_path, *layers_of(TEXT, "first"))
    assert everything_said(full, tmp_path) == before
    revert(full, undo.undo, 2)
    assert everything_said(full, tmp_path) == before


@pytest.mark.parametrize("wrong", [7, 0, -1])
def test_what_is_not_there_cannot_be_deleted(full, wrong):
    with full.transaction() as connection, pytest.raises(UserError, match="There is no article"):
        trash.delete_documents(connection, "Delete", [wrong])


def test_an_export_made_again_has_what_was_there_then(full, tmp_path):
    target = tmp_path / "then.jsonl"
    exporters.export(full, target, exporters.ExportOptions())
    then = target.read_bytes()
    with full.transaction() as connection:
        trash.delete_documents(connection, "Delete", [1])
    exporters.export(full, tmp_path / "less.jsonl", exporters.ExportOptions())
    less = (tmp_path / "less.jsonl").read_bytes()
    with full.transaction() as connection:
        trash.restore_documents(connection, "Restore", [1])
    for name, expected in (("then", then), ("less", less)):
        again = tmp_path / "again" / f"{name}.jsonl"
        again.parent.mkdir(exist_ok=True)
        repetition.repeat(full, tmp_path / f"{name}.jsonl.export.json", again)
        assert again.read_bytes() == expected
    assert json.loads(less.splitlines()[0])["document"] == "second"
