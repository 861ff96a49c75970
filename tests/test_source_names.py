"""Sources' names in an export: listed for a person to read, then replaced in the text, every position and every word."""

import csv
import json
import re
import stat
from hashlib import sha256

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from annotator import export_preview, exporters, name_list, repetition, splits, validation
from annotator.exporters import ExportOptions
from annotator.formats import WRITABLE
from annotator.pseudonyms import Pseudonyms
from annotator.records import LABELS, LayerRecord, UserError
from annotator.source_names import SourceNames
from annotator.store import Store
from tests.builders import bring_lines, by, findings, line, parsed, span
from tests.formats.layers import layers

TEXT = (
    "Mayor Jane Doe denied it. “No,” Doe said 😀, and JANE\u00a0DOE’S lawyer, Bob O'Neil, agreed.\r\n"
    "Officials said two officials of Acme Corp knew. Ms. Doe declined; Zoe\u0308 Diaz did not. 山田太郎 spoke."
)
AT = TEXT.index


def said(words, label="denial", **more):
    return span(AT(words), AT(words) + len(words), label, **more)


def part(words):
    return {"role": "source", "start": AT(words), "end": AT(words) + len(words)}


LINES = [
    line(TEXT, said("Mayor Jane Doe denied it", source="Mayor Jane Doe", identity="named", parts=[part("Mayor Jane Doe")]),
         said("“No,” Doe said", "on-record", parts=[part("Doe")]),
         said("Bob O'Neil, agreed", "on-record", source="Bob O’Neil, a lawyer of Jane Doe", note="ask bob o'neil",
              reason="J. D., I mean Jane Doe"),
         said("Officials said", "anonymous-source", identity="unnamed", parts=[part("Officials")]),
         said("two officials of Acme Corp knew", "anonymous-source", source="Acme Corp", identity="institution"),
         said("Zoe\u0308 Diaz did not", "non-comment", source="Zoë Diaz"),
         said("山田太郎 spoke", "on-record", source="山田太郎"),
         annotator=by("Ana"), document="mayor-jane-doe.txt", meta={"title": "Jane Doe denies", "byline": "By Ana",
         "url": "https://news.example/2026/jane%2Ddoe-denies", "outlet": "The Daily"}, zones=[{"kind": "headline", "start": 0, "end": 9}],
         meta_json='{"tags":["Jane Doe",{"Bob O\'Neil":1}],"link":"https://x.example/bob_o%27neil"}',
         negatives=[{"start": AT("lawyer"), "end": AT("lawyer") + 18, "kind": "look-alike", "reason": "Doe again"}]),
    line(TEXT, said("Jane Doe denied", source="jane  doe"), annotator=by("Ben")),
    line("Nobody is named here, Janet Doeringer said.", span(0, 6), annotator=by("Ana")),
]  # fmt: skip
KNOWN = re.compile(r"jane[\W_]+doe|\bdoe\b|o.neil|acme corp|diaz|山田", re.IGNORECASE)


@pytest.fixture
def store(tmp_path):
    (tmp_path / "p").mkdir()
    with Store.create(tmp_path / "p" / "p.annotator", "About Jane Doe") as store:
        assert bring_lines(store, tmp_path / "p", *LINES).left_out == 0
        yield store


def find(store):
    with store.reading() as connection:
        return name_list.find(connection)


@pytest.fixture
def names(store):
    return {row.spelling: row.replacement for row in find(store) if row.replacement}


# The list


def test_every_source_is_listed_with_its_spellings_counts_articles_and_a_proposal(store):
    found = {row.spelling: row for row in find(store)}
    assert found.keys() == {
        "Jane Doe", "Jane", "Doe", "Bob O’Neil", "Bob", "O’Neil", "Acme Corp", "Officials", "Zoë Diaz", "Diaz", "Zoë", "山田太郎"
    } - {"Jane", "Bob", "O’Neil", "Diaz", "Zoë"}  # they do not stand alone  # fmt: skip
    jane = found["Jane Doe"]
    assert (jane.annotations, jane.in_texts, jane.articles) == (4, 2, {1})
    assert found["Doe"].replacement == jane.replacement == found["Doe"].replacement
    assert found["Doe"].person == "Jane Doe"
    assert found["Officials"].replacement == ""
    proposed = {row.replacement for row in found.values() if row.replacement}
    assert len(proposed) == 5 and all(re.fullmatch("SRC-[0-9a-f]{12}", each) for each in proposed)


def test_a_name_of_two_people_stands_for_neither(tmp_path):
    text = "Ann Lee and Bob Lee spoke. Lee left."
    with Store.create(tmp_path / "q.annotator") as store:
        bring_lines(
            store, tmp_path, line(text, span(0, 7, source="Ann Lee"), span(12, 19, source="Bob Lee"), annotator=by("A"))
        )
        found = {row.spelling: row for row in find(store)}
    assert found["Lee"].person == "Lee"
    assert len({row.replacement for row in found.values()}) == 3


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Mayor Jane Doe", ["Jane Doe"]), ("Jane Doe, a spokeswoman for Acme Corp.", ["Jane Doe", "Acme Corp"]),
        ("two officials", []), ("the “Rev. J. de la Cruz”", ["J. de la Cruz"]), ("Doe’s lawyer", ["Doe"]), ("the mayor", []),
        ("عمر خالد", ["عمر خالد"]), ("1234", []), ("A Mr. Smith Jr.", ["Smith Jr."]), ("", []), ("The van Dyke family", ["van Dyke"]),
    ],
)  # fmt: skip
def test_names_are_told_from_titles_and_descriptions(said, names):
    assert name_list.names_in(said) == names


def test_a_person_has_one_code_in_a_project_and_another_in_the_next():
    one, other = Pseudonyms(b"1" * 32), Pseudonyms(b"2" * 32)
    assert one.source("Zoë  Diaz") == one.source("ZOE\u0308 DIAZ") != one.source("Diaz")
    assert one.source("Zoë Diaz") != other.source("Zoë Diaz")
    assert one.source("Ana")[4:] not in one.name("Ana")


def test_the_table_is_private_read_back_and_run_by_no_spreadsheet(run, store, tmp_path):
    with store.transaction() as connection:
        connection.exec_driver_sql("UPDATE annotation SET attributes = replace(attributes, 'Acme Corp', '=Cmd Corp')")
    done = run("names", store.path, "names.csv")
    table = tmp_path / "names.csv"
    assert "What is left of a quotation can still tell who spoke." in done.stderr
    assert stat.S_IMODE(table.stat().st_mode) == 0o600
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert {row["spelling"] for row in rows} >= {"Jane Doe", "Doe", "Officials"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert name_list.read(table).keys() == {name_list.fold(row["spelling"]) for row in rows if row["replacement"]}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("", "is no list of names"), ("a,b\n1,2\n", "no columns “spelling” and “replacement”"), ("spelling,replacement\nDoe,\n", "replaces nothing"),
        ("spelling,replacement\nX,Y\n", "line 2: “X” is too short"), ("spelling,replacement\nDoe,A\nDOE,B\n", "line 3: “DOE” stands there twice"),
        ("spelling,replacement\nDoe,Jane Roe\nRoe,R.\n", "holds a name that is to be replaced itself"), ("spelling,replacement\nDoe,A,B\n", "more cells"),
        ("spelling,replacement\nDoe,Doe 2\n", "holds a name"), ("\x89PNG\0", "is no list"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_followed_is_refused_and_nothing_is_written(run, store, tmp_path, table, says):
    (tmp_path / "names.csv").write_text(table, encoding="utf-8")
    done = run("export", store.path, "out.jsonl", "--replace-names", "names.csv", code=1)
    assert says in done.stderr
    assert list(tmp_path.glob("out*")) == []


# The export


def test_an_edited_list_is_followed_and_the_result_is_a_whole_article(run, store, tmp_path):
    (tmp_path / "names.csv").write_text(
        "spelling;replacement\nJane Doe;Source One\nDoe;Source One\nBob O'Neil;\nDiaz;'=D\n", encoding="cp1252"
    )
    run("export", store.path, "out.jsonl", "--replace-names", "names.csv")
    first = parsed(tmp_path / "out.jsonl")[0]
    assert first["text"].startswith(
        "Mayor Source One denied it. “No,” Source One said 😀, and Source One’S lawyer, Bob O'Neil"
    )
    assert first["spans"][0]["text"] == "Mayor Source One denied it"
    assert first["spans"][0]["parts"] == [{"role": "source", "start": 0, "end": 16, "text": "Mayor Source One"}]
    assert first["meta"] == {
        "title": "Source One denies",
        "outlet": "The Daily",
        "byline": "By Ana",
        "url": None,
        "published": None,
    }
    assert first["document"] == first["sha256"] == sha256(first["text"].encode()).hexdigest()
    assert "Zoe\u0308 =D did" in first["text"]
    with Store.create(tmp_path / "back.annotator") as back:
        report = bring_lines(back, tmp_path, *parsed(tmp_path / "out.jsonl"))
        assert (report.documents, report.layers, report.left_out) == (2, 3, 0)
        assert findings(back) == []


@pytest.mark.parametrize("name", [name for name in WRITABLE if name != "pdf"])
def test_no_known_name_is_in_any_file_of_any_format(store, tmp_path, names, name):
    options = ExportOptions(format=name, names=names, card=True, negatives=True)
    try:
        exporters.export(store, tmp_path / "out", options)
    except UserError as error:
        pytest.skip(str(error))
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.is_relative_to(tmp_path / "out")]
    written += tmp_path.glob("out.*")
    assert written
    for path in written:
        for encoding in ("utf-8", "utf-16-le"):
            assert not KNOWN.search(path.read_bytes().decode(encoding, "ignore").replace("\0", "")), path
    said = export_preview.look(store, options)
    assert not KNOWN.search(said.first or "") and said.leaving.names_replaced == len(names)


def test_the_provenance_keeps_no_list_and_such_an_export_is_not_made_again_without_one(store, tmp_path, names):
    exporters.export(store, tmp_path / "out", ExportOptions(names=names))
    made = json.loads((tmp_path / "out.export.json").read_text())
    assert made["names_replaced"] == len(names) and made["options"]["names"] is None and made["project_file"] == ""
    with pytest.raises(UserError, match="the list of them is not kept"):
        repetition.repeat(store, tmp_path / "out.export.json", tmp_path / "again")


def test_splits_are_of_the_texts_as_they_are_written(store, tmp_path, names):
    exporters.export(store, tmp_path / "out", ExportOptions(names=names, split="50/50"))
    manifest = splits.read_manifest(tmp_path / "out" / "split.json")
    written = [each for side in manifest.sides for each in parsed(tmp_path / "out" / f"{side}.jsonl")]
    assert len(written) == 3
    assert {each["sha256"] for each in written} == {each for members in manifest.sides.values() for each in members}
    exporters.export(store, tmp_path / "again", ExportOptions(names=names, splits_from=manifest))
    assert splits.read_manifest(tmp_path / "again" / "split.json").sides == manifest.sides
    of_others = structs.replace(manifest, sides={"train": ["0" * 64], "test": ["1" * 64]})
    with pytest.raises(UserError, match="That split is of other texts"):
        exporters.export(store, tmp_path / "no", ExportOptions(names=names, splits_from=of_others))


def test_without_texts_names_are_not_replaced(store, tmp_path, names):
    with pytest.raises(UserError, match="nobody could tell"):
        exporters.export(store, tmp_path / "out", ExportOptions(names=names, without_text=True))


def test_a_replacement_that_makes_up_a_name_is_refused_before_anything_is_written(store, tmp_path):
    with pytest.raises(UserError, match="makes up another name of the list"):
        exporters.export(store, tmp_path / "out", ExportOptions(names={"Mayor Jane": "Big", "Big Doe": "x"}))
    assert list(tmp_path.glob("out*")) == []


def test_the_export_needs_no_annotator_who_is_no_source(store, tmp_path, names):
    exporters.export(store, tmp_path / "out", ExportOptions(names=names))
    assert {each["annotator"]["name"] for each in parsed(tmp_path / "out")} == {"Ana", "Ben"}


# The law, over layers of every shape


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    layers(),
    st.sets(
        st.sampled_from(["The mayor", "mayor", "he", "said", "denied it", "No comment", "אבג", "عربي", "é", "한"]),
        min_size=1,
    ),
)
def test_a_layer_with_names_replaced_is_valid_and_every_span_says_what_it_said(layer, chosen):
    replacements = {name: f"⟦{number}⟧" for number, name in enumerate(sorted(chosen))}
    before = {
        item.id: (layer.text[item.start : item.end], item.start, item.end) for item in (*layer.spans, *layer.negatives)
    }
    zones = [layer.text[each.start : each.end] for each in layer.zones]
    old = layer.text
    names = SourceNames({name: value for name, value in replacements.items() if len(name) > 1})
    after = names.applied(layer)
    checked = validation.check(after, frozenset(label.key for label in LABELS))
    assert checked.findings == [] and checked.sha256 == after.sha256 == sha256(after.text.encode()).hexdigest()

    def plain(text):  # what both say: the old words without any name, and without marks of what replaced them
        for name in sorted(chosen, key=len, reverse=True):
            if len(name) > 1:
                text = re.sub(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", "⟦⟧", text)
        return re.sub(r"⟦\d*⟧", "⟦⟧", text)

    for item in (*after.spans, *after.negatives):
        words, start, end = before[item.id]
        assert item.text == after.text[item.start : item.end]
        cuts = any(found[0] < edge < found[1] for edge in (start, end) for found in names._names.found(old))
        if any(re.match(r"\w\w", old[edge - 1 : edge + 1]) for edge in (start, end)):
            continue  # within a word: alone, the rest of it may be a name that it is not in the text
        if not cuts:
            assert plain(words) == plain(item.text)
        else:
            assert "⟦" in item.text
    if not any(found for found in names._names.found(old)):
        assert after.text == old and zones == [old[each.start : each.end] for each in after.zones]
    order = [(item.start, item.end) for item in after.spans]
    assert order == sorted(order)


def test_spans_that_begin_within_one_name_stay_in_order():
    record = msgspec.convert(line("Jane Doe said so.", span(0, 17), span(5, 13)), LayerRecord)
    after = SourceNames({"Jane Doe": "SRC-1"}).applied(record)
    assert [(item.start, item.end, item.text) for item in after.spans] == [
        (0, 10, "SRC-1 said"),
        (0, 14, "SRC-1 said so."),
    ]
