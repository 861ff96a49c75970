"""Word documents: tracked changes as accepted, tables as lines, and what was left out is said."""

from datetime import datetime

import docx
import pytest
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml

from annotator.formats import recognise
from annotator.formats.isolation import Isolated
from tests.formats.articles import LONG, article, refused, zones


@pytest.fixture
def document():
    made = docx.Document()
    made.core_properties.author = ""
    made.core_properties.created = datetime(2026, 10, 14)
    return made


def add(document, inner, properties=""):
    """Add a paragraph of raw WordprocessingML."""
    xml = f"<w:p {nsdecls('w', 'r', 'wp')}><w:pPr>{properties}</w:pPr>{inner}</w:p>"
    document.element.body.insert(-1, parse_xml(xml))


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def change(tag, text, word="t"):
    return f'<w:{tag} w:id="1" w:author="Ed"><w:r><w:{word} xml:space="preserve">{text}</w:{word}></w:r></w:{tag}>'


def saved(document, tmp_path, name="copy.docx"):
    path = tmp_path / name
    document.save(str(path))
    return path


def text_and_notes(document, tmp_path):
    layer, notes = article(saved(document, tmp_path))
    return layer.text, [note for note in notes if not note.startswith("very short")]


def test_paragraphs_title_and_properties(document, tmp_path):
    document.add_paragraph("Board denies 😀", style="Title")
    document.add_paragraph("It calls the plan invented", style="Subtitle")
    document.add_paragraph("")
    document.add_paragraph(LONG)
    document.add_paragraph("A crosshead", style="Heading 1")
    document.add_paragraph("The\u00a0end.\twith a tab\nand a line break")
    document.core_properties.author = "Mira Okafor"
    layer, notes = article(saved(document, tmp_path))
    assert layer.text == (
        f"Board denies 😀\n\nIt calls the plan invented\n\n{LONG}\n\nA crosshead\n\nThe\u00a0end.\twith a tab\nand a line break"
    )
    assert zones(layer) == {"headline": "Board denies 😀", "dek": "It calls the plan invented"}
    assert (layer.meta.title, layer.meta.byline, layer.meta.published) == (
        "Board denies 😀",
        "Mira Okafor",
        "2026-10-14",
    )
    assert [note for note in notes if "short" not in note] == []


def test_the_title_of_the_properties_goes_before_the_headline(document, tmp_path):
    document.add_paragraph("Board denies", style="Heading 1")
    document.core_properties.title = "Fish market"
    layer, _ = article(saved(document, tmp_path))
    assert (layer.meta.title, zones(layer)) == ("Fish market", {"headline": "Board denies"})


def test_insertions_are_in_the_text_and_deletions_are_not(document, tmp_path):
    add(document, run("The board ") + change("del", "confirmed", "delText") + change("ins", "denied") + run(" it."))
    add(document, change("moveFrom", "Moved away.") + run("Rest."))
    add(document, change("moveTo", "Moved here."))
    assert text_and_notes(document, tmp_path) == (
        "The board denied it.\n\nRest.\n\nMoved here.",
        ["its tracked changes were taken as accepted: 2 insertions kept, 2 deletions left out"],
    )


def test_a_paragraph_whose_mark_was_deleted_goes_on_in_the_next(document, tmp_path):
    add(document, run("One "), '<w:rPr><w:del w:id="1" w:author="Ed"/></w:rPr>')
    add(document, run("sentence."))
    assert text_and_notes(document, tmp_path)[0] == "One sentence."


def test_a_deleted_row_of_a_table_is_left_out_and_the_others_are_lines(document, tmp_path):
    table = document.add_table(3, 2)
    for index, row in enumerate(table.rows):
        row.cells[0].text, row.cells[1].text = f"a{index}", f"b\n{index}"
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="Ed"/>'))
    nested = table.rows[2].cells[1].add_table(1, 2)
    nested.cell(0, 0).text, nested.cell(0, 1).text = "x", "y"
    document.add_paragraph("After.")
    assert text_and_notes(document, tmp_path)[0] == "a0\tb 0\na2\tb 2 x y\n\nAfter."


def test_merged_cells_stand_once(document, tmp_path):
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(0, 2).text = "narrow"
    assert text_and_notes(document, tmp_path)[0] == "wide\tnarrow"


def test_links_fields_and_content_controls_are_text(document, tmp_path):
    add(document, f'<w:hyperlink r:id="x">{run("a link")}</w:hyperlink><w:r><w:instrText> PAGE </w:instrText></w:r>'
        f'<w:smartTag>{run(" and ")}</w:smartTag><w:sdt><w:sdtContent>{run("a control")}</w:sdtContent></w:sdt>')  # fmt: skip
    block = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{run('A block.')}</w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(-1, parse_xml(block))
    assert text_and_notes(document, tmp_path)[0] == "a link and a control\n\nA block."


def test_what_stands_apart_is_left_out_and_said(document, tmp_path):
    document.sections[0].header.paragraphs[0].text = "The Port Courier"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    paragraph = document.add_paragraph("Denied.")
    document.add_comment(paragraph.runs, "Check this", "Ed")
    document.add_comment(paragraph.runs, "And this", "Ed")
    document.add_paragraph("A point.", style="List Bullet")
    add(document, run("Seen.") + run("hidden", "<w:vanish/>") + run(" Shown.", '<w:vanish w:val="0"/>'), "<w:numPr/>")
    add(
        document, "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    )
    text, notes = text_and_notes(document, tmp_path)
    assert text == "Denied.\n\nA point.\n\nSeen. Shown."
    assert notes == [
        "hidden text was left out",
        "text boxes were left out",
        "the numbers and bullets of lists were left out",
        "left out: 2 comments, 1 footer, 1 header",
    ]


def test_a_word_document_is_known_by_its_content(document, tmp_path):
    document.add_paragraph("Denied.")
    found = recognise(saved(document, tmp_path, "copy.bin"))
    assert found and found.name == "docx"


def test_it_is_read_in_a_process_of_its_own_as_here(document, tmp_path):
    document.add_paragraph(LONG * 4)
    path = saved(document, tmp_path)
    wanted = recognise(path)
    with Isolated() as readers:
        assert list(readers.read(wanted, path)) == list(wanted.read(path, {}))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (OLE + b"Word.Document.8", "the old Word format (.doc); open it in Word or LibreOffice and save it as .docx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"PK\x03\x04 and no more", "it is damaged or was cut short"),
        (b"plain text", "it is damaged or was cut short"),
    ],
)
def test_what_is_no_word_document_says_what_to_do(tmp_path, data, says):
    path = tmp_path / "copy.doc"
    path.write_bytes(data)
    assert says in refused(path, "docx")


def test_an_empty_document_is_a_problem(document, tmp_path):
    assert refused(saved(document, tmp_path)) == "holds no text"
