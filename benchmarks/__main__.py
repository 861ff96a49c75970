"""Run the benchmarks: `python -m benchmarks [--quick]`. Prints each figure beside its gate."""

import argparse
import tempfile
from pathlib import Path

from benchmarks import agreement, bulk, data, formats, interaction, merging, view, window

FULL, QUICK = 100_000, 10_000


def main() -> None:
    """Measure everything, and print a table."""
    arguments = argparse.ArgumentParser(prog="./dev bench", description=main.__doc__)
    arguments.add_argument("--quick", action="store_true", help="over a tenth of the documents")
    quick = arguments.parse_args().quick
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source.jsonl"
        documents = QUICK if quick else FULL
        data.write(source, documents)
        print(f"{documents:,} documents, {documents * data.SPANS:,} spans\n")
        print(f"{'what':<48}{'figure':>10}{'gate':>10}")
        rows = [*bulk.measure(folder, source), *interaction.measure(folder / "bulk.annotator", quick)]
        rows += [*view.measure(quick), *window.measure(folder, source, quick), *agreement.measure(folder, quick)]
        rows += [*formats.measure(folder, quick), *merging.measure(folder, quick)]
        for what, figure, gate in rows:
            print(f"{what:<48}{figure:>10.2f}{gate:>10.2f}{'' if figure <= gate else '   over'}")


if __name__ == "__main__":
    main()
