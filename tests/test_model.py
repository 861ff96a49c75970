"""The tables as SQLModel sees them. `tests/store/test_schema.py` holds every rule against the database."""

from typing import get_args

from annotator import model
from annotator.records import Kind, Round, Status
from annotator.versions import EditKind


def rule(table, name):
    (found,) = (each for each in table.constraints if str(each.name) == f"{table.name}_{name}")
    return str(found.sqltext)


def test_what_the_tables_allow_is_what_the_records_allow():
    tables = model.Table.metadata.tables
    assert get_args(Status) == model.STATUSES
    assert get_args(Round) == model.ROUNDS
    for table, kinds in (("annotator", Kind), ("edit", EditKind)):
        assert rule(tables[table], "kind") == f"kind IN {get_args(kinds)!r}"


def test_every_rule_and_index_has_a_name_that_a_migration_can_find():
    for table in model.Table.metadata.tables.values():
        for each in (*table.constraints, *table.indexes):
            assert each.name or type(each).__name__ == "PrimaryKeyConstraint", (table, each)


def test_the_tables_are_those_of_the_design():
    assert set(model.Table.metadata.tables) == {
        "project", "document", "annotator", "label", "guideline", "edit", "annotation", "layer_state",
        "assignment", "carried", "origin", "removed", "revision",
    }  # fmt: skip
