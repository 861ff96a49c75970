"""Names of annotators and sources that nobody can trace back: the same in all exports of a project, other in another's.

A keyed hash (HMAC-SHA256), because plain hashes of names are found by trying names.
"""

import hmac
from collections.abc import Iterable
from typing import TypeVar

from annotator.records import AnnotatorRecord, LayerRecord, RelationRecord
from annotator.text.names import Names, fold

T = TypeVar("T", str, str | None)
AND = " + "  # between the names of several whose version an adjudicator took


class Pseudonyms:
    """Replaces names and whatever was derived from them, with a secret of the project that never leaves it.

    `annotators` are the names that are looked for in notes and reasons too.
    """

    def __init__(self, secret: bytes, annotators: Iterable[str] = ()) -> None:
        self._secret = secret
        self._real = {self.name(name): name for name in annotators}
        self._names = Names({name: pseudonym for pseudonym, name in self._real.items()})

    def applied(self, layer: LayerRecord) -> LayerRecord:
        """Give the layer's annotator, and those it refers to, their pseudonyms; ids too, which names go into."""
        if layer.annotator:
            name = self.name(layer.annotator.name)
            layer.annotator = AnnotatorRecord(
                id=self._hash(layer.annotator.id or name), name=name, kind=layer.annotator.kind
            )
        for span in layer.spans:
            span.id = span.id and self._hash(span.id)
            span.taken_from = span.taken_from and AND.join(map(self.name, span.taken_from.split(AND)))
            span.note, span.reason = self.in_words(span.note), self.in_words(span.reason)
        for negative in layer.negatives:
            negative.id = negative.id and self._hash(negative.id)
            negative.reason = self.in_words(negative.reason)
        layer.relations = [
            RelationRecord(type=each.type, source=self._hash(each.source), target=self._hash(each.target))
            for each in layer.relations
        ]
        return layer

    def name(self, name: str) -> str:
        """Return what stands for a name, whatever its case and spacing."""
        return f"annotator-{self._hash(fold(name))[:12]}"

    def real(self, pseudonym: str) -> str | None:
        """Return which of the annotators has a pseudonym."""
        return self._real.get(pseudonym)

    def source(self, name: str) -> str:
        """Return what stands for a source, whatever its case, spacing and composition."""
        return f"SRC-{self._hash(f'source {fold(name)}')[:12]}"

    def in_words(self, said: T) -> T:
        """Return words, as a note, with the names of the annotators in them replaced."""
        return self._names.replaced(said) if said else said

    def _hash(self, said: str) -> str:
        return hmac.digest(self._secret, said.encode(), "sha256").hex()[:32]
