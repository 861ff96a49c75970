"""kill -9 at random moments: of a session of edits, and of every command that changes files."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from faults import annotating, children, commands, projects
from faults.commands import COMMANDS, Command
from faults.table import Row

SEED = 20261123


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    yield annotate(folder, 8 if quick else 200)
    prepared = commands.prepare(folder / "prepared", 40 if quick else 1000)
    for command in COMMANDS:
        yield kill(prepared, command, 4 if quick else 60)


def annotate(folder: Path, kills: int) -> Row:
    """Kill one session over and over, in the midst of a step, and compare what is there with what was acknowledged."""
    path = projects.small(folder)
    choice = Random(SEED)
    acknowledged = lost = corrupt = unacknowledged = 0
    for _ in range(kills):
        child = children.Child(annotating.go_on, path)
        heard = [child.hear() for _ in range(choice.randint(1, 25))]
        time.sleep(choice.random() * 0.01)  # steps take some milliseconds
        said = 1 + (heard + child.kill())[-1]
        corrupt += bool(projects.problems(path))
        steps = annotating.steps_in(path)
        lost += max(said - steps, 0)
        unacknowledged += max(steps - said, 0)
        corrupt += annotating.shown(path) != annotating.after(steps)
        acknowledged = said
    return Row(
        "kill -9 while annotating", kills,
        f"{lost} of {acknowledged:,} acknowledged edits lost, {corrupt} corrupt; "
        f"{unacknowledged} were in the file before they were acknowledged",
        "0 lost, 0 corrupt", not lost and not corrupt,
    )  # fmt: skip


def kill(prepared: Path, command: Command, kills: int) -> Row:
    """Kill a command at random moments: all or nothing, and the next run makes it whole and leaves nothing."""
    before, after = commands.before_and_after(prepared, command)
    began = time.perf_counter()
    shutil.copytree(prepared, prepared.with_name("timed"))
    commands.run(prepared.with_name("timed"), command)
    seconds = time.perf_counter() - began
    shutil.rmtree(prepared.with_name("timed"))
    choice = Random(SEED)
    partial = corrupt = orphans = left = done = 0
    for _ in range(kills):
        folder = shutil.copytree(prepared, prepared.with_name("killed"))
        child = children.Child(children.command, folder, command.arguments.split())
        time.sleep(choice.random() * seconds)
        child.kill()
        orphans += len(commands.strays(folder))
        found = commands.made(folder, command)
        done += found == after
        partial += not commands.is_whole(found, before, after)
        corrupt += bool(projects.problems(folder / projects.PROJECT))
        commands.run(folder, command)
        partial += commands.made(folder, command) != after
        left += len(commands.strays(folder))
        shutil.rmtree(folder)
    return Row(
        f"kill -9 in {command.name}", kills,
        f"{partial} partial, {corrupt} corrupt, {done} were done; {orphans} temporary files orphaned, {left} of them "
        "left by the next run",
        "0 partial, 0 corrupt, 0 left", not partial and not corrupt and not left,
    )  # fmt: skip
