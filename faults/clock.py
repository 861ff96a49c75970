"""A clock that jumps by years, either way, between edits: order, undo and redo must not notice.

The process runs with a `datetime` of its own, put in place before our modules are loaded. `python -m faults.clock
FOLDER SEED` annotates, without a seed by a clock that goes right, undoes everything and redoes it, and prints what was
shown after each step.
"""

import datetime
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faults import children
from faults.table import Row

STEPS = 60
_RIGHT = datetime.datetime


class _Jumping(datetime.datetime):
    """A clock that is within ten years of the right time, sometimes the same as before."""

    _choice = random.Random(0)
    _last: datetime.datetime | None = None

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        if cls._last is None or cls._choice.random() > 0.2:
            days = cls._choice.uniform(-3653, 3653)
            cls._last = _RIGHT.now(tz) + datetime.timedelta(days=days)
        return cls._last


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    runs = 2 if quick else 30
    expected = _said(folder, ())
    differ = sum(_said(folder, (str(seed),)) != expected for seed in range(runs))
    yield Row(
        "the clock jumps by years", runs, f"{differ} runs of {STEPS} steps, undone and redone, were another thing",
        "0", not differ and len(expected) > 2 * STEPS,
    )  # fmt: skip


def _said(folder: Path, seed: tuple[str, ...]) -> list[Any]:
    done = children.python("-m", "faults.clock", str(folder), *seed, cwd=folder)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main(folder: Path) -> None:
    """Annotate, undo and redo, and print what is shown after each step, and in which order the edits stand."""
    from annotator.store import Store, undo
    from faults import annotating, projects

    path = projects.small(folder)
    with Store.open(path) as store:
        for number in range(STEPS):
            annotating.take(store, number)
            print(json.dumps(annotating.shown(path)))
        for revert in (undo.undo, undo.redo):
            for _ in range(STEPS // 2):
                with store.transaction() as connection:
                    revert(connection)
                print(json.dumps(annotating.shown(path)))
    with projects.reading(path) as rows:
        print(json.dumps(rows.execute("SELECT number, name, kind, target FROM edit ORDER BY number").fetchall()))
        times = [at for (at,) in rows.execute("SELECT at FROM edit ORDER BY number")]
    if len(sys.argv) > 2 and times == sorted(times):
        raise RuntimeError("the clock did not jump")
    for file in folder.iterdir():
        file.unlink()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        _Jumping._choice = random.Random(sys.argv[2])
        vars(datetime)["datetime"] = _Jumping
    main(Path(sys.argv[1]))
