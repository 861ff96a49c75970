"""Processes to kill: they begin with our modules loaded, so that a kill meets the work and not the start."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["annotator.cli", "annotator.exporters", "annotator.importers", "annotator.repetition", "faults.annotating"]
)


_ROOT = Path(__file__).parents[1]


def python(*arguments: str, before: Sequence[str] = (), cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python on our modules from the beginning, behind another command such as a recorder."""
    return subprocess.run(
        [*before, sys.executable, *arguments], cwd=cwd, env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


class Child:
    """A process that runs `function(say, *arguments)`; what it says is heard here."""

    def __init__(self, function: Callable[..., None], *arguments: Any) -> None:
        self._ear, mouth = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_run, args=(mouth, function, arguments), daemon=True)
        self._process.start()
        mouth.close()

    def hear(self) -> Any:
        """Wait for the next thing that is said.

        Raises:
            EOFError: the process has ended.

        """
        return self._ear.recv()

    def kill(self) -> list[Any]:
        """Kill the process as the system would, and return what it had said until then and was not heard."""
        self._process.kill()
        said = self.rest()
        if self._process.exitcode not in (0, -signal.SIGKILL):
            raise RuntimeError(f"a child failed with {self._process.exitcode}")
        return said

    def rest(self) -> list[Any]:
        """Wait for the process to end, and return what it says until then."""
        said = []
        try:
            while True:
                said.append(self._ear.recv())
        except (EOFError, OSError):  # a message may have been cut off
            pass
        self._process.join()
        self._ear.close()
        return said

    @property
    def code(self) -> int | None:
        return self._process.exitcode


def _run(mouth: Connection, function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    function(mouth.send, *arguments)


def command(_say: Callable[[str], None], folder: Path, arguments: list[str]) -> None:
    """Run a command of the program in a folder, without its words."""
    from annotator import cli

    os.chdir(folder)
    with quiet():
        cli.app(arguments, prog_name="annotator")


@contextmanager
def quiet() -> Iterator[None]:
    """Send what this process prints, errors too, into nothing."""
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
        yield
