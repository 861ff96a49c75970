"""Corrected articles in real projects: what is carried, what is refused, undo, twice, packets, splits and exports."""

import json
from hashlib import blake2b, sha256

import pytest

from annotator import exporters, removing, revising
from annotator.formats import WRITABLE
from annotator.packets import merging, packing
from annotator.records import UserError
from annotator.store import Store, edits, queries, revisions, settling, trash, undo
from annotator.store.edits import Change
from tests.builders import bring_lines, by, findings, line, parsed, span

OLD = (
    "The mayor denied the claim on Monday. “There is no deal,” she told reporters in a crowded hall by the harbour.\r\n"
    "Her office declined to comment further, saying that lawyers were looking at the papers and would for weeks.\r\n"
    "An official, who asked not to be named, said the talks had ended in March without any agreement 😀.\r\n"
)
NEW = "Correction: a name was misspelt. 😀\r\n" + OLD.replace("the claim on", "the claims on").replace(
    "said the talks had ended in March without any agreement", "would say nothing"
)


def at(words, label, text=OLD, **more):
    start = text.index(words)
    return span(start, start + len(words), label, **more)


def lines():
    source = OLD.index("Her office")
    ana = line(
        OLD,
        at("denied the claim", "denial", id="a1", note="sure"),
        at("declined to comment", "non-comment", id="a2", identity="institution",
           parts=[{"role": "source", "start": source, "end": source + 10}]),
        at("said the talks had ended in March", "anonymous-source", id="a3", identity="unnamed"),
        document="wire-1", annotator=by("Ana"), status="finished", round="calibration", blind=True,
        meta={"title": "The deal", "outlet": "Wire", "published": "2026-11-23"}, language="en",
        negatives=[{"id": "n1", "start": OLD.index("lawyers"), "end": OLD.index("lawyers") + 7, "kind": "look-alike"}],
        relations=[{"type": "answers", "from": "a2", "to": "a1"}],
    )  # fmt: skip
    ben = line(OLD, at("declined to comment", "non-comment", id="b1"), annotator=by("Ben"), status="finished")
    gold = line(
        OLD,
        at("denied the claim", "denial", id="g1", taken_from="Ana"),
        annotator=by("Gold", "gold"),
        status="finished",
    )
    bert = line(
        OLD, at("denied the claim", "denial", id="m1", score=0.5), annotator=by("bert", "model"), status="finished"
    )
    return [ana, ben, gold, bert]


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "p.annotator", "Test") as store:
        bring_lines(store, tmp_path, *lines())
        yield store


@pytest.fixture
def article(tmp_path):
    return article_of(tmp_path, NEW)


def article_of(folder, text, name="corrected.txt"):
    file = folder / name
    file.write_bytes(text.encode())
    return revising.read(file)


def rows(store, document_id):
    with store.reading() as connection:
        return {row.uid: row for row in queries.annotations(connection, document_id)}


def statuses(store, document_id):
    with store.reading() as connection:
        return {row.annotator: row.status for row in queries.layers(connection, document_id)}


def open_items(store):
    with store.reading() as connection:
        return settling.to_settle(connection)


def uid(former):
    return blake2b(f"{former}\0{sha256(NEW.encode()).hexdigest()}".encode(), digest_size=16).hexdigest()


def everything(store):
    with store.reading() as connection:
        tables = ("document", "annotation", "layer_state", "revision", "carried", "edit")
        return {name: connection.exec_driver_sql(f"SELECT * FROM {name}").fetchall() for name in tables}


def test_every_layer_is_carried_and_what_is_to_be_looked_at_is_listed(store, article):
    before = rows(store, 1), statuses(store, 1)
    report = revising.revise(store.transaction, 1, article)
    assert (report.document, report.predecessor, report.is_new) == (2, 1, True)
    assert (report.same, report.moved, report.lost) == (3, 3, 1)
    assert (rows(store, 1), statuses(store, 1)) == before
    carried = rows(store, 2)
    assert {each: NEW[row.start : row.end] for each, row in carried.items()} == {
        uid("a1"): "denied the claims", uid("a2"): "declined to comment", uid("n1"): "lawyers",
        uid("b1"): "declined to comment", uid("g1"): "denied the claims", uid("m1"): "denied the claims",
    }  # fmt: skip
    declined = carried[uid("a2")]
    assert declined.label == "non-comment" and declined.attributes.identity == "institution"
    assert [NEW[part.start : part.end] for part in declined.attributes.parts] == ["Her office"]
    assert [(each.type, each.to) for each in declined.attributes.relations] == [("answers", uid("a1"))]
    assert carried[uid("a1")].attributes.note == "sure"
    assert carried[uid("m1")].attributes.score == 0.5
    assert carried[uid("g1")].attributes.taken_from == "Ana"
    assert (carried[uid("n1")].label, carried[uid("n1")].attributes.kind) == (None, "look-alike")
    assert statuses(store, 2) == {"Ana": "started", "Ben": "finished", "Gold": "started", "bert": "started"}
    listed = {(each.annotator, each.words, each.place and NEW[slice(*each.place)]) for each in open_items(store)}
    assert listed == {
        ("Ana", "denied the claim", "denied the claims"),
        ("Ana", "said the talks had ended in March", None),
        ("Gold", "denied the claim", "denied the claims"),  # a model's is nobody's to settle
    }
    assert findings(store) == []


def test_the_new_article_has_the_metadata_of_its_predecessor_and_knows_it(store, article):
    revising.revise(store.transaction, 1, article)
    with store.reading() as connection:
        detail = queries.document(connection, 2)
        (link,) = revisions.links(connection)
        (meta_json,) = connection.exec_driver_sql("SELECT meta_json FROM document WHERE id = 2").one()
        (state,) = connection.exec_driver_sql(
            "SELECT round, blind FROM layer_state JOIN annotator ON annotator.id = annotator_id "
            "WHERE document_id = 2 AND name = 'Ana' AND current"
        )
    assert (detail.title, detail.outlet, detail.published, detail.language) == ("The deal", "Wire", "2026-11-23", "en")
    assert detail.text == NEW
    assert (link.document_id, link.predecessor_id) == (2, 1)
    assert json.loads(meta_json)["corrects"] == sha256(OLD.encode()).hexdigest()
    assert tuple(state) == ("calibration", 1)


def test_doing_it_twice_adds_nothing(store, article):
    revising.revise(store.transaction, 1, article)
    before = everything(store)
    again = revising.revise(store.transaction, 1, article)
    assert (again.is_new, again.document, again.annotations) == (False, 2, [])
    assert everything(store) == before


def test_work_that_comes_to_the_predecessor_later_is_carried_the_next_time(store, article, tmp_path):
    revising.revise(store.transaction, 1, article)
    bring_lines(
        store,
        tmp_path,
        line(OLD, at("“There is no deal,”", "denial", id="c1"), annotator=by("Cleo"), status="finished"),
    )
    again = revising.revise(store.transaction, 1, article)
    assert [(each.annotator, each.words) for each in again.annotations] == [("Cleo", "“There is no deal,”")]
    assert uid("c1") in rows(store, 2)
    assert findings(store) == []


def test_undo_takes_all_of_it_back_redo_and_doing_it_again_bring_it_back(store, article):
    revising.revise(store.transaction, 1, article)
    after = rows(store, 2), statuses(store, 2), open_items(store)
    with store.transaction() as connection:
        undo.undo(connection)
    assert rows(store, 2) == {} and statuses(store, 2) == {} and open_items(store) == []
    with store.reading() as connection:
        assert list(queries.document_ids(connection, None)) == [1]
        assert revisions.links(connection) == [] and revisions.families(connection) == {}
    with store.transaction() as connection:
        undo.redo(connection)
    assert (rows(store, 2), statuses(store, 2), open_items(store)) == after
    with store.transaction() as connection:
        undo.undo(connection)
    assert revising.revise(store.transaction, 1, article).is_new
    assert (rows(store, 2), statuses(store, 2), open_items(store)) == after
    assert findings(store) == []


def test_what_is_lost_when_it_is_carried_again_waits_for_a_person(store, article):
    revising.revise(store.transaction, 1, article)
    with store.transaction() as connection:
        undo.undo(connection)
        span = OLD.index("had ended in March without"), OLD.index(" agreement 😀")
        edits.change_annotations(connection, "Move", 1, 1, [Change("n1", span)])
    assert revising.revise(store.transaction, 1, article).lost == 2
    waiting = {(each.label, each.words) for each in open_items(store) if each.place is None}
    assert waiting == {
        ("anonymous-source", "said the talks had ended in March"),
        (None, "had ended in March without any"),
    }


def test_a_text_that_the_project_has_is_linked_and_what_is_not_there_is_carried(store, article, tmp_path):
    bring_lines(
        store,
        tmp_path,
        line(NEW, at("declined to comment", "non-comment", NEW, id="own"), annotator=by("Ben"), status="finished"),
    )
    report = revising.revise(store.transaction, 1, article)
    assert report.document == 2
    of_ben = [row.uid for row in rows(store, 2).values() if row.label == "non-comment" and row.annotator_id == 2]
    assert of_ben == ["own"]  # Ben has made it there himself
    assert statuses(store, 2)["Ben"] == "finished"
    assert uid("a1") in rows(store, 2)
    with store.transaction() as connection:
        undo.undo(connection)
        assert revisions.links(connection) == []
    assert list(rows(store, 2)) == ["own"]
    assert findings(store) == []


def test_the_same_correction_in_two_projects_gives_the_same_annotations(store, article, tmp_path):
    with Store.create(tmp_path / "q.annotator", "Other") as other:
        bring_lines(other, tmp_path, *reversed(lines()))
        revising.revise(store.transaction, 1, article)
        revising.revise(other.transaction, 1, article)
        digests = "SELECT digest FROM annotation WHERE document_id = 2 UNION SELECT digest FROM layer_state WHERE document_id = 2"
        with store.reading() as one, other.reading() as two:
            assert {*one.exec_driver_sql(digests)} == {*two.exec_driver_sql(digests)}


def test_a_packet_takes_the_link_along_unless_it_was_undone(store, article, tmp_path):
    revising.revise(store.transaction, 1, article)
    packing.pack_everything(store, tmp_path / "all.packet")
    with store.transaction() as connection:
        undo.undo(connection)
    packing.pack_everything(store, tmp_path / "undone.packet")
    for name, expected in (("all", 1), ("undone", 0)):
        with Store.create(tmp_path / f"{name}.annotator", "Copy") as copy:
            merging.merge(copy, [tmp_path / f"{name}.packet"])
            with copy.reading() as connection:
                assert len(revisions.links(connection)) == expected
            if expected:  # all came along but what was lost, which is told here, too
                report = revising.revise(copy.transaction, 1, article)
                assert [each.outcome for each in report.annotations] == ["lost"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OLD, "nothing is corrected"),
        ("  \n", "empty"),
        ("Another story altogether.", "correction of another article, 1"),
    ],
)
def test_what_is_no_correction_is_refused(store, article, tmp_path, text, said):
    bring_lines(store, tmp_path, line("A third text."))
    if said.endswith("1"):
        revising.revise(store.transaction, 1, article_of(tmp_path, text))
    before = everything(store)
    with pytest.raises(UserError, match=said):
        revising.revise(store.transaction, 2 if said.endswith("1") else 1, article_of(tmp_path, text))
    assert everything(store) == before


def test_an_earlier_version_and_a_missing_article_and_several_articles_are_refused(store, article, tmp_path):
    revising.revise(store.transaction, 1, article)
    with pytest.raises(UserError, match="earlier version of the article, 1"):
        revising.revise(store.transaction, 2, article_of(tmp_path, OLD))
    with pytest.raises(UserError, match="no article 99"):
        revising.revise(store.transaction, 99, article)
    two = tmp_path / "two.jsonl"
    two.write_text("".join(json.dumps(line(text)) + "\n" for text in ("One.", "Two.")))
    with pytest.raises(UserError, match="2 articles"):
        revising.read(two)


def settle(store, verb, words, *arguments, who=1):
    (each,) = [each for each in open_items(store) if each.words == words and each.annotator != "Gold"]
    with store.transaction() as connection:
        verb(connection, "Settle", each, *arguments, who)
    return each


def test_settling_counts_down_can_be_undone_and_survives_a_restart(store, article, tmp_path):
    revising.revise(store.transaction, 1, article)
    assert len(open_items(store)) == 3
    settle(store, settling.accept, "denied the claim")
    lost = settle(
        store, settling.place, "said the talks had ended in March", (NEW.index("would say"), NEW.index("nothing") + 7)
    )
    assert [each.annotator for each in open_items(store)] == ["Gold"]
    found = rows(store, 2)[uid("a3")]
    assert (NEW[found.start : found.end], found.label, found.attributes.identity) == (
        "would say nothing",
        "anonymous-source",
        "unnamed",
    )
    assert lost.uid == uid("a3")
    store.close()
    with Store.open(tmp_path / "p.annotator") as again:
        assert len(open_items(again)) == 1
        with again.transaction() as connection:
            undo.undo(connection)
        assert len(open_items(again)) == 2 and uid("a3") not in rows(again, 2)
        with again.transaction() as connection:
            undo.undo(connection)
        assert len(open_items(again)) == 3
        with again.transaction() as connection:
            undo.redo(connection)
            undo.redo(connection)
        assert len(open_items(again)) == 1 and uid("a3") in rows(again, 2)
        assert findings(again) == []


def test_what_is_settled_is_not_told_by_the_id_of_a_row(store, tmp_path):
    """Those of rows that a removal for good takes away are free for others."""
    other = "Another article altogether. " + OLD[:60]
    bring_lines(store, tmp_path, line(other, span(0, 15, "denial", id="o1"), annotator=by("Ana")))
    revising.revise(store.transaction, 1, article_of(tmp_path, NEW.replace("declined", "refused")))
    for each in open_items(store):
        with store.transaction() as connection:
            settling.accept(connection, "Settle", each, each.annotator_id)
    with store.transaction() as connection:
        trash.delete_documents(connection, "Delete", [1])
    removing.remove_for_good(store, [1])
    revising.revise(store.transaction, 2, article_of(tmp_path, "Something else. " + other[28:]))
    waiting = open_items(store)
    assert [each.words for each in waiting] == ["Another article"]
    with store.transaction() as connection:
        while undo.undo(connection) or undo.next_undo(connection):
            pass
        while undo.redo(connection) or undo.next_redo(connection):
            pass
    assert open_items(store) == waiting
    assert findings(store) == []


def test_one_that_moved_can_be_removed_and_only_by_whose_it_is(store, article):
    revising.revise(store.transaction, 1, article)
    with pytest.raises(UserError, match="Ana’s to settle"):
        settle(store, settling.remove, "denied the claim", who=2)
    settle(store, settling.remove, "denied the claim")
    assert uid("a1") not in rows(store, 2)


def test_gold_is_settled_by_whoever_reviews_and_then_finished_as_it_was(store, article):
    revising.revise(store.transaction, 1, article)
    (golden,) = [each for each in open_items(store) if each.annotator == "Gold"]
    with store.transaction() as connection:
        settling.accept(connection, "Settle", golden, 2)
    assert statuses(store, 2)["Gold"] == "finished"
    with store.transaction() as connection:
        undo.undo(connection)
    assert statuses(store, 2)["Gold"] == "started"


def test_exports_take_both_and_every_version_of_an_article_is_on_one_side_of_a_split(store, tmp_path):
    texts = [f"Story {number}. " + f"word{number} " * 40 for number in range(12)]
    for number, text in enumerate(texts):
        bring_lines(
            store, tmp_path, line(text, span(0, 5), document=f"s{number}", annotator=by("Ana"), status="finished")
        )
    for number in range(12):  # nothing alike in them: near-duplicates do not join these
        revising.revise(
            store.transaction, number + 2, article_of(tmp_path, f"Rewritten {number}. " + f"other{number} " * 40)
        )
    exporters.export(store, tmp_path / "out", exporters.ExportOptions(split="50/50", folder=True, status="all"))
    first = {sha256(text.encode()).hexdigest() for text in texts}
    sides = {}
    for side in ("train", "test"):
        for record in parsed(tmp_path / "out" / f"{side}.jsonl"):
            if record["group"]:
                sides.setdefault(record["group"], []).append(side)
    assert sides.keys() == first
    assert all(len(of_one) == 2 and len(set(of_one)) == 1 for of_one in sides.values())


@pytest.mark.parametrize("name", sorted(WRITABLE))
def test_every_format_writes_both_versions(store, article, tmp_path, name):
    revising.revise(store.transaction, 1, article)
    report = exporters.export(store, tmp_path / "out", exporters.ExportOptions(format=name, status="all", folder=True))
    assert report.documents == 2


def test_an_export_is_made_again_as_it_was_before_the_correction(store, article, tmp_path):
    exporters.export(store, tmp_path / "a.jsonl")
    with store.reading() as connection:
        edits = queries.edits(connection)
    revising.revise(store.transaction, 1, article)
    exporters.export(store, tmp_path / "b.jsonl", as_of=edits)
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_the_commands(run, call, tmp_path):
    with Store.create(tmp_path / "p.annotator", "Test") as store:
        bring_lines(store, tmp_path, *lines())
    (tmp_path / "corrected.md").write_bytes(NEW.encode())
    done = run("revise", "p.annotator", "1", "corrected.md")
    assert "Article 2 corrects article 1: 3 the same, 3 moved, 1 lost" in done.stderr
    assert "moved  Ana, denial: 10-26 “denied the claim” → " in done.stdout
    assert "lost   Ana, anonymous-source:" in done.stdout
    assert "Nothing new" in call("revise", "p.annotator", "1", "corrected.md").stderr
    listed = json.loads(call("revisions", "p.annotator", "--json").stdout)
    assert {each["annotator"] for each in listed} == {"Ana", "Gold"}
    assert "corrects 1)" in call("list", "p.annotator").stdout
    (first, second) = json.loads(call("list", "p.annotator", "--json").stdout)
    assert (first["corrected_by"], second["corrects"]) == (2, 1)
    assert "3 annotations to settle" in call("revisions", "p.annotator").stderr
    assert "no article 9" in call("revise", "p.annotator", "9", "corrected.md", code=1).stderr
    assert "missing.txt" in call("revise", "p.annotator", "1", "missing.txt", code=1).stderr
