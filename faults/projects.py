"""Projects to do harm to, and what is in them, read by plain `sqlite3`: no code of ours."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from annotator import importers
from annotator.records import UserError
from annotator.store import Store, queries
from annotator.store.check import check
from benchmarks import data

PROJECT = "p.annotator"
TEXT = "Officials denied it. “No deal,” one said 😀 on condition of anonymity.\r\nThe mayor declined to comment."

# Times differ from run to run; ids and the index follow from the rest.
_SAID = {
    "edit": "number, name, kind, target",
    "document": "sha256, text, length, external_id, title, outlet, byline, url, published, language, meta_json, zones",
    "annotator": "uid, kind, name",
    "annotation": 'uid, digest, parents, deleted, current, withdrawn IS NULL, start, "end", attributes',
    "layer_state": "uid, digest, parents, deleted, current, withdrawn IS NULL, status, round, blind",
}
Contents: TypeAlias = dict[str, list[tuple[Any, ...]]]


def small(folder: Path) -> Path:
    """Make a project with one article and one annotator, Ana."""
    path = folder / PROJECT
    source = folder / "in.jsonl"
    source.write_text(json.dumps({"schema": "source-annotator/1", "text": TEXT, "spans": []}) + "\n", encoding="utf-8")
    with Store.create(path) as store:
        importers.import_files(store, importers.find([source]))
        with store.transaction() as connection:
            queries.annotator(connection, "Ana")
    return path


def large(folder: Path, documents: int) -> Path:
    """Make a project with that many articles of ten spans each."""
    path = folder / PROJECT
    with Store.create(path) as store:
        bring_in(store, folder / "in.jsonl", documents)
    return path


def bring_in(store: Store, source: Path, documents: int, seed: int = 1) -> None:
    """Import that many articles of ten spans each, by way of a file."""
    data.write(source, documents, seed)
    importers.import_files(store, importers.find([source]))


def contents(path: Path) -> Contents:
    """Return what a project says, without times and local ids, in an order that does not depend on them."""
    with reading(path) as rows:
        return {"version": rows.execute("PRAGMA user_version").fetchall()} | {
            table: sorted(rows.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in _SAID.items()
        }


@contextmanager
def reading(path: Path, how: str = "mode=rw") -> Iterator[sqlite3.Connection]:
    """Open a file that is whole or damaged to read from it; bytes that are no text come as they are."""
    with closing(sqlite3.connect(f"{path.as_uri()}?{how}", uri=True)) as rows:
        rows.text_factory = lambda value: value.decode(errors="surrogateescape")
        yield rows


def edits(path: Path) -> int:
    """Return the number of edits a project has, its imports included."""
    with reading(path) as rows:
        return int(rows.execute("SELECT count(*) FROM edit").fetchone()[0])


def problems(path: Path) -> list[str]:
    """Open a project as the program does, and return what its own check finds; or why it does not open."""
    try:
        with Store.open(path) as store, store.transaction() as connection:
            return [finding.what for finding in check(connection)]
    except UserError as error:
        return [str(error)]
