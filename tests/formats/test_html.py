"""Saved web pages: the article and nothing around it, its metadata, encodings, and nothing fetched."""

import pytest

from annotator.formats import recognise
from tests.formats.articles import DATA, LONG, article, refused, zones

NEWS = DATA / "news_page.html"
BODY = [
    "The harbour board on Tuesday denied that it intends to close the city’s fish market, after two officials with knowledge of the talks described a draft plan to sell the site to a hotel group.",
    "“There is no such plan. It is invented from start to finish,” said Tomasz Wren, the board’s chairman, at a meeting that lasted eleven minutes — and ended without questions.",
    "Traders said that nobody had told them anything. “We learn it from the newspaper,” said Ines Carvalho, who has sold squid 🦑 there for 31 years.",
    "A spokesperson for Meridian Hotels declined to comment. The mayor’s office did not respond to a request for comment by the time of publication.",
]
AROUND = [
    "cookie",
    "Subscribe",
    "Share on",
    "Related stories",
    "customs house",
    "gulls4ever",
    "Privacy",
    "©",
    "dataLayer",
]


def page(tmp_path, body, head="", encoding="utf-8", name="page.html"):
    path = tmp_path / name
    path.write_bytes(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(encoding))
    return path


@pytest.mark.parametrize("extraction", ["article", "precise"])
def test_the_article_of_a_news_page_is_taken_and_what_stands_around_it_is_not(extraction):
    layer, _ = article(NEWS, {"extraction": extraction})
    paragraphs = layer.text.split("\n\n")
    assert paragraphs[:2] == [
        "Harbour board denies plan to close fish market",
        "Two officials describe a draft plan. The board calls it “invented”.",
    ]
    assert [each for each in paragraphs if each in BODY] == BODY
    assert [each for each in AROUND if each in layer.text] == []
    assert (layer.annotator, layer.spans, layer.document) == (None, [], "news_page.html")


@pytest.mark.parametrize("extraction", ["article", "precise", "everything"])
def test_headline_and_dek_are_zones_at_their_place(extraction):
    layer, _ = article(NEWS, {"extraction": extraction})
    assert zones(layer) == {
        "headline": "Harbour board denies plan to close fish market",
        "dek": "Two officials describe a draft plan. The board calls it “invented”.",
    }


def test_metadata_comes_from_the_page():
    layer, _ = article(NEWS)
    meta = layer.meta
    assert (meta.title, meta.outlet) == ("Harbour board denies plan to close fish market", "The Port Courier")
    assert (meta.byline, meta.published) == ("Mira Okafor; Jon Halloran", "2026-10-14")
    assert meta.url == "https://portcourier.example/news/harbour-board-fish-market"
    assert layer.language == "en"


def test_what_was_dropped_is_said_with_examples():
    _, (note,) = article(NEWS)
    assert note.startswith("left out of the page: ")
    assert "“We use cookies and similar technologies" in note


def test_everything_is_all_that_a_reader_of_the_page_sees_with_warnings():
    layer, notes = article(NEWS, {"extraction": "everything"})
    for passage in [*BODY, "Subscribe for £1", "Related stories", "gulls4ever: Typical!"]:
        assert passage in layer.text.split("\n\n")
    assert "dataLayer" not in layer.text and "Manage preferences" not in layer.text
    assert [note.partition(":")[0] for note in notes] == [
        "the text seems to hold a cookie notice",
        "the text seems to hold links to other articles",
    ]


def test_a_page_laid_out_with_tables_in_an_old_encoding():
    layer, (note,) = article(DATA / "old_page_cp1252.html")
    head, byline, first, *_ = layer.text.split("\n\n")
    assert (head, byline) == ("Bürgermeister schweigt zu Gehältern", "Von Käthe Lindner")
    assert first.endswith("„Dazu sage ich nichts“, erklärte er auf Anfrage dieser Zeitung – und legte auf.")
    assert "4000 €" in layer.text
    assert (layer.language, layer.meta.byline, layer.meta.published) == ("de", "Käthe Lindner", "2026-03-02")
    assert "“Startseite”" in note


def test_the_headline_is_not_the_logo_and_a_promotion_that_slipped_in_is_pointed_out():
    layer, notes = article(DATA / "wire_page.html")
    assert zones(layer) == {
        "headline": "Ministry will not say who ordered the flights",
        "dek": "Pilots’ union and ministry contradict each other over three empty aircraft",
    }
    assert layer.text.count("Ministry will not say") == 1
    assert "Most read" not in layer.text
    assert layer.meta.outlet == "Northline"
    assert any("Read more The airfield that nobody wanted" in note for note in notes)


def test_a_page_without_h1_takes_its_headline_from_the_metadata(tmp_path):
    layer, _ = article(page(tmp_path, f"<article><p>{LONG}</p><p>{LONG}</p></article>", "<title>Board denies</title>"))
    assert layer.text.startswith("Board denies\n\nThe board said")
    assert zones(layer) == {"headline": "Board denies"}


def test_a_description_that_no_reader_sees_stays_out_of_the_text(tmp_path):
    head = '<meta name="description" content="All you need to know about the board.">'
    layer, _ = article(page(tmp_path, f"<article><h1>Board denies</h1><p>{LONG * 3}</p></article>", head))
    assert "need to know" not in layer.text
    assert "dek" not in zones(layer)


SAID = "„Größe“ – said Žižka, who paid 5 € for it. "


@pytest.mark.parametrize(
    ("declared", "written", "says"),
    [
        ("utf-8", "utf-8", None),
        (None, "utf-8", None),
        ("UTF-8", "utf-8-sig", "byte order mark"),
        ("windows-1252", "cp1252", None),
        ("ISO-8859-1", "cp1252", None),
        ("windows-1250", "cp1250", None),
        ("iso-8859-1", "utf-8", "but it is in UTF-8"),
        ("utf-8", "cp1252", "not UTF-8"),
        ("x-nonsense", "utf-8", None),
        ("utf-8", "utf-16", "UTF-16"),
        ("utf-7", "utf-8", None),
    ],
)
def test_a_page_is_decoded_as_it_declares_unless_it_is_something_else(tmp_path, declared, written, says):
    head = f'<meta charset="{declared}">' if declared else ""
    layer, notes = article(page(tmp_path, f"<article><h1>Head</h1><p>{SAID * 4}</p></article>", head, written))
    assert layer.text == f"Head\n\n{(SAID * 4).strip()}"
    about = [note for note in notes if "short" not in note]
    assert len(about) == (says is not None)
    assert says is None or says in about[0]


def test_an_encoding_of_escape_sequences_is_decoded_as_declared(tmp_path):
    said = "市長は火曜日、計画を否定した。関係者二人が匿名を条件に語った。" * 5
    layer, _ = article(
        page(tmp_path, f"<article><p>{said}</p></article>", '<meta charset="iso-2022-jp">', "iso-2022-jp")
    )
    assert said in layer.text


@pytest.mark.parametrize(
    "beginning",
    ["<!DOCTYPE html>", "<html>", "\n <HTML LANG=en>", "\ufeff<!doctype html>", "<!-- saved from x -->\n<html>",
     '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">'],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_page_is_known_by_how_it_begins(tmp_path, beginning, encoding):
    path = tmp_path / "page.txt"
    path.write_bytes(beginning.encode(encoding))
    found = recognise(path)
    assert found and found.name == "html"


@pytest.mark.parametrize("beginning", ["The <html> element", "<?xml version='1.0'?><xmi/>", "<header", "{", "<p>One"])
def test_other_text_is_no_page(tmp_path, beginning):
    path = tmp_path / "page.txt"
    path.write_text(beginning)
    found = recognise(path)
    assert found and found.name == "text"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<html></html>", "no article was found"),
        (b"<html><script>x</script></html>", "no article was found"),
        (b"<!-- only -->", "holds no text"),
        (bytes(range(256)) * 9, "its bytes fit no known encoding"),
        (b"<html><body>" + b"<div>" * 300 + b"<p>Denied.</p>", "nested too deeply"),
    ],
)
def test_a_page_without_an_article_says_what_to_do(tmp_path, data, says):
    path = tmp_path / "page.html"
    path.write_bytes(data)
    assert says in refused(path)
