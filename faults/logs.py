"""SQLite's log is cut off after a crash, as a copy that was not finished or a disk check leaves it.

What the log still holds is whole, and SQLite says nothing of what is gone: the number of the last edit, kept outside
the file, is what can tell.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from annotator.store import Store
from faults import annotating, children, projects
from faults.table import Row

SEED = 20261123
EDITS = 100


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    yield cut_off(folder, 15 if quick else 300)


def cut_off(folder: Path, cuts: int) -> Row:
    """Annotate, be killed, and lose the end of the log, at random places: the file is whole, with fewer edits."""
    path = projects.small(folder)
    child = children.Child(annotating.go_on, path)
    said = 1 + ([child.hear() for _ in range(EDITS)] + child.kill())[-1]
    log = path.with_name(f"{path.name}-wal")
    whole, written = path.read_bytes(), log.read_bytes()
    choice = Random(SEED)
    corrupt = losing = most = told = 0
    for _ in range(cuts):
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        path.write_bytes(whole)
        log.write_bytes(written[: choice.randrange(len(written))])
        with Store.open(path) as store:
            is_told = store.missing is not None
        steps = annotating.steps_in(path)
        corrupt += bool(projects.problems(path)) or annotating.shown(path) != annotating.after(steps)
        losing += steps < said
        most = max(most, said - steps)
        told += is_told and steps < said
    return Row(
        "SQLite's log cut off after a crash", cuts,
        f"{corrupt} corrupt; {losing} lost edits, up to {most} of {said}; {told} of these were told to the person",
        "0 corrupt, every loss told", not corrupt and told == losing,
    )  # fmt: skip
