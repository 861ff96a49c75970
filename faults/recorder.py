"""What a program does to the files of one folder, in order, as the system saw it.

`strace` records it: it sees the real calls of the real SQLite, needs no compiler and no other build of SQLite,
and is a package of every distribution. What the program says on its standard output is in the same record, so
it is known what had been acknowledged at each moment. SQLite's index of its log (`-shm`) is shared memory that
SQLite makes again after a crash; its contents are not in the record and need not be.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from faults import children


class Write(NamedTuple):
    """Bytes of a file."""

    file: int
    offset: int
    data: bytes


class Truncate(NamedTuple):
    """A file's new length."""

    file: int
    size: int


class Sync(NamedTuple):
    """The disk has what was written to a file."""

    file: int


class Place(NamedTuple):
    """One change of the folder: names that are gone, and names that now are a file's. Never half of it."""

    gone: tuple[str, ...] = ()
    now: tuple[tuple[str, int], ...] = ()


class SyncFolder(NamedTuple):
    """The disk has the names of the folder."""


class Said(NamedTuple):
    """A number on the standard output: so much is acknowledged."""

    number: int


Operation: TypeAlias = Write | Truncate | Sync | Place | SyncFolder | Said

_UNDERSTOOD = (
    "openat", "write", "pwrite64", "lseek", "ftruncate", "fsync", "fdatasync", "rename", "unlink",
)  # fmt: skip
_NOT_UNDERSTOOD = (  # a record with one of these in the folder would not be the whole truth
    "writev", "pwritev", "pwritev2", "fallocate", "copy_file_range", "sendfile", "truncate", "link", "linkat",
    "symlink", "renameat", "renameat2", "unlinkat", "mkdir", "rmdir", "msync", "sync_file_range",
)  # fmt: skip
# With seccomp the system stops the program at these calls alone; it wants -f.
STRACE = ("strace", "-f", "--seccomp-bpf")
_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_HANDLE = re.compile(r"(\d+)<([^>]*)>")
_STRING = re.compile(r'"([^"]*)"')


def record(command: list[str], folder: Path, trace: Path) -> list[Operation]:
    """Run a Python command, and return what it did in `folder`, where files may be already: 0, 1, ... in order of name.

    Raises:
        RuntimeError: the command failed, or did something that is not understood.

    """
    names = {path.name: number for number, path in enumerate(existing(folder))}
    calls = ",".join(f"?{name}" for name in (*_UNDERSTOOD, *_NOT_UNDERSTOOD))
    strace = [*STRACE, "-o", str(trace), "-y", "-xx", "-s", "100000000", "-e", f"trace={calls}", "-e", "signal=none"]
    done = children.python(*command, before=strace, cwd=folder)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr}")
    with trace.open(encoding="ascii") as lines:
        return list(_Reader(folder, names).operations(lines))


def existing(folder: Path) -> list[Path]:
    """Return the files of a folder in the order in which `record` numbers them."""
    return sorted(path for path in folder.iterdir() if path.is_file())


def _text(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


class _Reader:
    """Makes operations of the calls in a record."""

    def __init__(self, folder: Path, names: dict[str, int]) -> None:
        self._folder = folder
        self._names = names  # what stands in the folder now
        self._files = len(names)
        self._open: dict[int, int] = {}  # files by handle
        self._positions: dict[int, int] = {}

    def operations(self, lines: Iterable[str]) -> Iterator[Operation]:
        """Yield what the calls did in the folder."""
        for line in lines:
            found = _CALL.match(line)
            if found and found[3] != "-1":
                yield from self._call(found[1], found[2], int(found[3]))

    def _call(self, call: str, said: str, result: int) -> Iterator[Operation]:
        handle = _HANDLE.match(said)
        strings = [_text(string) for string in _STRING.findall(said)]
        if call == "openat":
            yield from self._opened(strings[0].decode(), said, result)
        elif call in ("rename", "unlink"):
            yield from self._renamed([self._name(string.decode()) for string in strings])
        elif call in _NOT_UNDERSTOOD:
            paths = [_text(path).decode() for path in re.findall(r"<([^>]*)>", said)]
            if any(self._name(path) for path in paths) or (not handle and any(self._name(s.decode()) for s in strings)):
                raise RuntimeError(f"the record has a call that is not understood: {call}")
        elif handle:
            yield from self._done(call, int(handle[1]), _text(handle[2]).decode(), said, strings, result)

    def _name(self, path: str) -> str | None:
        """Return the name of a path in the folder."""
        whole = self._folder / path
        return whole.name if whole.parent == self._folder else None

    def _opened(self, path: str, flags: str, handle: int) -> Iterator[Operation]:
        self._open.pop(handle, None)
        name = self._name(path)
        if name is None:
            return
        if "O_APPEND" in flags:
            raise RuntimeError(f"{name} is opened to append, which is not understood")
        if name not in self._names:
            self._names[name] = self._files
            self._files += 1
            yield Place(now=((name, self._names[name]),))
        elif "O_TRUNC" in flags:
            yield Truncate(self._names[name], 0)
        self._open[handle] = self._names[name]
        self._positions[handle] = 0

    def _renamed(self, names: list[str | None]) -> Iterator[Operation]:
        former, *new = names
        if former is None:
            return
        file = self._names.pop(former)
        if new and new[0]:
            self._names[new[0]] = file
            yield Place((former,), ((new[0], file),))
        else:
            yield Place((former,))

    def _done(
        self, call: str, handle: int, path: str, said: str, strings: list[bytes], result: int
    ) -> Iterator[Operation]:
        """Yield what a call did through a handle; another one than a file's of the folder may have its number."""
        if handle == 1 and call == "write":
            yield from (Said(int(word)) for word in strings[0].split() if word.isdigit())
        elif path == str(self._folder):
            if call in ("fsync", "fdatasync"):
                yield SyncFolder()
        elif handle in self._open and self._name(path):
            yield from self._of_file(call, handle, said, strings, result)

    def _of_file(self, call: str, handle: int, said: str, strings: list[bytes], result: int) -> Iterator[Operation]:
        file = self._open[handle]
        match call:
            case "write":
                yield Write(file, self._positions[handle], strings[0][:result])
                self._positions[handle] += result
            case "pwrite64":
                yield Write(file, int(said.rpartition(",")[2]), strings[0][:result])
            case "lseek":
                self._positions[handle] = result
            case "ftruncate":
                yield Truncate(file, int(said.rpartition(",")[2]))
            case _:
                yield Sync(file)
