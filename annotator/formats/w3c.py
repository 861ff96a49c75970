"""W3C Web Annotation: an `AnnotationCollection` a layer, with the text that its positions are in."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import quote, unquote

import msgspec

from annotator import text
from annotator.formats.details import (
    Draft,
    Object,
    first_keys,
    objects,
    of_annotation,
    of_document,
    of_layer,
    qualified,
)
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

_CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"sa": "urn:source-annotator:"}]
_URN = "urn:source-annotator:"
_AROUND = 32  # code points of a prefix and a suffix
_MOST_PLACES = 1_000  # where a quotation is looked for before it says nothing about its place
_TYPES = ("Annotation", "AnnotationPage", "AnnotationCollection")
_TAGS = ("tagging", "classifying", "identifying")
_AGENTS = {"human": "Person", "model": "Software", "gold": "Organization"}

_encode = msgspec.json.Encoder().encode


def recognise(path: Path, beginning: bytes) -> bool:
    """Tell a Web Annotation by its context, or its target."""
    if b'"Annotation' not in beginning:
        return False
    keys = first_keys(path, beginning)
    return "type" in keys and bool(keys & {"target", "items", "first"})


# --- Writing ------------------------------------------------------------------------------------


def write(layers: Iterable[LayerRecord], out: BinaryIO) -> None:
    """Write an array of collections, one a line."""
    between = b"[\n"
    for layer in layers:
        out.write(between + _encode(_collection(layer)))
        between = b",\n"
    out.write(b"\n]\n" if between == b",\n" else b"[\n]\n")


def _collection(layer: LayerRecord) -> Object:
    digest = text.sha256(layer.text)
    source = {"id": layer.meta.url or f"urn:sha256:{digest}", "type": "Text", "format": "text/plain"}
    if layer.language:
        source["language"] = layer.language
    who = layer.annotator
    creator = _agent(who) if who else None
    items: list[SpanRecord | NegativeRecord] = [*layer.spans, *layer.negatives]
    name = f"{_URN}layer:{qualified(layer.text, layer.document, who.kind if who else '', who.name if who else '')}"
    annotations = [_annotation(item, layer.text, source["id"], creator, name, at) for at, item in enumerate(items)]
    return {
        "@context": _CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": who.name if who else layer.document or digest,
        **({"creator": creator} if creator else {}),
        "total": len(annotations),
        "sa:source": {**source, "value": layer.text},
        "sa:document": of_document(layer),
        "sa:layer": of_layer(layer),
        "first": {"id": f"{name}:page", "type": "AnnotationPage", "startIndex": 0, "items": annotations},
    }


def _agent(who: AnnotatorRecord) -> Object:
    return {"id": f"{_URN}annotator:{who.kind}:{quote(who.name, safe='')}", "type": _AGENTS[who.kind], "name": who.name}


def _annotation(
    item: SpanRecord | NegativeRecord, article: str, source: str, creator: Object | None, layer: str, ordinal: int
) -> Object:
    start, end = item.start, item.end
    said = of_annotation(item)
    uid = said.pop("id", None)
    selector = [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {
            "type": "TextQuoteSelector",
            "exact": article[start:end],
            "prefix": article[max(0, start - _AROUND) : start],
            "suffix": article[end : end + _AROUND],
        },
    ]
    body = []
    if isinstance(item, SpanRecord):
        body.append({"type": "TextualBody", "purpose": "tagging", "value": item.label})
        if item.note:
            body.append({"type": "TextualBody", "purpose": "commenting", "value": item.note})
    return {
        "id": f"{layer}:{ordinal}" if uid is None else f"{_URN}annotation:{quote(uid, safe='')}",
        "type": "Annotation",
        "motivation": "tagging" if body else "assessing",
        **({"creator": creator["id"]} if creator else {}),
        **({"body": body} if body else {}),
        "target": {"source": source, "selector": selector},
        "sa:details": {**said, **({} if body else {"negative": True})},
    }


# --- Reading ------------------------------------------------------------------------------------


class _Loose(NamedTuple):
    """An annotation outside a collection of ours."""

    annotation: Object
    line: int | None


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield a layer for each collection of ours, else for each creator's annotations of each source."""
    loose: list[_Loose] = []
    position = 0
    for found, line, position in objects(path):
        if isinstance(found, str):
            yield Read(Problem(file=path.name, line=line, what=found), line, position)
            continue
        article = _text_of(found.get("sa:source"))
        items, problem = _items(found)
        if problem:
            yield Read(Problem(file=path.name, line=line, id=_iri(found), what=problem), line, position)
        if article is None:
            loose += (_Loose(item, line) for item in items)
        else:
            yield from _layer(found, article, items, path.name, line).reads(position)
    for draft in _by_source_and_creator(loose, path.name):
        yield from draft.reads(position) if isinstance(draft, Draft) else [Read(draft, draft.line, position)]


def _items(found: Object) -> tuple[list[Object], str | None]:
    """Return the annotations of a collection, a page or an annotation, and what there is to say of it."""
    kinds = _listed(found.get("type"))
    if "Annotation" in kinds:
        return [found], None
    page = found.get("first") if "AnnotationCollection" in kinds else found
    if not isinstance(page, dict) or not any(kind in kinds for kind in _TYPES):
        return [], "left out: neither an annotation nor a page or a collection that holds its annotations"
    items = page.get("items")
    good = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    if len(good) < len(_listed(items)) or not isinstance(items, list):
        return good, "left out: items that are not annotations"
    return good, "its next pages are not in this file" if "next" in page else None


def _layer(found: Object, article: str, items: list[Object], file: str, line: int | None) -> Draft:
    draft = Draft(article, file, line)
    draft.layer.annotator = _creator(found)
    draft.describe(found.get("sa:document"))
    draft.describe(found.get("sa:layer"))
    for item in items:
        _add(draft, item)
    return draft


def _by_source_and_creator(loose: list[_Loose], file: str) -> Iterator[Draft | Problem]:
    texts: dict[str, str] = {}
    for annotation, _ in loose:
        for target in _listed(annotation.get("target")):
            article = _text_of(target.get("source")) if isinstance(target, dict) else None
            source = _source(target)
            if article is not None and source is not None:
                texts.setdefault(source, article)
    drafts: dict[tuple[str, AnnotatorRecord | None], Draft] = {}
    for annotation, line in loose:
        targets = _listed(annotation.get("target"))
        source = _source(targets[0]) if len(targets) == 1 else None
        if source is None or source not in texts:
            what = "left out: the text that it is about is not in this file"
            expected, name = "it in target.source.value", f"only the name {source!r}"[:200]
            yield Problem(file=file, line=line, id=_iri(annotation), what=what, expected=expected, found=name)
            continue
        who = _creator(annotation)
        if (source, who) not in drafts:
            draft = drafts[source, who] = Draft(texts[source], file)
            draft.layer.document, draft.layer.annotator = source, who
        _add(drafts[source, who], annotation)
    yield from drafts.values()


def _add(draft: Draft, annotation: Object) -> None:
    name = _iri(annotation)
    place = _place(draft, annotation, name)
    if place is None:
        return
    said = annotation.get("sa:details")
    said = dict(said) if isinstance(said, dict) else {}
    own = f"{_URN}annotation:"
    uid = unquote(name.removeprefix(own)) if name and name.startswith(own) else None
    if said.pop("negative", None) is True:
        draft.add(place, None, said, uid=uid, subject=name)
        return
    bodies = _bodies(annotation)
    tags = [value for purpose, value in bodies if purpose in _TAGS]
    notes = [value for purpose, value in bodies if purpose not in _TAGS]
    if notes and "note" not in said:
        said["note"] = "\n".join(notes)
    if not tags:
        draft.report("left out: it has no body that tags it", name)
    for tag in tags:
        draft.add(place, tag, said, uid=uid if len(tags) == 1 else None, subject=name)


def _bodies(annotation: Object) -> list[tuple[str, str]]:
    """Return the purpose and the value of each body."""
    found = []
    motivations = [each for each in _listed(annotation.get("motivation")) if isinstance(each, str)]
    for body in chain(_listed(annotation.get("body")), _listed(annotation.get("bodyValue"))):
        value: Any = body
        purpose: Any = None
        if isinstance(body, dict):
            value = body.get("value") or body.get("source") or body.get("id")
            purpose = next(iter(_listed(body.get("purpose"))), None)
        if isinstance(value, str) and value:
            found.append((str(purpose or (motivations[0] if motivations else "tagging")), value))
    return found


def _place(draft: Draft, annotation: Object, name: str | None) -> tuple[int, int] | None:
    """Return where an annotation is: by its position, where its quotation stands there, else by its quotation."""
    targets = _listed(annotation.get("target"))
    target = targets[0] if len(targets) == 1 and isinstance(targets[0], dict) else {}
    selectors = {str(each.get("type")): each for each in _listed(target.get("selector")) if isinstance(each, dict)}
    position = selectors.get("TextPositionSelector")
    quoted = selectors.get("TextQuoteSelector")
    start, end = (position.get("start"), position.get("end")) if position else (None, None)
    exact = quoted.get("exact") if quoted else None
    if not isinstance(exact, str) or not exact:
        if position is None:
            draft.report("left out: it has no TextPositionSelector and no TextQuoteSelector", name)
            return None
        return draft.place(start, end, name)
    article = draft.layer.text
    if type(start) is type(end) is int and 0 <= start < end and article[start:end] == exact:
        return start, end
    places = _places(article, exact, quoted or {})
    if len(places) != 1:
        found = f"its quotation {'nowhere' if not places else 'in several places'}"
        draft.report("left out: its place is not known", name, f"{exact[:60]!r} at {start} to {end}", found)
        return None
    if position is not None:
        draft.note(f"its position, {start} to {end}, did not fit; it was found by its quotation at {places[0]}", name)
    return places[0], places[0] + len(exact)


def _places(article: str, exact: str, quoted: Object) -> list[int]:
    """Return where a quotation stands, of several places those where what is around it fits."""
    places: list[int] = []
    at = article.find(exact)
    while at >= 0 and len(places) < _MOST_PLACES:
        places.append(at)
        at = article.find(exact, at + 1)
    if len(places) < 2:
        return places
    prefix, suffix = (each if isinstance(each := quoted.get(key), str) else "" for key in ("prefix", "suffix"))
    return [at for at in places if article.endswith(prefix, 0, at) and article.startswith(suffix, at + len(exact))]


def _creator(annotation: Object) -> AnnotatorRecord | None:
    who = next(iter(_listed(annotation.get("creator"))), None)
    if isinstance(who, str):
        return AnnotatorRecord(name=who) if who.strip() else None
    if not isinstance(who, dict):
        return None
    name = who.get("name") or who.get("nickname") or who.get("id")
    name = next(iter(_listed(name)), None)
    if not isinstance(name, str) or not name.strip():
        return None
    return AnnotatorRecord(name=name, kind="model" if "Software" in _listed(who.get("type")) else "human")


def _source(target: Any) -> str | None:
    source = target.get("source", target.get("id")) if isinstance(target, dict) else target
    if isinstance(source, dict):
        source = source.get("id") or (text.sha256(value) if (value := _text_of(source)) is not None else None)
    return source.partition("#")[0] if isinstance(source, str) else None


def _text_of(source: Any) -> str | None:
    value = source.get("value") if isinstance(source, dict) else None
    return value if isinstance(value, str) else None


def _iri(found: Object) -> str | None:
    name = found.get("id")
    return name if isinstance(name, str) else None


def _listed(value: Any) -> list[Any]:
    """Return what JSON-LD gives as one value or as a list of them."""
    return value if isinstance(value, list) else [] if value is None else [value]


FORMAT = Format(
    name="w3c",
    title="W3C Web Annotation",
    suffixes=(".jsonld",),
    recognise=recognise,
    read=read,
    write=write,
    carries=EVERYTHING,
)
