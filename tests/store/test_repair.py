"""A repaired copy keeps what is right, and nothing that is wrong; the truth is read by plain sqlite3."""

import json
import random
import sqlite3
import stat
from contextlib import closing

import pytest

from annotator.records import UserError
from annotator.store import Store, undo
from annotator.store.check import CheckCancelled, examine
from annotator.store.edits import Change, change_annotations, describe
from annotator.store.repair import repair
from tests.builders import TEXT, add_annotator, bring_lines, by, line, span

SAID = {
    "document": "SELECT id, sha256, text FROM document",
    "annotation": 'SELECT id, uid, digest, parents, document_id, annotator_id, start, "end", label_id, attributes, '
                  "deleted FROM annotation",
    "layer_state": "SELECT id, uid, digest, parents, document_id, annotator_id, status, round, blind, deleted "
                   "FROM layer_state",
}  # fmt: skip
PAGE = 4096


def truth(path):
    """What a project says, by the driver alone."""
    with closing(sqlite3.connect(path)) as rows:
        return {table: {row[0]: row for row in rows.execute(sql)} for table, sql in SAID.items()}


def roots_of(path):
    """Which table begins on which page, counted from 0."""
    with closing(sqlite3.connect(path)) as rows:
        found = rows.execute(
            "SELECT rootpage - 1, name FROM sqlite_master WHERE type = 'table' AND rootpage"
        ).fetchall()
    return dict(found)


def sql(path, statement):
    with closing(sqlite3.connect(path)) as rows, rows:
        return rows.execute(statement).rowcount


@pytest.fixture
def path(tmp_path):
    """A project with a history, some of it over several pages; closed."""
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        first = line(TEXT, span(0, 9, id="one"), span(10, 20, id="more"), annotator=by("Ana"), meta={"title": "T"})
        more = [line(f"Article {n}. " + "Words of it. " * 30, span(0, 7), annotator=by("Ben")) for n in range(200)]
        bring_lines(store, tmp_path, first, *more)
        ana = add_annotator(store)
        with store.transaction() as connection:
            change_annotations(connection, "Relabel", 1, ana, [Change("one", (0, 9), "on-record")])
            change_annotations(connection, "Tag", 1, ana, [Change("two", (0, 5), "denial")])
            undo.undo(connection)
            describe(connection, "Title", 1, {"title": "U"})
    return path


def repaired(path, tmp_path):
    """Repair, and hold the copy against the check and the original against a change."""
    before, copy = path.read_bytes(), tmp_path / "copy.annotator"
    found = repair(path, copy)
    assert path.read_bytes() == before
    assert not [each for each in examine(copy).findings if each.repairable]
    return found, copy


def test_a_whole_project_is_copied_whole(path, tmp_path):
    found, copy = repaired(path, tmp_path)
    assert found.remarks == []
    assert found.beside is None
    assert truth(copy) == truth(path)
    everything = "SELECT * FROM {}"
    with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(copy)) as other:
        for (table,) in one.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%search_%'"
        ):
            assert set(one.execute(everything.format(table))) == set(other.execute(everything.format(table)))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with Store.open(copy) as store, store.transaction() as connection:
        undo.undo(connection)


DAMAGES = {
    "the search index": ("INSERT INTO document_search(document_search) VALUES ('delete-all')", 0, 0),
    "current": ("UPDATE annotation SET current = 0 WHERE uid = 'one'", 0, 0),
    "a length": ("UPDATE document SET length = length + 1 WHERE id = 1", 0, 1),
    "metadata": ("UPDATE document SET meta_json = '{nonsense}' WHERE id = 1", 0, 1),
    "a guideline": ("UPDATE guideline SET text = text || '!'", 0, 1),
    "a span": ("UPDATE annotation SET start = start + 1 WHERE uid = 'more'", 1, 0),
    "a lost label": ("DELETE FROM label WHERE id = 3", 0, 1),
    "the project": ("DELETE FROM project", 0, 1),
    "an edit": ("DELETE FROM edit WHERE number = 1", 0, 1),
    "a flipped bit of a text": ("UPDATE document SET text = replace(text, 'one', 'ooe') WHERE id = 1", 0, 1),
    "a flipped bit of a hash": ("UPDATE document SET sha256 = replace(sha256, '0', '1') WHERE id = 1", 1, 0),
    "a flipped bit of a name": ("UPDATE annotator SET uid = 'B' || substr(uid, 2) WHERE name = 'Ana'", None, None),
    "a trigger": ("CREATE TRIGGER gone AFTER INSERT ON annotation BEGIN DELETE FROM document; END", 0, 0),
    "a lost article": ("DELETE FROM document WHERE id = 5", 2, 0),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_right_is_kept_and_what_is_not_is_listed(path, tmp_path, damage):
    before = truth(path)
    statement, left_out, put_right = DAMAGES[damage]
    assert sql(path, statement)
    found, copy = repaired(path, tmp_path)
    after = truth(copy)
    for table, rows in after.items():
        wrong = {key for key, row in rows.items() if row != before[table].get(key)}
        assert not wrong, (table, wrong)
    if left_out is not None and damage != "a flipped bit of a hash":
        assert (found.left_out, len(found.remarks) - found.left_out) == (left_out, put_right), found.remarks
        gone = sum(len(before[table]) - len(after[table]) for table in before)
        assert gone == left_out + (damage == "a lost article")


def test_what_is_left_out_is_kept_beside_as_it_was_found(path, tmp_path):
    sql(path, "UPDATE annotation SET start = start + 1 WHERE uid = 'more'")
    found, _ = repaired(path, tmp_path)
    assert stat.S_IMODE(found.beside.stat().st_mode) == 0o600
    (row,) = [json.loads(each) for each in found.beside.read_text(encoding="ascii").splitlines()]
    assert (row["table"], row["left_out"], row["values"]["uid"], row["values"]["start"]) == (
        "annotation",
        True,
        "more",
        11,
    )
    assert row["what"] == "what it says is not what was saved"
    with closing(sqlite3.connect(path)) as rows:
        (digest,) = rows.execute("SELECT digest FROM annotation WHERE uid = 'more'").fetchone()
    assert row["values"]["digest"] == {"hex": digest.hex()}


def test_pages_that_cannot_be_read_cost_no_more_than_what_is_on_them(path, tmp_path):
    before, data = truth(path), path.read_bytes()
    assert len(data) > 30 * PAGE
    kept, roots = {}, roots_of(path)
    for page in sorted({*range(1, len(data) // PAGE, 5), *roots} - {0}):
        damaged, copy = tmp_path / f"{page}.annotator", tmp_path / f"{page}-copy.annotator"
        damaged.write_bytes(data[: page * PAGE] + b"\xa5" * PAGE + data[(page + 1) * PAGE :])
        try:
            repair(damaged, copy)
        except UserError as error:
            assert "list of its tables" in str(error)
            assert not copy.exists()
            continue
        assert damaged.read_bytes()[page * PAGE : (page + 1) * PAGE] == b"\xa5" * PAGE
        assert not [each for each in examine(copy).findings if each.repairable]
        after = truth(copy)
        for table, rows in after.items():
            assert rows.items() <= before[table].items()
        kept[roots.get(page, page)] = sum(map(len, after.values())) / sum(map(len, before.values()))
    assert sorted(kept.values())[len(kept) // 2] > 0.9  # some ten articles, with their layers
    few = {page for page, share in kept.items() if share < 0.9}
    assert few == set(SAID)  # below the root of a table SQLite finds nothing
    assert {kept[name] for name in ("annotator", "label", "guideline", "edit", "project", "document_search_data")} == {
        1
    }


@pytest.mark.parametrize("seed", range(60))
def test_bits_flipped_anywhere_are_found_or_harmless_and_the_copy_says_nothing_wrong(path, tmp_path, seed):
    rng, before = random.Random(seed), truth(path)
    data = bytearray(path.read_bytes())
    for _ in range(3):
        data[rng.randrange(100, len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)
    copy = tmp_path / "copy.annotator"
    try:
        findings = examine(path).findings
        repair(path, copy)
    except UserError as error:
        assert "damaged" in str(error) or "not a Source Annotator project" in str(error)
        return
    assert not [each for each in examine(copy).findings if each.repairable]
    after = truth(copy)
    for table, rows in after.items():
        # Ids are local: a row may have changed its place, but never what it says.
        assert {row[1:] for row in rows.values()} <= {row[1:] for row in before[table].values()}
    try:
        differs = truth(path) != before
    except sqlite3.DatabaseError:
        differs = True
    assert findings or not differs


def test_it_overwrites_nothing_and_leaves_nothing_when_stopped(path, tmp_path):
    copy = tmp_path / "copy.annotator"
    with pytest.raises(CheckCancelled):
        repair(path, copy, cancelled=lambda: True)
    copy.write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        repair(path, copy)
    assert copy.read_text() == "mine"
    assert not [each for each in tmp_path.iterdir() if "tmp" in each.name]
