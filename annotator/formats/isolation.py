"""Read files in a process of their own, with limits: a parser of complex files may hang, swell or crash.

Run as `python -m annotator.formats.isolation`, this is that process: it is asked for files on its standard
input and answers with what it read. A message is its length in four bytes, then MessagePack.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any, BinaryIO, Literal, Self

import msgspec
from msgspec import Struct

import annotator
from annotator.formats.extraction import where
from annotator.records import NO_OPTIONS, Format, LabelsRecord, LayerRecord, Options, Problem, Read

START_SECONDS = 60.0  # for the process to begin, on a busy machine
LOOK_SECONDS = 0.05  # between two looks at whether to go on
_HEADER = 4

Cancelled = Callable[[], bool]


class Limits(Struct, frozen=True, kw_only=True):
    """What reading one file may take."""

    seconds: float = 30.0  # of the clock, and of the processor
    memory: int = 1 << 30  # bytes of address space of the process
    output: int = 1 << 27  # bytes of what is read of a file


class _Request(Struct, array_like=True):
    """A file to read."""

    format: str
    path: str
    options: dict[str, str]
    seconds: float


class _Answer(Struct, array_like=True):
    """One thing read, or how it ended: `done`, out of `memory`, or an error of the system."""

    layer: LayerRecord | None = None
    labels: LabelsRecord | None = None
    problem: Problem | None = None
    line: int | None = None
    position: int = 0
    places: dict[str, list[int]] = {}
    end: Literal["done", "memory"] | tuple[int, str] | None = None


class _Stopped(Exception):
    """Why reading a file did not come to its end; empty where it was cancelled."""


class Isolated:
    """Reads files one after the other in one other process, which is started again after it had to be stopped.

    Not for several threads at once. Leaving the context ends the process.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def read(
        self,
        wanted: Format,
        path: Path,
        options: Options = NO_OPTIONS,
        cancelled: Cancelled = lambda: False,
    ) -> Iterator[Read]:
        """Yield what the reader of a format finds in a file; a file that breaks the limits ends in a problem.

        The process is killed at once when `cancelled` says so, which just ends what is yielded, and when
        the generator is closed before its end.

        Raises:
            OSError: the file cannot be opened.

        """
        is_done = False
        try:
            worker = self._running(cancelled)
            worker.ask(_Request(wanted.name, str(path.absolute()), dict(options), self._limits.seconds))
            for answer in worker.answers(self._limits, cancelled):
                if answer.end is None:
                    yield _as_read(answer)
                elif answer.end == "memory":
                    raise _Stopped(f"needs more memory than {_size(self._limits.memory)}")
                else:
                    is_done = True
                    if isinstance(answer.end, tuple):
                        raise OSError(*answer.end, str(path))
        except _Stopped as stopped:
            if what := str(stopped):
                yield Read(Problem(file=path.name, what=what))
        finally:
            if not is_done:
                self._stop()

    def _running(self, cancelled: Cancelled) -> "_Worker":
        if self._worker is None:
            self._worker = _Worker(self._limits, cancelled)
        return self._worker

    def _stop(self) -> None:
        if self._worker:
            self._worker.kill()
            self._worker = None


class _Worker:
    """The other process, as this one sees it."""

    def __init__(self, limits: Limits, cancelled: Cancelled) -> None:
        # -P: a module of the same name in the current folder is not taken for a library.
        command = [sys.executable, "-P", "-m", "annotator.formats.isolation", str(limits.memory)]
        package = str(Path(annotator.__file__).parents[1])
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([package, *_others("PYTHONPATH")])},
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._received = bytearray()
        self._waited = 0.0  # seconds, for the answers to the last request
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ)
        try:
            next(self.answers(msgspec.structs.replace(limits, seconds=START_SECONDS), cancelled))
        except _Stopped:
            self.kill()
            raise

    def ask(self, request: _Request) -> None:
        """Send a request. A process that died meanwhile is noticed when its answers are read."""
        with suppress(BrokenPipeError):
            _send(self._stdin, request)

    def answers(self, limits: Limits, cancelled: Cancelled) -> Iterator[_Answer]:
        """Yield the answers to a request, up to and with its end."""
        self._waited = 0.0
        left = limits.output
        while True:
            size = int.from_bytes(self._take(_HEADER, limits, cancelled), "big")
            left -= size
            if left < 0:
                raise _Stopped(f"holds more text than {_size(limits.output)}")
            answer = _decode(self._take(size, limits, cancelled))
            yield answer
            if answer.end is not None:
                return

    def _take(self, size: int, limits: Limits, cancelled: Cancelled) -> bytes:
        """Return the next bytes that the process sends; only the time spent waiting for them counts."""
        while len(self._received) < size:
            if cancelled():
                raise _Stopped
            if self._waited > limits.seconds:
                raise _Stopped(_too_long(limits))
            since = time.monotonic()
            is_ready = self._selector.select(LOOK_SECONDS)
            self._waited += time.monotonic() - since
            if is_ready:
                self._receive(limits)
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def _receive(self, limits: Limits) -> None:
        more = os.read(self._stdout.fileno(), 1 << 16)
        if not more:
            is_slow = self._process.wait() == -signal.SIGXCPU
            raise _Stopped(_too_long(limits) if is_slow else "its reader crashed: the file may be damaged")
        self._received += more

    def kill(self) -> None:
        self._selector.close()
        self._process.kill()
        self._process.wait()
        for pipe in (self._stdin, self._stdout):
            with suppress(BrokenPipeError):
                pipe.close()


def _others(variable: str) -> list[str]:
    return [os.environ[variable]] if os.environ.get(variable) else []


def _as_read(answer: _Answer) -> Read:
    found = answer.layer or answer.labels or answer.problem
    if found is None:
        raise _Stopped("its reader sent nothing that could be understood")
    return Read(found, answer.line, answer.position, answer.places)


def _too_long(limits: Limits) -> str:
    return f"took longer than {limits.seconds:g} s to read"


def _size(count: int) -> str:
    return f"{count / (1 << 20):.0f} MB"


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Answer).decode


def _send(pipe: IO[bytes], message: Struct) -> None:
    data = _encode(message)
    pipe.write(len(data).to_bytes(_HEADER, "big") + data)
    pipe.flush()


# --- In the other process ------------------------------------------------------------------------

# What Python says before it does something; a reader has no business with any of these.
_REFUSED = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty.",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "os.link", "os.symlink",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Keep this process from the network, from other processes and from changing a file."""
    is_writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
    if is_writing or event.startswith(_REFUSED):
        raise PermissionError(1, f"a reader may not do this: {event}")


def confine(memory: int) -> None:
    """Limit this process for the rest of its life: memory, no file written, no network, no other process."""
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_refuse)


def _allow_processor_time(seconds: float) -> None:
    """Have the system stop this process when it computes for so long from now."""
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, hard))


def _serve(request: _Request, out: BinaryIO) -> None:
    """Read a file and send what is found, and how it ended."""
    from annotator.formats import READABLE

    reader = READABLE[request.format].read
    assert reader is not None  # noqa: S101 - it is readable
    end: Literal["done", "memory"] | tuple[int, str] = "done"
    try:
        for read in reader(Path(request.path), request.options):
            _send(out, _as_answer(read))
    except MemoryError:
        end = "memory"
    except OSError as error:
        end = error.errno or 0, error.strerror or type(error).__name__
    except Exception as error:  # noqa: BLE001 - of the reader, which is no reason to leave the other files unread
        what = f"its reader failed, which is a fault of this program: please report it ({where(error)})"
        _send(out, _Answer(problem=Problem(file=Path(request.path).name, what=what)))
    _send(out, _Answer(end=end))


def _as_answer(read: Read) -> _Answer:
    found, line, position, places = read
    if isinstance(found, LayerRecord):
        in_lists = {key: list(value) for key, value in places.items()}
        return _Answer(layer=found, line=line, position=position, places=in_lists)
    if isinstance(found, LabelsRecord):
        return _Answer(labels=found, line=line, position=position)
    return _Answer(problem=found, line=line, position=position)


def _listen(pipe: BinaryIO, requests: "SimpleQueue[_Request]") -> None:
    """Take requests, and end this process when nobody is there any more to ask, whatever it is reading."""
    while header := pipe.read(_HEADER):
        requests.put(msgspec.msgpack.decode(pipe.read(int.from_bytes(header, "big")), type=_Request))
    os._exit(0)


def main() -> None:
    """Answer requests until there are no more."""
    sys.dont_write_bytecode = True
    requests: SimpleQueue[_Request] = SimpleQueue()
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # what a library prints is no answer
        confine(int(sys.argv[1]))
        Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
        _send(out, _Answer(end="done"))
        while True:
            request = requests.get()
            _allow_processor_time(request.seconds)
            _serve(request, out)


if __name__ == "__main__":
    main()
