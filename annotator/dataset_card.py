"""The README of an export: what is in it, who made it and how, what it lacks, and the types of its columns.

Its front matter is what Hugging Face's `load_dataset(FOLDER)` goes by, so that no type is guessed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

import msgspec
from msgspec import Struct, field

from annotator import __version__, splits
from annotator.formats.columns import Column, Kind, ListOf, columns
from annotator.label_chart import label_chart
from annotator.records import LayerRecord

README, CHART = "README.md", "labels.svg"
TRAIN = "train"  # what loaders call a dataset without a split
_SHOWN = 20  # rows of a table; the rest is counted
_Row = tuple[str | int, ...]
_SPECIAL = re.compile(r"([\\`*_\[\]|#~])")


class _Side(Struct):
    """How much there is in one split."""

    documents: int = 0
    layers: int = 0
    labels: Counter[str] = field(default_factory=Counter)


class Facts:
    """What is counted of layers while they are written."""

    def __init__(self) -> None:
        self.sides: dict[str, _Side] = {}
        self.outlets: Counter[str | None] = Counter()  # documents
        self.languages: Counter[str | None] = Counter()
        self.annotators: dict[tuple[str, str], list[int]] = {}  # name and kind: layers, spans
        self.guidelines: Counter[str | None] = Counter()  # layers, and so below
        self.rounds: Counter[str] = Counter()
        self.gold_layers = 0
        self.taken_from: Counter[str | None] = Counter()  # spans of gold layers, and so below
        self.reasons: Counter[str] = Counter()
        self.negatives = 0
        self._last: str | None = None

    @property
    def labels(self) -> Counter[str]:
        return sum((side.labels for side in self.sides.values()), Counter())

    def over(self, layers: Iterable[LayerRecord]) -> Iterator[LayerRecord]:
        """Pass layers on, counted; those of one document come one after the other."""
        for layer in layers:
            self._add(layer)
            yield layer

    def _add(self, layer: LayerRecord) -> None:
        side = self.sides.setdefault(layer.split or TRAIN, _Side())
        side.layers += 1
        side.labels.update(span.label for span in layer.spans)
        if layer.sha256 != self._last:
            self._last = layer.sha256
            side.documents += 1
            self.outlets[layer.meta.outlet] += 1
            self.languages[layer.language] += 1
        self.guidelines[layer.guideline] += 1
        self.rounds[layer.round or "unknown"] += 1
        self.negatives += len(layer.negatives)
        if who := layer.annotator:
            counts = self.annotators.setdefault((who.name, who.kind), [0, 0])
            counts[0] += 1
            counts[1] += len(layer.spans)
            if who.kind == "gold":
                self.gold_layers += 1
                self.taken_from.update(span.taken_from for span in layer.spans)
                self.reasons.update(span.reason for span in layer.spans if span.reason)


class About(Struct, kw_only=True):
    """What is known of an export beside what was counted."""

    title: str
    last_edit: int
    license: str
    format: str  # its title
    files: dict[str, str] | None  # of each split, by its name, where `datasets` can load them
    chart: str  # the name of the picture
    guidelines: Mapping[str, int]  # which version each hash is
    lost: Mapping[str, int]
    left_out: list[str]  # sentences
    split: splits.Report | None


def write(readme: Path, chart: Path, facts: Facts, about: About) -> None:
    """Write the card and its picture."""
    readme.write_text(_card(facts, about), encoding="utf-8")
    chart.write_text(label_chart(facts.labels), encoding="utf-8")


def _card(facts: Facts, about: About) -> str:
    sections = [
        _front_matter(facts, about),
        f"# {_plain(about.title)}\n\n{_summary(facts, about)}",
        _how_to_load(about),
        f"## Labels\n\n![How many spans each label has]({about.chart})\n\n{_labels(facts)}",
        _splits(facts, about.split),
        f"## Outlets\n\n{_outlets(facts)}",
        f"## Annotators\n\n{_annotators(facts)}",
        f"## Guideline\n\n{_guideline(facts, about.guidelines)}",
        f"## Gold\n\n{_gold(facts)}",
        f"## What is not here\n\n{_not_here(about)}",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


# --- Front matter --------------------------------------------------------------------------------


def _front_matter(facts: Facts, about: About) -> str:
    lines = [f"license: {_yaml(about.license)}", f"pretty_name: {_yaml(about.title)}"]
    if languages := sorted(language for language in facts.languages if language):
        lines += ["language:", *(f"- {_yaml(language)}" for language in languages)]
    lines += ["task_categories:", "- token-classification"]
    if about.files:  # one that has no rows would make `load_dataset` refuse them all
        lines += ["configs:", "- config_name: default", "  data_files:"]
        for side in (name for name in about.files if name in facts.sides):
            lines += [f"  - split: {_yaml(side)}", f"    path: {_yaml(about.files[side])}"]
        lines += ["dataset_info:", "  features:", *_features(columns(), "  ")]
    return "\n".join(["---", *lines, "---"])


def _features(found: Iterable[Column], indent: str) -> Iterator[str]:
    for column in found:
        yield f"{indent}- name: {column.name}"
        yield from _type(column.kind, indent + "  ")


def _type(kind: Kind, indent: str) -> Iterator[str]:
    if isinstance(kind, str):
        yield f"{indent}dtype: {kind}"
    elif not isinstance(kind, ListOf):
        yield f"{indent}struct:"
        yield from _features(kind, indent)
    elif isinstance(kind.item, str):
        yield f"{indent}list: {kind.item}"
    else:
        yield f"{indent}list:"
        yield from _features(kind.item, indent)  # type: ignore[arg-type]


def _yaml(said: str) -> str:
    """Return a string of YAML, which JSON's are too."""
    return msgspec.json.encode(said).decode()


# --- Sections ------------------------------------------------------------------------------------


def _summary(facts: Facts, about: About) -> str:
    layers = sum(side.layers for side in facts.sides.values())
    documents = sum(side.documents for side in facts.sides.values())
    said = (
        f"{_count(facts.labels.total(), 'span')} in {_count(layers, 'layer')} of {_count(documents, 'article')}, as "
        f"{about.format}. A layer is all that one annotator found in one article. "
        "Positions are Unicode code points of `text`, half open, as Python slices are."
    )
    if layers > documents:
        said += " An article stands once for each of its layers, so keep its layers together when you split."
    return f"{said}\n\nWritten by Source Annotator {__version__} from the project as of edit {about.last_edit:,}."


def _how_to_load(about: About) -> str:
    if not about.files:
        return ""
    said = "## Loading\n\nWith this card in it as `README.md`, `datasets.load_dataset(FOLDER)` reads a folder as it is."
    if any(name.endswith(".jsonl") for name in about.files.values()):
        said += (
            " One thing to know: where every date in `published` is a plain ISO date, `datasets` hands them on as "
            "times (`2026-01-02 00:00:00`); the export as `huggingface` keeps them as they were."
        )
    return said


def _labels(facts: Facts) -> str:
    sides = list(facts.sides)
    if len(sides) < 2:
        return _table(["label", "spans"], _ranked(facts.labels))
    rows: list[_Row] = [
        (label, count, *(facts.sides[side].labels[label] for side in sides)) for label, count in _ranked(facts.labels)
    ]
    return _table(["label", "spans", *sides], rows)


def _splits(facts: Facts, report: splits.Report | None) -> str:
    if report is None:
        return ""
    named = [*report.sides, *(side for side in facts.sides if side not in report.sides)]
    rows = [(name, side.documents, side.layers, side.labels.total())
            for name in named for side in [facts.sides.get(name, _Side())]]  # fmt: skip
    said = [_table(["split", "articles", "layers", "spans"], rows)]
    alike = _count(report.near_duplicates, "article")
    said.append(f"Whole articles; near-duplicates (wire copy, here {alike}) stand on the side of what they are like.")
    if report.warnings:
        said.append("\n".join(f"- {_plain(warning)}" for warning in report.warnings))
    return "## Splits\n\n" + "\n\n".join(said)


def _outlets(facts: Facts) -> str:
    return _table(["outlet", "articles"], [(name or "not said", count) for name, count in _ranked(facts.outlets)])


def _annotators(facts: Facts) -> str:
    rows: list[_Row] = [(name, kind, *counts) for (name, kind), counts in sorted(facts.annotators.items())]
    rounds = ", ".join(f"{name} {count:,}" for name, count in _ranked(facts.rounds))
    return f"{_table(['annotator', 'kind', 'layers', 'spans'], rows)}\n\nRounds of the layers: {rounds or 'none'}."


def _guideline(facts: Facts, versions: Mapping[str, int]) -> str:
    rows = [
        (str(versions.get(sha256, "of another project")), f"`{sha256}`", count)
        for sha256, count in _ranked(facts.guidelines)
        if sha256
    ]
    unknown = facts.guidelines[None]
    said = _table(["version", "sha256", "layers"], rows, is_code=True) if rows else ""
    if unknown or not rows:
        said += f"\n\nOf {_count(unknown, 'layer')} it is not known which guideline was in force."
    return said.strip()


def _gold(facts: Facts) -> str:
    if not facts.gold_layers:
        return "No layer here is gold: nothing was adjudicated."
    made = facts.taken_from[None]
    taken = [(name, count) for name, count in _ranked(facts.taken_from) if name]
    said = [
        f"Adjudication made {_count(facts.gold_layers, 'gold layer')}. No layer is named for {_count(made, 'span')}."
    ]
    if taken:
        said.append(_table(["taken from", "spans"], taken))
    if facts.reasons:
        said.append(_table(["reason", "spans"], _ranked(facts.reasons)))
    return "\n\n".join(said)


def _not_here(about: About) -> str:
    lines = [f"- {each}" for each in about.left_out]
    lines += [f"- This format cannot carry: {_plain(what)} ({number:,} times)." for what, number in about.lost.items()]
    return "\n".join(lines) or "Nothing was left out, and nothing was lost in this format."


def _table(heads: Sequence[str], rows: Sequence[_Row], *, is_code: bool = False) -> str:
    """Return a table; numbers are aligned right, and what is too much is counted."""
    if not rows:
        return "None."
    marks = ["---:" if isinstance(cell, int) else "---" for cell in rows[0]]
    shown = [
        _line(f"{cell:,}" if isinstance(cell, int) else cell if is_code else _plain(cell) for cell in row)
        for row in rows[:_SHOWN]
    ]
    said = "\n".join([_line(map(_plain, heads)), _line(marks), *shown])
    return said if len(rows) <= _SHOWN else f"{said}\n\nand {len(rows) - _SHOWN:,} more."


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _ranked(counter: Counter[str] | Counter[str | None]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0] or ""))  # type: ignore[arg-type]


def _plain(said: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", escape(" ".join(said.split()), quote=False))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
