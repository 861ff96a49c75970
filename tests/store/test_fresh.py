"""An import into an empty project leaves out indexes and look-ups, and brings in the same as one into any other."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.store import Store, fresh
from annotator.store.fresh import Fresh
from tests.builders import TEXT, bring_lines, by, findings, line, span


def indexes(connection):
    return set(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index'").all())


def indexes_of(store):
    with store.reading() as connection:
        return indexes(connection)


def test_indexes_are_left_out_of_an_empty_project_until_they_are_made(store):
    with store.transaction() as connection:
        before = indexes(connection)
        started = Fresh(connection)
        assert {name for name, _ in before - indexes(connection)} >= {"annotation_uid", "layer_state_uid"}
        started.make_indexes()
        assert indexes(connection) == before


def test_a_project_with_a_document_keeps_its_indexes_and_looks_everything_up(store, document):
    with store.transaction() as connection:
        before = indexes(connection)
        started = Fresh(connection)
        assert indexes(connection) == before
        assert not started.is_new("one")


def test_what_is_met_again_is_not_new(store):
    with store.transaction() as connection:
        started = Fresh(connection)
        assert [started.is_new(uid) for uid in ("one", "two", "one", "three")] == [True, True, False, True]
        started.make_indexes()
        assert not started.is_new("four")


def test_an_error_puts_the_indexes_back(store):
    before = indexes_of(store)
    with pytest.raises(ZeroDivisionError), store.transaction() as connection:
        Fresh(connection)
        _ = 1 / 0
    assert indexes_of(store) == before


TEXTS = (TEXT, "Officials denied it.", "The mayor spoke.")
SPANS = st.builds(
    lambda start, length, label, uid, unsure: span(start, start + length, label, id=uid, unsure=unsure),
    st.integers(0, 2), st.integers(1, 2), st.sampled_from(["denial", "on-record"]),
    st.sampled_from([None, None, "one", "two", "three"]), st.booleans(),
)  # fmt: skip
LINES = st.lists(
    st.builds(
        lambda text, name, spans, status: line(text, *spans, annotator=by(name), status=status),
        st.sampled_from(TEXTS), st.sampled_from(["Ana", "Ben"]), st.lists(SPANS, max_size=3),
        st.sampled_from(["started", "finished"]),
    ),
    max_size=7,
)  # fmt: skip
_ROWS = (
    """SELECT uid, digest, sha256, annotator_id, start, "end", label_id, attributes, deleted, current
       FROM annotation JOIN document ON document.id = document_id""",
    """SELECT uid, digest, sha256, annotator_id, status, round, blind, deleted, current
       FROM layer_state JOIN document ON document.id = document_id""",
    "SELECT sha256, text, length FROM document WHERE text <> 'First.'",
    "SELECT title FROM document_search WHERE document_search MATCH 'officials'",
)


def brought(folder, lines, *before):
    """What an import leaves in a new project, or in one that has a document already."""
    with Store.create(Path(folder) / "p.annotator") as store:
        complete = indexes_of(store)
        if before:
            bring_lines(store, Path(folder), *before)
        report = bring_lines(store, Path(folder), *lines)
        assert indexes_of(store) == complete
        assert findings(store) == []
        with store.reading() as connection:
            rows = [connection.exec_driver_sql(f"{query} ORDER BY 1, 2").all() for query in _ROWS[:3]]
            hits = len(connection.exec_driver_sql(_ROWS[3]).all())
    return rows, hits, report


@settings(max_examples=30)
@given(LINES, st.sampled_from([2, 5, 1_000]))
def test_an_empty_project_takes_in_the_same_as_one_that_looks_everything_up(lines, most):
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
        patch.setattr(fresh, "_MOST", most)
        assert brought(a, lines) == brought(b, lines, line("First."))
