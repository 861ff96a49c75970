"""Run the program as `python -m annotator`."""

from annotator.cli import main

main()
