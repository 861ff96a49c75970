"""Plain text and Markdown: articles without annotations, their text kept as it is."""

import re
from collections.abc import Iterator
from pathlib import Path

from annotator import text
from annotator.records import Format, LayerRecord, Meta, Problem, Read

HEADLINE_LENGTH = 150


def read(path: Path) -> Iterator[Read]:
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
    match = re.match(r"\s*#*[ \t]*(\S[^\r\n]*?)[ \t]*(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)", article)
    return match[1] if match and len(match[1]) <= HEADLINE_LENGTH else None


TEXT = Format(name="text", title="Plain text", suffixes=(".txt", ".text"), read=read)
MARKDOWN = Format(name="markdown", title="Markdown", suffixes=(".md", ".markdown"), read=read)
