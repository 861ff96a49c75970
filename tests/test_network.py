"""Nothing uses the network: not our own modules, not what they load, and no library below Python either."""

import ast
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from annotator.formats import WRITABLE
from annotator.losses import can_lose
from tests.builders import TEXT, by, line, span, write_lines

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "annotator").rglob("*.py"))
NETWORK = {"aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socketserver", "ssl",
           "telnetlib", "urllib3", "webbrowser", "xmlrpc"}  # fmt: skip


def reaches(source):
    """Return what a module imports or names that could reach the network."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names]
        for name in names:
            if (
                name.split(".")[0] in NETWORK
                or name.startswith(("urllib.request", "urllib.error"))
                or "QtNetwork" in name
            ):
                found.add(name)
            if name.startswith("socket."):
                found.add(name)
        is_of_socket = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "socket"
        if is_of_socket and node.attr != "gethostname":
            found.add(ast.unparse(node))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_could_reach_the_network(path):
    assert reaches(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    "source",
    ["import urllib.request", "from urllib import request", "import http.client", "from PySide6 import QtNetwork", "import ssl",
     "from PySide6.QtNetwork import QNetworkAccessManager", "import socket\nsocket.create_connection(x)", "from socket import socket"],
)  # fmt: skip
def test_a_module_that_could_is_found(source):
    assert reaches(source)


# In Python: what `tests/offline` refuses


@pytest.fixture
def log(tmp_path, monkeypatch):
    """Where refused sockets are written down meanwhile, so that this run does not fail for them."""
    from tests import offline

    monkeypatch.setenv(offline.LOG, str(tmp_path / "sockets"))
    return tmp_path / "sockets"


ATTEMPTS = [
    "socket.socket()", "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)", "socket.create_connection(('127.0.0.1', 9))",
    "socket.getaddrinfo('example.org', 80)", "socket.gethostbyname('example.org')",
    "__import__('urllib.request').request.urlopen('http://example.org')",
]  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_socket_fails_in_this_process_and_in_others_and_is_written_down(log, attempt):
    with pytest.raises(BaseException, match="socket") as refused:
        eval(attempt, {"socket": socket})
    assert type(refused.value).__name__ == "NetworkUsed"
    code = f"import socket\ntry: {attempt}\nexcept Exception: pass"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "NetworkUsed" in done.stderr
    assert len(log.read_text().splitlines()) == 2


def test_sockets_between_processes_of_this_machine_are_not_the_network(log):
    for each in socket.socketpair():
        each.close()
    assert socket.gethostname()
    assert not log.exists()


def test_a_run_in_which_a_socket_was_hidden_fails(log, tmp_path):
    test = tmp_path / "test_it.py"
    test.write_text(
        "import socket\ndef test_it():\n    try: socket.socket()\n    except BaseException: pass\n", encoding="utf-8"
    )
    conftest = (ROOT / "tests/conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(test)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert "1 passed" in done.stdout and "the network was used" in done.stdout
    assert done.returncode == 1


# Below Python: the system ends a process that asks for a socket

SOCKET_CALL = {"x86_64": 41, "aarch64": 198}
SECCOMP_MODE_FILTER, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 2, 22, 38


class Filter(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint32))


class Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.POINTER(Filter)))


def end_at_a_socket():
    """Have the system end this process, and each that it starts, at any socket that is not AF_UNIX."""
    load, equal, answer = 0x20, 0x15, 0x06
    rules = (Filter * 6)(
        Filter(load, 0, 0, 0),  # the number of the call
        Filter(equal, 0, 2, SOCKET_CALL[os.uname().machine]),
        Filter(load, 0, 0, 16),  # its first argument: the family
        Filter(equal, 0, 1, socket.AF_UNIX),
        Filter(answer, 0, 0, 0x7FFF0000),  # allow
        Filter(answer, 0, 0, 0x80000000),  # end the process
    )
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    assert libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(Program(6, rules))) == 0


def can_filter():
    if sys.platform != "linux" or os.uname().machine not in SOCKET_CALL:
        return False
    with suppress(subprocess.SubprocessError):
        return subprocess.run(["true"], preexec_fn=end_at_a_socket, check=False).returncode == 0
    return False


needs_filter = pytest.mark.skipif(not can_filter(), reason="needs Linux's filter of system calls")


@needs_filter
def test_a_socket_of_a_library_ends_the_process():
    code = "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)"
    done = subprocess.run([sys.executable, "-c", code], preexec_fn=end_at_a_socket, check=False)
    assert done.returncode == -signal.SIGSYS


COMMANDS = """
import json, sys
from annotator import cli
for arguments in json.loads(sys.argv[1]):
    cli.app(arguments, standalone_mode=False)
"""


@needs_filter
def test_a_project_is_made_filled_checked_measured_exported_in_every_format_and_shown_without_a_socket(tmp_path):
    write_lines(tmp_path / "in.jsonl", [line(TEXT, span(0, 9), annotator=by(name)) for name in ("Ana", "Ben")])
    (tmp_path / "page.html").write_text(f"<html><body><article><p>{'A word. ' * 200}</p></article></body></html>")

    targets = [target for target in WRITABLE.values() if all(map(_is_there, target.needs))]
    commands = [
        ["import", "p.annotator", "in.jsonl", "page.html"],
        ["check", "p.annotator"],
        ["agreement", "p.annotator"],
        ["report", "p.annotator", "report.html"],
        *(
            ["export", "p.annotator", f"{each.name}/", "--format", each.name, "--layer", "Ana", "--card"]
            for each in targets
        ),
        ["sample", "s"],
    ]
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)],
        preexec_fn=end_at_a_socket, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "window.png" in done.stdout
    for target in targets:
        assert (tmp_path / target.name / "export.json").exists() or can_lose(target)


def _is_there(module):
    from importlib.util import find_spec

    return find_spec(module) is not None


WINDOW = """
import sys
from pathlib import Path
from annotator.ui.app import application, make_window
window = make_window()
window.show()
window.project.open(Path(sys.argv[1]))
window.files.export()
application().processEvents()
print(*(name for name in sys.modules if "QtNetwork" in name or name in {"http.client", "urllib.request"}))
print(Path("/proc/self/maps").read_text().count("QtNetwork") if Path("/proc/self/maps").exists() else 0)
import os
os._exit(0)
"""


def test_the_window_loads_nothing_that_reaches_the_network(run, tmp_path):
    run("new", "p.annotator")
    done = subprocess.run(
        [sys.executable, "-c", WINDOW, str(tmp_path / "p.annotator")], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["0"], done.stdout + done.stderr
