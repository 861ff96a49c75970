"""spaCy's DocBin. Oracle: spaCy itself, and slices of the texts."""

import json
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from msgspec import msgpack, structs

spacy = pytest.importorskip("spacy")

from spacy.tokens import Doc, DocBin, Span  # noqa: E402

from annotator.formats import READABLE, jsonl, recognise, spacy_docbin  # noqa: E402
from annotator.formats.isolation import Isolated  # noqa: E402
from annotator.losses import losses  # noqa: E402
from annotator.records import AnnotatorRecord, LayerRecord, Meta, Problem, SpanRecord  # noqa: E402
from annotator.verification import kept  # noqa: E402
from tests.formats.layers import layers  # noqa: E402

TEXT = "🚒 Sources close to the mayor said she denied it."


def layer_of(text, *spans, **more):
    found = [
        SpanRecord(id=f"s{number}", start=start, end=end, label="denial", text=text[start:end])
        for number, (start, end) in enumerate(spans)
    ]
    return LayerRecord(schema_name="source-annotator/1", text=text, spans=found, **more)


def written(*given_):
    out = BytesIO()
    spacy_docbin.write(given_, out)
    return out.getvalue()


def by_spacy(data):
    return list(DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab))


def read(folder, data):
    path = folder / "x.spacy"
    path.write_bytes(data)
    found = [each.found for each in spacy_docbin.read(path)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


def docbin(*docs):
    return DocBin(store_user_data=True, docs=docs).to_bytes()


@settings(max_examples=40)
@given(layer=layers())
def test_spacy_has_the_exact_text_and_every_span_at_its_place(layer):
    (doc,) = by_spacy(written(layer))
    assert doc.text == layer.text
    assert [(each.start_char, each.end_char, each.label_, each.text) for each in doc.spans["sc"]] == [
        (each.start, each.end, each.label, each.text) for each in layer.spans
    ]
    assert doc.user_data["annotator"] == layer.annotator.name


@settings(max_examples=40)
@given(layer=layers(plain=True))
def test_a_span_that_spacys_own_tokens_cannot_hold_is_named_and_no_other(layer):
    doc = spacy.blank("en").make_doc(layer.text)
    expected = [each.id for each in layer.spans if doc.char_span(each.start, each.end) is None]
    assert [each.id for each in losses(spacy_docbin.FORMAT, layer)] == expected


def test_what_is_named_is_what_spacys_training_leaves_out():
    layer = layer_of(TEXT, (2, 28), (3, 28))
    nlp = spacy.blank("en")
    (doc,) = DocBin().from_bytes(written(layer)).get_docs(nlp.vocab)
    example = spacy.training.Example(nlp.make_doc(doc.text), doc)
    learnt = example.get_aligned_spans_y2x(doc.spans["sc"], allow_overlap=True)
    assert [each.text for each in learnt] == ["Sources close to the mayor"]
    assert [each.id for each in losses(spacy_docbin.FORMAT, layer)] == ["s1"]


def test_the_seed_comes_back_whole_and_in_the_same_bytes(seed, tmp_path):
    given_ = [each.found for each in jsonl.read(seed / "seed.jsonl")]
    data = written(*given_)
    assert data == written(*[each.found for each in jsonl.read(seed / "seed.jsonl")])
    back, problems = read(tmp_path, data)
    assert problems == []
    assert [kept(each, spacy_docbin.FORMAT.carries) for each in back] == [
        kept(each, spacy_docbin.FORMAT.carries) for each in given_
    ]
    assert sum(len(doc.spans["sc"]) for doc in by_spacy(data)) == 31
    assert [loss for each in given_ for loss in losses(spacy_docbin.FORMAT, each)] == []


def test_docs_of_others_are_read_by_their_group_sc_else_any_group_else_entities(tmp_path):
    nlp = spacy.blank("en")
    one, two, three = nlp(TEXT), nlp(TEXT), nlp(TEXT)
    for doc in one, two:
        doc.spans["other"] = [doc.char_span(29, 33, label="CUE")]
    one.spans["sc"] = [one.char_span(2, 28, label="ANON")]
    three.ents = [three.char_span(38, 44, label="DENIAL")]
    found, (problem,) = read(tmp_path, docbin(one, two, three))
    assert [[(each.text, each.label) for each in layer.spans] for layer in found] == [
        [("Sources close to the mayor", "ANON")], [("said", "CUE")], [("denied", "DENIAL")],
    ]  # fmt: skip
    assert all(layer.text == TEXT and layer.annotator is None for layer in found)
    assert (problem.id, problem.note) == ("Doc 1", True)
    assert "spans[“other”]" in problem.what


def test_user_data_of_others_becomes_metadata(tmp_path):
    doc = spacy.blank("en")(TEXT)
    doc.user_data = {
        "annotator": "ana", "kind": "model", "document": "a1", "section": "local", "raw": b"\0", ("a", "b"): 1,
        ("._.", "desk", None, None): "city", "meta": {"title": "T", "n": 1},
    }  # fmt: skip
    doc.cats = {"news": 1.0}
    (layer,), (problem,) = read(tmp_path, docbin(doc))
    assert (layer.annotator, layer.document) == (AnnotatorRecord(name="ana", kind="model"), "a1")
    assert layer.meta == Meta(title="T")
    assert json.loads(layer.meta_json) == {"n": 1, "section": "local", "desk": "city", "cats": {"news": 1.0}}
    assert "user data left out: raw" in problem.what


def test_a_span_without_a_label_is_left_out_and_named(tmp_path):
    doc = spacy.blank("en")(TEXT)
    doc.spans["sc"] = [Span(doc, 1, 3)]
    (layer,), (problem,) = read(tmp_path, docbin(doc))
    assert layer.spans == []
    assert str(problem).startswith("x.spacy, Doc 1: left out: a span without a label")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"source_annotator": "{"}, "“source_annotator” was left out"),
        ({"source_annotator": '{"zones": 7}'}, "“source_annotator” was left out"),
        ({"relations": 7}, "its relations were left out"),
        ({"relations": [["answers", 0, 9]]}, "relation left out"),
    ],
)
def test_what_cannot_be_read_of_user_data_does_not_cost_the_spans(said, what, tmp_path):
    (doc,) = by_spacy(written(layer_of(TEXT, (2, 28))))
    doc.user_data.update(said)
    (layer,), (problem,) = read(tmp_path, docbin(doc))
    assert len(layer.spans) == 1
    assert what in problem.what


def broken():
    whole = written(layer_of(TEXT, (2, 28)))
    message = msgpack.decode(zlib.decompress(whole))
    yield b""
    yield b"\x78\x9c"
    yield whole[: len(whole) // 2]
    yield zlib.compress(b"no message")
    yield zlib.compress(msgpack.encode([1]))
    changes = {"lengths": b"\0", "tokens": b"\0" * 7, "span_groups": [b"no"], "user_data": [b"\xc1"], "strings": [7]}
    for key, value in changes.items():
        yield zlib.compress(msgpack.encode({**message, key: value}))


@pytest.mark.parametrize("data", list(broken()))
def test_a_broken_file_is_a_problem_and_no_error(data, tmp_path):
    found, (problem,) = read(tmp_path, data)
    assert found == []
    assert "not a DocBin that spaCy can read" in str(problem)


def test_a_bomb_is_stopped_by_the_limits_of_the_process_that_reads_it(tmp_path):
    path = tmp_path / "x.spacy"
    pack = zlib.compressobj()
    zeros = bytes(1 << 24)
    path.write_bytes(b"".join(pack.compress(zeros) for _ in range(128)) + pack.flush())
    with Isolated() as isolated:
        (found,) = [each.found for each in isolated.read(READABLE["spacy"], path)]
        assert "needs more memory" in found.what
        path.write_bytes(written(layer_of(TEXT, (2, 28))))
        (layer,) = [each.found for each in isolated.read(READABLE["spacy"], path)]
        assert [each.text for each in layer.spans] == [TEXT[2:28]]


def test_it_is_known_by_its_content(tmp_path):
    path = tmp_path / "train.data"
    path.write_bytes(written(layer_of(TEXT)))
    assert recognise(path).name == "spacy"
    for other in (zlib.compress(b"other"), b"\x78\x9c\xff\xff", b"text"):
        path.write_bytes(other)
        assert not spacy_docbin.recognise(path, other)


def test_a_doc_of_one_annotator_of_many_is_a_layer_of_its_own(tmp_path):
    given_ = [layer_of(TEXT, (2, 28), annotator=AnnotatorRecord(name=name)) for name in ("ana", "ben")]
    docs = by_spacy(written(*given_, structs.replace(given_[0], annotator=None, spans=[])))
    assert [isinstance(doc, Doc) and doc.user_data["annotator"] for doc in docs] == ["ana", "ben", None]
    back, _ = read(tmp_path, written(*given_))
    assert [each.annotator.name for each in back] == ["ana", "ben"]
