"""The file formats: one module each, reader and writer side by side.

A new format is one module with a `Format`, named here; commands, dialogs and tests find it in `FORMATS`.
"""

from pathlib import Path

from annotator.formats import jsonl, plain
from annotator.records import Format

FORMATS = {found.name: found for found in (jsonl.FORMAT, plain.TEXT, plain.MARKDOWN)}
READABLE = {name: found for name, found in FORMATS.items() if found.read}
WRITABLE = {name: found for name, found in FORMATS.items() if found.write}


def recognise(path: Path) -> Format | None:
    """Return the format of a file, by its content first, then by its name."""
    with path.open("rb") as file:
        beginning = file.read(4096)
    for found in READABLE.values():
        if found.recognise and found.recognise(beginning):
            return found
    suffix = path.suffix.lower()
    return next((found for found in READABLE.values() if suffix in found.suffixes), None)
