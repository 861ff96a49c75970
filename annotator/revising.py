"""Bring the corrected version of an article into a project, and say what became of what was annotated in it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, json
from msgspec.structs import asdict, replace
from sqlalchemy import Connection

from annotator import importers
from annotator.carrying import Outcome
from annotator.formats import plain, require
from annotator.formats.isolation import Isolated
from annotator.records import LayerRecord, Meta, Problem, UserError
from annotator.store import queries, revisions
from annotator.validation import check

Transaction = Callable[[], AbstractContextManager[Connection]]
CORRECTS = "corrects"  # in the metadata of a corrected article: the hash of the text before


class Article(NamedTuple):
    """A checked article without annotations, and the hash of its text."""

    record: LayerRecord
    sha256: str


class Preview(NamedTuple):
    """What bringing in a corrected article would do: the texts, and how many annotations are same, moved and lost."""

    old: str
    new: str
    outcomes: dict[Outcome, int]


class Item(Struct, kw_only=True):
    """What became of one annotation, in words and places."""

    annotator: str
    label: str | None
    outcome: Outcome
    words: str
    start: int
    end: int
    new_words: str | None = None
    new_start: int | None = None
    new_end: int | None = None


class Report(Struct, kw_only=True):
    """What bringing in a corrected article did. Nothing came in where it is done again."""

    document: int
    predecessor: int
    is_new: bool
    same: int
    moved: int
    lost: int
    annotations: list[Item]


def read(path: Path, cancelled: Callable[[], bool] = lambda: False) -> Article:
    """Return the one article that a file of any readable format holds; what is annotated in it is left out.

    Raises:
        UserError: it cannot be read, or holds no article or several.

    """
    if path.is_dir():
        raise UserError(f"{path.name} is a folder. Choose the file of the corrected article.")
    (source,) = importers.find([path])
    if source.format:
        require(source.format)
    articles, problems = _found(source, cancelled)
    if not articles:
        raise UserError(problems[0] if problems else f"{path.name} holds no article.")
    if len(articles) > 1:
        raise UserError(f"{path.name} holds {len(articles)} articles. Choose a file with the corrected one alone.")
    article = _alone(articles[0], guesses_title=source.format in (plain.TEXT, plain.MARKDOWN))
    sha256, findings = check(article, frozenset())
    if sha256 is None:
        raise UserError(f"{path.name}: {findings[0].what}.")
    return Article(article, sha256)


def _alone(layer: LayerRecord, *, guesses_title: bool) -> LayerRecord:
    """Return the article of a layer; what plain text is called by says less than what its predecessor is called."""
    meta = replace(layer.meta, title=None) if guesses_title else layer.meta
    return replace(
        layer, meta=meta, annotator=None, status=None, round=None, blind=None, guideline=None, spans=[],
        negatives=[], relations=[],
    )  # fmt: skip


def _found(source: importers.Source, cancelled: Callable[[], bool]) -> tuple[list[LayerRecord], list[str]]:
    """Return the articles of a file, one a text, and what is wrong with it."""
    articles: dict[str, LayerRecord] = {}
    problems = []
    try:
        with Isolated() as isolated:
            for each in importers.read_source(source, isolated, cancelled):
                if isinstance(each.found, Problem) and not each.found.note:
                    problems.append(str(each.found))
                elif isinstance(each.found, LayerRecord):
                    articles.setdefault(each.found.text, each.found)
    except OSError as error:
        raise UserError(f"{source.path} cannot be read: {error.strerror}.") from error
    return list(articles.values()), problems


def look(reading: Transaction, document_id: int, article: Article) -> Preview:
    """Find what bringing an article in would do; nothing is changed. Raises UserError."""
    with reading() as connection:
        _refuse_missing(connection, document_id)
        old = queries.document(connection, document_id).text
        outcomes: dict[Outcome, int] = {"same": 0, "moved": 0, "lost": 0}
        for each in revisions.foresee(connection, document_id, article.record.text, article.sha256):
            outcomes[each.found.outcome] += 1
    return Preview(old, article.record.text, outcomes)


def revise(writing: Transaction, document_id: int, article: Article) -> Report:
    """Bring a corrected article in as one edit, with the metadata of its predecessor where it says nothing else.

    Raises:
        UserError: the document is not there, nothing is corrected, or the text corrects another document.

    """
    report = None
    with suppress(_NothingNew), writing() as connection:
        _refuse_missing(connection, document_id)
        former = queries.document(connection, document_id)
        whole = _with_metadata(article.record, former, revisions.origin(connection, document_id))
        revised = revisions.revise(connection, f"Correct {former.name}", document_id, whole, article.sha256)
        report = _report(connection, document_id, former.text, article.record.text, revised)
        if not revised.is_new:
            raise _NothingNew
    assert report is not None  # noqa: S101 - an error left it otherwise
    return report


class _NothingNew(Exception):
    """Rolls back what brought nothing, so that it does not stand in the way of undo."""


def _refuse_missing(connection: Connection, document_id: int) -> None:
    if document_id not in queries.document_ids(connection, None):
        raise UserError(f"The project has no article {document_id}. `annotator list` shows the numbers.")


def _with_metadata(record: LayerRecord, former: Any, origin: revisions.Origin) -> LayerRecord:
    said = {name: value for name, value in asdict(record.meta).items() if value is not None}
    kept = {name: getattr(former, name) for name in Meta.__struct_fields__}
    more = {**_object(origin.meta_json), **_object(record.meta_json), CORRECTS: origin.sha256}
    return replace(
        record,
        meta=Meta(**kept | said),
        language=record.language or former.language,
        meta_json=json.encode(more).decode(),
    )


def _object(meta_json: str) -> dict[str, Any]:
    return json.decode(meta_json, type=dict[str, Any])


def _report(connection: Connection, predecessor: int, old: str, new: str, revised: revisions.Revised) -> Report:
    names = {row.id: row.name for row in queries.annotators(connection)}
    items = [_item(each, old, new, names[each.annotator_id]) for each in revised.carried]
    return Report(
        document=revised.document_id,
        predecessor=predecessor,
        is_new=revised.is_new,
        same=_count(items, "same"),
        moved=_count(items, "moved"),
        lost=_count(items, "lost"),
        annotations=items,
    )


def _item(each: revisions.Carried, old: str, new: str, annotator: str) -> Item:
    start, end = each.span
    item = Item(
        annotator=annotator, label=each.label, outcome=each.found.outcome, words=old[start:end], start=start, end=end
    )
    if each.found.place:
        item.new_start, item.new_end = each.found.place
        item.new_words = new[item.new_start : item.new_end]
    return item


def _count(items: Sequence[Item], outcome: Outcome) -> int:
    return sum(item.outcome == outcome for item in items)
