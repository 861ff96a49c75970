"""From paragraphs to a text with zones, and the warnings over it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats.extraction import Article, Paragraph, Unreadable, article_reader, joined, warnings
from annotator.records import LayerRecord, Meta, Problem
from tests.formats.articles import LONG

_PARAGRAPHS = st.lists(
    st.builds(Paragraph, st.text(st.sampled_from("a 😀é\n\r\t\ud83d\ude00"), max_size=6), st.none() | st.sampled_from(["headline", "dek"]))
)  # fmt: skip


@given(_PARAGRAPHS)
def test_a_zone_covers_its_paragraph_and_every_paragraph_is_in_the_text_in_order(paragraphs):
    text, zones = joined(paragraphs)
    text.encode()
    seen = [each for each in paragraphs if each.text.strip()]
    assert [zone.kind for zone in zones] == [each.zone for each in seen if each.zone]
    assert all(text[zone.start : zone.end].strip() for zone in zones)
    for zone in zones:
        assert zone.start == 0 or text[: zone.start].endswith("\n\n")
        assert zone.end == len(text) or text[zone.end :].startswith("\n\n")
    letters = [each for each in text if each in "aé"]
    assert letters == [each for paragraph in seen for each in paragraph.text if each in "aé"]


def test_two_halves_of_a_character_become_it_and_one_half_is_replaced():
    assert joined([Paragraph("\ud83d\ude00 and \ud83d.")])[0] == "😀 and \ufffd."


@pytest.mark.parametrize(
    ("passage", "says"),
    [
        ("We use cookies to improve your experience.", "a cookie notice: “We use cookies”"),
        ("Manage preferences\n\nRead our Cookie Policy.", "a cookie notice: “Manage preferences”"),
        ("Related stories", "links to other articles: “Related stories”"),
        ("MOST READ:", "links to other articles: “MOST READ:”"),
        ("Read more The airfield that nobody wanted", "“Read more The airfield that nobody wanted”"),
    ],
)
def test_what_hardly_belongs_to_an_article_is_pointed_out(passage, says):
    (warning,) = warnings(f"{LONG * 5}\n\n{passage}\n\n{LONG}")
    assert says in warning


@pytest.mark.parametrize(
    "passage",
    [
        "The company said that it uses fewer cooks.",
        "A person who had read more of the report than the board confirmed related stories of 2024.",
        "She bakes cookies.",
        "Most read newspapers no longer.",
    ],
)
def test_ordinary_sentences_raise_no_warning(passage):
    assert warnings(f"{LONG * 5}\n\n{passage}") == []


@pytest.mark.parametrize(("text", "says"), [("One", "1 word;"), ("One two", "2 words;")])
def test_a_very_short_text_is_pointed_out(text, says):
    (warning,) = warnings(text)
    assert warning.startswith(f"very short: {says}")


def reads(tmp_path, extract, data=b"x"):
    path = tmp_path / "a.xyz"
    path.write_bytes(data)
    return [each.found for each in article_reader(extract)(path, {})]


def raising(error):
    def extract(_path, _options):
        raise error

    return extract


def test_what_a_parser_raises_is_a_problem_of_the_file_that_quotes_nothing_of_it(tmp_path):
    (problem,) = reads(tmp_path, raising(KeyError("Secret Source")))
    assert problem.what.startswith("cannot be read, it may be damaged (KeyError in test_extraction.py, line ")
    assert "Secret" not in str(problem)


def test_what_a_reader_knows_is_said_in_its_words(tmp_path):
    (problem,) = reads(tmp_path, raising(Unreadable("it is a scan")))
    assert (str(problem), problem.note) == ("a.xyz: it is a scan", False)


@pytest.mark.parametrize("error", [MemoryError, ImportError("lxml")])
def test_want_of_memory_and_a_missing_library_are_not_faults_of_the_file(tmp_path, error):
    with pytest.raises((MemoryError, ImportError)):
        reads(tmp_path, raising(error))


def test_a_file_that_cannot_be_opened_is_the_system_s_error_and_one_that_cannot_be_sought_in_is_damaged(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(article_reader(raising(AssertionError))(tmp_path / "none", {}))
    (problem,) = reads(tmp_path, raising(OSError(22, "Invalid argument")))
    assert "it may be damaged (OSError in" in problem.what


def test_an_empty_file_and_one_without_text_are_problems(tmp_path):
    def extract(_path, _options):
        return Article(paragraphs=[Paragraph(" "), Paragraph("\n")])

    assert [each.what for each in reads(tmp_path, extract)] == ["holds no text"]
    assert [each.what for each in reads(tmp_path, extract, b"")] == ["the file is empty"]


def test_a_file_far_too_large_is_not_even_opened(tmp_path):
    path = tmp_path / "a.xyz"
    with path.open("wb") as out:
        out.truncate(200_000_000)
    (read,) = article_reader(raising(AssertionError))(path, {})
    assert "too large for an article: 200 MB" in read.found.what


def test_the_title_is_the_metadata_s_or_the_headline_or_the_name_of_the_file(tmp_path):
    def titled(paragraphs, title=None):
        *_, layer = reads(tmp_path, lambda _path, _options: Article(paragraphs=paragraphs, meta=Meta(title=title)))
        assert isinstance(layer, LayerRecord)
        return layer.meta.title

    assert titled([Paragraph("Head", "headline")], "A \n title") == "A title"
    assert titled([Paragraph("Head", "headline")], "  ") == "Head"
    assert titled([Paragraph("Text")]) == "a"


def test_notes_come_before_the_article_and_leave_nothing_out(tmp_path):
    *notes, layer = reads(tmp_path, lambda *_: Article(paragraphs=[Paragraph(LONG * 5)], notes=["dropped"]))
    assert notes == [Problem(file="a.xyz", what="dropped", note=True)]
    assert layer.document == "a.xyz"
