"""CoNLL: a token a line with an IOB2 tag, a blank line after a sentence, -DOCSTART- before a document.

Written are four columns as in CoNLL-2003. Readers use the first and the last; the second is empty (`_`), and the
third has what makes the text whole again: the token's place in code points and, where there is anything to say,
named values, `|` between them: white space that is not one space, what is known of a span, of a layer.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote

import msgspec
from msgspec import Struct

from annotator.formats import iob
from annotator.formats.details import UNREADABLE, Draft, Object, of_annotation, of_document, of_layer
from annotator.formats.iob import Token
from annotator.formats.json_stream import LONGEST
from annotator.records import (
    EVERYTHING,
    NO_OPTIONS,
    Format,
    LayerRecord,
    Options,
    Problem,
    Read,
    SpanRecord,
)
from annotator.text import DocumentText

_START = "-DOCSTART-"
_TAG = re.compile(r"O|[BIESLUM]-(?P<label>\S+)")
_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})((?:\|\w+=[^|\s]*)*)")
_TRIED = 50  # lines that a file is known by
_ESCAPED = re.compile(r"[\s%]")

_encode = msgspec.json.Encoder().encode


# What is written.


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write a document a layer; of spans that overlap the longest, then the first (see `iob.losses`)."""
    for layer in layers:
        out.write(f"{_START} -X- O O\n\n".encode())
        out.writelines(f"{line}\n".encode() for line in _lines(layer))
        out.write(b"\n")


def _lines(layer: LayerRecord) -> Iterator[str]:
    """Yield the lines of a document's tokens, and a blank one after a sentence that ends outside spans."""
    text = layer.text
    kept, _ = iob.told(layer)
    spans = [(iob.trimmed(text, span), span) for span in kept]
    tokens = list(iob.tokens(text, {edge for place, _ in spans for edge in place}))
    sentence_starts = {start for start, _ in DocumentText(text).sentences}
    upcoming = iter(spans)
    place, span = next(upcoming, (None, None))
    for number, token in enumerate(tokens):
        while place and place.end <= token.start:
            place, span = next(upcoming, (None, None))
        prefix = "O" if not place or token.start < place.start else "B" if token.start == place.start else "I"
        if number and prefix != "I" and token.start in sentence_starts:
            yield ""
        after = tokens[number + 1].start if number + 1 < len(tokens) else len(text)
        said = dict(_spaces(text, token, after))
        if number == 0:
            said |= _first(layer, kept, token)
        if prefix == "B" and span and (of_span := _of_span(span, place)):
            said["Span"] = _encode(of_span).decode()
        features = "".join(f"|{name}={quote(value)}" for name, value in said.items())
        tag = f"{prefix}-{_ESCAPED.sub(lambda found: quote(found[0]), span.label)}" if span and prefix != "O" else "O"
        yield f"{text[token.start : token.end]} _ {token.start}-{token.end}{features} {tag}"


def _spaces(text: str, token: Token, after: int) -> Iterator[tuple[str, str]]:
    following = text[token.end : after]
    if following.strip(" ") or (following and after == len(text)):
        yield "SpacesAfter", following


def _first(layer: LayerRecord, kept: list[SpanRecord], token: Token) -> dict[str, str]:
    """Return what the first token of a document says of the layer."""
    said = {"SpacesBefore": layer.text[: token.start]} if token.start else {}
    ids = iob.ids(layer, kept)
    of_all = of_document(layer) | of_layer(layer)
    relations = [each for each in layer.relations if {each.source, each.target} <= ids]
    of_all |= {"relations": relations, "negatives": layer.negatives}
    if layer.sha256:
        of_all["sha256"] = layer.sha256
    of_all = {name: value for name, value in of_all.items() if value not in ([], None)}
    return said | ({"Layer": _encode(of_all).decode()} if of_all else {})


def _of_span(span: SpanRecord, place: Token | None) -> Object:
    said = of_annotation(span)
    if place != (span.start, span.end):
        said |= {"start": span.start, "end": span.end}
    return said


# What is read.


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell CoNLL by -DOCSTART-, or by lines of as many columns each, the last an IOB tag, of which one is not O."""
    lines = beginning.decode("utf-8-sig", "replace").splitlines()[:_TRIED]
    rows = [line.split() for line in lines if line.strip() and not _is_comment(line)]
    if rows and rows[0][0] == _START:
        return True
    tags = [_TAG.fullmatch(row[-1]) for row in rows]
    width = len(rows[0]) if rows else 0
    return (
        width > 1 and all(tags) and {len(row) for row in rows} == {width} and any(tag and tag["label"] for tag in tags)
    )


def _is_comment(line: str) -> bool:
    return line.startswith("#") and not _TAG.fullmatch(line.split()[-1])


class _Line(Struct, frozen=True):
    """A token of the file with its tag, as the file has them; `place` and `said` where we wrote it."""

    token: str
    tag: str
    number: int
    place: Token | None
    said: dict[str, str]
    begins_sentence: bool


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the documents; ours with the text as it was, of others tokens joined by spaces, sentences by line ends."""
    document = _Document(path.name, 1)
    position = 0
    with path.open("rb") as lines:
        for number in count(1):
            line = lines.readline(LONGEST)
            position += len(line)
            if not line:
                break
            text = line.decode("utf-8", "replace").removeprefix("\ufeff" if number == 1 else "")
            if text.split(None, 1)[:1] == [_START]:
                yield from document.reads(position)
                document = _Document(path.name, number)
            else:
                document.add(text, number, is_text="\ufffd" not in text or b"\xef\xbf\xbd" in line)
            if document.length > LONGEST:
                document.report(f"a document of more than {LONGEST >> 20} MB was cut here", number)
                yield from document.reads(position)
                document = _Document(path.name, number)
    yield from document.reads(position)


class _Document:
    """The lines of one document, and what was wrong with them."""

    def __init__(self, file: str, line: int) -> None:
        self._file, self._line = file, line
        self._lines: list[_Line] = []
        self._wrong: list[tuple[str, int]] = []
        self._comments = 0
        self._begins_sentence = True
        self.length = 0  # bytes or so

    def report(self, what: str, number: int) -> None:
        self._wrong.append((what, number))

    def add(self, text: str, number: int, *, is_text: bool) -> None:
        """Take a line: a token, a comment, or the end of a sentence."""
        columns = text.split()
        self.length += len(text)
        if not columns:
            self._begins_sentence = True
            return
        if _is_comment(text):
            self._comments += 1
            return
        if not is_text:
            self.report("its bytes are not UTF-8; what is none became U+FFFD", number)
        tag = columns[-1]
        if len(columns) < 2 or not _TAG.fullmatch(tag):
            self.report("a line without a tag was taken for a token outside spans", number)
            tag = "O"
        place, said = _placed(columns)
        self._lines.append(_Line(columns[0], tag, number, place, said, self._begins_sentence))
        self._begins_sentence = False

    def reads(self, position: int) -> Iterator[Read]:
        """Yield what was wrong, and the layer, where there is one."""
        for what, number in self._wrong:
            yield Read(Problem(file=self._file, line=number, what=what), number, position)
        if not self._lines:
            return
        text = self._own_text()
        is_ours = text is not None
        places = [line.place for line in self._lines if line.place] if is_ours else None
        if text is None or places is None:
            text, places = self._joined()
        draft = Draft(text, self._file, self._line)
        if self._comments:
            draft.note(f"comments left out: {self._comments}")
        if not is_ours and any(line.place for line in self._lines):
            draft.note(
                "the tokens are no longer at the places that were written; the text is the tokens, joined by spaces"
            )
        said = self._lines[0].said if is_ours else {}
        _describe(draft, said.get("Layer"))
        for line, place, label in _spans(self._lines, places):
            if is_ours:
                _add(draft, place, unquote(label), _object(draft, line.said.get("Span")))
            else:
                draft.add(place, label, {})
        yield from draft.reads(position)

    def _own_text(self) -> str | None:
        """Return the text that the places give, or None where there are none or they do not fit the tokens."""
        pieces: list[str] = []
        at = 0
        for number, line in enumerate(self._lines):
            place = line.place
            if place is None or place.end - place.start != len(line.token):
                return None
            before = self._lines[number - 1].said.get("SpacesAfter") if number else line.said.get("SpacesBefore", "")
            between = " " * (place.start - at) if before is None and place.start - at < LONGEST else before or ""
            if len(between) != place.start - at or between.strip():
                return None
            pieces += [between, line.token]
            at = place.end
        return "".join([*pieces, self._lines[-1].said.get("SpacesAfter", "")])

    def _joined(self) -> tuple[str, list[Token]]:
        pieces: list[str] = []
        places: list[Token] = []
        at = 0
        for line in self._lines:
            if at:
                pieces.append("\n" if line.begins_sentence else " ")
                at += 1
            pieces.append(line.token)
            places.append(Token(at, at + len(line.token)))
            at += len(line.token)
        return "".join(pieces), places


def _placed(columns: list[str]) -> tuple[Token | None, dict[str, str]]:
    found = _PLACE.fullmatch(columns[2]) if len(columns) == 4 and columns[1] == "_" else None
    if not found:
        return None, {}
    named = (each.partition("=") for each in found[3].split("|")[1:])
    return Token(int(found[1]), int(found[2])), {name: unquote(value) for name, _, value in named}


def _spans(lines: list[_Line], places: list[Token]) -> Iterator[tuple[_Line, Token, str]]:
    """Yield the first line, the place and the label of each span; IOB1, IOB2, IOBES and BILOU are read alike."""
    first, label = 0, None
    for number, line in enumerate(lines):
        found = _label(line)
        goes_on = (
            label is not None
            and found == label
            and line.tag[0] in "IELM"
            and lines[number - 1].tag[0] in "BIM"
            and not line.begins_sentence
        )
        if not goes_on:
            if label is not None:
                yield lines[first], Token(places[first].start, places[number - 1].end), label
            first, label = number, found
    if label is not None:
        yield lines[first], Token(places[first].start, places[-1].end), label


def _label(line: _Line) -> str | None:
    found = _TAG.fullmatch(line.tag)
    return found["label"] if found else None


def _describe(draft: Draft, encoded: str | None) -> None:
    """Take what the first token says of the layer."""
    said = _object(draft, encoded)
    sha256, negatives = said.pop("sha256", None), said.pop("negatives", [])
    draft.layer.sha256 = sha256 if isinstance(sha256, str) else None
    draft.describe(said)
    for each in negatives if isinstance(negatives, list) else []:
        if isinstance(each, dict) and (place := draft.place(each.get("start"), each.get("end"), each.get("id"))):
            uid = each.pop("id", None)
            draft.add(place, None, each, uid=uid if isinstance(uid, str) else None)


def _object(draft: Draft, encoded: str | None) -> Object:
    if encoded is None:
        return {}
    try:
        found: Object = msgspec.json.decode(encoded, type=Object)
    except UNREADABLE as error:
        draft.report(f"what its third column says of the layer or a span cannot be read ({error})")
        return {}
    return found


def _add(draft: Draft, place: Token, label: str, said: Object) -> None:
    """Add a span; its own edges count where only white space lies between them and its tokens."""
    start, end, uid = said.pop("start", None), said.pop("end", None), said.pop("id", None)
    text = draft.layer.text
    if type(start) is type(end) is int and 0 <= start <= place.start and place.end <= end <= len(text):
        around = text[start : place.start] + text[place.end : end]
        place = place if around.strip() else Token(start, end)
    draft.add(place, label, said, uid=uid if isinstance(uid, str) else None)


FORMAT = Format(
    name="conll",
    title="CoNLL (IOB2)",
    suffixes=(".conll", ".iob", ".iob2", ".bio"),
    recognise=recognise,
    read=read,
    write=write,
    carries=EVERYTHING - {"overlap"},
    losses=iob.losses,
)
