"""Make an export again: the same bytes from the history of the project, or a list of what is gone."""

from pathlib import Path

import msgspec

from annotator import exporters, provenance, splits
from annotator.provenance import ExportedFile, Provenance
from annotator.records import UserError
from annotator.store import Store, identity

NAMED = 20  # documents in a message


def project_of(made: Path) -> Path:
    """Return where the project is of which an `export.json` tells."""
    found = made.parent if made.name == "export.json" else made
    project_file = provenance.read(made).project_file
    if not project_file:
        raise UserError(f"{made.name} does not tell its project, since it hides names. Say PROJECT too.")
    return (found.parent / project_file).resolve()


def target_of(made: Path) -> Path:
    """Return where the export was written of which an `export.json` tells."""
    return made.parent if made.name == "export.json" else made.parent / provenance.read(made).out


def repeat(
    store: Store,
    made: Path,
    target: Path,
    *,
    progress: exporters.Progress = lambda _done, _total: None,
    cancelled: exporters.Cancelled = lambda: False,
) -> exporters.Report:
    """Write to `target` what the export wrote of which the `export.json` at `made` tells.

    Raises:
        UserError: it is of another project, documents were removed for good since, or the bytes would differ.
            What stands at `target` stays as it was.

    """
    past = provenance.read(made)
    if past.names_replaced:
        raise UserError(
            f"{made.name} tells of an export with names of sources replaced, and the list of them is not kept in it. "
            "Export again with that list: --replace-names."
        )
    with store.reading() as connection:
        if past.project["uid"] != identity.project(connection).uid:
            raise UserError(f"{made.name} is of another project, “{past.project['title']}”.")
        if past.last_edit > identity.last_edit(connection):
            raise UserError(f"{store.path.name} is an older copy: it does not know edit {past.last_edit} yet.")
        there = identity.texts(connection)
    gone = [sha256 for sha256 in past.documents if sha256 not in there]
    if gone:
        more = f" and {len(gone) - NAMED} more" if len(gone) > NAMED else ""
        raise UserError(
            f"{len(gone)} of its {len(past.documents)} documents were removed for good since, so the same bytes "
            f"cannot be had: {', '.join(gone[:NAMED])}{more}"
        )
    options = msgspec.convert({**past.options, "splits_from": _sides(made, past)}, exporters.ExportOptions)

    def same(files: list[ExportedFile]) -> None:
        changed = [file.name for file in files if file not in past.files]
        if changed:
            raise UserError(
                f"{', '.join(changed)} would differ from what {past.tool} wrote: documents were brought in again "
                "since, or another version of the tool wrote it. Nothing was written."
            )

    return exporters.export(
        store, target, options, as_of=past.last_edit, accept=same, progress=progress, cancelled=cancelled
    )


def _sides(made: Path, past: Provenance) -> splits.Manifest | None:
    """Return the sides that documents were on; the manifest is part of the export."""
    has_split = any(file.name == "split.json" for file in past.files)
    return splits.read_manifest(made.parent / "split.json") if has_split else None
