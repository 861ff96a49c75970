"""What is said of an error of ours: where it came from, and never its message, which may quote an article."""

import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from annotator import __version__

Tell = Callable[[str], object]


def report(error: BaseException, *versions: str) -> str:
    """Return where an error came from, and the versions."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    said = f"Source Annotator {__version__}, Python {platform.python_version()}"
    return f"{', '.join((said, *versions, platform.platform()))}\n{frames}{type(error).__name__}"


def install(tell: Tell) -> None:
    """Have errors that nothing caught told as reports: those of this thread, of others, and of what cannot raise."""

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            tell(report(error))

    def in_thread(said: threading.ExceptHookArgs) -> None:
        if said.exc_value is not None:
            tell(report(said.exc_value))

    def unraisable(said: "sys.UnraisableHookArgs") -> None:
        if said.exc_value is not None:
            tell(report(said.exc_value))

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable


def print_report(said: str) -> None:
    """Print a report where a terminal, or whoever keeps its output, sees it."""
    sys.stderr.write(
        "Something went wrong in Source Annotator. What was saved is safe. If it happens with one project alone, run "
        f"“annotator check” on it. Otherwise please report this:\n{said}\n"
    )
