"""SQLite's log is cut off after a crash, as a copy that was not finished or a disk check leaves it.

What the log still holds is whole, and SQLite says nothing of what is gone: the number of the last edit, kept outside
the file, is what can tell.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

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
    log = path.with_name(f"{path.name}-wal").read_bytes()
    choice = Random(SEED)
    corrupt = losing = most = told = 0
    for _ in range(cuts):
        place = folder / "cut"
        place.mkdir()
        copy = Path(shutil.copy(path, place))
        copy.with_name(f"{copy.name}-wal").write_bytes(log[: choice.randrange(len(log))])
        found = projects.problems(copy)
        steps = annotating.steps_in(copy)
        is_told = bool(found) and all(_tells_of_lost_edits(what) for what in found)
        corrupt += (bool(found) and not is_told) or annotating.shown(copy) != annotating.after(steps)
        losing += steps < said
        most = max(most, said - steps)
        told += is_told and steps < said
        shutil.rmtree(place)
    return Row(
        "SQLite's log cut off after a crash", cuts,
        f"{corrupt} corrupt; {losing} lost edits, up to {most} of {said}; {told} of these were told to the person",
        "0 corrupt", not corrupt,
    )  # fmt: skip


def _tells_of_lost_edits(finding: str) -> bool:
    """Whether a finding says that edits are gone that once were there."""
    return "last edit" in finding
