"""Agreement, and what a model is worth, as tables for people."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from annotator import verdicts, wording
from annotator.agreement import Agreement
from annotator.agreement.result import Estimate, LabelEstimate
from annotator.evaluating import Evaluated, ExcludedPredictions
from annotator.printing import SHOWN_PROBLEMS, out
from annotator.verdicts import interval, number


def print_agreement(found: Agreement) -> None:
    """Print the result in words, then by label and by pair, then what was left out and what is not defined."""
    out.print(verdicts.sentence(found))
    if warning := verdicts.warning(found):
        out.print(warning)
    counts = found.documents
    out.print(f"\nCompared: {counts.compared:,} of {counts.total:,} documents, {found.layers.compared:,} layers.\n")
    if counts.compared:
        _print_labels(found)
        _print_pairs(found)
    _print_excluded("documents", {each.reason: each.documents for each in counts.excluded})
    _print_excluded("layers", {each.reason: each.layers for each in found.layers.excluded})
    print_undefined({each.path: each.reason for each in found.undefined})


def _print_labels(found: Agreement) -> None:
    rows = [["", "alpha", "95 %", "F1 strict", "overlap", "boundary", "label", "missed", "spans", "documents", ""]]
    for label, alpha in found.alpha.labels.items():
        f1, loss = found.f1.labels[label], found.loss.labels[label]
        figures = [f1.strict, f1.overlap, loss.boundary, loss.label, loss.missed]
        rows.append([label, *_alpha(alpha), *map(number, figures), *_amount(alpha, found.documents.compared)])
    pooled, lost, whole = found.f1, found.loss, found.alpha
    figures = [pooled.strict, pooled.overlap, lost.boundary, lost.label, lost.missed]
    rows.append(["all labels", *_alpha(whole.mean), *map(number, figures)])
    amount = _amount(whole.any, found.documents.compared)
    blank = ["", "", ""]
    rows.append(
        ["any label", *_alpha(whole.any), number(pooled.strict_any), number(pooled.overlap_any), *blank, *amount]
    )
    print_rows(rows)


def _print_pairs(found: Agreement) -> None:
    rows = [["", "documents", "spans", "alpha", "F1 strict", "overlap"]]
    rows += [
        [f"{pair.a} – {pair.b}", f"{pair.documents:,}", f"{pair.spans_a:,} / {pair.spans_b:,}",
         number(pair.alpha), number(pair.f1.strict), number(pair.f1.overlap)]
        for pair in found.pairs
    ]  # fmt: skip
    print_rows(rows)


def _print_excluded(what: str, counts: dict[str, int]) -> None:
    if counts:
        out.print(f"Left out, {what}: {'; '.join(f'{reason} ({count:,})' for reason, count in counts.items())}.")


def _alpha(found: Estimate) -> list[str]:
    return [number(found.value), interval(found.low, found.high)]


def _amount(found: LabelEstimate, compared: int) -> list[str]:
    return [f"{found.spans:,}", f"{found.documents:,}", "few" if verdicts.has_few(found, compared) else ""]


def print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns, the first of them to the left, then an empty line."""
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(max(map(len, rows)))]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=False)]
        out.print("  ".join([row[0].ljust(widths[0]), *cells[1:]]).rstrip())
    out.print()


def print_undefined(reasons: dict[str, str]) -> None:
    """Print why which figures have no value, the figures of one reason together."""
    paths: dict[str, list[str]] = defaultdict(list)
    for path, reason in reasons.items():
        paths[reason].append(path)
    for reason, found in paths.items():
        parts = Counter(path.partition(".")[0].replace("_", "-") for path in found)
        figures = ", ".join(f"{count} of {part}" for part, count in parts.items())
        out.print(f"Not defined ({figures}): {reason}.")


def print_evaluation(found: Evaluated) -> None:
    """Print precision, recall and F1 by label and measure, then what was left out and what is not defined."""
    scores, counts = found.scores, found.documents
    out.print(wording.measured(found))
    if 0 < counts.compared < verdicts.FEW_DOCUMENTS:
        out.print(f"Fewer than {verdicts.FEW_DOCUMENTS} documents: the figures are a hint, not a finding.")
    out.print(f"\nCompared: {counts.compared:,} of {counts.total:,} documents.\n")
    _print_scores(found)
    rows = [["F1 lost by", "boundary", "label", "missed"]]
    for label, loss in [*scores.loss.labels.items(), ("all labels", scores.loss)]:
        rows.append([label, *map(number, (loss.boundary, loss.label, loss.missed))])
    print_rows(rows)
    on = scores.negatives
    out.print(f"False on negatives: {on.predictions:,} predictions; of {on.negatives:,} negatives {on.hit:,} were hit.")
    if found.not_in_project:
        out.print(f"Not in this project: {found.not_in_project:,} of the documents of {found.split}.")
    _print_excluded("documents", {each.reason: each.documents for each in counts.excluded})
    for left_out in found.predictions.excluded:
        _print_left_out(left_out)
    print_undefined({each.path: each.reason for each in scores.undefined})


def _print_scores(found: Evaluated) -> None:
    rows = [["", "measure", "precision", "95 %", "recall", "95 %", "F1", "95 %", "gold", "predicted", ""]]
    for label, score in [*found.scores.labels.items(), ("all labels", found.scores.all)]:
        few = "few" if found.documents.compared < verdicts.FEW_DOCUMENTS or score.gold < verdicts.FEW_SPANS else ""
        for measure in ("strict", "iou50", "overlap"):
            ratios = getattr(score, measure).values()
            figures = [cell for each in ratios for cell in (number(each.value), interval(each.low, each.high))]
            first = label if measure == "strict" else ""
            rows.append([first, measure, *figures, f"{score.gold:,}", f"{score.predicted:,}", few])
    print_rows(rows)


def _print_left_out(left_out: ExcludedPredictions) -> None:
    out.print(f"Left out, predictions: {left_out.reason} ({left_out.predictions:,}).")
    for each in left_out.documents[:SHOWN_PROBLEMS]:
        out.print(f"{each.document_id:>6}  {each.title or 'Untitled'}  ({each.predictions:,})")
    if (more := len(left_out.documents) - SHOWN_PROBLEMS) > 0:
        out.print(f"        … and {more:,} more documents (--json lists all)")
