"""How numbers, times and paths are said."""

from datetime import datetime
from pathlib import Path


def count(number: int, one: str, many: str) -> str:
    """Return a number and the noun in its form: "1 article", "2,300 articles"."""
    return f"{number:,} {one if number == 1 else many}"


def moment(at: datetime) -> str:
    """Return a time as the person's clock says it: "Wed 25 Nov 2026, 03:30"."""
    return f"{at.astimezone():%a %d %b %Y, %H:%M}"


def from_home(path: Path) -> str:
    """Return a path as a person knows it: "~" stands for the home folder."""
    home = Path.home()
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)
