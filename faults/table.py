"""What a fault reports: one row for each thing that was tried."""

from typing import NamedTuple


class Row(NamedTuple):
    """What was done, how often, what was found, and what the goal is."""

    fault: str
    runs: int
    found: str
    goal: str
    ok: bool

    def __str__(self) -> str:
        return f"{self.fault:<54}{self.runs:>6}  {'ok' if self.ok else 'FAILED':<7}{self.found}  (goal: {self.goal})"
