"""The faults by name."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from faults import full, kills, power, statements, writes
from faults.table import Row

Fault: TypeAlias = Callable[[Path, bool], Iterator[Row]]  # in an empty folder, quickly or in full

FAULTS: dict[str, Fault] = {
    "kills": kills.rows,
    "power": power.rows,
    "statements": statements.rows,
    "writes": writes.rows,
    "full": full.rows,
}
