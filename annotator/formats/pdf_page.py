"""Annotated articles as a PDF to print and to send: what the HTML page shows, on paper.

It is not read back as annotations: the letters that were set are counted, and looked for in the file.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import IO, Any, BinaryIO

import msgspec
from msgspec import structs

from annotator.formats import page, typesetting
from annotator.formats.page import Item, Look, Looks, Paragraph
from annotator.formats.typesetting import EDGE, INK, LEFT, QUIET, RIGHT, Sheets
from annotator.records import Format, LayerRecord, Loss

_SIZE, _LEADING = 11.5, 22.5  # of the articles
_DEEPEST = 7  # lanes that there is room for; what lies deeper shares the last
_ROOM = 2  # lanes beside the first that there is room for between lines as they are
_LANE, _BAR = 2.6, 1.2
_CHIP = 6.5
_DASHES = {"dash": [5.0, 2.5], "dot": [1.2, 1.6]}
_INDENT = LEFT + 38
_MISSED, _FEW = 0.01, 5  # of the letters, that a reader of PDFs may take for others

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(LayerRecord).decode


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write the pages. Contents and legend come first, so the records wait on disk until those are known."""
    from tempfile import TemporaryFile

    looks = Looks()
    with TemporaryFile() as spool:
        entries = _entries(layers, looks, spool)
        spool.seek(0)
        sheets = Sheets(out)
        several = len(entries) != 1
        title = page.many(len(entries), "annotated article") if several else entries[0][0]
        sheets.canvas.setTitle(title)
        sheets.canvas.setProducer("Source Annotator")
        sheets.canvas.setCreator("Source Annotator")
        sheets.canvas.setAuthor("")
        if several:
            _contents(sheets, title, entries, looks)
        else:
            _legend(sheets, looks)
        for number, (_, group) in enumerate(groupby(map(_decode, spool), key=_document), 1):
            if several:
                sheets.new_page()
            _article(sheets, number, group, looks)
    sheets.finish()


def _document(layer: LayerRecord) -> tuple[str, str | None]:
    return layer.text, layer.document


def _entries(layers: Iterable[LayerRecord], looks: Looks, spool: IO[bytes]) -> list[tuple[str, str]]:
    """Put the records aside, and return the title and the facts that the contents say of each article."""
    entries = []
    for _, group in groupby(layers, key=_document):
        facts: list[str] = []
        title = ""
        for layer in group:
            spool.write(_encode(layer) + b"\n")
            if not facts:
                title, facts = page.title(layer), page.facts(layer)
            facts.append(page.tally(layer, page.items(layer, looks)))
        entries.append((title, " · ".join(facts)))
    return entries


def _contents(sheets: Sheets, title: str, entries: list[tuple[str, str]], looks: Looks) -> None:
    sheets.paragraph(title, "SerifBold", 20, leading=26)
    sheets.y -= 14
    _legend(sheets, looks)
    sheets.y -= 10
    for number, (name, facts) in enumerate(entries, 1):
        sheets.need(32)
        sheets.y -= 15
        sheets.set(f"{number}", LEFT, sheets.y, "Sans", 9, QUIET)
        sheets.set(typesetting.fitted(name, "Serif", 11, 330), LEFT + 26, sheets.y, "Serif", 11)
        sheets.canvas.saveState()
        sheets.canvas.translate(RIGHT, sheets.y)
        sheets.canvas.doForm(f"page-{number}")  # defined when the article is set
        sheets.canvas.restoreState()
        sheets.canvas.linkRect(
            "", f"d{number}", (LEFT, sheets.y - 4, RIGHT, sheets.y + 11), relative=0, Border="[0 0 0]"
        )
        sheets.y -= 12
        sheets.set(typesetting.fitted(facts, "Sans", 8, RIGHT - LEFT - 26), LEFT + 26, sheets.y, "Sans", 8, QUIET)
        sheets.y -= 5


def _legend(sheets: Sheets, looks: Looks) -> None:
    sheets.y -= 12
    x = LEFT
    for look, count in looks.legend():
        said = typesetting.fitted(f"{look.title}  {count:,}", "Sans", 8, 200)
        width = 44 + typesetting.measure(said, "Sans", 8)
        if x + width > RIGHT and x > LEFT:
            x, sheets.y = LEFT, sheets.y - 15
        end = _chip(sheets, x, sheets.y - 1, look, look.letter, "")
        _bar(sheets, end + 5, end + 23, sheets.y + 2, look)
        sheets.set(said, end + 28, sheets.y, "Sans", 8, QUIET)
        x += width + 12
    sheets.y -= 8


def _article(sheets: Sheets, number: int, layers: Iterable[LayerRecord], looks: Looks) -> None:
    """Set an article: its head, and each layer with its list."""
    for position, layer in enumerate(layers, 1):
        if position == 1:
            sheets.foot = page.title(layer)
            _head(sheets, number, layer)
        name = f"{number}-{position}"
        found = page.items(layer, Looks())
        found = [structs.replace(item, look=looks.of(_key(item))) for item in found]
        count = [page.many(len(found), "annotation")] if found or layer.status else []
        sheets.need(90)
        sheets.y -= 24
        x = sheets.set(page.whose(layer), LEFT, sheets.y, "SansBold", 9)
        said = "".join(f"  ·  {each}" for each in [*count, *page.state(layer)])
        sheets.set(typesetting.fitted(said, "Sans", 9, RIGHT - x), x, sheets.y, "Sans", 9, QUIET)
        sheets.y -= 6
        placed: set[int] = set()
        for paragraph in page.paragraphs(layer, found):
            _paragraph(sheets, name, layer.text, paragraph, placed)
        _list(sheets, name, layer, found, placed)


def _key(item: Item) -> str:
    return getattr(item.record, "label", "")


def _head(sheets: Sheets, number: int, layer: LayerRecord) -> None:
    sheets.canvas.bookmarkPage(f"d{number}")
    sheets.canvas.addOutlineEntry(page.title(layer), f"d{number}", level=0)
    sheets.define_number(f"page-{number}")
    sheets.paragraph(page.title(layer), "SerifBold", 20, leading=26)
    if said := " · ".join([*page.facts(layer), *([layer.meta.url] if layer.meta.url else [])]):
        sheets.y -= 3
        sheets.paragraph(said, "Sans", 8.5, leading=12, colour=QUIET)


def _paragraph(sheets: Sheets, name: str, text: str, paragraph: Paragraph, placed: set[int]) -> None:
    """Set a line of the text over the lines of the page, with its bands, bars and chips."""
    start, end = paragraph.start, paragraph.end
    passage = text[start:end]
    face = typesetting.face("SerifBold" if paragraph.zone == "headline" else "Serif")
    glyphs = [face.glyph(char) for char in passage]
    if paragraph.is_after_blank and sheets.y < typesetting.TOP:
        sheets.y -= 7
    deepest = max((item.lane for run in paragraph.runs for item in run.items), default=0)
    leading = _LEADING + _LANE * max(0, min(deepest, _DEEPEST - 1) - _ROOM)
    runs = iter(paragraph.runs)
    run = next(runs)
    for first, last in typesetting.lines(glyphs, passage, _SIZE, RIGHT - LEFT):
        sheets.need(leading)
        sheets.y -= leading
        x = LEFT
        extents: dict[int, tuple[Item, float, float]] = {}
        stop = first + len(passage[first:last].rstrip())
        at = first
        while at < stop:
            while run.end - start <= at:
                run = next(runs)
            until = min(run.end - start, stop)
            right = x + _SIZE * sum(glyph.width for glyph in glyphs[at:until])
            if run.items:
                band = typesetting.band(run.items[0].look.colour)
                sheets.rectangle(x, sheets.y - 3, right - x, _SIZE + 1.5, band)
            for item in run.items:
                left = extents[item.number][1] if item.number in extents else x
                extents[item.number] = (item, left, right)
            x, at = right, until
        sheets.set_glyphs(glyphs[first:stop], LEFT, sheets.y, _SIZE)
        _marks(sheets, name, extents.values(), placed)


def _marks(sheets: Sheets, name: str, extents: Iterable[tuple[Item, float, float]], placed: set[int]) -> None:
    """Draw the bars of a line, and the chips of annotations that begin on it."""
    found = list(extents)
    for item, left, right in found:
        _bar(sheets, left, right, sheets.y - 4.6 - _LANE * min(item.lane, _DEEPEST - 1), item.look)
    free = LEFT
    for item, left, _ in sorted(found, key=lambda each: (each[1], each[0].number)):
        if item.number in placed:
            continue
        placed.add(item.number)
        x = max(left, free)
        free = _chip(sheets, x, sheets.y - 11.4, item.look, item.chip, str(item.number)) + 1
        where = (x, sheets.y - 11.4, free, sheets.y - 3)
        sheets.canvas.linkRect("", f"a{name}-{item.number}", where, relative=0, Border="[0 0 0]")
        sheets.canvas.bookmarkPage(f"t{name}-{item.number}", fit="XYZ", left=0, top=sheets.y + 60)


def _bar(sheets: Sheets, left: float, right: float, y: float, look: Look) -> None:
    """Draw the bar of a label with its pattern, `y` in its middle."""
    from reportlab.lib.colors import HexColor

    if look.pattern == "double":
        for offset in (-0.75, 0.75):
            sheets.rectangle(left, y + offset - 0.35, right - left, 0.7, look.colour)
        return
    canvas = sheets.canvas
    canvas.saveState()
    canvas.setStrokeColor(HexColor(look.colour))
    canvas.setLineWidth(_BAR)
    if look.pattern in _DASHES:
        canvas.setDash(_DASHES[look.pattern])
    canvas.line(left, y, right, y)
    canvas.restoreState()


def _chip(sheets: Sheets, x: float, y: float, look: Look, letter: str, number: str) -> float:
    """Draw the chip of a label, and return where it ends."""
    width = typesetting.measure(letter, "SansBold", _CHIP) + 5
    width += typesetting.measure(number, "Sans", _CHIP - 1) + 1.5 if number else 0
    sheets.rectangle(x, y, width, 8.2, look.colour, radius=1.5)
    end = sheets.set(letter, x + 2.5, y + 1.8, "SansBold", _CHIP, "#ffffff")
    sheets.set(number, end + 1.2, y + 1.8, "Sans", _CHIP - 1, "#ffffff")
    return x + width


def _list(sheets: Sheets, name: str, layer: LayerRecord, found: list[Item], placed: set[int]) -> None:
    numbers = page.numbers(found)
    sheets.y -= 16
    for item in found:
        sheets.need(44)
        sheets.rectangle(LEFT, sheets.y, RIGHT - LEFT, 0.5, EDGE)
        sheets.y -= 4
        sheets.canvas.bookmarkPage(f"a{name}-{item.number}", fit="XYZ", left=0, top=sheets.y + 30)
        end = _chip(sheets, LEFT, sheets.y - 11.5, item.look, item.chip, str(item.number))
        if item.number in placed:
            where = (LEFT, sheets.y - 11.5, end, sheets.y - 3)
            sheets.canvas.linkRect("", f"t{name}-{item.number}", where, relative=0, Border="[0 0 0]")
        quoted = page.excerpt(layer.text, item) or "white space"
        sheets.paragraph(quoted, "Serif", 10, leading=13.5, left=_INDENT)
        details = page.details(layer, item, numbers)
        notes = [value for term, value in details if term == "Note"]
        facts = [f"{term}: {value}" if term else value for term, value in details if term != "Note"]
        sheets.y -= 1
        sheets.paragraph(" · ".join([item.look.title, *facts]), "Sans", 8, leading=11.5, left=_INDENT, colour=QUIET)
        for note in notes:
            sheets.paragraph(note, "Sans", 8, leading=11.5, left=_INDENT, colour=INK)
        sheets.y -= 7


def losses(layer: LayerRecord) -> Iterator[Loss]:
    """Yield what the pages do not show of a layer."""
    name = layer.annotator.name if layer.annotator else None
    shown = [layer.text, page.title(layer), *page.facts(layer)]
    said: list[str] = []
    if count := typesetting.missing("".join(shown)):
        said.append(f"characters that its fonts do not have, shown as {typesetting.MISSING}: {count}")
    if layer.guideline:
        said.append("which guideline it follows")
    if layer.meta_json != "{}" or layer.language:
        said.append("metadata beyond title, outlet, byline, URL and date")
    for what in said:
        yield Loss(document=layer.document, annotator=name, what=what)


def check(file: BinaryIO) -> None:
    """Refuse a PDF that does not hold the letters that were set in it; a reader of PDFs may miss some.

    Raises:
        RuntimeError: it cannot be opened, or too many are missing.

    """
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(file.read())) as document:
            expected = int(document.get_metadata_dict()["Subject"].partition(" ")[0])
            found = sum(_letters(document[number]) for number in range(len(document)))
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise RuntimeError(f"an export as pdf-page cannot be read ({error})") from error
    if abs(found - expected) > max(_FEW, expected * _MISSED):
        raise RuntimeError(f"an export as pdf-page holds {found} letters and not {expected}")


def _letters(sheet: Any) -> int:
    with closing(sheet), closing(sheet.get_textpage()) as text:
        return typesetting.letters(text.get_text_bounded())


FORMAT = Format(
    name="pdf-page",
    title="Annotated article (PDF)",
    suffixes=(".pdf",),
    write=write,
    check=check,
    carries=frozenset({"overlap", "empty", "annotators", "states", "attributes", "relations", "negatives", "metadata"}),
    losses=losses,
    extra="pdf",
    needs=("reportlab",),
)
