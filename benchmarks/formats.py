"""Other tools' formats: 10,000 documents with 100,000 spans, the format's own part of the work, without a project.

The gates are a tenth of the least that Label Studio and doccano take for the same (`PEERS`).
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

from annotator.formats import FORMATS, jsonl
from annotator.records import NO_OPTIONS, LayerRecord
from benchmarks import data
from benchmarks.memory import peak_megabytes

Row = tuple[str, float, float]  # name, figure, gate

# Seconds that the tools take over HTTP, as `docs/performance.md` says.
PEERS = {("label-studio", "write"): 39.9, ("label-studio", "read"): 22.5,
         ("doccano", "write"): 25.9, ("doccano", "read"): 148.0}  # fmt: skip
GATES = {"read": 2.0, "write": 2.6}  # CPU seconds
MEGABYTES = 200
DOCUMENTS = 10_000


def measure(folder: Path, quick: bool) -> list[Row]:
    """Return CPU seconds and peak memory in MB of writing and reading each format; over a tenth of it if quick."""
    documents = DOCUMENTS // 10 if quick else DOCUMENTS
    source = folder / "formats.jsonl"
    data.write(source, documents)
    rows = []
    for (name, what), peer in PEERS.items():
        command = [sys.executable, "-m", "benchmarks.formats", what, name, str(source), str(folder / name)]
        seconds, megabytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        gate = GATES[what] * documents / DOCUMENTS
        rows += [
            (f"{name} {what}, CPU, s (itself {peer:.0f} s)", float(seconds), gate),
            (f"{name} {what}, peak RSS, MB", float(megabytes), MEGABYTES),
        ]
    return rows


def _read(name: str, _source: Path, file: Path) -> float:
    read = FORMATS[name].read
    assert read is not None
    start = process_time()
    spans = sum(len(each.found.spans) for each in read(file, NO_OPTIONS) if isinstance(each.found, LayerRecord))
    seconds = process_time() - start
    assert spans
    return seconds


def _write(name: str, source: Path, file: Path) -> float:
    """Write what is in `source`; what reading that takes is not counted."""
    write = FORMATS[name].write
    assert write is not None
    not_counted = 0.0

    def layers() -> Iterator[LayerRecord]:
        nonlocal not_counted
        begun = process_time()
        for each in jsonl.read(source):
            not_counted += process_time() - begun
            if isinstance(each.found, LayerRecord):
                yield each.found
            begun = process_time()
        not_counted += process_time() - begun

    start = process_time()
    with file.open("wb") as out:
        write(layers(), out)
    return process_time() - start - not_counted


def main() -> None:
    """Read or write one format, and print CPU seconds and peak memory in MB."""
    what, name, source, file = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    seconds = {"read": _read, "write": _write}[what](name, source, file)
    print(seconds, peak_megabytes())


if __name__ == "__main__":
    main()
