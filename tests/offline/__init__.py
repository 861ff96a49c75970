"""What a process needs to be told so that it refuses the network as the tests do: see `sitecustomize.py` here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOG = "ANNOTATOR_TESTS_SOCKETS"  # the variable that names where refused sockets are written down
FOLDER = Path(__file__).parent


def environment(*folders: object) -> dict[str, str]:
    """Return the variables for a process that is given an environment of its own, with more folders to import from."""
    return {"PYTHONPATH": os.pathsep.join(map(str, (*folders, FOLDER))), LOG: os.environ[LOG]}


@contextmanager
def unguarded() -> Iterator[None]:
    """Let this process have a socket: a server that nobody is to ask for anything."""
    log = os.environ.pop(LOG)
    try:
        yield
    finally:
        os.environ[LOG] = log
