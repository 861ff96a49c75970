"""Objects out of lists and lines that are larger than one chunk. The oracle is `json.loads` of the whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import json_stream
from annotator.records import Problem

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(st.sampled_from('a"\\{}[],:é🚒\n/'), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a"\\{[', max_size=3), inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.lists(st.dictionaries(st.text('k"\\]}', max_size=3), VALUES, max_size=4), max_size=6)


def found(reader, path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(reader(path))


def problems(each):
    return [str(one.value) for one in each if isinstance(one.value, Problem)]


@pytest.mark.parametrize("shape", ["list", "pretty", "one after the other"])
@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 1 << 20])
def test_objects_are_those_of_the_whole_file_wherever_a_chunk_ends(shape, chunk, monkeypatch, tmp_path_factory):
    monkeypatch.setattr(json_stream, "_CHUNK", chunk)
    path = tmp_path_factory.mktemp("stream") / "x.json"

    @given(objects=OBJECTS.filter(lambda objects: bool(objects) or shape != "one after the other"), ascii=st.booleans())
    def check(objects, ascii):
        if shape == "one after the other":
            text = "\n".join(json.dumps(each, ensure_ascii=ascii) for each in objects)
        else:
            text = json.dumps(objects, ensure_ascii=ascii, indent=2 if shape == "pretty" else None)
        each = found(json_stream.elements, path, text)
        assert [one.value for one in each] == objects
        if each:
            size = len(text.encode())
            assert size - 3 <= each[-1].position <= size
        starts = [text.encode().decode().count("\n", 0, at) + 1 for at in _beginnings(text)]
        assert [one.line for one in each] == starts

    check()


def _beginnings(text):
    """Return where the objects begin, by the standard library's own parser."""
    decoder, at, starts = json.JSONDecoder(), 0, []
    while at < len(text):
        if text[at] == "{":
            starts.append(at)
            at = decoder.raw_decode(text, at)[1]
        else:
            at += 1
    return starts


@pytest.mark.parametrize(
    ("data", "values", "said"),
    [
        (b"", 0, "empty"),
        (b'[{"a": 1}, {"b"', 1, "ends too early"),
        (b'[{"a": 1},', 1, "ends too early"),
        (b'[{"a": "x', 0, "ends too early"),
        (b'[{"a": 1}, 7, {"b": 2}]', 2, "not a JSON object"),
        (b'[{"a": 1}, {"b": nope}, {"c": 2}]', 2, "not valid JSON"),
        (b'[{"a": "\\ud83d"}, {"c": 2}]', 1, "half a character"),
        (b'[{"a": "\xff"}, {"c": 2}]', 1, "not valid JSON"),
        (b'[{"a": 1}, [{"c": 2}]]', 1, "not a JSON object"),
        (b'{"a": 1} nonsense', 1, "not a JSON object"),
        (b"nonsense", 0, "not a JSON object"),
        (b'[{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b'}, {"c": 2}]', 1, "not valid JSON"),
    ],
)
def test_what_is_broken_is_named_and_the_rest_is_read_on(data, values, said, tmp_path):
    each = found(json_stream.elements, tmp_path / "x.json", data)
    assert len(each) - len(problems(each)) == values
    assert len(problems(each)) == 1
    assert said in problems(each)[0]
    assert problems(each)[0].startswith("x.json, line 1: ")


def test_a_byte_order_mark_is_no_part_of_a_list(tmp_path):
    assert [one.value for one in found(json_stream.elements, tmp_path / "x", b'\xef\xbb\xbf[{"a": 1}]')] == [{"a": 1}]
    assert [one.value for one in found(json_stream.lines, tmp_path / "x", b'\xef\xbb\xbf{"a": 1}')] == [{"a": 1}]


@pytest.mark.parametrize("reader", [json_stream.lines, json_stream.elements])
def test_an_object_that_is_too_long_is_left_out_and_the_next_one_read(reader, monkeypatch, tmp_path):
    monkeypatch.setattr(json_stream, "LONGEST", 50)
    monkeypatch.setattr(json_stream, "_CHUNK", 16)
    data = json.dumps({"a": "x" * 300}) + '\n{"b": 1}\n'
    each = found(reader, tmp_path / "x", data)
    assert [one.value for one in each][1:] == [{"b": 1}]
    assert "left out: an object of more than" in problems(each)[0]
    assert each[1].line == 2


def test_every_line_that_is_no_object_is_named_by_its_number(tmp_path):
    each = found(json_stream.lines, tmp_path / "x", '{"a": 1}\n\n[1]\n{"b"\n{"c": "\\ud83d"}\n{"d": 2}')
    assert [(one.line, isinstance(one.value, Problem)) for one in each] == [
        (1, False), (3, True), (4, True), (5, True), (6, False),
    ]  # fmt: skip
    assert "half a character" in problems(each)[2]


@pytest.mark.parametrize("reader", [json_stream.lines, json_stream.elements])
def test_a_format_is_not_looked_for_behind_an_object_that_is_too_long(reader, monkeypatch, tmp_path):
    monkeypatch.setattr(json_stream, "LONGEST", 50)
    monkeypatch.setattr(json_stream, "_CHUNK", 16)
    path = tmp_path / "x"
    path.write_text('{"a": 1}\n{"b": 2}')
    assert json_stream.first_object(reader(path)) == {"a": 1}
    path.write_text(json.dumps({"a": "x" * 300}) + '\n{"b": 1}\n')
    assert json_stream.first_object(reader(path)) == {}
    assert next(reader(path)).position < 100
