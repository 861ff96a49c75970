"""The power goes: what a session or a command did is replayed to a random moment, on a disk that keeps what was synced.

The first row shows that the harness can see a loss: with `synchronous = NORMAL` it must find lost edits.
"""

import shutil
from bisect import bisect
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from faults import annotating, commands, projects, recorder
from faults.commands import COMMANDS, Command
from faults.disk import MODELS, Disk, Model
from faults.projects import PROJECT
from faults.recorder import Operation, Said
from faults.table import Row

SEED = 20261123
CHECKPOINTS = "wal_autocheckpoint = 60"  # pages of the log


class Outcome(NamedTuple):
    """What is in a folder after a crash: acknowledged things that are lost, and whether something is not whole."""

    lost: int
    corrupt: bool


Judge = Callable[[Path, int], Outcome]  # of the folder, and of what had been said last: 0 at first


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    points, edits = (20, 40) if quick else (1000, 400)
    yield control(folder, points, edits)
    for beside in (False, True):
        yield annotate(folder, points, edits, beside=beside)
    prepared = commands.prepare(folder / "prepared", 20 if quick else 100)
    for command in COMMANDS[:3] if quick else COMMANDS:
        yield lose_power_in(prepared, command, points // 4)


def control(folder: Path, points: int, edits: int) -> Row:
    """Annotate with less syncing than the program has: losses must be seen."""
    operations, begun = _session(folder, edits, "alone", "synchronous = NORMAL")
    found = {model: crashes(folder, begun, operations, model, points, judge_session) for model in MODELS}
    seen = {model: sum(outcome.lost > 0 for outcome in outcomes) for model, outcomes in found.items()}
    return Row(
        "power loss, synchronous=NORMAL (control)", points * len(MODELS),
        f"crashes that lost edits: {_by_model(seen)} of {points} each",
        "losses are seen in each model", all(seen.values()),
    )  # fmt: skip


def annotate(folder: Path, points: int, edits: int, *, beside: bool) -> Row:
    """Annotate as the program does, alone or with a reader open beside."""
    operations, begun = _session(folder, edits, "beside" if beside else "alone")
    found = {model: crashes(folder, begun, operations, model, points, judge_session) for model in MODELS}
    return _row(f"power loss while annotating{', a reader beside' if beside else ''}", points, found)


def lose_power_in(prepared: Path, command: Command, points: int) -> Row:
    """Run a command: all or nothing at each moment, and all when it had ended."""
    before, after = commands.before_and_after(prepared, command)
    folder = shutil.copytree(prepared, prepared.with_name("recorded"))
    begun = {path.name: path.read_bytes() for path in recorder.existing(folder)}
    operations = recorder.record(["-m", "annotator", *command.arguments.split()], folder, folder.with_name("trace"))
    operations = [*(each for each in operations if not isinstance(each, Said)), Said(1)]
    shutil.rmtree(folder)

    def judge(crashed: Path, said: int) -> Outcome:
        made = commands.made(crashed, command)
        whole = commands.is_whole(made, before, after) and not projects.problems(crashed / PROJECT)
        return Outcome(said if made != after else 0, not whole)

    found = {model: crashes(prepared.parent, begun, operations, model, points, judge) for model in MODELS}
    return _row(f"power loss in {command.name}", points, found)


def _session(folder: Path, edits: int, beside: str, *pragmas: str) -> tuple[list[Operation], dict[str, bytes]]:
    place = folder / "session"
    place.mkdir()
    command = ["-m", "faults.annotating", str(place), str(edits), beside, CHECKPOINTS, *pragmas]
    operations = recorder.record(command, place, folder / "trace")
    shutil.rmtree(place)
    return operations, {}


def judge_session(folder: Path, said: int) -> Outcome:
    """Compare a folder with the steps that were acknowledged when the power went, after that the project was made."""
    path = folder / PROJECT
    if not path.exists():
        return Outcome(said, corrupt=said >= 0)
    if projects.problems(path):
        return Outcome(max(said, 0), corrupt=True)
    steps = annotating.steps_in(path)
    return Outcome(max(said - steps, 0), corrupt=steps >= 0 and annotating.shown(path) != annotating.after(steps))


def crashes(
    folder: Path, begun: dict[str, bytes], operations: list[Operation], model: Model, points: int, judge: Judge
) -> list[Outcome]:
    """Crash at random moments, put each time what the disk may hold into a folder, and have it judged.

    Every other moment is one right after something was acknowledged: there a loss shows.
    """
    choice = Random(f"{SEED} {model}")
    disk, said, outcomes = Disk(model, begun), -1, []
    acknowledged = [number for number, operation in enumerate(operations, 1) if isinstance(operation, Said)]
    moments = sorted(
        choice.choice(acknowledged) if point % 2 else choice.randint(0, len(operations)) for point in range(points)
    )
    for number in range(len(operations) + 1):
        for _ in range(bisect(moments, number) - bisect(moments, number - 1)):
            crashed = folder / "crashed"
            crashed.mkdir()
            for name, data in disk.after_power_loss(choice).items():
                (crashed / name).write_bytes(data)
            outcomes.append(judge(crashed, said))
            shutil.rmtree(crashed)
        if number < len(operations):
            operation = operations[number]
            disk.do(operation)
            said = operation.number if isinstance(operation, Said) else said
    return outcomes


def _row(fault: str, points: int, found: dict[Model, list[Outcome]]) -> Row:
    losses = {model: sum(outcome.lost > 0 for outcome in outcomes) for model, outcomes in found.items()}
    corrupt = {model: sum(outcome.corrupt for outcome in outcomes) for model, outcomes in found.items()}
    return Row(
        fault, points * len(MODELS),
        f"crashes that lost something acknowledged: {_by_model(losses)}; not whole: {_by_model(corrupt)}",
        "0, 0", not sum(losses.values()) and not sum(corrupt.values()),
    )  # fmt: skip


def _by_model(counts: dict[Model, int]) -> str:
    return ", ".join(f"{count} {model}" for model, count in counts.items())
