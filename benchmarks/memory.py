"""How much memory this process took at most."""

from pathlib import Path


def peak_megabytes() -> float:
    """Return the peak resident memory in MB since this program began, as Linux counts it.

    `getrusage` would count what the parent had before it ran this program, too.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
