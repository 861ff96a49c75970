"""Finished layers side by side: which documents have two, and what gold says there."""

from annotator.store import edits, lanes, undo
from tests.builders import TEXT, bring_lines, by, line, span


def three_layers(store, folder, **more):
    bring_lines(
        store, folder,
        line(TEXT, span(0, 9), annotator=by("Ben"), status="finished", **more),
        line(TEXT, annotator=by("Ana"), status="finished"),
        line(TEXT, span(3, 9), annotator=by("Cem"), status="started"),
        line(TEXT, span(0, 5), annotator=by("bert", "model"), status="finished"),
    )  # fmt: skip


def test_a_document_has_a_lane_for_each_person_who_finished_it(store, tmp_path):
    three_layers(store, tmp_path, negatives=[{"start": 20, "end": 30}])
    with store.reading() as connection:
        (found,) = lanes.articles(connection, lanes.compared_ids(connection))
    assert sorted(lane.name for lane in found.lanes) == ["Ana", "Ben"]
    assert [(row.start, row.end, row.label) for row in found.spans] == [(0, 9, "denial")]
    assert (found.length, found.gold, found.gold_status) == (len(TEXT), (), "unread")


def test_one_finished_layer_is_nothing_to_compare(store, document, ana):
    with store.transaction() as connection:
        edits.set_state(connection, "Finish", document, ana, status="finished")
        assert list(lanes.compared_ids(connection)) == []
        ben = lanes.make_gold(connection).annotator_id  # gold is nobody's lane
        edits.set_state(connection, "Finish", document, ben, status="finished")
        assert list(lanes.compared_ids(connection)) == []


def test_the_gold_of_an_import_is_gone_on_with(store, tmp_path):
    three_layers(store, tmp_path)
    bring_lines(store, tmp_path, line(TEXT, span(0, 4), annotator=by("Board", "gold"), status="started"))
    with store.transaction() as connection:
        assert lanes.make_gold(connection) == lanes.gold(connection)
        (found,) = lanes.articles(connection, lanes.compared_ids(connection))
    assert [(row.start, row.end) for row in found.gold] == [(0, 4)] and found.gold_status == "started"


def test_a_document_whose_import_was_undone_is_not_compared(store, tmp_path):
    three_layers(store, tmp_path)
    with store.transaction() as connection:
        undo.undo(connection)
        assert list(lanes.compared_ids(connection)) == []
