"""Run the program: a window, without loading the commands for it, or a command."""

import sys
from pathlib import Path
from typing import NoReturn

from annotator import faults


def main() -> NoReturn:
    """Open a window, on a project or packet if one is named alone; everything else is for the commands."""
    faults.install(faults.print_report)
    arguments = sys.argv[1:]
    if not arguments or (len(arguments) == 1 and arguments[0].endswith((".annotator", ".packet"))):
        from annotator.ui.app import run

        sys.exit(run(Path(arguments[0]) if arguments else None))
    from annotator import cli

    cli.main()


if __name__ == "__main__":
    main()
