"""Limits that the system sets to a process, moved up a little at a time until a use case works within them."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from faults import children
from faults.use_cases import Outcome, Trial

FILE_SIZE = resource.RLIMIT_FSIZE
HANDLES = resource.RLIMIT_NOFILE


def in_child(what: int, prepared: Path, name: str, step: int = 1) -> list[Outcome]:
    """Do a use case under a limit that grows by `step` until it works, in a process of its own."""
    child = children.Child(_tries, what, prepared, name, step)
    outcomes: list[Outcome] = child.rest()
    if child.code:
        raise RuntimeError(f"{name} under a limit ended with {child.code}")
    return outcomes


def _tries(say: Callable[[Outcome], None], what: int, prepared: Path, name: str, step: int) -> None:
    trial = Trial(prepared, name)
    for room in count(0, step):
        outcome = trial.attempt(_limited(what, room))
        say(outcome)
        if not outcome.failed:
            return


@contextmanager
def _limited(what: int, room: int) -> Iterator[None]:
    """Let files grow to so many bytes, or so many more be opened."""
    former, hard = resource.getrlimit(what)
    resource.setrlimit(what, (room + (_next_handle() if what == HANDLES else 0), hard))
    try:
        yield
    finally:
        resource.setrlimit(what, (former, hard))


def _next_handle() -> int:
    handle = os.dup(0)
    os.close(handle)
    return handle
