"""No process of a test run may use the network: a socket that could leave this machine is refused, and fails the run.

Python imports this by its name in every process that finds the folder in PYTHONPATH, which `tests/conftest.py` sees to.
Refused sockets are also written down: a program may swallow the error.
"""

import os
import socket
import sys
from pathlib import Path

LOG = "ANNOTATOR_TESTS_SOCKETS"  # the variable that names where refused sockets are written down
_NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
_ADDRESSES = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}


class NetworkUsed(BaseException):
    """Something tried to use the network. No `except Exception` hides it."""


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if not event.startswith("socket.") or LOG not in os.environ:
        return
    if event == "socket.__new__":
        leaves = arguments[1] not in (socket.AF_UNIX, -1)  # -1: one that was handed over, of whatever family
    else:
        leaves = event in _NAMES or (event in _ADDRESSES and isinstance(arguments[1], tuple))
    if not leaves:
        return
    if _asks_for_ipv6():
        raise OSError("no network in tests")
    with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
        log.write(f"{' '.join(sys.argv[:3])}: {event} {arguments[1:]}\n")
    raise NetworkUsed(event, *arguments[1:])


def _asks_for_ipv6() -> bool:
    """Whether urllib3, which spaCy imports, asks the system for a socket of its own to see if it knows IPv6."""
    frame = sys._getframe(2)
    return "_has_ipv6" in (frame.f_code.co_name, frame.f_back and frame.f_back.f_code.co_name)


if LOG in os.environ:
    sys.addaudithook(_refuse)
