"""Writing a report, and its figures, in place of what stood there."""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from annotator.criteria import Criteria
from annotator.records import UserError
from annotator.report import html, pdf, svg
from annotator.report.content import report
from annotator.report.shapes import Drawing
from annotator.report.source import gather
from annotator.reviewing import Cancelled, Progress
from annotator.store import Store
from annotator.writing import explained, file_in_place

SUFFIXES = (".html", ".pdf")


def check_target(out: Path, figures: Path | None = None) -> None:
    """Refuse what cannot be written, before anything is read.

    Raises:
        UserError: the name of the file does not say what it is to be, or what a PDF or bitmaps take is not installed.

    """
    if out.suffix.lower() not in SUFFIXES:
        raise UserError(f"“{out.name}” does not say what the report is to be. Name a file that ends in .html or .pdf.")
    if (out.suffix.lower() == ".pdf" or figures) and find_spec("reportlab") is None:
        raise UserError(
            "A report as PDF, and figures as files, need what is not installed. "
            "Install it with: pip install 'source-annotator[pdf]'"
        )


def write(
    store: Store,
    out: Path,
    criteria: Criteria,
    *,
    figures: Path | None = None,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> list[Path]:
    """Write the report of a project to a file that ends in .html or .pdf; its figures too, if a folder is named.

    Returns what was written.

    Raises:
        UserError: see `check_target`; an annotator or a guideline is not the project's; the disk or a folder refused.
        ReviewCancelled: `cancelled` said so; nothing was written.

    """
    check_target(out, figures)
    found = report(gather(store, criteria, progress, cancelled))
    files: dict[Path, Callable[[], bytes]] = {}
    if figures:
        for drawing in found.drawings():
            files[figures / f"{drawing.name}.svg"] = partial(_vector, drawing)
            files[figures / f"{drawing.name}.png"] = partial(pdf.bitmap, drawing)
        with explained(figures):
            figures.mkdir(parents=True, exist_ok=True, mode=0o700)
    if out.suffix.lower() == ".pdf":
        pages = BytesIO()
        pdf.write(found, pages)
        files[out] = pages.getvalue
    else:
        files[out] = html.page(found).encode
    for path, content in files.items():
        with explained(path), file_in_place(path) as file:
            file.write_bytes(content())
    return list(files)


def _vector(drawing: Drawing) -> bytes:
    return svg.standalone(drawing).encode()
