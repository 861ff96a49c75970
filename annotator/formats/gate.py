"""GATE bdoc JSON: a document a line, as GATE's Python tools read them; an annotation set for each annotator."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from annotator.formats.details import (
    KEY,
    WHOLE_CHARACTERS,
    Draft,
    Object,
    Utf16,
    first_keys,
    objects,
    of_annotation,
    of_document,
    of_layer,
)  # fmt: skip
from annotator.records import (
    EVERYTHING,
    NO_OPTIONS,
    AnnotatorRecord,
    Format,
    LayerRecord,
    NegativeRecord,
    Options,
    Problem,
    Read,
    SpanRecord,
)  # fmt: skip

NEGATIVE = "negative"  # the type, and the feature that tells it from a label of that name
ID = f"{KEY}.id"  # GATE numbers annotations within a set, so ours is a feature

_encode = msgspec.json.Encoder().encode


def recognise(path: Path, beginning: bytes) -> bool:
    """Tell a bdoc by its keys, which may stand after a long text."""
    if beginning.startswith(b"[") and b'"annotation_sets"' not in beginning:
        return False
    return {"text", "annotation_sets"} <= first_keys(path, beginning)


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write one line a document."""
    for (text, about), of_one in groupby(layers, key=lambda layer: (layer.text, of_document(layer))):
        sets: Object = {}
        states: Object = {}
        for layer in of_one:
            name = _set_name(layer.annotator, sets)
            sets[name] = _annotation_set(name, layer)
            states[name] = of_layer(layer)
        bdoc = {
            "annotation_sets": sets,
            "text": text,
            "features": {KEY: {"document": about, "layers": states}},
            "offset_type": "p",
            "name": about.get("document", ""),
        }
        out.write(_encode(bdoc) + b"\n")


def _set_name(annotator: AnnotatorRecord | None, taken: Object) -> str:
    """Return the annotator's name, or one that no set of the document has yet; the nameless default set for nobody."""
    if annotator is None:
        first = ""
    else:
        first = annotator.name if annotator.kind == "human" else f"{annotator.name} ({annotator.kind})"
    name, number = first, 1
    while name in taken:
        number += 1
        name = f"{first} {number}"
    return name


def _annotation_set(name: str, layer: LayerRecord) -> Object:
    items: list[SpanRecord | NegativeRecord] = [*layer.spans, *layer.negatives]
    annotations = [_annotation(number, item) for number, item in enumerate(items)]
    return {"name": name, "annotations": annotations, "next_annid": len(annotations)}


def _annotation(number: int, item: SpanRecord | NegativeRecord) -> Object:
    features = of_annotation(item)
    if "id" in features:
        features[ID] = features.pop("id")
    if isinstance(item, NegativeRecord):
        features[NEGATIVE] = True
    kind = item.label if isinstance(item, SpanRecord) else NEGATIVE
    return {"type": kind, "start": item.start, "end": item.end, "id": number, "features": features}


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield a layer for each annotation set; offsets are in the unit that the document declares."""
    for found, line, position in objects(path):
        if isinstance(found, str):
            yield Read(Problem(file=path.name, line=line, what=found), line, position)
        else:
            for each in _layers(found, path.name, line):
                yield from each.reads(position) if isinstance(each, Draft) else [Read(each, line, position)]


def _layers(bdoc: Object, file: str, line: int | None) -> Iterator[Draft | Problem]:
    text, unit, name = bdoc.get("text"), bdoc.get("offset_type"), bdoc.get("name")
    problem = Problem(file=file, line=line, id=name if isinstance(name, str) and name else None, what="")
    if not isinstance(text, str):
        yield msgspec.structs.replace(problem, what="left out: it has no text")
        return
    if unit not in ("p", "j"):
        what = "left out: its offset_type does not say what its offsets count"
        yield msgspec.structs.replace(
            problem, what=what, expected="“p” (code points) or “j” (UTF-16)", found=repr(unit)
        )
        return
    sets = bdoc.get("annotation_sets")
    if sets is not None and not isinstance(sets, dict):
        yield msgspec.structs.replace(
            problem, what="its annotation sets were left out", expected="an object", found=type(sets).__name__
        )
    units = Utf16(text) if unit == "j" else None
    used = _used(bdoc)
    for key, each in (used or {"": {}}).items():
        draft = _about(Draft(text, file, line), bdoc, key)
        for item in _items(each):
            _add(draft, item, units)
        if not used:
            draft.layer.status = "unread"
        yield draft


def _used(bdoc: Object) -> Object:
    """Return the annotation sets that are somebody's: an empty default set beside others is how GATE says unused."""
    sets = _object(bdoc.get("annotation_sets"))
    ours = _object(_object(_object(bdoc.get("features")).get(KEY)).get("layers"))
    return {key: each for key, each in sets.items() if key or len(sets) == 1 or key in ours or _items(each)}


def _object(value: Any) -> Object:
    return value if isinstance(value, dict) else {}


def _items(annotation_set: Any) -> list[Any]:
    found = _object(annotation_set).get("annotations")
    return found if isinstance(found, list) else []


def _about(draft: Draft, bdoc: Object, key: str) -> Draft:
    """Say whose layer it is and what is known of the document."""
    features = dict(_object(bdoc.get("features")))
    ours = _object(features.pop(KEY, None))
    name = bdoc.get("name")
    draft.layer.document = name if isinstance(name, str) and name else None
    if key:
        draft.layer.annotator = AnnotatorRecord(name=key)
    draft.describe(ours.get("document"))
    draft.describe(_object(ours.get("layers")).get(key))
    known = ("text", "annotation_sets", "features", "offset_type", "name")
    draft.keep({**features, **{other: bdoc[other] for other in bdoc if other not in known}})
    return draft


def _add(draft: Draft, item: Any, units: Utf16 | None) -> None:
    label = item.get("type") if isinstance(item, dict) else None
    if not isinstance(label, str) or not label:
        draft.report("left out: an annotation without a type", item.get("id") if isinstance(item, dict) else None)
        return
    place = _place(draft, item, units)
    if place is None:
        return
    features = item.get("features")
    features = dict(features) if isinstance(features, dict) else {}
    uid = features.pop(ID, None)
    is_negative = label == NEGATIVE and features.pop(NEGATIVE, None) is True
    said = {key: value for key, value in features.items() if key != "id"}
    if "id" in features:
        draft.note("features left out: id", item.get("id"))
    draft.add(
        place,
        None if is_negative else label,
        said,
        uid=uid if isinstance(uid, str) else None,
        subject=item.get("id"),
    )


def _place(draft: Draft, item: Object, units: Utf16 | None) -> tuple[int, int] | None:
    start, end = item.get("start"), item.get("end")
    if units is None or type(start) is not int or type(end) is not int:
        return draft.place(start, end, item.get("id"))
    place = units.span(start, end)
    if place is None:
        draft.report("left out: its span is not one", item.get("id"), WHOLE_CHARACTERS, f"{start} to {end}")
    return place


FORMAT = Format(
    name="gate",
    title="GATE bdoc JSON",
    suffixes=(".bdocjs",),
    recognise=recognise,
    read=read,
    write=write,
    carries=EVERYTHING,
)
