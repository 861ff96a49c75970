"""Tables of articles that others made: a row an article, one column its text, the others what is known of it."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice

import msgspec

from annotator.formats.csv_rows import Row
from annotator.formats.plain import headline
from annotator.records import LayerRecord, Meta, Option, Problem, Read

_META = tuple(Meta.__struct_fields__)
_ROWS = 50  # that a column of texts is told from
_LONGEST_NAME = 200  # characters; a longer one is no name of a column

TEXT_COLUMN = Option(
    name="text-column",
    values=(),
    help="the column that holds the articles; else one called text, body or the like, else that with the longest cells",
)
_TEXTS = ("text", "article_text", "body", "article", "content", "full_text", "fulltext", "maintext", "story")
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "head"),
    "outlet": ("outlet", "source", "publication", "publisher", "newspaper", "site", "media"),
    "byline": ("byline", "author", "authors", "by"),
    "url": ("url", "link", "href", "uri"),
    "published": ("published", "date", "published_at", "publish_date", "publication_date", "pubdate", "datetime"),
    "language": ("language", "lang"),
    "document": ("id", "document", "document_id", "doc_id", "guid"),
}

_json = msgspec.json.Encoder().encode


class ArticleTable:
    """A table of somebody else's: a row an article, one column its text, the others what is known of it."""

    def __init__(self, names: list[str], file: str) -> None:
        self._names = names
        self._file = file
        self._role: dict[str, str] = {}  # of a column
        plain = {name: name.casefold().replace(" ", "_").replace("-", "_") for name in names}
        for role, candidates in _KNOWN.items():
            of_role = [name for candidate in candidates for name in names if plain[name] == candidate]
            if of_role:
                self._role[of_role[0]] = role
        called = (name for candidate in _TEXTS for name in names if plain[name] == candidate)
        self._text = next(called, None)

    def read(self, rows: Iterator[Row], wanted: str | None) -> Iterator[Read]:
        """Yield the articles, and first which column they come from."""
        if wanted is not None and wanted not in self._names:
            what = f"there is no column “{wanted}”; its columns are {', '.join(self._names)}"
            yield Read(Problem(file=self._file, line=1, what=what))
            return
        if any(len(name) > _LONGEST_NAME for name in self._names):
            what = "its first row does not name the columns; put a row of names above it"
            yield Read(Problem(file=self._file, line=1, what=what))
            return
        first = list(islice(rows, _ROWS))
        column = wanted or self._text or self._longest(first)
        self._role.pop(column, None)
        yield Read(Problem(file=self._file, what=f"the texts were taken from the column “{column}”", note=True))
        for row in chain(first, rows):
            yield Read(self._article(row, column), row.line, row.position)

    def _longest(self, rows: list[Row]) -> str:
        """Return the column whose cells are the longest on the whole."""
        lengths = dict.fromkeys(self._names, 0)
        for row in rows:
            for name, cell in zip(self._names, row.cells, strict=False):
                lengths[name] += len(cell)
        return max(lengths, key=lambda name: lengths[name])

    def _article(self, row: Row, column: str) -> LayerRecord | Problem:
        wrong = row.wrong
        if len(row.cells) > len(self._names):
            wrong = f"left out: a row of {len(row.cells)} cells; the header has {len(self._names)}"
        cells = dict(zip(self._names, row.cells, strict=False))
        text = cells.pop(column, "")
        if wrong or not text.strip():
            return Problem(file=self._file, line=row.line, what=wrong or f"left out: its “{column}” is empty")
        known = {self._role[name]: cell for name, cell in cells.items() if name in self._role and cell.strip()}
        rest = {name: cell for name, cell in cells.items() if name not in self._role and cell}
        meta = {name: known.get(name) for name in _META}
        return LayerRecord(
            schema_name="source-annotator/1",
            document=known.get("document"),
            text=text,
            language=known.get("language"),
            meta=Meta(**{**meta, "title": meta["title"] or headline(text)}),
            meta_json=_json(rest).decode(),
        )
