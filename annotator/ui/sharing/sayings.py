"""What the versions of a conflict say, side by side: as fields, and which of them differ. No Qt widgets here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from string import ascii_uppercase
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from annotator.rows import Conflict, Saying
from annotator.ui.words import moment

LETTERS = ascii_uppercase  # what the versions are called
AROUND = 48  # characters that are quoted before and after a span
LONGEST = 400  # characters of a span that are quoted


class Field(NamedTuple):
    """A line of the comparison: what it is about, and what each version says."""

    name: str
    values: tuple[str, ...]
    counts: bool = True  # whether another value makes another version

    @property
    def differs(self) -> bool:
        return self.counts and len(set(self.values)) > 1


def fields(conflict: Conflict, text: str, titles: Mapping[str, str]) -> list[Field]:
    """Return what the versions say, without what none of them says; `titles` are the labels' by key."""
    sayings = conflict.sayings
    if conflict.table == "annotation":
        found = _annotation(sayings, text, titles)
    else:
        found = [
            Field(_tr("Status"), _each(sayings, lambda saying: _status(saying.status))),
            Field(_tr("Round"), _each(sayings, lambda saying: saying.round or "")),
        ]
    if not any(field.differs for field in found):
        found.append(Field(_tr("Details not shown"), tuple(LETTERS[: len(sayings)])))
    written = Field(_tr("Written"), tuple(_local(saying.at) for saying in sayings), counts=False)
    return [*(field for field in found if any(field.values)), written]


def about(conflict: Conflict) -> str:
    """Return what a conflict is about, in a word."""
    return _tr("annotation") if conflict.table == "annotation" else _tr("status")


def _annotation(sayings: Sequence[Saying], text: str, titles: Mapping[str, str]) -> list[Field]:
    def label(saying: Saying) -> str:
        if saying.deleted:
            return _tr("Removed")
        return titles.get(saying.label, saying.label) if saying.label else _tr("Nothing belongs here")

    said = Field(_tr("Text"), _each(sayings, lambda each: _shortened(_line(text[each.start : each.end]))))
    before = _each(sayings, lambda each: _line(text[max(0, each.start - AROUND) : each.start]))
    after = _each(sayings, lambda each: _line(text[each.end : each.end + AROUND]))
    around = not said.differs  # what stands around it tells two places only where the same words stand in both
    found = [
        Field(_tr("Label"), tuple(map(label, sayings))),
        Field(_tr("Before"), before, around),
        said,
        Field(_tr("After"), after, around),
    ]
    names = {
        "identity": _tr("Identity"), "source": _tr("Source"), "confidence": _tr("Confidence"), "note": _tr("Note"),
        "kind": _tr("Kind"), "reason": _tr("Reason"),
    }  # fmt: skip
    found += [
        Field(title, _each(sayings, lambda each, name=name: getattr(each.attributes, name) or ""))  # type: ignore[misc]
        for name, title in names.items()
    ]
    runner_up = _each(
        sayings, lambda each: titles.get(each.attributes.runner_up or "", each.attributes.runner_up or "")
    )
    unsure = _each(sayings, lambda each: _tr("yes") if each.attributes.unsure else "")
    parts = _each(
        sayings, lambda each: "; ".join(f"{p.role}: {_line(text[p.start : p.end])}" for p in each.attributes.parts)
    )
    relations = _each(sayings, lambda each: f"{len(each.attributes.relations)}" if each.attributes.relations else "")
    return [
        *found, Field(_tr("Unsure"), unsure), Field(_tr("Runner-up"), runner_up), Field(_tr("Parts"), parts),
        Field(_tr("Links"), relations),
    ]  # fmt: skip


def _status(status: str | None) -> str:
    return {"finished": _tr("Finished"), "started": _tr("Started"), "unread": _tr("Unread")}.get(status or "", "")


def _each(sayings: Sequence[Saying], say: Callable[[Saying], str]) -> tuple[str, ...]:
    """Return what is said by each version; one that is removed says nothing."""
    return tuple("" if saying.deleted else say(saying) for saying in sayings)


def _line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _shortened(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"


def _local(at: str) -> str:
    """Return a time of the store, which is UTC, as the person's clock says it."""
    return moment(datetime.fromisoformat(at).replace(tzinfo=UTC))


def _tr(text: str) -> str:
    return QCoreApplication.translate("conflicts", text)
