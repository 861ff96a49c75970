"""Copies of one project on disk that people work in apart, and what is in them, read by plain SQLite and Python."""

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from annotator.packets import merging, packing
from annotator.records import Attributes, UserError
from annotator.store import Store, conflicts, edits, undo
from annotator.store.edits import Change
from tests.builders import TEXT, add_annotator, bring_lines, by, line, span

UIDS = ("one", "two", "new-a", "new-b")
LABELS = ("denial", "on-record", "non-comment")
TEXTS = (TEXT, "A second article. The mayor had no comment, an aide said.")


@dataclass(frozen=True)
class Step:
    """Something that a person does in a project; what does not apply is left out."""

    what: str
    uid: str = "one"
    label: str = "denial"
    years: int = 0  # that the clock is off


STEPS = st.builds(
    Step,
    st.sampled_from(["tag", "tag", "relabel", "relabel", "remove", "finish", "reopen", "undo", "undo", "redo", "import",
                     "settle"]),
    st.sampled_from(UIDS),
    st.sampled_from(LABELS),
    st.integers(-10, 10),
)  # fmt: skip


def make_base(folder: Path) -> Path:
    """Make the project that the copies begin with: two articles, one of them annotated."""
    path = folder / "base.annotator"
    with Store.create(path, "Base") as store:
        spans = (span(0, 20, "denial", id="one"), span(21, 75, "anonymous-source", id="two", note="n"))
        bring_lines(store, folder, line(TEXTS[0], *spans, annotator=by("Ana"), status="started"), line(TEXTS[1]))
        add_annotator(store, "Ana")
    return path


class Clock(datetime):
    """A clock that is years off."""

    off = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(UTC) + cls.off


def use_wrong_clock(monkeypatch: Any) -> None:
    for module in (edits, undo, conflicts):
        monkeypatch.setattr(module, "datetime", Clock)


def work(path: Path, steps: list[Step], folder: Path) -> None:
    """Do some steps in a project, one edit each."""
    with Store.open(path) as store:
        for number, step in enumerate(steps):
            Clock.off = timedelta(days=365 * step.years)
            with suppress(UserError):  # the article went with the undo of its import
                DO[step.what](store, step, folder, number)
    Clock.off = timedelta()


def _ana(store: Store) -> int:
    with store.reading() as connection:
        return connection.exec_driver_sql("SELECT id FROM annotator WHERE name = 'Ana'").scalar_one()


def _present(store: Store, uid: str) -> tuple[int, int] | None:
    sql = 'SELECT start, "end" FROM annotation WHERE uid = ? AND current AND NOT deleted'
    with store.reading() as connection:
        return connection.exec_driver_sql(sql, (uid,)).first()


def _tag(store: Store, step: Step, _folder: Path, number: int) -> None:
    document = 2 if step.uid.startswith("new") else 1
    change = Change(step.uid, (number, number + 9), step.label, Attributes(unsure=step.years > 0))
    ana = _ana(store)
    with store.transaction() as connection:
        edits.change_annotations(connection, "Tag", document, ana, [change])


def _relabel(store: Store, step: Step, _folder: Path, _number: int) -> None:
    if place := _present(store, step.uid):
        document = 2 if step.uid.startswith("new") else 1
        change, ana = Change(step.uid, (place[0], place[1]), step.label), _ana(store)
        with store.transaction() as connection:
            edits.change_annotations(connection, "Relabel", document, ana, [change])


def _remove(store: Store, step: Step, _folder: Path, _number: int) -> None:
    if _present(store, step.uid):
        document = 2 if step.uid.startswith("new") else 1
        ana = _ana(store)
        with store.transaction() as connection:
            edits.change_annotations(connection, "Remove", document, ana, [Change(step.uid, None)])


def _status(status: str) -> Callable[[Store, Step, Path, int], None]:
    def do(store: Store, _step: Step, _folder: Path, _number: int) -> None:
        ana = _ana(store)
        with store.transaction() as connection:
            edits.set_state(connection, status, 1, ana, status=status)  # type: ignore[arg-type]

    return do


def _undo(store: Store, *_: Any) -> None:
    with store.transaction() as connection:
        undo.undo(connection)


def _redo(store: Store, *_: Any) -> None:
    with store.transaction() as connection:
        undo.redo(connection)


def _import(store: Store, step: Step, folder: Path, number: int) -> None:
    text = f"An article that came later, {step.label}."
    bring_lines(store, folder, line(text, span(0, 10 + number, step.label), annotator=by("Ben")))


def _settle(store: Store, step: Step, _folder: Path, number: int) -> None:
    with store.transaction() as connection:
        found = conflicts.conflicts(connection)
        if found:
            sayings = found[0].sayings
            conflicts.settle(connection, found[0], sayings[number % len(sayings)].digest, None)


DO: dict[str, Callable[[Store, Step, Path, int], None]] = {
    "tag": _tag, "relabel": _relabel, "remove": _remove, "finish": _status("finished"), "reopen": _status("started"),
    "undo": _undo, "redo": _redo, "import": _import, "settle": _settle,
}  # fmt: skip


def copy(path: Path, name: str) -> Path:
    return Path(shutil.copy(path, path.with_name(f"{name}.annotator")))


def packet_of(path: Path, name: str | None = None) -> Path:
    """Write all that a project has into a packet."""
    target = path.with_name(f"{name or path.stem}.packet")
    with Store.open_to_read(path) as store:
        packing.pack_everything(store, target)
    return target


def merged(path: Path, *packets: Path, name: str) -> Path:
    """Return a copy of a project with packets merged into it."""
    target = copy(path, name)
    with Store.open(target) as store:
        merging.merge(store, packets)
    return target


def in_effect(path: Path) -> dict[bytes, tuple[Any, ...]]:
    """Return every version in effect by digest: uid, parents, deleted, and what it says. Plain SQLite."""
    found: dict[bytes, tuple[Any, ...]] = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as rows:
        for table, said in (
            ("annotation", 'start, "end", (SELECT key FROM label WHERE label.id = label_id), attributes'),
            ("layer_state", "status, round, blind, NULL"),
        ):
            sql = f"SELECT digest, uid, hex(parents), deleted, {said} FROM {table} WHERE withdrawn IS NULL"
            for digest, *rest in rows.execute(sql):
                found[digest] = tuple(rest)
    return found


def shown(path: Path) -> dict[str, tuple[Any, ...]]:
    """Return what each uid shows: the rows that are current and not deleted."""
    found = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as rows:
        for table, said in (("annotation", 'start, "end", label_id, attributes'), ("layer_state", "status, round")):
            sql = f"SELECT uid, digest, {said} FROM {table} WHERE current AND NOT deleted"
            for uid, *rest in rows.execute(sql):
                found[uid] = tuple(rest)
    return found


def expected_shown(versions: dict[bytes, tuple[Any, ...]]) -> dict[str, bytes]:
    """Return which version of each uid is to be shown, by the rule as it is written down, without our code."""
    by_uid = defaultdict(list)
    replaced = set()
    for digest, (uid, parents, deleted, *_) in versions.items():
        by_uid[uid].append((deleted, digest))
        replaced.update(bytes.fromhex(parents[i : i + 32]) for i in range(0, len(parents), 32))
    found = {}
    for uid, each in by_uid.items():
        deleted, digest = min((deleted, digest) for deleted, digest in each if digest not in replaced)
        if not deleted:
            found[uid] = digest
    return found


def texts(path: Path) -> set[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as rows:
        return {text for (text,) in rows.execute("SELECT text FROM document WHERE withdrawn IS NULL")}


def manifest(packet: Path) -> dict[str, Any]:
    import zipfile

    with zipfile.ZipFile(packet) as archive:
        return json.loads(archive.read("manifest.json"))
