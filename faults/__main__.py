"""Run the faults: `python -m faults [NAME...] [--quick]`. Prints what each found beside its goal."""

import argparse
import os
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
    failed = 0
    for name in chosen.names or FAULTS:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
            os.environ["XDG_STATE_HOME"] = scratch  # locks
            folder = Path(scratch, name)
            folder.mkdir()
            for row in FAULTS[name](folder, chosen.quick):
                failed += not row.ok
                print(row, flush=True)
        print(f"    {name}: {time.perf_counter() - began:.0f} s\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
