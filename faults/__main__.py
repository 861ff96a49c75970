"""Run the faults: `python -m faults [NAME...] [--quick]`. Prints what each found beside its goal."""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from faults.catalogue import FAULTS


def main() -> int:
    """Do to projects what happens to real files, and print what became of them."""
    arguments = argparse.ArgumentParser(prog="./dev faults", description=main.__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FAULTS))
    arguments.add_argument("--quick", action="store_true", help="fewer runs of each")
    chosen = arguments.parse_args()
    if unknown := [name for name in chosen.names if name not in FAULTS]:
        arguments.error(f"there is no fault {unknown[0]}. There are: {', '.join(FAULTS)}")
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
        os.environ["XDG_STATE_HOME"] = scratch  # of locks, for children too
        failed = sum([_run(name, Path(scratch, name), quick=chosen.quick) for name in chosen.names or FAULTS])
    return 1 if failed else 0


def _run(name: str, folder: Path, *, quick: bool) -> int:
    """Print the rows of a fault, and return how many of them failed."""
    began, failed = time.perf_counter(), 0
    folder.mkdir()
    for row in FAULTS[name](folder, quick):
        failed += not row.ok
        print(row, flush=True)
    shutil.rmtree(folder)
    print(f"    {name}: {time.perf_counter() - began:.0f} s\n", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
