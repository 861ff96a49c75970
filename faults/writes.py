"""An error of the system at the n-th write and at the n-th sync, for every n.

Writes: the system lets no file grow beyond a limit (`RLIMIT_FSIZE`), which is tried in small steps.
Syncs: `strace` has the n-th one fail, as a disk does that could not write what it had taken.
"""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from faults import children, limits, projects
from faults.projects import PROJECT
from faults.recorder import STRACE
from faults.table import Row
from faults.use_cases import USE_CASES, Outcome, after, prepare, state, tried

STEP = 515  # bytes: an eighth of a page in SQLite's log, with its header


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    prepared = prepare(folder / "prepared", 5)
    for name in ("tag", "import", "export", "copy") if quick else USE_CASES:
        yield limit(prepared, name, 60 * STEP if quick else STEP)
    for name in ("copy",) if quick else USE_CASES:
        yield fail_to_sync(prepared, name)


def limit(prepared: Path, name: str, step: int) -> Row:
    """Do a use case while no file may grow beyond a size, then beyond a larger one, until it works."""
    return tried(f"no room at the n-th write: {name}", limits.in_child(limits.FILE_SIZE, prepared, name, step))


def fail_to_sync(prepared: Path, name: str) -> Row:
    """Do a use case in a process whose n-th sync fails, and again there: then it is done, and all is whole."""
    expected = after(prepared, USE_CASES[name])
    outcomes = [
        outcome for call in ("fsync", "fdatasync") for outcome in _failing_syncs(prepared, name, call, expected)
    ]
    return tried(f"the disk fails at the n-th sync: {name}", outcomes)


def _failing_syncs(prepared: Path, name: str, call: str, expected: dict[str, Any]) -> Iterator[Outcome]:
    for number in count(1):
        folder = shutil.copytree(prepared, prepared.with_name("failing"))
        trace = folder.with_name("trace")
        fault = ("-e", f"trace={call}", "-e", f"inject={call}:error=EIO:when={number}")
        strace = (*STRACE, "-o", str(trace), *fault)
        done = children.python("-m", "faults.use_cases", name, str(folder), before=strace, cwd=folder)
        wrong = ""
        if done.returncode:
            wrong = f"{call} {number}: no clear message: {done.stderr.strip().splitlines()[-1]}"
        elif state(folder) != expected or projects.problems(folder / PROJECT):
            wrong = f"{call} {number}: not whole"
        shutil.rmtree(folder)
        if "(INJECTED)" not in trace.read_text():
            return
        yield Outcome(failed=True, wrong=wrong)
