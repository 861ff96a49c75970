"""Rich text: characters of every kind, what is not seen is not read, and metadata."""

import pytest

from annotator.formats import recognise
from annotator.formats.isolation import Isolated
from tests.formats.articles import LONG, article, refused

HEAD = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset238 Arial CE;}{\f2\fcharset204 Arial Cyr;}}\f0 "


def write(tmp_path, body, head=HEAD, name="copy.rtf"):
    path = tmp_path / name
    path.write_bytes((head + body + "}").encode("cp1252"))
    return path


def text_and_notes(tmp_path, body, head=HEAD):
    layer, notes = article(write(tmp_path, body, head))
    return layer.text, [note for note in notes if not note.startswith("very short")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"One.\par\par Two.", "One.\n\nTwo."),
        (r"{\b Bold} and {\i italic}", "Bold and italic"),
        (r"\ldblquote No,\rdblquote  he said \emdash  twice", "“No,” he said — twice"),
        (r"caf\'e9 5 \'80", "café 5 €"),
        ("café 5 €", "café 5 €"),
        (r"\f1\'9eena \f2\'e4\'e0", "žena да"),
        (r"\u8220?quote\u8221?", "“quote”"),
        (r"\uc0\u8220 quote", "“quote"),
        (r"fire \u-10179?\u-8704? here", "fire 😀 here"),
        (r"half \u-10179? here", "half \ufffd here"),
        (r"a\{b\}\\c", "a{b}\\c"),
        (r"a\~b", "a\u00a0b"),
        (r"\trowd a\cell b\cell\row c\cell d\cell\row", "a\tb\n\nc\td"),
        (r'see {\field{\*\fldinst{HYPERLINK "http://example.org/x"}}{\fldrslt{the report}}} now', "see the report now"),
        ("the word HYPERLINK stays", "the word HYPERLINK stays"),
        (r"before {\pict\bin6 {{{{{\ }after", "before after"),
        (r"{\*\bkmkstart x}Text{\*\bkmkend x}", "Text"),
    ],
)
def test_text_is_what_is_seen(tmp_path, body, expected):
    assert text_and_notes(tmp_path, body) == (expected, [])


def test_deletions_and_hidden_text_are_left_out_and_said(tmp_path):
    body = r"The board {\deleted\revauthdel1 confirmed}{\revised denied} it{\v  in secret}."
    assert text_and_notes(tmp_path, body) == (
        "The board denied it.",
        ["tracked deletions left out", "hidden text left out"],
    )


def test_a_deletion_that_ends_within_its_group_loses_nothing_else(tmp_path):
    text, notes = text_and_notes(tmp_path, r"One \deleted two\deleted0  three.")
    assert "One" in text and "three." in text
    assert notes == ["tracked deletions could not be told from the rest and may be in the text"]


def test_what_stands_apart_is_left_out_and_said(tmp_path):
    body = r"{\header Courier}{\footerf 1}Denied.{\footnote Or not}{\*\annotation check}"
    assert text_and_notes(tmp_path, body) == ("Denied.", ["left out: notes, comments, headers, footers"])


def test_metadata_is_in_the_information_group(tmp_path):
    info = r"{\info{\title Board \'93denies\'94}{\author Zo\u235? K.}{\creatim\yr2026\mo3\dy9\hr1}}"
    layer, _ = article(write(tmp_path, f"{info}Text."))
    assert (layer.meta.title, layer.meta.byline, layer.meta.published) == ("Board “denies”", "Zoë K.", "2026-03-09")
    layer, _ = article(write(tmp_path, r"{\info{\creatim\yr2026\mo13\dy9}}Text."))
    assert (layer.meta.title, layer.meta.published) == ("copy", None)


def test_characters_that_fit_no_encoding_are_replaced_and_said(tmp_path):
    text, (note,) = text_and_notes(tmp_path, r"a\'81b")
    assert text == "a\ufffdb"
    assert "U+FFFD" in note


def test_a_file_that_was_cut_short_is_read_and_said(tmp_path):
    path = tmp_path / "copy.rtf"
    path.write_text(HEAD + LONG * 4)
    layer, (note,) = article(path)
    assert layer.text == (LONG * 4)
    assert "cut short" in note


def test_it_is_known_by_its_content_and_read_in_a_process_of_its_own_as_here(tmp_path):
    path = write(tmp_path, LONG * 4, name="copy.doc")
    wanted = recognise(path)
    assert wanted and wanted.name == "rtf"
    with Isolated() as readers:
        assert list(readers.read(wanted, path)) == list(wanted.read(path, {}))


def test_what_is_no_rtf_says_so(tmp_path):
    path = tmp_path / "copy.rtf"
    path.write_text("Plain text.")
    assert refused(path) == "it is not RTF; save it as .rtf or .docx"
    assert refused(write(tmp_path, "")) == "holds no text"
