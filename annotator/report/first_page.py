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
    Verdict.RELIABLE: "so far they mean the same",
    Verdict.TENTATIVE: "so far they mostly mean the same",
    Verdict.LOW: "so far they do not mean the same",
}
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
    each = listed([f"{name} has finished {documents:,}" for name, documents in source.finished])
    return f"The project holds {count(total, 'article')}. {each}."


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
        amount = f"{count(found.spans, 'passage')} in {count(compared, 'article')}"
        return Judgement(number, "Not yet", f"Too little to tell: {amount}; {_SO_FAR[verdict]}.", is_faint=True)
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
    unsafe = [label.key for label in source.labels
              if verdicts.verdict(found.alpha.labels[label.key]) not in (None, Verdict.RELIABLE)]  # fmt: skip
    items += [item for key in unsafe if (item := _question(source, key))]
    titled = {label.title: found.alpha.labels[label.key] for label in source.labels}
    few = [title for title, each in titled.items() if verdicts.has_few(each, compared)]
    if few and compared >= verdicts.FEW_DOCUMENTS:
        items.append(f"Which articles would hold more of {listed(few)}? There is too little of it to tell.")
    return items or ["Nothing stands in the way: go on, and write this report again when there is more work."]


def _question(source: Source, key: str) -> str | None:
    """Ask what would settle most of the disagreement about a label."""
    loss, title = source.agreement.loss.labels[key], source.titles[key]
    costs = {"boundary": loss.boundary or 0, "label": loss.label or 0, "missed": loss.missed or 0}
    what = max(costs, key=lambda each: costs[each])
    share = f"{costs[what]:.0%} of its passages"
    if costs[what] < _SHARE:
        return None
    if what == "boundary":
        return f"{title}: where does a passage begin and end? They differ there in {share}."
    if what == "missed":
        return f"{title}: when is a passage marked at all? {share} were marked by one and not by the other."
    other = _rival(source, key)
    return f"{title}: how is it told from {other}? {share} have another label with somebody else."


def _rival(source: Source, key: str) -> str:
    confusion = source.agreement.confusion
    row = confusion.counts[confusion.labels.index(key)]
    counts = {other: met for other, met in zip(confusion.labels[:-1], row, strict=False) if other != key}
    return source.titles[max(counts, key=lambda each: counts[each])]
