"""Tables: our own, a row a span, and articles of others. Oracles: pandas, Python's `csv`, texts written by hand."""

import csv
import io
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import jsonl, recognise, span_csv
from annotator.records import AnnotatorRecord, LayerRecord, Meta, NegativeRecord, Problem, SpanRecord
from annotator.verification import kept

TEXT = '🚒 Sources close to the mayor\r\nsaid "she" denied it.'
SPAN = SpanRecord(id="s1", start=2, end=28, label="anonymous-source", text=TEXT[2:28], source="=HYPERLINK(0)", note="")


def layer(**more):
    return LayerRecord(schema_name="source-annotator/1", text=TEXT, **more)


def written(*layers):
    out = io.BytesIO()
    span_csv.write(layers, out)
    return out.getvalue()


def read(folder, data, name="table.csv", **options):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found = [each.found for each in span_csv.read(path, options)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


def test_a_span_is_a_row_and_the_text_stands_on_the_first_of_its_article():
    spans = [SPAN, SpanRecord(id="s2", start=38, end=44, label="denial")]
    data = written(
        layer(
            document="a", meta=Meta(title="T"), annotator=AnnotatorRecord(name="Ana"), status="finished", spans=spans
        ),
        layer(document="a", annotator=AnnotatorRecord(name="Ben"), status="finished"),
    )
    table = pd.read_csv(io.BytesIO(data), keep_default_na=False, dtype=str)
    assert table["row"].tolist() == ["span", "span", "layer"]
    assert table["annotator"].tolist() == ["Ana", "Ana", "Ben"]
    assert table["status"].tolist() == ["finished"] * 3
    assert table["article_text"].tolist() == [TEXT, "", ""]
    assert [TEXT[int(row.start) : int(row.end)] for row in table[:2].itertuples()] == [TEXT[2:28], TEXT[38:44]]


def test_a_file_begins_with_a_mark_and_its_rows_end_as_the_standard_says():
    data = written(layer(status="finished"))
    assert data.startswith(b"\xef\xbb\xbfarticle,layer,row,")
    assert data.endswith(b"\r\n")
    assert TEXT.replace('"', '""').encode() in data


RISKY = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    " =1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "'=1",
    "'",
    "",
    "''",
]


@pytest.mark.parametrize("value", RISKY)
def test_no_cell_begins_as_a_formula_and_each_is_read_as_it_was(value, tmp_path):
    span = SpanRecord(start=0, end=1, label="denial", note=value, source=value)
    given_ = layer(meta=Meta(title=value, outlet=value), annotator=AnnotatorRecord(name=value or "x"), spans=[span])
    data = written(given_)
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        assert not [cell for cell in row if cell.strip(" \t\r\n\0")[:1] in tuple("=+-@＝＋－＠")]
    (back,), problems = read(tmp_path, data)
    assert problems == []
    assert (back.meta, back.annotator, back.spans) == (given_.meta, given_.annotator, given_.spans)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_in_a_cell_comes_back(tmp_path_factory, value):
    given_ = LayerRecord(schema_name="source-annotator/1", text=value, document=value, split=value, status="finished")
    (back,), problems = read(tmp_path_factory.mktemp("cells"), written(given_))
    assert problems == []
    assert (back.text, back.document, back.split) == (value, value, value)


def test_the_seed_comes_back_whole(seed, tmp_path):
    given_ = [each.found for each in jsonl.read(seed / "seed.jsonl")]
    path = tmp_path / "seed.csv"
    path.write_bytes(written(*given_))
    assert recognise(path) is span_csv.FORMAT
    back = [each.found for each in span_csv.read(path)]
    assert [kept(each, span_csv.FORMAT.carries) for each in back] == [
        kept(each, span_csv.FORMAT.carries) for each in given_
    ]
    assert [[span.labels_all for span in each.spans] for each in back] == [
        [s.labels_all for s in each.spans] for each in given_
    ]


def test_a_table_that_a_spreadsheet_wrote_with_semicolons_is_still_ours(tmp_path):
    spans = [SPAN, SpanRecord(id="s2", start=38, end=44, label="denial", unsure=True)]
    given_ = layer(document="a;b", blind=True, spans=spans, negatives=[NegativeRecord(start=0, end=1, kind="k")])
    rows = list(csv.reader(io.StringIO(written(given_).decode("utf-8-sig"), newline="")))
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows(
        [[cell.upper() if cell == "true" else cell for cell in row] for row in rows]
    )
    (back,), problems = read(tmp_path, out.getvalue())
    assert problems == []
    assert kept(back, span_csv.FORMAT.carries) == kept(given_, span_csv.FORMAT.carries)


def test_bad_rows_of_ours_are_named_by_line_and_the_others_read(tmp_path):
    header = "article,layer,row,id,start,end,label,unsure,mine,article_text\n"
    data = header + (
        '1,1,span,a,0,3,denial,,,"One\ntwo"\n'
        "1,1,span,b,x,3,denial,,,\n"
        "1,1,span,c,0,3,,,,\n"
        "1,1,chair,d,0,3,denial,,,\n"
        "1,1,span,e,0,3,denial,maybe,,\n"
        "1,1,span,f,0\n"
        "1,1,negative,g,0,1,,,,\n"
        "2,2,span,h,0,1,denial,,,\n"
    )
    (back,), problems = read(tmp_path, data)
    assert back.text == "One\ntwo"
    assert [span.id for span in back.spans] == ["a"] and [each.id for each in back.negatives] == ["g"]
    assert {each.line for each in problems if not each.note} == {4, 5, 6, 7, 8, 10}
    assert [each.what for each in problems if each.note] == ["columns left out: mine"]
    assert "keep the rows in their order" in problems[-1].what


def test_a_table_of_articles_gives_texts_metadata_and_what_is_left_as_meta_json(tmp_path):
    data = 'ID;Headline;Publication;Author;Link;Date;Section;Body\n7;H;The Echo;A B;https://e.example;2026-11-01;=news;"One,\r\ntwo"\n'
    (back,), (note,) = read(tmp_path, data)
    assert (back.document, back.text) == ("7", "One,\r\ntwo")
    assert back.meta == Meta(
        title="H", outlet="The Echo", byline="A B", url="https://e.example", published="2026-11-01"
    )
    assert json.loads(back.meta_json) == {"Section": "=news"}
    assert note.note and "“Body”" in note.what


def test_the_column_with_the_longest_cells_is_the_text_unless_one_is_named(tmp_path):
    data = "a\tb\tc\nx\ta long article it is\ty\nlonger\tanother long one\tz\n"
    found, _ = read(tmp_path, data, "t.tsv")
    assert [each.text for each in found] == ["a long article it is", "another long one"]
    found, _ = read(tmp_path, data, "t.tsv", **{"text-column": "c"})
    assert [(each.text, json.loads(each.meta_json)["a"]) for each in found] == [("y", "x"), ("z", "longer")]
    found, (problem,) = read(tmp_path, data, "t.tsv", **{"text-column": "d"})
    assert found == [] and "its columns are a, b, c" in problem.what


def test_rows_without_a_text_or_with_too_many_cells_are_problems_by_physical_line(tmp_path):
    found, problems = read(tmp_path, 'title,text\nA,"one\n\ntwo"\nB,\n\nC,three,four\nD,five\n')
    assert [each.text for each in found] == ["one\n\ntwo", "five"]
    assert [(each.line, each.note) for each in problems] == [(None, True), (5, False), (7, False)]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_table_in_another_encoding_is_read(encoding, tmp_path):
    article = "“Déjà vu,” said the mayor, who has held the office for longer than anybody else in the town."
    (back,), _ = read(tmp_path, f'title,text\nÉté,"{article}"\n'.encode(encoding))
    assert (back.meta.title, back.text) == ("Été", article)


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"text\n\"never ends", b"text\n\"a\"b\nc\n", b"\x00\x01\x02\xff\xfe\xfa", b"text,t\n" + b"\"" * 9, b"\xef\xbb\xbf",
     b"title,text\nA,one\n" + b"x," * 10**6, b"a" * 300 + b",b\n1,2\n", b"text\n" + b"ok\n" * 400_000 + b"\xff\n"],
    ids=["empty", "blank", "unclosed", "after-quote", "binary", "quotes", "mark", "cells", "no-header", "bytes"],
)  # fmt: skip
def test_what_is_no_table_ends_in_a_problem(data, tmp_path):
    _, problems = read(tmp_path, data)
    assert [each for each in problems if not each.note]
    assert all(len(str(each)) < 1000 for each in problems)


def test_a_field_larger_than_the_libraries_own_limit_is_read(tmp_path):
    (back,), _ = read(tmp_path, "text\n" + "x " * 200_000 + "\n")
    assert len(back.text) == 400_000
