"""Plain text and Markdown: articles without annotations, their text kept as it is."""

import re
from collections.abc import Iterator
from pathlib import Path

from annotator import text
from annotator.records import NO_OPTIONS, Format, LayerRecord, Meta, Options, Problem, Read

HEADLINE_LENGTH = 150
_LINE_END = re.compile(r"\r\n|\r|\n")


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the article in a file; how its bytes were decoded is reported where it is not plain UTF-8."""
    data = path.read_bytes()
    if not data.strip():
        yield Read(Problem(file=path.name, what="the file is empty"))
        return
    try:
        decoded = text.decode(data)
    except UnicodeError:
        yield Read(Problem(file=path.name, what="this is not text: its bytes fit no known encoding"))
        return
    for note in decoded.notes:
        yield Read(Problem(file=path.name, what=note, note=True))
    meta = Meta(title=headline(decoded.text) or path.stem)
    yield Read(LayerRecord(schema_name="source-annotator/1", document=path.name, text=decoded.text, meta=meta))


def headline(article: str) -> str | None:
    """Return the first line where it looks like a headline: short, and a blank line after it."""
    beginning = article.lstrip()[: 2 * HEADLINE_LENGTH]
    lines = _LINE_END.split(beginning, maxsplit=2)
    first = lines[0].lstrip("#").strip()
    is_headline = len(lines) == 3 and not lines[1].strip() and 0 < len(first) <= HEADLINE_LENGTH
    return first if is_headline else None


TEXT = Format(name="text", title="Plain text", suffixes=(".txt", ".text"), read=read)
MARKDOWN = Format(name="markdown", title="Markdown", suffixes=(".md", ".markdown"), read=read)
