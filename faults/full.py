"""A disk that gets full, in the midst of a session of edits and in the midst of an export.

`python -m faults.full FOLDER RUNS` is done in a mount namespace of its own, so that a small disk can be mounted
without being root, and is gone with the process.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from annotator import exporters
from annotator.records import UserError
from annotator.store import Store
from faults import annotating, children, commands, projects
from faults.table import Row

SEED = 20261123
SIZE = 2 << 20  # bytes of the disk
PAGE = 4096  # bytes, in which the disk gives room
ALONE = ("unshare", "--map-root-user", "--mount")
DOCUMENTS = 100


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    done = children.python("-m", "faults.full", str(folder), "8" if quick else "100", before=ALONE, cwd=folder)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        yield Row("disk full", 0, f"not run: {why}", "a small disk can be mounted", "unshare" in why)
        return
    for row in json.loads(done.stdout):
        yield Row(*row)


def annotate(small: Path, disk: Path, runs: int) -> Row:
    """Annotate until there is no room; then make room and go on, or close the project on the full disk."""
    choice = Random(SEED)
    acknowledged = lost = corrupt = unclear = 0
    for run in range(runs):
        path = Path(shutil.copy(small, disk))
        ballast = _fill(disk, leave=choice.randrange(60_000, 600_000))
        with Store.open(path) as store:
            said, error = _annotate_until_refused(store)
            unclear += not (isinstance(error, UserError) and "the disk is full" in str(error))
            lost += max(said - annotating.steps_in(path), 0)
            if run % 2:
                ballast.unlink()
                annotating.take(store, said)
                said += 1
        ballast.unlink(missing_ok=True)
        acknowledged += said
        lost += max(said - annotating.steps_in(path), 0)
        corrupt += bool(projects.problems(path)) or annotating.shown(path) != annotating.after(said)
        _empty(disk)
    return Row(
        "disk full while annotating", runs,
        f"{lost} of {acknowledged:,} acknowledged edits lost, {corrupt} corrupt, {unclear} without a clear message",
        "0 lost, 0 corrupt, 0 unclear", not lost and not corrupt and not unclear,
    )  # fmt: skip


def _annotate_until_refused(store: Store) -> tuple[int, Exception]:
    number = 0
    while (error := _error_of(partial(annotating.take, store, number))) is None:
        number += 1
    return number, error


def export(large: Path, disk: Path) -> Row:
    """Export over an older export, with a page more of room each time, until there is enough."""
    target = disk / commands.EXPORT
    for name in (target.name, f"{target.name}.export.json"):
        (disk / name).write_text("older\n")
    before = _files(disk)
    changed = unclear = tries = 0
    with Store.open_to_read(large) as store:
        for tries in count():
            ballast = _fill(disk, leave=tries * PAGE)
            error = _error_of(lambda: exporters.export(store, target))
            ballast.unlink()
            if error is None:
                break
            unclear += not (isinstance(error, UserError) and "No space left" in str(error))
            changed += _files(disk) != before
        exporters.export(store, large.with_name(target.name))
    whole = target.read_bytes() == large.with_name(target.name).read_bytes()
    return Row(
        "disk full while exporting", tries,
        f"{changed} changed the older export or left something, {unclear} without a clear message; "
        f"with room it is {'whole' if whole else 'not whole'}",
        "0, 0, whole", not changed and not unclear and whole and tries > 0,
    )  # fmt: skip


def _error_of(act: Callable[[], object]) -> Exception | None:
    """Return what goes wrong, whatever it is: a person would be shown it."""
    try:
        act()
    except Exception as error:  # noqa: BLE001
        return error
    return None


def _files(disk: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in disk.iterdir()}


def _empty(disk: Path) -> None:
    for path in disk.iterdir():
        path.unlink()


def _fill(disk: Path, leave: int) -> Path:
    """Use up a disk but for `leave` bytes, and return the file that does."""
    ballast = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - leave
    ballast.write_bytes(bytes(max(free, 0)))
    return ballast


def main(folder: Path, runs: int) -> None:
    """Mount a small disk, and print what came of each as JSON."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)], check=True)
    for name in ("small", "large"):
        (folder / name).mkdir()
    done = [annotate(projects.small(folder / "small"), disk, runs)]
    _empty(disk)
    done.append(export(projects.large(folder / "large", DOCUMENTS), disk))
    print(json.dumps(done))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
