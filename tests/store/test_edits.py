"""Single edits: what they write, what they refuse, and what a refused one leaves: nothing."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from annotator.assets import guideline_text
from annotator.records import Attributes, UserError
from annotator.rows import Filter
from annotator.store import edits, queries, tables, undo
from annotator.store.edits import Change, change_annotations, describe, set_state
from annotator.text import sha256
from tests.builders import TEXT, add_annotator, add_document, bring_lines, by, findings, line, span


def change(store, document, ana, *changes, name="Tag"):
    with store.transaction() as connection:
        return change_annotations(connection, name, document, ana, changes)


def annotations(store, document):
    with store.reading() as connection:
        return queries.annotations(connection, document)


def status(store, document, ana):
    with store.reading() as connection:
        return queries.document_rows(connection, [document], ana)[0].status


def count(store, table):
    with store.reading() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def test_what_was_tagged_is_read_as_it_was_written(store, document, ana):
    attributes = Attributes(note="“sicher” 😀", unsure=True, runner_up="on-record", score=0.5)
    change(store, document, ana, Change("one", (10, 16), "denial", attributes))
    (row,) = annotations(store, document)
    assert row == ("one", ana, 10, 16, "denial", attributes)


def test_a_layer_that_was_unread_is_started_by_its_first_edit_and_stays_finished_by_a_later_one(store, document, ana):
    assert status(store, document, ana) == "unread"
    change(store, document, ana, Change("one", (0, 9), "denial"))
    assert status(store, document, ana) == "started"
    with store.transaction() as connection:
        set_state(connection, "Finish", document, ana, status="finished")
    change(store, document, ana, Change("two", (0, 9), "denial"))
    assert status(store, document, ana) == "finished"


def test_several_changes_are_one_edit(store, document, ana):
    before = count(store, "edit")
    change(store, document, ana, Change("one", (0, 9), "denial"), Change("two", (3, 5), None))
    assert count(store, "edit") == before + 1
    with store.transaction() as connection:
        undo.undo(connection)
    assert annotations(store, document) == []


def test_the_same_annotation_changed_twice_in_one_edit_is_undone_at_once(store, document, ana):
    change(store, document, ana, Change("one", (0, 9), "denial"))
    change(store, document, ana, Change("one", (0, 5), "denial"), Change("one", (0, 3), "denial"))
    with store.transaction() as connection:
        undo.undo(connection)
    assert [(row.start, row.end) for row in annotations(store, document)] == [(0, 9)]
    assert findings(store) == []


LENGTH = len(TEXT)


@pytest.mark.parametrize("bad", [(0, 0), (5, 4), (-1, 4), (0, LENGTH + 1), (LENGTH, LENGTH + 1)])
def test_a_span_that_is_not_within_the_text_is_refused_and_leaves_nothing(store, document, ana, bad):
    before = count(store, "edit")
    with pytest.raises(UserError, match=f"The span {bad[0]} to {bad[1]} is not within its text of {LENGTH} characters"):
        change(store, document, ana, Change("one", bad, "denial"))
    assert (count(store, "edit"), count(store, "annotation"), count(store, "layer_state")) == (before, 0, 0)


def test_the_length_of_a_text_is_in_code_points(store, document, ana):
    change(store, document, ana, Change("one", (0, LENGTH), "denial"))
    assert annotations(store, document)[0].end == LENGTH


def test_a_label_that_the_project_does_not_have_is_refused_by_name(store, document, ana):
    with pytest.raises(UserError, match="This project has no label “rumour”"):
        change(store, document, ana, Change("one", (0, 9), "rumour"))
    assert annotations(store, document) == []


def test_an_annotation_that_was_never_there_cannot_be_removed(store, document, ana):
    with pytest.raises(UserError, match="not in the project any more"):
        change(store, document, ana, Change("one", None))


def test_an_annotation_of_somebody_else_cannot_be_changed(store, document, ana):
    ben = add_annotator(store, "Ben")
    change(store, document, ana, Change("one", (0, 9), "denial"))
    for bad in Change("one", (0, 5), "denial"), Change("one", None):
        with pytest.raises(ValueError, match="not of this layer"):
            change(store, document, ben, bad)
    assert findings(store) == []


def test_an_article_whose_import_was_undone_takes_no_edits(store, document, ana):
    with store.transaction() as connection:
        undo.undo(connection)
    with pytest.raises(UserError, match="This article is not in the project any more"):
        change(store, document, ana, Change("one", (0, 9), "denial"))


def test_an_edit_is_stamped_with_the_guideline_that_people_read_not_with_one_that_a_file_names(store, tmp_path, ana):
    bring_lines(store, tmp_path, line(TEXT, span(0, 9), annotator=by("Ben"), guideline="f" * 64))
    with store.reading() as connection:
        assert edits.layer(connection, 1, ana).guideline == sha256(guideline_text())


def test_times_are_read_as_utc_whether_an_edit_or_an_import_wrote_them(store, document, ana, tmp_path):
    began = datetime.now(UTC)
    change(store, document, ana, Change("one", (0, 9), "denial"))
    bring_lines(store, tmp_path, line(TEXT, span(0, 9), annotator=by("Ben")))
    with store.reading() as connection:
        times = connection.execute(select(tables.annotation.c.at)).scalars().all()
    assert len(times) == 2
    for at in times:
        assert began <= at <= datetime.now(UTC)


def test_attributes_are_stored_as_canonical_json(store, tmp_path):
    parts = [{"role": "source", "start": 0, "end": 9}]
    more = {"note": "é😀", "parts": parts, "score": 0.25, "id": "b", "unsure": True}
    relations = [{"type": "answers", "from": "b", "to": "b"}]
    bring_lines(store, tmp_path, line(TEXT, span(0, 9, **more), annotator=by("ana"), relations=relations))
    with store.reading() as connection:
        stored = connection.exec_driver_sql("SELECT attributes FROM annotation").scalar_one()
    assert stored == json.dumps(json.loads(stored), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_metadata_changes_in_the_list_and_in_search(store, document):
    with store.transaction() as connection:
        describe(connection, "Article details", document, {"title": "Zeppelin", "outlet": "Times"})
    with store.reading() as connection:
        row = queries.document_rows(connection, [document], None)[0]
        hits = queries.document_ids(connection, None, Filter("zeppelin"))
    assert (row.title, row.outlet) == ("Zeppelin", "Times")
    assert list(hits) == [document]
    assert findings(store) == []
    with store.transaction() as connection:
        undo.undo(connection)
        assert not queries.document_ids(connection, None, Filter("zeppelin"))
    assert findings(store) == []


@pytest.mark.parametrize("column", ["text", "sha256", "length"])
def test_the_text_of_an_article_cannot_be_changed(store, document, column):
    with pytest.raises(ValueError, match="no metadata"), store.transaction() as connection:
        describe(connection, "Forge", document, {column: "1"})
    with store.reading() as connection:
        assert queries.document(connection, document).text == TEXT


def test_the_state_of_a_layer_keeps_what_is_not_changed(store, document, ana):
    with store.transaction() as connection:
        set_state(connection, "Round", document, ana, round="recheck", status="started")
        set_state(connection, "Finish", document, ana, status="finished")
        row = connection.exec_driver_sql("SELECT status, round, blind FROM layer_state WHERE current").one()
    assert row == ("finished", "recheck", 1)


def test_seconds_of_work_are_kept_with_the_edit(store, document, ana):
    with store.transaction() as connection:
        number = change_annotations(connection, "Tag", document, ana, [Change("a", (0, 1), None)], active_seconds=2.5)
        query = "SELECT active_seconds, annotator_id, kind FROM edit WHERE number = ?"
        assert connection.exec_driver_sql(query, (number,)).one() == (2.5, ana, "do")


def test_a_blank_name_is_no_annotator(store):
    with pytest.raises(UserError, match="needs a name"):
        add_annotator(store, "  ")


def test_the_same_name_is_the_same_annotator(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT, span(0, 9), annotator=by("Ana", "model")))
    assert add_annotator(store) == add_annotator(store) == 2
    assert add_document(store, tmp_path, "Another.") == 2
