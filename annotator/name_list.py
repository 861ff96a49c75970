"""The list of the sources' names in a project, with what is proposed to replace each: read by a person, then applied.

A row is one spelling. Where its replacement is empty, the spelling is kept.
"""

import csv
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from msgspec import Struct, field
from sqlalchemy import Connection

from annotator.formats import csv_rows
from annotator.formats.span_csv import marked, unmarked
from annotator.pseudonyms import Pseudonyms
from annotator.records import LayerRecord, SpanRecord, UserError
from annotator.selection import Counts, Selection
from annotator.store import identity
from annotator.text.names import Names, fold

COLUMNS = ("spelling", "replacement", "person", "annotations", "in_texts", "articles")
SHOWN_ARTICLES = 20
SHORTEST = 2  # letters: a name of one would be replaced in every abbreviation

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_TITLES = {  # and the small words before them
    "a", "an", "the", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss", "dr", "dr.", "prof", "prof.", "professor",
    "sir", "lady", "lord", "mayor", "gov.", "governor", "sen.", "senator", "rep.", "representative", "president",
    "vice", "prime", "minister", "secretary", "judge", "justice", "gen.", "general", "col.", "colonel", "maj.",
    "major", "capt.", "captain", "lt.", "lieutenant", "sgt.", "sergeant", "officer", "detective", "sheriff",
    "chief", "commissioner", "chairman", "chairwoman", "king", "queen", "prince", "princess", "rev.", "reverend",
    "father", "sister", "pope", "spokesman", "spokeswoman", "spokesperson",
}  # fmt: skip
_WITHIN = {
    "al",
    "bin",
    "da",
    "de",
    "del",
    "der",
    "di",
    "dos",
    "du",
    "el",
    "la",
    "le",
    "van",
    "von",
    "y",
    "zu",
}  # inside a name
_WORD = re.compile(r"\w+")
_MARKS, _ENDS = '“”„"()[]!?…,;:', ("’s", "'s")


class NameRow(Struct, kw_only=True):
    """A spelling of a source's name, where it stands, and what is to replace it."""

    spelling: str
    replacement: str = ""  # empty: it is kept
    person: str
    annotations: int = 0
    in_texts: int = 0  # occurrences in the articles
    articles: set[int] = field(default_factory=set)  # by their place in the project, from 1


class NamesCancelled(UserError):
    """Somebody stopped it."""

    def __init__(self) -> None:
        super().__init__("The search for names was cancelled.")


def find(
    connection: Connection,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> list[NameRow]:
    """Return the names that annotations give as sources, and what else people are called in the texts.

    Raises:
        NamesCancelled: `cancelled` said so.

    """
    selection = Selection(connection, status="all")

    def records(done: int) -> Iterator[tuple[int, LayerRecord]]:
        article = 1
        for record in selection.records(Counts()):
            if cancelled():
                raise NamesCancelled
            if record is None:
                progress(done + article, 2 * selection.total)
                article += 1
            else:
                yield article, record

    said = _Said()
    for article, record in records(0):
        for span in record.spans:
            said.add(span, article)
    rows = said.rows(Pseudonyms(identity.project(connection).secret))
    _look_up(rows, records(selection.total))
    kept = [row for row in rows if row.annotations or row.in_texts]
    return sorted(kept, key=lambda row: (not row.replacement, row.person.casefold(), -len(row.spelling)))


def _look_up(rows: list[NameRow], records: Iterator[tuple[int, LayerRecord]]) -> None:
    """Count where the spellings stand in the texts; one that stands there without a capital too is no name."""
    by_key = {fold(row.spelling): row for row in rows}
    names = Names({row.spelling: key for key, row in by_key.items()})
    words: set[str] = set()
    for article, layers in groupby(records, itemgetter(0)):
        text = next(layers)[1].text
        words.update(_WORD.findall(text))
        for found in names.found(text):
            by_key[found.replacement].in_texts += 1
            by_key[found.replacement].articles.add(article)
    for row in rows:
        if row.spelling != row.spelling.lower() and row.spelling.lower() in words:  # "Officials said"
            row.replacement = ""


class _Said:
    """The names that annotations say, by their folded spelling."""

    def __init__(self) -> None:
        self._rows: dict[str, NameRow] = {}
        self._named: set[str] = set()  # the spellings that are names, not descriptions
        self._institutions: set[str] = set()

    def add(self, span: SpanRecord, article: int) -> None:
        """Take in what an annotation says of its source, by name or in the words of the article."""
        said = [(span.source, True)] if span.source else []
        said += [(part.text, span.identity != "unnamed") for part in span.parts if part.role == "source" and part.text]
        for words, may_name in said:
            names = names_in(words)
            for name in names or [" ".join(words.split())]:
                key = fold(name)
                if len(key) < SHORTEST:
                    continue
                row = self._rows.setdefault(key, NameRow(spelling=name, person=name))
                row.annotations += 1
                row.articles.add(article)
                if names and may_name:
                    self._named.add(key)
                if span.identity == "institution":
                    self._institutions.add(key)

    def rows(self, pseudonyms: Pseudonyms) -> list[NameRow]:
        """Return a row a spelling: what was said, and the first and last words of people's names."""
        people: dict[str, list[str]] = {}  # who is called by a word
        words: dict[str, str] = {}
        for key in self._named - self._institutions:
            parts = self._rows[key].spelling.split()
            for word in {parts[0], parts[-1]} if len(parts) > 1 else ():
                if len(fold(word)) > SHORTEST:
                    people.setdefault(fold(word), []).append(self._rows[key].person)
                    words.setdefault(fold(word), word)
        for key, called in people.items():
            row = self._rows.setdefault(key, NameRow(spelling=words[key], person=words[key]))
            self._named.add(key)
            if len(called) == 1:  # of two of one name it is not known who is meant
                row.person = called[0]
        for key in self._named:
            self._rows[key].replacement = pseudonyms.source(self._rows[key].person)
        return list(self._rows.values())


def names_in(said: str) -> list[str]:
    """Return the names in what a source is called: words with capitals in a row, without titles before them.

    In a script without capitals all of it is one name.
    """
    if not any(char.isupper() or char.islower() for char in said):
        return [" ".join(said.split())] if any(map(str.isalpha, said)) else []
    runs: list[list[str]] = [[]]
    for word in said.split():
        name = word.strip(_MARKS)
        for end in _ENDS:
            name = name.removesuffix(end)
        if len(name) > 4:  # "Jr." and "J." keep their stops
            name = name.rstrip(".")
        if name[:1].isupper() or (runs[-1] and name in _WITHIN):
            runs[-1].append(name)
        else:
            runs.append([])
        if word[-1] in _MARKS:
            runs.append([])
    return [name for name in map(_name, runs) if name]


def _name(run: list[str]) -> str:
    while run and fold(run[0]) in _TITLES:
        run = run[1:]
    while run and run[-1] in _WITHIN:
        run = run[:-1]
    return " ".join(run)


def write(path: Path, rows: list[NameRow]) -> None:
    """Write a list as a table, UTF-8 with a mark so that spreadsheets know; no cell is run as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(COLUMNS)
        for row in rows:
            articles = sorted(row.articles)
            shown = " ".join(map(str, articles[:SHOWN_ARTICLES])) + (" …" if len(articles) > SHOWN_ARTICLES else "")
            said = (marked(row.spelling), row.replacement and marked(row.replacement), marked(row.person))
            table.writerow([*said, row.annotations, row.in_texts, shown])


def read(path: Path) -> dict[str, str]:
    """Return what replaces each spelling, from a list that a person has been through.

    Raises:
        UserError: it cannot be read, is no such list, replaces nothing, or contradicts itself.

    """
    try:
        encoding, _, delimiter = csv_rows.dialect(path)
        header, *rows = csv_rows.rows(path, encoding, delimiter)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeError, ValueError):
        raise UserError(
            f"{path.name} is no list of names. Make one with: annotator names PROJECT {path.name}"
        ) from None
    columns = csv_rows.unique(header.cells)
    if not {"spelling", "replacement"} <= set(columns):
        raise UserError(f"{path.name} is no list of names: it has no columns “spelling” and “replacement”.")
    found: dict[str, str] = {}
    for row in rows:
        if row.wrong or len(row.cells) > len(columns):
            raise UserError(f"{path.name}, line {row.line}: {row.wrong or 'more cells than columns'}.")
        said = dict(zip(columns, row.cells, strict=False))
        spelling, replacement = unmarked(said.get("spelling", "")), unmarked(said.get("replacement", ""))
        try:
            add(found, spelling, replacement)
        except ValueError as error:
            raise UserError(f"{path.name}, line {row.line}: {error}.") from None
    return complete(found)


def add(found: dict[str, str], spelling: str, replacement: str) -> None:
    """Add a row to what is to be replaced, unless it keeps its spelling.

    Raises:
        ValueError: the spelling is too short, or stands there already with another replacement.

    """
    spelling, replacement = " ".join(spelling.split()), " ".join(replacement.split())
    if not replacement or replacement == spelling:
        return
    key = fold(spelling)
    if len(key) < SHORTEST:
        raise ValueError(f"“{spelling}” is too short to be replaced wherever it stands")
    if found.setdefault(key, replacement) != replacement:
        raise ValueError(f"“{spelling}” stands there twice, with two replacements")


def complete(found: dict[str, str]) -> dict[str, str]:
    """Return what is to be replaced, if it can be.

    Raises:
        UserError: it is nothing, or a replacement holds a name that is to be replaced itself.

    """
    if not found:
        raise UserError("The list of names replaces nothing: every replacement in it is empty.")
    names = Names(found)
    for spelling, replacement in found.items():
        if names.found(replacement):
            raise UserError(
                f"“{replacement}”, which replaces “{spelling}”, holds a name that is to be replaced itself."
            )
    return found
