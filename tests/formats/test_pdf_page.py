"""The pages that are printed and sent. Oracle: pdfium reads what we set."""

import io
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats import jsonl, pdf_page, typesetting
from annotator.losses import losses
from annotator.records import AnnotatorRecord, LayerRecord, Meta, NegativeRecord, RelationRecord, SpanRecord, UserError
from annotator.writing import write_checked
from tests.formats.layers import layers

TEXT = "Sources close to the mayor said she denied it.\r\n\r\n“No comment,” he said."


def span(words, label="denial", text=TEXT, **more):
    start = text.index(words)
    return SpanRecord(start=start, end=start + len(words), label=label, text=words, **more)


def layer(*spans, text=TEXT, **more):
    return LayerRecord(schema_name="source-annotator/1", text=text, spans=list(spans), **more)


def written(*found):
    out = io.BytesIO()
    pdf_page.write(found, out)
    return out.getvalue()


def pages(data):
    document = pypdfium2.PdfDocument(data)
    found = []
    for number in range(len(document)):
        sheet = document[number]
        text = sheet.get_textpage()
        found.append(" ".join(text.get_text_bounded().split()))
        text.close()
        sheet.close()
    document.close()
    return found


def test_the_pages_show_the_text_the_annotations_and_what_is_known_of_them():
    given_ = layer(
        span("Sources close to the mayor", "anonymous-source", id="a", identity="unnamed", source="An aide", unsure=True, runner_up="on-record"),
        span("denied", id="b", note="A flat one."),
        meta=Meta(title="A title", outlet="The Echo", byline="B", published="2026-11-01", url="https://e.example/1"),
        annotator=AnnotatorRecord(name="Ana"), status="finished", negatives=[NegativeRecord(start=48, end=53, kind="look-alike")],
        relations=[RelationRecord(type="answers", source="b", target="a")],
    )  # fmt: skip
    (shown,) = pages(written(given_))
    for said in ("Sources close to the mayor said she denied it.", "“No comment,” he said.", "The Echo · B · 2026-11-01 · https://e.example/1",
                 "Ana · 3 annotations · finished", "Anonymous source · Identity: unnamed · Source: An aide · Unsure: nearly on-record",
                 "Denial · Relation: answers 1 A flat one.", "No label belongs here · look-alike"):  # fmt: skip
        assert said in shown
    assert shown.startswith("A Anonymous source 1 D Denial 1")


def test_several_articles_have_contents_with_the_page_of_each():
    long = "One sentence of many words. " * 400
    found = [
        layer(text=f"{number} {long}", document=str(number), meta=Meta(title=f"Title {number}")) for number in (1, 2, 3)
    ]
    contents, *others = pages(written(*found))
    begin = [2 + next(at for at, shown in enumerate(others) if f"Title {number}" in shown) for number in (1, 2, 3)]
    for number, at in zip((1, 2, 3), begin, strict=True):
        assert f"{number} Title {number}{at} Not annotated" in contents
    assert len(others) > 3


def test_the_seed_is_shown_whole(seed):
    given_ = [each.found for each in jsonl.read(seed / "seed.jsonl")]
    shown = "".join(" ".join(pages(written(*given_))).split())
    for each in given_:
        for line in each.text.split("\n"):
            assert "".join(line.split())[:40] in shown
        assert all("".join(span.note.split())[:30] in shown for span in each.spans if span.note)


def test_the_same_layers_give_the_same_bytes():
    given_ = [layer(span("denied", "x"), span("said", "y")), layer(text="Other", document="b")]
    assert written(*given_) == written(*given_)


def test_characters_that_no_font_has_are_shown_as_boxes_and_named_as_lost():
    given_ = layer(text="市長 said 🚒 שלום. Ещё, é\u200b\ufe0f!")
    assert [each.what for each in losses(pdf_page.FORMAT, given_) if "fonts" in each.what] == [
        "characters that its fonts do not have, shown as □: 7"
    ]
    assert "□□ said □ □□□□. Ещё, é!" in pages(written(given_))[0]


def test_a_text_that_its_fonts_have_loses_no_character():
    assert not [each for each in losses(pdf_page.FORMAT, layer()) if "fonts" in each.what]


@given(st.lists(layers(), min_size=1, max_size=3, unique_by=lambda each: each.text))
@settings(max_examples=25)
def test_any_layers_make_a_file_that_passes_its_check(tmp_path_factory, found):
    path = tmp_path_factory.mktemp("pages") / "page.pdf"
    write_checked(path, pdf_page.FORMAT, found)
    assert path.stat().st_size


@pytest.mark.parametrize(
    "text", ["x" * 5000, "a" + "\u0301" * 300, "\t" * 50 + "x", "- " * 3000, "\x01\x02 a", "ﬁ" * 50, "l" * 300]
)
def test_text_that_is_hard_to_set_is_set(text, tmp_path):
    path = tmp_path / "page.pdf"
    write_checked(
        path, pdf_page.FORMAT, [layer(SpanRecord(start=0, end=len(text), label=text), text=text, meta=Meta(title=text))]
    )
    assert path.stat().st_size


@pytest.mark.parametrize("damage", [lambda data: data[:-900], lambda data: b"", lambda data: data.replace(b"letters)", b"etters) ").replace(b"/Subject (", b"/Subject (9")])  # fmt: skip
def test_a_file_that_does_not_hold_what_was_set_is_refused(damage, tmp_path):
    path = tmp_path / "page.pdf"
    path.write_bytes(damage(written(layer(span("denied")))))
    with pytest.raises(RuntimeError, match="pdf-page"):
        pdf_page.check(io.BytesIO(path.read_bytes()))


def test_every_character_that_the_fonts_have_passes_the_check(tmp_path):
    codes = sorted({code for name in ("Serif", "Sans") for code in typesetting.codes(name)})
    path = tmp_path / "page.pdf"
    write_checked(path, pdf_page.FORMAT, [layer(text=" ".join(chr(code) for code in codes if code >= 32))])
    assert len(codes) > 2500


def test_lines_end_at_spaces_and_hyphens_and_none_is_too_wide():
    text = "Well-kept words go over several lines, and averyverylongwordthatfitsonnoline is cut."
    face = typesetting.face("Serif")
    glyphs = [face.glyph(char) for char in text]
    found = typesetting.lines(glyphs, text, 10, 100)
    assert "".join(text[start:end] for start, end in found) == text
    assert all(typesetting.measure(text[start:end].rstrip(), "Serif", 10) <= 100 for start, end in found)
    assert [text[start:end] for start, end in found][:2] == ["Well-kept words go ", "over several lines, "]


def test_a_folder_without_room_is_told(tmp_path):
    with pytest.raises((OSError, UserError)):
        write_checked(Path(tmp_path / "missing" / "page.pdf"), pdf_page.FORMAT, [layer()])
