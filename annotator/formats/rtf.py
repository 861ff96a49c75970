"""Rich text: the text of an RTF document, without what stands around it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from annotator.formats.extraction import Article, Paragraph, Unreadable, article_reader
from annotator.records import Format, Meta, Options

_BINARY = re.compile(rb"\\bin(\d{1,9}) ?")
_BRACE = re.compile(r"\\[\\{}]|([{}])")
_CELL = re.compile(r"(?<!\\)\\(?:nest)?cell(?![A-Za-z0-9]) ?")
_CODEPAGE = re.compile(r"\\ansicpg\d{1,5}")
_CREATED = re.compile(r"\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_UNSEEN = {"deleted": "tracked deletions", "v": "hidden text"}
_BESIDE = {"footnote": "notes", "annotation": "comments", "header": "headers", "footer": "footers"}


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell RTF by its signature."""
    return beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf")


def extract(path: Path, _options: Options) -> Article:
    """Return the text of a document; title, author and day of creation are those of its information group."""
    data = path.read_bytes()
    if not recognise(path, data):
        raise Unreadable("it is not RTF; save it as .rtf or .docx")
    markup = b"".join(_seven_bit(data)).decode("ascii")
    notes = [f"left out: {', '.join(found)}"] if (found := list(_beside(markup))) else []
    if _is_cut_short(markup):
        notes.append("the file seems to be cut short: the end of the text may be missing")
    for word, name in _UNSEEN.items():
        markup, note = _without(word, name, markup)
        notes += note
    text, is_damaged = _text(_CELL.sub(r"\\tab ", markup))
    if is_damaged:
        notes.append("some characters do not fit the encoding that the file declares: they became U+FFFD")
    lines = (line.rstrip("\t\r") for line in text.split("\n"))
    meta = Meta(title=_information("title", markup), byline=_information("author", markup), published=_created(markup))
    return Article(paragraphs=[Paragraph(line) for line in lines], meta=meta, notes=notes)


def _seven_bit(data: bytes) -> Iterator[bytes]:
    """Yield the file without binary data, and with other bytes than ASCII in the way that RTF writes them."""
    position = 0
    while position < len(data):
        binary = _BINARY.search(data, position)
        piece = data[position : binary.start() if binary else len(data)]
        yield re.sub(rb"[\x80-\xff]", lambda found: b"\\'%02x" % found[0][0], piece)
        position = binary.end() + int(binary[1]) if binary else len(data)


def _is_cut_short(markup: str) -> bool:
    braces = [found[1] for found in _BRACE.finditer(markup) if found[1]]
    return braces.count("{") > braces.count("}")


def _beside(markup: str) -> Iterator[str]:
    for word, name in _BESIDE.items():
        if re.search(rf"\\{word}[lrf]?(?![a-z])", markup):
            yield name


def _without(word: str, name: str, markup: str) -> tuple[str, list[str]]:
    """Have the groups that a word marks as unseen left out, as the reader leaves out groups that begin with a star.

    Where the word is also switched off within a group, the group holds other text too and is kept.
    """
    marked = re.compile(rf"(?<!\\)\\{word}1?(?![A-Za-z0-9-])")
    if not marked.search(markup):
        return markup, []
    if re.search(rf"(?<!\\)\\{word}0", markup):
        return markup, [f"{name} could not be told from the rest and may be in the text"]
    return marked.sub(r"\\*", markup), [f"{name} left out"]


def _text(markup: str) -> tuple[str, bool]:
    """Return the text of RTF, and whether characters of it were lost."""
    from striprtf import striprtf

    convert: Callable[..., str] = striprtf.rtf_to_text
    # The library puts addresses of links into the text, where it finds them in this very shape.
    markup = markup.replace("\\fldinst", "\\*\\fldinst")
    try:
        return convert(markup), False
    except UnicodeDecodeError:
        return convert(markup, errors="replace"), True


def _information(word: str, markup: str) -> str | None:
    found = re.search(rf"\{{\\{word} ([^{{}}]*)\}}", markup)
    codepage = _CODEPAGE.search(markup)
    return _text(f"{{\\rtf1{codepage[0] if codepage else ''} {found[1]}}}")[0] if found else None


def _created(markup: str) -> str | None:
    found = _CREATED.search(markup)
    try:
        return date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None


FORMAT = Format(
    name="rtf",
    title="Rich text",
    suffixes=(".rtf",),
    recognise=recognise,
    read=article_reader(extract),
    is_isolated=True,
)
