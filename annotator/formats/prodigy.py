"""Prodigy JSONL: one line a task, positions in code points, `token_end` the last token of a span."""

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import UNSET, Struct, UnsetType

from annotator.formats import json_stream
from annotator.formats.extension import (
    KEY,
    META,
    Extension,
    Remarks,
    between_spans,
    extension,
    is_begun,
    layer_record,
    read_extension,
)
from annotator.records import (
    EVERYTHING,
    NO_OPTIONS,
    AnnotatorRecord,
    Format,
    LayerRecord,
    Options,
    Problem,
    Read,
    SpanRecord,
)

_encode = msgspec.json.Encoder().encode
_OF_TASK = {"text", "tokens", "spans", "relations", "answer", "meta", KEY}  # and what begins with "_"
_OF_SPAN = {"start", "end", "label", "text", "token_start", "token_end", "score", "type"}
_TELLING = ("_input_hash", "_task_hash", "_view_id", "_session_id", "_annotator_id", "answer")
_PIECE = re.compile(r"\w+|[^\w\s]| |[^\S ]+")


def recognise(path: Path, beginning: bytes) -> bool:
    """Tell a task by its hashes or answer, or by spans as only Prodigy and spaCy have them."""
    if not beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False
    task = json_stream.first_object(json_stream.lines(path))
    if not isinstance(task.get("text"), str) or "schema" in task:
        return False
    spans = task.get("spans")
    first = spans[0] if isinstance(spans, list) and spans else None
    return any(key in task for key in _TELLING) or (isinstance(first, dict) and "start" in first)


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the layer of every accepted task; of one that was rejected or ignored only the document."""
    for found, line, position in json_stream.lines(path):
        if isinstance(found, Problem):
            yield Read(found, line, position)
            continue
        remarks = Remarks(path.name, line)
        layer = _layer(found, remarks)
        yield from (Read(problem, line, position) for problem in remarks.problems)
        if layer:
            yield Read(layer, line, position)


def _layer(task: dict[str, Any], remarks: Remarks) -> LayerRecord | None:
    text = task.get("text")
    if not isinstance(text, str):
        remarks.left_out("left out: a task without a text", "a string", text)
        return None
    meta = task.get("meta")
    known = meta if isinstance(meta, dict) else {}
    rest = {key: value for key, value in task.items() if key not in _OF_TASK and not key.startswith("_")}
    if meta is not None and not isinstance(meta, dict):
        rest["meta"] = meta
    meta = {**known, **rest}
    answer = task.get("answer", "accept")
    if answer != "accept":
        remarks.note(f"a task with the answer “{answer}”: only its text is taken")
        return layer_record(text, [], Extension(), meta=meta)
    said = read_extension(task.get(KEY), remarks)
    spans, place = _spans(task, remarks)
    links = list(_links(task.get("relations"), place, remarks))
    return layer_record(text, spans, said, links=links, meta=meta, annotator=_annotator(task))


def _annotator(task: dict[str, Any]) -> AnnotatorRecord | None:
    name = task.get("_annotator_id") or task.get("_session_id")
    return AnnotatorRecord(name=name) if isinstance(name, str) else None


_Places = dict[tuple[Any, Any, Any], int]  # start, end, label: which of the spans


def _spans(task: dict[str, Any], remarks: Remarks) -> tuple[list[SpanRecord], _Places]:
    raw = task.get("spans") or []
    tokens = task.get("tokens")
    spans: list[SpanRecord] = []
    place: _Places = {}
    unknown: set[str] = set()
    for each in raw if isinstance(raw, list) else [raw]:
        span = _span(each, tokens if isinstance(tokens, list) else [], remarks)
        if span:
            unknown |= each.keys() - _OF_SPAN
            place.setdefault((span.start, span.end, span.label), len(spans))
            spans.append(span)
    remarks.note_unknown(unknown)
    return spans, place


def _span(raw: Any, tokens: list[Any], remarks: Remarks) -> SpanRecord | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("label"), str):
        remarks.left_out("left out: a span without a label", "an object with start, end and label", raw)
        return None
    start, end = raw.get("start"), raw.get("end")
    if start is None and end is None:
        start, end = _edge(tokens, raw.get("token_start"), "start"), _edge(tokens, raw.get("token_end"), "end")
    if type(start) is not int or type(end) is not int:
        remarks.left_out("left out: a span without positions", "start and end", raw)
        return None
    text, score = raw.get("text"), raw.get("score")
    return SpanRecord(
        start=start,
        end=end,
        label=raw["label"],
        text=text if isinstance(text, str) else None,
        score=float(score) if isinstance(score, int | float) else None,
    )


def _edge(tokens: list[Any], number: Any, key: str) -> Any:
    """Return the start or end of a token, or None where there is none of that number."""
    is_there = type(number) is int and 0 <= number < len(tokens) and isinstance(tokens[number], dict)
    return tokens[number].get(key) if is_there else None


def _links(raw: Any, place: _Places, remarks: Remarks) -> Iterator[tuple[str, int, int]]:
    """Yield relations between spans; those between other tokens are reported."""
    for each in raw if isinstance(raw, list) else []:
        ends = [_place(each.get(key), place) for key in ("head_span", "child_span")] if isinstance(each, dict) else []
        if len(ends) == 2 and None not in ends and isinstance(each.get("label"), str):
            yield each["label"], ends[0] or 0, ends[1] or 0
        else:
            remarks.left_out("relation left out", "a label, and a head and a child that are spans of the task", each)


def _place(end: Any, place: _Places) -> int | None:
    if not isinstance(end, dict):
        return None
    try:
        return place.get((end.get("start"), end.get("end"), end.get("label")))
    except TypeError:
        return None


class _Token(Struct):
    text: str
    start: int
    end: int
    id: int
    ws: bool


class _Span(Struct):
    start: int
    end: int
    token_start: int
    token_end: int
    label: str


class _Relation(Struct):
    head: int
    child: int
    head_span: _Span
    child_span: _Span
    label: str


_UNDERLINED = {name: f"_{name}" for name in ("input_hash", "task_hash", "view_id", "session_id", "annotator_id")}


class _Task(Struct, rename=_UNDERLINED):
    text: str
    meta: dict[str, str]
    tokens: list[_Token]
    spans: list[_Span]
    relations: list[_Relation]
    source_annotator: Extension
    input_hash: int
    task_hash: int
    view_id: str
    session_id: str | None
    annotator_id: str | None
    answer: str | UnsetType


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write one task a layer; a document that nobody began is a task without an answer."""
    for layer in layers:
        out.write(_encode(_task(layer)))
        out.write(b"\n")


def _task(layer: LayerRecord) -> _Task:
    tokens = _tokens(layer)
    first = {token.start: token.id for token in tokens}
    last = {token.end: token.id for token in tokens}
    spans = [_Span(each.start, each.end, first[each.start], last[each.end], each.label) for each in layer.spans]
    relations = [
        _Relation(spans[head].token_end, spans[child].token_end, spans[head], spans[child], kind)
        for kind, head, child in between_spans(layer)
    ]
    name = layer.annotator.name if layer.annotator else None
    said = "\0".join(f"{each.start} {each.end} {each.label}" for each in layer.spans)
    return _Task(
        text=layer.text,
        meta={key: value for key in META if (value := getattr(layer.meta, key)) is not None},
        tokens=tokens,
        spans=spans,
        relations=relations,
        source_annotator=extension(layer, with_meta=False),
        input_hash=_hash(layer.text),
        task_hash=_hash(f"{layer.text}\0{said}"),
        view_id="relations" if relations else "spans_manual",
        session_id=name,
        annotator_id=name,
        answer="accept" if is_begun(layer) else UNSET,
    )


def _hash(said: str) -> int:
    """Return a signed number of 32 bits; any that is stable will do, Prodigy compares only its own."""
    return int.from_bytes(blake2b(said.encode(), digest_size=4).digest(), "big", signed=True)


def _tokens(layer: LayerRecord) -> list[_Token]:
    """Return words, marks and white space; every edge of a span is one of a token.

    A single space that no span begins or ends with is no token: the one before it has `ws`.
    """
    starts = {span.start for span in layer.spans}
    ends = {span.end for span in layer.spans}
    cuts = sorted(starts | ends)
    tokens: list[_Token] = []
    next_cut = 0
    for piece in _PIECE.finditer(layer.text):
        start, stop = piece.span()
        while start < stop:
            while next_cut < len(cuts) and cuts[next_cut] <= start:
                next_cut += 1
            end = min(stop, cuts[next_cut]) if next_cut < len(cuts) else stop
            passage = layer.text[start:end]
            if passage == " " and tokens and not tokens[-1].ws and start not in starts and end not in ends:
                tokens[-1].ws = True
            else:
                tokens.append(_Token(passage, start, end, len(tokens), False))
            start = end
    return tokens


FORMAT = Format(
    name="prodigy",
    title="Prodigy JSON Lines",
    suffixes=(".jsonl",),
    recognise=recognise,
    read=read,
    write=write,
    carries=EVERYTHING,
)
