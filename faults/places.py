"""Files that are not ours, not here, not to be written, or open elsewhere: refused in words, and left as they are.

`python -m faults.places PATH` opens a project for writing and prints what it is told.
"""

import os
import re
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from annotator.records import UserError
from annotator.store import Store
from faults import annotating, children, projects
from faults.table import Row

VERSION, APPLICATION = slice(60, 64), slice(68, 72)  # of the bytes of an SQLite file
# Root may write everywhere: so without what makes it root.
POWERLESS = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.getuid() == 0 else ()


class Refusal(NamedTuple):
    """A state of a project file in which it is not opened, and what is said then."""

    name: str
    bring_about: Callable[[Path], object]
    said: str


def _with(place: slice, value: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[place] = value.to_bytes(4, "big")
        path.write_bytes(data)

    return write


def _read_only_folder(path: Path) -> None:
    path.with_name(f"{path.name}.lock").unlink(missing_ok=True)
    path.parent.chmod(0o555)


def _folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


REFUSALS = (
    Refusal("a newer schema", _with(VERSION, 99), "newer version of Source Annotator .*format 99.*Install the newer"),
    Refusal("a schema that never was", _with(VERSION, 0), "there is no format 0"),
    Refusal("another program's file", _with(APPLICATION, 1), "not a Source Annotator project: another program made it"),
    Refusal("a text file", lambda path: path.write_text("An article.\n" * 20), "not a Source Annotator project"),
    Refusal("an empty file", lambda path: path.write_bytes(b""), "not a Source Annotator project"),
    Refusal("half a file", lambda path: os.truncate(path, path.stat().st_size // 2), "damaged|not a project"),
    Refusal("a folder", _folder_instead, "is not a file"),
)
POWERLESS_REFUSALS = (
    Refusal("a read-only file", lambda path: path.chmod(0o444), "cannot be written. Check its permissions"),
    Refusal("a read-only folder", _read_only_folder, "Check the permissions of"),
    Refusal("a file that may not be read", lambda path: path.chmod(0o000), "cannot be read: Permission denied"),
)
FATES: dict[str, Callable[[Path], object]] = {
    "moved": lambda path: path.rename(path.with_name("moved.annotator")),
    "moved to a folder": lambda path: shutil.move(path, _made(path.with_name("folder"))),
    "replaced": lambda path: shutil.copy(path, path.with_name("copy")) and path.with_name("copy").replace(path),
    "removed": lambda path: path.unlink(),
    "in a folder that was renamed": lambda path: path.parent.rename(path.parent.with_name("renamed")),
}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    for refusal in REFUSALS:
        yield _refused(refusal.name, _project(folder, refusal), refusal.said, _told_here)
    for refusal in POWERLESS_REFUSALS:
        yield _refused(refusal.name, _project(folder, refusal), refusal.said, _told_powerless)
    yield second_instance(_place(folder, "second"))
    for fate, befall in FATES.items():
        yield gone(_place(folder, fate), fate, befall)


def _place(folder: Path, name: str) -> Path:
    place = folder / name.replace(" ", "-") / "project"
    place.mkdir(parents=True)
    return place


def _project(folder: Path, refusal: Refusal) -> Path:
    path = projects.small(_place(folder, refusal.name))
    refusal.bring_about(path)
    return path


def _told_here(path: Path) -> str:
    try:
        Store.open(path).close()
    except UserError as error:
        return str(error)
    return "opened"


def _told_powerless(path: Path) -> str:
    done = children.python("-m", "faults.places", str(path), before=POWERLESS, cwd=path.parents[1])
    return done.stdout or done.stderr


def _refused(name: str, path: Path, said: str, ask: Callable[[Path], str]) -> Row:
    """Try to open a file: it is refused in these words, and not a byte of it is another."""
    before = _state(path)
    told = ask(path)
    is_clear, is_same = re.search(said, told) is not None, _state(path) == before
    path.parent.chmod(0o755)
    return Row(
        f"refused: {name}", 1,
        f"{'its bytes are the same' if is_same else 'CHANGED'}; {'it' if is_clear else 'not'} said: {told.strip()}",
        "same bytes, these words", is_clear and is_same,
    )  # fmt: skip


def _state(path: Path) -> tuple[bytes, int]:
    mode = path.stat().st_mode
    if path.is_dir():
        return b"", mode
    return path.read_bytes(), mode


def second_instance(folder: Path) -> Row:
    """Open a project that another process has open: refused, by name of who has it; killed, it is free at once."""
    path = projects.small(folder)
    child = children.Child(_stay_open, path)
    owner = child.hear()
    said = rf"already open in another window \(on {re.escape(socket.gethostname())}, process {owner}, since"
    row = _refused("a second instance", path, said, _told_here)
    child.kill()
    is_free = _told_here(path) == "opened" and annotating.steps_in(path) == 1
    return row._replace(
        found=f"{row.found}; {'free' if is_free else 'NOT free'} after kill -9 of the first", ok=row.ok and is_free
    )


def _stay_open(say: Callable[[int], None], path: Path) -> None:
    with Store.open(path) as store:
        annotating.take(store, 0)
        say(os.getpid())
        time.sleep(600)


def gone(folder: Path, fate: str, befall: Callable[[Path], object]) -> Row:
    """Take a file away from under an open project: no edit is acknowledged any more, and a copy has all before."""
    path = projects.small(folder)
    steps = 10
    with Store.open(path) as store:
        for number in range(steps):
            annotating.take(store, number)
        befall(path)
        try:
            annotating.take(store, steps)
            told = "nothing"
        except UserError as error:
            told = str(error)
        copy = folder.parent / "saved.annotator"
        store.save_copy(copy)
    is_clear = "was moved, replaced or removed while it was open" in told
    is_whole = not projects.problems(copy) and annotating.shown(copy) == annotating.after(steps)
    return Row(
        f"while open, the file is {fate}", 1,
        f"the next edit is {'refused in words' if is_clear else f'told: {told}'}; a saved copy "
        f"{'holds' if is_whole else 'does NOT hold'} all {steps} edits",
        "refused, the copy is whole", is_clear and is_whole,
    )  # fmt: skip


if __name__ == "__main__":
    print(_told_here(Path(sys.argv[1])))
