"""What people do with a project, each as one function, and what is asked of it when something fails in its midst.

`python -m faults.use_cases NAME FOLDER` does one of them, and once more when it failed.
"""

import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from annotator import exporters, importers
from annotator.records import UserError
from annotator.store import Store
from annotator.store.edits import Change, change_annotations, describe, set_state
from annotator.store.undo import redo, undo
from benchmarks import data
from faults import annotating, commands, projects
from faults.projects import PROJECT
from faults.table import Row

UseCase: TypeAlias = Callable[[Store], Any]
STEPS = 5  # of the session that stand in the project: the last is an undo


def _change(*change: Any) -> UseCase:
    def do(store: Store) -> None:
        with store.transaction() as connection:
            change_annotations(connection, "Change", 1, 1, [Change(*change)])

    return do


def _finish(store: Store) -> None:
    with store.transaction() as connection:
        set_state(connection, "Finish", 1, 1, status="finished")


def _undo(store: Store) -> None:
    with store.transaction() as connection:
        undo(connection)


def _redo(store: Store) -> None:
    with store.transaction() as connection:
        redo(connection)


def _describe(store: Store) -> None:
    with store.transaction() as connection:
        describe(connection, "Title", 1, {"title": "Another", "outlet": "The Courier"})


def _import(store: Store) -> None:
    report = importers.import_files(store, importers.find([store.path.with_name("more.jsonl")]))
    if report.nothing_usable:  # the command says this too
        raise UserError(f"Nothing could be imported. {report.problems}")


def _export(store: Store) -> None:
    exporters.export(store, store.path.with_name(commands.EXPORT), exporters.ExportOptions(status="all"))


USE_CASES: dict[str, UseCase] = {
    "tag": _change("new", (3, 9), "denial"),
    "relabel": _change("a0", (0, 5), "non-comment"),
    "remove": _change("a0", None),
    "finish": _finish,
    "undo": _undo,
    "redo": _redo,
    "metadata": _describe,
    "import": _import,
    "export": _export,
    "new": lambda store: Store.create(store.path.with_name("new.annotator")).close(),
    "open": lambda store: Store.open(store.path.with_name("other.annotator")).close(),
    "copy": lambda store: store.save_copy(store.path.with_name("copy.annotator")),
}


class Outcome(NamedTuple):
    """What came of a use case in which something failed: nothing failed, a message, and what is wrong."""

    failed: bool
    wrong: str = ""


def prepare(folder: Path, documents: int = 20) -> Path:
    """Make a folder with a project in which steps were taken, another one, articles to import, and an older export."""
    folder.mkdir()
    path = projects.small(folder)
    with Store.open(path) as store:
        for number in range(STEPS):
            annotating.take(store, number)
    shutil.copy(path, folder / "other.annotator")
    data.write(folder / "more.jsonl", documents)
    (folder / commands.EXPORT).write_text("older\n")
    return folder


def state(folder: Path) -> dict[str, Any]:
    """Return what is in a folder: of each project what it says, of each export its bytes, and what was left there."""
    names = ("annotator", "jsonl")
    files = [path for path in folder.iterdir() if path.name.rpartition(".")[2] in names or path.name.startswith(".")]
    return {
        path.name: projects.contents(path) if path.suffix == ".annotator" else path.read_bytes()
        for path in files
    }  # fmt: skip


def after(prepared: Path, case: UseCase) -> dict[str, Any]:
    """Return what is in a copy of the folder after the use case."""
    folder = shutil.copytree(prepared, prepared.with_name("whole"))
    with Store.open(folder / PROJECT) as store:
        case(store)
    found = state(folder)
    shutil.rmtree(folder)
    return found


class Trial:
    """A use case, to be done in copies of one prepared folder while something fails."""

    def __init__(self, prepared: Path, name: str) -> None:
        self._prepared = prepared
        self._case = USE_CASES[name]
        self._before = state(prepared)
        self._after = after(prepared, self._case)

    def attempt(self, failing: AbstractContextManager[Any]) -> Outcome:
        """Do it while something fails: a clear message, everything as before, and it works when done again."""
        folder = shutil.copytree(self._prepared, self._prepared.with_name("failing"))
        try:
            with Store.open(folder / PROJECT) as store:
                return self._attempt(store, failing)
        finally:
            shutil.rmtree(folder)

    def _attempt(self, store: Store, failing: AbstractContextManager[Any]) -> Outcome:
        folder = store.path.parent
        try:
            with failing:
                self._case(store)
        except UserError:
            pass
        except Exception as error:  # noqa: BLE001 — whatever it is, it is what a person would be shown
            return Outcome(failed=True, wrong=f"no clear message: {error!r}")
        else:
            return Outcome(failed=False, wrong="" if state(folder) == self._after else "said to be done and is not")
        if state(folder) != self._before:
            return Outcome(failed=True, wrong="something was changed")
        self._case(store)
        if state(folder) != self._after:
            return Outcome(failed=True, wrong="done again, it is another thing")
        store.close()
        found = projects.problems(store.path)
        return Outcome(failed=True, wrong=f"not whole: {found}" if found else "")


def tried(fault: str, outcomes: list[Outcome]) -> Row:
    """Return what came of many tries."""
    wrong = [outcome.wrong for outcome in outcomes if outcome.wrong]
    first = f"; the first: {wrong[0]}" if wrong else ""
    found = f"{len(wrong)} without a clear message, changed, or not done when tried again{first}"
    return Row(fault, sum(outcome.failed for outcome in outcomes), found, "0", not wrong)


def main(name: str, path: Path) -> None:
    """Do a use case, and again when it failed with a clear message, which is printed; any other error ends it."""
    try:
        _open_and(USE_CASES[name], path)
    except UserError as error:
        print(error)
        _open_and(USE_CASES[name], path)


def _open_and(case: UseCase, path: Path) -> None:
    with Store.open(path) as store:
        case(store)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2], PROJECT))
