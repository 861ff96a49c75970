"""OpenDocument texts: tracked changes as accepted, tables as lines, and what was left out is said."""

from datetime import datetime

import odfdo
import pytest

from annotator.formats import recognise
from annotator.formats.isolation import Isolated
from tests.formats.articles import LONG, article, refused, zones


@pytest.fixture
def document():
    made = odfdo.Document("text")
    made.body.clear()
    made.meta.creation_date = datetime(2026, 10, 14)
    return made


def saved(document, tmp_path, name="copy.odt"):
    path = tmp_path / name
    document.save(path)
    return path


def add(document, xml):
    document.body.append(odfdo.Element.from_tag(xml))


def text_and_notes(document, tmp_path):
    layer, notes = article(saved(document, tmp_path))
    return layer.text, [note for note in notes if not note.startswith("very short")]


def test_paragraphs_headings_and_metadata(document, tmp_path):
    document.meta.initial_creator = "Mira Okafor"
    document.body.append(odfdo.Header(1, "Board denies 😀"))
    document.body.append(odfdo.Paragraph("It calls the plan invented", style="Subtitle"))
    document.body.append(odfdo.Paragraph(""))
    document.body.append(odfdo.Paragraph("Two  spaces,\ta tab\nand a line break."))
    document.body.append(odfdo.Header(1, "A crosshead"))
    layer, notes = article(saved(document, tmp_path))
    assert layer.text == (
        "Board denies 😀\n\nIt calls the plan invented\n\nTwo  spaces,\ta tab\nand a line break.\n\nA crosshead"
    )
    assert zones(layer) == {"headline": "Board denies 😀", "dek": "It calls the plan invented"}
    assert (layer.meta.title, layer.meta.byline, layer.meta.published) == (
        "Board denies 😀",
        "Mira Okafor",
        "2026-10-14",
    )
    assert [note for note in notes if "short" not in note] == []


def test_a_style_that_goes_back_to_the_title_s_is_one(document, tmp_path):
    automatic = document.content.root.get_element("//office:automatic-styles")
    automatic.append(
        odfdo.Element.from_tag(
            '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
        )
    )
    document.body.append(odfdo.Paragraph("Board denies", style="P1"))
    document.body.append(odfdo.Paragraph("Text."))
    layer, _ = article(saved(document, tmp_path))
    assert zones(layer) == {"headline": "Board denies"}


def test_insertions_are_in_the_text_and_deletions_are_not(document, tmp_path):
    add(document, """<text:tracked-changes>
        <text:changed-region text:id="c1"><text:deletion><text:p>confirmed</text:p></text:deletion></text:changed-region>
        <text:changed-region text:id="c2"><text:insertion/></text:changed-region></text:tracked-changes>""")  # fmt: skip
    add(document, '<text:p>The board <text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>denied'
                  '<text:change-end text:change-id="c2"/> it.</text:p>')  # fmt: skip
    assert text_and_notes(document, tmp_path) == (
        "The board denied it.",
        ["its tracked changes were taken as accepted: 1 insertion kept, 1 deletion left out"],
    )


def test_tables_are_lines_and_lists_are_paragraphs(document, tmp_path):
    add(document, """<table:table><table:table-row><table:table-cell><text:p>a</text:p><text:p>b</text:p></table:table-cell>
        <table:table-cell><text:p>c</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1048576"><table:table-cell><text:p>d</text:p></table:table-cell></table:table-row>
        </table:table>""")  # fmt: skip
    document.body.append(odfdo.List(["one", "two"]))
    add(document, "<text:section><text:p>In a section.</text:p></text:section>")
    assert text_and_notes(document, tmp_path) == (
        "a b\tc\nd\n\none\n\ntwo\n\nIn a section.",
        ["the numbers and bullets of lists were left out"],
    )


def test_what_stands_apart_is_left_out_and_said(document, tmp_path):
    paragraph = odfdo.Paragraph("Denied twice.")
    paragraph.insert_note(after="Denied", note_id="n1", citation="1", body="a footnote")
    paragraph.insert_annotation(after="twice", body="check", creator="Ed")
    document.body.append(paragraph)
    automatic = document.content.root.get_element("//office:automatic-styles")
    hidden = (
        '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    automatic.append(odfdo.Element.from_tag(hidden))
    add(
        document,
        '<text:p>Seen <text:span text:style-name="T1">unseen </text:span><text:span>shown</text:span>.</text:p>',
    )
    add(
        document,
        "<text:p>With<draw:frame><draw:text-box><text:p>In a box</text:p></draw:text-box></draw:frame> a box.</text:p>",
    )
    page = document.styles.root.get_element("//style:master-page")
    page.append(odfdo.Element.from_tag("<style:footer><text:p>Page 1</text:p></style:footer>"))
    assert text_and_notes(document, tmp_path) == (
        "Denied twice.\n\nSeen shown.\n\nWith a box.",
        ["hidden text was left out", "left out: 1 comment, 1 footer, 1 frame, 1 note"],
    )


def test_a_million_spaces_are_not_believed(document, tmp_path):
    add(document, '<text:p>a<text:s text:c="1000000000"/>b<text:s text:c="x"/>c</text:p>')
    assert text_and_notes(document, tmp_path)[0] == f"a{' ' * 100}b c"


def test_it_is_known_by_its_content_and_read_in_a_process_of_its_own_as_here(document, tmp_path):
    document.body.append(odfdo.Paragraph(LONG * 4))
    path = saved(document, tmp_path, "copy.bin")
    wanted = recognise(path)
    assert wanted and wanted.name == "odt"
    with Isolated() as readers:
        assert list(readers.read(wanted, path)) == list(wanted.read(path, {}))


def test_another_kind_of_document_and_an_encrypted_one_say_what_they_are(document, tmp_path):
    path = tmp_path / "sheet.odt"
    odfdo.Document("spreadsheet").save(path)
    assert "another kind of OpenDocument" in refused(path, "odt")
    document.container.set_part("content.xml", bytes(range(200, 256)) * 20)
    document.container.save(tmp_path / "secret.odt")
    assert "protected by a password" in refused(tmp_path / "secret.odt", "odt")


def test_an_empty_document_is_a_problem(document, tmp_path):
    assert refused(saved(document, tmp_path)) == "holds no text"
