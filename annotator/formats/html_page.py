"""Annotated articles as one HTML page to read, send and print: no scripts, nothing remote, everything escaped.

Each layer's record stands in the page as JSON, so that the page can be read back.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from annotator.formats import page
from annotator.formats.json_stream import LONGEST
from annotator.formats.jsonl import UNREADABLE
from annotator.formats.page import Item, Looks, Paragraph
from annotator.formats.page_style import DEEPEST, ROOMY, sheet
from annotator.records import EVERYTHING, NO_OPTIONS, Format, LayerRecord, Options, Problem, Read

_MARK = '<meta name="annotations" content="source-annotator/1">'
_OPEN = '<script type="application/json" class="source-annotator">'
_CLOSE = "</script>"
_RECORD = re.compile(re.escape(_OPEN.encode()) + b"(.*?)(?:" + _CLOSE.encode() + b"|$)")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_CHIP = 4  # characters of text
_WEB = re.compile(r"https?://\S+")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(LayerRecord).decode


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell a page of ours by its mark."""
    return _MARK.encode() in beginning


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the layers whose records stand in the page; what the page shows of them is not looked at."""
    position, found = 0, 0
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(LONGEST):
            number += 1
            position += len(line)
            for record in _RECORD.finditer(line.rstrip(b"\r\n")):
                found += 1
                yield Read(_layer(record, path.name, number), number, position)
    if not found:
        yield Read(Problem(file=path.name, what="this page holds no records of annotations"), None, position)


def _layer(record: re.Match[bytes], file: str, number: int) -> LayerRecord | Problem:
    if not record[0].endswith(_CLOSE.encode()):
        return Problem(file=file, line=number, what="left out: a record that ends too early")
    try:
        return _decode(record[1])
    except UNREADABLE as error:
        return Problem(file=file, line=number, what=f"left out: a record that cannot be read ({error})")


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write the page. Contents and legend come first, so the articles wait on disk until those are known."""
    from shutil import copyfileobj
    from tempfile import TemporaryFile

    looks = Looks()
    contents: list[tuple[str, str]] = []  # title and what else is known, of each article
    with TemporaryFile() as body:
        for number, (_, group) in enumerate(groupby(layers, key=lambda each: (each.text, each.document)), 1):
            contents.append(_article(number, group, looks, body))
        body.seek(0)
        out.write(_head(contents, looks).encode())
        copyfileobj(body, out)
    out.write(b"</main>\n<footer>Made with Source Annotator, which can import this page.</footer>\n</body>\n</html>\n")


def _head(contents: list[tuple[str, str]], looks: Looks) -> str:
    several = len(contents) != 1
    title = page.many(len(contents), "annotated article") if several else escape(contents[0][0])
    legend = "".join(
        f'<li class="c{look.number}">{_chip(look.letter)}<span class="bar"></span>{escape(look.title)} '
        f"<span>{count:,}</span></li>"
        for look, count in looks.legend()
    )
    heading = f"<h1>{title}</h1>\n" if several else ""
    entries = "".join(
        f'<li><a href="#d{number}">{escape(name)}</a> <small>{escape(facts)}</small></li>'
        for number, (name, facts) in enumerate(contents, 1)
    )
    nav = f'<nav aria-label="Contents"><ol>{entries}</ol></nav>\n' if several else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{_MARK}\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>\n{sheet(look for look, _ in looks.legend())}</style>\n</head>\n<body>\n"
        f'<header class="top">\n{heading}<ul class="legend" aria-label="Labels">{legend}</ul>\n{nav}</header>\n<main>\n'
    )


def _article(number: int, layers: Iterable[LayerRecord], looks: Looks, out: IO[bytes]) -> tuple[str, str]:
    """Write an article with all its layers, and return its title and what else the contents say of it."""
    named = []
    first: LayerRecord | None = None
    for position, layer in enumerate(layers, 1):
        if first is None:
            first = layer
            out.write(f'<article id="d{number}">\n{_article_head(layer)}'.encode())
        found = page.items(layer, looks)
        named.append(page.tally(layer, found))
        out.write(_section(f"{number}-{position}", layer, found).encode())
        out.write(_OPEN.encode() + _encode(layer).replace(b"<", b"\\u003c") + _CLOSE.encode() + b"\n")
    out.write(b"</article>\n")
    assert first is not None  # noqa: S101 — a group holds one at least
    return page.title(first), " · ".join([*page.facts(first), *named])


def _article_head(layer: LayerRecord) -> str:
    facts = [escape(each) for each in page.facts(layer)]
    if url := layer.meta.url:
        shown = escape(url)
        facts.append(f'<a href="{shown}" rel="noreferrer">{shown}</a>' if _WEB.fullmatch(url) else shown)
    return f'<h2 dir="auto">{escape(page.title(layer))}</h2>\n<p class="facts">{" · ".join(facts)}</p>\n'


def _section(name: str, layer: LayerRecord, found: list[Item]) -> str:
    count = [page.many(len(found), "annotation")] if found or layer.status else []
    said = escape("".join(f" · {each}" for each in [*count, *page.state(layer)]))
    placed: set[int] = set()
    text = "".join(_paragraph(name, layer.text, each, placed) for each in page.paragraphs(layer, found))
    numbers = page.numbers(found)
    listed = "".join(_entry(name, layer, item, numbers, is_placed=item.number in placed) for item in found)
    listed = f'<ol class="list">{listed}</ol>' if listed else '<p class="list none">No annotations.</p>'
    language = f' lang="{escape(layer.language)}"' if layer.language else ""
    return (
        f"<section>\n<h3>{escape(page.whose(layer))} <small>{said}</small></h3>\n"
        f'<div class="text"{language}>{text}</div>\n{listed}\n</section>\n'
    )


def _paragraph(name: str, text: str, paragraph: Paragraph, placed: set[int]) -> str:
    classes = ["gap"] * paragraph.is_after_blank + [paragraph.zone] * (paragraph.zone in ("headline", "caption"))
    pieces: list[str] = []
    waiting: list[Item] = []  # whose chips go together, at the first of them: a chip is as wide as some letters
    at, since = 0, 0
    for run in paragraph.runs:
        begun = sorted((item for item in run.items if item.number not in placed), key=lambda item: item.number)
        placed.update(item.number for item in begun)
        if begun and waiting and run.start - since < _CHIP * len(waiting):
            waiting += begun
        elif begun:
            waiting, at, since = begun, len(pieces), run.start
            pieces.append("")
        if begun:
            pieces[at] = _chips(name, waiting)
        passage = escape(text[run.start : run.end], quote=False)
        pieces.append(f'<mark class="{_classes(run.items)}">{passage}</mark>' if run.items else passage)
    deepest = max((item.lane for run in paragraph.runs for item in run.items), default=0)
    if deepest >= ROOMY:
        classes.append(f"n{min(deepest, DEEPEST - 1)}")
    attribute = f' class="{" ".join(filter(None, classes))}"' if classes else ""
    return f'<p{attribute} dir="auto">{"".join(pieces)}</p>\n'


def _classes(items: tuple[Item, ...]) -> str:
    lanes = {min(item.lane, DEEPEST - 1): item for item in reversed(items)}
    names = [f"k{item.look.number}-{lane}" for lane, item in sorted(lanes.items())]
    return " ".join([f"d{max(lanes)}", f"b{items[0].look.number}", *names])


def _chips(name: str, items: list[Item]) -> str:
    chips = "".join(
        f'<a class="chip c{item.look.number}" id="t{name}-{item.number}" href="#a{name}-{item.number}" '
        f'title="{escape(item.look.title)}">{escape(item.chip)}<sub>{item.number}</sub></a>'
        for item in items
    )
    return f'<span class="at" dir="ltr"><span class="chips">{chips}</span></span>'


def _chip(letter: str) -> str:
    return f'<span class="chip">{escape(letter)}</span>'


def _entry(name: str, layer: LayerRecord, item: Item, numbers: dict[str | None, int], *, is_placed: bool) -> str:
    """Return an annotation's entry in the list, which leads to its place in the text."""
    quoted = escape(page.excerpt(layer.text, item), quote=False) or "white space"
    shown = "".join(_fact(*each) for each in [("", item.look.title), *page.details(layer, item, numbers)])
    quote = f'<q dir="auto">{quoted}</q>'
    chip = f'<span class="chip">{escape(item.chip)}<sub>{item.number}</sub></span>'
    link = f'<a href="#t{name}-{item.number}">{quote}</a>' if is_placed else quote
    return (
        f'<li id="a{name}-{item.number}" class="c{item.look.number}"><span class="mine">{chip}</span>'
        f"<div>{link}<dl>{shown}</dl></div></li>"
    )


def _fact(name: str, value: str) -> str:
    term = f"<dt>{escape(name)}</dt>" if name else ""
    note = ' class="note"' if name == "Note" else ""
    return f'<div{note}>{term}<dd dir="auto">{escape(value, quote=False)}</dd></div>'


FORMAT = Format(
    name="html-page",
    title="Annotated article (HTML page)",
    suffixes=(".html", ".htm"),
    recognise=recognise,
    read=read,
    write=write,
    carries=EVERYTHING,
)
