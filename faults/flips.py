"""One bit of a closed project file turns over, as on a tired disk: the check must notice all that changes the work.

What a flip changed is found by reading every row with plain `sqlite3`. Texts, annotations and layer states are the
work; other columns (metadata, names, times, edits) are counted apart. A file that cannot be read is noticed by that.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from annotator.store import Store
from annotator.store.edits import Change, change_annotations
from annotator.store.undo import undo
from faults import projects
from faults.table import Row

SEED = 20261123
_VERSION = "id, uid, digest, parents, document_id, annotator_id, guideline_id, deleted, current, withdrawn"
WORK = {
    "texts": "SELECT id, sha256, length, text, withdrawn FROM document",
    "annotations": f'SELECT {_VERSION}, start, "end", label_id, attributes FROM annotation',
    "layer states": f"SELECT {_VERSION}, status, round, blind FROM layer_state",
}
OTHER = {
    "metadata": "SELECT id, external_id, title, outlet, byline, url, published, language, meta_json, zones, edit "
    "FROM document",
    "annotators": "SELECT * FROM annotator",
    "labels": "SELECT * FROM label",
    "guidelines": "SELECT * FROM guideline",
    "edits": "SELECT * FROM edit",
    "edits of versions": "SELECT id, edit, at FROM annotation UNION ALL SELECT -id, edit, at FROM layer_state",
    "the project": "SELECT * FROM project",
}
UNREADABLE = "unreadable"


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    path = prepare(folder, 10 if quick else 40)
    yield flip(path, 60 if quick else 1000)


def prepare(folder: Path, documents: int) -> Path:
    """Make a project with a history: imported, changed, undone, withdrawn; closed."""
    path = projects.large(folder, documents)
    with Store.open(path) as store:
        with store.reading() as connection:
            found = connection.exec_driver_sql("SELECT uid, document_id, annotator_id FROM annotation").all()
        for uid, document, annotator in found[::10]:
            for label in ("denial", "on-record"):
                with store.transaction() as connection:
                    change = Change(uid, (0, 9), label)
                    change_annotations(connection, "Relabel", document, annotator, [change])
            with store.transaction() as connection:
                undo(connection)
        projects.bring_in(store, folder / "more.jsonl", 3, seed=2)
        with store.transaction() as connection:
            undo(connection)
    return path


def flip(path: Path, flips: int) -> Row:
    """Turn one bit over in a copy, over and over, and ask the check of what plain reading sees changed."""
    choice, whole, former = Random(SEED), path.read_bytes(), _said(path)
    copy = path.with_name("flipped.annotator")
    changed: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    work = of_work = crashed = 0
    for _ in range(flips):
        position = choice.randrange(len(whole) * 8)
        data = bytearray(whole)
        data[position // 8] ^= 1 << position % 8
        copy.write_bytes(data)
        differing = _differing(former, copy)
        try:
            noticed = bool(projects.problems(copy))
        except Exception:  # noqa: BLE001 — the check must go on whatever a file holds
            noticed, crashed = False, crashed + 1
        changed.update(differing)
        missed.update(() if noticed else differing)
        is_work = not differing.isdisjoint(WORK)
        work += is_work
        of_work += is_work and not noticed
        for each in path.parent.glob("flipped.annotator*"):
            each.unlink()
    others = ", ".join(f"{what} {missed[what]} of {changed[what]}" for what in OTHER if changed[what])
    kinds = ", ".join(f"{what} {missed[what]} of {changed[what]}" for what in WORK)
    return Row(
        "one bit of a closed project turned over", flips,
        f"{of_work} of {work} that changed the work undetected ({kinds}), {crashed} stopped the check; "
        f"{changed[UNREADABLE]} unreadable, {missed[UNREADABLE]} of them undetected; apart: {others or 'none'}",
        "0 of the work undetected, 0 stopped", not of_work and not crashed and not missed[UNREADABLE],
    )  # fmt: skip


def _said(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with projects.reading(path, "mode=ro&immutable=1") as rows:
        return {what: rows.execute(sql).fetchall() for what, sql in (WORK | OTHER).items()}


def _differing(former: dict[str, list[tuple[Any, ...]]], path: Path) -> set[str]:
    """Return which kinds of things a file says otherwise than before."""
    try:
        said = _said(path)
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # SQLite's words for it quote the broken bytes
        return {UNREADABLE}
    return {what for what, rows in said.items() if rows != former[what]}
