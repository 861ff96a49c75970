"""Names of annotators that nobody can trace back: the same in every export of a project, different in another's.

A keyed hash (HMAC-SHA256), because plain hashes of names are found by trying names.
"""

import hmac

from annotator.records import AnnotatorRecord, LayerRecord, RelationRecord

AND = " + "  # between the names of several whose version an adjudicator took


class Pseudonyms:
    """Replaces names and whatever was derived from them, with a secret of the project that never leaves it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

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
        for negative in layer.negatives:
            negative.id = negative.id and self._hash(negative.id)
        layer.relations = [
            RelationRecord(type=each.type, source=self._hash(each.source), target=self._hash(each.target))
            for each in layer.relations
        ]
        return layer

    def name(self, name: str) -> str:
        """Return what stands for a name, whatever its case and spacing."""
        return f"annotator-{self._hash(' '.join(name.casefold().split()))[:12]}"

    def _hash(self, said: str) -> str:
        return hmac.digest(self._secret, said.encode(), "sha256").hex()[:32]
