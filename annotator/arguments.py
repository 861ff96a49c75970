"""Arguments that several commands have."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from annotator import asking
from annotator.records import UserError


def ready(project: Path | None) -> Path | None:
    """Ask for the key of an encrypted project, and say on standard error if one lacks edits that were saved here.

    A command that writes goes on without them.
    """
    if project and project.is_file():
        from annotator.store import last_edit

        asking.unlock(project)
        with suppress(UserError):  # which the command says
            if lost := last_edit.missing(project):
                typer.echo(f"Note: {last_edit.in_words(lost)}", err=True)
    return project


ProjectPath = Annotated[
    Path, typer.Argument(metavar="PROJECT", help="The project file, NAME.annotator.", callback=ready)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def note_plain(project: Path) -> None:
    """Say on standard error, of what was made of an encrypted project, that it is not encrypted."""
    from annotator.store import keys

    if keys.is_encrypted(project):
        typer.echo(f"Note: {project.name} is encrypted; what was written is not, and anybody can read it.", err=True)


def numbers(said: str, option: str) -> tuple[int, ...]:
    """Return the numbers in a list such as 1,4-9; `option` names it where it is something else."""
    found: list[int] = []
    for part in said.split(",") if said else ():
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise typer.BadParameter(f"{option} takes numbers such as 1,4-9, not “{part}”.")
        if dash and int(last) < int(first):
            raise typer.BadParameter(f"{option} runs backwards in “{part}”: say {last}-{first}.")
        found += range(int(first), int(last or first) + 1)
    return tuple(found)
