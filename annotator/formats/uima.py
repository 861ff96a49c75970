"""UIMA CAS, as INCEpTION and dkpro-cassis have it: JSON 0.4.0 and XMI, a CAS a layer, in a zip as INCEpTION exports.

A CAS is plain enough to be read and written without its library, which is the oracle of the tests instead:
it would shift an offset that does not fit without a word. Offsets count UTF-16 units.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from annotator import text
from annotator.formats import cas
from annotator.formats.archives import is_zip, members
from annotator.formats.details import (
    UNREADABLE,
    WHOLE,
    WHOLE_CHARACTERS,
    Draft,
    Object,
    Utf16,
    file_name,
    of_annotation,
    of_document,
    of_layer,
    qualified,
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

_SHOWN = ("identity", "source", "confidence", "note", "kind", "reason")  # features that INCEpTION can show
_LABELS = ("label", "value", "category")  # features that may be the label of a custom layer
_NOT_SPANS = (
    "uima.",
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.",
    "org.dkpro.core.api.pdf.",
    "org.dkpro.core.api.xml.",
)  # what INCEpTION makes of every document by itself
_PROJECT = ("annotation", "curation")  # folders of a project export
_UNTOUCHED = "INITIAL_CAS"  # the document as it was before anybody annotated it


def _recognise(is_one: Callable[[bytes], bool]) -> Callable[[Path, bytes], bool]:
    def recognise(path: Path, beginning: bytes) -> bool:
        if is_zip(beginning):
            first = next(members(path, _is_wanted), None)
            return first is not None and isinstance(first.data, bytes) and is_one(first.data)
        return is_one(beginning)

    return recognise


def _is_json(data: bytes) -> bool:
    begins = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    return begins and any(key in data for key in (b'"%TYPES"', b'"%FEATURE_STRUCTURES"', b'"%VIEWS"'))


def _is_xmi(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"http://www.omg.org/XMI" in data


# --- Writing ------------------------------------------------------------------------------------


def write_json(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write a zip of CAS JSON, each with its types."""
    _write(layers, out, ".json", cas.to_json)


def write_xmi(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write a zip of CAS XMI, and the type system that they share."""
    _write(layers, out, ".xmi", cas.to_xmi, {"TypeSystem.xml": cas.TYPE_SYSTEM})


def _write(
    layers: Iterable[LayerRecord],
    out: BinaryIO,
    suffix: str,
    serialise: Callable[[str, list[cas.Feature]], bytes],
    beside: dict[str, bytes] | None = None,
) -> None:
    folders: set[str] = set()
    last: tuple[str, str | None] | None = None
    folder, files = "", set[str]()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in (beside or {}).items():
            archive.writestr(_member(name), data)
        for layer in layers:
            if last != (layer.text, layer.document):
                last = layer.text, layer.document
                folder, files = file_name(layer.document or text.sha256(layer.text), folders), set()
            who = file_name(layer.annotator.name if layer.annotator else _UNTOUCHED, files)
            archive.writestr(_member(f"annotation/{folder}/{who}{suffix}"), serialise(layer.text, _features(layer)))


def _member(name: str) -> ZipInfo:
    """Return an entry without a clock, so that the same layers are the same bytes."""
    member = ZipInfo(name)
    member.compress_type = ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    member.create_system = 3
    return member


def _features(layer: LayerRecord) -> list[cas.Feature]:
    items: list[SpanRecord | NegativeRecord] = [*layer.spans, *layer.negatives]
    units = Utf16(layer.text)
    whole = {"begin": 0, "end": units.of(len(layer.text)), "language": layer.language or "x-unspecified"}
    about = {"document": of_document(layer), "layer": of_layer(layer)}
    return [
        cas.Feature(cas.DOCUMENT, whole),
        cas.Feature(cas.LAYER, {"details": cas.safe_json(about)}),
        *(_feature(item, units) for item in items),
    ]


def _feature(item: SpanRecord | NegativeRecord, units: Utf16) -> cas.Feature:
    said = of_annotation(item)
    shown: Object = {name: said[name] for name in _SHOWN if name in said}
    place: Object = {"begin": units.of(item.start), "end": units.of(item.end)}
    if isinstance(item, NegativeRecord):
        return cas.Feature(cas.NEGATIVE, {**place, **shown, "details": cas.safe_json(said)})
    shown.pop("kind", None)
    return cas.Feature(
        cas.SPAN, {**place, "label": item.label, **shown, "details": cas.safe_json({"label": item.label, **said})}
    )


# --- Reading ------------------------------------------------------------------------------------


class _Origin(NamedTuple):
    """What the name of a CAS says: which document it is of, and who annotated it."""

    document: str
    annotator: AnnotatorRecord | None = None
    is_untouched: bool = False


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the layer of a CAS, or of every CAS in a zip, also in a project export of INCEpTION."""
    with path.open("rb") as file:
        is_archive = is_zip(file.read(4))
    if not is_archive:
        if path.stat().st_size > WHOLE:
            yield Read(Problem(file=path.name, what=f"larger than {WHOLE >> 20} MB, which no CAS is read of"))
            return
        data = path.read_bytes()
        yield from _read(data, path.name, _Origin(path.stem), len(data))
        return
    is_empty = True
    for name, content, position in members(path, _is_wanted):
        where = f"{path.name}, {name}"
        is_empty = False
        if isinstance(content, str):
            yield Read(Problem(file=where, what=content), None, position)
        else:
            yield from _read(content, where, _origin(name), position)
    if is_empty:
        yield Read(Problem(file=path.name, what="no CAS in this zip", expected="files .json or .xmi", found="none"))


def _is_wanted(name: str) -> bool:
    """Whether a member of a zip is a CAS: of a project export, those of annotators and curators."""
    path = PurePosixPath(name)
    if path.suffix.lower() not in (".json", ".xmi") or path.name.startswith("exportedproject"):
        return False
    return len(path.parts) == 1 or path.parts[0] not in ("source", "kb", "log", "annotation_ser", "curation_ser")


def _origin(name: str) -> _Origin:
    path = PurePosixPath(name)
    if len(path.parts) < 3 or path.parts[0] not in _PROJECT:
        return _Origin(path.stem)
    if path.stem.startswith(_UNTOUCHED):
        return _Origin(path.parts[1], is_untouched=True)
    who = AnnotatorRecord(name=path.stem, kind="gold" if path.parts[0] == "curation" else "human")
    return _Origin(path.parts[1], who)


def _read(data: bytes, where: str, origin: _Origin, position: int) -> Iterator[Read]:
    try:
        found = cas.parse(data)
    except cas.Refused as error:
        yield Read(Problem(file=where, line=error.line, what=str(error)), error.line, position)
        return
    except UNREADABLE as error:
        yield Read(Problem(file=where, what=f"not valid JSON ({error})"), None, position)
        return
    draft = Draft(found.text, where)
    draft.layer.document = origin.document
    draft.layer.annotator = origin.annotator
    if origin.is_untouched:
        draft.layer.status = "unread"
    for feature in found.features:
        _describe(draft, feature)
    _fill(draft, found)
    yield from draft.reads(position)


def _describe(draft: Draft, feature: cas.Feature) -> None:
    """Take what a feature structure says of the document or of the layer."""
    if feature.type == cas.LAYER:
        about = _details(draft, feature)
        draft.layer.annotator = draft.layer.status = None  # this one knows better than a file's name
        draft.describe(about.get("document"))
        draft.describe(about.get("layer"))
    elif feature.type.endswith(".DocumentMetaData"):
        draft.keep({key: feature.values[key] for key in ("documentTitle", "documentId") if key in feature.values})
    if feature.type == cas.DOCUMENT or feature.type.endswith(".DocumentMetaData"):
        language = feature.values.get("language")
        if draft.layer.language is None and isinstance(language, str) and language != "x-unspecified":
            draft.layer.language = language


def _fill(draft: Draft, found: cas.Cas) -> None:
    units = Utf16(found.text)
    links = [feature for feature in found.features if _is_link(feature)]
    ends = {end for link in links for end in (link.values["Governor"], link.values["Dependent"])}
    ids = {end: qualified(found.text, draft.layer.annotator, draft.layer.document, end) for end in ends}
    spans = [feature for feature in found.features if _is_span(feature)]
    kept = {feature.id for feature in spans if _add(draft, feature, units, ids.get(feature.id))}
    for link in links:
        source, target = link.values["Governor"], link.values["Dependent"]
        if source in kept and target in kept:
            draft.relate(_label(link), ids[source], ids[target])
        else:
            draft.report("a relation was left out: it joins something that is not here", link.id)


def _is_span(feature: cas.Feature) -> bool:
    return "begin" in feature.values and not feature.type.startswith(_NOT_SPANS) and not _is_link(feature)


def _is_link(feature: cas.Feature) -> bool:
    return all(isinstance(feature.values.get(end), str) for end in ("Governor", "Dependent"))


def _label(feature: cas.Feature) -> str:
    values = (feature.values.get(name) for name in _LABELS)
    return next((value for value in values if isinstance(value, str) and value), feature.type.rpartition(".")[2])


def _add(draft: Draft, feature: cas.Feature, units: Utf16, uid: str | None) -> bool:
    begin, end = (_number(feature.values.get(name)) for name in ("begin", "end"))
    place = units.span(begin, end) if begin is not None and end is not None else None
    if place is None:
        found = f"{feature.values.get('begin')} to {feature.values.get('end')}"[:80]
        draft.report("left out: its span is not one", feature.id, WHOLE_CHARACTERS, found)
        return False
    if feature.type in (cas.SPAN, cas.NEGATIVE) and "details" in feature.values:
        said = _details(draft, feature)
        own = said.pop("id", None)
        label = said.pop("label", None)
        label = (
            label if isinstance(label, str) and cas.as_xml(label) == feature.values.get("label") else _label(feature)
        )
        _overwrite(said, feature)
        uid = own if isinstance(own, str) else uid
        draft.add(place, None if feature.type == cas.NEGATIVE else label, said, uid=uid, subject=feature.id)
        return True
    known = ("begin", "end", *_LABELS)
    said = {key: value for key, value in feature.values.items() if key not in known}
    draft.add(place, _label(feature), said, uid=uid, subject=feature.id)
    return True


def _overwrite(said: Object, feature: cas.Feature) -> None:
    """Take a feature that was changed in another program since we wrote it beside its details."""
    for name in _SHOWN:
        ours, theirs = said.get(name), feature.values.get(name)
        if theirs != (cas.as_xml(ours) if isinstance(ours, str) else ours):
            said[name] = theirs


def _details(draft: Draft, feature: cas.Feature) -> Object:
    try:
        found: Object = msgspec.json.decode(feature.values.get("details", ""), type=Object)
    except (*UNREADABLE, TypeError) as error:
        draft.report(f"its details were left out: not a JSON object ({error})", feature.id)
        return {}
    return found


def _number(value: Any) -> int | None:
    if type(value) is int:
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12 else None


JSON = Format(
    name="uima-json",
    title="UIMA CAS JSON (INCEpTION)",
    suffixes=(".zip",),
    recognise=_recognise(_is_json),
    read=read,
    write=write_json,
    carries=EVERYTHING,
    is_isolated=True,
)
XMI = Format(
    name="uima-xmi",
    title="UIMA CAS XMI (INCEpTION)",
    suffixes=(".zip", ".xmi"),
    recognise=_recognise(_is_xmi),
    read=read,
    write=write_xmi,
    carries=EVERYTHING,
    is_isolated=True,
)
