"""PDF: paragraphs from lines, broken words, page furniture, and what cannot be read says why."""

import pytest
from PySide6.QtGui import QPageSize, QPdfWriter, QTextDocument

from annotator.formats import recognise
from annotator.formats.isolation import Isolated
from annotator.formats.pdf import PAGES
from tests.formats.articles import LONG, article, refused, zones
from tests.formats.pdfs import encrypted, pdf, set_lines

INFO = "/Title(Board denies)/Author(Mira Okafor)/CreationDate(D:20261014063000+01'00')"


def write(tmp_path, pages, info=INFO):
    path = tmp_path / "copy.pdf"
    path.write_bytes(pages if isinstance(pages, bytes) else pdf(pages, info))
    return path


def text_and_notes(tmp_path, pages, **options):
    layer, notes = article(write(tmp_path, pages), options)
    return layer.text, [note for note in notes if not note.startswith("very short")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["One line that goes on", "and on (here) \\ there."], ["One line that goes on and on (here) \\ there."]),
        (["First ends here, as long as any.", "", "After a gap, as long as any."], ["First ends here, as long as any.", "After a gap, as long as any."]),
        (["First, which is as long as others.", "\tAfter an indent it goes on for", "some more lines."],
         ["First, which is as long as others.", "After an indent it goes on for some more lines."]),
        (["A paragraph that fills its lines and", "ends early.", "Another paragraph that fills its lines"],
         ["A paragraph that fills its lines and ends early.", "Another paragraph that fills its lines"]),
        (["“It’s €5 — no more,” he said", "of the “offer”."], ["“It’s €5 — no more,” he said of the “offer”."]),
    ],
)  # fmt: skip
def test_lines_become_paragraphs(tmp_path, lines, expected):
    assert text_and_notes(tmp_path, [set_lines(lines)]) == ("\n\n".join(expected), [])


def test_a_paragraph_goes_on_over_a_page_and_a_column_until_it_ends(tmp_path):
    left = set_lines(["It begins in the left column and", "does not end there but"])
    right = set_lines(["in the right one, where it goes on", "to the next"], left=330)
    after = set_lines(["page, and ends.", "", "Another."])
    assert text_and_notes(tmp_path, [left + right, after])[0] == (
        "It begins in the left column and does not end there but in the right one, where it goes on to the next page, and ends."
        "\n\nAnother."
    )


BROKEN = [
    "The board in-",
    "tends to see a well-known well-",
    "known man and Anglo-",
    "Saxon 20-",
    "year plans that other-",
    "wise end.",
]


@pytest.mark.parametrize(
    ("dehyphenate", "expected", "notes"),
    [
        ("yes", "The board intends to see a well-known well-known man and Anglo-Saxon 20-year plans that otherwise end.",
         ["2 words broken at the end of a line joined, such as “intends”, “otherwise”"]),
        ("no", "The board in-tends to see a well-known well-known man and Anglo-Saxon 20-year plans that other-wise end.", []),
    ],
)  # fmt: skip
def test_a_broken_word_is_joined_unless_its_hyphen_is_its_own(tmp_path, dehyphenate, expected, notes):
    assert text_and_notes(tmp_path, [set_lines(BROKEN)], dehyphenate=dehyphenate) == (expected, notes)


BODIES = ("The board denied it.", "Nobody had told the traders.", "The hotel would not comment.")


def furnished(number, body):
    lines = set_lines([body, "And then, said everybody who was asked,", f"{body} Again."])
    return [(72, 810, "The Port Courier", 9), *lines, (280, 30, f"Page {number} of 3", 9), (72, 30, "Confidential", 9)]


PAGES_WITH_FURNITURE = [furnished(number, body) for number, body in enumerate(BODIES, 1)]


def test_running_headers_footers_and_page_numbers_are_left_out_and_said(tmp_path):
    text, (note,) = text_and_notes(tmp_path, PAGES_WITH_FURNITURE)
    assert text == "\n\n".join(f"{each}\n\nAnd then, said everybody who was asked, {each} Again." for each in BODIES)
    assert note.startswith("left out as page headers, footers and numbers: ")
    assert "“Confidential" in note


def test_furniture_can_be_kept(tmp_path):
    text, notes = text_and_notes(tmp_path, PAGES_WITH_FURNITURE, furniture="keep")
    assert text.count("The Port Courier") == text.count("Confidential") == 3
    assert notes == []


def test_a_year_that_ends_a_page_is_no_page_number_and_one_page_has_no_furniture(tmp_path):
    lines = ["The plan was first made in the year", "2024."]
    assert text_and_notes(tmp_path, [set_lines(lines)]) == (" ".join(lines), [])
    page = [(72, 810, "The Port Courier", 11), *set_lines(lines)]
    assert text_and_notes(tmp_path, [page])[0].startswith("The Port Courier\n\n")


def test_a_large_first_line_is_the_headline_and_metadata_is_the_file_s(tmp_path):
    page = [(72, 760, "Board denies it", 24), *set_lines([LONG[:60], LONG[60:].strip()] * 3)]
    layer, _ = article(write(tmp_path, [page]))
    assert zones(layer) == {"headline": "Board denies it"}
    assert (layer.meta.title, layer.meta.byline, layer.meta.published) == ("Board denies", "Mira Okafor", "2026-10-14")
    layer, _ = article(write(tmp_path, [page], "/Title(Microsoft Word - draft 3.docx)/CreationDate(yesterday)"))
    assert (layer.meta.title, layer.meta.byline, layer.meta.published) == ("Board denies it", None, None)


def test_text_beside_the_page_is_not_read(tmp_path):
    beside = [(72, 860, "Above.", 11), (72, -30, "Below.", 11), (700, 400, "Right.", 11), (-90, 400, "Left.", 11)]
    assert text_and_notes(tmp_path, [[*set_lines(["Denied."]), *beside]])[0] == "Denied."


def test_justified_lines_that_the_library_runs_together_are_told_apart(tmp_path, qapp):
    """It ends no line where the next begins low and in the middle of a sentence; a paragraph's gap is still seen."""
    paragraphs = [f"{LONG}It {verb} that {LONG}".strip() for verb in ("said", "denied", "repeated")]
    document = QTextDocument()
    document.setHtml("".join(f"<p align=justify>{each}</p>" for each in paragraphs))
    printer = QPdfWriter(str(tmp_path / "copy.pdf"))
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    document.print_(printer)
    del printer
    layer, _ = article(tmp_path / "copy.pdf")
    assert layer.text == "\n\n".join(paragraphs)


def test_a_page_without_text_among_others_is_said(tmp_path):
    text, notes = text_and_notes(tmp_path, [set_lines([LONG]), [], set_lines([LONG])])
    assert text == f"{LONG.strip()}\n\n{LONG.strip()}"
    assert notes == ["pages without text, pictures perhaps: 2"]


def test_it_is_known_by_its_content_and_read_in_a_process_of_its_own_as_here(tmp_path):
    path = write(tmp_path, [set_lines([LONG] * 5)]).rename(tmp_path / "copy.bin")
    wanted = recognise(path)
    assert wanted and wanted.name == "pdf"
    with Isolated() as readers:
        assert list(readers.read(wanted, path)) == list(wanted.read(path, {}))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (pdf([[], []]), "it holds no text: its pages are pictures, a scan perhaps; run text recognition over it first"),
        (pdf([[]] * (PAGES + 1)), f"it has {PAGES + 1} pages, the most is {PAGES}"),
        (pdf([[]] * 10_000), "it has 10000 pages"),
        (encrypted(), "it is protected by a password; save it without one"),
        (b"%PDF-1.7 and nothing", "it is damaged, or no PDF"),
        (pdf([]), "it is damaged"),
    ],
    ids=["scan", "long", "10,000 pages", "encrypted", "damaged", "no pages"],
)
def test_what_cannot_be_read_says_why_and_what_to_do(tmp_path, data, says):
    assert says in refused(write(tmp_path, data))
