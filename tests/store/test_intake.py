"""Bringing layers in: identities, what is there already, and what is never changed."""

import pytest

from annotator.store import queries, undo
from annotator.store.edits import Change, change_annotations
from tests.builders import TEXT, add_annotator, bring_in, bring_lines, by, findings, line, span, write_lines


def shown(store, document=1):
    with store.reading() as connection:
        return {row.uid: (row.start, row.end, row.label) for row in queries.annotations(connection, document)}


def layers(store):
    with store.reading() as connection:
        return [(row.annotator, row.status, row.spans) for row in queries.layers(connection)]


def undone(store):
    with store.transaction() as connection:
        undo.undo(connection)


def left_out(report):
    return [(problem.id, problem.what) for problem in report.problems if not problem.note]


LAYER = line(TEXT, span(0, 9, id="one"), annotator=by("Ana"))


def test_importing_twice_adds_nothing_with_ids_or_without(store, tmp_path):
    layer = line(TEXT, span(0, 9), span(0, 9), span(0, 9, "on-record"), span(3, 5, id="x"), annotator=by("Ana"),
                 negatives=[{"start": 0, "end": 9}, {"start": 0, "end": 9}])  # fmt: skip
    first = bring_lines(store, tmp_path, layer)
    before = shown(store)
    again = bring_lines(store, tmp_path, layer)
    assert (first.annotations, first.known_annotations) == (6, 0)
    assert (again.annotations, again.known_annotations, again.documents, again.known_documents) == (0, 6, 0, 1)
    assert shown(store) == before
    assert len(before) == 6


def test_uids_without_ids_are_the_same_in_every_project(store, tmp_path):
    from annotator.store import Store

    layer = line(TEXT, span(0, 9), span(0, 9), annotator=by("Ana"))
    with Store.create(tmp_path / "q.annotator") as other:
        for each in store, other:
            bring_lines(each, tmp_path, layer)
        assert shown(store) == shown(other)


def test_a_known_article_is_counted_once_however_many_lines_it_has(store, tmp_path):
    bring_lines(store, tmp_path, LAYER, line("Another text."))
    lines = [line(TEXT, span(0, 9), annotator=by(name)) for name in ("Ana", "Ben", "Cem")]
    report = bring_lines(store, tmp_path, *lines, line("A new text."), line("A new text.", annotator=by("Ana")))
    assert (report.documents, report.known_documents, report.layers) == (1, 1, 3)


def test_an_article_that_came_back_is_counted_as_brought_in_not_as_known(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    undone(store)
    report = bring_lines(store, tmp_path, LAYER, line(TEXT, annotator=by("Ben")))
    assert (report.documents, report.known_documents) == (1, 0)


def test_spans_of_a_text_that_is_there_come_in_to_their_annotators_layer(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    report = bring_lines(store, tmp_path, line(TEXT, span(3, 9, id="two"), annotator=by("Ben")))
    assert (report.documents, report.layers, report.annotations) == (0, 1, 1)
    assert layers(store) == [("Ana", "finished", 1), ("Ben", "finished", 1)]


def test_the_same_id_with_other_content_is_left_out_and_named(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    report = bring_lines(store, tmp_path, line(TEXT, span(0, 5, id="one"), annotator=by("Ana")))
    assert left_out(report) == [("one", "differs from the project, which keeps its own: use merge")]
    assert shown(store) == {"one": (0, 9, "denial")}
    assert report.annotations == 0


def test_what_a_person_changed_or_removed_since_is_not_changed_back(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT, span(0, 9, id="one"), span(0, 5, id="two"), annotator=by("Ana")))
    ana = add_annotator(store)
    with store.transaction() as connection:
        changes = [Change("one", (0, 9), "on-record"), Change("two", None)]
        change_annotations(connection, "Change", 1, ana, changes)
    report = bring_in(store, tmp_path / "in.jsonl")
    assert (report.known_annotations, report.left_out) == (2, 0)
    assert shown(store) == {"one": (0, 9, "on-record")}


def test_an_id_of_another_article_or_annotator_is_derived_as_if_it_were_absent(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    report = bring_lines(
        store, tmp_path,
        line("Officials denied it.", span(0, 9, id="one"), annotator=by("Ana")),
        line(TEXT, span(0, 9, id="one"), annotator=by("Ben")),
    )  # fmt: skip
    assert (report.annotations, report.left_out) == (2, 0)
    with store.reading() as connection:
        uids = [row.uid for key in (1, 2) for row in queries.annotations(connection, key)]
    assert len(set(uids)) == 3
    assert findings(store) == []


def test_an_id_that_stands_twice_in_a_line_is_brought_in_once_and_named(store, tmp_path):
    layer = line(TEXT, span(0, 9, id="one"), span(0, 9, id="one"), span(0, 5, id="one"), span(0, 3),
                 annotator=by("Ana"), negatives=[{"id": "one", "start": 0, "end": 2}])  # fmt: skip
    report = bring_lines(store, tmp_path, layer)
    assert left_out(report) == [("one", "left out: its id stands for another span of this line")] * 3
    assert shown(store)["one"] == (0, 9, "denial")
    assert len(shown(store)) == 2


def test_a_derived_uid_keeps_clear_of_an_id_in_the_same_line(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT, span(0, 9), annotator=by("Ana")))
    (derived,) = shown(store)
    ana = add_annotator(store)
    with store.transaction() as connection:
        change_annotations(connection, "Relabel", 1, ana, [Change(derived, (0, 9), "on-record")])
    added_by_hand = line(TEXT, span(0, 9, "on-record", id=derived), span(0, 9, "denial"), annotator=by("Ana"))
    report = bring_lines(store, tmp_path, added_by_hand)
    assert (report.annotations, report.known_annotations, report.left_out) == (1, 1, 0)
    assert sorted(label for _, _, label in shown(store).values()) == ["denial", "on-record"]
    assert findings(store) == []


def test_of_a_uid_whose_versions_are_all_withdrawn_the_same_comes_back_and_another_comes_in(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    undone(store)
    bring_lines(store, tmp_path, line(TEXT, span(0, 5, id="one"), annotator=by("Ana")))
    assert shown(store) == {"one": (0, 5, "denial")}
    report = bring_lines(store, tmp_path, LAYER)
    assert left_out(report) == [("one", "differs from the project, which keeps its own: use merge")]
    assert shown(store) == {"one": (0, 5, "denial")}
    undone(store)
    bring_lines(store, tmp_path, LAYER)
    assert shown(store) == {"one": (0, 9, "denial")}
    assert findings(store) == []


def test_an_imported_layer_without_a_status_is_finished(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT, annotator=by("Ana")), line("Other.", status="started", annotator=by("B")))
    assert layers(store) == [("Ana", "finished", 0), ("B", "started", 0)]


def test_a_state_that_is_there_stays_and_the_difference_is_named(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT, annotator=by("Ana"), status="started", round="recheck", blind=False))
    report = bring_lines(
        store, tmp_path, line(TEXT, annotator=by("Ana"), status="finished", round="production", blind=True)
    )
    assert [what for _, what in left_out(report)] == [
        f"the layer is {own} in the project and stays so" for own in ("started", "recheck", "not blind")
    ]
    assert layers(store) == [("Ana", "started", 0)]
    same = bring_lines(store, tmp_path, line(TEXT, annotator=by("Ana"), status="started"))
    assert same.left_out == 0


def test_a_state_that_was_undone_gives_way_to_an_imported_one(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT))
    ana = add_annotator(store)
    with store.transaction() as connection:
        change_annotations(connection, "Tag", 1, ana, [Change("own", (0, 9), "denial")])
    undone(store)
    bring_lines(store, tmp_path, LAYER)
    assert layers(store) == [("Ana", "finished", 1)]
    assert findings(store) == []


def test_annotators_are_known_by_uid_then_by_kind_and_name(store, tmp_path):
    bring_lines(
        store, tmp_path,
        line(TEXT, annotator=by("Ana", id="a")), line("Two.", annotator=by("Renamed", id="a")),
        line("Three.", annotator=by("Ana", id="other")), line("Four.", annotator=by("Ana", "model")),
        line("Five.", annotator=by("Ana")),
    )  # fmt: skip
    with store.reading() as connection:
        found = connection.exec_driver_sql("SELECT uid, kind, name FROM annotator ORDER BY id").all()
    assert found[0] == ("a", "human", "Ana")
    assert [row[1:] for row in found] == [("human", "Ana"), ("model", "Ana")]


def test_an_annotator_without_a_uid_gets_one_from_kind_and_name(tmp_path, store):
    from hashlib import blake2b

    bring_lines(store, tmp_path, line(TEXT, annotator=by("Ana")))
    with store.reading() as connection:
        found = connection.exec_driver_sql("SELECT uid FROM annotator").scalar_one()
    assert found == blake2b(b"human\0Ana", digest_size=16).hexdigest()


def test_a_labels_line_defines_what_the_project_lacks_and_leaves_what_it_has(store, tmp_path):
    labels = [
        {"key": "rumour", "title": "Rumour", "colour": "#123456", "pattern": "dot", "shortcut": "R"},
        {"key": "denial", "title": "Changed", "colour": "#000000"},
        {"key": "leak", "colour": "green", "pattern": "wavy", "shortcut": "D"},
    ]
    head = {"schema": "source-annotator/1", "labels": labels}
    report = bring_lines(store, tmp_path, head, line(TEXT, span(0, 9, "rumour"), annotator=by("Ana")))
    assert (report.left_out, report.labels, report.annotations) == (0, 2, 1)
    with store.reading() as connection:
        found = {row.key: row for row in queries.labels(connection)}
    assert found["rumour"] == ("rumour", "Rumour", "#123456", "dot", "R")
    assert found["denial"].title == "Denial"
    assert found["leak"].title == "leak"
    assert found["leak"].shortcut is None
    assert findings(store) == []


def test_a_file_that_only_defines_labels_brings_them_in(store, tmp_path):
    path = write_lines(tmp_path / "l.jsonl", [{"schema": "source-annotator/1", "labels": [{"key": "leak"}]}])
    assert bring_in(store, path).labels == 1
    with store.reading() as connection:
        assert queries.labels(connection)[-1].key == "leak"
    assert bring_in(store, path).labels == 0


def test_relations_hold_between_the_uids_that_the_project_gave(store, tmp_path):
    bring_lines(store, tmp_path, LAYER)
    bring_lines(
        store, tmp_path,
        line("Officials denied it.", span(0, 9, id="one"), span(10, 16, id="two"), annotator=by("Ana"),
             relations=[{"type": "answers", "from": "two", "to": "one"}]),
    )  # fmt: skip
    with store.reading() as connection:
        one, two = queries.annotations(connection, 2)
    assert [(each.type, each.to) for each in two.attributes.relations] == [("answers", one.uid)]
    assert one.uid != "one"


ARTICLE = line(
    "Text.", document="a", language="en", meta={"title": "T", "outlet": "O", "byline": "B"}, meta_json='{"desk":"World","n":1}',
    zones=[{"kind": "headline", "start": 0, "end": 4}],
)  # fmt: skip
KEPT = "the project keeps what it has of this article; the file differs in "


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({}, None),
        ({"document": None, "language": None, "meta": {}, "meta_json": "{}", "zones": []}, None),
        ({"meta_json": '{ "n" : 1 }'}, None),
        ({"meta_json": '{"desk":null}'}, None),
        ({"document": "b"}, "id"),
        ({"language": "de"}, "language"),
        ({"meta": {"title": "U", "outlet": "O"}}, "title"),
        ({"meta": {"title": "U", "outlet": "P", "byline": "C", "url": "u", "published": "2026"}},
         "title, outlet, byline, url, published"),
        ({"zones": [{"kind": "dek", "start": 0, "end": 4}]}, "zones"),
        ({"meta_json": '{"desk":"Local","n":1,"section":"A"}'}, "“desk”, “section”"),
        ({"page": 3}, "“page”"),
    ],
)  # fmt: skip
def test_what_a_file_says_otherwise_of_a_known_article_is_noted_once_and_changes_nothing(
    store, tmp_path, change, differs
):
    def metadata():
        with store.reading() as connection:
            return connection.exec_driver_sql("SELECT * FROM document").all()

    bring_lines(store, tmp_path, ARTICLE)
    before = metadata()
    other = ARTICLE | change
    report = bring_lines(
        store, tmp_path, other | {"annotator": by("Ana")}, other | {"annotator": by("Ben")}, strict=True
    )
    assert [(each.id, each.what, each.note) for each in report.problems] == (
        [(other["document"], KEPT + differs, True)] if differs else []
    )
    assert (report.layers, report.left_out, report.notes) == (2, 0, 1 if differs else 0)
    assert metadata() == before
