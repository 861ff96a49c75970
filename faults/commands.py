"""The commands that change files, and a folder for them to work in: what every fault of theirs is tried on."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from zipfile import ZipFile

from annotator import importers
from annotator.packets import packing
from annotator.store import Store, schema
from benchmarks import data
from faults import children, projects
from faults.projects import PROJECT

EXPORT = "out.jsonl"
PACKET, PACKED = "more.packet", "out.packet"
FORMER = "former.annotator"


class Command(NamedTuple):
    """A command, and the files that it makes or changes: each whole, or as it was."""

    name: str
    arguments: str
    makes: tuple[str, ...]


COMMANDS = (
    Command("import", f"import {PROJECT} more.jsonl", (PROJECT,)),
    Command("export", f"export {PROJECT} {EXPORT}", (EXPORT, f"{EXPORT}.export.json")),
    Command("merge", f"merge {PROJECT} {PACKET}", (PROJECT,)),
    Command("pack", f"pack {PROJECT} {PACKED} --everybody", (PACKED,)),
    Command("migrate", f"migrate {FORMER}", (FORMER,)),
)
Made: TypeAlias = tuple[Any, ...]  # what each of the files holds: what a project says, bytes, or nothing


def prepare(folder: Path, documents: int) -> Path:
    """Make a folder with a project, as many articles again to import, and an older export."""
    folder.mkdir()
    projects.large(folder, documents)
    (folder / "more.jsonl").write_bytes(_other_articles(folder, documents))
    (folder / EXPORT).write_text("older\n")
    _pack_others(folder)
    shutil.copy(folder / PACKET, folder / PACKED)
    _make_former(folder)
    return folder


def _pack_others(folder: Path) -> None:
    """Make a packet of the articles that are to be imported, as another project would."""
    other = folder / "other.annotator"
    with Store.create(other) as store:
        importers.import_files(store, importers.find([folder / "more.jsonl"]))
        packing.pack_everything(store, folder / PACKET)
        store.discard()


def _make_former(folder: Path) -> None:
    """Make a project of the first format: the second only added tables."""
    former = shutil.copy(folder / PROJECT, folder / FORMER)
    with closing(sqlite3.connect(former)) as rows:
        for table in schema.ADDED_IN_2:
            rows.execute(f"DROP TABLE {table}")
        rows.execute("PRAGMA user_version = 1")


def _other_articles(folder: Path, documents: int) -> bytes:
    twice = folder / "twice.jsonl"
    data.write(twice, 2 * documents)
    lines = twice.read_bytes().splitlines(keepends=True)
    twice.unlink()
    return b"".join(lines[documents:])


def run(folder: Path, command: Command) -> None:
    """Run a command to its end."""
    child = children.Child(children.command, folder, command.arguments.split())
    child.rest()
    if child.code:
        raise RuntimeError(f"{command.name} failed with {child.code}")


def made(folder: Path, command: Command) -> Made:
    """Return what the command makes, as it is now."""
    return tuple(_content(folder / name) for name in command.makes)


def _content(path: Path) -> Any:
    if not path.exists():
        return None
    if path.suffix == ".annotator":
        return projects.contents(path)
    return _packed(path) if path.suffix == ".packet" else path.read_bytes()


def _packed(path: Path) -> dict[str, bytes]:
    """Return what a packet carries: its manifest says when it was made."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}


def is_whole(found: Made, before: Made, after: Made) -> bool:
    """Whether each file is as it was, or as it is to be."""
    return all(one in (former, new) for one, former, new in zip(found, before, after, strict=True))


def before_and_after(folder: Path, command: Command) -> tuple[Made, Made]:
    """Return what the command makes as it is in a prepared folder, and after the command was run in a copy of it."""
    scratch = shutil.copytree(folder, folder.with_name("whole"))
    run(scratch, command)
    after = made(scratch, command)
    shutil.rmtree(scratch)
    before = made(folder, command)
    if any(former == new for former, new in zip(before, after, strict=True)):
        raise RuntimeError(f"{command.name} changes nothing: nothing can be seen of it")
    return before, after


def strays(folder: Path) -> list[Path]:
    """Return the hidden files and folders that a program left half made."""
    return [path for path in folder.iterdir() if path.name.startswith(".")]
