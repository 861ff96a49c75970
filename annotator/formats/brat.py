"""brat: a folder an annotator, with a `.txt` and an `.ann` a document, and `annotation.conf` so that brat opens it.

What standoff has no record for is in notes of a type of our own, what belongs to no annotation in a file beside it.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import msgspec

from annotator import text
from annotator.formats import details, standoff
from annotator.formats.details import Draft, Object
from annotator.formats.standoff import Bad, Place, Record
from annotator.records import (
    EVERYTHING,
    NO_OPTIONS,
    AnnotatorRecord,
    Format,
    LayerRecord,
    Loss,
    NegativeRecord,
    Options,
    Problem,
    Read,
    RelationRecord,
    SpanRecord,
)  # fmt: skip

_OURS = "SourceAnnotator"  # the type of notes that hold what brat has no record for
_NOTE = "AnnotatorNotes"
_NEGATIVE = "Negative"
_FRAGMENT = "fragment"
_BESIDE = ".source-annotator.json"
_ATTRIBUTES = {"Identity": "named|institution|unnamed", "Confidence": "high|medium|low", "Unsure": None}
_CONFIGURATION = "annotation.conf"

_encode = msgspec.json.Encoder(order="deterministic").encode
_Item = SpanRecord | NegativeRecord


def recognise(path: Path, _beginning: bytes) -> bool:
    """Tell a folder that holds annotation files, or folders of annotators that do."""
    return any(True for pattern in ("*.ann", "*/*.ann") for _ in path.glob(pattern))


# --- Writing ------------------------------------------------------------------------------------


def write_folder(layers: Iterable[LayerRecord], folder: Path) -> None:
    """Write a folder an annotator into an empty folder; nobody's layers stand in that folder itself."""
    people: dict[tuple[str, str] | None, str] = {None: ""}
    people_taken: set[str] = set()
    taken: dict[str, set[str]] = {}
    labels: set[str] = set()
    relations: set[str] = set()
    for layer in layers:
        who = (layer.annotator.kind, layer.annotator.name) if layer.annotator else None
        if who not in people:
            people[who] = details.file_name(who[1].replace(".", "_") if who else "", people_taken)
        into = folder / people[who]
        into.mkdir(exist_ok=True)
        name = details.file_name(layer.document or text.sha256(layer.text), taken.setdefault(people[who], set()))
        (into / f"{name}.txt").write_bytes(layer.text.encode())
        written = _Annotations(layer)
        (into / f"{name}.ann").write_bytes("".join(f"{line}\n" for line in written.lines).encode())
        if beside := _beside(layer, written):
            (into / f"{name}{_BESIDE}").write_bytes(_encode(beside) + b"\n")
        labels |= {standoff.name(span.label) for span in layer.spans} | ({_NEGATIVE} if layer.negatives else set())
        relations |= {standoff.name(relation.type) for relation in layer.relations}
    (folder / _CONFIGURATION).write_text(standoff.configuration(labels, relations, _ATTRIBUTES), "utf-8")


class _Annotations:
    """The lines of an annotation file, while they are written."""

    def __init__(self, layer: LayerRecord) -> None:
        self.lines: list[str] = []
        self.unseen: list[Object] = []  # annotations that no record can hold
        self._text = layer.text
        self._names: dict[str, str] = {}  # of records, by the ids of annotations
        self._numbers = {kind: count(1) for kind in "TAR#"}
        items: list[_Item] = [*layer.spans, *layer.negatives]
        for item in items:
            self._add(item)
        self.unwritten = [each for each in layer.relations if not self._relate(each)]

    def _line(self, kind: str, data: str, more: str | None = None) -> str:
        name = f"{kind}{next(self._numbers[kind])}"
        self.lines.append(f"{name}\t{data}" if more is None else f"{name}\t{data}\t{more}")
        return name

    def _add(self, item: _Item) -> None:
        places = standoff.fragments(self._text, item.start, item.end)
        label = item.label if isinstance(item, SpanRecord) else None
        said = details.of_annotation(item)
        if not places:
            self.unseen.append({"start": item.start, "end": item.end, "label": label, **said})
            return
        passage = " ".join(self._text[slice(*place)] for place in places)
        kind = _NEGATIVE if label is None else standoff.name(label)
        own = self._line("T", f"{kind} {standoff.written(places)}", passage)
        if item.id:
            self._names[item.id] = own
        for name in _ATTRIBUTES:
            value = said.pop(name.lower(), None)
            if value is not None:
                self._line("A", f"{name} {own}" if value is True else f"{name} {own} {value}")
        note = said.get("note")
        if note is not None:
            self._line("#", f"{_NOTE} {own}", _one_line(note))
            if note == _one_line(note):
                del said["note"]
        said |= _hidden(item, label, kind, places)
        if said:
            self._line("#", f"{_OURS} {own}", _encode(said).decode())

    def _relate(self, relation: RelationRecord) -> bool:
        ends = [self._names.get(end) for end in (relation.source, relation.target)]
        if None in ends:
            return False
        kind = standoff.name(relation.type)
        own = self._line("R", f"{kind} Arg1:{ends[0]} Arg2:{ends[1]}")
        if kind != relation.type:
            self._line("#", f"{_OURS} {own}", _encode({"type": relation.type}).decode())
        return True


def _beside(layer: LayerRecord, written: _Annotations) -> Object:
    """Return what is to stand beside an annotation file."""
    about = details.of_layer(layer)
    about.pop("relations", None)
    if written.unwritten:
        about["relations"] = msgspec.to_builtins(written.unwritten)
    beside = {"document": details.of_document(layer), "layer": about, "unseen": written.unseen}
    return {key: value for key, value in beside.items() if value}


def _hidden(item: _Item, label: str | None, kind: str, places: list[Place]) -> Object:
    """Return what a text-bound record does not show of its annotation."""
    found: Object = {}
    if label is None:
        found["negative"] = True
    elif label != kind:
        found["label"] = label
    if (item.start, item.end) != (places[0][0], places[-1][1]):
        found |= {"start": item.start, "end": item.end}
    return found


def _one_line(note: str) -> str:
    return " ".join(note.split())


def losses(layer: LayerRecord) -> Iterator[Loss]:
    """Yield what brat cannot show; it is kept beside."""
    items: list[_Item] = [*layer.spans, *layer.negatives]
    for item in items:
        if not standoff.fragments(layer.text, item.start, item.end):
            who = layer.annotator.name if layer.annotator else None
            what = "that brat shows it: it covers nothing but line ends and white space"
            yield Loss(document=layer.document, annotator=who, id=item.id, what=what)


# --- Reading ------------------------------------------------------------------------------------


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield a layer for each document of each folder; a folder's name is its annotator's."""
    position = 0
    found = sorted(each for each in path.rglob("*") if each.is_file() and each.suffix in (".txt", ".ann"))
    for file in found:
        where = str(file.relative_to(path))
        if any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        if file.suffix == ".ann":
            if not file.with_suffix(".txt").exists():
                yield Read(Problem(file=where, what="left out: there is no .txt beside it"), None, position)
            continue
        position += file.stat().st_size
        try:
            article = file.read_bytes().decode()
        except UnicodeDecodeError as error:
            what = f"left out: its text is not UTF-8 (byte {error.start})"
            yield Read(Problem(file=where, what=what), None, position)
            continue
        yield from _Document(article, file, path).read().reads(position)


class _Document:
    """One document of one annotator, while it is read."""

    def __init__(self, article: str, file: Path, root: Path) -> None:
        self._text = article
        self._annotations = file.with_suffix(".ann")
        self._draft = Draft(article, str(self._annotations.relative_to(root)))
        self._draft.layer.document = file.stem
        folder = file.parent.relative_to(root).as_posix()
        if folder != ".":
            self._draft.layer.annotator = AnnotatorRecord(name=folder)
        self._texts: dict[str, Record] = {}
        self._triggers: dict[str, str] = {}  # events, by the annotation that triggers them
        self._said: dict[str, Object] = {}
        self._links: list[tuple[Record, str, str, str]] = []
        self._ids: dict[str, str] = {}

    @cached_property
    def _units(self) -> details.Utf16:
        return details.Utf16(self._text)

    def read(self) -> Draft:
        beside = self._beside()
        if not self._annotations.exists():
            self._draft.layer.status = "unread"
        else:
            self._sort(list(standoff.records(self._annotations.read_bytes())))
        linked = {self._triggers.get(end, end) for _, _, *ends in self._links for end in ends}
        for target in sorted(self._said.keys() - self._texts.keys()):
            if self._said[target].keys() - {_OURS}:
                self._draft.note(f"what is said of {target} was left out: it is not an annotation of a span", target)
        for record in self._texts.values():
            self._add(record, record.id in linked)
        for record, kind, source, target in self._links:
            exact = self._said.get(record.id, {}).get(_OURS, {}).get("type")
            kind = exact if isinstance(exact, str) and standoff.name(exact) == kind else kind
            ends = [self._ids.get(self._triggers.get(end, end)) for end in (source, target)]
            if ends[0] is not None and ends[1] is not None:
                self._draft.relate(kind, ends[0], ends[1])
            else:
                self._draft.report(f"relation “{kind[:60]}” left out: “{source}” or “{target}” is not here")
        self._add_unseen(beside.get("unseen"))
        return self._draft

    def _beside(self) -> Object:
        beside: Object = {}
        with suppress(FileNotFoundError):
            raw = self._annotations.with_name(self._annotations.stem + _BESIDE).read_bytes()
            try:
                beside = msgspec.json.decode(raw, type=Object)
            except details.UNREADABLE as error:
                self._draft.report(f"what stands beside it was left out: not valid JSON ({error})")
        if "layer" in beside:
            self._draft.layer.annotator = None
        self._draft.describe(beside.get("document"))
        self._draft.describe(beside.get("layer"))
        return beside

    def _sort(self, found: list[Record | Bad]) -> None:
        """Keep annotations, what is said of them, and what links them, whatever order they are in."""
        good = [each for each in found if isinstance(each, Record)]
        for each in found:
            if isinstance(each, Bad):
                self._report(each.what, each.line)
        for record in good:
            kind = record.id[0]
            if kind == "T":
                self._keep_text(record)
            elif kind == "E":
                self._keep_event(record)
            elif kind == "R":
                self._keep_relation(record)
            elif kind == "*":
                name, *same = record.words or [""]
                self._links += [(record, name, first, second) for first, second in pairwise(same)]
        for record in good:  # once events are known, of which something may be said too
            if record.id[0] in "AMN#":
                self._keep_said(record)

    def _report(self, what: str, line: int, uid: str | None = None) -> None:
        self._draft.report(what, uid, line=line)

    def _keep_text(self, record: Record) -> None:
        if record.id in self._texts:
            self._report("left out: another annotation has its id", record.line, record.id)
        else:
            self._texts[record.id] = record

    def _keep_event(self, record: Record) -> None:
        trigger, *arguments = [word.partition(":") for word in record.words] or [("", "", "")]
        if not trigger[2]:
            self._report("left out: an event without a trigger", record.line, record.id)
            return
        self._triggers[record.id] = trigger[2]
        self._links += [(record, role, trigger[2], target) for role, _, target in arguments if target]

    def _keep_relation(self, record: Record) -> None:
        kind, *arguments = record.words or [""]
        ends = [word.partition(":")[2] for word in arguments]
        if len(ends) != 2 or not all(ends):
            self._report("left out: a relation has two arguments", record.line, record.id)
        else:
            self._links.append((record, kind, ends[0], ends[1]))

    def _keep_said(self, record: Record) -> None:
        if len(record.words) < 2:
            self._report("left out: it says nothing of an annotation", record.line, record.id)
            return
        name, target, *values = record.words
        value = " ".join(values) or True
        said = self._said.setdefault(self._triggers.get(target, target), {})
        if record.id[0] in "AM" and name in _ATTRIBUTES:
            said[name.lower()] = value
        elif record.id[0] == "#" and name == _OURS:
            said[_OURS] = self._details(record)
        elif record.id[0] == "#":
            said["note"] = f"{said['note']}\n{record.text}" if "note" in said else record.text
        else:
            said[f"{'normalisation' if record.id[0] == 'N' else 'attribute'} {name}"] = value

    def _details(self, record: Record) -> Object:
        try:
            found: Object = msgspec.json.decode(record.text, type=Object)
        except details.UNREADABLE:
            self._report("left out: not valid JSON", record.line, record.id)
            return {}
        return found

    def _add(self, record: Record, is_linked: bool) -> None:
        found = self._where(record)
        if found is None:
            return
        said = self._said.get(record.id, {})
        ours = said.pop(_OURS, {})
        start, end = ours.pop("start", found[0][0]), ours.pop("end", max(place[1] for place in found))
        is_ours = type(start) is type(end) is int and standoff.fragments(self._text, start, end) == found
        if not is_ours:
            start, end = found[0][0], max(place[1] for place in found)
        parts = ours.get("parts")
        parts = parts if isinstance(parts, list) else []
        if not is_ours and not standoff.is_whole(self._text, found):
            parts = [part for part in parts if not isinstance(part, dict) or part.get("role") != _FRAGMENT]
            parts += [{"role": _FRAGMENT, "start": first, "end": last} for first, last in found]
        if parts:
            ours["parts"] = parts
        note = ours.get("note")
        if isinstance(note, str) and _one_line(note) == said.get("note"):
            del said["note"]
        kind, label = record.words[0], ours.pop("label", None)
        label = label if isinstance(label, str) and standoff.name(label) == kind else kind
        is_negative = ours.pop("negative", None) is True and kind == _NEGATIVE
        own = ours.pop("id", None)
        uid = own if isinstance(own, str) else None
        if uid is None and is_linked:
            uid = details.qualified(self._text, self._draft.layer.annotator, self._draft.layer.document, record.id)
        if uid is not None:
            self._ids[record.id] = uid
        said = {**ours, **said}
        self._draft.add((start, end), None if is_negative else label, said, uid=uid, subject=record.id)

    def _where(self, record: Record) -> list[Place] | None:
        """Return where a text-bound record's fragments are; reported where they are not."""
        found = standoff.places(record.words[1:])
        if found is None:
            self._report("left out: not a text-bound annotation (TYPE START END)", record.line, record.id)
            return None
        quoted = "\n".join([record.text, *record.more])
        there = standoff.where(self._text, self._units, found, quoted)
        if there is None and record.more:
            there = standoff.where(self._text, self._units, found, record.text)
            if there:
                self._report("left out: lines after it that are not records of brat’s", record.line + 1)
        if there is None:
            passage = " ".join(self._text[start:end] for start, end in found)
            self._draft.report(
                f"left out: its text is not at {standoff.written(found)}"[:120],
                record.id,
                repr(quoted[:60]),
                repr(passage[:60]),
                line=record.line,
            )
            return None
        if there[1]:
            self._draft.note("its offsets counted UTF-16 units, as brat’s page does; its text says so", record.id)
        return there[0]

    def _add_unseen(self, unseen: Any) -> None:
        for item in unseen if isinstance(unseen, list) else []:
            if not isinstance(item, dict):
                continue
            uid, label = item.pop("id", None), item.pop("label", None)
            place = self._draft.place(item.get("start"), item.get("end"), uid)
            if place and (label is None or isinstance(label, str)):
                self._draft.add(place, label, item, uid=uid if isinstance(uid, str) else None)


FORMAT = Format(
    name="brat",
    title="brat standoff",
    suffixes=(),
    recognise=recognise,
    read=read,
    write_folder=write_folder,
    carries=EVERYTHING,
    losses=losses,
)
