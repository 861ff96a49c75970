"""No more files can be opened: by this process, for every number that is left to it."""

from collections.abc import Iterator
from pathlib import Path

from faults import limits
from faults.table import Row
from faults.use_cases import USE_CASES, prepare, tried


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    prepared = prepare(folder / "prepared", 5)
    for name in ("tag", "import", "export", "open") if quick else USE_CASES:
        yield tried(f"no file handle left: {name}", limits.in_child(limits.HANDLES, prepared, name))
