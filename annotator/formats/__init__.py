"""The file formats: one module each, reader and writer side by side.

A new format is one module with a `Format`, named here; commands, dialogs, documentation and tests find it
in `FORMATS`. A module imports its library inside the functions that need it.
"""

from importlib.util import find_spec
from pathlib import Path

from annotator.formats import (
    brat,
    conll,
    doccano,
    docx,
    eml,
    gate,
    html,
    html_page,
    huggingface,
    jsonl,
    label_studio,
    odt,
    pdf,
    pdf_page,
    plain,
    prodigy,
    rtf,
    spacy_docbin,
    span_csv,
    uima,
    w3c,
)
from annotator.records import Format, UserError

_MODULES = (
    jsonl.FORMAT,
    prodigy.FORMAT,
    doccano.FORMAT,
    label_studio.FORMAT,
    brat.FORMAT,
    conll.FORMAT,
    span_csv.FORMAT,
    gate.FORMAT,
    w3c.FORMAT,
    uima.JSON,
    uima.XMI,
    spacy_docbin.FORMAT,
    huggingface.FORMAT,
    plain.TEXT,
    plain.MARKDOWN,
    html.FORMAT,
    html_page.FORMAT,
    docx.FORMAT,
    odt.FORMAT,
    rtf.FORMAT,
    pdf_page.FORMAT,
    pdf.FORMAT,
    eml.FORMAT,
)

FORMATS = {found.name: found for found in _MODULES}
READABLE = {name: found for name, found in FORMATS.items() if found.read}
WRITABLE = {name: found for name, found in FORMATS.items() if found.write or found.write_folder}
BEGINNING = 1 << 16  # bytes that a format is recognised by


def recognise(path: Path) -> Format | None:
    """Return the format of a file or a folder, by its content first, then by its name."""
    beginning = b""
    if not path.is_dir():
        with path.open("rb") as file:
            beginning = file.read(BEGINNING)
    for found in READABLE.values():
        if found.is_folder == path.is_dir() and found.recognise and found.recognise(path, beginning):
            return found
    suffix = path.suffix.lower()
    return next((found for found in READABLE.values() if suffix in found.suffixes and not path.is_dir()), None)


def require(wanted: Format) -> None:
    """Raise UserError, naming the command that helps, if what a format needs is not installed."""
    missing = [module for module in wanted.needs if find_spec(module) is None]
    if missing:
        raise UserError(
            f"{wanted.title} needs {' and '.join(missing)}, which is not installed. "
            f"Install it with: pip install 'source-annotator[{wanted.extra}]'"
        )
