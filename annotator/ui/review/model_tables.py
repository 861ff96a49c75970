"""The figures of a model: precision, recall and F1 by label, what its F1 is lost to, and what was left out."""

from collections.abc import Iterator, Mapping

from annotator.agreement.result import Ratio, Score
from annotator.evaluating import Evaluated
from annotator.reviewing import Cell
from annotator.ui.review.label_tables import ALL_LABELS, LOSS_HEADERS, loss_row
from annotator.ui.review.passage_list import Line, Row
from annotator.ui.review.tables import Behind, Item, Table
from annotator.wording import coefficient, counted, few

# How much a prediction and a span of gold must share to be a match.
MATCHES = (
    ("overlap", "Any overlap"),
    ("iou50", "Half overlapping"),
    ("strict", "Same ends"),
)
HEADERS = ("Label", "F1", "Precision", "Recall", "Gold", "Model", "Look-alikes")


def scores(found: Evaluated, match: str, titles: Mapping[str, str]) -> Table:
    """Return precision, recall and F1 of each label by one of `MATCHES`, and what lies where nothing belongs."""
    on_negatives = found.scores.negatives
    entries: list[tuple[str | None, str, Score, int]] = [
        (label, f"labels.{label}", score, on_negatives.labels[label]) for label, score in found.scores.labels.items()
    ]
    entries.append((None, "all", found.scores.all, on_negatives.predictions))
    rows = [_row(found, f"{path}.{match}", label, score, wrong, titles) for label, path, score, wrong in entries]
    return Table(HEADERS, rows)


def losses(found: Evaluated, titles: Mapping[str, str]) -> Table:
    """Return how many of each label's spans, gold's and predicted, are the same, and what became of the rest."""
    scores, pair = found.scores, _pair(found)
    entries = [(label, scores.labels[label], loss) for label, loss in scores.loss.labels.items()]
    rows = []
    for label, score, loss in [*entries, (None, scores.all, scores.loss)]:
        parts = (score.strict["f1"].value, loss.boundary, loss.label, loss.missed)
        poor = _few(found, score)
        rows.append(loss_row(_title(label, titles), parts, Cell(label=label, pair=pair), poor))
    return Table(LOSS_HEADERS, rows)


def left_out(found: Evaluated) -> Iterator[Row]:
    """Yield the documents whose predictions were left out, one row each, to be listed like passages."""
    return (
        Row(
            each.document_id,
            (0, 0),
            each.title or "Untitled",
            reason.reason,
            (Line("", None, counted(each.predictions, "prediction")),),
        )
        for reason in found.predictions.excluded
        for each in reason.documents
    )


def _row(
    found: Evaluated, path: str, label: str | None, score: Score, wrong: int, titles: Mapping[str, str]
) -> list[Item]:
    title, poor, pair = _title(label, titles), _few(found, score), _pair(found)
    why = {each.path: each.reason for each in found.scores.undefined}
    ratios: dict[str, Ratio] = getattr(score, path.rpartition(".")[2])
    every = Behind(Cell(label=label, pair=pair))
    only_predicted = Behind(Cell(label=label, pair=pair, alone=found.model))
    only_gold = Behind(Cell(label=label, pair=pair, alone=found.gold))

    def ratio(name: str, shown: str, behind: Behind, listed: str) -> Item:
        text, undefined = _with_interval(ratios[name]), why.get(f"{path}.{name}.value", "")
        value = f"is not defined, {undefined}" if undefined else text
        return Item(text, f"{title}: {shown} {value}. {listed}", behind, few=poor or undefined)

    on_negatives = Behind(Cell(label=label, pair=pair, alone=found.model), on_negatives_of=found.gold)
    return [
        Item(title, f"{title}: every span of {found.gold} and of {found.model}", every, is_name=True),
        ratio("f1", "F1", every, f"Every span of {found.gold} and of {found.model}"),
        ratio("precision", "precision", only_predicted, f"What {found.model} alone has"),
        ratio("recall", "recall", only_gold, f"What {found.gold} alone has"),
        Item(f"{score.gold:,}", f"{title}: {counted(score.gold, 'span')} of {found.gold}", every, few=poor),
        Item(f"{score.predicted:,}", f"{title}: {counted(score.predicted, 'prediction')}", every, few=poor),
        Item(f"{wrong:,}", f"{title}, predicted where {found.gold} says that nothing belongs", on_negatives),
    ]


def _with_interval(found: Ratio) -> str:
    value = coefficient(found.value)
    if found.low is None or found.high is None:
        return value
    return f"{value} ({coefficient(found.low)}–{coefficient(found.high)})"


def _few(found: Evaluated, score: Score) -> str:
    return few(found.documents.compared, score.gold) or ""


def _pair(found: Evaluated) -> tuple[str, str]:
    a, b = sorted((found.gold, found.model))
    return a, b


def _title(label: str | None, titles: Mapping[str, str]) -> str:
    return ALL_LABELS if label is None else titles.get(label, label)
