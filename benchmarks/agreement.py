"""Agreement of three annotators: from a project file to every figure with its interval, and after one edit."""

import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np

from annotator import importers
from annotator.agreement import Batch, Layers, Spans
from annotator.agreement.batch import Ints
from annotator.reviewing import Review
from annotator.store import Store
from benchmarks.memory import peak_megabytes

Figure = tuple[str, float, float]  # name, figure, gate

LABELS = ("anonymous-source", "on-record", "denial", "non-comment")
ANNOTATORS = ("Ana", "Ben", "Cem")
LENGTH = 2_500
_PASSAGES = 4  # a document
_SENTENCE = "The minister declined to comment on Tuesday, said two officials who asked not to be named. "


def measure(folder: Path, quick: bool) -> list[Figure]:
    """Return (name, figure, gate). Processes of their own, so that the peak is of comparing alone."""
    documents = 10_000 if quick else 100_000
    source, project = folder / "layers.jsonl", folder / "agreement.annotator"
    write(source, documents)
    _run("import", project, source)
    cpu, memory, edit = map(float, _run("measure", project).split())
    return [
        ("agreement: from the project to every figure, CPU, s", cpu, 4.0 * documents / 100_000),
        ("agreement: peak RSS, MB", memory, 600.0),
        ("agreement: one document changed, ms", edit, 50.0),
    ]


def _run(*arguments: object) -> str:
    command = [sys.executable, "-m", "benchmarks.agreement", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def generate(documents: int, seed: int = 1) -> Batch:
    """Return documents that all three finished; they mark most passages alike, and differ in bounds and labels."""
    chance = np.random.default_rng(seed)
    passages = documents * _PASSAGES
    document = np.repeat(np.arange(documents), _PASSAGES)
    start = chance.integers(0, LENGTH - 450, passages)
    length = np.clip(chance.lognormal(4.6, 0.6, passages), 20, 400).astype(np.int64)
    label = chance.integers(0, len(LABELS), passages)
    columns = []
    for annotator in range(len(ANNOTATORS)):
        seen = np.flatnonzero(chance.random(passages) < 0.84)
        moved = chance.integers(-20, 45, (2, len(seen))) * (chance.random((2, len(seen))) < 0.35)
        begin = np.maximum(start[seen] + moved[0] // 4, 0)
        end = np.maximum(start[seen] + length[seen] + moved[1], begin + 1)
        other = chance.integers(0, len(LABELS), len(seen))
        given = np.where(chance.random(len(seen)) < 0.12, other, label[seen])
        columns.append(np.stack([document[seen], np.full(len(seen), annotator), given, begin, end]))
    spans = np.concatenate(columns, axis=1)
    layers = Layers(np.repeat(np.arange(documents), len(ANNOTATORS)), np.tile(np.arange(len(ANNOTATORS)), documents))
    return Batch(np.arange(documents), np.full(documents, LENGTH), layers, Spans(*spans))


def write(path: Path, documents: int) -> None:
    """Write the layers of all three as native JSONL: the texts with the first one's, then hashes alone."""
    spans = np.stack(generate(documents).spans)
    spans = spans[:, np.lexsort((spans[3], spans[0], spans[1]))]
    last = 0
    with path.open("wb") as out:
        for annotator, name in enumerate(ANNOTATORS):
            for document in range(documents):
                first, last = last, last + _count(spans, annotator, document, last)
                record = {
                    "schema": "source-annotator/1",
                    **_named(document, with_text=annotator == 0),
                    "annotator": {"name": name},
                    "spans": [
                        {"start": start, "end": end, "label": LABELS[label]}
                        for label, start, end in spans[2:, first:last].T.tolist()
                    ],
                }
                out.write(msgspec.json.encode(record) + b"\n")


def _count(spans: Ints, annotator: int, document: int, first: int) -> int:
    """Return how many of the spans from `first` on are of a layer."""
    count = 0
    while first + count < spans.shape[1] and tuple(spans[:2, first + count]) == (document, annotator):
        count += 1
    return count


def _named(document: int, *, with_text: bool) -> dict[str, str]:
    text = (f"Article {document}. " + _SENTENCE * (LENGTH // len(_SENTENCE) + 1))[:LENGTH]
    return {"text": text} if with_text else {"sha256": sha256(text.encode()).hexdigest()}


def _import(project: Path, source: Path) -> None:
    with Store.create(project) as store:
        importers.import_files(store, importers.find([source]))


def _measure(project: Path) -> None:
    """Print CPU seconds from the file to every figure, the peak in MB, and milliseconds after an edit."""
    with Store.open_to_read(project) as store:
        begin = time.process_time()
        review = Review(store)
        review.result()
        print(time.process_time() - begin)
        edits = []
        documents = review.result().documents.total
        for document in range(1, documents, documents // 20):
            begin = time.process_time()
            review.changed(document)
            review.result()
            edits.append(time.process_time() - begin)
    print(peak_megabytes(), 1_000 * sorted(edits)[len(edits) // 2])


if __name__ == "__main__":
    if sys.argv[1] == "import":
        _import(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        _measure(Path(sys.argv[2]))
