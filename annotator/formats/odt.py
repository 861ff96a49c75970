"""OpenDocument texts: the text with tracked changes as accepted, without what stands around it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from annotator.formats import archive
from annotator.formats.extraction import Article, Paragraph, Unreadable, article_reader, headed, many
from annotator.records import Format, Meta, Options

_MIMETYPE = b"mimetypeapplication/vnd.oasis.opendocument.text"
_URN = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _STYLE, _OFFICE = (f"{_URN}{name}:1.0}}" for name in ("text", "table", "style", "office"))
_ZONES = {"Title": "headline", "Heading_20_1": "headline", "Subtitle": "dek"}
_SPACE = re.compile("[ \t\r\n]+")
_MOST_SPACES = 100  # that stand for one element; more are an attack
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_APART = {  # what does not belong to the line that it is anchored in
    f"{_TEXT}note": "note",
    f"{_OFFICE}annotation": "comment",
    f"{_URN}drawing:1.0}}frame": "frame",
    f"{_URN}drawing:1.0}}custom-shape": "frame",
    f"{_STYLE}header": "header",
    f"{_STYLE}footer": "footer",
}
_LEFT_OUT = {*_APART, f"{_TEXT}tracked-changes", f"{_OFFICE}annotation-end", f"{_TEXT}hidden-text"}


class _Styles(NamedTuple):
    """What the styles of a document say: the style that each goes back to, and those that hide."""

    parents: dict[str, str]
    hidden: frozenset[str]

    def zone(self, paragraph: Any) -> str | None:
        name = paragraph.get(f"{_TEXT}style-name", "")
        named = _ZONES.get(name) or _ZONES.get(self.parents.get(name, ""))
        is_first = paragraph.tag == f"{_TEXT}h" and paragraph.get(f"{_TEXT}outline-level") == "1"
        return named or ("headline" if is_first else None)

    def hides(self, element: Any) -> bool:
        return element.get(f"{_TEXT}style-name") in self.hidden


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell an OpenDocument text by the type that stands at its beginning."""
    return beginning.startswith(b"PK\x03\x04") and beginning[30 : 30 + len(_MIMETYPE)] == _MIMETYPE


def extract(path: Path, _options: Options) -> Article:
    """Return the text of a document; its title, author and day of creation are in its metadata."""
    if "content.xml" not in archive.guard(path):
        raise Unreadable("it is not an OpenDocument text; save it as .odt")
    import odfdo

    document: Any = odfdo.Document(path)
    root = _content(document.container.get_part("content.xml"))
    pages = _content(document.container.get_part("styles.xml"))
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise Unreadable("it is not an OpenDocument text but another kind of OpenDocument; save it as .odt")
    styles = _Styles(dict(_parents(root)), frozenset(_hidden(root)))
    created = document.meta.creation_date
    meta = Meta(
        title=document.meta.title,
        byline=document.meta.initial_creator or document.meta.creator,
        published=created.date().isoformat() if created else None,
    )
    paragraphs = list(headed(_blocks(body, styles)))
    return Article(paragraphs=paragraphs, meta=meta, notes=list(_notes(body, pages, styles)))


def _content(data: bytes) -> Any:
    import lxml.etree

    try:
        return lxml.etree.fromstring(data, lxml.etree.XMLParser(resolve_entities=False, no_network=True))
    except lxml.etree.XMLSyntaxError as error:
        if error.code == lxml.etree.ErrorTypes.ERR_NO_MEMORY:
            raise
        raise Unreadable("its content is not XML: it is damaged, or protected by a password") from error


def _parents(root: Any) -> Iterator[tuple[str, str]]:
    for style in root.iter(f"{_STYLE}style"):
        yield style.get(f"{_STYLE}name", ""), style.get(f"{_STYLE}parent-style-name", "")


def _hidden(root: Any) -> Iterator[str]:
    for properties in root.iter(f"{_STYLE}text-properties"):
        if properties.get(f"{_TEXT}display") == "none":
            yield properties.getparent().get(f"{_STYLE}name", "")


def _blocks(parent: Any, styles: _Styles) -> Iterator[Paragraph]:
    """Yield the paragraphs and tables within an element, a table as lines."""
    for element in parent.iterchildren(tag="{*}*"):
        if element.tag in _PARAGRAPHS:
            yield Paragraph("".join(_pieces(element, styles)), styles.zone(element))
        elif element.tag == f"{_TABLE}table":
            yield Paragraph("\n".join(line for line in _rows(element, styles) if line.strip()))
        elif element.tag not in _LEFT_OUT:
            yield from _blocks(element, styles)


def _rows(table: Any, styles: _Styles) -> Iterator[str]:
    """Yield the rows of a table, cells set apart by tabs. One that stands for a million rows is one row."""
    for row in table.iter(f"{_TABLE}table-row"):
        if next(row.iterancestors(f"{_TABLE}table")) is table:
            cells = row.iterchildren(f"{_TABLE}table-cell")
            yield "\t".join(" ".join(" ".join(each.text for each in _blocks(cell, styles)).split()) for cell in cells)


def _pieces(element: Any, styles: _Styles) -> Iterator[str]:
    """Yield the text within an element in order. White space is one space; more of it is written as elements."""
    yield _SPACE.sub(" ", element.text or "")
    for child in element.iterchildren():
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            yield " " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT and not styles.hides(child):
            yield from _pieces(child, styles)
        yield _SPACE.sub(" ", child.tail or "")


def _notes(body: Any, pages: Any, styles: _Styles) -> Iterator[str]:
    deleted = sum(1 for _ in body.iter(f"{_TEXT}deletion"))
    inserted = sum(1 for _ in body.iter(f"{_TEXT}insertion"))
    if deleted or inserted:
        counts = f"{many(inserted, 'insertion')} kept, {many(deleted, 'deletion')} left out"
        yield f"its tracked changes were taken as accepted: {counts}"
    if any(styles.hides(each) for each in body.iter(f"{_TEXT}span")) or next(body.iter(f"{_TEXT}hidden-text"), None):
        yield "hidden text was left out"
    if next(body.iter(f"{_TEXT}list"), None) is not None:
        yield "the numbers and bullets of lists were left out"
    apart = [*body.iter(*_APART), *pages.iter(*_APART)]
    counted = Counter(_APART[each.tag] for each in apart if "".join(each.itertext()).strip())
    if counted:
        yield f"left out: {', '.join(many(count, kind) for kind, count in sorted(counted.items()))}"


FORMAT = Format(
    name="odt",
    title="OpenDocument text",
    suffixes=(".odt",),
    recognise=recognise,
    read=article_reader(extract),
    is_isolated=True,
)
