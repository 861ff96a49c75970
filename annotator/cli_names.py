"""The command that lists the names of sources, to be read by a person before any is replaced."""

from pathlib import Path
from typing import Annotated

import typer

from annotator.arguments import ProjectPath, note_plain
from annotator.plural import count
from annotator.printing import err, progress_bar
from annotator.records import UserError


def names(
    project: ProjectPath,
    out_path: Annotated[Path, typer.Argument(metavar="OUT.CSV", help="The table to write.")],
) -> None:
    """List the names of sources with what is proposed to replace each, for export --replace-names."""
    from annotator import name_list
    from annotator.store import Store
    from annotator.writing import explained, file_in_place

    if out_path.exists():
        raise UserError(f"{out_path} is there already, perhaps with what you changed in it. Choose another name.")
    with Store.open_to_read(project) as store, store.reading() as connection, progress_bar("Reading") as progress:
        rows = name_list.find(connection, progress)
    with explained(out_path), file_in_place(out_path) as file:
        name_list.write(file, rows)
    replaced = sum(bool(row.replacement) for row in rows)
    err.print(
        f"{count(len(rows), 'spelling')}, of which {replaced} would be replaced, written to {out_path}. Read "
        "it, empty a replacement to keep a name, add what else a source is called, then export with --replace-names. "
        "What is left of a quotation can still tell who spoke."
    )
    note_plain(project)
