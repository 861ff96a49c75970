"""CoNLL files of other tools in, and out what those read. Oracles: spaCy's converter and scorer, texts written by hand."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import conll, iob, jsonl, recognise
from annotator.losses import left_out, losses
from annotator.records import AnnotatorRecord, LayerRecord, NegativeRecord, Problem, RelationRecord, SpanRecord
from annotator.verification import kept
from tests.formats.layers import layers

TEXT = "🚒 Sources close to the mayor said she denied it.\r\n\r\n“No comment,” he said."


def span(words, label="denial", text=TEXT, **more):
    start = text.index(words)
    return SpanRecord(start=start, end=start + len(words), label=label, text=words, **more)


def layer(*spans, text=TEXT, **more):
    return LayerRecord(schema_name="source-annotator/1", text=text, spans=list(spans), **more)


def written(*found):
    out = io.BytesIO()
    conll.write(found, out)
    return out.getvalue().decode()


def read(folder, data):
    path = folder / "file.conll"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found = [each.found for each in conll.read(path)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


def rows(data):
    return [line.split(" ") for line in data.splitlines()]


def test_tokens_are_four_columns_with_the_tag_last_and_a_blank_line_after_each_sentence():
    data = written(layer(span("Sources close to the mayor", "anonymous-source"), span("denied")))
    assert data.startswith("-DOCSTART- -X- O O\n\n")
    assert {len(row) for row in rows(data) if row != [""]} == {4}
    first, second = data.removeprefix("-DOCSTART- -X- O O\n\n").strip().split("\n\n")
    assert [(row[0], row[3]) for row in rows(first)] == [
        ("🚒", "O"), ("Sources", "B-anonymous-source"), *((word, "I-anonymous-source") for word in ("close", "to", "the", "mayor")),
        ("said", "O"), ("she", "O"), ("denied", "B-denial"), ("it", "O"), (".", "O"),
    ]  # fmt: skip
    assert rows(second)[0] == ["“", "_", "52-53", "O"]
    assert rows(first)[1][2] == "2-9"


def test_spacy_reads_what_we_write(tmp_path):
    from spacy.training.converters import conll_ner_to_docs

    docs = list(
        conll_ner_to_docs(
            written(layer(span("Sources close to the mayor", "A"), span("denied")), layer(span("he", "B"))),
            no_print=True,
        )
    )
    assert [[(each.text, each.label_) for each in doc.ents] for doc in docs] == [
        [("Sources close to the mayor", "A"), ("denied", "denial")], [("he", "B")],
    ]  # fmt: skip


def test_the_longest_of_overlapping_spans_is_written_then_the_first_and_each_other_is_named():
    spans = [span("close to", id="inner"), span("Sources close to the mayor", id="outer"),
             span("mayor said", id="partial"), span("it.", "a", id="first"), span("it.", "b", id="second")]  # fmt: skip
    given_ = layer(*spans, relations=[RelationRecord(type="r", source="outer", target="inner")])
    found = list(losses(conll.FORMAT, given_))
    assert left_out(found) == {"inner", "partial", "second"}
    assert [each.id for each in found if each.lost == "detail"] == ["outer"]


def test_tokens_are_cut_where_spans_begin_and_end_and_no_word_of_a_span_is_lost(tmp_path):
    given_ = layer(span("ources cl", id="a"), span("ose", id="b"))
    assert [row[0] for row in rows(written(given_))[2:7]] == ["🚒", "S", "ources", "cl", "ose"]
    (back,), _ = read(tmp_path, written(given_))
    assert back.text == TEXT and [(each.id, each.text) for each in back.spans] == [("a", "ources cl"), ("b", "ose")]


def test_a_sentence_does_not_end_within_a_span(tmp_path):
    quotation = "“A first. A second,”"
    text = f"{quotation} he said. A third."
    data = written(layer(span(quotation, text=text), text=text))
    assert len(data.strip().split("\n\n")) == 3


def test_scripts_without_spaces_are_a_token_a_character_and_emoji_stay_whole():
    text = "市長は否定した。👨‍👩‍👧 🇩🇪 e\u0301te"
    assert [text[start:end] for start, end in iob.tokens(text, set())] == [
        *"市長は否定した。",
        "👨‍👩‍👧",
        "🇩🇪",
        "e\u0301te",
    ]


@given(layers())
def test_no_token_holds_white_space_and_all_else_of_the_text_is_in_one(given_):
    data = written(given_)
    tokens = [row[0] for row in rows(data) if row != [""] and row[0] != "-DOCSTART-"]
    assert "".join(tokens) == "".join(given_.text.split())
    assert all(token.split() == [token] for token in tokens)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_text_and_any_label_come_back(tmp_path_factory, text):
    given_ = layer(
        SpanRecord(start=0, end=len(text), label=text, note=text), text=text, annotator=AnnotatorRecord(name=text)
    )
    (back,), problems = read(tmp_path_factory.mktemp("any"), written(given_))
    assert problems == []
    assert kept(back, conll.FORMAT.carries) == kept(given_, conll.FORMAT.carries)


def test_the_seed_comes_back_but_for_the_spans_that_are_named(seed, tmp_path):
    given_ = [each.found for each in jsonl.read(seed / "seed.jsonl")]
    path = tmp_path / "seed.txt"
    path.write_text(written(*given_))
    assert recognise(path) is conll.FORMAT
    back = [each.found for each in conll.read(path)]
    carries = conll.FORMAT.carries
    expected = [kept(each, carries, left_out(losses(conll.FORMAT, each))) for each in given_]
    assert [kept(each, carries) for each in back] == expected


OTHERS = {
    "iob2": "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman JJ B-NP B-MISC\ncall NN I-NP I-MISC\n\nPeter NNP B-NP B-PER\n",
    "iob1": "EU NNP I-NP I-ORG\nrejects VBZ I-VP O\nGerman JJ I-NP I-MISC\ncall NN I-NP I-MISC\n\nPeter NNP I-NP I-PER\n",
    "two columns with tabs": "EU\tB-ORG\nrejects\tO\nGerman\tB-MISC\ncall\tI-MISC\n\nPeter\tB-PER\n",
    "iobes": "EU S-ORG\nrejects O\nGerman B-MISC\ncall E-MISC\n\nPeter S-PER\n",
    "bilou": "EU U-ORG\nrejects O\nGerman B-MISC\ncall L-MISC\n\nPeter U-PER\n",
    "crlf and comments": "# id = 1\r\nEU B-ORG\r\nrejects O\r\nGerman B-MISC\r\ncall I-MISC\r\n\r\nPeter B-PER",
}


@pytest.mark.parametrize("shape", OTHERS)
def test_files_of_other_tools_are_read(shape, tmp_path):
    (back,), problems = read(tmp_path, OTHERS[shape])
    assert conll.recognise(tmp_path / "file.conll", OTHERS[shape].encode())
    assert all(each.note for each in problems)
    assert back.text == "EU rejects German call\nPeter"
    assert [(each.label, back.text[each.start : each.end]) for each in back.spans] == [
        ("ORG", "EU"),
        ("MISC", "German call"),
        ("PER", "Peter"),
    ]


def test_adjacent_spans_and_spans_at_a_sentence_end_stay_apart(tmp_path):
    (back,), _ = read(tmp_path, "a B-X\nb B-X\nc I-X\n\nd I-X\ne I-Y\nf E-Y\ng I-Y\n")
    assert [each.text for each in back.spans] == ["a", "b c", "d", "e f", "g"]


def test_documents_are_told_apart_by_docstart(tmp_path):
    found, _ = read(tmp_path, "-DOCSTART- -X- -X- O\n\na NN O B-X\n\n-DOCSTART- -X- -X- O\n\nb NN O O\n")
    assert [(each.text, len(each.spans)) for each in found] == [("a", 1), ("b", 0)]


def test_lines_that_are_none_are_named_and_the_rest_is_read(tmp_path):
    (back,), problems = read(tmp_path, b"a B-X\nlonely\nb C-X\n\xff\xfe O\nc I-X\n")
    assert [each.line for each in problems] == [2, 3, 4]
    assert back.text == "a lonely b \ufffd\ufffd c"


def test_a_file_of_ours_that_somebody_changed_is_read_by_its_tokens(tmp_path):
    data = written(layer(span("denied", note="n"), annotator=AnnotatorRecord(name="Ana"))).replace("Sources", "People")
    (back,), (note,) = read(tmp_path, data)
    assert note.note and "no longer" in note.what
    assert back.text.startswith("🚒 People close") and [each.text for each in back.spans] == ["denied"]


@pytest.mark.parametrize(
    "said",
    [
        "Layer=%7B",
        "Layer=[]",
        "Span=%7B",
        "Span=%5B%5D",
        'Span=%7B"start":-5,"end":999%7D',
        "SpacesAfter=x",
        "Layer=%7B%22negatives%22:[1,%7B%7D]%7D",
        "Layer=" + "%5B" * 5000,
    ],
)
def test_a_third_column_that_means_harm_does_none(said, tmp_path):
    (back,), _ = read(tmp_path, f"-DOCSTART- -X- O O\n\nab _ 0-2|{said} B-X\nc _ 3-4 O\n")
    assert back.text == "ab c"
    assert [(each.start, each.end) for each in back.spans] == [(0, 2)]


def test_places_far_apart_do_not_fill_the_memory(tmp_path):
    (back,), _ = read(tmp_path, "a _ 0-1 O\nb _ 999999998-999999999 O\n")
    assert back.text == "a b"


def test_details_of_a_layer_come_back(tmp_path):
    given_ = layer(
        span(" said", id="s 1|%", source="A B", unsure=True), annotator=AnnotatorRecord(name="Ana Ó"), status="finished", split="test",
        negatives=[NegativeRecord(id="n", start=3, end=5, kind="k")],
        relations=[RelationRecord(type="r", source="s 1|%", target="n")],
    )  # fmt: skip
    (back,), problems = read(tmp_path, written(given_))
    assert problems == []
    assert kept(back, conll.FORMAT.carries) == kept(given_, conll.FORMAT.carries)
