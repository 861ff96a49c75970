"""Articles in plain text: the text is kept as it is, and every departure is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import plain, recognise
from annotator.records import LayerRecord, Problem


def read(path, data):
    path.write_bytes(data)
    found = [each.found for each in plain.read(path)]
    layers = [each for each in found if isinstance(each, LayerRecord)]
    return layers, [each for each in found if isinstance(each, Problem)]


@pytest.mark.parametrize("text", ["One.\r\nTwo.\rThree.\n", "😀 “é” e\u0301\n", "A\u2028B\u0085C", " \n leading"])
def test_a_text_is_kept_as_it_is(tmp_path, text):
    (layer,), problems = read(tmp_path / "a.txt", text.encode())
    assert layer.text == text
    assert (layer.document, layer.annotator, problems) == ("a.txt", None, [])


def test_a_byte_order_mark_is_dropped_and_said(tmp_path):
    (layer,), (note,) = read(tmp_path / "a.txt", b"\xef\xbb\xbfDenied.")
    assert layer.text == "Denied."
    assert "byte order mark" in note.what
    assert note.note


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_read_and_said(tmp_path, encoding):
    (layer,), notes = read(tmp_path / "a.txt", "Officials denied it — twice.".encode(encoding))
    assert layer.text == "Officials denied it — twice."
    assert notes


def test_what_is_no_text_is_a_problem(tmp_path):
    layers, (problem,) = read(tmp_path / "a.txt", bytes(range(256)) * 20)
    assert layers == []
    assert "this is not text" in problem.what


@pytest.mark.parametrize("data", [b"", b" \n\t\n"])
def test_an_empty_file_is_a_problem(tmp_path, data):
    layers, (problem,) = read(tmp_path / "a.txt", data)
    assert (layers, problem.what) == ([], "the file is empty")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kremlin denies\n\nThe text.", "Kremlin denies"),
        ("# Kremlin denies  \r\n\r\nThe text.", "Kremlin denies"),
        ("\n\n  Kremlin\n \t\nThe text.", "Kremlin"),
        ("Kremlin\r\rText", "Kremlin"),
        ("Kremlin denies\nThe text.", None),
        ("Kremlin denies", None),
        ("Kremlin denies\n", None),
        ("x" * 151 + "\n\nText", None),
        ("x" * 150 + "\n\nText", "x" * 150),
        ("###\n\nText", None),
        ("", None),
    ],
)
def test_a_short_first_line_with_a_blank_one_after_it_is_a_headline(text, expected):
    assert plain.headline(text) == expected


@given(st.text(st.sampled_from(" \t\n\r#a\u2028"), max_size=40))
def test_a_headline_is_one_short_line_of_its_text(text):
    found = plain.headline(text)
    assert found is None or (found in text and 0 < len(found) <= 150 and not set(found) & set("\r\n"))


def test_a_file_without_a_headline_is_called_by_its_name(tmp_path):
    (layer,), _ = read(tmp_path / "Kremlin denies.txt", b"One line only.")
    assert layer.meta.title == "Kremlin denies"


def test_a_hostile_beginning_costs_no_more_than_a_kind_one():
    """Without a bound this took the square of the white space, times the length of the line."""
    assert plain.headline(" " * 100_000 + "x" * 1_000_000) is None


@pytest.mark.parametrize(("name", "expected"), [("a.txt", "text"), ("a.MD", "markdown"), ("a.png", None)])
def test_text_is_known_by_its_name(tmp_path, name, expected):
    path = tmp_path / name
    path.write_text("Text")
    found = recognise(path)
    assert (found.name if found else None) == expected
