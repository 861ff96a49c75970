"""Bringing files in: what is found, what is reported, and that nothing comes in where that was asked for."""

import json

import pytest

from annotator import importers
from annotator.formats import READABLE
from annotator.records import UserError
from annotator.rows import Filter
from annotator.store import Store, queries, undo
from tests.builders import TEXT, bring_in, bring_lines, by, findings, line, span, write_lines


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        yield store


def contents(store):
    with store.reading() as connection:
        return [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
                for table in ("document", "annotator", "annotation", "layer_state", "label", "edit")]  # fmt: skip


EMPTY = [0, 0, 0, 0, 4, 0]
GOOD = span(0, 9, id="good")


def test_ten_lines_of_which_the_seventh_is_broken_bring_in_nine(store, tmp_path):
    lines = [json.dumps(line(f"Article {n}.", span(0, 7), annotator=by("Ana"))) for n in range(1, 11)]
    lines[6] = lines[6][:-10]
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    report = bring_in(store, path)
    assert (report.documents, report.layers, report.annotations, report.left_out) == (9, 9, 9, 1)
    (problem,) = report.problems
    assert str(problem).startswith("in.jsonl, line 7: not valid JSON (")
    assert findings(store) == []


BAD = {
    "text and slice": (line(TEXT, GOOD, span(0, 9, id="bad", text="Nobody")), "bad", "'Nobody'", "'Officials'"),
    "past the end": (line(TEXT, GOOD, span(0, 999, id="bad")), "bad", f"0 <= start < end <= {len(TEXT)}", "0 to 999"),
    "start at end": (line(TEXT, GOOD, span(9, 9, id="bad")), "bad", f"0 <= start < end <= {len(TEXT)}", "9 to 9"),
    "start after end": (line(TEXT, GOOD, span(9, 3, id="bad")), "bad", f"0 <= start < end <= {len(TEXT)}", "9 to 3"),
    "label": (line(TEXT, GOOD, span(0, 9, "rumour", id="bad")), "bad",
              "one of anonymous-source, denial, non-comment, on-record", "rumour"),
    "id twice": (line(TEXT, GOOD, span(0, 3, id="good")), "good", None, None),
    "part": (line(TEXT, span(0, 9, id="good", parts=[{"role": "cue", "start": 0, "end": 999}])), "good",
             "a span of the text", "0 to 999"),
    "zone": (line(TEXT, GOOD, document="doc", zones=[{"kind": "dek", "start": 0, "end": 999}]), "doc",
             "a span of the text", "0 to 999"),
    "relation": (line(TEXT, GOOD, relations=[{"type": "answers", "from": "good", "to": "x"}]), "good", None, None),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_what_is_wrong_is_named_by_file_line_id_expected_and_found_and_the_rest_comes_in(store, tmp_path, kind):
    bad, subject, expected, found = BAD[kind]
    report = bring_lines(store, tmp_path, line("First."), bad | {"annotator": by("Ana")}, line("Last."))
    (problem,) = report.problems
    assert (problem.file, problem.line, problem.id) == ("in.jsonl", 2, subject)
    assert (problem.expected, problem.found) == (expected, found)
    assert (report.documents, report.annotations, report.left_out) == (3, 1, 1)
    assert findings(store) == []


def test_a_span_without_an_id_is_named_by_its_place_in_the_line(store, tmp_path):
    negatives = [{"start": 0, "end": 3}, {"start": 5, "end": 1}]
    layer = line(TEXT, span(0, 9), span("0", 9), span(0, 9, "rumour"), span(9, 9), span(0, 999), negatives=negatives)
    del layer["spans"][3]["label"]
    report = bring_lines(store, tmp_path, layer | {"annotator": by("Ana")})
    assert [(each.id, each.expected, each.found) for each in report.problems] == [
        ("spans[1]", "int", '"0"'),
        ("spans[3]", "a key “label”", "start, end, parts"),
        ("spans[4]", f"0 <= start < end <= {len(TEXT)}", "0 to 999"),
        ("spans[2]", "one of anonymous-source, denial, non-comment, on-record", "rumour"),
        ("negatives[1]", f"0 <= start < end <= {len(TEXT)}", "5 to 1"),
    ]
    assert report.annotations == 2


MALFORMED = {
    "a number as text": (span("0", 9), "int", '"0"'),
    "half a position": (span(0.5, 9), "int", "0.5"),
    "an identity": (span(0, 9, identity="secret"), "named, institution, unnamed", '"secret"'),
    "a confidence": (span(0, 9, confidence=1), "str | null", "1"),
    "a part": (span(0, 9, parts=[{"role": "cue", "start": 0, "end": "9"}]), "int", '"9"'),
    "no object": ("denial", "object", '"denial"'),
    "no end": ({"start": 0, "label": "denial"}, "a key “end”", "start, label, parts"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_value_that_cannot_be_read_is_named_with_what_was_expected(store, tmp_path, kind):
    item, expected, found = MALFORMED[kind]
    report = bring_lines(store, tmp_path, line(TEXT, GOOD, item, annotator=by("Ana")))
    (problem,) = report.problems
    assert (problem.id, problem.expected, problem.found) == ("spans[1]", expected, found)


@pytest.mark.parametrize(
    ("change", "expected", "found"),
    [
        ({"text": 7}, "str", "7"),
        ({"status": "done"}, "unread, started, finished", '"done"'),
        ({"annotator": {"name": "x", "kind": "robot"}}, "human, model, gold", '"robot"'),
        ({"meta": "x"}, "object", '"x"'),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_what_was_expected(store, tmp_path, change, expected, found):
    (problem,) = bring_lines(store, tmp_path, line(TEXT, document="bad") | change).problems
    assert (problem.id, problem.expected, problem.found) == ("bad", expected, found)


WHOLE = {
    "hash": (line("Text.", document="bad", sha256="0" * 64), "bad"),
    "surrogate": (line("a\ud800b", document="bad"), None),
    "empty text": (line(" ", document="bad"), "bad"),
    "no text": ({"schema": "source-annotator/1", "document": "bad"}, "bad"),
    "annotator": (line("Text.", document="bad", annotator=by(" ")), "bad"),
    "kind": (line("Text.", document="bad", annotator=by("x", "robot")), "bad"),
    "status": (line("Text.", document="bad", status="done"), "bad"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_line_that_cannot_come_in_is_named_and_the_others_do(store, tmp_path, kind):
    bad, subject = WHOLE[kind]
    report = bring_lines(store, tmp_path, line("First."), bad, line("Last."))
    (problem,) = report.problems
    assert (problem.file, problem.line, problem.id, problem.note) == ("in.jsonl", 2, subject, False)
    assert (report.documents, report.left_out) == (2, 1)


def test_nul_comes_in_as_a_replacement_character_and_is_noted(store, tmp_path):
    report = bring_lines(store, tmp_path, line("A\0b denied.", span(4, 10, text="denied"), annotator=by("Ana")))
    assert (report.left_out, report.notes, report.annotations) == (0, 1, 1)
    with store.reading() as connection:
        assert queries.document(connection, 1).text == "A\ufffdb denied."
    assert findings(store) == []


def test_unknown_keys_of_a_span_are_noted_and_of_a_line_kept(store, tmp_path):
    layer = line(TEXT, span(0, 9, id="one", colour="red"), annotator=by("Ana"), desk="World")
    report = bring_lines(store, tmp_path, layer)
    assert [str(each) for each in report.problems] == ["in.jsonl, line 1, one: unknown keys left out: colour"]
    assert (report.left_out, report.notes) == (0, 1)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT meta_json FROM document").scalar_one() == '{"desk":"World"}'


@pytest.mark.parametrize("kind", [*BAD, *WHOLE])
def test_a_strict_import_of_anything_bad_brings_in_nothing(store, tmp_path, kind):
    bad = (BAD | WHOLE)[kind][0]
    with pytest.raises(
        importers.ImportRefused, match=r"Nothing was imported: the import is strict, and 1 item"
    ) as refused:
        bring_lines(store, tmp_path, line("First."), bad, strict=True)
    report = refused.value.report
    assert (report.documents, report.layers, report.annotations, report.left_out) == (0, 0, 0, 1)
    assert contents(store) == EMPTY


def test_a_strict_import_takes_notes_for_no_reason_to_refuse(store, tmp_path):
    report = bring_lines(store, tmp_path, line("A\0b"), strict=True)
    assert (report.documents, report.notes) == (1, 1)


def test_a_cancelled_import_brings_in_nothing(store, tmp_path):
    calls = iter(range(100))
    with pytest.raises(importers.ImportCancelled, match="Nothing came in"):
        bring_lines(store, tmp_path, *(line(f"{n}") for n in range(10)), cancelled=lambda: next(calls) > 5)
    assert contents(store) == EMPTY


def test_an_import_is_one_edit_with_the_name_of_its_file_or_the_number_of_its_files(store, tmp_path):
    bring_lines(store, tmp_path, line("One."), line("Two."))
    (tmp_path / "a.txt").write_text("Three.")
    (tmp_path / "b.txt").write_text("Four.")
    bring_in(store, tmp_path / "a.txt", tmp_path / "b.txt")
    with store.transaction() as connection:
        assert undo.next_undo(connection).name == "Import 2 files"
        undo.undo(connection)
        assert undo.next_undo(connection).name == "Import in.jsonl"
        assert len(queries.document_ids(connection, None)) == 2


def test_whose_work_it_is_is_said_where_the_file_does_not(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT, GOOD), line("Two."), line("Three.", annotator=by("Ben")), annotator="Ana")
    with store.reading() as connection:
        assert [row.annotator for row in queries.layers(connection)] == ["Ana", "Ben"]


def test_work_that_nobody_claims_is_of_unknown(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT, GOOD))
    with store.reading() as connection:
        assert [row.annotator for row in queries.layers(connection)] == ["unknown"]


def test_progress_ends_at_the_size_of_the_files(store, tmp_path):
    seen = []
    (tmp_path / "a.txt").write_text("An article.")
    path = write_lines(tmp_path / "in.jsonl", [line("One."), line("Two.")])
    bring_in(store, tmp_path / "a.txt", path, progress=lambda done, total: seen.append((done, total)))
    total = path.stat().st_size + 11
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {total for _, total in seen} == {total}


def test_of_very_many_problems_a_thousand_are_kept_and_all_are_counted(store, tmp_path):
    report = bring_lines(store, tmp_path, line(TEXT, *(span(9, 9) for _ in range(1_500)), annotator=by("Ana")))
    assert (len(report.problems), report.left_out) == (1_000, 1_500)


# --- Finding files -------------------------------------------------------------------------------


def test_in_a_folder_files_of_known_formats_are_found_in_order_and_hidden_ones_are_not(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b.txt", "a.md", "c.png", "sub/d.txt", ".hidden.txt", ".git/e.txt"):
        (tmp_path / name).write_text("Text")
    write_lines(tmp_path / "f.data", [line()])
    found = [
        (source.path.relative_to(tmp_path).as_posix(), source.format.name) for source in importers.find([tmp_path])
    ]
    assert found == [("a.md", "markdown"), ("b.txt", "text"), ("f.data", "jsonl"), ("sub/d.txt", "text")]


def test_a_path_that_does_not_exist_is_refused_with_a_format_too(tmp_path):
    for name in (None, "jsonl"):
        with pytest.raises(UserError, match=r"absent\.jsonl cannot be read: No such file or directory"):
            importers.find([tmp_path / "absent.jsonl"], name)


def test_a_folder_with_nothing_to_import_is_refused(tmp_path):
    with pytest.raises(UserError, match="holds no file that can be imported"):
        importers.find([tmp_path])


def test_a_format_that_is_not_known_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(UserError, match=rf"No format “word” can be read\. Choose one of: {', '.join(READABLE)}"):
        importers.find([tmp_path], "word")


def test_a_format_may_be_named_where_content_and_name_do_not_tell(store, tmp_path):
    path = tmp_path / "article.bin"
    path.write_text("An article.")
    report = bring_in(store, path)
    assert report.nothing_usable
    assert f"its format is not known; say which it is (--format {'|'.join(READABLE)})" in str(report.problems[0])
    report = importers.import_files(store, importers.find([path], "text"))
    assert report.documents == 1


def test_a_file_that_went_away_is_reported_and_the_others_come_in(store, tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    sources = importers.find([tmp_path])
    (tmp_path / "a.txt").unlink()
    report = importers.import_files(store, [source for source in sources if source.path.suffix == ".txt"])
    assert [str(problem) for problem in report.problems] == ["a.txt: cannot be read: No such file or directory"]
    assert report.documents == 1


def test_a_second_import_keeps_the_indexes_and_finds_by_search(store, tmp_path):
    bring_lines(store, tmp_path, line("Officials denied it."))
    bring_lines(store, tmp_path, line("Nobody denied it."), line("The mayor spoke.", meta={"title": "Denied"}))
    with store.reading() as connection:
        assert len(queries.document_ids(connection, None, Filter("denied"))) == 3
    assert findings(store) == []


def test_a_label_without_a_key_is_left_out_and_named(store, tmp_path):
    head = {"schema": "source-annotator/1", "labels": [{"key": " "}, {"key": "leak"}]}
    report = bring_lines(store, tmp_path, head, line(TEXT, span(0, 9, "leak"), annotator=by("Ana")))
    assert (report.left_out, report.labels, report.annotations) == (1, 1, 1)
    assert report.problems[0].line == 1
