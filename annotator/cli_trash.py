"""The commands that delete, restore, and remove for good."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.arguments import AsJson, ProjectPath, numbers
from annotator.plural import count
from annotator.printing import err, out, print_json
from annotator.records import UserError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from annotator.rows import TrashRow
    from annotator.store import Store

Layer = Annotated[str | None, typer.Option(metavar="NAME", help="Only what this annotator made of them.")]


def delete(
    project: ProjectPath,
    documents: Annotated[
        list[str], typer.Argument(metavar="DOCUMENT...", help="Articles by the numbers that `list` shows, as 4 or 7-9.")
    ],
    layer: Layer = None,
) -> None:
    """Put articles into the trash with everybody's work, or the work of one annotator on them."""
    from annotator.store import Store, backups, trash

    ids = numbers(",".join(documents), "DOCUMENT")
    with Store.open(project, accepts_missing=True) as store:
        if len(ids) > 1:
            backups.make(store, "deletion")
        with store.transaction() as connection:
            if layer is None:
                trash.delete_documents(connection, "Delete " + count(len(ids), "article"), ids)
            else:
                annotator_id = _annotator(connection, layer)
                for document_id in ids:
                    trash.delete_layer(connection, "Delete layer", document_id, annotator_id)
    what = count(len(ids), "article" if layer is None else "layer")
    back = f"--restore {','.join(map(str, ids))}" + (f" --layer {layer}" if layer else "")
    err.print(
        f"{what} in the trash now. `annotator trash {project} {back}` takes {'it' if len(ids) == 1 else 'them'} back."
    )


def trash(
    project: ProjectPath,
    restore: Annotated[
        str | None, typer.Option(metavar="1,4-9", help="Take these articles, or --layer of them, out of the trash.")
    ] = None,
    layer: Layer = None,
    remove: Annotated[
        str | None,
        typer.Option(
            "--remove-for-good", metavar="1,4-9", help="Remove these articles from the project and its backups."
        ),
    ] = None,
    empty: Annotated[
        bool, typer.Option("--empty", help="Remove for good what was deleted 30 days ago or longer.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before something is removed for good.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what was deleted, or went when its import was undone; restore it, or remove it for good.

    Nothing leaves the trash by itself. What went with an undone import comes back by redo, or imported again.
    """
    from annotator.store import Store
    from annotator.store.trash import contents, old

    if sum((restore is not None, remove is not None, empty)) > 1:
        raise typer.BadParameter("Choose one of --restore, --remove-for-good and --empty.")
    if layer is not None and restore is None:
        raise typer.BadParameter("--layer goes with --restore. A layer cannot be removed for good; an article can.")
    if restore is not None:
        with Store.open(project, accepts_missing=True) as store:
            _restore(store, numbers(restore, "--restore"), layer)
        return
    if remove is None and not empty:
        with Store.open_to_read(project) as store, store.reading() as connection:
            _print_trash(contents(connection), as_json=as_json)
        return
    with Store.open(project, accepts_missing=True) as store:
        if remove is not None:
            ids: Sequence[int] = numbers(remove, "--remove-for-good")
        else:
            with store.reading() as connection:
                ids = old(contents(connection), datetime.now(UTC))
        _remove(store, ids, yes=yes, as_json=as_json)


def _restore(store: "Store", ids: Sequence[int], layer: str | None) -> None:
    from annotator.store import trash

    with store.transaction() as connection:
        if layer is None:
            trash.restore_documents(connection, "Restore " + count(len(ids), "article"), ids)
        else:
            annotator_id = _annotator(connection, layer)
            for document_id in ids:
                trash.restore_layer(connection, "Restore layer", document_id, annotator_id)
    err.print(f"{count(len(ids), 'article' if layer is None else 'layer')} restored")


def _remove(store: "Store", ids: Sequence[int], *, yes: bool, as_json: bool) -> None:
    from annotator import reading_places, removing
    from annotator.store.trash import require_deleted

    with store.reading() as connection:
        require_deleted(connection, ids)
    if not ids:
        err.print("Nothing was deleted 30 days ago or longer.")
        if as_json:
            print_json(removing.Removal())
        return
    _confirm(ids, yes=yes)
    found = removing.remove_for_good(store, ids)
    settings = reading_places.settings_file()
    try:
        reading_places.forget_documents(settings, store.path, ids)
    except UserError:
        found.left.append(str(settings))
    if as_json:
        print_json(found)
        return
    err.print(f"{count(found.documents, 'article')} removed for good, from {count(found.copies, 'backup')} too")
    for name in found.discarded:
        err.print(f"{name}: this backup was damaged, and was removed whole")
    for path in found.left:
        err.print(
            f"{path}: may still hold some of it. Close it everywhere, and make room on the disk; "
            "the next removal tries again"
        )


def _confirm(ids: Sequence[int], *, yes: bool) -> None:
    """Ask on a terminal whether to go on; elsewhere nobody can answer. Raises UserError."""
    articles = count(len(ids), "article")
    if yes:
        return
    if not sys.stdin.isatty():
        raise UserError(f"{articles} would be removed for good, which cannot be undone. Say --yes to do it.")
    err.print(
        f"{articles} with everybody's work will be removed from the project and "
        "its backups. This cannot be undone. Other people's copies, packets and exports are not reached."
    )
    if not typer.confirm("Remove for good?", err=True):
        raise UserError("Nothing was removed.")


def _annotator(connection: "Connection", name: str) -> int:
    from annotator.store import queries

    found = [row.id for row in queries.annotators(connection) if row.name == name]
    if not found:
        raise UserError(f"Nobody called “{name}” has annotated in this project.")
    return found[0]


def _print_trash(rows: "list[TrashRow]", *, as_json: bool) -> None:
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    for row in rows:
        what = row.name if row.annotator is None else f"{row.name}: layer of {row.annotator}"
        made = ", ".join(f"{name}: {number}" for name, number in row.annotations) or "no annotations"
        how = {"deleted": "", "undone": ", its import was undone", "packet": ", came in the trash of a packet"}[row.how]
        out.print(f"{row.document_id:>6}  {row.at.astimezone():%Y-%m-%d %H:%M}  {what}  ({made}{how})")
    err.print(f"{len(rows)} in the trash" if rows else "The trash is empty.")
