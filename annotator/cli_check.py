"""The command that looks after a project: what is wrong with it, and a repaired copy."""

from pathlib import Path
from typing import Annotated

import typer

from annotator.arguments import AsJson, ProjectPath
from annotator.plural import count
from annotator.printing import err, out, print_json, progress_bar
from annotator.records import UserError


def check(
    project: ProjectPath,
    repair: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write a repaired copy there; the project stays as it is.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that a project is whole: file, texts, versions, and what is derived from them. It is only read."""
    from annotator.store.check import examine

    with progress_bar("Checking") as progress:
        report = examine(project, progress)
    if as_json:
        print_json(report.as_json())
    else:
        for line in report.lines():
            out.print(line)
    if repair:
        _repair(project, repair)
    if not report.findings:
        err.print(f"{project.name} is whole (SQLite {report.sqlite}).")
    elif not repair:
        advice = f" annotator check {project.name} --repair OUT makes a repaired copy." if report.repairable else ""
        raise UserError(f"{project.name} is damaged: {len(report.findings):,} found (SQLite {report.sqlite}).{advice}")


def _repair(project: Path, target: Path) -> None:
    from annotator.store.repair import repair

    with progress_bar("Repairing") as progress:
        found = repair(project, target, progress)
    for line in found.lines():
        err.print(line)
    err.print(f"Wrote {target}: {count(found.left_out, 'row')} left out.")
    if found.beside:
        err.print(f"What was left out or put right stands in {found.beside}, as it was found.")
