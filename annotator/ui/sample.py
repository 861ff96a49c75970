"""The sample project: invented articles, and two annotators' work on them."""

from datetime import datetime
from pathlib import Path

from platformdirs import user_documents_path

from annotator.assets import FOLDER
from annotator.records import UserError

TITLE = "Sample"
SAMPLE = FOLDER / "sample" / "sample.jsonl"


def make(path: Path) -> None:
    """Make the sample project. Raises UserError."""
    from annotator import importers
    from annotator.store import Store

    with Store.create(path, TITLE) as store:
        importers.import_files(store, importers.find([SAMPLE]))


def unchanged_sample(now: datetime) -> Path:
    """Return a copy of the sample among the person's documents: one that nobody has worked on, else a new one."""
    folder = user_documents_path() / "Source Annotator"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copies = sorted(folder.glob("Sample *.annotator"), reverse=True)
    unchanged = next((path for path in copies if _is_unchanged(path)), None)
    if unchanged:
        return unchanged
    path = folder / f"Sample {now:%Y-%m-%d %H.%M.%S}.annotator"
    make(path)
    return path


def _is_unchanged(path: Path) -> bool:
    """Tell whether a copy still holds its import and no edit more. One that cannot be read is left alone."""
    from annotator.store import Store, queries

    try:
        with Store.open_to_read(path) as store, store.reading() as connection:
            return queries.title(connection) == TITLE and queries.edits(connection) == 1
    except UserError:
        return False
