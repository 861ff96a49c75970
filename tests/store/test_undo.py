"""Undo and redo over restarts, and of imports. `test_undo_stateful.py` holds them against the pure model."""

from annotator.rows import Filter, Place
from annotator.store import Store, edits, queries, undo
from annotator.store.edits import Change, change_annotations
from tests.builders import TEXT, add_annotator, add_document, bring_lines, by, findings, line, span


def shown(store):
    with store.reading() as connection:
        ids = queries.document_ids(connection, None)
        return {row.uid: (row.start, row.end, row.label) for key in ids for row in queries.annotations(connection, key)}


def undone(store):
    with store.transaction() as connection:
        return undo.undo(connection)


def redone(store):
    with store.transaction() as connection:
        return undo.redo(connection)


def names(store):
    with store.reading() as connection:
        steps = undo.next_undo(connection), undo.next_redo(connection)
    return tuple(step and step.name for step in steps)


def test_a_hundred_steps_are_undone_and_redone_after_a_restart(tmp_path):
    path = tmp_path / "p.annotator"
    states = []
    with Store.create(path) as store:
        document, ana = add_document(store, tmp_path), add_annotator(store)
        for number in range(100):
            states.append(shown(store))
            uid = f"a{number % 7}"
            label = ("denial", "on-record", None)[number % 3]
            change = Change(uid, None) if number % 5 == 4 and uid in states[-1] else Change(uid, (0, number + 1), label)
            with store.transaction() as connection:
                change_annotations(connection, f"Edit {number}", document, ana, [change])
        states.append(shown(store))
    with Store.open(path) as store:
        for number in reversed(range(100)):
            assert names(store)[0] == f"Edit {number}"
            undone(store)
            assert shown(store) == states[number]
    with Store.open(path) as store:
        for number in range(100):
            assert names(store)[1] == f"Edit {number}"
            redone(store)
            assert shown(store) == states[number + 1]
        assert names(store)[1] is None
        assert findings(store) == []


def test_undo_shows_the_place_it_changed(store, document, ana):
    with store.transaction() as connection:
        change_annotations(connection, "Tag", document, ana, [Change("one", (10, 16), "denial")])
        edits.set_state(connection, "Finish", document, ana, status="finished")
    assert undone(store) == Place(document, None, 0, 0)
    assert undone(store) == Place(document, "one", 10, 16)
    assert redone(store) == Place(document, "one", 10, 16)


def test_where_nothing_is_left_undo_and_redo_do_nothing(store):
    assert undone(store) is None
    assert redone(store) is None
    assert names(store) == (None, None)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM edit").scalar_one() == 0


def test_a_new_edit_ends_redo(store, document, ana):
    for number in range(2):
        with store.transaction() as connection:
            change_annotations(connection, f"Tag {number}", document, ana, [Change(f"a{number}", (0, 9), "denial")])
        if number == 0:
            undone(store)
    assert names(store) == ("Tag 1", None)


LAYER = line(TEXT, span(0, 9, id="one"), annotator=by("Ana"), negatives=[{"start": 3, "end": 5, "id": "two"}])


def visible(store):
    with store.reading() as connection:
        return (
            len(queries.document_ids(connection, None)),
            len(queries.layers(connection)),
            [row.uid for row in queries.annotations(connection, 1)],
            len(queries.document_ids(connection, None, Filter("mayor"))),
        )


def test_undo_of_an_import_withdraws_articles_layers_and_annotations_and_redo_brings_them_back(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    there = visible(store)
    assert there == (1, 1, ["one", "two"], 1)
    for _ in range(2):
        assert undone(store) is None
        assert visible(store) == (0, 0, [], 0)
        assert findings(store) == []
        redone(store)
        assert visible(store) == there
        assert findings(store) == []


def test_importing_again_what_was_undone_brings_it_back_as_an_edit_of_its_own(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    there = visible(store)
    undone(store)
    report = bring_lines(store, tmp_path, LAYER)
    assert (report.documents, report.layers, report.annotations, report.known_annotations) == (1, 1, 2, 0)
    assert visible(store) == there
    assert names(store) == ("Import in.jsonl", None)
    undone(store)
    assert visible(store) == (0, 0, [], 0)
    assert findings(store) == []


def test_undo_of_an_import_leaves_what_was_there_before(store, document, ana, tmp_path):
    with store.transaction() as connection:
        change_annotations(connection, "Tag", document, ana, [Change("own", (0, 9), "denial")])
    bring_lines(store, tmp_path, line(TEXT, span(3, 9, id="more"), annotator=by("Ana")))
    assert set(shown(store)) == {"own", "more"}
    undone(store)
    assert set(shown(store)) == {"own"}
    with store.reading() as connection:
        assert [row.status for row in queries.layers(connection)] == ["started"]


def test_what_was_built_on_an_import_and_undone_goes_with_it(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    ana = add_annotator(store)
    with store.transaction() as connection:
        change_annotations(connection, "Relabel", 1, ana, [Change("one", (0, 9), "on-record")])
    undone(store)
    undone(store)
    assert visible(store) == (0, 0, [], 0)
    bring_lines(store, tmp_path, LAYER)
    assert shown(store)["one"] == (0, 9, "denial")
    with store.transaction() as connection:
        change_annotations(connection, "Relabel", 1, ana, [Change("one", (0, 9), "on-record")])
    assert shown(store)["one"] == (0, 9, "on-record")
    assert findings(store) == []


def test_an_import_that_brings_nothing_is_no_step_to_undo(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    ana = add_annotator(store)
    with store.transaction() as connection:
        change_annotations(connection, "Tag", 1, ana, [Change("own", (0, 9), "denial")])
    bring_lines(store, tmp_path, LAYER)
    assert names(store)[0] == "Tag"
