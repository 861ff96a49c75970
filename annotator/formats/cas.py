"""The two files of a UIMA CAS: JSON 0.4.0 and XMI. A CAS is a text and feature structures, each of a type, with values.

Offsets are as the files have them, UTF-16 units. In XMI every value is a string.
"""

import re
from typing import Any, NamedTuple
from xml.parsers import expat

import msgspec

DOCUMENT = "uima.tcas.DocumentAnnotation"
SPAN = "webanno.custom.Attribution"  # INCEpTION calls layers of a project webanno.custom.NAME
NEGATIVE = "webanno.custom.Negative"
LAYER = "webanno.custom.AnnotatorLayer"
_SOFA = "uima.cas.Sofa"
_VIEW = "uima.cas.View"
_INITIAL = "_InitialView"
_FEATURES = {
    SPAN: ("uima.tcas.Annotation", ("label", "identity", "source", "confidence", "note", "reason", "details")),
    NEGATIVE: ("uima.tcas.Annotation", ("kind", "reason", "details")),
    LAYER: ("uima.cas.TOP", ("details",)),
}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
_XMI = "http://www.omg.org/XMI"
_CHARACTERS = "characters"  # of the text, that XML has no way to write: where they are, and what

Object = dict[str, Any]


class Feature(NamedTuple):
    """A feature structure; references in `values` are ids."""

    type: str
    values: Object
    id: str = ""


class Cas(NamedTuple):
    """The text of the initial view, and the feature structures in its index."""

    text: str
    features: list[Feature]


class Refused(Exception):
    """A file that is not a CAS, or one that is refused; the text says why."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.line = line


def safe_json(value: Object) -> str:
    """Return JSON that XML can hold too: what XML forbids stands as an escape."""
    return _NOT_XML.sub(lambda found: f"\\u{ord(found.group()):04x}", msgspec.json.encode(value).decode())


def as_xml(value: str) -> str:
    """Return a string as XML can hold it, of the same length."""
    return _NOT_XML.sub("\ufffd", value)


# --- Writing ------------------------------------------------------------------------------------

_RESOURCE = "http://uima.apache.org/resourceSpecifier"
TYPE_SYSTEM = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<typeSystemDescription xmlns="{_RESOURCE}"><types>'
    + "".join(
        f"<typeDescription><name>{name}</name><description/><supertypeName>{parent}</supertypeName><features>"
        + "".join(
            f"<featureDescription><name>{feature}</name><description/>"
            "<rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>"
            for feature in features
        )
        + "</features></typeDescription>"
        for name, (parent, features) in _FEATURES.items()
    )
    + "</types></typeSystemDescription>\n"
).encode()

_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<xmi:XMI xmlns:xmi="{_XMI}" xmlns:cas="http:///uima/cas.ecore" '
    'xmlns:tcas="http:///uima/tcas.ecore" xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0">\n'
    '<cas:NULL xmi:id="0"/>\n'
)
_TYPES = {
    name: {
        "%NAME": name,
        "%SUPER_TYPE": parent,
        **{feature: {"%NAME": feature, "%RANGE": "uima.cas.String"} for feature in features},
    }
    for name, (parent, features) in _FEATURES.items()
}


def to_json(text: str, features: list[Feature]) -> bytes:
    """Return CAS JSON with its types."""
    sofa = {"%ID": 1, "%TYPE": _SOFA, "sofaNum": 1, "sofaID": _INITIAL, "mimeType": "text/plain", "sofaString": text}
    structures = [
        {"%ID": number, "%TYPE": feature.type, **({"@sofa": 1} if "begin" in feature.values else {}), **feature.values}
        for number, feature in enumerate(features, 2)
    ]
    view = {"%SOFA": 1, "%MEMBERS": [each["%ID"] for each in structures]}
    return msgspec.json.encode(
        {"%TYPES": _TYPES, "%FEATURE_STRUCTURES": [sofa, *structures], "%VIEWS": {_INITIAL: view}}
    )


def to_xmi(text: str, features: list[Feature]) -> bytes:
    """Return CAS XMI; characters that XML cannot hold are U+FFFD in it, and named beside."""
    lost = {str(found.start()): ord(found.group()) for found in _NOT_XML.finditer(text)}
    if lost:
        features = [*features, Feature(LAYER, {"details": safe_json({_CHARACTERS: lost})})]
    parts = [_HEAD]
    for number, feature in enumerate(features, 2):
        package, name = feature.type.split(".")[-2:]
        sofa = ' sofa="1"' if "begin" in feature.values else ""
        values = "".join(f" {key}={_attribute(value)}" for key, value in feature.values.items())
        parts.append(f'<{package}:{name} xmi:id="{number}"{sofa}{values}/>\n')
    parts.append(
        f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="{_INITIAL}" mimeType="text/plain" sofaString={_attribute(text)}/>\n'
        f'<cas:View sofa="1" members="{" ".join(map(str, range(2, len(features) + 2)))}"/>\n</xmi:XMI>\n'
    )
    return "".join(parts).encode()


def _attribute(value: Any) -> str:
    return f'"{as_xml(str(value)).translate(_ESCAPED)}"'


# --- Reading ------------------------------------------------------------------------------------


def parse(data: bytes) -> Cas:
    """Return the CAS in a file of either kind.

    Raises:
        Refused: it is not one, or declares a document type.
        msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is broken JSON.

    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _indexed(_from_json(data))
    return _restored(_indexed(_from_xmi(data)))


class _Raw(NamedTuple):
    structures: list[Feature]  # sofas among them; `sofa` is among the values
    members: set[str] | None  # of the views; None where there are no views


def _indexed(raw: _Raw) -> Cas:
    sofas = [feature for feature in raw.structures if feature.type == _SOFA]
    with_text = [sofa for sofa in sofas if isinstance(sofa.values.get("sofaString"), str)]
    initial = [sofa for sofa in with_text if sofa.values.get("sofaID") == _INITIAL]
    if not with_text:
        raise Refused("no text in it: a CAS has it in the sofaString of its Sofa")
    sofa = (initial or with_text)[0]
    found = []
    for feature in raw.structures:
        is_member = raw.members is None or feature.id in raw.members
        if feature.type != _SOFA and is_member and feature.values.get("sofa", sofa.id) == sofa.id:
            found.append(
                feature._replace(values={key: value for key, value in feature.values.items() if key != "sofa"})
            )
    return Cas(sofa.values["sofaString"], found)


def _restored(found: Cas) -> Cas:
    """Put characters back that XML has no way to write."""
    text = list(found.text)
    features = []
    for feature in found.features:
        details = feature.values.get("details") if feature.type == LAYER else None
        if isinstance(details, str) and details.startswith(f'{{"{_CHARACTERS}":'):
            try:
                lost = msgspec.json.decode(details, type=dict[str, dict[int, int]])[_CHARACTERS]
            except msgspec.DecodeError:
                lost = {}
            for at, code in lost.items():
                if 0 <= at < len(text) and text[at] == "\ufffd" and 0 <= code < 0x110000 and _NOT_XML.match(chr(code)):
                    text[at] = chr(code)
        else:
            features.append(feature)
    return Cas("".join(text), features)


def _from_json(data: bytes) -> _Raw:
    raw = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=Object)
    found = raw.get("%FEATURE_STRUCTURES")
    listed = (
        [{**each, "%ID": key} for key, each in found.items() if isinstance(each, dict)]
        if isinstance(found, dict)
        else found
    )
    if not isinstance(listed, list):
        raise Refused("not a CAS: it has no %FEATURE_STRUCTURES")
    structures = [
        Feature(
            each["%TYPE"],
            {key.lstrip("@#^"): _value(key, value) for key, value in each.items() if not key.startswith("%")},
            str(each.get("%ID")),
        )
        for each in listed
        if isinstance(each, dict) and isinstance(each.get("%TYPE"), str)
    ]
    views = raw.get("%VIEWS")
    if not isinstance(views, dict):
        return _Raw(structures, None)
    indexes = [view.get("%MEMBERS") for view in views.values() if isinstance(view, dict)]
    return _Raw(structures, {str(member) for index in indexes if isinstance(index, list) for member in index})


def _value(key: str, value: Any) -> Any:
    return str(value) if key.startswith("@") and value is not None else value


def _from_xmi(data: bytes) -> _Raw:
    """Read XMI, all of whose content is in attributes of the children of its root."""
    structures: list[Feature] = []
    members: set[str] = set()
    depth, views = 0, 0

    def refuse(*_arguments: Any) -> None:
        raise Refused("refused: it declares a document type (DOCTYPE), which no CAS has", parser.CurrentLineNumber)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, views
        depth += 1
        if depth == 1 and tag != f"{_XMI} XMI":
            raise Refused(f"not a CAS: its root is {tag[:60]!r}", parser.CurrentLineNumber)
        if depth != 2:
            return
        name = _type(tag)
        if name == _VIEW:
            views += 1
            members.update(attributes.get("members", "").split())
            return
        values: Object = {key: value for key, value in attributes.items() if " " not in key}
        structures.append(Feature(name, values, attributes.get(f"{_XMI} id", "")))

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refused(f"not valid XML ({expat.ErrorString(error.code)})", error.lineno) from error
    except (ValueError, LookupError) as error:
        raise Refused(f"not XML in an encoding that can be read ({error})") from error
    return _Raw(structures, members if views else None)


def _type(tag: str) -> str:
    """Return a type's name: `http:///webanno/custom.ecore Attribution` is `webanno.custom.Attribution`."""
    namespace, _, name = tag.rpartition(" ")
    package = namespace.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    return name if package in ("", "uima.noNamespace") else f"{package}.{name}"
