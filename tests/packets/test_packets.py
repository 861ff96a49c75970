"""Packets: what goes out, what comes back, and what is refused."""

import hashlib
import json
import sqlite3
import zipfile
from contextlib import closing

import pytest

from annotator.packets import archive, merging, packing, words
from annotator.packets.choosing import Wanted
from annotator.records import UserError
from annotator.store import Store, assignments, backups, conflicts, edits, queries, undo
from annotator.store.edits import Change
from annotator.store.version_union import BrokenPacket
from tests.builders import TEXT, add_annotator, bring_lines, by, findings, line, span
from tests.packets.replicas import in_effect, manifest, packet_of, shown

SECOND = "A second article. The mayor had no comment, an aide said."


@pytest.fixture
def trainer(tmp_path):
    """A project with six articles, of which Ben has annotated two."""
    with Store.create(tmp_path / "trainer.annotator", "Harbour desk") as store:
        bring_lines(
            store, tmp_path,
            line(TEXT, span(0, 20, id="ben-1", note="Ben was here"), annotator=by("Ben"), meta={"title": "Deal denied"}),
            line(SECOND, span(18, 43, "non-comment"), annotator=by("Ben"), status="started"),
            *(line(f"Article {number}: the minister said {'no' * number}.") for number in range(4)),
        )  # fmt: skip
        yield store


def opened(packet, path):
    """A project made from a packet, as `annotator import` makes it."""
    store = Store.create(path, merging.title_of(packet))
    report = merging.merge(store, [packet])
    return store, report


def annotate(store, who, document=1, uid="m1", spot=(0, 9), label="denial", status=None, seconds=5.0):
    person = add_annotator(store, who)
    with store.transaction() as connection:
        edits.change_annotations(
            connection, "Tag", document, person, [Change(uid, spot, label)], active_seconds=seconds
        )
        if status:
            edits.set_state(connection, "Finish", document, person, status=status)


def files(packet):
    with zipfile.ZipFile(packet) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def rewrite(packet, change, *, hashes=True):
    """Write a packet again with other contents, and with hashes that fit unless told otherwise."""
    content = change(files(packet))
    if hashes and "manifest.json" in content:
        said = json.loads(content["manifest.json"])
        for name, data in content.items():
            if name in said["files"]:
                said["files"][name] |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        content["manifest.json"] = json.dumps(said).encode()
    with zipfile.ZipFile(packet, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in content.items():
            zipped.writestr(name, data)
    return packet


def dump(store):
    with closing(sqlite3.connect(f"file:{store.path}?mode=ro", uri=True)) as rows:
        return list(rows.iterdump())


def test_a_packet_holds_nobody_elses_work(trainer, tmp_path):
    packed = packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted())
    assert (packed.kind, packed.annotator, packed.documents, packed.annotations) == ("assignment", "Mia", 6, 0)
    said = b"".join(files(tmp_path / "mia.packet").values())
    assert TEXT.partition("\r")[0].encode() in said
    assert b"Ben" not in said
    assert b"ben-1" not in said
    assert oct((tmp_path / "mia.packet").stat().st_mode & 0o777) == "0o600"


def test_a_packet_becomes_a_project_that_knows_whose_it_is_and_goes_back_as_often_as_one_likes(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted(documents=(1, 2, 3)))
    mia, report = opened(tmp_path / "mia.packet", tmp_path / "mia.annotator")
    assert (report.documents, report.packets[0].is_own, report.packets[0].annotator) == (3, True, "Mia")
    with mia:
        with mia.reading() as connection:
            assert assignments.origin(connection).annotator == "Mia"
            assert queries.title(connection) == "Harbour desk"
        with pytest.raises(UserError, match="nothing to give back yet"):
            packing.give_back(mia, tmp_path / "back.packet")
        annotate(mia, "Mia", status="finished", seconds=40)
        back = packing.give_back(mia, tmp_path / "back.packet")
        assert (back.documents, back.unfinished) == (1, 2)
        first = merging.merge(trainer, [tmp_path / "back.packet"])
        assert (first.packets[0].unfinished, first.packets[0].is_own) == (2, True)
        assert [(each.name, each.annotations, each.states) for each in first.annotators] == [("Mia", 1, 2)]
        annotate(mia, "Mia", document=2, uid="m2", spot=(18, 43), label="non-comment", status="finished")
        bring_lines(mia, tmp_path, line("An article that Mia found herself, officials said."))
        annotate(mia, "Mia", document=4, uid="m3")
        packing.give_back(mia, tmp_path / "back.packet")
    second = merging.merge(trainer, [tmp_path / "back.packet"])
    assert (second.documents, second.known_documents) == (1, 2)
    assert [(each.annotations, each.states, each.known) for each in second.annotators] == [(2, 3, 3)]
    assert merging.merge(trainer, [tmp_path / "back.packet"]).is_nothing_new
    assert {"m1", "m2", "m3", "ben-1"} <= shown(trainer.path).keys()
    assert findings(trainer) == []
    with trainer.reading() as connection:
        worked = connection.exec_driver_sql("SELECT active_seconds FROM assignment WHERE document_id = 1").scalar_one()
    assert worked == 40


def test_what_the_annotator_has_by_then_goes_along_for_a_second_round(trainer, tmp_path):
    annotate(trainer, "Mia", status="finished")
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted(round="recheck"))
    mia, _ = opened(tmp_path / "mia.packet", tmp_path / "mia.annotator")
    with mia:
        assert set(shown(mia.path)) >= {"m1"}
        assert "ben-1" not in shown(mia.path)


def test_a_dry_run_says_the_same_and_changes_nothing(trainer, tmp_path):
    with Store.create(tmp_path / "other.annotator") as other:
        bring_lines(other, tmp_path, line("Somebody else's article.", span(0, 8), annotator=by("Cem")))
        packing.pack_everything(other, tmp_path / "all.packet")
    before = dump(trainer)
    dry = merging.merge(trainer, [tmp_path / "all.packet"], dry_run=True)
    assert dump(trainer) == before
    wet = merging.merge(trainer, [tmp_path / "all.packet"])
    assert (dry.dry_run, wet.dry_run) == (True, False)
    wet.dry_run = True
    assert dry == wet
    assert not wet.packets[0].is_own
    assert dump(trainer) != before


def test_people_of_another_project_are_known_by_name_and_their_work_comes_once(trainer, tmp_path):
    annotate(trainer, "Mia", uid="own")
    with Store.create(tmp_path / "other.annotator") as other:
        bring_lines(other, tmp_path, line(TEXT))
        annotate(other, "Mia", uid="theirs", status="finished")
        with other.transaction() as connection:
            person = queries.annotator(connection, "Mia")
            edits.change_annotations(connection, "Relabel", 1, person, [Change("theirs", (0, 9), "on-record")])
    packet = packet_of(tmp_path / "other.annotator")
    report = merging.merge(trainer, [packet])
    assert report.taken_as == ["Mia"]
    assert {"own", "theirs"} <= shown(trainer.path).keys()
    assert merging.merge(trainer, [packet]).is_nothing_new
    assert findings(trainer) == []
    with trainer.reading() as connection:
        assert [row.name for row in queries.annotators(connection)] == ["Ben", "Mia"]
        assert conflicts.conflicts(connection) == []  # both began the article alike, and one of them finished it
    with Store.open(tmp_path / "other.annotator") as other:  # and back to where it came from
        merging.merge(other, [packet_of(trainer.path)])
        assert {"own", "theirs", "ben-1"} <= shown(other.path).keys()
        assert findings(other) == []


def test_an_id_that_stands_for_something_else_here_keeps_its_annotation_under_another(trainer, tmp_path):
    with Store.create(tmp_path / "other.annotator") as other:
        bring_lines(
            other, tmp_path, line("Elsewhere ben-1 is another one.", span(0, 9, id="ben-1"), annotator=by("Cem"))
        )
    packet = packet_of(tmp_path / "other.annotator")
    before = shown(trainer.path)
    assert merging.merge(trainer, [packet]).renamed == 1
    after = shown(trainer.path)
    assert {uid: after[uid] for uid in before} == before
    assert len(after) == len(before) + 2
    again = merging.merge(trainer, [packet])
    assert again.is_nothing_new
    assert findings(trainer) == []


def test_a_conflict_keeps_both_versions_until_a_person_settles_it(trainer, tmp_path):
    with Store.create(tmp_path / "copy.annotator") as copy:
        merging.merge(copy, [packet_of(trainer.path)])
        annotate(copy, "Ben", uid="ben-1", spot=(0, 20), label="on-record")
    annotate(trainer, "Ben", uid="ben-1", spot=(0, 12), label="denial")
    report = merging.merge(trainer, [packet_of(tmp_path / "copy.annotator")])
    assert [(each.uid, each.annotator, each.title, each.sayings) for each in report.conflicts] == [
        ("ben-1", "Ben", "Deal denied", 2)
    ]
    with trainer.reading() as connection:
        (found,) = conflicts.conflicts(connection)
    assert {(each.start, each.end, each.label) for each in found.sayings} == {(0, 20, "on-record"), (0, 12, "denial")}
    chosen = next(each for each in found.sayings if each.label == "on-record")
    with trainer.transaction() as connection:
        conflicts.settle(connection, found, chosen.digest, None)
        assert conflicts.conflicts(connection) == []
        assert queries.annotation(connection, "ben-1")[2:5] == (0, 20, "on-record")
    with trainer.transaction() as connection, pytest.raises(UserError, match="settled meanwhile"):
        conflicts.settle(connection, found, chosen.digest, None)
    settled = [parents for uid, parents, *_ in in_effect(trainer.path).values() if uid == "ben-1" and len(parents) > 32]
    assert settled == ["".join(sorted(each.digest.hex().upper() for each in found.sayings))]
    assert findings(trainer) == []


def test_an_article_that_was_removed_for_good_stays_out_unless_somebody_asks(trainer, tmp_path):
    with Store.create(tmp_path / "other.annotator") as other:
        bring_lines(other, tmp_path, line("Secret source.", span(0, 6), annotator=by("Cem")))
    packet = packet_of(tmp_path / "other.annotator")
    sha256 = hashlib.sha256(b"Secret source.").hexdigest()
    with trainer.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO removed(sha256, at) VALUES (?, '2026-01-01 00:00:00.000000')", (sha256,)
        )
    report = merging.merge(trainer, [packet])
    assert (report.removed_documents, report.is_nothing_new) == (1, True)
    assert "Secret source" not in "".join(dump(trainer))
    assert merging.merge(trainer, [packet], brings_back=True).documents == 1
    assert merging.merge(trainer, [packet]).known_documents == 1


def test_a_project_is_backed_up_before_a_merge(trainer, tmp_path):
    with Store.create(tmp_path / "other.annotator") as other:
        bring_lines(other, tmp_path, line("A leak.", span(0, 6), annotator=by("Cem")))
    before = in_effect(trainer.path)
    merging.merge(trainer, [packet_of(tmp_path / "other.annotator")], dry_run=True)
    assert backups.of_project(trainer.path) == []
    merging.merge(trainer, [packet_of(tmp_path / "other.annotator")])
    (backup,) = backups.of_project(trainer.path)
    assert backup.reason == "merge"
    assert in_effect(backup.file) == before


def test_a_label_comes_in_with_its_definition(trainer, tmp_path):
    with Store.create(tmp_path / "other.annotator") as other:
        bring_lines(other, tmp_path, line("A leak.", span(0, 6, "leak"), annotator=by("Cem")), add_labels=True)
    assert merging.merge(trainer, [packet_of(tmp_path / "other.annotator")]).labels == ["leak"]


def test_the_guideline_of_an_assignment_is_the_one_that_is_read_and_that_of_a_return_is_not(trainer, tmp_path):
    with trainer.transaction() as connection:
        sha256 = hashlib.sha256(b"# New rules").hexdigest()
        connection.exec_driver_sql("INSERT INTO guideline(sha256, text) VALUES (?, '# New rules')", (sha256,))
        own = queries.guideline(connection)
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted())
    mia, _ = opened(tmp_path / "mia.packet", tmp_path / "mia.annotator")
    with mia:
        with mia.transaction() as connection:
            assert queries.guideline(connection) == "# New rules"
            old = hashlib.sha256(b"# Mia's own").hexdigest()
            connection.exec_driver_sql("INSERT INTO guideline(sha256, text) VALUES (?, '# Mia''s own')", (old,))
        annotate(mia, "Mia")
        packing.give_back(mia, tmp_path / "back.packet")
    merging.merge(trainer, [tmp_path / "back.packet"])
    with trainer.reading() as connection:
        assert queries.guideline(connection) == own
        assert connection.exec_driver_sql("SELECT count(*) FROM guideline WHERE text LIKE '%Mia%'").scalar_one() == 1


def _line_of(file, **change):
    def edit(content):
        first, _, rest = content[file].partition(b"\n")
        content[file] = json.dumps(json.loads(first) | change).encode() + b"\n" + rest
        return content

    return edit


def _manifest_of(**change):
    def edit(content):
        content["manifest.json"] = json.dumps(json.loads(content["manifest.json"]) | change).encode()
        return content

    return edit


def _without(name):
    return lambda content: {key: value for key, value in content.items() if key != name}


def _without_first_version(content):
    lines = content[ANNOTATIONS].splitlines(keepends=True)
    first = next(each for each in lines if b'"ben-1"' in each)
    return content | {ANNOTATIONS: b"".join(each for each in lines if each is not first)}


ANNOTATIONS, STATES = "annotations.jsonl", "states.jsonl"
BROKEN = {
    "a newer version": (_manifest_of(schema="source-annotator/packet/9"), "newer version.*packet/9.*Install"),
    "no manifest": (_without("manifest.json"), "is no packet"),
    "another file": (lambda content: content | {"../../evil": b"x"}, "other files"),
    "a missing file": (_without(STATES), "other files"),
    "a text": (_line_of("documents.jsonl", text="Another text."), "not the one that it was"),
    "a digest": (_line_of(ANNOTATIONS, digest="0" * 32), "not what was written"),
    "no digest": (_line_of(ANNOTATIONS, digest="zz"), "a digest in it is none"),
    "a span": (_line_of(ANNOTATIONS, start=1), "not what was written"),
    "a span beyond": (_line_of(ANNOTATIONS, end=10**9), "not within its text"),
    "a label": (_line_of(ANNOTATIONS, label="nowhere"), "“nowhere” and does not define it"),
    "an annotator": (_line_of(ANNOTATIONS, annotator="nobody"), "does not say who"),
    "an article": (_line_of(ANNOTATIONS, document="f" * 64), "lacks an article"),
    "a parent": (_line_of(ANNOTATIONS, parents=["0" * 32]), "not what was written|lacks a version"),
    "a time": (_line_of(ANNOTATIONS, at="yesterday"), "a time in it is none"),
    "a key": (_line_of(ANNOTATIONS, evil=1), "line 1 of annotations.jsonl.*unknown field"),
    "attributes": (_line_of(ANNOTATIONS, attributes={"evil": 1}), "does not know"),
    "a state": (_line_of(STATES, uid="other"), "not that of its layer"),
    "a status": (_line_of(STATES, status="done"), "line 1 of states.jsonl"),
    "a first version": (_without_first_version, "lacks a version"),
    "no line": (lambda content: content | {ANNOTATIONS: b"[]\n"}, "line 1 of annotations.jsonl"),
}  # fmt: skip


@pytest.fixture
def returned(trainer, tmp_path):
    """A packet with two versions of one annotation."""
    annotate(trainer, "Ben", uid="ben-1", spot=(0, 12))
    return packet_of(trainer.path)


@pytest.mark.parametrize("what", BROKEN)
def test_a_packet_that_is_not_what_was_written_is_refused_whole(returned, tmp_path, what):
    change, message = BROKEN[what]
    rewrite(returned, change)
    with Store.create(tmp_path / "new.annotator") as store:
        before = dump(store)
        with pytest.raises(BrokenPacket, match=message) as refused:
            merging.merge(store, [returned])
        assert dump(store) == before
    assert str(refused.value).count("trainer.packet") == 1


def test_a_hash_that_does_not_fit_is_refused(returned, tmp_path):
    rewrite(returned, _line_of("documents.jsonl", title="Another"), hashes=False)
    with Store.create(tmp_path / "new.annotator") as store, pytest.raises(BrokenPacket, match="documents.jsonl in it"):
        merging.merge(store, [returned])


def test_a_bomb_is_refused_before_it_is_unpacked(returned, tmp_path):
    rewrite(returned, lambda content: content | {ANNOTATIONS: b" " * (1 << 26)})
    with Store.create(tmp_path / "new.annotator") as store, pytest.raises(BrokenPacket, match="far more than"):
        merging.merge(store, [returned])


@pytest.mark.parametrize("cut", [0, 10, 400, -30])
def test_a_packet_that_was_cut_short_is_refused(returned, tmp_path, cut):
    returned.write_bytes(returned.read_bytes()[:cut])
    with Store.create(tmp_path / "new.annotator") as store, pytest.raises(BrokenPacket, match="cannot be used"):
        merging.merge(store, [returned])


def test_every_changed_byte_is_noticed_or_changes_nothing(returned, tmp_path):
    whole = returned.read_bytes()
    with Store.create(tmp_path / "new.annotator") as store:
        for place in range(0, len(whole), max(1, len(whole) // 150)):
            returned.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
            try:
                merging.merge(store, [returned], dry_run=True)
            except UserError:
                continue
            with zipfile.ZipFile(returned) as zipped:
                assert all(zipped.read(info) is not None for info in zipped.infolist() if info.file_size)


def test_a_broken_packet_among_whole_ones_keeps_all_of_them_out(trainer, returned, tmp_path):
    packet = packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted(documents=(3,))).path
    rewrite(returned, BROKEN["a digest"][0])
    with Store.create(tmp_path / "new.annotator") as store:
        before = dump(store)
        with pytest.raises(BrokenPacket, match="trainer.packet"):
            merging.merge(store, [tmp_path / packet, returned])
        assert dump(store) == before


def test_a_merge_that_is_cancelled_leaves_nothing(returned, tmp_path):
    with Store.create(tmp_path / "new.annotator") as store:
        before = dump(store)
        asked = iter([False] * 5 + [True] * 1000)
        with pytest.raises(merging.MergeCancelled):
            merging.merge(store, [returned], cancelled=lambda: next(asked))
        assert dump(store) == before


def test_a_packet_is_told_by_its_content(trainer, returned, tmp_path):
    returned.rename(tmp_path / "returned.bin")
    assert archive.is_packet(tmp_path / "returned.bin")
    assert not archive.is_packet(trainer.path)
    assert not archive.is_packet(tmp_path)
    assert not archive.is_packet(tmp_path / "absent")


def test_the_manifest_names_what_is_inside(returned):
    said = manifest(returned)
    content = files(returned)
    assert said["files"] == {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "lines": data.count(b"\n")}
        for name, data in content.items() if name != "manifest.json"
    }  # fmt: skip


# Who gets which


def drawn(store, who, path="x.packet", **wanted):
    packing.assign(store, store.path.with_name(path), who, Wanted(**wanted))
    sql = """
        SELECT document_id, sampling, query, weight FROM assignment JOIN annotator ON annotator.id = annotator_id
        WHERE name = ? ORDER BY document_id
    """
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql, (who,))]


def test_a_sample_is_drawn_from_what_nobody_reads_and_the_overlap_from_what_somebody_does(trainer):
    first = drawn(trainer, "Mia", sample=3, overlap=1, seed=1)
    assert len(first) == 3
    assert [key for key, *_ in first if key <= 2] == [key for key, sampling, *_ in first if sampling == "chosen"]
    assert all(weight == pytest.approx(4 / 2) for _, sampling, _, weight in first if sampling == "random")
    second = drawn(trainer, "Mia", sample=3, overlap=1, seed=1)
    assert len(second) == 6  # what she has is not given again
    assert set(first) < set(second)
    assert len(drawn(trainer, "Cem", sample=2, overlap=2)) == 2


def test_what_words_found_says_so(trainer):
    found = drawn(trainer, "Mia", sample=2, query="minister", share=0.5)
    assert sorted(sampling for _, sampling, *_ in found) == ["query", "random"]
    assert {query for _, sampling, query, _ in found if sampling == "query"} == {"minister"}
    assert [weight for _, sampling, _, weight in found if sampling == "query"] == [3]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"documents": (99,)}, "no article 99"),
        ({"sample": 7}, "7 articles were asked for"),
        ({"sample": 2, "query": "unicorn"}, "1 of them with “unicorn”. There are only 0"),
        ({"sample": 0}, "at least one"),
        ({"sample": 1, "overlap": 2}, "cannot be larger"),
        ({"sample": 1, "query": "x", "share": 3.0}, "above 0"),
    ],
)
def test_what_cannot_be_given_is_said_and_nothing_is_remembered(trainer, tmp_path, wanted, message):
    with pytest.raises(UserError, match=message):
        packing.assign(trainer, tmp_path / "x.packet", "Mia", Wanted(**wanted))
    assert not (tmp_path / "x.packet").exists()
    with trainer.reading() as connection:
        assert assignments.assigned(connection, 2) == set()


def test_the_same_seed_draws_the_same(tmp_path):
    chosen = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with Store.create(tmp_path / name / "p.annotator") as store:
            bring_lines(store, tmp_path, *(line(f"Article {number}.") for number in range(40)))
            chosen.append(drawn(store, "Mia", sample=10, seed=7))
    assert chosen[0] == chosen[1]
    assert len(chosen[0]) == 10


# The commands


def test_the_round_by_commands(trainer, tmp_path, run, call):
    trainer.close()
    said = call("pack", "trainer.annotator", "mia.packet", "--annotator", "Mia", "--documents", "1,3-4").stdout
    assert said == "mia.packet: 3 articles for Mia, 1 of them shared with others\n"
    assert "3 articles came in" in run("import", "mia.annotator", "mia.packet").stdout
    with Store.open(tmp_path / "mia.annotator") as mia:
        annotate(mia, "Mia", status="finished")
    assert (
        "what Mia made of 1 article; 2 articles not finished"
        in call("pack", "mia.annotator", "back.packet", "--return").stdout
    )
    dry = json.loads(call("merge", "trainer.annotator", "back.packet", "--dry-run", "--json").stdout)
    assert (dry["schema"], dry["dry_run"], dry["annotators"][0]["annotations"]) == ("source-annotator/merge/1", True, 1)
    assert (
        "Mia: 1 version of annotations and 2 of states in 1 article."
        in run("merge", "trainer.annotator", "back.packet").stdout
    )
    assert "Nothing new" in call("merge", "trainer.annotator", "back.packet").stdout
    assert call("conflicts", "trainer.annotator").stderr == "No conflicts.\n"
    assert json.loads(call("conflicts", "trainer.annotator", "--json").stdout) == []
    assert "everybody's work" in call("pack", "trainer.annotator", "all.packet", "--everybody").stdout
    assert "Say whose packet" in call("pack", "trainer.annotator", "x.packet", code=2).stderr
    assert (
        "--documents takes"
        in call("pack", "trainer.annotator", "x.packet", "--annotator", "Mia", "--documents", "a", code=2).stderr
    )
    assert "cannot be read" in call("merge", "trainer.annotator", "absent.packet", code=1).stderr
    (tmp_path / "torn.packet").write_bytes(b"PK\x03\x04")
    assert "torn.packet cannot be used" in call("merge", "trainer.annotator", "torn.packet", code=1).stderr


def test_what_goes_along_although_its_import_was_undone_is_said(run, tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        bring_lines(store, tmp_path, line("An article that stays."))
        bring_lines(store, tmp_path, line("Imported by mistake."), line("By mistake, and nobody began it."))
        ana = add_annotator(store)
        with store.transaction() as connection:
            edits.change_annotations(connection, "Tag", 2, ana, [edits.Change("u", (0, 8), "denial")])
        assert packing.pack_everything(store, tmp_path / "before.packet").undone == 0
        for _ in range(2):
            with store.transaction() as connection:
                undo.undo(connection)
        packed = packing.pack_everything(store, tmp_path / "after.packet")
    assert (packed.documents, packed.undone) == (2, 1)
    done = run("pack", tmp_path / "p.annotator", tmp_path / "again.packet", "--everybody")
    assert "1 article whose import was undone went along" in done.stderr


def test_work_on_an_article_in_the_trash_goes_along_when_everything_goes_and_stays_in_the_trash(trainer, tmp_path):
    with trainer.transaction() as connection:
        number = edits.record(connection, "Delete")
        connection.exec_driver_sql("UPDATE document SET withdrawn = ? WHERE id IN (1, 3)", (number,))
    packet = packet_of(trainer.path)
    with Store.create(tmp_path / "new.annotator") as store:
        assert merging.merge(store, [packet]).documents == 4
        assert "ben-1" in shown(store.path)  # with its article, which is not shown
        with store.reading() as connection:
            assert queries.progress(connection, None).documents == 4
            assert not connection.exec_driver_sql("SELECT 1 FROM document WHERE text LIKE 'Article 0%'").first()
        assert merging.merge(store, [packet]).is_nothing_new


# What a review found


def test_a_packet_is_never_written_over_anything_but_a_packet(trainer, tmp_path, run):
    (tmp_path / "notes.txt").write_text("mine")
    packing.pack_everything(trainer, tmp_path / "all.packet")
    packing.pack_everything(trainer, tmp_path / "all.packet")
    trainer.close()
    before = trainer.path.read_bytes()
    for target in ("notes.txt", "trainer.annotator"):
        for what in ("--everybody", "--annotator=Ben"):
            assert "is no packet" in run("pack", "trainer.annotator", target, what, code=1).stderr
    assert trainer.path.read_bytes() == before
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_what_another_tool_said_of_an_article_stays_at_home_in_an_assignment(trainer, tmp_path):
    said = json.dumps({"comments": ["Ben says: denial"]})
    bring_lines(trainer, tmp_path, line("A commented article.", meta_json=said))
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted())
    assert b"Ben says" not in b"".join(files(tmp_path / "mia.packet").values())
    packing.pack_everything(trainer, tmp_path / "all.packet")
    assert b"Ben says" in files(tmp_path / "all.packet")["documents.jsonl"]
    mia, _ = opened(tmp_path / "mia.packet", tmp_path / "mia.annotator")
    with mia:
        annotate(mia, "Mia")
        packing.give_back(mia, tmp_path / "back.packet")
    assert merging.merge(trainer, [tmp_path / "back.packet"]).kept_metadata == 0
    with trainer.reading() as connection:
        sql = "SELECT meta_json FROM document WHERE text = 'A commented article.'"
        assert "Ben says" in connection.exec_driver_sql(sql).scalar_one()


def rounds(store, who):
    sql = """
        SELECT document_id, round FROM layer_state JOIN annotator ON annotator.id = annotator_id
        WHERE name = ? AND current AND NOT deleted ORDER BY document_id
    """
    with store.reading() as connection:
        return dict(tuple(row) for row in connection.exec_driver_sql(sql, (who,)))


def test_the_round_of_an_assignment_is_that_of_the_layer(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted(round="calibration"))
    mia, _ = opened(tmp_path / "mia.packet", tmp_path / "mia.annotator")
    with mia:
        annotate(mia, "Mia", status="finished")
        assert rounds(mia, "Mia") == {1: "calibration"}
        packing.give_back(mia, tmp_path / "back.packet")
        merging.merge(trainer, [tmp_path / "back.packet"])
        packing.assign(trainer, tmp_path / "again.packet", "Mia", Wanted(documents=(1,), round="recheck"))
        assert merging.merge(mia, [tmp_path / "again.packet"]).assignments == 1
        assert merging.merge(mia, [tmp_path / "again.packet"]).is_nothing_new
        annotate(mia, "Mia", uid="m9", spot=(1, 5), status="finished")
        assert rounds(mia, "Mia") == {1: "recheck"}
        packing.give_back(mia, tmp_path / "back.packet")
    merging.merge(trainer, [tmp_path / "back.packet"])
    assert rounds(trainer, "Mia") == {1: "recheck"}


def test_the_random_part_says_how_often_something_is_though_words_drew_the_rest(tmp_path):
    shares = []
    for seed in range(30):
        with Store.create(tmp_path / f"{seed}.annotator") as store:
            bring_lines(store, tmp_path, *(line(f"Article {n} {'denied' if n % 2 else 'agreed'}.") for n in range(40)))
            found = drawn(store, "Mia", sample=20, query="denied", share=0.5, seed=seed)
        at_random = [key for key, sampling, *_ in found if sampling == "random"]
        shares.append(sum(1 for key in at_random if key % 2 == 0) / len(at_random))
    assert 0.4 < sum(shares) / len(shares) < 0.6  # half of all; of what words left over it were a third


def guidelines(store):
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT id, text FROM guideline ORDER BY id")]


def test_a_guideline_that_was_known_by_its_hash_alone_does_not_become_the_one_that_is_read(trainer, tmp_path):
    text = "# Theirs"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    bring_lines(trainer, tmp_path, line(TEXT, span(0, 5, id="c1"), annotator=by("Cem"), guideline=sha256))
    with trainer.reading() as connection:
        own = queries.guideline(connection)
    with Store.create(tmp_path / "other.annotator") as other:
        with other.transaction() as connection:
            connection.exec_driver_sql("INSERT INTO guideline(sha256, text) VALUES (?, ?)", (sha256, text))
        bring_lines(other, tmp_path, line(TEXT))
        annotate(other, "Cem", uid="c2")
    merging.merge(trainer, [packet_of(tmp_path / "other.annotator")])
    with trainer.reading() as connection:
        assert queries.guideline(connection) == own
    assert text in [each for _, each in guidelines(trainer)]
    assert findings(trainer) == []


def test_a_new_guideline_arrives_with_a_packet_that_brings_nothing_else(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted())
    mia, _ = opened(tmp_path / "mia.packet", tmp_path / "mia.annotator")
    with trainer.transaction() as connection:
        sha256 = hashlib.sha256(b"# New rules").hexdigest()
        connection.exec_driver_sql("INSERT INTO guideline(sha256, text) VALUES (?, '# New rules')", (sha256,))
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted())
    with mia:
        assert merging.merge(mia, [tmp_path / "mia.packet"]).guidelines == 1
        with mia.reading() as connection:
            assert queries.guideline(connection) == "# New rules"
        assert merging.merge(mia, [tmp_path / "mia.packet"]).is_nothing_new
        assert findings(mia) == []


def test_relations_follow_what_gets_another_id(trainer, tmp_path):
    with Store.create(tmp_path / "other.annotator") as other:
        layer = line(
            "Elsewhere ben-1 is another one.", span(0, 9, id="ben-1"), span(10, 15, id="answer"), annotator=by("Cem"),
            relations=[{"type": "answers", "from": "answer", "to": "ben-1"}],
        )  # fmt: skip
        bring_lines(other, tmp_path, layer)
    packet = packet_of(tmp_path / "other.annotator")
    merging.merge(trainer, [packet])
    with trainer.reading() as connection:
        (relation,) = queries.annotation(connection, "answer").attributes.relations
        target = queries.annotation(connection, relation.to)
    assert relation.to != "ben-1"
    assert (target.start, target.end) == (0, 9)
    assert merging.merge(trainer, [packet]).is_nothing_new
    assert findings(trainer) == []


HOSTILE = {
    "a name that is blank": ("annotators.jsonl", {"name": " "}, "has no name"),
    "a name without end": ("annotators.jsonl", {"name": "x" * 5000}, "too long"),
    "metadata that is a list": ("documents.jsonl", {"meta_json": "[]"}, "cannot be read"),
    "metadata that is deep": ("documents.jsonl", {"meta_json": '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"}, "cannot be read"),
    "an empty text": ("documents.jsonl", {"text": "", "sha256": hashlib.sha256(b"").hexdigest()}, "is empty"),
    "a text with NUL": ("documents.jsonl", {"text": "a\0", "sha256": hashlib.sha256(b"a\0").hexdigest()}, "no text has"),
    "a zone beyond": ("documents.jsonl", {"zones": [{"kind": "headline", "start": 0, "end": 10**6}]}, "not within its text"),
    "a title without end": ("documents.jsonl", {"title": "x" * 2_000_000}, "longer than any title"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_no_import_would_take_is_refused_in_words(returned, tmp_path, what):
    name, change, message = HOSTILE[what]
    rewrite(returned, _line_of(name, **change))
    with Store.create(tmp_path / "new.annotator") as store:
        before = dump(store)
        with pytest.raises(BrokenPacket, match=message):
            merging.merge(store, [returned])
        assert dump(store) == before


@pytest.mark.parametrize("label", [{"key": " "}, {"key": "x" * 2000}, {"key": "new", "title": "x" * 3_000_000}])
def test_a_label_that_no_project_has_is_refused_in_words(returned, tmp_path, label):
    labels = [*manifest(returned)["labels"], label]
    rewrite(returned, _manifest_of(labels=labels))
    with Store.create(tmp_path / "new.annotator") as store, pytest.raises(BrokenPacket, match="a label in it"):
        merging.merge(store, [returned])


def test_an_assignment_that_names_nobody_is_refused(returned, tmp_path):
    rewrite(returned, _manifest_of(kind="assignment"))
    with Store.create(tmp_path / "new.annotator") as store, pytest.raises(BrokenPacket, match="whose it is"):
        merging.merge(store, [returned])


def test_who_does_an_article_on_two_machines_is_told_what_stands_twice(trainer, tmp_path):
    packing.assign(trainer, tmp_path / "mia.packet", "Mia", Wanted())
    for machine in ("one", "two"):
        mia, _ = opened(tmp_path / "mia.packet", tmp_path / f"{machine}.annotator")
        with mia:
            annotate(mia, "Mia", uid=f"{machine}-a", spot=(0, 9), status="finished")
            annotate(mia, "Mia", uid=f"{machine}-b", spot=(10, 14 if machine == "one" else 15))
            packing.give_back(mia, tmp_path / f"{machine}.packet")
    report = merging.merge(trainer, [tmp_path / "one.packet", tmp_path / "two.packet"])
    assert [(each.title, each.annotator, each.annotations) for each in report.doubles] == [("Deal denied", "Mia", 2)]
    assert any("now twice in a layer" in each for each in words.merged(report))
    assert merging.merge(trainer, [tmp_path / "two.packet"]).doubles == []


def test_a_conflict_is_listed_with_the_words_of_each_version(trainer, tmp_path, run):
    with Store.create(tmp_path / "copy.annotator") as copy:
        merging.merge(copy, [packet_of(trainer.path)])
        annotate(copy, "Ben", uid="ben-1", spot=(0, 20), label="on-record")
    annotate(trainer, "Ben", uid="ben-1", spot=(0, 9))
    merging.merge(trainer, [packet_of(tmp_path / "copy.annotator")])
    trainer.close()
    said = run("conflicts", "trainer.annotator").stdout
    assert "Deal denied (Ben)" in said
    assert "“Officials” denial" in said
    assert "“Officials denied it.” on-record" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--documents", "1", "--sample", "1"], "--sample draws articles"),
        (["--return", "--sample", "1"], "--sample goes with an assignment"),
        (["--query", "denied"], "--query is a part of --sample"),
        (["--documents", "3-1"], "runs backwards"),
    ],
)
def test_an_option_without_an_effect_is_refused(trainer, run, options, message):
    trainer.close()
    said = run("pack", "trainer.annotator", "x.packet", "--annotator", "Mia", *options, code=2).stderr
    assert message in " ".join(said.replace("│", " ").split())


def test_a_project_is_told_from_a_packet(trainer, tmp_path, run):
    trainer.close()
    assert "is a project, not a packet" in run("merge", "trainer.annotator", "trainer.annotator", code=1).stderr
    (tmp_path / "text.packet").write_text("nothing of ours")
    for command in ("merge", "import"):
        assert "is no packet" in run(command, "trainer.annotator", "text.packet", code=1).stderr
