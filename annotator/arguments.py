"""Arguments that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

ProjectPath = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project file, NAME.annotator.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
