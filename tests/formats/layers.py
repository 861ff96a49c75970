"""Layers of every shape, for the laws that each format is held to."""

import string
from hashlib import sha256

from hypothesis import strategies as st

from annotator.records import (
    AnnotatorRecord,
    LayerRecord,
    Meta,
    NegativeRecord,
    PartRecord,
    RelationRecord,
    SpanRecord,
    Zone,
)

LABELS = ("anonymous-source", "on-record", "denial", "non-comment")
_PIECES = st.sampled_from(
    [
        "The mayor", " said", " denied it", ".", "\n", "\r\n", "\n\n", "  ", "\t", " “No comment,”", "🚒", "👨‍👩‍👧", "é", "e\u0301",
        " אבג", " عربي", "\u00a0", "\u2028", "\ufeff", "🇩🇪", ",", " he", "'", '"', "<b>", "&amp;", "ǆ", "한", "=1+1", "\x0b",
    ]
)  # fmt: skip
_WORDS = st.text(string.ascii_letters + " éß“”🚒<&'\"=", min_size=1, max_size=12).filter(str.strip)
_MAYBE = st.none() | _WORDS
_ID = st.text(string.ascii_lowercase + string.digits, min_size=3, max_size=8)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return an article: words, line ends of every kind, marks, astral characters; not only white space."""
    return draw(st.lists(_PIECES, min_size=1, max_size=30).map("".join).filter(lambda text: bool(text.strip())))


@st.composite
def layers(draw: st.DrawFn, *, plain: bool = False) -> LayerRecord:
    """Return a finished layer of one text with all that a layer may hold; `plain` is without its details.

    Spans overlap, nest, coincide, and stand anywhere in the text. Ids are unique in the layer.
    """
    text = draw(texts())
    length = len(text)

    @st.composite
    def ranges(draw: st.DrawFn) -> tuple[int, int]:
        start = draw(st.integers(0, length - 1))
        return start, draw(st.integers(start + 1, min(length, start + 40)))

    ids = draw(st.lists(_ID, unique=True, min_size=0, max_size=8))
    spans, negatives = [], []
    for uid in ids:
        start, end = draw(ranges())
        if not plain and draw(st.integers(0, 4)) == 0:
            kind, reason = draw(_MAYBE), draw(_MAYBE)
            negatives.append(
                NegativeRecord(id=uid, start=start, end=end, text=text[start:end], kind=kind, reason=reason)
            )
            continue
        span = SpanRecord(id=uid, start=start, end=end, text=text[start:end], label=draw(st.sampled_from(LABELS)))
        span.labels_all = [span.label]
        if not plain:
            _describe(draw, span, text, ranges())
        spans.append(span)
    spans.sort(key=lambda span: (span.start, span.end, span.id))
    layer = LayerRecord(
        schema_name="source-annotator/1",
        document=draw(_ID),
        sha256=sha256(text.encode()).hexdigest(),
        text=text,
        annotator=AnnotatorRecord(name=draw(st.sampled_from(["Ana", "Ben Ó", "model 1"])), kind="human"),
        status="finished",
        round="production",
        blind=True,
        spans=spans,
        negatives=sorted(negatives, key=lambda each: (each.start, each.end, each.id)),
    )
    if not plain:
        layer.meta = Meta(title=draw(_MAYBE), outlet=draw(_MAYBE), byline=draw(_MAYBE), published=draw(_MAYBE))
        layer.language = draw(st.sampled_from([None, "en"]))
        layer.meta_json = draw(st.sampled_from(["{}", '{"section":"local"}', '{"n":[1,null,{"é":"<x>"}]}']))
        layer.zones = [Zone("headline", *draw(ranges()))] if draw(st.booleans()) else []
        layer.status = draw(st.sampled_from(["started", "finished"]))
        layer.round = draw(st.sampled_from(["production", "calibration"]))
        layer.blind = draw(st.booleans())
        if len(ids) > 1 and draw(st.booleans()):
            layer.relations = [RelationRecord(type="answers", source=ids[0], target=ids[1])]
    return layer


def _describe(draw: st.DrawFn, span: SpanRecord, text: str, ranges: st.SearchStrategy[tuple[int, int]]) -> None:
    span.identity = draw(st.sampled_from([None, "named", "institution", "unnamed"]))
    if span.identity == "unnamed" and span.label != "anonymous-source":
        span.labels_all = [span.label, "anonymous-source"]
    span.source = draw(_MAYBE)
    span.confidence = draw(st.sampled_from([None, "high", "medium", "low"]))
    span.unsure = draw(st.booleans())
    span.runner_up = draw(st.sampled_from([None, *LABELS])) if span.unsure else None
    span.note = draw(_MAYBE)
    span.score = draw(st.sampled_from([None, 0.25, 1.0]))
    span.reason = draw(_MAYBE)
    if draw(st.booleans()):
        start, end = draw(ranges)
        span.parts = [PartRecord(role="source", start=start, end=end, text=text[start:end])]
