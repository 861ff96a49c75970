"""After a kill: a hundred steps are undone, and a large project is opened again."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from annotator.store import Store, queries, undo
from faults import annotating, children, projects
from faults.projects import PROJECT
from faults.table import Row

UNDONE = 100
SECONDS = 2.0  # to the first rows


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    for name in ("undone", "opened"):
        (folder / name).mkdir()
    yield undo_after_kill(folder / "undone", UNDONE)
    yield open_after_kill(folder / "opened", 500 if quick else 20_000)


def undo_after_kill(folder: Path, steps: int) -> Row:
    """Tag until killed; then each undo shows what there was one tag before."""
    path = projects.small(folder)
    child = children.Child(_tag_on, path)
    done = 1 + ([child.hear() for _ in range(steps)] + child.kill())[-1]
    with projects.reading(path) as found:
        done = max(done, found.execute("SELECT count(*) FROM edit WHERE kind = 'do'").fetchone()[0])
    differ = 0
    with Store.open(path) as store:
        for left in range(done - 1, done - 1 - steps, -1):
            with store.transaction() as connection:
                undo.undo(connection)
            differ += annotating.shown(path)[0] != annotating.tags(left)
    found_wrong = projects.problems(path)
    return Row(
        f"{steps} steps undone after kill -9", steps, f"{differ} states were another than those of the session", "0",
        not differ and not found_wrong,
    )  # fmt: skip


def _tag_on(say: Callable[[int], None], path: Path) -> None:
    with Store.open(path) as store:
        number = 0
        while True:
            annotating.tag(store, number)
            say(number)
            number += 1


def open_after_kill(folder: Path, documents: int) -> Row:
    """Import and be killed before the project is closed: all is in the log. Then open it, up to the first rows."""
    path = folder / PROJECT
    Store.create(path).close()
    child = children.Child(_import_and_stay, path, documents)
    child.hear()
    child.kill()
    size = path.with_name(f"{path.name}-wal").stat().st_size
    began = time.perf_counter()
    with Store.open(path) as store, store.reading() as connection:
        ids = queries.document_ids(connection, None)
        queries.document_rows(connection, ids[:50], None)
        seconds = time.perf_counter() - began
    is_whole = len(ids) == documents and not projects.problems(path)
    return Row(
        f"opened after kill -9: {documents * 10:,} annotations", 1,
        f"{seconds:.2f} s to the first rows, {size / 1e6:.0f} MB in the log; {'whole' if is_whole else 'not whole'}",
        f"under {SECONDS:.0f} s, whole", seconds < SECONDS and is_whole,
    )  # fmt: skip


def _import_and_stay(say: Callable[[str], None], path: Path, documents: int) -> None:
    with Store.open(path) as store:
        projects.bring_in(store, path.with_name("in.jsonl"), documents)
        say("in")
        time.sleep(600)
