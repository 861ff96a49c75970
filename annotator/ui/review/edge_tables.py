"""The figures of edges: strings by which spans differ, and what agreement would be without some of them."""

from collections.abc import Mapping, Sequence

from annotator.reviewing import Agreement, Cell, Difference
from annotator.ui.review.label_tables import ANY_LABEL, MEAN
from annotator.ui.review.tables import Behind, Item, Table
from annotator.wording import coefficient, counted, few, share

MOST = 200  # strings that are listed
_SPACES = str.maketrans({" ": "␣", "\n": "⏎", "\r": "⏎", "\t": "⇥", "\N{NO-BREAK SPACE}": "⍽"})
_SIDES = {"start": "at the start", "end": "at the end"}


def strings(found: Sequence[tuple[Difference, int]], titles: Mapping[str, str]) -> Table:
    """Return the most frequent strings that one annotator has at an edge and another has not."""
    most = found[0][1] if found else 1
    rows = []
    for difference, count in found[:MOST]:
        label, side = titles.get(difference.label, difference.label), _SIDES[difference.side]
        said = f"“{difference.string}” {side} of {label.lower()}: {counted(count, 'time')}"
        behind = Behind(Cell(fate="boundary", label=difference.label), difference)
        rows.append(
            [
                Item(visible(difference.string), said, behind, is_name=True),
                Item(side.capitalize(), said, behind, is_name=True),
                Item(label, said, behind, is_name=True),
                Item(f"{count:,}", said, behind, heat=count / most),
            ]
        )
    return Table(("String", "Where", "Label", "Times"), rows)


def visible(string: str) -> str:
    """Return a string whose white space at the edges, or all of it where there is nothing else, can be seen."""
    bare = string.strip()
    if not bare:
        return string.translate(_SPACES)
    before, _, after = string.partition(bare)
    return before.translate(_SPACES) + " ".join(bare.split()) + after.translate(_SPACES)


def what_if(plain: Agreement, found: Agreement, titles: Mapping[str, str]) -> Table:
    """Return figures as spans were marked beside those with their edges trimmed."""
    poor, ends = few(found.documents.compared) or "", Cell(fate="boundary")
    rows = [
        _row("F1, same ends", plain.f1.strict, found.f1.strict, Cell(), poor),
        _row("F1, any overlap", plain.f1.overlap, found.f1.overlap, Cell(), poor),
        _row("Lost to other ends", plain.loss.boundary, found.loss.boundary, ends, poor, is_share=True),
        _row(f"Alpha, {MEAN.lower()}", plain.alpha.mean.value, found.alpha.mean.value, Cell(), poor),
        _row(f"Alpha, {ANY_LABEL.lower()}", plain.alpha.any.value, found.alpha.any.value, Cell(), poor),
    ]
    for label, title in ((label, titles.get(label, label)) for label in found.alpha.labels):
        lacking = few(found.documents.compared, found.alpha.labels[label].spans) or ""
        one, two = plain.f1.labels[label].strict, found.f1.labels[label].strict
        rows.append(_row(f"{title}: F1, same ends", one, two, Cell(label=label), lacking))
        one, two = plain.alpha.labels[label].value, found.alpha.labels[label].value
        rows.append(_row(f"{title}: alpha", one, two, Cell(label=label), lacking))
    return Table(("Figure", "As marked", "Trimmed", "Difference"), rows)


def _row(
    name: str, one: float | None, two: float | None, cell: Cell, poor: str, *, is_share: bool = False
) -> list[Item]:
    shown = share if is_share else coefficient
    trimmed, marked = Behind(cell), Behind(cell, as_marked=True)
    change = None if one is None or two is None else two - one
    change_text = f"+{shown(change)}" if change and round(change, 2) > 0 else shown(change)
    said = f"{name}: {shown(one)} as marked, {shown(two)} trimmed"
    return [
        Item(name, said, trimmed, is_name=True),
        Item(shown(one), f"{name}, as marked: {shown(one)}", marked, few=poor),
        Item(shown(two), f"{name}, trimmed: {shown(two)}", trimmed, few=poor),
        Item(change_text, f"{name}, difference: {change_text}", trimmed, few=poor),
    ]
