"""The figures of a report, from the figures of an agreement: pure functions that return shapes."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import floor
from typing import NamedTuple

from annotator import verdicts
from annotator.agreement import Agreement
from annotator.agreement.result import Estimate, LabelEstimate, LabelF1, LabelLoss, Pair
from annotator.report.shapes import Drawing, Line, Rectangle, Shape, Text
from annotator.verdicts import NONE, interval, number

WIDTH = 720.0
_NAMES = 168.0  # the column of names on the left
_ROW = 32.0
_LETTER = 0.54  # em: how wide a letter is, nearly
_PLOT = (_NAMES + 12, 500.0)  # the axis of the forest plot
_NUMBERED = 76.0  # narrower columns than this are headed by numbers
_BAR = (_NAMES + 12, WIDTH)
_LOSSES = (
    ("agreed", "mark", "strong", "same bounds and label"),
    ("boundary", "boundary", "pale", "other bounds"),
    ("label", "label", "strong", "other label"),
    ("missed", "missed", "strong", "no counterpart"),
)

Titles = Mapping[str, str]  # of labels, by key


def drawn(found: Agreement, titles: Titles) -> list[Drawing]:
    """Return all figures; none where nothing was compared."""
    if not found.documents.compared:
        return []
    return [forest(found, titles), losses(found, titles), confusion(found, titles), pairs(found)]


def forest(found: Agreement, titles: Titles) -> Drawing:
    """Return alpha of each label with its interval, on one axis."""
    compared = found.documents.compared
    rows: list[tuple[str, Estimate]] = [(titles.get(key, key), each) for key, each in found.alpha.labels.items()]
    rows += [("Mean of the labels", found.alpha.mean), ("Any label", found.alpha.any)]
    ends = [end for _, each in rows for end in (each.value, each.low) if end is not None]
    least = min(0.0, floor(min(ends, default=0) * 5) / 5)
    axis = _Axis(least, *_PLOT)
    bottom = 42 + _ROW * len(rows)
    shapes: list[Shape] = [Text(_PLOT[1] + 22, 20, "alpha", "quiet", 12), Text(WIDTH, 20, "spans", "quiet", 12, "end")]
    step = 0.2 if least > -0.7 else 0.5
    for tick in range(round(least / step), round(1 / step) + 1):
        x = axis.at(tick * step)
        shapes += [Line(x, 34, x, bottom, "edge"), Text(x, bottom + 18, f"{tick * step:.1f}", "quiet", 12, "middle")]
    for value, said in ((verdicts.TENTATIVE, ".667"), (verdicts.RELIABLE, ".8")):
        shapes += [
            Line(axis.at(value), 28, axis.at(value), bottom, "quiet", 1, is_dashed=True),
            Text(axis.at(value), 20, said, "quiet", 12, "middle"),
        ]
    for at, (name, each) in enumerate(rows):
        shapes += _estimate(name, each, compared, axis, 42 + _ROW * (at + 0.5))
    rule = 42 + _ROW * (len(rows) - 2)
    shapes.append(Line(0, rule, WIDTH, rule, "edge"))
    return Drawing(
        "agreement-by-label",
        "Agreement by label: alpha",
        "Alpha of each label with its 95 % interval. Dashed: .667, enough to be tentative, and .8, reliable. "
        + "; ".join(f"{name} {number(each.value)}, {interval(each.low, each.high)}" for name, each in rows)
        + ". What rests on little is grey.",
        WIDTH,
        bottom + 28,
        shapes,
    )


class _Axis(NamedTuple):
    """Where values up to 1 lie between two places."""

    least: float
    left: float
    right: float

    def at(self, value: float) -> float:
        return self.left + (value - self.least) / (1 - self.least) * (self.right - self.left)


def _estimate(name: str, found: Estimate, compared: int, axis: _Axis, y: float) -> list[Shape]:
    few = verdicts.has_few(found, compared) if isinstance(found, LabelEstimate) else compared < verdicts.FEW_DOCUMENTS
    paint, text = ("few", "quiet") if few else ("mark", "ink")
    shapes: list[Shape] = [Text(0, y + 4.5, cut(name, _NAMES), text)]
    if isinstance(found, LabelEstimate):
        shapes.append(Text(WIDTH, y + 4.5, f"{found.spans:,}{' (few)' if few else ''}", "quiet", 12, "end"))
    if found.value is None:
        return [*shapes, Text(_PLOT[1] + 22, y + 4.5, "not defined", "quiet", 12)]
    if found.low is not None and found.high is not None:
        low, high = axis.at(found.low), axis.at(found.high)
        shapes += [Line(low, y, high, y, paint, 2), *(Line(x, y - 4, x, y + 4, paint, 2) for x in (low, high))]
    x = axis.at(found.value)
    said = number(found.value)
    shapes += [Rectangle(x - 5, y - 5, 10, 10, paint, 2), Text(_PLOT[1] + 22, y + 4.5, said, text, is_bold=True)]
    if found.low is not None:
        shapes.append(Text(_PLOT[1] + 60, y + 4.5, interval(found.low, found.high), "quiet", 12))
    return shapes


def losses(found: Agreement, titles: Titles) -> Drawing:
    """Return what becomes of the spans of each label, as one bar a label that is 1 long."""
    rows: list[tuple[str, LabelF1 | None, LabelLoss, bool]] = [
        (titles.get(key, key), found.f1.labels[key], found.loss.labels[key],
         verdicts.has_few(found.alpha.labels[key], found.documents.compared))
        for key in found.loss.labels
    ]  # fmt: skip
    rows.append(("All labels", None, found.loss, found.documents.compared < verdicts.FEW_DOCUMENTS))
    shapes: list[Shape] = []
    x = _BAR[0]
    for _, paint, _, said in _LOSSES:
        shapes += [Rectangle(x, 8, 12, 12, paint, 2), Text(x + 18, 18.5, said, "quiet", 12)]
        x += 42 + 12 * _LETTER * len(said)
    told = []
    for at, (name, f1, loss, few) in enumerate(rows):
        y = 36 + _ROW * at
        shares = [f1.strict if f1 else found.f1.strict, loss.boundary, loss.label, loss.missed]
        shapes.append(Text(0, y + 16.5, cut(f"{name} (few)" if few else name, _NAMES), "quiet" if few else "ink"))
        shapes += _bar(shares, y)
        told.append(f"{name}: {', '.join(map(number, shares))}")
    return Drawing(
        "what-differs",
        "What becomes of the spans of a label",
        "Shares of spans, compared two annotators at a time: with the same bounds and label, with other bounds, with "
        f"another label, without a counterpart. {'; '.join(told)}.",
        WIDTH,
        44 + _ROW * len(rows),
        shapes,
    )


def _bar(shares: Sequence[float | None], y: float) -> list[Shape]:
    known = [max(share or 0, 0) for share in shares]
    if not sum(known):
        return [Text(_BAR[0], y + 16.5, "not defined: nobody marked it", "quiet", 12)]
    shapes: list[Shape] = []
    x = _BAR[0]
    for share, (_, paint, on, _) in zip(known, _LOSSES, strict=True):
        width = share / sum(known) * (_BAR[1] - _BAR[0])
        if width:
            shapes.append(Rectangle(x, y, max(width - 1, 0.5), 24, paint))
        if width > 40:
            shapes.append(Text(x + width / 2, y + 16.5, f"{share:.0%}", on, 12, "middle"))
        x += width
    return shapes


class _Cell(NamedTuple):
    """A cell of a matrix: how deep its colour is, from 0 to 1 or None for grey, and what stands in it."""

    depth: float | None
    text: str
    below: str = ""


def confusion(found: Agreement, titles: Titles) -> Drawing:
    """Return which label met which, each row in shares of its own spans."""
    keys, counts = found.confusion.labels, found.confusion.counts
    names = [*(titles.get(key, key) for key in keys[:-1]), "missed"]

    def cell(row: int, column: int) -> _Cell | None:
        if row == column == len(keys) - 1:
            return None
        count = counts[row][column]
        return _Cell(count / sum(counts[row]) if count else 0, f"{count:,}")

    told = "; ".join(
        f"{names[row]} and {names[column]} {counts[row][column]:,}"
        for row in range(len(keys))
        for column in range(row + 1)
        if counts[row][column]
    )
    return _matrix(
        "which-label-met-which",
        "Which label met which",
        f"Spans by label and the label of their counterpart, two annotators at a time, each counted both ways; missed: "
        f"they have none. {told}.",
        names,
        cell,
        {at for at, key in enumerate(keys[:-1]) if verdicts.has_few(found.alpha.labels[key], found.documents.compared)},
    )


def pairs(found: Agreement) -> Drawing:
    """Return F1 by overlap of every two annotators."""
    by_pair: dict[frozenset[str], Pair] = {frozenset((pair.a, pair.b)): pair for pair in found.pairs}
    names = sorted({name for pair in found.pairs for name in (pair.a, pair.b)})

    def cell(row: int, column: int) -> _Cell | None:
        pair = by_pair.get(frozenset((names[row], names[column])))
        if pair is None:
            return None
        few = pair.documents < verdicts.FEW_DOCUMENTS
        value = pair.f1.overlap
        return _Cell(None if few else value, number(value), f"{pair.documents:,} doc." + (" (few)" if few else ""))

    told = "; ".join(
        f"{pair.a} and {pair.b} {number(pair.f1.overlap)} over {pair.documents:,} documents" for pair in found.pairs
    )
    return _matrix(
        "agreement-by-pair",
        "Agreement by pair: F1 by overlap",
        f"F1 by overlap of every two annotators, over the documents that both finished. {told}. Fewer than "
        f"{verdicts.FEW_DOCUMENTS} documents are grey.",
        names,
        cell,
    )


def _matrix(
    name: str,
    title: str,
    description: str,
    names: Sequence[str],
    cell: Callable[[int, int], _Cell | None],
    few: AbstractSet[int] = frozenset(),
) -> Drawing:
    """Return a square of cells; narrow columns are headed by the numbers of their rows. `few` rows rest on little."""
    width = min(max((WIDTH - _NAMES) / max(len(names), 1), 44), 120)
    height = 44.0
    numbered = width < _NUMBERED
    shapes: list[Shape] = []
    for at, each in enumerate(names):
        x, y = _NAMES + width * at, 30 + height * at
        head = str(at + 1) if numbered else cut(each, width - 4, 12)
        shapes.append(Text(x + width / 2, 20, head, "quiet", 12, "middle"))
        row = (f"{at + 1}  " if numbered else "") + each + (" (few)" if at in few else "")
        shapes.append(Text(0, y + 27, cut(row, _NAMES - 4), "quiet" if at in few else "ink"))
        for column in range(len(names)):
            shapes += _cell(cell(at, column), _NAMES + width * column, y, width, height)
    whole = max(WIDTH, _NAMES + width * len(names))
    return Drawing(name, title, description, whole, 38 + height * len(names), shapes)


def _cell(cell: _Cell | None, x: float, y: float, width: float, height: float) -> list[Shape]:
    if cell is None:
        return []
    paint, on = "ground", "quiet"
    if cell.depth is not None and cell.text != NONE:
        depth = min(max(cell.depth, 0), 1)
        step = min(int(depth * 5) + 1, 5)
        paint, on = ("ground", "quiet") if not depth else (f"heat{step}", "ink" if step < 4 else "strong")
    shapes: list[Shape] = [Rectangle(x + 1, y + 1, width - 2, height - 2, paint, 3)]
    middle = x + width / 2
    shapes.append(Text(middle, y + (21 if cell.below else 27), cell.text, on, 13, "middle", is_bold=True))
    if cell.below:
        shapes.append(Text(middle, y + 35, cut(cell.below, width - 4, 10), on, 10, "middle"))
    return shapes


def cut(text: str, width: float, size: float = 13) -> str:
    """Return a text, cut where it would be too wide, as far as can be told without its font."""
    room = int(width / (size * _LETTER))
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"
