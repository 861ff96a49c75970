"""UIMA CAS in JSON and XMI. The oracle is dkpro-cassis, which shares no code with ours: it reads what we write, and writes what we read."""

import io
import json
import warnings
from zipfile import ZIP_DEFLATED, ZipFile

import cassis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats import cas, recognise, uima
from annotator.formats import jsonl as native
from annotator.records import AnnotatorRecord, LayerRecord, Problem
from annotator.verification import kept
from tests.formats.layers import layers

TEXT = "🚒 Sources close to the mayor\r\n\tsaid <she> & “he” denied it.\n"
SPANS = {"Sources close to the mayor": "ANON", "denied": "DENIAL"}
KINDS = {"uima-json": uima.JSON, "uima-xmi": uima.XMI}


def read(path):
    found = [each.found for each in uima.read(path)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


def of_cassis(text=TEXT, spans=SPANS):
    """As somebody would write with cassis for a custom layer of INCEpTION."""
    types = cassis.TypeSystem()
    kind = types.create_type("webanno.custom.Source", "uima.tcas.Annotation")
    types.create_feature(kind, "label", "uima.cas.String")
    types.create_feature(kind, "certain", "uima.cas.Boolean")
    link = types.create_type("webanno.custom.Link", "uima.tcas.Annotation")
    types.create_feature(link, "Governor", kind)
    types.create_feature(link, "Dependent", kind)
    types.create_feature(link, "label", "uima.cas.String")
    found = cassis.Cas(types)
    found.sofa_string, found.sofa_mime = text, "text/plain"
    made = [
        kind(begin=text.index(each), end=text.index(each) + len(each), label=label) for each, label in spans.items()
    ]
    found.add_all(made)
    if len(made) > 1:
        found.add(link(begin=0, end=1, Governor=made[1], Dependent=made[0], label="denies"))
    found.add(types.get_type("uima.tcas.DocumentAnnotation")(begin=0, end=len(text), language="en"))
    return found


def loaded(name, archive):
    """Return what cassis reads of each CAS of one of our zips."""
    with ZipFile(archive) as files, warnings.catch_warnings():
        warnings.simplefilter("error")  # it warns of offsets that it cannot place
        for member in files.namelist():
            if name == "uima-json":
                yield member, cassis.load_cas_from_json(files.read(member).decode())
            elif member != "TypeSystem.xml":
                types = cassis.load_typesystem(files.open("TypeSystem.xml"))
                yield member, cassis.load_cas_from_xmi(files.open(member), typesystem=types)


def written(kind, given_):
    out = io.BytesIO()
    kind.write(given_, out)
    return out


def as_xml_has_it(name, text):
    return text if name == "uima-json" else cas.as_xml(text)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=60)
@given(data=st.data())
def test_cassis_reads_every_span_where_it_is(name, data):
    layer = data.draw(layers())
    ((member, found),) = loaded(name, written(KINDS[name], [layer]))
    assert found.sofa_string == as_xml_has_it(name, layer.text)
    assert member.startswith("annotation/")
    spans = sorted((span.begin, span.end, span.label, span.note or "") for span in found.select(cas.SPAN))
    assert spans == sorted((span.start, span.end, span.label, span.note or "") for span in layer.spans)
    assert len(found.select(cas.NEGATIVE)) == len(layer.negatives)
    assert found.document_language == (layer.language or "x-unspecified")


@settings(max_examples=60)
@given(layers(plain=True))
def test_what_cassis_writes_is_read_where_it_is(tmp_path_factory, layer):
    spans = {span.text: span.label for span in layer.spans if span.text}
    text = cas.as_xml(layer.text)
    spans = {cas.as_xml(passage): label for passage, label in spans.items()}
    found = of_cassis(text, spans)
    folder = tmp_path_factory.mktemp("cas")
    for name, data in (("a.json", found.to_json()), ("a.xmi", found.to_xmi())):
        (folder / name).write_bytes(data.encode())
        (back,), problems = read(folder / name)
        assert (back.text, problems, back.document, back.language) == (text, [], "a", "en")
        assert {span.text: span.label for span in back.spans} == spans
        assert all(text[span.start : span.end] == span.text for span in back.spans)


@pytest.mark.parametrize("suffix", [".json", ".xmi"])
def test_a_custom_layer_and_its_relations_are_read(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    found = of_cassis()
    path.write_text(found.to_json() if suffix == ".json" else found.to_xmi(), newline="")
    assert recognise(path).name == f"uima-{suffix[1:]}"
    (layer,), problems = read(path)
    assert [(span.text, span.label) for span in layer.spans] == list(SPANS.items())
    assert (layer.text, layer.annotator, layer.language, problems) == (TEXT, None, "en", [])
    (relation,) = layer.relations
    assert (relation.type, relation.source, relation.target) == ("denies", layer.spans[1].id, layer.spans[0].id)


@pytest.mark.parametrize("name", KINDS)
def test_the_seed_comes_back_whole_twice_the_same_and_cassis_reads_it(tmp_path, seed, name):
    given_ = [each.found for each in native.read(seed / "seed.jsonl")]
    path = tmp_path / "out.zip"
    path.write_bytes(written(KINDS[name], given_).getvalue())
    assert path.read_bytes() == written(KINDS[name], given_).getvalue()
    assert recognise(path).name == name
    back, problems = read(path)
    carries = KINDS[name].carries
    assert problems == []
    assert [kept(layer, carries) for layer in back] == [kept(layer, carries) for layer in given_]
    found = dict(loaded(name, path))
    assert {member.rpartition(".")[0] for member in found} == {"annotation/seed/first", "annotation/seed/second"}
    for layer, each in zip(given_, found.values(), strict=True):
        assert [span.get_covered_text() for span in each.select(cas.SPAN)] == [span.text for span in layer.spans]


@pytest.mark.parametrize("name", KINDS)
def test_a_feature_changed_in_another_program_wins_over_our_details(tmp_path, name):
    layer = LayerRecord(schema_name="source-annotator/1", text=TEXT, annotator=AnnotatorRecord(name="Ana"))
    layer.spans = [native.SpanRecord(start=2, end=9, label="denial", note="old", identity="named", source="Mayor")]
    ((_, found),) = loaded(name, written(KINDS[name], [layer]))
    (span,) = found.select(cas.SPAN)
    span.label, span.note, span.identity = "on-record", "new", None
    path = tmp_path / "a"
    path.write_text(found.to_json() if name == "uima-json" else found.to_xmi(), newline="")
    (back,), problems = read(path)
    assert [(each.label, each.note, each.identity, each.source) for each in back.spans] == [
        ("on-record", "new", None, "Mayor")
    ]
    assert (back.annotator.name, problems) == ("Ana", [])


def test_a_project_export_is_read_annotator_by_annotator(tmp_path):
    """INCEpTION packs XMI in a zip a person, and adds what it needs itself."""
    path = tmp_path / "project.zip"
    inner = io.BytesIO()
    with ZipFile(inner, "w") as files:
        files.writestr("ben.xmi", of_cassis().to_xmi())
        files.writestr("TypeSystem.xml", "<x/>")
    with ZipFile(path, "w") as files:
        files.writestr("exportedproject1.json", "{}")
        files.writestr("source/a.txt.json", "{}")
        files.writestr("annotation/a.txt/ana.json", of_cassis().to_json())
        files.writestr("annotation/a.txt/ben.zip", inner.getvalue())
        files.writestr("annotation/a.txt/INITIAL_CAS.json", of_cassis(spans={}).to_json())
        files.writestr("annotation_ser/a.txt/ana.ser", b"\xac\xed")
        files.writestr("curation/a.txt/CURATION_USER.json", of_cassis().to_json())
    found, problems = read(path)
    who = [
        (layer.annotator and (layer.annotator.name, layer.annotator.kind), layer.status, len(layer.spans))
        for layer in found
    ]
    assert who == [
        (("ana", "human"), None, 2),
        (("ben", "human"), None, 2),
        (None, "unread", 0),
        (("CURATION_USER", "gold"), None, 2),
    ]
    assert {layer.document for layer in found} == {"a.txt"}
    assert problems == []


@pytest.mark.parametrize(
    ("begin", "end"), [(1, 5), (0, 1), (5, 5), (9, 3), (-1, 3), (0, 9_999), (None, 3), ("x", 3), (True, 3)]
)
def test_an_offset_that_does_not_fit_is_a_problem_and_is_not_moved(tmp_path, begin, end):
    raw = json.loads(of_cassis().to_json())
    bad = next(each for each in raw["%FEATURE_STRUCTURES"] if each.get("label") == "ANON")
    bad |= {"begin": begin, "end": end}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(raw))
    (layer,), problems = read(path)
    assert [span.text for span in layer.spans] == ["denied"]
    assert [problem.id for problem in problems if "span" in problem.what] == [str(bad["%ID"])]


def test_what_is_not_in_the_index_is_not_there(tmp_path):
    raw = json.loads(of_cassis().to_json())
    raw["%VIEWS"]["_InitialView"]["%MEMBERS"] = []
    path = tmp_path / "a.json"
    path.write_text(json.dumps(raw))
    assert read(path)[0][0].spans == []


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xmi:XMI xmlns:xmi="http://www.omg.org/XMI">&b;</xmi:XMI>'
OUTSIDE = (
    b'<?xml version="1.0"?>\n<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"/>'
)
XMI = of_cassis().to_xmi().encode()
CAS_JSON = of_cassis().to_json().encode()


@pytest.mark.parametrize(
    "data", [BOMB, OUTSIDE, OUTSIDE.decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")]
)
def test_a_document_type_is_refused(tmp_path, data):
    path = tmp_path / "a.xmi"
    path.write_bytes(data)
    found, (problem,) = read(path)
    assert found == [] and "DOCTYPE" in problem.what and problem.line


@pytest.mark.parametrize(
    "data",
    [b"", b"<", b"{", b"x", b"{}", b"<a/>", XMI[:-30], XMI[: len(XMI) // 2], CAS_JSON[:-3], b"\xff\xfe<", b'{"a":' * 100_000,
     b"<a>" * 200_000, b'<?xml version="1.0" encoding="klingon"?><a/>',
     b'<?xml version="1.0" encoding="shift_jis"?><a/>',
     b'{"%FEATURE_STRUCTURES":[1,{},{"%TYPE":3},{"%TYPE":"uima.cas.Sofa","sofaString":5}]}', b'{"%FEATURE_STRUCTURES":{"1":2}}',
     b'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"><a sofa="1"/></xmi:XMI>', b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 90],
)  # fmt: skip
def test_what_is_broken_is_a_problem(tmp_path, data):
    path = tmp_path / "a"
    path.write_bytes(data)
    found, problems = read(path)
    assert found == [] and len(problems) == 1


@pytest.mark.parametrize(
    "view",
    [3, {}, {"_InitialView": 3}, {"_InitialView": {"%MEMBERS": 3}}, {"_InitialView": {"%MEMBERS": [[], {}, None]}}],
)
def test_odd_views_do_not_raise(tmp_path, view):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(json.loads(CAS_JSON) | {"%VIEWS": view}))
    assert len(read(path)[0]) == 1


def test_a_zip_bomb_is_left_out_and_the_rest_is_read(tmp_path):
    path = tmp_path / "a.zip"
    inner = io.BytesIO()
    with ZipFile(inner, "w", ZIP_DEFLATED) as files:
        files.writestr("c.json", b"0" * 20_000_000)
    with ZipFile(path, "w", ZIP_DEFLATED) as files:
        files.writestr("a.json", b" " * 20_000_000)
        files.writestr("b.zip", inner.getvalue())
        files.writestr("../../d.json", CAS_JSON)
    found, problems = read(path)
    assert [layer.text for layer in found] == [TEXT]
    assert ["unpacks to" in problem.what for problem in problems] == [True, True]


def test_a_zip_that_lies_of_a_size_is_not_unpacked_further(tmp_path):
    path = tmp_path / "a.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as files:
        files.writestr("a.json", b" " * 5_000_000)
    data = path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(data)
    found, (problem,) = read(path)
    assert found == [] and problem.what


@pytest.mark.parametrize("names", [["a.txt"], ["a.json"], ["word/document.xml"]])
def test_another_zip_is_not_taken_for_a_cas(tmp_path, names):
    path = tmp_path / "a.docx"
    with ZipFile(path, "w") as files:
        for name in names:
            files.writestr(name, "{}")
    assert recognise(path) is None


def test_details_that_are_broken_are_a_problem_and_the_span_is_read(tmp_path):
    layer = LayerRecord(
        schema_name="source-annotator/1", text=TEXT, spans=[native.SpanRecord(start=2, end=9, label="x", note="n")]
    )
    with ZipFile(written(uima.JSON, [layer])) as files:
        raw = json.loads(files.read(files.namelist()[0]))
    for each in raw["%FEATURE_STRUCTURES"]:
        if each["%TYPE"] == cas.SPAN:
            each["details"] = "{"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(raw))
    (back,), (problem,) = read(path)
    assert [(span.label, span.note) for span in back.spans] == [("x", "n")]
    assert "details" in problem.what


def test_characters_that_xml_cannot_hold_come_back(tmp_path):
    text = "a\x01b\x00c\ufffe\uffff\ufffd\x7f\x85 denied"
    note = "\x02\uffff"
    layer = LayerRecord(
        schema_name="source-annotator/1", text=text, spans=[native.SpanRecord(start=0, end=4, label="\x03", note=note)]
    )
    path = tmp_path / "a.zip"
    path.write_bytes(written(uima.XMI, [layer]).getvalue())
    (back,), problems = read(path)
    assert (back.text, [(span.label, span.note) for span in back.spans], problems) == (text, [("\x03", note)], [])
