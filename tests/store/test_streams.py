"""The project in order, as exports read it."""

from annotator.store import queries, streams, undo
from tests.builders import TEXT, bring_lines, by, line, span


def found(store):
    with store.reading() as connection:
        return [
            (document[1], [(layer.annotator.name, [row[2:4] for row in layer.annotations]) for layer in layers])
            for document, layers in streams.layers(connection)
        ]


def bring_three(store, folder):
    bring_lines(
        store, folder,
        line("One.", span(0, 2), annotator=by("Ben"), document="1"),
        line("Two."),
        line("Three.", span(2, 4), span(0, 3), annotator=by("Cem"), document="3"),
        line("One.", span(1, 2), annotator=by("Ana"), document="1"),
        line("Three.", annotator=by("Ana")),
    )  # fmt: skip


def test_documents_come_in_the_order_of_the_project_and_layers_by_name(store, tmp_path):
    bring_three(store, tmp_path)
    assert found(store) == [
        ("1", [("Ana", [(1, 2)]), ("Ben", [(0, 2)])]),
        (None, []),
        ("3", [("Ana", []), ("Cem", [(0, 3), (2, 4)])]),
    ]


def test_what_was_withdrawn_does_not_come_and_does_not_disturb_what_does(store, tmp_path):
    bring_lines(store, tmp_path, line("Zero.", span(0, 2), annotator=by("Ana"), document="0"))
    with store.transaction() as connection:
        undo.undo(connection)
    bring_three(store, tmp_path)
    assert [document for document, _ in found(store)] == ["1", None, "3"]


def test_a_consumer_that_stops_early_leaves_the_project_free(store, tmp_path):
    bring_three(store, tmp_path)
    for _ in range(3):
        with store.reading() as connection:
            for document, _ in streams.layers(connection):
                assert document[1] == "1"
                break
        busy, *_ = store._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        assert not busy


def test_names_and_counts_are_those_of_the_project(store, tmp_path):
    bring_three(store, tmp_path)
    with store.reading() as connection:
        assert streams.count_documents(connection) == 3
        assert streams.annotator_names(connection) == {"Ana", "Ben", "Cem"}
        assert set(streams.labels(connection).values()) == {row.key for row in queries.labels(connection)}


def test_anonymous_source_is_added_where_the_source_is_unnamed():
    assert streams.labels_all("denial", "unnamed") == ["denial", "anonymous-source"]
    assert streams.labels_all("anonymous-source", "unnamed") == ["anonymous-source"]
    assert streams.labels_all("denial", "named") == ["denial"]
    assert streams.labels_all("denial", None) == ["denial"]


def test_a_relation_to_what_was_removed_is_not_exported(store, tmp_path):
    from annotator.store.edits import Change, change_annotations

    relations = [{"type": "answers", "from": "a", "to": "b"}]
    bring_lines(
        store, tmp_path, line(TEXT, span(0, 9, id="a"), span(3, 9, id="b"), annotator=by("Ana"), relations=relations)
    )

    def exported():
        with store.reading() as connection:
            ((document, (layer,)),) = streams.layers(connection)
            return streams.record(document, layer, streams.labels(connection)).relations

    assert len(exported()) == 1
    with store.transaction() as connection:
        change_annotations(connection, "Remove", 1, 1, [Change("b", None)])
    assert exported() == []
