"""PDF: lines put together into paragraphs, words broken at line ends joined, page furniture left out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median, median_low
from typing import Any, NamedTuple

from annotator.formats.extraction import Article, Paragraph, Unreadable, article_reader, excerpt, headed, many
from annotator.records import Format, Meta, Option, Options

DEHYPHENATE = Option(
    name="dehyphenate", values=("yes", "no"), help="whether a word that is broken at the end of a line is joined"
)
FURNITURE = Option(
    name="furniture", values=("drop", "keep"), help="what becomes of running headers and footers and page numbers"
)
PAGES = 200  # of the longest PDF that is taken for an article

_EDGE = 2  # lines at the top and at the bottom of a page that may be furniture
_LINE_END = (0x0D, 0x0A)
_HYPHEN = 0x02  # how the library tells a hyphen at the end of a line
_NUMBER = re.compile(r"[-–—|(\[ ]*(?:page|p\.|seite)? ?\d{1,4}(?: ?(?:of|/|von) ?\d{1,4})?[-–—|)\] ]*", re.IGNORECASE)
_ENDED = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_BROKEN = re.compile(r"(\w+)[-\u00ad]$")
_FILE_NAME = re.compile(r"Microsoft Word - .*|.*\.(?:docx?|indd|odt|rtf|pdf|txt|qxd|pages)|untitled.*", re.IGNORECASE)


class Line(NamedTuple):
    """A line of a page; positions and sizes in points, from the bottom left."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell PDF by its signature, which may come after a little of something else."""
    return b"%PDF-" in beginning[:1024]


def extract(path: Path, options: Options) -> Article:
    """Return the text of a PDF; its title, author and day of creation are those of its metadata."""
    pages, meta = _read(path)
    empty = [str(number) for number, lines in enumerate(pages, 1) if not lines]
    if len(empty) == len(pages):
        raise Unreadable("it holds no text: its pages are pictures, a scan perhaps; run text recognition over it first")
    notes = [f"pages without text, pictures perhaps: {', '.join(empty)}"] if empty else []
    if options.get(FURNITURE.name, "drop") == "drop":
        pages, dropped = without_furniture(pages)
        if dropped:
            names = ", ".join(f"“{excerpt(each)}”" for each in dropped[:3])
            notes.append(
                f"left out as page headers, footers and numbers: {many(len(dropped), 'line')}, such as {names}"
            )
    paragraphs, joined = _joined(pages, is_joining=options.get(DEHYPHENATE.name, "yes") == "yes")
    if joined:
        examples = ", ".join(f"“{word}”" for word in joined[:5])
        notes.append(f"{many(len(joined), 'word')} broken at the end of a line joined, such as {examples}")
    return Article(paragraphs=list(headed(paragraphs)), meta=meta, notes=notes)


def _read(path: Path) -> tuple[list[list[Line]], Meta]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path.read_bytes())
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise Unreadable("it is protected by a password; save it without one") from error
        raise Unreadable("it is damaged, or no PDF") from error
    try:
        if len(document) > PAGES:
            raise Unreadable(f"it has {len(document)} pages, the most is {PAGES}; save the pages of the article alone")
        if not len(document):
            raise Unreadable("it is damaged: it has no pages")
        return [_lines(page) for page in document], _meta(document.get_metadata_dict())
    finally:
        document.close()


def _lines(page: Any) -> list[Line]:
    """Return the lines of a page in the order in which they are in the file.

    The library adds spaces and line ends of its own, but runs some lines together: their places on the page tell.
    """
    import pypdfium2.raw as pdfium

    text, area = page.get_textpage(), page.get_cropbox()
    lines: list[Line] = []
    is_open = False
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        character = "-" if code == _HYPHEN else chr(code)
        if code in _LINE_END:
            is_open = False
        elif pdfium.FPDFText_IsGenerated(text, index):
            if is_open:
                lines[-1] = lines[-1]._replace(text=lines[-1].text + character)
        elif not _is_beside(box := text.get_charbox(index, loose=True), area):
            left, bottom, right, top = box
            if is_open and abs(bottom - lines[-1].bottom) < 0.5 * lines[-1].size:
                lines[-1] = lines[-1]._replace(text=lines[-1].text + character, right=right)
            else:
                lines.append(Line(character, left, right, bottom, top - bottom))
                is_open = True
    return [line._replace(text=line.text.strip()) for line in lines if line.text.strip()]


_Box = tuple[float, float, float, float]  # left, bottom, right, top


def _is_beside(character: _Box, page: _Box) -> bool:
    """Whether a character is off its page, where programs that print leave what they cut off."""
    across, up = (character[0] + character[2]) / 2, (character[1] + character[3]) / 2
    return not (page[0] <= across <= page[2] and page[1] <= up <= page[3])


def _meta(found: dict[str, str]) -> Meta:
    title = found.get("Title", "")
    try:
        created = datetime.strptime(found.get("CreationDate", "")[2:10], "%Y%m%d").date().isoformat()
    except ValueError:
        created = None
    return Meta(
        title=None if _FILE_NAME.fullmatch(title) else title or None,
        byline=found.get("Author") or None,
        published=created,
    )


def without_furniture(pages: list[list[Line]]) -> tuple[list[list[Line]], list[str]]:
    """Take out what repeats at the top or bottom of pages, and numbers there; return the texts of it, once each."""
    edges = [_edges(lines) for lines in pages]
    counts = Counter(key for page in edges for key in {_key(side, line) for side, line in page})
    enough = max(2, 0.4 * len(pages))  # left and right pages may differ
    dropped: dict[str, None] = {}
    kept = []
    for lines, page in zip(pages, edges, strict=True):
        gone = {line for side, line in page if _NUMBER.fullmatch(line.text) or counts[_key(side, line)] >= enough}
        dropped.update(dict.fromkeys(line.text for line in gone))
        kept.append([line for line in lines if line not in gone])
    return kept, sorted(dropped)


def _edges(lines: list[Line]) -> list[tuple[str, Line]]:
    if len(lines) <= _EDGE:
        return [("bottom", line) for line in lines if _NUMBER.fullmatch(line.text)]
    heights = sorted({line.bottom for line in lines})
    bottom, top = heights[:_EDGE][-1], heights[-_EDGE:][0]
    return [("top", line) for line in lines if line.bottom >= top] + [
        ("bottom", line) for line in lines if line.bottom <= bottom
    ]


def _key(side: str, line: Line) -> tuple[str, int, str]:
    """Return what is the same of a line that repeats: what it says but for numbers, and its height on the page."""
    return side, round(line.bottom / line.size), re.sub(r"\d+", "#", " ".join(line.text.casefold().split()))


def _joined(pages: list[list[Line]], *, is_joining: bool) -> tuple[list[Paragraph], list[str]]:
    """Put lines together into paragraphs, and say which broken words were joined."""
    everything = [line for page in pages for line in page]
    body = median(line.size for line in everything) if everything else 0.0
    compounds = {found[0].casefold() for line in everything for found in re.finditer(r"\w+(?:-\w+)+", line.text)}
    paragraphs, joined = [], []
    for lines in _paragraphs(pages):
        text = lines[0].text
        for line in lines[1:]:
            broken = _BROKEN.search(text)
            following = re.match(r"\w+", line.text)
            if not broken or not following:
                text = f"{text} {line.text}"
            elif is_joining and _is_one_word(broken, following) and _compound(broken, following) not in compounds:
                text = text[:-1] + line.text
                joined.append(broken[1] + following[0])
            else:
                text += line.text
        paragraphs.append(Paragraph(text, "headline" if lines[0].size > 1.25 * body else None))
    return paragraphs, joined


def _is_one_word(broken: re.Match[str], following: re.Match[str]) -> bool:
    return broken[1][-1].isalpha() and following[0][0].islower()


def _compound(broken: re.Match[str], following: re.Match[str]) -> str:
    return f"{broken[1]}-{following[0]}".casefold()


def _paragraphs(pages: Iterable[list[Line]]) -> Iterator[list[Line]]:
    """Group lines into paragraphs, which go on over the end of a column or a page."""
    current: list[Line] = []
    for lines in pages:
        leading = _leading(lines)
        widest = max((line.right - line.left for line in lines), default=0.0)
        for number, line in enumerate(lines):
            if current and _begins(line, current[-1], leading, widest, is_first=number == 0):
                yield current
                current = []
            current.append(line)
    if current:
        yield current


def _leading(lines: list[Line]) -> float:
    """Return how far apart the lines of a paragraph are on a page: the usual distance, where there are few."""
    steps = [(before.bottom - line.bottom, line.size) for before, line in pairwise(lines)]
    usual = [1.2 * line.size for line in lines[:1]]
    return median_low(usual + [step for step, size in steps if 0.5 * size < step < 3 * size] or [0.0])


def _begins(line: Line, before: Line, leading: float, widest: float, *, is_first: bool) -> bool:
    """Say whether a line begins a paragraph: by its size, the gap above it, its indent, or the line before it."""
    if abs(line.size - before.size) > 0.15 * before.size:
        return True
    step = before.bottom - line.bottom
    has_ended = bool(_ENDED.search(before.text))
    if is_first or step < -0.5 * line.size:  # a new page or column
        return has_ended
    if abs(step) <= 0.5 * line.size:  # the same line, in pieces
        return False
    is_short = before.right - before.left < 0.8 * widest
    is_indented = line.left > before.left + 0.8 * line.size
    return step > 1.35 * leading or is_indented or (has_ended and is_short)


FORMAT = Format(
    name="pdf",
    title="PDF",
    suffixes=(".pdf",),
    recognise=recognise,
    read=article_reader(extract),
    options=(DEHYPHENATE, FURNITURE),
    is_isolated=True,
)
