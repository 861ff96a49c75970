"""brat standoff. The oracle is brat's own rules, checked by a few lines of their own on the bytes that were written."""

import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats import brat, recognise
from annotator.formats import jsonl as native
from annotator.losses import losses
from annotator.records import AnnotatorRecord, LayerRecord, Problem, RelationRecord, SpanRecord
from annotator.verification import kept
from tests.formats.layers import layers

TEXT = "🚒 Sources close to the mayor said she denied it."
ANN = """T1\tANON 2 28\tSources close to the mayor
T2\tDENIAL 38 44\tdenied
"""


def read(folder):
    found = [each.found for each in brat.read(folder)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


def of(tmp_path, ann=ANN, text=TEXT):
    (tmp_path / "a.txt").write_bytes(text.encode())
    if ann is not None:
        (tmp_path / "a.ann").write_bytes(ann if isinstance(ann, bytes) else ann.encode())
    found, problems = read(tmp_path)
    assert len(found) == 1
    return found[0], problems


def spans(layer):
    return [(span.text, span.label) for span in layer.spans]


def assert_brat_opens(folder):
    """The rules of brat's server: a record a line, however lines are told; text-bound ones quote what is there."""
    conf = (folder / "annotation.conf").read_text()
    assert re.findall(r"^\[(\w+)\]$", conf, re.M) == ["entities", "relations", "events", "attributes"]
    named = {line.split("\t")[0] for line in conf.splitlines() if line and line[0] != "["}
    files = sorted(folder.rglob("*.ann"))
    for file in files:
        article = file.with_suffix(".txt").read_bytes().decode()
        ids = Counter()
        targets = []
        for line in file.read_bytes().decode().splitlines():
            uid, data, *text = line.split("\t", 2)
            assert re.fullmatch(r"[TAR#]\d+", uid), line
            ids[uid] += 1
            kind, *rest = data.split(" ")
            assert re.fullmatch(r"[A-Za-z0-9_-]+", kind)
            assert uid[0] == "#" or kind in named, kind
            if uid[0] == "T":
                places = [tuple(map(int, each.split())) for each in " ".join(rest).split(";")]
                assert all(0 <= start < end <= len(article) for start, end in places)
                assert places == sorted(places)
                assert all(article[start:end].strip() for start, end in places), "nothing to see"
                assert [" ".join(article[start:end] for start, end in places)] == text
            elif uid[0] == "R":
                targets += [each.partition(":")[2] for each in rest]
            else:
                targets.append(rest[0])
        assert set(ids.values()) <= {1}
        assert set(targets) <= set(ids)
    return files


@settings(max_examples=80)
@given(st.lists(layers(), max_size=3))
def test_brat_opens_whatever_we_write(given_):
    with TemporaryDirectory() as name:
        folder = Path(name)
        brat.write_folder(given_, folder)
        assert len(assert_brat_opens(folder)) == len(given_)
        texts = sorted(file.read_bytes().decode() for file in folder.rglob("*.txt"))
        assert texts == sorted(layer.text for layer in given_)


def test_a_folder_is_read_as_brat_describes_it(tmp_path):
    ann = ANN + (
        "R1\tdenies Arg1:T2 Arg2:T1\nA1\tIdentity T1 unnamed\nA2\tUnsure T2\nA3\tReason T1 not_authorised\n"
        "#1\tAnnotatorNotes T1\tfree text\n*\tSame T1 T2\nN1\tReference T1 Wikipedia:1\tMayor\n"
    )
    layer, problems = of(tmp_path, ann)
    first, second = layer.spans
    assert spans(layer) == [("Sources close to the mayor", "ANON"), ("denied", "DENIAL")]
    assert (first.identity, first.note, second.unsure) == ("unnamed", "free text", True)
    assert [(each.type, each.source, each.target) for each in layer.relations] == [
        ("denies", second.id, first.id),
        ("Same", first.id, second.id),
    ]
    (note,) = problems
    assert note.note and note.id == "T1" and "attribute Reason, normalisation Reference" in note.what
    assert (layer.document, layer.annotator, layer.status) == ("a", None, None)
    assert recognise(tmp_path).name == "brat"


def test_events_are_relations_from_their_triggers(tmp_path):
    layer, problems = of(tmp_path, ANN + "E1\tDENIAL:T2 Source:T1\nE2\tANON:T1 Of:E1\nA1\tUnsure E1\n")
    assert [(each.type, each.source, each.target) for each in layer.relations] == [
        ("Source", layer.spans[1].id, layer.spans[0].id),
        ("Of", layer.spans[0].id, layer.spans[1].id),
    ]
    assert layer.spans[1].unsure and problems == []


@pytest.mark.parametrize("record", ["34 37;45 47\tshe it", "45 47;34 37\tit she"])
def test_fragments_are_parts_in_any_order(tmp_path, record):
    at = TEXT.index("she")
    record = record.replace("34 37", f"{at - 0} {at + 3}").replace(
        "45 47", f"{TEXT.index(' it.') + 1} {TEXT.index(' it.') + 3}"
    )
    layer, problems = of(tmp_path, f"T3\tCONTENT {record}\n")
    (span,) = layer.spans
    assert span.text == "she denied it"
    assert [(part.role, TEXT[part.start : part.end]) for part in span.parts] == [
        ("fragment", "she"),
        ("fragment", "it"),
    ]
    assert problems == []


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\n\n", " \n\t", "\u2028"])
def test_a_span_over_line_ends_is_fragments_and_comes_back_as_one(tmp_path, gap):
    text = f"He denied{gap}everything."
    layer = LayerRecord(
        schema_name="source-annotator/1", text=text, spans=[SpanRecord(start=3, end=len(text), label="denial")]
    )
    brat.write_folder([layer], tmp_path)
    (file,) = assert_brat_opens(tmp_path)
    assert ";" in file.read_text()
    (back,), problems = read(tmp_path)
    assert [(span.start, span.end, span.parts) for span in back.spans] == [(3, len(text), [])]
    assert (back.text, problems) == (text, [])


def test_a_record_with_a_line_end_in_its_text_is_read_on(tmp_path):
    text = "He denied\neverything. Twice."
    layer, problems = of(tmp_path, "T1\tDENIAL 3 21\tdenied\neverything.\nT2\tX 22 28\tTwice.\n", text)
    assert spans(layer) == [("denied\neverything.", "DENIAL"), ("Twice.", "X")]
    assert problems == []


def test_offsets_in_utf16_units_are_told_by_the_text_and_said(tmp_path):
    layer, (note,) = of(tmp_path, "T1\tDENIAL 39 45\tdenied\n")
    assert spans(layer) == [("denied", "DENIAL")]
    assert note.note and note.id == "T1" and "UTF-16" in note.what


@pytest.mark.parametrize(
    ("line", "what"),
    [("T9\tX 1 4\tdenied", "not at"), ("T9\tX 5 5\t", "not at"), ("T9\tX 400 410\tdenied", "not at"), ("T9\tX 9 3\tx", "not at"),
     ("T9\tX a b\tx", "not a text-bound"), ("T9\tX", "not a text-bound"), ("T9", "not records"), ("T9\t\t", "not a text-bound"),
     ("T2\tX 2 9\tSources", "has its id"), ("R1\tx Arg1:T1", "two arguments"), ("R1\tx Arg1:T1 Arg2:T7", "is not here"),
     ("E1\tX", "without a trigger"), ("A1\tUnsure", "says nothing"), ("#1\tSourceAnnotator T1\t{", "not valid JSON"),
     ("hello", "not records"), (b"T9\tX 2 9\t\xff", "not UTF-8"), ("T9\tX -1 4\tx", "not a text-bound"), ("*", "not records")],
)  # fmt: skip
def test_a_bad_line_is_a_problem_with_its_number_and_the_rest_is_read(tmp_path, line, what):
    raw = line if isinstance(line, bytes) else line.encode()
    layer, problems = of(tmp_path, ANN.encode() + raw + b"\n")
    assert spans(layer) == [("Sources close to the mayor", "ANON"), ("denied", "DENIAL")]
    (problem,) = problems
    assert what in problem.what and not problem.note
    assert problem.file == "a.ann" and (problem.line == 3 or "is not here" in what)


def test_folders_are_annotators_and_a_text_without_annotations_is_unread(tmp_path):
    for who in ("ana", "ben"):
        (tmp_path / who).mkdir()
        (tmp_path / who / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "ana" / "a.ann").write_text(ANN)
    (tmp_path / "ana" / "lost.ann").write_text(ANN)
    (tmp_path / "ben" / "b.txt").write_bytes(b"\xff\xfe")
    assert recognise(tmp_path).name == "brat"
    found, problems = read(tmp_path)
    assert [(layer.annotator.name, layer.status, len(layer.spans)) for layer in found] == [
        ("ana", None, 2),
        ("ben", "unread", 0),
    ]
    assert [problem.file for problem in problems] == ["ana/lost.ann", "ben/b.txt"]


def test_what_was_changed_in_brat_wins_over_what_we_noted(tmp_path):
    layer = LayerRecord(schema_name="source-annotator/1", text=TEXT, document="a")
    layer.spans = [SpanRecord(id="s", start=2, end=28, label="a label", note="two\nlines", reason="r")]
    brat.write_folder([layer], tmp_path)
    assert_brat_opens(tmp_path)
    file = tmp_path / "a.ann"
    ann = file.read_text()
    assert spans(read(tmp_path)[0][0]) == [("Sources close to the mayor", "a label")]
    assert read(tmp_path)[0][0].spans[0].note == "two\nlines"
    file.write_text(
        ann.replace("a_label 2 28\tSources close to the mayor", "DENIAL 2 9\tSources").replace("two lines", "new")
    )
    (back,), problems = read(tmp_path)
    assert spans(back) == [("Sources", "DENIAL")]
    assert (back.spans[0].note, back.spans[0].reason, back.spans[0].id, problems) == ("new", "r", "s", [])


def test_what_brat_cannot_show_is_kept_beside_and_named(tmp_path):
    layer = LayerRecord(
        schema_name="source-annotator/1", text="a\n\nb", document="a", annotator=AnnotatorRecord(name="Ana")
    )
    layer.spans = [SpanRecord(id="gap", start=1, end=3, label="x"), SpanRecord(id="b", start=3, end=4, label="x")]
    layer.relations = [RelationRecord(type="answers", source="gap", target="b")]
    (loss,) = losses(brat.FORMAT, layer)
    assert (loss.id, loss.lost) == ("gap", "detail")
    brat.write_folder([layer], tmp_path)
    assert_brat_opens(tmp_path)
    (back,), problems = read(tmp_path)
    assert kept(back, brat.FORMAT.carries) == kept(layer, brat.FORMAT.carries)
    assert problems == []


def test_names_of_documents_and_annotators_never_leave_the_folder(tmp_path):
    names = ["../../etc/passwd", "/abs", "a", "A", "a", "..", "", "con\0", "x" * 300, "é/ü"]
    given_ = [
        LayerRecord(
            schema_name="source-annotator/1", text=f"text {n}", document=name, annotator=AnnotatorRecord(name=who)
        )
        for n, name in enumerate(names)
        for who in ("Ana", "../Ben")
    ]
    out = tmp_path / "out"
    out.mkdir()
    brat.write_folder(given_, out)
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    back, problems = read(out)
    found = {(layer.annotator.name, layer.document, layer.text) for layer in back}
    assert found == {(layer.annotator.name, layer.document, layer.text) for layer in given_ if layer.document} | {
        (who, layer.document, layer.text) for layer in back for who in [layer.annotator.name] if layer.text == "text 6"
    }
    assert problems == []


def test_the_seed_comes_back_whole_twice_the_same_and_brat_opens_it(tmp_path, seed):
    given_ = [each.found for each in native.read(seed / "seed.jsonl")]
    contents = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        brat.write_folder(given_, folder)
        assert_brat_opens(folder)
        contents.append(
            {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        )
        back, problems = read(folder)
        assert [kept(layer, brat.FORMAT.carries) for layer in back] == [
            kept(layer, brat.FORMAT.carries) for layer in given_
        ]
        assert problems == []
    assert contents[0] == contents[1]
    assert {"annotation.conf", "first/seed.txt", "first/seed.ann", "second/seed.ann"} <= contents[0].keys()
