"""The commands. No window is loaded until one is wanted."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from annotator import (
    __version__,
    asking,
    cli_agreement,
    cli_backups,
    cli_check,
    cli_encryption,
    cli_names,
    cli_packets,
    cli_revisions,
    cli_trash,
)
from annotator.arguments import AsJson, ProjectPath, note_plain, ready
from annotator.formats import READABLE, WRITABLE
from annotator.printing import err, out, print_export, print_import, print_json, progress_bar
from annotator.records import UserError
from annotator.rows import Kin, LayerRow

if TYPE_CHECKING:
    from annotator.store import Store

app = typer.Typer(
    help="Annotate how news articles attribute what they say, and export training data.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


class Status(StrEnum):
    """Which layers an export takes."""

    FINISHED = "finished"
    ALL = "all"


class AnnotatorKind(StrEnum):
    """What an annotator is."""

    HUMAN = "human"
    MODEL = "model"
    GOLD = "gold"


class GroupBy(StrEnum):
    """What stays on one side of a split."""

    OUTLET = "outlet"
    MONTH = "month"


class Stratify(StrEnum):
    """What a split shares out."""

    RARE = "rare"


def main() -> NoReturn:
    """Run a command; a project or packet named alone opens its window."""
    arguments = sys.argv[1:]
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    named = arguments[0] if arguments else ""
    is_project = named.endswith((".annotator", ".packet")) or Path(named).is_file()
    if not arguments or (is_project and named not in commands):
        arguments.insert(0, "open")
    try:
        app(arguments, prog_name="annotator")
    except UserError as error:
        err.print(str(error))
        sys.exit(1)
    sys.exit(0)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"annotator {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take the key of an encrypted project from its first line.")
    ] = None,
) -> None:
    asking.read_from(key_file)


@app.command()
def new(
    project: ProjectPath,
    title: Annotated[str | None, typer.Option(help="What the project is called; else the file's name.")] = None,
    encrypted: Annotated[
        bool, typer.Option("--encrypted", help="Have it open with a key alone, asked for now.")
    ] = False,
) -> None:
    """Make an empty project."""
    from annotator.store import Store, keys, partial

    partial.refuse_existing(project)
    secret = keys.make(asking.new_key(project)) if encrypted else None
    Store.create(project, title, secret).close()
    out.print(f"Made {project}")


@app.command("import")
def import_(
    project: ProjectPath,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of files.")],
    annotator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose work it is, where a file does not say.")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(metavar="F", help=f"The format, where content and name do not tell: {', '.join(READABLE)}."),
    ] = None,
    choices: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="An option of the format, as units=utf16.")
    ] = None,
    labels: Annotated[
        list[str] | None, typer.Option("--map", metavar="OLD=NEW", help="What becomes of a label; as often as needed.")
    ] = None,
    annotators: Annotated[
        list[str] | None, typer.Option("--map-annotator", metavar="OLD=NEW", help="What becomes of a name.")
    ] = None,
    add_labels: Annotated[
        bool, typer.Option("--add-labels", help="Take labels in that the project does not have.")
    ] = False,
    kind: Annotated[
        AnnotatorKind | None, typer.Option(help="Whose layers they are: a person's, a model's predictions, gold.")
    ] = None,
    with_text: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the articles are of lines without a text.")
    ] = None,
    bring_back: Annotated[
        bool, typer.Option("--bring-back", help="Take in articles too that were removed here for good.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Bring in nothing if anything would be left out.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring articles and annotations into a project, which is made if it does not exist."""
    from annotator import importers
    from annotator.packets import archive, merging, packing

    if len(paths) == 1 and (paths[0].suffix == packing.SUFFIX or archive.is_packet(paths[0])):
        with _open_or_make(project, merging.title_of(paths[0])) as store:
            cli_packets.print_merge(merging.merge(store, paths, brings_back=bring_back), as_json=as_json)
        return
    sources = importers.find(paths, format, _pairs(choices, "--set"), skips_missing=True)
    options = importers.ImportOptions(
        annotator=annotator,
        kind=kind.value if kind else None,
        labels=_pairs(labels, "--map"),
        annotators=_pairs(annotators, "--map-annotator"),
        add_labels=add_labels,
        strict=strict,
        brings_back=bring_back,
        with_text=tuple(importers.find([with_text])) if with_text else (),
    )
    with _open_or_make(project) as store:
        try:
            with progress_bar("Importing") as progress:
                report = importers.import_files(store, sources, options, progress=progress)
        except importers.ImportRefused as refused:
            print_import(refused.report, as_json=as_json)
            raise
        print_import(report, as_json=as_json)
        if report.nothing_usable:
            raise UserError("Nothing could be imported.")


def _pairs(said: list[str] | None, option: str) -> dict[str, str]:
    """Return what options of the form OLD=NEW say."""
    found = {}
    for each in said or ():
        old, equals, new = each.partition("=")
        if not equals or not old or not new:
            raise typer.BadParameter(f"{option} takes OLD=NEW, not “{each}”.")
        found[old] = new
    return found


@contextmanager
def _open_or_make(project: Path, title: str | None = None) -> "Iterator[Store]":
    """Open a project, or make it; one that was made for an import that failed is not left behind."""
    from annotator.store import Store

    if project.exists():
        with Store.open(project, accepts_missing=True) as store:
            yield store
        return
    store = Store.create(project, title)
    try:
        yield store
    except BaseException:
        store.discard()
        raise
    store.close()


@app.command("list")
def list_(project: ProjectPath, as_json: AsJson = False) -> None:
    """List the documents, with the status and the number of spans of each layer."""
    from annotator.store import Store, queries, revisions

    with Store.open_to_read(project) as store, store.reading() as connection:
        documents = queries.document_rows(connection, queries.document_ids(connection, None), None)
        kin = revisions.kin(connection)
        layers: dict[int, list[LayerRow]] = {}
        for layer in queries.layers(connection):
            layers.setdefault(layer.document_id, []).append(layer)
    if as_json:
        print_json(
            [
                {
                    "id": row.id,
                    "title": row.title,
                    "outlet": row.outlet,
                    "published": row.published,
                    **kin.get(row.id, Kin())._asdict(),
                    "layers": [
                        {"annotator": layer.annotator, "status": layer.status, "spans": layer.spans}
                        for layer in layers.get(row.id, [])
                    ],
                }
                for row in documents
            ]
        )
        return
    for row in documents:
        said = ", ".join(f"{layer.annotator}: {layer.status}, {layer.spans}" for layer in layers.get(row.id, []))
        former = kin.get(row.id, Kin()).corrects
        correction = f", corrects {former}" if former else ""
        out.print(f"{row.id:>6}  {row.title or 'Untitled'}  ({said or 'unread'}{correction})")


@app.command()
def search(
    project: ProjectPath,
    query: Annotated[str, typer.Argument(metavar="QUERY", help='Words, all of which occur; "a phrase" in quotes.')],
    as_json: AsJson = False,
) -> None:
    """Find documents by the words in their titles and texts."""
    from annotator.store import Store
    from annotator.store.search import search as find

    with Store.open_to_read(project) as store, store.reading() as connection:
        hits = list(find(connection, query))
    if as_json:
        print_json([hit._asdict() for hit in hits])
        return
    for hit in hits:
        out.print(f"{hit.document_id:>6}  {hit.title or 'Untitled'}\n        {' '.join(hit.passage.split())}")
    err.print(f"{len(hits)} found")


@app.command()
def export(
    project: Annotated[Path | None, typer.Argument(metavar="PROJECT", help="The project file.", callback=ready)] = None,
    out_path: Annotated[
        str | None, typer.Argument(metavar="OUT", help="The file to write; a folder if it ends with / or is one.")
    ] = None,
    again: Annotated[
        Path | None, typer.Option(metavar="EXPORT.JSON", help="Make that export again: the same bytes, from history.")
    ] = None,
    format: Annotated[str, typer.Option(metavar="F", help=f"The format to write: {', '.join(WRITABLE)}.")] = "jsonl",
    layer: Annotated[
        str, typer.Option(metavar="each|best|gold|NAME", help="All layers, one a document, gold, or an annotator's.")
    ] = "each",
    status: Annotated[Status, typer.Option(help="Only finished layers, or all that were started.")] = Status.FINISHED,
    split: Annotated[
        str | None, typer.Option(metavar="80/10/10", help="Split into train, validation and test, in a folder.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number gives another split.")] = 0,
    group_by: Annotated[GroupBy | None, typer.Option(help="Keep an outlet, or a month, on one side.")] = None,
    stratify: Annotated[Stratify | None, typer.Option(help="Share rare labels out by the ratios too.")] = None,
    splits_from: Annotated[
        Path | None, typer.Option(metavar="MANIFEST", help="Keep every side of an earlier split (its split.json).")
    ] = None,
    negatives: Annotated[
        bool, typer.Option("--negatives", help="Add sentences with a cue or a quotation that were left untagged.")
    ] = False,
    without_text: Annotated[
        bool, typer.Option("--without-text", help="Offsets, hashes and URLs only; import --with-text joins them back.")
    ] = False,
    pseudonyms: Annotated[bool, typer.Option("--pseudonyms", help="Replace the names of annotators.")] = False,
    replace_names: Annotated[
        Path | None, typer.Option(metavar="LIST.CSV", help="Replace names of sources, as the list of `names` says.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing if the format would lose anything.")] = False,
    card: Annotated[
        bool, typer.Option("--card", help="Beside a file too, a README of what is in it; a folder has one.")
    ] = False,
    license: Annotated[str, typer.Option(metavar="NAME", help="What the README says of it, as cc-by-4.0.")] = "unknown",
    as_json: AsJson = False,
) -> None:
    """Write layers to a file or folder that is checked before it takes its place."""
    from annotator import exporters, name_list, repetition, splits
    from annotator.store import Store

    options = exporters.ExportOptions(
        format=format,
        layer=layer,
        status=status.value,
        split=split,
        seed=seed,
        group_by=group_by.value if group_by else None,
        stratify=stratify is not None,
        splits_from=splits.read_manifest(splits_from) if splits_from else None,
        negatives=negatives,
        without_text=without_text,
        pseudonyms=pseudonyms,
        names=name_list.read(replace_names) if replace_names else None,
        strict=strict,
        folder=bool(out_path and out_path.endswith("/")),
        card=card,
        license=license,
    )
    target = Path(out_path) if out_path else None
    if splits_from and (split or group_by or stratify):
        raise typer.BadParameter(
            "--splits-from keeps the sides and rules of its manifest: leave the other options out."
        )
    if again:
        project, target = ready(project or repetition.project_of(again)), target or repetition.target_of(again)
    if project is None or target is None:
        raise typer.BadParameter("Say PROJECT and OUT, or --again EXPORT.JSON.")
    with Store.open_to_read(project) as store:
        try:
            with progress_bar("Exporting") as progress:
                if again:
                    report = repetition.repeat(store, again, target, progress=progress)
                else:
                    report = exporters.export(store, target, options, progress=progress)
        except exporters.ExportRefused as refused:
            print_export(refused.report, as_json=as_json, was_written=False)
            raise
    print_export(report, as_json=as_json)
    note_plain(project)


app.command()(cli_agreement.agreement)
app.command()(cli_agreement.evaluate)
app.command()(cli_agreement.report)
app.command()(cli_packets.pack)
app.command()(cli_packets.assignments)
app.command()(cli_packets.merge)
app.command()(cli_packets.conflicts)
app.command()(cli_packets.migrate)
app.command()(cli_backups.backups)
app.command()(cli_backups.restore)
app.command()(cli_encryption.encrypt)
app.command()(cli_encryption.decrypt)
app.command()(cli_names.names)
app.command()(cli_trash.delete)
app.command()(cli_trash.trash)
app.command()(cli_revisions.revise)
app.command()(cli_revisions.revisions)


app.command()(cli_check.check)


@app.command("open")
def open_(
    project: Annotated[Path | None, typer.Argument(metavar="[PROJECT]", help="The project to open.")] = None,
    name: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who is annotating.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Open a copy of the sample project.")] = False,
) -> None:
    """Open the window."""
    from annotator.ui.app import run

    raise typer.Exit(run(project, annotator=name, sample=sample))


@app.command("sample")
def sample_(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to put the files.")],
) -> None:
    """Make the sample project, its JSONL export and a screenshot in a folder; no display is needed."""
    from annotator.ui.app import make_sample

    for path in make_sample(folder):
        out.print(str(path))
