"""What the figures of agreement say in words, for people who do not read coefficients."""

from collections.abc import Mapping, Sequence

from annotator.agreement import Agreement
from annotator.agreement.figures import NOBODY_FINISHED, ONE_FINISHED
from annotator.evaluating import Evaluated
from annotator.reviewing import LEFT_OUT
from annotator.verdicts import FEW_DOCUMENTS, FEW_SPANS, RELIABLE, TENTATIVE, interval


def few(documents: int, spans: int | None = None) -> str | None:
    """Say why a figure over so many compared documents, and spans, is not to be relied on; or nothing."""
    if documents < FEW_DOCUMENTS:
        return f"{counted(documents, 'article')} finished by two or more: fewer than {FEW_DOCUMENTS} are too few"
    if spans is not None and spans < FEW_SPANS:
        return f"{counted(spans, 'span')}: fewer than {FEW_SPANS} are too few"
    return None


def sentence(found: Agreement, titles: Mapping[str, str]) -> str:
    """Return the result in words; `titles` are those of the labels."""
    said = [_reliability(found, titles), _losses(found)]
    if not any(said):
        return f"Nobody marked anything in the {counted(found.documents.compared, 'article')} compared."
    if few(found.documents.compared):
        articles = counted(found.documents.compared, "article")
        verb = "is" if found.documents.compared == 1 else "are"
        said.append(f"But {articles} {verb} too few to rely on: {FEW_DOCUMENTS} are needed.")
    return " ".join(filter(None, said))


def explained(found: Agreement) -> tuple[str, str] | None:
    """Return why there is nothing to compare, and what to do about it; nothing where something was compared."""
    if found.documents.compared:
        return None
    if not found.documents.total:
        return "There are no articles yet", "Import articles, or what annotators have exported, by Ctrl+I."
    if not found.annotators:
        return "Nobody has annotated yet", (
            "Agreement compares two or more annotators. Import what they have exported by Ctrl+I: an article that is "
            "here already is stored once, with a layer for each of them."
        )
    if len(found.annotators) == 1:
        return f"Only {found.annotators[0]} is there to be compared", (
            "Agreement needs a second annotator. Import what somebody else has exported by Ctrl+I, or choose more "
            "annotators above."
        )
    out = {each.reason: each.documents for each in found.documents.excluded}
    todo = f"An article counts once two of {listed(found.annotators)} have finished it, by Ctrl+Enter in the article."
    states = [
        (out.get(ONE_FINISHED, 0), "finished by one of them alone"),
        (out.get(NOBODY_FINISHED, 0), "finished by none of them"),
        (out.get(LEFT_OUT, 0), "left out by what is asked for above"),
    ]
    now = listed([f"{counted(number, 'article')} {what}" for number, what in states if number])
    return "No article has been finished by two annotators", f"{todo} Now: {now}." if now else todo


def left_out(found: Agreement) -> str:
    """Return how much was compared, and what was not and why."""
    documents, layers = found.documents, found.layers
    compared = f"{documents.compared:,} of {counted(documents.total, 'article')}"
    said = f"Compared: {compared}, {counted(layers.compared, 'layer')}."
    out = [f"{each.reason} ({each.layers:,})" for each in layers.excluded]
    return f"{said} Layers left out: {'; '.join(out)}." if out else said


def measured(found: Evaluated) -> str:
    """Say in words what a model is worth."""
    where = f" on {found.split}" if found.split else ""
    f1 = found.scores.all.overlap["f1"]
    if f1.value is None:
        return f"{found.model} could not be measured{where} against {found.gold}."
    reach = "" if f1.low is None else f" ({interval(f1.low, f1.high)})"
    return f"{found.model} has an F1 of {f1.value:.2f}{reach} by overlap{where}, measured against {found.gold}."


def predictions_left_out(found: Evaluated) -> str:
    """Return how much a model was measured over, and what was not and why."""
    documents, predictions = found.documents, found.predictions
    compared = f"{documents.compared:,} of {counted(documents.total, 'article')}"
    out = [f"{each.reason} ({each.predictions:,})" for each in predictions.excluded]
    parts = [
        f"Measured: {compared}, {counted(predictions.compared, 'prediction')}.",
        f"Predictions left out: {'; '.join(out)}." if out else "",
        f"Not in this project: {counted(found.not_in_project, 'article')} of {found.split}."
        if found.not_in_project
        else "",
    ]
    return " ".join(filter(None, parts))


def listed(names: Sequence[str]) -> str:
    """Return names as prose has them: "Ana, Ben and Cem"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def counted(number: int, noun: str) -> str:
    """Return a number and its noun: "1 article", "2,300 articles"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def coefficient(value: float | None, decimals: int = 2) -> str:
    """Return a coefficient with its decimals; a dash where it is not defined."""
    return "–" if value is None else _signed(f"{round(value, decimals) + 0:.{decimals}f}")


def share(value: float | None) -> str:
    """Return a share in per cent; a dash where it is not defined."""
    return "–" if value is None else _signed(f"{round(100 * value) + 0} %")


def _signed(number: str) -> str:
    return number.replace("-", "\N{MINUS SIGN}")


def _reliability(found: Agreement, titles: Mapping[str, str]) -> str:
    grades: dict[str, list[str]] = {"reliably": [], "tentatively": [], "not reliably": []}
    for label, each in found.alpha.labels.items():
        if each.value is not None:
            grade = (
                "reliably" if each.value >= RELIABLE else "tentatively" if each.value >= TENTATIVE else "not reliably"
            )
            grades[grade].append(f"{titles.get(label, label).lower()} ({coefficient(each.value, 3)})")
    said = [f"{grade} on {listed(labels)}" for grade, labels in grades.items() if labels]
    took_part = {name for pair in found.pairs if pair.documents for name in (pair.a, pair.b)}
    who = listed(sorted(took_part)) if len(took_part) <= 3 else f"The {len(took_part)} annotators"
    return f"{who} agree {', '.join(said)}." if said else ""


def _losses(found: Agreement) -> str:
    f1, loss = found.f1, found.loss
    shares = (f1.strict, loss.boundary, loss.label, loss.missed)
    if any(each is None for each in shares):
        return ""
    same, ends, label, missed = whole([max(each or 0, 0) for each in shares])
    return (
        f"Of 100 spans, about {same} are the same, {ends} differ at their ends, {label} in their label, "
        f"and {missed} {'was' if missed == 1 else 'were'} marked by one alone."
    )


def whole(shares: Sequence[float]) -> list[int]:
    """Return shares as whole per cents that add up to 100, by largest remainder; all zero where nothing is shared."""
    total = sum(shares)
    if not total:
        return [0] * len(shares)
    exact = [100 * each / total for each in shares]
    found = [int(each) for each in exact]
    for at in sorted(range(len(exact)), key=lambda at: found[at] - exact[at])[: 100 - sum(found)]:
        found[at] += 1
    return found
