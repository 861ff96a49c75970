"""The figures of annotators: two by two, which label met which, and each beside the rest."""

from collections.abc import Mapping, Sequence

from annotator.reviewing import Agreement, Card, Cell
from annotator.ui.review.label_tables import reasons
from annotator.ui.review.tables import Behind, Item, Table
from annotator.wording import coefficient, counted, few, share

# What the heatmap may show; kappa alone is of one label.
MEASURES = (
    ("overlap", "F1, any overlap"),
    ("iou50", "F1, half overlapping"),
    ("strict", "F1, same ends"),
    ("overlap_any", "F1, whatever the label"),
    ("alpha", "Alpha, any label"),
    ("kappa", "Cohen’s kappa of a label"),
)
MISSED = "Missed"


def heatmap(found: Agreement, measure: str, label: str) -> Table:
    """Return one figure of every two annotators, with how many documents both finished."""
    why, names = reasons(found), found.annotators
    items: dict[tuple[str, str], Item] = {}
    for number, pair in enumerate(found.pairs):
        if measure == "kappa":
            value, path = pair.kappa.get(label), f"pairs.{number}.kappa.{label}"
        elif measure == "alpha":
            value, path = pair.alpha, f"pairs.{number}.alpha"
        else:
            value, path = getattr(pair.f1, measure), f"pairs.{number}.f1.{measure}"
        text = coefficient(value)
        said = f"{pair.a} and {pair.b}: {text if value is not None else f'not defined, {why.get(path)}'}"
        said += f", {counted(pair.documents, 'article')}"
        behind = Behind(Cell(label=label if measure == "kappa" else None, pair=(pair.a, pair.b)))
        poor = few(pair.documents) or why.get(path, "")
        items[pair.a, pair.b] = Item(f"{text}  ·  {pair.documents:,}", said, behind, heat=max(value or 0, 0), few=poor)
    rows = [
        [Item(a, a, Behind(Cell(annotator=a)), is_name=True)]
        + [items.get((a, b)) or items.get((b, a)) or Item("", f"{a}, the same annotator") for b in names]
        for a in names
    ]
    return Table(("", *names), rows)


def confusion(found: Agreement, titles: Mapping[str, str]) -> Table:
    """Return which label met which; what met nothing is missed."""
    names, counts = found.confusion.labels, found.confusion.counts
    shown = [titles.get(name, name) for name in names[:-1]] + [MISSED]
    most = max((count for row in counts for count in row), default=0) or 1
    poor = few(found.documents.compared) or ""
    rows = []
    for i, (one, title) in enumerate(zip(names, shown, strict=True)):
        row = [Item(title, title, Behind(Cell(fate="missed") if one == names[-1] else Cell(label=one)), is_name=True)]
        for j, (two, other) in enumerate(zip(names, shown, strict=True)):
            # A match of one label counts twice: once from either side.
            count = counts[i][j] // 2 if i == j else counts[i][j]
            said = f"{title} by one, {other.lower()} by the other: {counted(count, 'passage')}"
            both_missed = i == j == len(names) - 1
            behind = None if both_missed else Behind(Cell(label=one, other=two))
            text = "" if both_missed else f"{count:,}"
            row.append(Item(text, said, behind, heat=counts[i][j] / most, few=poor))
        rows.append(row)
    return Table(("", *shown), rows)


def cards(found: Sequence[Card], titles: Mapping[str, str]) -> Table:
    """Return each annotator beside the rest; a bias is how much more of a label they mark than the others."""
    labels = list(found[0].labels) if found else []
    rows = []
    for card in found:
        name, poor = card.annotator, few(card.documents) or ""
        behind = Behind(Cell(annotator=name))
        row = [
            Item(name, f"{name}, {counted(card.documents, 'article')}", behind, is_name=True),
            Item(f"{card.documents:,}", f"{name}: {counted(card.documents, 'article')} compared", behind, few=poor),
            Item(coefficient(card.strict), f"{name}, same ends as the rest: F1 {coefficient(card.strict)}",
                 Behind(Cell(fate="boundary", annotator=name)), few=poor),
            Item(coefficient(card.overlap), f"{name}, overlap with the rest: F1 {coefficient(card.overlap)}", behind,
                 few=poor),
            Item(coefficient(card.per_thousand),
                 f"{name}: {coefficient(card.per_thousand)} spans per 1,000 characters", behind, few=poor),
        ]  # fmt: skip
        for label, spans in card.labels.items():
            title = titles.get(label, label)
            bias = spans.own / spans.others - 1 if spans.others else None
            text = f"+{share(bias)}" if bias and round(bias, 2) > 0 else share(bias)
            said = f"{name}, {title}: {spans.own:,} spans, {spans.others:,} by the others"
            row.append(Item(text, said, Behind(Cell(label=label, annotator=name)),
                            few=poor or few(card.documents, spans.own + spans.others) or ""))  # fmt: skip
        rows.append(row)
    named = [titles.get(label, label) for label in labels]
    return Table(("Annotator", "Articles", "Same ends", "Overlap", "Spans/1,000", *named), rows)
