"""What a person may ask of an import: names and labels changed, predictions, texts found by their hash."""

import json
from hashlib import sha256

import pytest

from annotator import exporters, importers
from annotator.exporters import ExportOptions
from annotator.mapping import guess
from annotator.records import UserError
from annotator.store import Store, queries
from tests.builders import TEXT, bring_in, bring_lines, by, findings, line, parsed, span, write_lines

HASH = sha256(TEXT.encode()).hexdigest()


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        yield store


def exported(store, tmp_path, **options):
    exporters.export(store, tmp_path / "out.jsonl", ExportOptions(**options))
    return parsed(tmp_path / "out.jsonl")


def test_labels_and_names_are_changed_on_the_way_in(store, tmp_path):
    report = bring_lines(
        store, tmp_path, line(TEXT, span(0, 9, "ANON"), span(0, 5, "DENY"), annotator=by("jd")),
        labels={"ANON": "anonymous-source"}, annotators={"jd": "Jane"},
    )  # fmt: skip
    (found,) = exported(store, tmp_path)
    assert [each["label"] for each in found["spans"]] == ["anonymous-source"]
    assert found["annotator"]["name"] == "Jane"
    assert report.unknown_labels == {"DENY": 1}
    assert report.left_out == 1


def test_unknown_labels_come_in_when_they_are_wanted_and_stay_out_when_not(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT, span(0, 9, "Hedge"), annotator=by("A")))
    bring_lines(store, tmp_path, line(TEXT, span(0, 9, "Hedge"), annotator=by("B")), add_labels=True)
    labels = {each["annotator"]["name"]: [s["label"] for s in each["spans"]] for each in exported(store, tmp_path)}
    assert labels == {"A": [], "B": ["Hedge"]}
    assert findings(store) == []


def test_only_named_labels_come_in_new_and_a_definition_of_another_does_not(store, tmp_path):
    head = {"schema": "source-annotator/1", "labels": [{"key": "Rumour"}, {"key": "Hedge"}]}
    spans = [span(0, 9, "Hedge"), span(0, 9, "Rumour"), span(0, 9, "Weather"), span(0, 9, "Sport")]
    new = frozenset({"Hedge", "Sport"})
    report = bring_lines(store, tmp_path, head, line(TEXT, *spans, annotator=by("B")), new_labels=new)
    assert report.unknown_labels == {"Rumour": 1, "Weather": 1}
    with store.reading() as connection:
        assert [row.key for row in queries.labels(connection)][4:] == ["Hedge", "Sport"]


def test_predictions_come_in_by_the_hash_of_a_text_that_the_project_has(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT), line("Two."), line("Three."))
    two = sha256(b"Two.").hexdigest()
    path = tmp_path / "predictions.jsonl"
    lines = [{"sha256": HASH, "spans": [{"start": 0, "end": 9, "label": "denial", "score": 0.75}]},
             {"sha256": two, "spans": []}, {"sha256": "0" * 64, "spans": []}]  # fmt: skip
    write_lines(path, lines)
    report = bring_in(store, path, kind="model", annotator="bert-1")
    assert (report.layers, report.annotations, report.left_out) == (2, 1, 1)
    assert (report.problems[0].line, report.problems[0].id) == (3, "0" * 64)
    assert "--with-text" in report.problems[0].what
    first, second = exported(store, tmp_path)
    assert first["annotator"] | {"id": None} == {"id": None, "name": "bert-1", "kind": "model"}
    assert first["spans"][0]["score"] == 0.75
    assert (second["text"], second["spans"], second["status"]) == ("Two.", [], "finished")


def test_predictions_whose_offsets_leave_the_text_are_named(store, tmp_path):
    bring_lines(store, tmp_path, line(TEXT))
    path = write_lines(tmp_path / "p.jsonl", [{"sha256": HASH, "spans": [span(5, len(TEXT) + 1)]}])
    report = bring_in(store, path, kind="model", annotator="m")
    assert [problem.what for problem in report.problems] == ["left out: its span is not one"]


def test_an_export_without_text_is_joined_with_the_articles_again(store, tmp_path):
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "one.txt").write_bytes(TEXT.encode())
    (articles / "other.txt").write_text("Not asked for.")
    bring_in(store, articles / "one.txt")
    bring_lines(store, tmp_path, line(TEXT, span(0, 9, note="says Ann", source="Ann"), annotator=by("Ana")))
    (shared,) = exported(store, tmp_path, without_text=True)
    said = json.dumps(shared, ensure_ascii=False)
    assert shared["text"] == ""
    assert "Officials" not in said
    assert "Ann" not in said
    with Store.create(tmp_path / "q.annotator") as other:
        assert bring_in(other, tmp_path / "out.jsonl").left_out == 1
        report = bring_in(other, tmp_path / "out.jsonl", with_text=tuple(importers.find([articles])))
        assert (report.documents, report.layers, report.left_out) == (1, 1, 0)
        (joined,) = exported(other, tmp_path)
    assert joined["text"] == TEXT
    assert joined["spans"][0]["text"] == TEXT[:9]


def test_documents_that_a_person_skips_stay_out_with_all_their_layers(store, tmp_path):
    path = write_lines(
        tmp_path / "in.jsonl",
        [
            line("One.", annotator=by("A")),
            line("One.", annotator=by("B")),
            line("Two.", annotator=by("A")),
            line("Three."),
        ],
    )
    (source,) = importers.find([path])
    report = importers.import_files(store, [importers.Source(source.path, source.format, skipped=frozenset({0}))])
    assert (report.documents, report.layers) == (2, 1)


def test_an_option_that_a_format_does_not_have_is_refused_by_its_values(tmp_path, monkeypatch):
    from msgspec import structs

    from annotator.formats import READABLE
    from annotator.records import Option

    units = Option("units", ("auto", "utf16"), "What offsets count.")
    monkeypatch.setitem(READABLE, "text", structs.replace(READABLE["text"], options=(units,)))
    path = tmp_path / "a.txt"
    path.write_text("An article.")
    assert importers.find([path], options={"units": "utf16"})[0].options == {"units": "utf16"}
    with pytest.raises(UserError, match="“bytes” is no units. Choose one of: auto, utf16"):
        importers.find([path], options={"units": "bytes"})


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("ANON", "anonymous-source"), ("Unnamed Individual", "anonymous-source"), ("B-DENIAL", "denial"),
        ("On Record", "on-record"), ("no_comment", "non-comment"), ("Declined to comment", "non-comment"),
        ("PERSON", None), ("", None),
    ],
)  # fmt: skip
def test_a_label_of_another_tool_is_guessed(label, meant):
    assert guess(label, ["anonymous-source", "on-record", "denial", "non-comment"]) == meant


def test_a_guess_never_names_a_label_that_the_project_lacks():
    assert guess("ANON", ["denial"]) is None


def test_a_label_that_was_mistyped_in_a_mapping_is_refused(store, tmp_path):
    with pytest.raises(UserError, match="has no label “anonymous-sourc”"):
        bring_lines(store, tmp_path, line(TEXT, span(0, 9, "ANON")), labels={"ANON": "anonymous-sourc"})
    assert (
        bring_lines(store, tmp_path, line(TEXT, span(0, 9, "ANON")), labels={"ANON": "hedge"}, add_labels=True).labels
        == 1
    )


def test_layers_of_which_spans_stayed_out_are_counted(store, tmp_path):
    report = bring_lines(
        store, tmp_path,
        line(TEXT, span(0, 9, "ANON"), annotator=by("A")), line(TEXT, span(0, 9), annotator=by("B")),
        line(TEXT, span(0, 9, "ANON"), annotator=by("C"), status="started"),
    )  # fmt: skip
    assert report.incomplete_layers == 1


def test_one_path_of_several_that_cannot_be_read_is_reported_and_the_others_come_in(store, tmp_path):
    (tmp_path / "a.txt").write_text("An article.")
    sources = importers.find([tmp_path / "absent.txt", tmp_path / "a.txt"], skips_missing=True)
    report = importers.import_files(store, sources)
    assert report.documents == 1
    assert str(report.problems[0]) == "absent.txt: cannot be read: No such file or directory"
