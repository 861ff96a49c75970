"""What the review of disagreements says in words."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from annotator.rows import LabelRow
from annotator.ui.review.adjudicating import Ruled
from annotator.ui.review.article import LETTERS


def last_ruling(ruled: Ruled, *, is_settled: bool) -> str:
    """Say what a ruling was, by letters; with the names behind them once its article is settled."""
    versions = ruled.cluster.versions
    same = [LETTERS[n] for n, version in enumerate(versions) if version.said == tuple(sorted(ruled.spans))]
    if same:
        said = _tr("Last ruling: version {letters}.").format(letters=_tr(" and ").join(same))
    elif ruled.spans:
        said = _tr("Last ruling: a span of your own.")
    else:
        said = _tr("Last ruling: nothing belongs there.")
    if is_settled:
        who = ", ".join(f"{LETTERS[n]} = {version.lane.name}" for n, version in enumerate(versions))
        said = " ".join((said, _tr("Its article is settled: {who}.").format(who=who)))
    return said


def in_words(ruled: Ruled, text: str, labels: Sequence[LabelRow]) -> str:
    """Say what gold says by a ruling: labels and passages, or that nothing belongs there."""
    titles = {label.key: label.title for label in labels}
    said = (f"{titles.get(label, label)}: {' '.join(text[start:end].split())}" for start, end, label in ruled.spans)
    return "\n".join(said) or _tr("Nothing belongs there.")


def nothing_left(key: str, *, is_empty: bool, is_filtered: bool) -> tuple[str, str]:
    """Say why there is nothing to rule on, and what to do; `key` takes what all agree on."""
    if is_filtered:
        return _tr("Nothing is open here"), _tr("No open disagreement passes these filters.")
    if is_empty:
        more = _tr("Two people have to finish the same article first. Import their work, or finish your own.")
        return _tr("Nothing to compare yet"), more
    more = _tr("{key} takes what all agree on in every article; then export the gold layer.").format(key=key)
    return _tr("Every disagreement is settled"), more


def _tr(text: str) -> str:
    return QCoreApplication.translate("ReviewPage", text)
