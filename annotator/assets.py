"""Files that ship with the program: fonts, icons, the guideline, the sample."""

from pathlib import Path

_PACKAGED = Path(__file__).parent / "resources"
# A checkout keeps them beside the package; the wheel carries them inside it.
FOLDER = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parent.parent / "resources"


def section(guideline: str, label: str) -> str | None:
    """Return what a guideline in Markdown says of a label, under the heading of its key; None if nothing."""
    _, heading, rest = f"\n{guideline}".partition(f"\n## {label}\n")
    return rest.partition("\n## ")[0].strip() if heading else None


def guideline_text() -> str:
    """Return the annotation guideline that new projects start with, as Markdown."""
    return (FOLDER / "guideline.md").read_text(encoding="utf-8")
