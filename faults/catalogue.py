"""The faults by name."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from faults import clock, flips, full, handles, kills, logs, merging, places, power, recovery, statements, writes
from faults.table import Row

Fault: TypeAlias = Callable[[Path, bool], Iterator[Row]]  # in an empty folder, quickly or in full

FAULTS: dict[str, Fault] = {
    "kills": kills.rows,
    "power": power.rows,
    "statements": statements.rows,
    "writes": writes.rows,
    "full": full.rows,
    "handles": handles.rows,
    "places": places.rows,
    "clock": clock.rows,
    "flips": flips.rows,
    "logs": logs.rows,
    "recovery": recovery.rows,
    "merging": merging.rows,
}
