"""The commands that look at backups: which there are, and putting one back as a new project."""

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from annotator import asking
from annotator.arguments import AsJson
from annotator.plural import count
from annotator.printing import err, out, print_json
from annotator.records import UserError
from annotator.rows import Backup, BackupContents

NONE = (
    "There are no backups of {path}. One is made when a project that changed is closed in the window, "
    "and every half hour while it is open there."
)


LostProjectPath = Annotated[Path, typer.Argument(metavar="PROJECT", help="Where the project file is, or was.")]


class Listed(NamedTuple):
    """A backup as it is listed: what it holds, or what is wrong with it."""

    backup: Backup
    holds: BackupContents | None
    damaged: str | None

    def answer(self) -> dict[str, object]:
        """Return it as it is printed as JSON."""
        name, made, why = self.backup.name, self.backup.made, self.backup.reason
        known = {"name": name, "made": made, "why": why, "project": str(self.backup.project)}
        return known | (self.holds._asdict() if self.holds else {"damaged": self.damaged})


def backups(project: LostProjectPath, as_json: AsJson = False) -> None:
    """List the backups of a project, the newest first, also when its file is lost or damaged."""
    from annotator.store import backups

    listed = []
    for backup in _of_project(project):
        try:
            listed.append(Listed(backup, backups.contents(backup), None))
        except UserError as error:
            listed.append(Listed(backup, None, str(error)))
    if as_json:
        print_json([each.answer() for each in listed])
    else:
        for each in listed:
            out.print(f"{each.backup.name}  {_in_words(each.holds) if each.holds else each.damaged}")
    if not listed:
        err.print(NONE.format(path=project))


def _of_project(project: Path) -> list[Backup]:
    """Return the backups of a project, after asking for their key. It may be lost, or damaged so that no key fits.

    Those of one that was moved are found by what it holds: then it is opened first.
    """
    from annotator.store import backups

    found = backups.of_project(project)
    if not found:
        asking.unlock(project)
        found = backups.of_project(project)
    for backup in found:
        asking.unlock(backup.file)
    return found


def _in_words(holds: BackupContents) -> str:
    who = ", ".join(holds.annotators) or "nobody yet"
    return (
        f"{count(holds.documents, 'document')}, {count(holds.annotations, 'annotation')} ({who}); "
        f"last edit: {holds.last_edit or 'none'}"
    )


def restore(
    project: LostProjectPath,
    out_path: Annotated[
        Path | None, typer.Argument(metavar="[OUT]", help="The new project file; else “NAME restored.annotator”.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--backup", metavar="NAME", help="Which backup, as they are listed; else the newest.")
    ] = None,
) -> None:
    """Put a backup back as a new project file; what is there already stays as it is."""
    from annotator.store import backups

    found = _of_project(project)
    if not found:
        raise UserError(NONE.format(path=project))
    chosen = next((backup for backup in found if name in (None, backup.name)), None)
    if chosen is None:
        raise UserError(f"There is no backup “{name}” of {project}. annotator backups lists their names.")
    target = out_path or backups.free_place(project)
    backups.restore(chosen, target)
    out.print(f"Restored {chosen.name} to {target}")
