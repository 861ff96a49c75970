"""Label Studio JSON and JSON-MIN: a list of tasks, each with its annotations and predictions.

Positions count UTF-16 units where the browser made them, code points where Python did; the text that a
region quotes tells which. A task is read at a time, however long the list.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs

from annotator.formats import json_stream
from annotator.formats.extension import (
    KEY,
    META,
    Extension,
    Remarks,
    extension,
    is_begun,
    layer_record,
    read_extension,
)
from annotator.formats.label_studio_results import Link, Region, read_result, result
from annotator.formats.units import OPTION, Units
from annotator.records import (
    EVERYTHING,
    NO_OPTIONS,
    AnnotatorRecord,
    Format,
    Kind,
    LayerRecord,
    Options,
    Problem,
    Read,
)

_encode = msgspec.json.Encoder().encode
_LAYERS = ("annotations", "completions", "predictions")
_MIN_KEYS = {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"}
_OF_DATA = {"text", "document", KEY}


def recognise(path: Path, beginning: bytes) -> bool:
    """Tell a task by its data, or a row of JSON-MIN by regions beside the text."""
    if not beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{")):
        return False
    task = json_stream.first_object(json_stream.elements(path))
    return isinstance(task.get("data"), dict) or _is_min(task)


def _is_min(task: dict[str, Any]) -> bool:
    return isinstance(task.get("text"), str) and ("annotation_id" in task or any(map(_is_regions, task.values())))


def _is_regions(value: Any) -> bool:
    """Whether a value of a row of JSON-MIN is a list of labelled regions."""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and "start" in first and "end" in first and ("labels" in first or "text" in first)


def read(path: Path, options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the layer of every annotation and prediction; of a task without any, or one skipped, the document."""
    unit = options.get("units", "auto")
    for found, line, position in json_stream.elements(path):
        if isinstance(found, Problem):
            yield Read(found, line, position)
            continue
        name = found.get("id")
        remarks = Remarks(path.name, line, f"task {name}" if isinstance(name, int | str) else None)
        layers = list(_layers(found if isinstance(found.get("data"), dict) else _unfolded(found), unit, remarks))
        yield from (Read(problem, line, position) for problem in remarks.problems)
        yield from (Read(layer, line, position) for layer in layers)


def _unfolded(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of JSON-MIN as the task that it came from."""
    result = [
        {"value": region, "type": "labels", "from_name": key}
        for key, value in row.items()
        if _is_regions(value)
        for region in value
    ]
    data = {key: value for key, value in row.items() if key not in _MIN_KEYS and not _is_regions(value)}
    annotation = {"id": row.get("annotation_id"), "completed_by": row.get("annotator"), "result": result}
    is_annotated = result or "annotation_id" in row
    return {"id": row.get("id"), "data": data, "annotations": [annotation] if is_annotated else []}


def _layers(task: dict[str, Any], unit: str, remarks: Remarks) -> Iterator[LayerRecord]:
    data = task["data"]
    key = _text_key(data)
    if key is None:
        remarks.left_out("left out: a task without a text", "“text”, or another string, in its data", sorted(data))
        return
    if key != "text":
        remarks.note(f"its text is “{key}”, the longest string of its data")
    text = data[key]
    meta = {name: value for name, value in data.items() if name not in _OF_DATA and name != key}
    if task.get("meta"):
        meta["meta"] = task["meta"]
    if task.get("drafts"):
        remarks.note("drafts, which nobody submitted, are not taken")
    described = _Described(data.get(KEY), remarks)
    name = _document(task)
    count = 0
    for kind in _LAYERS:
        for each in _list(task.get(kind)):
            if not isinstance(each, dict):
                remarks.left_out(f"left out: one of its {kind}", "an object", each)
            elif each.get("was_cancelled"):
                remarks.note("an annotation that was skipped in Label Studio is not taken")
            else:
                count += 1
                who = _model(each) if kind == "predictions" else _person(each)
                spans, links = read_result(each, text, unit, remarks, is_ours=described.is_any)
                said = described.take(each, who)
                yield layer_record(text, spans, said, links=links, meta=meta, document=name, annotator=who)
    if not count:
        yield layer_record(text, [], described.document(), meta=meta, document=name)


def _document(task: dict[str, Any]) -> str | None:
    """Return the id of a document: ours, or that of a task that we did not write."""
    own, number = task["data"].get("document"), task.get("id")
    if isinstance(own, str):
        return own
    return str(number) if isinstance(number, int | str) and KEY not in task["data"] else None


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text_key(data: dict[str, Any]) -> str | None:
    """Return where the text stands: the labelling configuration, which would tell, is not in the file."""
    if isinstance(data.get("text"), str):
        return "text"
    strings = [key for key, value in data.items() if isinstance(value, str) and key != "document"]
    return max(strings, key=lambda key: len(data[key]), default=None)


def _person(annotation: dict[str, Any]) -> AnnotatorRecord | None:
    who = annotation.get("completed_by")
    if isinstance(who, dict):
        who = who.get("email") or who.get("username") or who.get("id")
    if type(who) is int:
        who = f"user {who}"
    kind: Kind = "gold" if annotation.get("ground_truth") is True else "human"
    return AnnotatorRecord(name=who, kind=kind) if isinstance(who, str) else None


def _model(prediction: dict[str, Any]) -> AnnotatorRecord:
    version = prediction.get("model_version")
    return AnnotatorRecord(name=version if isinstance(version, str) and version else "model", kind="model")


class _Described:
    """What a task's data carries of ours: an extension a layer, found by the annotation's id or the model's name."""

    def __init__(self, raw: Any, remarks: Remarks) -> None:
        self._left = [
            (each.pop("annotation", None) if isinstance(each, dict) else None, read_extension(each, remarks))
            for each in _list(raw)
        ]
        self._all = [said for _, said in self._left]

    @property
    def is_any(self) -> bool:
        """Whether there is something of ours: then we wrote the file."""
        return bool(self._all)

    def take(self, annotation: dict[str, Any], who: AnnotatorRecord | None) -> Extension:
        """Return what describes an annotation or prediction, once."""
        number = annotation.get("import_id", annotation.get("id"))  # the id that it was imported with
        is_model = who is not None and who.kind == "model"
        for index, (own, said) in enumerate(self._left):
            model = said.annotator.name if said.annotator and said.annotator.kind == "model" else None
            if (is_model and who and model == who.name) or (not is_model and own is not None and own == number):
                del self._left[index]
                return said
        return self.document()

    def document(self) -> Extension:
        """Return only what describes the document."""
        if not self._all:
            return Extension()
        first = self._all[0]
        return Extension(sha256=first.sha256, language=first.language, meta_json=first.meta_json, zones=first.zones)


class _Layer(Extension, omit_defaults=True, kw_only=True):
    """What describes a layer, and the id of its annotation, which Label Studio gives back as `import_id`."""

    annotation: int | None = None


class _Data(Struct):
    text: str
    document: str | None
    title: str | None
    outlet: str | None
    byline: str | None
    url: str | None
    published: str | None
    source_annotator: list[_Layer]


class _Annotation(Struct):
    id: int
    result: list[Region | Link]
    was_cancelled: bool
    ground_truth: bool


class _Prediction(Struct):
    model_version: str
    result: list[Region | Link]
    score: float | UnsetType = UNSET


class _Task(Struct):
    """A task as Label Studio imports it.

    `completed_by` is left out on purpose: Label Studio refuses a file that names anybody who is not a member of
    the project, and takes who imports it where nobody is named. Names are in the task's data.
    """

    id: int
    data: _Data
    annotations: list[_Annotation]
    predictions: list[_Prediction]


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write a list with one task a document, positions in UTF-16 units; a model's layers are predictions."""
    separator = b"[\n"
    annotations = 0
    for number, (_, of_document) in enumerate(groupby(layers, lambda layer: layer.text), 1):
        task = _task(number, annotations, list(of_document))
        annotations += len(task.annotations)
        out.write(separator)
        out.write(_encode(task))
        separator = b",\n"
    out.write(b"[]\n" if separator == b"[\n" else b"\n]\n")


def _task(number: int, annotations: int, layers: list[LayerRecord]) -> _Task:
    first = layers[0]
    meta = {key: getattr(first.meta, key) for key in META}
    task = _Task(number, _Data(first.text, first.document, **meta, source_annotator=[]), [], [])
    units = Units(first.text)
    for layer in layers:
        annotation = None
        who = layer.annotator
        if who and who.kind == "model":
            task.predictions.append(_Prediction(who.name, result(layer, units)))
        elif is_begun(layer):
            annotation = annotations + len(task.annotations) + 1
            is_gold = who is not None and who.kind == "gold"
            task.annotations.append(_Annotation(annotation, result(layer, units), False, is_gold))
        said = structs.asdict(extension(layer, with_meta=False))
        task.data.source_annotator.append(_Layer(**said, annotation=annotation))
    return task


FORMAT = Format(
    name="label-studio",
    title="Label Studio JSON",
    suffixes=(".json",),
    recognise=recognise,
    read=read,
    write=write,
    carries=EVERYTHING,
    options=(OPTION,),
)
