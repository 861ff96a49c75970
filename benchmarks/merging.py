"""Merging packets against a plain import of the same rows: ten packets, each of other articles."""

import subprocess
import sys
from pathlib import Path
from time import process_time

import msgspec

from annotator import importers
from annotator.packets import merging, packing
from annotator.store import Store
from benchmarks import data
from benchmarks.memory import peak_megabytes

Row = tuple[str, float, float]  # name, figure, gate
PACKETS = 10
FULL, QUICK = 10_000, 1_000  # documents a packet


def measure(folder: Path, quick: bool) -> list[Row]:
    """Return how often as long as an import a merge takes, by CPU time, and its peak memory in MB.

    Of the ratio it is the least of three, which take turns, because CPU time is noisy.
    """
    source, packets = make(folder, QUICK if quick else FULL)
    turns = [(_in_fresh_process("import", folder, source), _in_fresh_process("merge", folder, *packets))
             for _ in range(3)]  # fmt: skip
    imported, merged = (min(times) for times in zip(*turns, strict=True))
    return [
        (f"merge of {PACKETS} packets, CPU, x import of {imported[0]:.1f} s", merged[0] / imported[0], 3),
        (f"merge, peak RSS, MB (import: {imported[1]:.0f})", merged[1], 300),
    ]


def make(folder: Path, documents: int) -> tuple[Path, list[Path]]:
    """Write the packets, and one file of native JSONL with all that is in them."""
    source, packets = folder / "merging.jsonl", []
    with source.open("wb") as out:
        for number in range(PACKETS):
            lines = [msgspec.json.encode(layer) + b"\n" for layer in data.layers(documents, seed=number + 10)]
            out.writelines(lines)
            part = folder / f"part-{number}.jsonl"
            part.write_bytes(b"".join(lines))
            packets.append(_packed(part))
            part.unlink()
    return source, packets


def _packed(source: Path) -> Path:
    packet = source.with_suffix(".packet")
    store = Store.create(source.with_suffix(".annotator"))
    importers.import_files(store, importers.find([source]))
    packing.pack_everything(store, packet)
    store.discard()
    return packet


def _in_fresh_process(what: str, folder: Path, *files: Path) -> tuple[float, float]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.merging",
        what,
        str(folder / f"{what}-all.annotator"),
        *map(str, files),
    ]
    seconds, megabytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(megabytes)


def main() -> None:
    """Import or merge files into a new project, and print CPU seconds and peak memory in MB."""
    what, project, files = sys.argv[1], Path(sys.argv[2]), [Path(each) for each in sys.argv[3:]]
    start = process_time()
    store = Store.create(project)
    if what == "merge":
        merging.merge(store, files)
    else:
        importers.import_files(store, importers.find(files))
    print(process_time() - start, peak_megabytes())
    store.discard()


if __name__ == "__main__":
    main()
