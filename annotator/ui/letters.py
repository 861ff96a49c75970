"""The letter that each label of a project has on its chip."""

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.rows import LabelRow

NEGATIVE = "×"  # noqa: RUF001  # for the letter of an annotation without a label


def letters(labels: "Sequence[LabelRow]") -> dict[str, str]:
    """Return a letter a label, no two alike: its shortcut, else one of its title, else a number from 5 on."""
    found: dict[str, str] = {}
    for label in labels:
        wanted = [label.shortcut.upper()] if label.shortcut and len(label.shortcut) == 1 else []
        wanted += [letter for letter in label.title.upper() if letter.isalnum()]
        taken = set(found.values())
        free = (letter for letter in wanted if letter not in taken)
        found[label.key] = next(free, None) or next(number for number in map(str, count(5)) if number not in taken)
    return found
