"""The first page of a report: what was found, in words that need no statistics."""

from annotator import verdicts
from annotator.agreement.result import LabelEstimate
from annotator.plural import count
from annotator.report.blocks import Block, Heading, Judgement, Paragraph, Points, Section, Trust
from annotator.report.source import Source, cost, quoted
from annotator.reviewing import Passage
from annotator.verdicts import Verdict, listed

_TRUST: dict[Verdict, tuple[Trust, str]] = {
    Verdict.RELIABLE: ("Safe", "They mean the same by it. Its passages can be used as they are."),
    Verdict.TENTATIVE: (
        "With care", "They mostly mean the same by it. Look at the passages where they differ before you use it.",
    ),
    Verdict.LOW: ("Not yet", "They do not mean the same by it. Talk it through before you use it."),
}  # fmt: skip
_SO_FAR = {
    Verdict.RELIABLE: "so far alike",
    Verdict.TENTATIVE: "so far mostly alike",
    Verdict.LOW: "so far not alike",
}
_NAMED = 6  # annotators; more are summed up
_READABLE = 320  # characters marked differently; longer passages say less at a glance
_SHARE = 0.1  # of a label's passages: what costs less is not worth a meeting


def first_page(source: Source) -> Section:
    """Return the page."""
    blocks: list[Block] = [Heading("How much is done"), Paragraph(_done(source)), Paragraph(_compared(source))]
    if source.agreement.documents.compared:
        blocks += [Heading("Which label can be trusted"), *_judgements(source)]
        if passages := telling(source):
            blocks += [Heading("What it looks like")]
            blocks += [quoted(each, source.labels) for each in passages]
    blocks += [Heading("What to decide next"), Points(_next(source))]
    return Section("summary", "In short", blocks)


def _done(source: Source) -> str:
    total = source.agreement.documents.total
    if not total:
        return "The project holds no articles yet."
    if not source.finished:
        return f"The project holds {count(total, 'article')}. Nobody has begun to annotate yet."
    holds = f"The project holds {count(total, 'article')}."
    if len(source.finished) > _NAMED:
        least, most = min(each.documents for each in source.finished), max(each.documents for each in source.finished)
        finished = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        return f"{holds} Each of {len(source.finished):,} annotators has finished {finished} of them."
    return f"{holds} Of them {listed([f'{name} has finished {documents:,}' for name, documents in source.finished])}."


def _compared(source: Source) -> str:
    compared = source.agreement.documents.compared
    if not compared:
        return "There is nothing to compare yet: no article has been finished by two people whose work was asked for."
    articles = "One article was" if compared == 1 else f"{compared:,} articles were"
    said = f"{articles} finished by two people or more. What follows rests on those alone."
    if compared < verdicts.FEW_DOCUMENTS:
        said += f" Below {verdicts.FEW_DOCUMENTS} articles it is a hint, not a finding."
    return said


def _judgements(source: Source) -> list[Judgement]:
    compared = source.agreement.documents.compared
    return [_judged(number, source.agreement.alpha.labels[label.key], compared)
            for number, label in enumerate(source.labels)]  # fmt: skip


def _judged(number: int, found: LabelEstimate, compared: int) -> Judgement:
    verdict = verdicts.verdict(found)
    if verdict is None:
        said = "Nobody marked it." if not found.spans else "Nothing can be said: all of the text is marked with it."
        return Judgement(number, "Not yet", said, is_faint=True)
    if verdicts.has_few(found, compared):
        said = f"Too little to tell ({count(found.spans, 'passage')}); {_SO_FAR[verdict]}."
        return Judgement(number, "Not yet", said, is_faint=True)
    return Judgement(number, *_TRUST[verdict])


def telling(source: Source) -> list[Passage]:
    """Return two passages, of what most disagreement is about, from two kinds of it where there are two."""
    loss = source.agreement.loss
    shares = {"boundary": loss.boundary or 0, "label": loss.label or 0, "missed": loss.missed or 0}
    every = [each for found in source.passages.values() for each in found]
    every.sort(key=lambda each: (-shares[each.fate], cost(each) > _READABLE, -cost(each), each.document_id, each.start))
    if not every:
        return []
    first = every[0]
    others = [each for each in every if (each.document_id, each.start) != (first.document_id, first.start)]
    second = next((each for each in others if each.fate != first.fate), next(iter(others), None))
    return [first, second] if second else [first]


def _next(source: Source) -> list[str]:
    found = source.agreement
    compared = found.documents.compared
    if not compared:
        return [
            "Have a second person finish articles that another has finished, then write this report again.",
            "If there is such work, see at the end what was left out and why: fewer conditions let more in.",
        ]
    items = []
    if compared < verdicts.FEW_DOCUMENTS:
        more = count(verdicts.FEW_DOCUMENTS - compared, "more article")
        items.append(f"Who will be the second to finish {more}? Below {verdicts.FEW_DOCUMENTS} little can be settled.")
    items += _questions(source)
    titled = {label.title: found.alpha.labels[label.key] for label in source.labels}
    few = [title for title, each in titled.items() if verdicts.has_few(each, compared)]
    if few and compared >= verdicts.FEW_DOCUMENTS:
        items.append(f"Which articles would hold more of {listed(few)}? There is too little of it to tell.")
    return items or ["Nothing stands in the way: go on, and write this report again when there is more work."]


def _questions(source: Source) -> list[str]:
    """Ask what would settle most of the disagreement about each label that cannot be relied on yet."""
    found = source.agreement
    shares: dict[str, dict[str, float]] = {"boundary": {}, "label": {}, "missed": {}}  # by label
    for key, estimate in found.alpha.labels.items():
        loss = found.loss.labels[key]
        costs = {"boundary": loss.boundary or 0, "label": loss.label or 0, "missed": loss.missed or 0}
        what = max(costs, key=lambda each: costs[each])
        if verdicts.verdict(estimate) not in (None, Verdict.RELIABLE) and costs[what] >= _SHARE:
            shares[what][key] = costs[what]
    items = []
    if where := _listed(source, shares["boundary"]):
        items.append(f"Where do passages begin and end? Annotators differ there in {where}.")
    if where := _listed(source, shares["missed"]):
        items.append(f"When is something marked at all? One annotator did not mark what another did in {where}.")
    for key, share in shares["label"].items():
        said = f"{share:.0%} of its passages have another label with somebody else."
        items.append(f"How is {source.titles[key]} told from {_rival(source, key)}? {said}")
    return items


def _listed(source: Source, shares: dict[str, float]) -> str:
    return listed([f"{share:.0%} of {source.titles[key]}" for key, share in shares.items()])


def _rival(source: Source, key: str) -> str:
    confusion = source.agreement.confusion
    row = confusion.counts[confusion.labels.index(key)]
    counts = {other: met for other, met in zip(confusion.labels[:-1], row, strict=False) if other != key}
    return source.titles[max(counts, key=lambda each: counts[each])]
