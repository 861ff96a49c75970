"""Word documents: the text with tracked changes as accepted, without what stands around it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotator.formats import archive
from annotator.formats.extraction import Article, Paragraph, Unreadable, article_reader, headed, many
from annotator.records import Format, Meta, Options

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ZONES = {"title": "headline", "heading 1": "headline", "subtitle": "dek"}
_PLAIN = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "\u00ad",
}
_DELETED = (f"{_W}del", f"{_W}moveFrom")
# A drawing holds text boxes, and often the same ones again for older programs.
_APART = (f"{_W}drawing", f"{_W}pict", f"{_W}object")
_BESIDE = ("header", "footer", "footnotes", "endnotes", "comments")


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell a Word document by the names of what is in the archive."""
    return beginning.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in beginning and b"word/" in beginning


def extract(path: Path, _options: Options) -> Article:
    """Return the text of a document; its title, author and day of creation are in its properties."""
    document = _opened(path)
    body = document.element.body
    names = {style.style_id: (style.name or "").casefold() for style in document.styles}
    styles = {style: _ZONES[name] for style, name in names.items() if name in _ZONES}
    properties = document.core_properties
    created = properties.created
    meta = Meta(
        title=properties.title or None,
        byline=properties.author or None,
        published=created.date().isoformat() if created else None,
    )
    notes = [*_about_changes(body), *_about_parts(document)]
    blocks = (Paragraph("".join(block), styles.get(block.style)) for block in _blocks(body))
    return Article(paragraphs=list(headed(blocks)), meta=meta, notes=notes)


def _opened(path: Path) -> Any:
    """Open a document with its guards."""
    with path.open("rb") as file:
        beginning = file.read(8)
    if archive.is_old_office(beginning):
        if archive.is_encrypted_office(path.read_bytes()):
            raise Unreadable("it is protected by a password; save it without one")
        raise Unreadable("it is in the old Word format (.doc); open it in Word or LibreOffice and save it as .docx")
    if "word/document.xml" not in archive.guard(path):
        raise Unreadable("it is not a Word document; save it as .docx")
    import docx

    try:
        return docx.Document(str(path))
    except ValueError as error:  # a template, or one with macros
        raise Unreadable("it is not a plain Word document; save it as .docx") from error


class _Block(list[str]):
    """The pieces of a paragraph or of a table, with the style of the paragraph."""

    style = ""


def _blocks(parent: Any) -> Iterator[_Block]:
    """Yield the paragraphs of a body; a paragraph whose mark is deleted goes on in the next one."""
    block = _Block()
    for element in _flat(parent):
        if element.tag == f"{_W}tbl":
            table = _Block(_rows(element))
            yield from (block, table)
            block = _Block()
            continue
        block.style = _style(element)  # that of the last, as in Word
        block.extend(_pieces(element))
        if all(element.find(f"{_W}pPr/{_W}rPr/{tag}") is None for tag in _DELETED):
            yield block
            block = _Block()
    yield block


def _flat(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those within content controls and the like."""
    for element in parent.iterchildren():
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif isinstance(element.tag, str) and element.tag not in _DELETED and not _is_fallback(element):
            yield from _flat(element)


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else style.get(f"{_W}val", "")


def _pieces(element: Any) -> Iterator[str]:
    """Yield the text within an element in order, but for what is deleted, hidden or stands apart."""
    for child in element.iterchildren():
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _PLAIN:
            yield _PLAIN[child.tag]
        elif child.tag in _DELETED or child.tag in _APART or _is_fallback(child) or _is_hidden(child):
            continue
        elif child.tag != f"{_W}pPr":
            yield from _pieces(child)


def _is_fallback(element: Any) -> bool:
    return isinstance(element.tag, str) and element.tag.endswith("}Fallback")


def _is_hidden(element: Any) -> bool:
    """Whether a run is not shown at all."""
    vanish = element.find(f"{_W}rPr/{_W}vanish") if element.tag == f"{_W}r" else None
    return vanish is not None and vanish.get(f"{_W}val", "1") not in ("0", "false", "off")


def _rows(table: Any) -> Iterator[str]:
    """Yield a table, a line a row, its cells set apart by tabs."""
    lines = []
    for row in table.iterchildren(f"{_W}tr"):
        if row.find(f"{_W}trPr/{_W}del") is None:
            cells = [each for each in row.iter(f"{_W}tc") if next(each.iterancestors(f"{_W}tr")) is row]
            lines.append("\t".join(" ".join(" ".join(map("".join, _blocks(cell))).split()) for cell in cells))
    yield "\n".join(line for line in lines if line.strip())


def _about_changes(body: Any) -> list[str]:
    notes = []
    inserted = sum(1 for each in body.iter(f"{_W}ins", f"{_W}moveTo") if each.find(f".//{_W}t") is not None)
    deleted = sum(1 for each in body.iter(*_DELETED) if each.find(f".//{_W}delText") is not None)
    deleted += sum(1 for each in body.iter(f"{_W}moveFrom") if each.find(f".//{_W}t") is not None)
    if inserted or deleted:
        counts = f"{many(inserted, 'insertion')} kept, {many(deleted, 'deletion')} left out"
        notes.append(f"its tracked changes were taken as accepted: {counts}")
    if any(_is_hidden(run) for run in body.iter(f"{_W}r")):
        notes.append("hidden text was left out")
    if any(each.find(f".//{_W}txbxContent") is not None for each in body.iter(*_APART)):
        notes.append("text boxes were left out")
    if next(body.iter(f"{_W}numPr"), None) is not None:
        notes.append("the numbers and bullets of lists were left out")
    return notes


def _about_parts(document: Any) -> list[str]:
    """Say what the document holds beside its body: notes, comments, headers and footers."""
    from docx.oxml.parser import parse_xml

    counts: Counter[str] = Counter()
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in _BESIDE and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            items = root.iter(f"{_W}{kind.removesuffix('s')}") if kind.endswith("s") else (root,)
            counts[kind.removesuffix("s")] += sum(1 for item in items if _has_text(item))
    named = ", ".join(many(count, kind) for kind, count in sorted(counts.items()) if count)
    return [f"left out: {named}"] if named else []


def _has_text(element: Any) -> bool:
    return any((each.text or "").strip() for each in element.iter(f"{_W}t"))


FORMAT = Format(
    name="docx",
    title="Word document",
    suffixes=(".docx", ".docm", ".dotx", ".doc"),
    recognise=recognise,
    read=article_reader(extract),
    is_isolated=True,
)
