"""Every rule of the tables is kept by the database itself: a raw INSERT of a bad row is refused."""

import json
import sqlite3

import pytest

from annotator import model
from annotator.store import Store
from annotator.store.connection import raw
from annotator.store.tables import VERSIONED, document

NOW = "2026-11-23 10:00:00.000000"
SHA = "a" * 64
VERSION = {
    "uid": "u", "digest": b"d" * 16, "parents": b"", "document_id": 1, "annotator_id": 1, "guideline_id": 1,
    "edit": 1, "at": NOW, "deleted": 0, "current": 1, "withdrawn": None,
}  # fmt: skip
GOOD = {
    "project": {"id": 1, "uid": "p", "title": "T", "created": NOW, "secret": b"s" * 32},
    "edit": {"number": 5, "name": "Tag", "kind": "do", "annotator_id": 1, "at": NOW, "target": None,
             "active_seconds": 0.0, "change": None},
    "document": {"id": 2, "sha256": "b" * 64, "text": "Text", "length": 4, "meta_json": "{}", "zones": "[]",
                 "edit": 1, "withdrawn": None},
    "annotator": {"id": 2, "uid": "b", "kind": "human", "name": "Ben"},
    "label": {"id": 9, "key": "k", "title": "K", "colour": "#0099ff", "pattern": "dot", "position": 9},
    "guideline": {"id": 9, "sha256": SHA, "text": None, "labels_json": None, "edit": 1},
    "annotation": {**VERSION, "start": 0, "end": 4, "label_id": 1, "attributes": "{}"},
    "layer_state": {**VERSION, "status": "started", "round": "production", "blind": 1},
    "origin": {"id": 1, "project_uid": "p", "title": "T", "annotator_id": 1, "at": NOW},
    "assignment": {"document_id": 1, "annotator_id": 1, "round": "production", "sampling": "query", "query": "denied",
                   "weight": 2.5, "active_seconds": 0.0, "at": NOW},
    "revision": {"document_id": 3, "predecessor_id": 1, "edit": 1},
    "carried": {"document_id": 1, "annotator_id": 1, "former_uid": "u", "uid": "v", "outcome": "moved", "settled": 0},
    "removed": {"sha256": SHA, "at": NOW},
}  # fmt: skip
OF_VERSIONS = [
    ({"uid": " "}, "uid"), ({"digest": b"short"}, "digest"), ({"digest": "d" * 16}, "digest"),
    ({"parents": b"odd"}, "parents"), ({"parents": ""}, "parents"), ({"deleted": 2}, "flags"),
    ({"current": 2}, "flags"), ({"withdrawn": 1}, "withdrawn"),
    ({"document_id": 99}, "FOREIGN KEY"), ({"annotator_id": 99}, "FOREIGN KEY"), ({"guideline_id": 99}, "FOREIGN KEY"),
    ({"edit": 99}, "FOREIGN KEY"), ({"withdrawn": 99, "current": 0}, "FOREIGN KEY"),
    *(({key: None}, "NOT NULL") for key in VERSION if key not in ("guideline_id", "withdrawn")),
]  # fmt: skip
BAD = {
    "project": [({"id": 2}, "one_row"), ({"title": " "}, "title"), ({"secret": b"short"}, "secret")],
    "edit": [
        ({"kind": "other"}, "kind"), ({"name": ""}, "name"), ({"kind": "undo"}, "target"), ({"target": 1}, "target"),
        ({"kind": "redo", "target": 5}, "earlier"), ({"number": 6, "kind": "undo", "target": 7}, "earlier"),
        ({"number": None, "kind": "undo", "target": 7}, "earlier|FOREIGN KEY"),
        ({"active_seconds": -1}, "active"), ({"change": "[]"}, "change"), ({"annotator_id": 99}, "FOREIGN KEY"),
        ({"number": 50, "kind": "undo", "target": 49}, "FOREIGN KEY"),
    ],
    "document": [
        ({"sha256": "b" * 63}, "sha256"), ({"sha256": "B" * 64}, "sha256"), ({"length": 0}, "length"),
        ({"meta_json": "[]"}, "meta_json"), ({"meta_json": "{"}, "meta_json"), ({"zones": "{}"}, "zones"),
        ({"sha256": SHA}, "UNIQUE.*sha256"), ({"edit": 99}, "FOREIGN KEY"), ({"withdrawn": 99}, "FOREIGN KEY"),
    ],
    "annotator": [
        ({"kind": "robot"}, "kind"), ({"name": "  "}, "name"), ({"uid": "a"}, "UNIQUE.*uid"),
        ({"name": "Ana"}, "UNIQUE.*kind.*name"),
    ],
    "label": [
        ({"key": ""}, "key"), ({"colour": "red"}, "colour"), ({"colour": "#00FF00"}, "colour"),
        ({"pattern": "wavy"}, "pattern"), ({"key": "denial"}, "UNIQUE.*key"), ({"position": 0}, "UNIQUE.*position"),
    ],
    "guideline": [({"labels_json": "{}"}, "labels_json"), ({"edit": 99}, "FOREIGN KEY")],
    "annotation": [
        *OF_VERSIONS, ({"start": -1}, "span"), ({"start": 4}, "span"), ({"end": 0}, "span"), ({"start": 0.5}, "whole"),
        ({"end": "x"}, "whole"), ({"attributes": "[]"}, "attributes"), ({"label_id": 99}, "FOREIGN KEY"),
    ],
    "layer_state": [
        *OF_VERSIONS, ({"status": "done"}, "status"), ({"round": "other"}, "round"), ({"blind": 2}, "blind"),
    ],
    "origin": [({"id": 2}, "one_row"), ({"annotator_id": 99}, "FOREIGN KEY")],
    "assignment": [
        ({"round": "other"}, "round"), ({"sampling": "all"}, "sampling"), ({"query": None}, "query"),
        ({"sampling": "random"}, "query"), ({"weight": None}, "weight"), ({"weight": 0.5}, "weight"),
        ({"sampling": "chosen", "query": None}, "weight"), ({"active_seconds": -1}, "active"),
        ({"document_id": 99}, "FOREIGN KEY"), ({"annotator_id": 99}, "FOREIGN KEY"),
    ],
    "revision": [
        ({"predecessor_id": 3}, "another"), ({"document_id": 99}, "FOREIGN KEY"),
        ({"predecessor_id": 99}, "FOREIGN KEY"), ({"edit": 99}, "FOREIGN KEY"),
    ],
    "carried": [
        ({"outcome": "gone"}, "outcome"), ({"uid": None}, "uid"), ({"outcome": "lost"}, "uid"),
        ({"settled": 2}, "settled"), ({"document_id": 99}, "FOREIGN KEY"), ({"annotator_id": 99}, "FOREIGN KEY"),
    ],
    "removed": [({"sha256": "x"}, "sha256")],
}  # fmt: skip


@pytest.fixture
def rows(store):
    """The driver's own connection, in a project that has one edit, one article and one annotator."""
    with store.transaction() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = OFF")
        rows = raw(connection)
        insert(rows, "annotator", {**GOOD["annotator"], "id": 1, "uid": "a", "name": "Ana"})
        insert(rows, "edit", {**GOOD["edit"], "number": 1})
        insert(rows, "document", {**GOOD["document"], "id": 1, "sha256": SHA})
        insert(rows, "document", {**GOOD["document"], "id": 3, "sha256": "c" * 64})
        yield rows


def insert(rows, table, values):
    names = ", ".join(f'"{name}"' for name in values)
    rows.execute(f'INSERT INTO "{table}"({names}) VALUES ({", ".join("?" * len(values))})', list(values.values()))


@pytest.mark.parametrize("table", [table for table in GOOD if table != "project"])
def test_a_good_row_is_taken(rows, table):
    insert(rows, table, GOOD[table])


@pytest.mark.parametrize(
    ("table", "change", "rule"),
    [pytest.param(table, change, rule, id=f"{table}: {change}") for table, bad in BAD.items() for change, rule in bad],
)
def test_a_row_that_breaks_a_rule_is_refused(rows, table, change, rule):
    with pytest.raises(sqlite3.IntegrityError, match=f"(?s){rule}"):
        insert(rows, table, {**GOOD[table], **change})


def test_every_check_of_the_model_has_a_bad_row_here():
    rules = {f"{table}: {rule}" for table, bad in BAD.items() for _, rule in bad}
    for table in model.Table.metadata.tables.values():
        for constraint in table.constraints:
            if type(constraint).__name__ == "CheckConstraint":
                name = str(constraint.name).removeprefix(f"{table.name}_")
                assert any(rule.startswith(f"{table.name}: {name}") for rule in rules), constraint.name


@pytest.mark.parametrize("table", [table.name for table in VERSIONED])
def test_one_version_of_a_uid_is_current(rows, table):
    insert(rows, table, GOOD[table])
    for deleted in (0, 1):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            insert(rows, table, {**GOOD[table], "digest": b"e" * 16, "deleted": deleted})
    insert(rows, table, {**GOOD[table], "digest": b"e" * 16, "current": 0})


@pytest.mark.parametrize("table", [table.name for table in VERSIONED])
def test_a_version_is_stored_once(rows, table):
    insert(rows, table, GOOD[table])
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE.*digest"):
        insert(rows, table, {**GOOD[table], "current": 0})


def test_a_layer_has_one_state(rows):
    insert(rows, "layer_state", GOOD["layer_state"])
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE.*document_id.*annotator_id"):
        insert(rows, "layer_state", {**GOOD["layer_state"], "uid": "v"})


def test_what_others_refer_to_is_not_deleted(rows):
    insert(rows, "annotation", GOOD["annotation"])
    for table, key in (("document", "id"), ("annotator", "id"), ("edit", "number"), ("label", "id")):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            rows.execute(f"DELETE FROM {table} WHERE {key} = 1")


def test_a_new_project_has_the_four_labels_and_the_guideline(store):
    with store.reading() as connection:
        labels = connection.exec_driver_sql("SELECT key, shortcut FROM label ORDER BY position").all()
        guideline = connection.exec_driver_sql("SELECT text, sha256 FROM guideline").all()
    assert labels == [("anonymous-source", "A"), ("on-record", "O"), ("denial", "D"), ("non-comment", "N")]
    assert len(guideline) == 1
    assert "anonymous-source" in guideline[0][0]


def test_the_guideline_keeps_what_the_labels_meant_with_it(store):
    with store.reading() as connection:
        text, labels_json = connection.exec_driver_sql("SELECT text, labels_json FROM guideline").one()
    labels = json.loads(labels_json)
    assert [(each["key"], each["title"]) for each in labels] == [
        ("anonymous-source", "Anonymous source"), ("on-record", "On record"), ("denial", "Denial"),
        ("non-comment", "Non-comment"),
    ]  # fmt: skip
    for each in labels:
        before, after = text.split(each["definition"])  # it stands there once
        assert before.endswith(f"\n## {each['key']}\n\n")
        assert after.startswith("\n\n## ")
        assert "**Near misses**" in each["definition"]


def test_two_projects_have_two_identities(tmp_path):
    with Store.create(tmp_path / "a.annotator") as a, Store.create(tmp_path / "b.annotator") as b:
        found = []
        for store in (a, b):
            with store.reading() as connection:
                found.append(connection.exec_driver_sql("SELECT uid FROM project").scalar_one())
    assert len(set(found)) == 2


def test_a_document_is_known_by_the_hash_of_its_text_alone():
    assert [column.name for index in document.indexes if index.unique for column in index.columns] == ["sha256"]
