"""The sample project: invented articles, and two annotators' work on them."""

from datetime import datetime
from pathlib import Path

from platformdirs import user_documents_path

from annotator.assets import FOLDER

SAMPLE = FOLDER / "sample" / "sample.jsonl"


def make(path: Path) -> None:
    """Make the sample project. Raises UserError."""
    from annotator import importers
    from annotator.store import Store

    with Store.create(path, "Sample") as store:
        importers.import_files(store, importers.find([SAMPLE]))


def new_sample(now: datetime) -> Path:
    """Make a copy of the sample among the person's documents, and return its path."""
    folder = user_documents_path() / "Source Annotator"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"Sample {now:%Y-%m-%d %H.%M.%S}.annotator"
    make(path)
    return path
