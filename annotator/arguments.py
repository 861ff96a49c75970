"""Arguments that several commands have."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from annotator.records import UserError


def note_missing(project: Path | None) -> Path | None:
    """Say on standard error if a project lacks edits that were saved here."""
    if project and project.is_file():
        from annotator.store import last_edit

        with suppress(UserError):  # which the command says
            if lost := last_edit.missing(project):
                typer.echo(f"Note: {last_edit.in_words(lost)}", err=True)
    return project


ProjectPath = Annotated[
    Path, typer.Argument(metavar="PROJECT", help="The project file, NAME.annotator.", callback=note_missing)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
