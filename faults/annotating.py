"""A session of edits whose every state can be reckoned by hand, and the same read from the file.

`python -m faults.annotating FOLDER EDITS alone|beside [PRAGMA...]` is the session that a recorder watches.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection

from annotator.store import Store
from annotator.store.edits import Change, change_annotations, set_state
from annotator.store.undo import redo, undo
from faults import projects

Shown: TypeAlias = tuple[dict[str, tuple[int, int, str]], str | None]  # spans and labels by uid; the layer's status
REOPENED = 40  # edits between two openings
READ = 15  # edits for which a reader keeps its state


def _change(connection: Connection, uid: str, end: int, label: str) -> None:
    change_annotations(connection, "Change", 1, 1, [Change(uid, (0, end), label)])


def _finish(connection: Connection, number: int) -> None:
    set_state(connection, "State", 1, 1, status="started" if number // 6 % 2 else "finished")


_STEPS: tuple[Callable[[Connection, int], Any], ...] = (
    lambda connection, n: _change(connection, f"a{n}", 1 + n % 20, "denial"),
    lambda connection, n: _change(connection, f"a{n - 1}", 1 + (n - 1) % 20, "on-record"),
    lambda connection, n: _change(connection, f"a{n - 2}", 2 + n % 20, "on-record"),
    _finish,
    lambda connection, n: undo(connection),
    lambda connection, n: redo(connection),
)


def after(steps: int) -> Shown:
    """Return what the session has made after so many steps, reckoned by hand."""
    annotations: dict[str, tuple[int, int, str]] = {}
    status, before = None, None
    for number in range(steps):
        new = "started" if number // 6 % 2 else "finished"
        match number % 6:
            case 0:
                annotations[f"a{number}"] = (0, 1 + number % 20, "denial")
                status = status or "started"
            case 1:
                annotations[f"a{number - 1}"] = (0, 1 + (number - 1) % 20, "on-record")
            case 2:
                annotations[f"a{number - 2}"] = (0, 2 + number % 20, "on-record")
            case 3:
                before, status = status, new
            case 4:
                status = before
            case _:
                status = new
    return annotations, status


def shown(path: Path) -> Shown:
    """Return what a project shows of the session, by SQL of our own here."""
    with projects.reading(path) as rows:
        spans = rows.execute(
            'SELECT uid, start, "end", key FROM annotation JOIN label ON label.id = label_id '
            "WHERE current AND NOT deleted"
        ).fetchall()
        states = rows.execute("SELECT status FROM layer_state WHERE current AND NOT deleted").fetchall()
    return {uid: (start, end, label) for uid, start, end, label in spans}, states[0][0] if states else None


def steps_in(path: Path) -> int:
    """Return how many steps of the session a project has: each is an edit, after that of the import."""
    return projects.edits(path) - 1


def take(store: Store, number: int) -> None:
    """Take one step of the session: it is acknowledged when this returns."""
    with store.transaction() as connection:
        _STEPS[number % 6](connection, number)


def tag(store: Store, number: int) -> None:
    """Take a step of a simpler session: one tag a step, every third over an older one."""
    with store.transaction() as connection:
        _change(connection, f"t{number - number % 3 // 2}", 1 + number % 50, "denial")


def tags(steps: int) -> dict[str, tuple[int, int, str]]:
    """Return what that session has made after so many steps, reckoned by hand."""
    return {f"t{number - number % 3 // 2}": (0, 1 + number % 50, "denial") for number in range(steps)}


def go_on(say: Callable[[int], None], path: Path) -> None:
    """Annotate until killed, going on where the project is, and say each step that was acknowledged."""
    first = steps_in(path)
    with Store.open(path) as store:
        for number in count(first):
            take(store, number)
            say(number)


def watched(folder: Path, edits: int, pragmas: list[str], *, beside: bool) -> None:
    """Make a project and annotate in it, closing and opening it now and then; say how many edits are safe."""
    path = projects.small(folder)
    print(0, flush=True)
    for first in range(0, edits, REOPENED):
        with Store.open(path) as store, ExitStack() as reader:
            for pragma in pragmas:
                store._connection.exec_driver_sql(f"PRAGMA {pragma}")
            for number in range(first, min(first + REOPENED, edits)):
                if beside and number % READ == 0:
                    reader.close()
                    reader.enter_context(_reader(path))
                take(store, number)
                print(number + 1, flush=True)


@contextmanager
def _reader(path: Path) -> Iterator[None]:
    """Read beside the session and stay there: then what the log holds cannot all go into the file."""
    with Store.open_to_read(path) as store, store.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM edit").scalar_one()
        yield


if __name__ == "__main__":
    watched(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[4:], beside=sys.argv[3] == "beside")
