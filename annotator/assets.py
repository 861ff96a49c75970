"""Files that ship with the program: fonts, icons, the guideline, the sample."""

from pathlib import Path

_PACKAGED = Path(__file__).parent / "resources"
# A checkout keeps them beside the package; the wheel carries them inside it.
FOLDER = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parent.parent / "resources"


def guideline_text() -> str:
    """Return the annotation guideline that new projects start with, as Markdown."""
    return (FOLDER / "guideline.md").read_text(encoding="utf-8")
