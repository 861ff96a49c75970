"""Who reads what, counted another way; prevalence from the random part alone; and a packet opened by itself."""

import json
import sqlite3
from contextlib import closing
from itertools import combinations
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.packets import merging, opening, packing, planning, words
from annotator.packets.choosing import Wanted
from annotator.records import UserError
from annotator.store import Store, assignments, edits, queries
from annotator.store.assignments import RandomPart, Share
from annotator.store.edits import Change
from annotator.store.version_union import BrokenPacket
from tests.builders import add_annotator, bring_lines, by, line, span

NAMES = {1: "Ana", 2: "Ben", 3: "Cem", 4: "Dee"}
NOTHING = RandomPart(0, 0.0, {})


@pytest.fixture
def trainer(tmp_path):
    """A project of forty articles; every fourth has a word that is looked for. Ben has read five."""
    texts = [f"Article {number}: officials {'denied' if number % 4 == 0 else 'said'} it." for number in range(40)]
    with Store.create(tmp_path / "trainer.annotator", "Harbour desk") as store:
        bring_lines(
            store, tmp_path,
            *(line(text, span(0, 7), annotator=by("Ben")) for text in texts[:5]),
            *(line(text) for text in texts[5:]),
        )  # fmt: skip
        yield store


def finish(store, who, documents, label=None, seconds=60.0):
    person = add_annotator(store, who)
    for document in documents:
        with store.transaction() as connection:
            if label:
                change = Change(f"{who}-{document}", (0, 7), label)
                edits.change_annotations(connection, "Tag", document, person, [change], active_seconds=seconds)
            edits.set_state(
                connection, "Finish", document, person, status="finished", active_seconds=0 if label else seconds
            )


def look(store):
    with store.reading() as connection:
        return planning.look(connection)


def drawn_at_random(store, who):
    sql = "SELECT document_id, weight FROM assignment JOIN annotator ON annotator.id = annotator_id WHERE name = ? AND sampling = 'random'"
    with closing(sqlite3.connect(store.path)) as rows:
        return dict(rows.execute(sql, (who,)))


shares = st.builds(
    Share, st.integers(1, 8), st.sampled_from(list(NAMES)), st.booleans(),
    st.sampled_from(["unread", "started", "finished"]), st.sampled_from([0.0, 30.0, 90.0, 3600.0]),
)  # fmt: skip


@given(st.lists(shares, max_size=24, unique_by=lambda each: each[:2]))
def test_the_counts_are_those_of_counting_by_hand(rows):
    found = planning.plan(rows, NAMES, documents=10, draws=[], found=NOTHING, labels=["denial"])
    having = {name: {row.document_id for row in rows if NAMES[row.annotator_id] == name} for name in NAMES.values()}
    readers = [sum(document in mine for mine in having.values()) for document in range(1, 11)]
    assert found.read_by == (readers.count(0), readers.count(1), readers.count(2), sum(n >= 3 for n in readers))
    people = [name for name in having if having[name]]
    assert {(pair.a, pair.b): pair.documents for pair in found.pairs} == {
        (a, b): len(having[a] & having[b]) for a, b in combinations(people, 2)
    }
    times = [row.seconds for row in rows if row.status == "finished" and row.seconds]
    for load in found.annotators:
        mine = [row for row in rows if NAMES[row.annotator_id] == load.name]
        own = [row.seconds for row in mine if row.status == "finished" and row.seconds]
        left = [row for row in mine if row.status != "finished"]
        assert (load.given, load.left) == (sum(row.was_given for row in mine), len(left))
        assert load.finished + load.started + sum(row.status == "unread" for row in mine) == len(mine)
        if not left:
            assert load.days == 0
        elif not times:
            assert load.days is None
        else:
            assert load.days == pytest.approx(len(left) * median(own or times) / 3600 / 6)
    assert [each.share for each in found.prevalence] == [None]


def test_a_plan_of_a_project_where_nothing_was_given(trainer):
    found = look(trainer)
    assert (found.documents, found.read_by) == (40, (35, 5, 0, 0))
    assert [(each.name, each.given, each.finished, each.left) for each in found.annotators] == [("Ben", 0, 5, 0)]
    assert words.drawn(found)[0] == "Nothing was given to anybody yet."
    assert "not known" in words.drawn(found)[1]


def test_prevalence_comes_from_the_random_part_alone_and_is_weighted(trainer, tmp_path):
    wanted = Wanted(sample=14, overlap=4, query="denied", share=0.5)
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", wanted)
    first = drawn_at_random(trainer, "Mia")
    packing.assign(trainer, tmp_path / "jo.packet", "Jo", Wanted(sample=12))
    second = drawn_at_random(trainer, "Jo")
    assert (len(first), len(second)) == (5, 12)
    assert set(first.values()) != set(second.values())
    with closing(sqlite3.connect(trainer.path)) as rows:
        everything = {key for (key,) in rows.execute("SELECT document_id FROM assignment WHERE annotator_id = 2")}
    finish(trainer, "Mia", sorted(everything), "denial")  # also what was found by the word, which all has it
    finish(trainer, "Jo", sorted(second)[:7])
    with trainer.transaction() as connection:  # what is not finished tells nothing yet
        jo = queries.annotator(connection, "Jo")
        edits.change_annotations(connection, "Tag", sorted(second)[8], jo, [Change("begun", (0, 7), "denial")])
    found = look(trainer)
    weights = [(weight, 1) for weight in first.values()] + [(second[key], 0) for key in sorted(second)[:7]]
    by_hand = sum(w * has for w, has in weights) / sum(w for w, _ in weights)
    (denial,) = [each for each in found.prevalence if each.label == "denial"]
    assert denial.share == pytest.approx(by_hand)
    assert (denial.documents, found.random_finished) == (5, 12)
    assert {(each.sampling, each.query): each.documents for each in found.drawn} == {
        ("chosen", None): 4, ("query", "denied"): 5, ("random", None): 17,
    }  # fmt: skip
    assert found.shared("Ben", "Mia").documents == 4 and found.shared("Ben", "Mia").is_few
    assert words.shared(found.shared("Mia", "Ben")) == "4 (few)"


def test_a_preview_says_what_the_packet_then_holds(trainer, tmp_path):
    wanted = Wanted(sample=12, overlap=3, query="denied", share=0.5, seed=4)
    with trainer.reading() as connection:
        before = planning.preview(connection, "Mia", wanted)
    assert words.previewed(before) == "12 articles: 3 shared with Ben, 4 found by “denied”, 5 at random."
    packed = packing.assign(trainer, tmp_path / "mia.packet", "Mia", wanted)
    assert (packed.documents, packed.shared, packed.by_query) == (before.documents, before.shared, before.by_query)
    with trainer.reading() as connection, pytest.raises(UserError, match="There are only"):
        planning.preview(connection, "Mia", Wanted(sample=60))


def test_days_are_those_of_the_annotator_before_those_of_everybody(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted(documents=tuple(range(1, 11))))
    assert words.days(look(trainer).annotators[1].days) == "not known yet"
    finish(trainer, "Ben", [20], seconds=3600)
    assert look(trainer).annotators[1].days == pytest.approx(10 / 6)
    finish(trainer, "Mia", [1], seconds=7200)
    assert look(trainer).annotators[1].days == pytest.approx(9 * 2 / 6)


def test_time_that_came_back_with_a_return_counts(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted(documents=(1, 2)))
    with Store.open(opening.make_project(tmp_path / "mia.packet")) as mia:
        finish(mia, "Mia", [1], seconds=1800)
        packing.give_back(mia, tmp_path / "back.packet")
    merging.merge(trainer, [tmp_path / "back.packet"])
    (mias,) = [each for each in look(trainer).annotators if each.name == "Mia"]
    assert (mias.finished, mias.left, mias.seconds) == (1, 1, 1800)


def test_the_command_prints_the_plan(trainer, tmp_path, run, call):
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted(sample=8, overlap=5))
    said = run("assignments", trainer.path).stdout
    assert "40 articles: 32 read by one, 5 by two" not in said  # 3 of the 8 are new: 5 + 3 readers
    assert "40 articles: 3 read by one, 5 by two, 0 by three or more, 32 by nobody yet." in said
    assert "Ben – Mia  5 (few)" in said
    assert "not known yet" in said
    plan = json.loads(call("assignments", trainer.path, "--json").stdout)
    assert plan["schema"] == "source-annotator/assignments/1"
    assert plan["pairs"] == [{"a": "Ben", "b": "Mia", "documents": 5}]


# A packet by itself


def test_a_packet_opened_twice_brings_what_is_new(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted(documents=(1, 2)))
    path = opening.make_project(tmp_path / "mia.packet")
    assert path == tmp_path / "mia.annotator"
    with Store.open(path) as store:
        finish(store, "Mia", [1], "denial")
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted(documents=(1, 2, 3)))
    assert opening.make_project(tmp_path / "mia.packet") == path
    with Store.open_to_read(path) as store, store.reading() as connection:
        assert list(queries.document_ids(connection, None)) == [1, 2, 3]
        assert queries.annotation(connection, "Mia-1") is not None
        assert assignments.origin(connection).annotator == "Mia"


def test_a_packet_never_goes_into_another_project_that_stands_beside_it(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "trainer.packet", "Mia", Wanted())
    trainer.close()
    before = trainer.path.read_bytes()
    with pytest.raises(UserError, match="stands beside this packet already"):
        opening.make_project(tmp_path / "trainer.packet")
    assert trainer.path.read_bytes() == before


def test_another_persons_packet_does_not_go_into_ones_project(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "a.packet", "Mia", Wanted())
    opening.make_project(tmp_path / "a.packet")
    packing.assign(trainer, tmp_path / "a.packet", "Jo", Wanted())
    with pytest.raises(UserError, match="stands beside this packet already"):
        opening.make_project(tmp_path / "a.packet")


def test_a_broken_packet_leaves_no_project_behind(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted())
    whole = (tmp_path / "mia.packet").read_bytes()
    (tmp_path / "mia.packet").write_bytes(whole[: len(whole) // 2] + b"?" + whole[len(whole) // 2 + 1 :])
    with pytest.raises(BrokenPacket, match="Nothing of it came in"):
        opening.make_project(tmp_path / "mia.packet")
    assert not list(tmp_path.glob("mia.annotator*"))
