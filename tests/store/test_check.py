"""The check finds what was damaged behind the program's back, and nothing in a whole project."""

import sqlite3

import pytest

from annotator.records import UserError
from annotator.store import Store, undo
from annotator.store.check import CheckCancelled, examine
from annotator.store.edits import Change, change_annotations, describe
from tests.builders import TEXT, add_annotator, bring_lines, by, findings, line, span


@pytest.fixture
def path(tmp_path):
    """A project with a history: imported, changed, undone, finished; closed."""
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        parts = [{"role": "source", "start": 0, "end": 9}]
        zones = [{"kind": "headline", "start": 0, "end": 20}]
        layer = line(TEXT, span(0, 9, id="one", parts=parts), annotator=by("Ana"), zones=zones, meta={"title": "T"})
        bring_lines(store, tmp_path, layer, line("Another.", span(0, 3, id="three"), annotator=by("Ben")))
        ana = add_annotator(store)
        with store.transaction() as connection:
            change_annotations(connection, "Relabel", 1, ana, [Change("one", (0, 9), "on-record")])
            change_annotations(connection, "Tag", 1, ana, [Change("two", (0, 5), "denial")])
            undo.undo(connection)
            describe(connection, "Title", 1, {"title": "U"})
    return path


DAMAGES = {
    "a text": ("UPDATE document SET text = replace(text, 'denied', 'agreed')", "not the one that was imported"),
    "a length": ("UPDATE document SET length = length + 1 WHERE id = 1", "not the one that was imported"),
    "a span": ('UPDATE annotation SET "end" = "end" - 1', "not what was saved"),
    "a span beyond": ('UPDATE annotation SET "end" = 9999', "ends beyond the text"),
    "a label": ("UPDATE annotation SET label_id = 4", "not what was saved"),
    "a text that is bytes": ("UPDATE document SET text = CAST(text AS BLOB)", "not the one that was imported"),
    "an identity that is bytes": ("UPDATE annotation SET uid = CAST(uid AS BLOB)", "not what was saved"),
    "a guideline": ("UPDATE guideline SET text = replace(text, 'a', 'b')", "guideline 1: its text is not the one"),
    "a status": ("UPDATE layer_state SET status = 'unread'", "not what was saved"),
    "an author": ("UPDATE annotation SET annotator_id = 2 WHERE uid = 'one'", "not what was saved"),
    "a deletion": ("UPDATE annotation SET deleted = 0 WHERE uid = 'two'", "not what was saved"),
    "attributes": ("UPDATE annotation SET attributes = '{\"unsure\":7}'", "attributes cannot be read"),
    "attributes that are no JSON": ("UPDATE annotation SET attributes = '{x}'", "attributes cannot be read"),
    "a time": ("UPDATE annotation SET at = '2026-11-2x' WHERE id = 1", "does not say when"),
    "a change": ("UPDATE edit SET change = '{x}' WHERE change IS NOT NULL", "what it changed cannot be read"),
    "the project": ("DELETE FROM project", "its own row is missing"),
    "a parent": ("DELETE FROM annotation WHERE uid = 'one' AND parents = x''", "that it replaces is missing"),
    "current": ("UPDATE annotation SET current = 0 WHERE uid = 'one'", "the wrong version is current"),
    "withdrawn": ("UPDATE annotation SET current = 0, withdrawn = 1 WHERE uid = 'three'", "withdraws nothing"),
    "metadata": ("UPDATE document SET meta_json = '{nonsense}'", "its metadata cannot be read"),
    "zones": ("UPDATE document SET zones = '[{\"kind\":\"headline\",\"start\":0,\"end\":9999}]'", "a zone is not within"),
    "the title": ("UPDATE document SET title = 'Another'", "search may miss"),
    "the index": ("INSERT INTO document_search(document_search) VALUES ('delete-all')", "search may miss"),
    "a document": ("DELETE FROM document WHERE id = 1", "refers to a row of document that is not there"),
    "an annotator": ("DELETE FROM annotator WHERE id = 1", "refers to a row of annotator that is not there"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found(path, damage):
    sql, expected = DAMAGES[damage]
    with sqlite3.connect(path) as connection:
        changed = connection.execute(sql).rowcount
    connection.close()
    assert changed
    with Store.open(path) as store:
        found = findings(store)
    assert any(expected in what for what in found), found


def test_a_whole_project_has_no_findings(path):
    with Store.open(path) as store:
        assert findings(store) == []


def test_what_came_into_the_file_while_it_was_open_is_found(path):
    with Store.open(path) as store:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TRIGGER gone AFTER INSERT ON annotation BEGIN DELETE FROM document; END")
        other.close()
        assert findings(store) == ["it holds a trigger “gone”"]


def test_a_definition_that_is_no_text_any_more_is_refused_in_words(path):
    data = path.read_bytes()
    assert data.count(b"length INTEGER") == 1
    path.write_bytes(data.replace(b"length INTEGER", b"length INTEG\xc5R"))
    with pytest.raises(UserError, match="its table “document” is another one"):
        Store.open(path)
    path.write_bytes(data.replace(b"CREATE TABLE document", b"CREATE TABL\xc5 document"))
    with pytest.raises(UserError, match="damaged where it says what it holds, so it cannot be opened"):
        Store.open(path)


def test_a_finding_says_in_which_document(path):
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE document SET text = 'x' WHERE id = 2")
    connection.close()
    assert {finding.document for finding in examine(path).findings} == {2, None}


def test_pages_that_cannot_be_read_are_a_finding_and_stop_nothing_else(tmp_path):
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        bring_lines(store, tmp_path, *(line(f"Article {n}. " + "Words. " * 500, span(0, 7), annotator=by("Ana"))
                                       for n in range(100)))  # fmt: skip
    data = bytearray(path.read_bytes())
    pages = len(data) // 4096
    found = []
    for page in range(3, pages, pages // 12):
        damaged = data[: page * 4096] + b"\xa5" * 4096 + data[(page + 1) * 4096 :]
        path.write_bytes(damaged)
        try:
            with Store.open(path) as store:
                found.append(bool(findings(store)))
        except UserError as error:
            assert "damaged" in str(error)
            found.append(True)
    assert all(found)
    assert found


def test_it_says_how_far_it_is_and_can_be_stopped(path):
    seen = []
    assert examine(path, lambda done, total: seen.append((done, total))).findings == []
    assert [done for done, _ in seen] == list(range(1, seen[-1][1] + 1))
    with pytest.raises(CheckCancelled):
        examine(path, cancelled=lambda: True)
