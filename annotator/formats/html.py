"""Web pages: the article in a saved page, its headline and dek first. Nothing that a page names is fetched."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from annotator import text
from annotator.formats import html_page
from annotator.formats.extraction import Article, Paragraph, Unreadable, article_reader, excerpt, many
from annotator.records import Format, Meta, Option, Options

EXTRACTION = Option(
    name="extraction",
    values=("article", "precise", "everything"),
    help="how much of a page is taken: the article, less where in doubt, or all of its text",
)
_LONGEST_HEADING = 500  # characters

# Where the standard for web pages reads a name as another encoding than Python does.
_AS_BROWSERS_DO = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030",
                   "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "tis-620": "cp874"}  # fmt: skip
_DECLARED = re.compile(rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARED_WITHIN = 4096  # bytes; browsers look at 1024
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)

# What begins a new line on a page, and what a reader of it never sees.
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_UNSEEN = frozenset({
    "audio", "button", "canvas", "embed", "head", "iframe", "math", "noscript", "object", "script", "select", "style",
    "svg", "template", "textarea", "title", "video",
})  # fmt: skip
_DEK = re.compile(
    r"standfirst|\bdek\b|sub-?head(?:line|ing)?\b|sub-?title|strapline|article-?(?:summary|description)", re.I
)


class _Heading(NamedTuple):
    headline: str | None
    dek: str | None


def recognise(path: Path, beginning: bytes) -> bool:
    """Tell a page by how it begins; one in UTF-16 too. A page of our own annotations is another format's."""
    if html_page.recognise(path, beginning):
        return False
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        beginning = beginning[: len(beginning) // 2 * 2].decode("utf-16", "replace").encode()
    return bool(_BEGINNING.match(beginning))


def extract(path: Path, options: Options) -> Article:
    """Return the article in a page."""
    markup, notes = decode(path.read_bytes())
    article = from_markup(markup, options.get(EXTRACTION.name, EXTRACTION.values[0]))
    article.notes[:0] = notes
    return article


def decode(data: bytes) -> tuple[str, list[str]]:
    """Read a page as text, and say where that departs from what it declares.

    What is valid UTF-8 beyond ASCII is hardly ever anything else, so it goes before a declaration.
    """
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    name = declared[1].decode("ascii", "replace") if declared else ""
    encoding = _known(name)
    if encoding and encoding != "utf-8":
        try:
            data.decode("utf-8" if not data.isascii() else encoding)
        except UnicodeDecodeError:
            try:
                return data.decode(encoding), []
            except UnicodeDecodeError:
                decoded = _decode(data)
                return decoded.text, [f"the page says that it is in {name}, which it is not", *decoded.notes]
        if data.isascii():
            return data.decode(encoding), []
        return data.decode("utf-8-sig"), [f"the page says that it is in {name}, but it is in UTF-8"]
    decoded = _decode(data)
    return decoded.text, list(decoded.notes)


def _known(name: str) -> str | None:
    """Return how Python calls an encoding that a page declares; None where it cannot be what is declared."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if found.startswith(("utf-16", "utf-32", "utf-7")):
        return None
    return _AS_BROWSERS_DO.get(found, found)


def _decode(data: bytes) -> text.Decoded:
    try:
        return text.decode(data)
    except UnicodeError:
        raise Unreadable("this is no page: its bytes fit no known encoding") from None


def from_markup(markup: str, extraction: str) -> Article:
    """Return the article in HTML; `extraction` is one of the values of the option."""
    import lxml.etree
    import lxml.html
    import trafilatura

    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        tree = lxml.html.document_fromstring(markup.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except lxml.etree.ParserError:
        raise Unreadable("holds no text") from None
    if any(each.type == lxml.etree.ErrorTypes.ERR_RESOURCE_LIMIT for each in parser.error_log):
        raise Unreadable("its elements are nested too deeply; open it in a browser, copy the article and import that")
    _unwrap_layout_tables(tree)
    blocks = list(_blocks(tree))
    meta = trafilatura.extract_metadata(tree, date_config={"original_date": True, "extensive_search": False})
    heading = _heading(tree, meta.title)
    if extraction == "everything":
        paragraphs = blocks
    else:
        is_precise = extraction == "precise"
        found: Any = trafilatura.bare_extraction(tree, include_comments=False, favor_precision=is_precise)
        paragraphs = _lines(found.text or "") if found else []
        if not paragraphs:
            raise Unreadable("no article was found in this page; try to take everything (extraction=everything)")
    marked = _marked(paragraphs, heading, is_whole=extraction == "everything")
    return Article(
        paragraphs=marked,
        meta=Meta(
            title=meta.title,
            outlet=meta.sitename,
            byline=meta.author,
            url=_address(meta.url),
            published=meta.date,
        ),
        language=_language(tree),
        notes=_dropped(blocks, [each.text for each in marked]),
    )


def _unwrap_layout_tables(tree: Any) -> None:
    """Take a table that holds paragraphs or headings for what it is: the layout of an old page, not data."""
    for table in list(tree.iter("table")):
        if next(table.iter("p", "h1", "h2", "h3"), None) is not None:
            for element in list(table.iter("table", "tbody", "tr", "td", "th")):
                element.tag = "div"


def _lines(passage: str) -> list[str]:
    return [line.strip() for line in passage.split("\n") if line.strip()]


def _blocks(tree: Any) -> Iterator[str]:
    """Yield the text of a page, a block at a time, white space as a browser shows it."""
    import lxml.etree

    words: list[str] = []

    def ended() -> Iterator[str]:
        if block := " ".join("".join(words).split()):
            yield block
        words.clear()

    unseen = 0  # how deep within what no reader sees
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        is_start = event == "start"
        if element.tag in _UNSEEN:
            unseen += 1 if is_start else -1
        elif element.tag in _BLOCKS:
            yield from ended()
        more = element.text if is_start else element.tail
        if more and not unseen:
            words.append(more)
    yield from ended()


def _heading(tree: Any, title: str | None) -> _Heading:
    """Find the headline and the dek that a reader of the page sees, else the headline that its metadata has."""
    titles = [(each, _text_of(each)) for each in tree.iter("h1")]
    same = next((each for each in titles if title and _key(each[1]) == _key(title)), None)
    first, headline = same or next((each for each in titles if each[1]), (None, None))
    if first is None or (title and same is None):
        return _Heading(title, None)
    return _Heading(headline, _dek(first))


def _dek(headline: Any) -> str | None:
    """Return what stands under a headline and calls itself a dek, in one of the many words for it."""
    around = next(headline.iterancestors("article", "header", "main", "body"), None)
    found = headline.itersiblings() if around is None else around.iter("p", "h2", "h3", "div")
    for element in found:
        name = f"{element.get('class', '')} {element.get('id', '')} {element.get('data-testid', '')}".replace("_", "-")
        dek = _text_of(element) if _DEK.search(name) else None
        if dek:
            return dek
    return None


def _text_of(element: Any) -> str:
    found = " ".join(element.text_content().split())
    return found if len(found) <= _LONGEST_HEADING else ""


def _key(passage: str) -> str:
    return "".join(passage.casefold().split())


def _marked(paragraphs: list[str], heading: _Heading, *, is_whole: bool) -> list[Paragraph]:
    """Return paragraphs with headline and dek marked; they come first, where the page's order is not to be kept."""
    zones = {_key(passage): kind for kind, passage in heading._asdict().items() if passage}
    if is_whole:
        return [Paragraph(each, zones.pop(_key(each), None)) for each in paragraphs]
    body = [Paragraph(each) for each in paragraphs if _key(each) not in zones]
    return [*(Paragraph(passage, kind) for kind, passage in heading._asdict().items() if passage), *body]


def _address(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None


def _language(tree: Any) -> str | None:
    """Return the language that a page declares, as its first subtag: en-GB is English."""
    xml = "{http://www.w3.org/XML/1998/namespace}lang"
    declared = next((found for each in tree.iter("html", "body") if (found := each.get("lang") or each.get(xml))), "")
    language: str = declared.strip().replace("_", "-").split("-")[0].lower()
    return language if 2 <= len(language) <= 3 and language.isalpha() else None


def _dropped(blocks: list[str], kept: list[str]) -> list[str]:
    """Say what of the page's text is not in the article."""
    lines, article = {_key(line) for line in kept}, _key(" ".join(kept))
    dropped = [block for block in blocks if (key := _key(block)) not in lines and key not in article]
    if not dropped:
        return []
    longest = sorted(dropped, key=len, reverse=True)[:3]
    examples = ", ".join(f"“{excerpt(each)}”" for each in dropped if each in longest)
    words = sum(len(each.split()) for each in dropped)
    return [f"left out of the page: {many(len(dropped), 'passage')}, {many(words, 'word')}, such as {examples}"]


FORMAT = Format(
    name="html",
    title="Web page",
    suffixes=(".html", ".htm", ".xhtml"),
    recognise=recognise,
    read=article_reader(extract),
    options=(EXTRACTION,),
    is_isolated=True,
)
