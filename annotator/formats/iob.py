"""Spans as tags of tokens (IOB2): the tokens of a text, and which spans tags can tell, since no two may overlap."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from annotator.records import LayerRecord, Loss, NegativeRecord, SpanRecord


class Token(NamedTuple):
    """A place in a text, in code points, where no white space is."""

    start: int
    end: int


def losses(layer: LayerRecord) -> Iterator[Loss]:
    """Yield the spans that give way to others or have no token, and the relations that go with them."""
    kept, lost = told(layer)
    name = layer.annotator.name if layer.annotator else None
    for span, what in lost:
        yield Loss(document=layer.document, annotator=name, id=span.id, what=what, lost="span")
    names = ids(layer, kept)
    for each in layer.relations:
        if not {each.source, each.target} <= names:
            what = f"relation “{each.type}”, of a span that is left out"
            yield Loss(document=layer.document, annotator=name, id=each.source, what=what)


def told(layer: LayerRecord) -> tuple[list[SpanRecord], list[tuple[SpanRecord, str]]]:
    """Return the spans that tags can tell, in order of the text, and the others with the reason."""
    kept: list[SpanRecord] = []
    lost: list[tuple[SpanRecord, str]] = []
    taken = bytearray(len(layer.text))
    for span in sorted(layer.spans, key=lambda each: (each.start - each.end, each.start)):
        start, end = trimmed(layer.text, span)
        if start >= end:
            lost.append((span, "a span of white space only, in which there is no token"))
        elif any(taken[start:end]):
            lost.append((span, "a span that overlaps a longer one, or the same that comes first"))
        else:
            taken[start:end] = b"\1" * (end - start)
            kept.append(span)
    kept.sort(key=lambda span: span.start)
    lost.sort(key=lambda each: each[0].start)
    return kept, lost


def ids(layer: LayerRecord, kept: list[SpanRecord]) -> set[str | None]:
    """Return the ids that relations may name."""
    items: list[SpanRecord | NegativeRecord] = [*kept, *layer.negatives]
    return {item.id for item in items}


def trimmed(text: str, span: SpanRecord) -> Token:
    """Return the place of a span without white space at its ends; it may be empty."""
    passage = text[span.start : span.end]
    return Token(span.end - len(passage.lstrip()), span.start + len(passage.rstrip()))


@cache
def _pieces() -> Any:
    """Match a word, or a mark or symbol with what is joined to it; no white space."""
    import regex  # type: ignore[import-untyped]

    unspaced = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"  # scripts without spaces
    joined = r"[\p{M}\u200d\ufe0f\U0001f3fb-\U0001f3ff]"
    symbol = rf"[^\s\w\x1c-\x1f]{joined}*"
    word = rf"(?:(?!{unspaced})[\w\p{{M}}])+"
    return regex.compile(rf"{word}|\w{joined}*|[\U0001f1e6-\U0001f1ff]{{2}}|{symbol}(?:(?<=\u200d){symbol})*")


def tokens(text: str, cuts: set[int]) -> Iterator[Token]:
    """Yield words, marks and symbols, cut where a span begins or ends."""
    ordered = [*sorted(cuts), len(text)]
    number = 0
    for piece in _pieces().finditer(text):
        start, stop = piece.span()
        while start < stop:
            while ordered[number] <= start:
                number += 1
            end = min(stop, ordered[number])
            yield Token(start, end)
            start = end
