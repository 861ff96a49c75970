"""What an agreement comes to, in words: which labels can be relied on, what costs most, and whether there is enough."""

from collections.abc import Sequence
from enum import Enum

from annotator.agreement.result import Agreement, LabelEstimate

RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff, Content Analysis, 2004, 11.4
FEW_DOCUMENTS, FEW_SPANS = 20, 30
NONE = "–"  # what stands for a figure that is not defined
_NAMED = 4  # annotators; more are counted


class Verdict(Enum):
    """How far a label can be relied on; the value is what to say before its name."""

    RELIABLE = "reliable for"
    TENTATIVE = "tentative for"
    LOW = "too low for"


def verdict(found: LabelEstimate) -> Verdict | None:
    """Judge a label by its alpha; None where it has none."""
    if found.value is None:
        return None
    if found.value >= RELIABLE:
        return Verdict.RELIABLE
    return Verdict.TENTATIVE if found.value >= TENTATIVE else Verdict.LOW


def has_few(found: LabelEstimate, compared: int) -> bool:
    """Whether there is too little of a label, or there are too few documents, for its figures to mean much."""
    return compared < FEW_DOCUMENTS or found.spans < FEW_SPANS


def sentence(agreement: Agreement) -> str:
    """Say the result in words."""
    compared = agreement.documents.compared
    if not compared:
        return "There is nothing to compare yet: no document has two finished layers of those asked for."
    labels = agreement.alpha.labels
    judged = {each: [name for name, found in labels.items() if verdict(found) is each] for each in Verdict}
    who = _who(agreement.annotators)
    said = [f"{each.value} {listed(names)}" for each, names in judged.items() if names]
    if not said:
        return f"Nothing to measure: {who} marked nothing in the documents compared, or all of their text."
    whole = f"The agreement of {who} is {', '.join(said)}"
    return f"{whole}; {cost}." if (cost := _cost(agreement)) else f"{whole}."


def warning(agreement: Agreement) -> str | None:
    """Say where there is too little to rely on the figures."""
    compared = agreement.documents.compared
    if 0 < compared < FEW_DOCUMENTS:
        documents = "one document" if compared == 1 else f"{compared} documents"
        return f"Only {documents} could be compared: below {FEW_DOCUMENTS} the figures are a hint, not a finding."
    few = [name for name, found in agreement.alpha.labels.items() if compared and has_few(found, compared)]
    return f"There is too little of {listed(few)} to tell: fewer than {FEW_SPANS} spans." if few else None


def listed(names: Sequence[str]) -> str:
    """Return names as a person lists them."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def number(figure: float | None, places: int = 2) -> str:
    """Return a figure as a table has it."""
    return NONE if figure is None else f"{figure:.{places}f}"


def interval(low: float | None, high: float | None, places: int = 2) -> str:
    """Return an interval as a table has it."""
    return NONE if low is None or high is None else f"{low:.{places}f} to {high:.{places}f}"


def _who(annotators: Sequence[str]) -> str:
    return listed(annotators) if len(annotators) <= _NAMED else f"the {len(annotators)} annotators"


def _cost(agreement: Agreement) -> str | None:
    loss = agreement.loss
    costs = {
        "where spans begin and end": loss.boundary,
        "which label a span has": loss.label,
        "whether there is a span at all": loss.missed,
    }
    what, share = max(costs.items(), key=lambda each: each[1] or 0)
    return f"most disagreement is about {what} ({share:.0%} of spans)" if share else None
