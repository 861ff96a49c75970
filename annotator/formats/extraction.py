"""What the readers of articles share: from paragraphs to a layer's text, and warnings over what was extracted."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct, field

from annotator.records import NO_OPTIONS, LayerRecord, Meta, Options, Problem, Read, Zone

LARGEST = 100_000_000  # bytes of a file; no article is as large, and a parser takes many times as much
SHORT = 60  # words
BETWEEN = "\n\n"

_COOKIES = (  # compiled when it is first used
    r"\b(?:accept (?:all )?cookies|cookie (?:policy|settings|preferences|notice|consent)|(?:we|our partners) use"
    r" cookies|uses cookies|manage (?:your )?(?:cookies|consent|preferences)|privacy preferences)\b"
)
_RELATED = (
    r"^[^\w\n]*(?:related (?:stories|articles|content|topics|coverage|news|reading)|more (?:from|on this story)"
    r"|most (?:read|popular|viewed)|recommended (?:for you|stories|reading)|you (?:may|might) also (?:like|enjoy)"
    r"|trending(?: now)?|(?:read (?:more|also|next)|see also|related:)\b.{0,100})[^\w\n]*$"
)


class Unreadable(Exception):
    """Why no article can be had from a file, in words for the person who chose it."""


class Paragraph(NamedTuple):
    """A paragraph of an article, and the zone that it is, if any."""

    text: str
    zone: str | None = None


class Article(Struct, kw_only=True):
    """An article as a reader found it. `notes` says what was dropped or changed on the way."""

    paragraphs: list[Paragraph]
    meta: Meta = Meta()
    language: str | None = None
    more: dict[str, Any] = field(default_factory=dict)  # metadata that has no field of its own
    notes: list[str] = field(default_factory=list)


Reader = Callable[[Path, Options], Iterator[Read]]


def article_reader(extract: Callable[[Path, Options], Article]) -> Reader:
    """Make the reader of a format whose files hold one article each, from a function that extracts it.

    `extract` raises `Unreadable` where it knows what is wrong. Anything else that a parser raises over
    a file is told as a fault of the file, with the place in the parser; what is none passes: MemoryError,
    ImportError where a library is missing, and OSError where the file cannot be opened.
    """

    @wraps(extract)
    def read(path: Path, options: Options = NO_OPTIONS) -> Iterator[Read]:
        _check_access(path)
        try:
            _check_size(path)
            found = _reads(path.name, extract(path, options))
        except Unreadable as error:
            yield Read(Problem(file=path.name, what=str(error)))
            return
        except (MemoryError, ImportError):
            raise
        except Exception as error:
            if _lacks_memory(error):
                raise MemoryError from error
            # Parsers raise what they like over a damaged file.
            yield Read(Problem(file=path.name, what=f"cannot be read, it may be damaged ({where(error)})"))
            return
        yield from found

    return read


def _check_access(path: Path) -> None:
    with path.open("rb") as file:
        file.read(1)


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("the file is empty")
    if size > LARGEST:
        raise Unreadable(f"it is too large for an article: {size / 1e6:.0f} MB, the most is {LARGEST / 1e6:.0f} MB")


def _lacks_memory(error: Exception) -> bool:
    """Whether an error is how libxml2 says that it got no memory."""
    etree = sys.modules.get("lxml.etree")
    return bool(etree and isinstance(error, etree.LxmlSyntaxError) and error.code == etree.ErrorTypes.ERR_NO_MEMORY)


def where(error: Exception) -> str:
    """Tell an error by its kind and place: its message may hold text of the article."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _reads(file: str, article: Article) -> list[Read]:
    text, zones = joined(article.paragraphs)
    if not text:
        raise Unreadable("holds no text")
    notes = [Read(Problem(file=file, what=note, note=True)) for note in (*article.notes, *warnings(text))]
    layer = LayerRecord(
        schema_name="source-annotator/1",
        document=file,
        text=text,
        language=article.language,
        meta=_tidied(article.meta, title=_headline(article) or Path(file).stem),
        meta_json=msgspec.json.encode(article.more, order="sorted").decode(),
        zones=zones,
    )
    return [*notes, Read(layer)]


def _headline(article: Article) -> str | None:
    return next((each.text for each in article.paragraphs if each.zone == "headline"), None)


def _tidied(meta: Meta, title: str) -> Meta:
    """Return metadata on one line each, with a title."""
    values = {name: one_line(value) if value else None for name, value in msgspec.structs.asdict(meta).items()}
    return Meta(**{**values, "title": values["title"] or one_line(title)})


def one_line(value: str) -> str | None:
    """Return a value of metadata as a field shows it; None where nothing is left."""
    return " ".join(whole(value).split()) or None


def whole(text: str) -> str:
    """Return a text whose surrogate pairs are characters, and a half of one is U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def headed(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Yield paragraphs, the zones of those that look like headings kept for the first of a kind before the text."""
    open_zones = {"headline", "dek"}
    for paragraph in paragraphs:
        if paragraph.text.strip():
            is_heading = paragraph.zone in open_zones
            open_zones = open_zones - {paragraph.zone or ""} if is_heading else set()
            yield paragraph if is_heading else Paragraph(paragraph.text)


def joined(paragraphs: Iterable[Paragraph]) -> tuple[str, list[Zone]]:
    """Return the text of the paragraphs that are not blank, an empty line between them, and its zones."""
    pieces: list[str] = []
    zones: list[Zone] = []
    position = 0
    for paragraph in paragraphs:
        stripped = whole(paragraph.text).strip("\r\n")
        if not stripped.strip():
            continue
        if paragraph.zone:
            zones.append(Zone(paragraph.zone, position, position + len(stripped)))
        pieces.append(stripped)
        position += len(stripped) + len(BETWEEN)
    return BETWEEN.join(pieces), zones


def warnings(text: str) -> list[str]:
    """Return what a person should look at in an extracted text before it is for ever."""
    found = []
    words = len(text.split())
    if words < SHORT:
        found.append(f"very short: {words} {'word' if words == 1 else 'words'}; is this the whole article?")
    if match := re.search(_COOKIES, text, re.IGNORECASE):
        found.append(f"the text seems to hold a cookie notice: “{match[0]}”")
    if match := re.search(_RELATED, text, re.IGNORECASE | re.MULTILINE):
        found.append(f"the text seems to hold links to other articles: “{excerpt(match[0].strip())}”")
    return found


def excerpt(passage: str, length: int = 60) -> str:
    """Return the beginning of a passage on one line, for a message."""
    line = " ".join(passage.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def many(count: int, one: str, more: str | None = None) -> str:
    """Return a count with its noun."""
    return f"1 {one}" if count == 1 else f"{count} {more or one + 's'}"
