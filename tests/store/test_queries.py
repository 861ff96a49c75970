"""What the window asks: filters, rows and counts."""

import pytest

from annotator.rows import EVERYTHING, Filter
from annotator.store import queries, undo
from annotator.store.edits import set_state
from tests.builders import add_annotator, bring_lines, by, line, span


@pytest.fixture
def corpus(store, tmp_path):
    """Four articles: Ana finished the first and started the second, Ben finished the third."""
    bring_lines(
        store, tmp_path,
        line("Officials denied it.", span(0, 9, unsure=True), annotator=by("Ana"), meta={"title": "Kremlin"}),
        line("The mayor spoke.", span(0, 9, "on-record"), annotator=by("Ana"), status="started"),
        line("No comment.", span(0, 2, note='"unsure":true'), annotator=by("Ben"), negatives=[{"start": 0, "end": 1}]),
        line("Unread."),
    )  # fmt: skip
    return store


def ids(store, wanted=EVERYTHING, name=None):
    with store.reading() as connection:
        people = {row.name: row.id for row in queries.annotators(connection)}
        return list(queries.document_ids(connection, people[name] if name else None, wanted))


@pytest.mark.parametrize(
    ("wanted", "name", "expected"),
    [
        (EVERYTHING, None, [1, 2, 3, 4]),
        (EVERYTHING, "Ana", [1, 2, 3, 4]),
        (Filter("denied"), None, [1]),
        (Filter("kreml"), None, [1]),
        (Filter(status="unread"), None, [4]),
        (Filter(status="unread"), "Ana", [3, 4]),
        (Filter(status="finished"), None, [1, 3]),
        (Filter(status="finished"), "Ana", [1]),
        (Filter(status="started"), "Ben", []),
        (Filter(label="denial"), None, [1, 3]),
        (Filter(label="denial"), "Ana", [1]),
        (Filter(label="absent"), None, []),
        (Filter(unsure=True), None, [1]),
        (Filter(unsure=True, label="on-record"), None, []),
        (Filter("the", status="started", label="on-record"), "Ana", [2]),
        (Filter("..."), None, [1, 2, 3, 4]),
    ],
)
def test_filters_let_through_what_they_name(corpus, wanted, name, expected):
    assert ids(corpus, wanted, name) == expected


@pytest.mark.parametrize("wanted", [EVERYTHING, Filter("the")])
def test_the_first_of_many_documents_are_the_beginning_of_all(corpus, tmp_path, wanted):
    bring_lines(corpus, tmp_path, *(line(f"The {number}.") for number in range(9)))
    everything = ids(corpus, wanted)
    assert len(everything) > 9
    with corpus.reading() as connection:
        for limit in (0, 1, 5, 99):
            assert list(queries.document_ids(connection, None, wanted, limit)) == everything[:limit]
            following = queries.document_ids(connection, None, wanted, limit, after=everything[2])
            assert list(following) == everything[3:][:limit]


@pytest.mark.parametrize(
    ("name", "after", "expected"), [("Ana", 0, 2), ("Ana", 2, 3), ("Ana", 4, 2), ("Ben", 2, 4), ("Ben", 4, 1)]
)
def test_the_next_unfinished_document_is_the_first_behind_or_else_the_first_of_all(corpus, name, after, expected):
    with corpus.reading() as connection:
        people = {row.name: row.id for row in queries.annotators(connection)}
        assert queries.next_unfinished(connection, people[name], after) == expected


def test_when_all_that_is_shown_is_finished_nothing_follows(store, tmp_path):
    bring_lines(store, tmp_path, line("Officials denied it.", annotator=by("Ana"), status="finished"))
    bring_lines(store, tmp_path, line("Withdrawn."))
    with store.transaction() as connection:
        assert queries.next_unfinished(connection, 1, 1) == 2
        undo.undo(connection)
        assert queries.next_unfinished(connection, 1, 1) is None


def test_a_search_leaves_out_documents_whose_import_was_undone(corpus, tmp_path):
    bring_lines(corpus, tmp_path, line("The last."))
    assert ids(corpus, Filter("last")) == [5]
    with corpus.transaction() as connection:
        undo.undo(connection)
    assert ids(corpus, Filter("last")) == []


def test_rows_are_those_of_one_annotator_or_of_all_together(corpus, tmp_path):
    bring_lines(corpus, tmp_path, line("Officials denied it.", annotator=by("Ben"), status="unread"))
    with corpus.reading() as connection:
        of_ana = queries.document_rows(connection, [3, 2, 1], 1)
        of_all = queries.document_rows(connection, [1, 2, 3, 4], None)
    assert [(row.id, row.status, row.spans) for row in of_ana] == [
        (3, "unread", 0), (2, "started", 1), (1, "finished", 1),
    ]  # fmt: skip
    assert [(row.status, row.spans) for row in of_all] == [
        ("finished", 1), ("started", 1), ("finished", 1), ("unread", 0),
    ]  # fmt: skip
    assert of_all[0].title == "Kremlin"


def test_a_project_may_have_more_documents_than_a_statement_may_have_values(corpus):
    with corpus.reading() as connection:
        rows = queries.document_rows(connection, range(1, 300_000), None)
    assert [row.id for row in rows] == [1, 2, 3, 4]


def test_annotations_come_in_the_order_of_their_spans_with_their_labels(corpus):
    with corpus.reading() as connection:
        rows = queries.annotations(connection, 3)
        one = queries.annotation(connection, rows[0].uid)
        assert queries.annotation(connection, "absent") is None
    assert [(row.start, row.end, row.label) for row in rows] == [(0, 1, None), (0, 2, "denial")]
    assert one == rows[0]


def test_progress_counts_documents_and_those_that_an_annotator_finished(corpus):
    ana = add_annotator(corpus)
    with corpus.transaction() as connection:
        assert queries.progress(connection, ana) == (4, 1)
        set_state(connection, "Finish", 4, ana, status="finished")
        assert queries.progress(connection, ana) == (4, 2)
        undo.undo(connection)
        undo.undo(connection)
        assert queries.progress(connection, ana) == (0, 0)


def test_progress_of_all_together_counts_what_the_list_shows_as_finished(corpus, tmp_path):
    bring_lines(corpus, tmp_path, line("Officials denied it.", annotator=by("Ben"), status="started"))
    with corpus.reading() as connection:
        shown = queries.document_rows(connection, [1, 2, 3, 4], None)
        found = queries.progress(connection, None)
    assert found == (4, [row.status for row in shown].count("finished"))
    assert 0 < found.finished < 4


def test_names_of_sources_are_gathered_for_completion(store, tmp_path):
    spans = [span(0, 9, source=name) for name in ("Peskov", "Cheung", "Peskov")]
    bring_lines(store, tmp_path, line("Officials denied it.", *spans, span(0, 2), annotator=by("Ana")))
    with store.reading() as connection:
        assert queries.source_names(connection) == ["Cheung", "Peskov"]


def test_a_project_says_its_title_its_people_and_its_guideline(corpus):
    with corpus.reading() as connection:
        assert queries.title(connection) == "Test"
        assert [(row.name, row.kind) for row in queries.annotators(connection)] == [("Ana", "human"), ("Ben", "human")]
        assert queries.guideline(connection).startswith("#")
        detail = queries.document(connection, 1)
    assert (detail.text, detail.title) == ("Officials denied it.", "Kremlin")


def test_layers_of_a_document_are_its_own(corpus):
    with corpus.reading() as connection:
        assert [(row.annotator, row.spans) for row in queries.layers(connection, 3)] == [("Ben", 1)]
        assert len(queries.layers(connection)) == 3


@pytest.mark.parametrize(
    ("title", "external", "text", "name"),
    [
        ("Kremlin  denies", "k-1", "Officials denied it.", "Kremlin denies"),
        ("T" * 200, "k-1", "Officials denied it.", "T" * 200),
        (None, "k-1", "Officials denied it.", "k-1"),
        (" ", "k-1", "Officials denied it.", "k-1"),
        (None, None, "\n Officials\n denied it.", "Officials denied it."),
        (None, None, "denied " * 30, "denied " * 10 + "denied…"),
        (None, None, "否" * 300, "否" * 80 + "…"),
    ],
)
def test_a_document_without_a_title_is_called_by_its_id_or_its_first_words(
    store, tmp_path, title, external, text, name
):
    bring_lines(store, tmp_path, line(text, meta={"title": title}, document=external))
    with store.reading() as connection:
        (row,), detail = queries.document_rows(connection, [1], None), queries.document(connection, 1)
    assert row.name == detail.name == name
    assert row.title == detail.title == title
