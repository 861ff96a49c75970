"""The figures of each label: how well it is agreed on, and what is lost to what."""

from collections.abc import Mapping, Sequence

from annotator.agreement.encounters import Fate
from annotator.reviewing import Agreement, Cell, Week
from annotator.ui.review.tables import Behind, Interval, Item, Shares, Table
from annotator.wording import coefficient, counted, few, share

LOSSES: tuple[tuple[Fate, str], ...] = (
    ("agreed", "Same"),
    ("boundary", "Other ends"),
    ("label", "Other label"),
    ("missed", "Missed"),
)
LOSS_HEADERS = ("Label", "Spans", *(title for _, title in LOSSES))
ANY_LABEL, ALL_LABELS, MEAN = "Any label", "All labels", "Mean of labels"


def reasons(found: Agreement) -> dict[str, str]:
    """Return why each figure that is not defined is not, by its path."""
    return {each.path: each.reason for each in found.undefined}


def forest(found: Agreement, titles: Mapping[str, str]) -> Table:
    """Return alpha of each label with its interval, spans and documents."""
    alpha, why, compared = found.alpha, reasons(found), found.documents.compared
    named = [(titles.get(label, label), f"labels.{label}", each, label) for label, each in alpha.labels.items()]
    entries = [*named, (ANY_LABEL, "any", alpha.any, None)]
    least = min([0.0, *(value for *_, each, _ in entries for value in (each.value, each.low) if value is not None)])
    rows = []
    for title, path, each, label in entries:
        poor, behind = few(compared, each.spans) or "", Behind(Cell(label=label))
        value = coefficient(each.value, 3)  # as the lines at .667 and .800
        undefined = why.get(f"alpha.{path}.value", "")
        between = _between(each.low, each.high)
        said = f"{title}: alpha {value}" if not undefined else f"{title}: alpha is not defined, {undefined}"
        said += f", {between or why.get(f'alpha.{path}.low', '')}" if not undefined else ""
        spans, articles = counted(each.spans, "span"), counted(each.documents, "article")
        rows.append([
            Item(title, f"{title}, {spans}", behind, is_name=True),
            Item("", said, behind, Interval(each.value, each.low, each.high, least), few=poor or undefined),
            Item(value, said, behind, few=poor or undefined),
            Item(between or "–", said, behind, few=poor or why.get(f"alpha.{path}.low", "")),
            Item(f"{each.spans:,}", f"{title}: {spans}", behind, few=poor),
            Item(f"{each.documents:,}", f"{title}: in {articles} compared", behind, few=poor),
        ])  # fmt: skip
    return Table(("Label", f"Alpha, from {coefficient(least)} to 1", "Alpha", "95 %", "Spans", "Articles"), rows)


def losses(found: Agreement, titles: Mapping[str, str]) -> Table:
    """Return how many of each label's spans are the same, and what became of the rest."""
    why, compared = reasons(found), found.documents.compared
    rows = []
    for label, loss in found.loss.labels.items():
        parts = (found.f1.labels[label].strict, loss.boundary, loss.label, loss.missed)
        poor = few(compared, found.alpha.labels[label].spans) or ""
        poor = poor or why.get(f"loss.labels.{label}.missed", "")
        rows.append(loss_row(titles.get(label, label), parts, Cell(label=label), poor))
    whole = (found.f1.strict, found.loss.boundary, found.loss.label, found.loss.missed)
    poor = few(compared, found.alpha.any.spans) or why.get("loss.missed", "")
    rows.append(loss_row(ALL_LABELS, whole, Cell(), poor))
    return Table(LOSS_HEADERS, rows)


def trend(found: Sequence[Week], titles: Mapping[str, str]) -> Table:
    """Return alpha of each week's articles: its mean over labels with the interval, and each label's."""
    labels = list(found[0].alpha.labels) if found else []
    low = [value for week in found for value in (week.alpha.mean.value, week.alpha.mean.low) if value is not None]
    least = min([0.0, *low])
    rows = []
    for week in found:
        name, mean, poor = f"{week.monday.isoformat()}", week.alpha.mean, few(week.documents) or ""
        behind = Behind(Cell(), week=week.monday)
        said = f"Week of {name}, {counted(week.documents, 'article')}: alpha {coefficient(mean.value, 3)}"
        row = [
            Item(name, f"Week of {name}, {counted(week.documents, 'article')}", behind, is_name=True),
            Item("", said, behind, Interval(mean.value, mean.low, mean.high, least), few=poor),
            Item(coefficient(mean.value, 3), said, behind, few=poor),
            Item(f"{week.documents:,}", said, behind, few=poor),
        ]
        for label, each in week.alpha.labels.items():
            title = titles.get(label, label)
            said = f"Week of {name}, {title}: alpha {coefficient(each.value, 3)}, {counted(each.spans, 'span')}"
            cell = Behind(Cell(label=label), week=week.monday)
            row.append(Item(coefficient(each.value, 3), said, cell, few=few(week.documents, each.spans) or ""))
        rows.append(row)
    named = [titles.get(label, label) for label in labels]
    return Table(("Week of", f"{MEAN}, from {coefficient(least)} to 1", "Alpha", "Articles", *named), rows)


def loss_row(title: str, parts: tuple[float | None, ...], cell: Cell, poor: str) -> list[Item]:
    """Return one row of `LOSS_HEADERS`; `cell` is what all its parts have in common."""
    words = ", ".join(f"{name.lower()} {share(part)}" for (_, name), part in zip(LOSSES, parts, strict=True))
    shares = Shares(tuple(max(part or 0, 0) for part in parts))
    behind = Behind(cell)
    items = [
        Item(title, f"{title}: every span", behind, is_name=True),
        Item("", f"{title}: {words}", behind, shares, few=poor),
    ]
    for (fate, name), part in zip(LOSSES, parts, strict=True):
        behind = Behind(cell._replace(fate=fate))
        items.append(Item(share(part), f"{title}, {name.lower()}: {share(part)}", behind, few=poor))
    return items


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{coefficient(low)} to {coefficient(high)}"
