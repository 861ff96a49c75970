"""Names of sources replaced in what goes out: in the text, with every position in it, and wherever else they stand."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import structs

from annotator import text as texts
from annotator.records import LayerRecord, NegativeRecord, PartRecord, SpanRecord, UserError, Zone
from annotator.text.names import Names, Replaced

_SEPARATORS = re.compile(r"[\W_]+")  # between the words of an address


class SourceNames:
    """Replaces names in layers. A span that begins or ends within a name grows to the whole of what replaces it."""

    def __init__(self, replacements: Mapping[str, str]) -> None:
        self._names = Names(replacements)
        self._text: str | None = None  # the last one: the layers of a document follow one another
        self._replaced = Replaced("", [])

    def applied(self, layer: LayerRecord) -> LayerRecord:
        """Replace the names in a layer, which is of another text then, with a hash of its own.

        Raises:
            UserError: what replaces names makes up a name with the words around it.

        """
        replaced = self._of(layer)
        new = texts.sha256(replaced.text)
        if layer.document in (None, layer.sha256) or self._is_named_in(layer.document):
            layer.document = new
        layer.text, layer.sha256 = replaced.text, new
        layer.zones = [Zone(each.kind, *replaced.span(each.start, each.end)) for each in layer.zones]
        for span in layer.spans:
            self._move(span, replaced)
            span.source, span.note = self._said(span.source), self._said(span.note)
            span.parts = [self._moved(part, replaced) for part in span.parts]
        for negative in layer.negatives:
            self._move(negative, replaced)
        layer.spans.sort(key=lambda span: (span.start, span.end))
        layer.negatives.sort(key=lambda negative: (negative.start, negative.end))
        url = None if self._is_named_in(layer.meta.url) else layer.meta.url
        said = {name: self._said(said) for name, said in structs.asdict(layer.meta).items()}
        layer.meta = structs.replace(layer.meta, **{**said, "url": url})
        layer.meta_json = self._in_json(layer.meta_json)
        layer.group = self._said(layer.group)
        return layer

    def in_words(self, said: str) -> str:
        """Return words, as a title, with the names in them replaced."""
        return self._names.replaced(said)

    def _of(self, layer: LayerRecord) -> Replaced:
        if layer.text != self._text:
            self._text = layer.text
            self._replaced = Replaced(layer.text, self._names.found(layer.text))
            if self._names.found(self._replaced.text):
                raise UserError(
                    f"In the article {layer.document or layer.sha256}, what replaces a name makes up another name of "
                    "the list. Nothing was written. Choose another replacement."
                )
        return self._replaced

    def _move(self, item: SpanRecord | NegativeRecord, replaced: Replaced) -> None:
        item.start, item.end = replaced.span(item.start, item.end)
        item.text = replaced.text[item.start : item.end]
        item.reason = self._said(item.reason)

    def _moved(self, part: PartRecord, replaced: Replaced) -> PartRecord:
        start, end = replaced.span(part.start, part.end)
        return PartRecord(role=part.role, start=start, end=end, text=replaced.text[start:end])

    def _said(self, said: str | None) -> str | None:
        return said and self._names.replaced(said)

    def _is_named_in(self, address: str | None) -> bool:
        """Whether an address or a file name says a name, as `/mayor-jane-doe-denies` does."""
        return bool(address) and bool(self._names.found(_SEPARATORS.sub(" ", unquote(address or ""))))

    def _in_json(self, meta_json: str) -> str:
        if meta_json == "{}":
            return meta_json
        said = msgspec.json.decode(meta_json)
        changed = self._in_value(said)
        return meta_json if changed == said else msgspec.json.encode(changed).decode()

    def _in_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return None if "://" in value and self._is_named_in(value) else self._names.replaced(value)
        if isinstance(value, dict):
            return {self._names.replaced(key): self._in_value(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._in_value(each) for each in value]
        return value
