"""The commands that copy a project into one of another key, or of none."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator import asking
from annotator.arguments import ProjectPath
from annotator.printing import err

if TYPE_CHECKING:
    from annotator.store.keys import Secret

OutPath = Annotated[Path, typer.Argument(metavar="OUT", help="The new project file.")]


def encrypt(project: ProjectPath, out_path: OutPath) -> None:
    """Copy a project into a new one that opens with a key alone; an encrypted one gets another key so."""
    from annotator.store import keys, partial

    partial.refuse_existing(out_path)
    words = asking.new_key(out_path, may_be_on_file=not keys.is_encrypted(project))
    _copy(project, out_path, keys.make(words))
    err.print(f"{out_path} is encrypted. {_what_is_left(project)}")


def decrypt(project: ProjectPath, out_path: OutPath) -> None:
    """Copy an encrypted project into a new one that opens without a key."""
    _copy(project, out_path, None)
    err.print(f"{out_path} is not encrypted: whoever has the file can read it. {project} stays as it is.")


def _copy(project: Path, target: Path, secret: "Secret | None") -> None:
    from annotator.store import Store, encryption

    with Store.open_to_read(project) as store, store.reading() as connection:
        encryption.write_copy(connection, target, secret)


def _what_is_left(project: Path) -> str:
    """Say what can still be read without the new key."""
    from annotator.store import backups, keys

    if keys.is_encrypted(project):
        return f"{project} and its backups still open with their own key."
    folders = sorted({str(backup.file.parent) for backup in backups.of_project(project)})
    also = f" So can its backups, in {' and '.join(folders)}." if folders else ""
    return f"{project} can still be read by anybody who has it.{also} Remove what you do not need once the copy opens."
