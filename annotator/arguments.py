"""Arguments that several commands have."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from annotator.records import UserError


def note_missing(project: Path | None) -> Path | None:
    """Say on standard error if a project lacks edits that were saved here; a command that writes goes on without."""
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


def numbers(said: str, option: str) -> tuple[int, ...]:
    """Return the numbers in a list such as 1,4-9; `option` names it where it is something else."""
    found: list[int] = []
    for part in said.split(",") if said else ():
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise typer.BadParameter(f"{option} takes numbers such as 1,4-9, not “{part}”.")
        found += range(int(first), int(last or first) + 1)
    return tuple(found)
