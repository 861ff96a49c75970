"""Articles and layers for the benchmarks: always the same for one seed."""

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec

from annotator.records import AnnotatorRecord, Identity, LayerRecord, Meta, SpanRecord
from annotator.store.streams import labels_all

WORDS = (
    "the", "mayor", "said", "on", "Monday", "that", "council", "would", "not", "comment", "report", "officials",
    "denied", "claims", "sources", "close", "to", "ministry", "according", "spokesman", "declined", "budget",
    "hospital", "bridge", "election", "police", "harbour", "strike", "union", "talks", "offer", "deal", "city",
)  # fmt: skip
LABELS = ("anonymous-source", "on-record", "denial", "non-comment")
IDENTITIES: tuple[Identity, ...] = ("named", "institution", "unnamed")
SPANS = 10  # a document


def layers(documents: int, seed: int = 1) -> Iterator[LayerRecord]:
    """Yield finished layers of one annotator, ten spans each, over texts of some 2,500 characters."""
    numbers = random.Random(seed)
    ana = AnnotatorRecord(id="ana", name="Ana")
    for number in range(documents):
        text = f"Article {number}. " + " ".join(numbers.choices(WORDS, k=400)) + "."
        starts = sorted(numbers.randrange(len(text) - 90) for _ in range(SPANS))
        spans = []
        for start in starts:
            end = start + numbers.randint(20, 80)
            label = LABELS[numbers.randrange(4)]
            identity = numbers.choice(IDENTITIES)
            spans.append(
                SpanRecord(
                    id=f"{numbers.getrandbits(128):032x}", start=start, end=end, label=label, text=text[start:end],
                    labels_all=labels_all(label, identity), identity=identity, source="The ministry",
                )
            )  # fmt: skip
        spans.sort(key=lambda span: (span.start, span.end, span.id))
        yield LayerRecord(
            schema_name="source-annotator/1", document=f"a{number}", text=text, language="en",
            meta=Meta(title=f"Article {number}", outlet="The Courier", published="2026-11-23"),
            annotator=ana, status="finished", round="production", blind=True, spans=spans,
        )  # fmt: skip


def write(path: Path, documents: int, seed: int = 1) -> None:
    """Write the layers as native JSONL."""
    with path.open("wb") as out:
        for layer in layers(documents, seed):
            out.write(msgspec.json.encode(layer) + b"\n")
