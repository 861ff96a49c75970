"""spaCy's DocBin: a Doc a layer, its spans in `spans["sc"]`, and what else the layer holds in `user_data`.

Tokens are those of spaCy's blank English pipeline, cut further where a span begins or ends within one, so
that no span is lost.
"""

import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from annotator.formats.extension import KEY as EXTENSION
from annotator.formats.extension import (
    META,
    Remarks,
    between_spans,
    extension,
    layer_record,
    read_extension,
)  # fmt: skip
from annotator.records import (
    EVERYTHING,
    NO_OPTIONS,
    AnnotatorRecord,
    Format,
    LayerRecord,
    Loss,
    Options,
    Problem,
    Read,
    SpanRecord,
)

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

KEY = "sc"  # spaCy's default name of a group of spans: what its span categoriser learns
_OURS = ("annotator", "kind", "document", "split", "relations", "meta", EXTENSION)
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_encode = msgspec.json.Encoder().encode


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell a DocBin by the first keys of the map that is packed in it."""
    if not beginning.startswith(_ZLIB):
        return False
    try:
        start = zlib.decompressobj().decompress(beginning, 64)
    except zlib.error:
        return False
    return b"\xa7version" in start and b"\xa5attrs" in start


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield a layer for every Doc: its spans are those of the group “sc”, else of all groups, else its entities."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    size = path.stat().st_size
    number = 0
    try:
        found = DocBin().from_disk(path)
        for number, doc in enumerate(found.get_docs(Vocab()), 1):
            remarks = Remarks(path.name, None, f"Doc {number}")
            layer = _layer(doc, remarks)
            yield from (Read(problem, None, size * number // len(found)) for problem in remarks.problems)
            yield Read(layer, None, size * number // len(found))
    except (OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - of spaCy, NumPy, zlib or MessagePack: none says what it may raise
        after = f" after Doc {number}" if number else ""
        yield Read(Problem(file=path.name, what=f"not a DocBin that spaCy can read{after} ({type(error).__name__})"))


def _layer(doc: "Doc", remarks: Remarks) -> LayerRecord:
    said = doc.user_data
    spans = _spans(doc, remarks)
    return layer_record(
        doc.text,
        spans,
        read_extension(_json(said.get(EXTENSION)), remarks),
        links=_links(said.get("relations"), spans, remarks),
        meta=_meta(doc, remarks),
        document=_word(said.get("document")),
        annotator=_annotator(said),
    )


def _spans(doc: "Doc", remarks: Remarks) -> list[SpanRecord]:
    groups = {name: list(group) for name, group in doc.spans.items()}
    found = groups.pop(KEY, None)
    if found is None:
        found = [span for group in groups.values() for span in group] if groups else list(doc.ents)
    elif groups or doc.ents:
        left_out = [f"spans[“{name}”]" for name, group in groups.items() if group]
        if doc.ents:
            left_out.append("entities")
        if left_out:
            remarks.note(f"left out, since there is a group “{KEY}”: {', '.join(left_out)}")
    text = doc.text
    spans = []
    for span in found:
        if span.label_ and span.end_char > span.start_char:
            start, end = span.start_char, span.end_char
            spans.append(SpanRecord(start=start, end=end, label=span.label_, text=text[start:end]))
        else:
            remarks.left_out("left out: a span without a label or without a length", "both", span.text)
    return spans


def _links(said: Any, spans: list[SpanRecord], remarks: Remarks) -> list[tuple[str, int, int]]:
    """Return relations of ours: a type, and which spans of the group they join."""
    if said is None:
        return []
    try:
        found = msgspec.convert(said, list[tuple[str, int, int]])
    except msgspec.ValidationError as error:
        remarks.note(f"its relations were left out, they cannot be read ({error})")
        return []
    good = [link for link in found if all(0 <= end < len(spans) for end in link[1:])]
    if len(good) < len(found):
        remarks.left_out("relation left out: it joins spans that are not there")
    return good


def _meta(doc: "Doc", remarks: Remarks) -> dict[str, Any]:
    """Return what is said of the document, ours and others': attributes of extensions by their names."""
    found: dict[str, Any] = {}
    said = {_name(key): value for key, value in doc.user_data.items()}
    if isinstance(own := said.get("meta"), dict):
        found |= {str(key): value for key, value in own.items()}
    found |= {key: value for key, value in said.items() if key and key not in _OURS}
    if doc.cats:
        found["cats"] = dict(doc.cats)
    if left_out := [key for key, value in found.items() if not _is_json(value)]:
        remarks.note(f"user data left out: {', '.join(left_out)}")
    return {key: value for key, value in found.items() if key not in left_out}


def _name(key: Any) -> str | None:
    """Return a key of `user_data`, or the name of the extension attribute that it stands for if that is the Doc's."""
    if isinstance(key, str):
        return key
    is_of_doc = isinstance(key, tuple) and len(key) == 4 and key[0] == "._." and key[2:] == (None, None)
    return str(key[1]) if is_of_doc else None


def _is_json(value: Any) -> bool:
    try:
        _encode(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return not isinstance(value, bytes)


def _json(said: Any) -> Any:
    try:
        return msgspec.json.decode(said) if isinstance(said, str) else said
    except (msgspec.DecodeError, RecursionError):
        return said


def _word(said: Any) -> str | None:
    return said if isinstance(said, str) else None


def _annotator(said: dict[Any, Any]) -> AnnotatorRecord | None:
    name, kind = _word(said.get("annotator")), said.get("kind")
    if name is None:
        return None
    return AnnotatorRecord(name=name, kind=kind) if kind in ("model", "gold") else AnnotatorRecord(name=name)


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write a Doc for every layer. A DocBin is packed as a whole: all tokens are held until then, 8 bytes each."""
    from spacy.tokens import DocBin

    # Without attributes only the words are kept: no one tagged or parsed these texts.
    found = DocBin(attrs=[], store_user_data=True)
    for layer in layers:
        found.add(_doc(layer))
    out.write(found.to_bytes())


def _doc(layer: LayerRecord) -> "Doc":
    from spacy.tokens import Doc, Span

    words, spaces, starts, ends = _tokens(layer)
    doc = Doc(_pipeline().vocab, words=words, spaces=spaces)
    doc.spans[KEY] = [Span(doc, starts[each.start], ends[each.end], label=each.label) for each in layer.spans]
    who, meta = layer.annotator, layer.meta
    doc.user_data = {
        "annotator": who.name if who else None,
        "kind": who.kind if who else None,
        "document": layer.document,
        "split": layer.split,
        "meta": {key: value for key in META if (value := getattr(meta, key)) is not None},
        "relations": between_spans(layer),
        EXTENSION: _encode(extension(layer, with_meta=False)).decode(),
    }
    return doc


def _tokens(layer: LayerRecord) -> tuple[list[str], list[bool], dict[int, int], dict[int, int]]:
    """Return words, whether a space follows each, and which token begins, or ends before, each edge of a span.

    A token is cut at an edge within it; a space at an edge becomes a token of its own.
    """
    starts = {span.start for span in layer.spans}
    ends = {span.end for span in layer.spans}
    words: list[str] = []
    spaces: list[bool] = []
    first: dict[int, int] = {}
    last: dict[int, int] = {}

    def add(start: int, end: int, *, has_space: bool) -> None:
        first[start] = len(words)
        words.append(layer.text[start:end])
        spaces.append(has_space)
        last[end] = len(words)

    for start, end, has_space in _own_tokens(layer.text):
        is_space_cut = has_space and (end in starts or end + 1 in ends)
        cuts = [start, *(at for at in range(start + 1, end) if at in starts or at in ends), end]
        for begin, stop in pairwise(cuts):
            add(begin, stop, has_space=has_space and stop == end and not is_space_cut)
        if is_space_cut:
            add(end, end + 1, has_space=False)
    return words, spaces, first, last


def _own_tokens(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where spaCy's own tokens begin and end, and whether a space follows each."""
    for token in _pipeline().make_doc(text):
        yield token.idx, token.idx + len(token), bool(token.whitespace_)


def losses(layer: LayerRecord) -> Iterator[Loss]:
    """Name the spans that this file holds, and that training a pipeline with spaCy's own tokens would leave out."""
    if not layer.spans:
        return
    starts, ends = set(), set()
    for start, end, _ in _own_tokens(layer.text):
        starts.add(start)
        ends.add(end)
    for span in layer.spans:
        if span.start not in starts or span.end not in ends:
            yield Loss(
                document=layer.document,
                annotator=layer.annotator.name if layer.annotator else None,
                id=span.id,
                what="in spaCy’s training: an edge within one of its own tokens (kept in the file)",
            )


@cache
def _pipeline() -> "Language":
    import spacy

    return spacy.blank("en")


FORMAT = Format(
    name="spacy",
    title="spaCy DocBin",
    suffixes=(".spacy",),
    recognise=recognise,
    read=read,
    write=write,
    carries=EVERYTHING,
    losses=losses,
    is_isolated=True,
    extra="spacy",
    needs=("spacy",),
)
