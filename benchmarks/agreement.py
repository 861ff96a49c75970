"""Agreement of three annotators: from arrays of spans to every figure with its interval, and after one edit."""

import subprocess
import sys
import time

import numpy as np

from annotator.agreement import Batch, Comparison, Layers, Spans

Figure = tuple[str, float, float]  # name, figure, gate

LABELS = ("anonymous-source", "on-record", "denial", "non-comment")
ANNOTATORS = ("Ana", "Ben", "Cem")
LENGTH = 2_500
_PASSAGES = 4  # a document
_SENTENCE = "The minister declined to comment on Tuesday, said two officials who asked not to be named. "


def measure(quick: bool) -> list[Figure]:
    """Return (name, figure, gate). A process of its own, so that its peak is of the engine alone.

    The gates leave room for reading the project: with that they are 4 s and 600 MB.
    """
    documents = 10_000 if quick else 100_000
    command = [sys.executable, "-m", "benchmarks.agreement", str(documents)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    cpu, kinds, memory, edit = map(float, printed)
    share = documents / 100_000
    return [
        ("agreement: every figure, CPU, s", cpu, 2.5 * share),
        ("agreement: the same with kinds of boundaries", kinds, 4.0 * share),
        ("agreement: peak RSS, MB", memory, 600.0),
        ("agreement: one document changed, ms", edit, 50.0),
    ]


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


def _measure(documents: int) -> None:
    """Print CPU seconds without and with the kinds, the peak in MB, and milliseconds after an edit."""
    batch = generate(documents)
    times = []
    text = (_SENTENCE * (LENGTH // len(_SENTENCE) + 1))[:LENGTH]
    comparison = Comparison(ANNOTATORS, LABELS)
    for compared in (comparison, Comparison(ANNOTATORS, LABELS, lambda document: text)):
        begin = time.process_time()
        compared.put(batch)
        compared.result()
        times.append(time.process_time() - begin)
        if compared is comparison:
            peak = _peak()
    edits = []
    one = generate(1, seed=2)
    for document in range(0, documents, documents // 20):
        here = np.full(1, document)
        layers = one.layers._replace(document=np.repeat(here, len(ANNOTATORS)))
        spans = one.spans._replace(document=np.repeat(here, len(one.spans.document)))
        begin = time.process_time()
        comparison.put(Batch(here, one.lengths, layers, spans))
        comparison.result()
        edits.append(time.process_time() - begin)
    print(*times, peak, 1_000 * sorted(edits)[len(edits) // 2])


def _peak() -> float:
    import resource  # only where there is one, as on Linux

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


if __name__ == "__main__":
    _measure(int(sys.argv[1]))
