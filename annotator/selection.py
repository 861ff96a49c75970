"""Which layers of a project an export takes, and what each becomes on its way out."""

from collections.abc import Callable, Generator, Mapping
from hashlib import sha256
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Connection

from annotator import hard_negatives, pseudonyms
from annotator.records import LayerRecord, UserError
from annotator.source_names import SourceNames
from annotator.store import revisions, streams
from annotator.store.past import Past

Status = Literal["finished", "all"]
Change = Callable[[LayerRecord], LayerRecord]

EACH, BEST, GOLD = "each", "best", "gold"


class Counts(Struct, kw_only=True):
    """What was taken, and what was left out for which reason."""

    documents: int = 0
    layers: int = 0
    spans: int = 0
    unfinished: int = 0  # layers
    undecided: int = 0  # documents with several finished layers and no gold, of which `best` takes none


class Selection:
    """The layers that are asked for, as records, as often as one reads them.

    `layer` is ``each``, ``best`` (one a document: gold, else its only finished human layer), ``gold`` or
    the name of an annotator. Unread layers are never taken. `secret` is the key of annotators' pseudonyms, if they are
    wanted; `names` are those of sources, and what replaces each.

    Raises:
        UserError: the project has no annotator of that name.

    """

    def __init__(
        self,
        connection: Connection,
        layer: str = EACH,
        status: Status = "finished",
        *,
        with_negatives: bool = False,
        secret: bytes | None = None,
        without_text: bool = False,
        names: Mapping[str, str] | None = None,
        as_of: int | None = None,
    ) -> None:
        annotators = streams.annotator_names(connection)
        self._pseudonyms = pseudonyms.Pseudonyms(secret, annotators) if secret is not None else None
        if self._pseudonyms:  # an export that is made again knows no other name
            layer = self._pseudonyms.real(layer) or layer
        if layer not in (EACH, BEST, GOLD) and layer not in annotators:
            raise UserError(f"This project has no annotator named “{layer}”.")
        self._connection = connection
        self._past = None if as_of is None else Past(connection, as_of)
        self._layer = layer
        self._names = SourceNames(names) if names else None
        self._status = status
        self._labels = streams.labels(connection)
        self._changes: list[Change] = []
        if with_negatives:
            self._changes.append(hard_negatives.added)
        if self._pseudonyms:
            self._changes.append(self._pseudonyms.applied)
        if without_text:
            self._changes.append(text_left_out)
        self.families = revisions.families(connection, as_of)
        self.total = streams.count_documents(connection)

    @property
    def layer_as_written(self) -> str:
        """What is said of `layer` in what goes out: of a name its pseudonym."""
        is_name = self._layer not in (EACH, BEST, GOLD)
        return self._pseudonyms.name(self._layer) if self._pseudonyms and is_name else self._layer

    def in_words(self, said: str) -> str:
        """Return words that go out beside the layers, as a title, without the names that are replaced."""
        said = self._names.in_words(said) if self._names else said
        return self._pseudonyms.in_words(said) if self._pseudonyms else said

    def records(self, counts: Counts, *, changed: bool = True) -> Generator[LayerRecord | None]:
        """Yield the records in the order of the project, and None after each document, for progress.

        `changed` is whether they are as they go out, or still as they are in the project, but for the names of
        sources: without those it is another text.
        """
        for document, layers in streams.layers(self._connection, self._past):
            chosen = choose(layers, self._layer, self._status, counts)
            if chosen:
                _refuse_damaged(document)
            for layer in chosen:
                record = streams.record(document, layer, self._labels)
                record.group = self.families.get(record.sha256 or "")
                if self._names:
                    record = self._names.applied(record)
                counts.layers += 1
                counts.spans += len(record.spans)
                for change in self._changes if changed else ():
                    record = change(record)
                yield record
            counts.documents += bool(chosen)
            yield None


def _refuse_damaged(document: tuple[Any, ...]) -> None:
    """Refuse a text that is not the one that was imported: every offset in it may be wrong."""
    if sha256(document[3].encode()).hexdigest() != document[2]:
        raise UserError(
            f"The text of article {document[0]} is not the one that was imported, so nothing was exported. "
            "`annotator check` says more; restore a backup, or export a repaired copy."
        )


def choose(layers: list[streams.Layer], layer: str, status: Status, counts: Counts) -> list[streams.Layer]:
    """Return which layers of one document are asked for, and count what is left out."""
    asked = [each for each in layers if each.status != "unread" and _is_asked(each, layer)]
    found = [each for each in asked if status == "all" or each.status == "finished"]
    counts.unfinished += len(asked) - len(found)
    if layer != BEST:
        return found
    gold = [each for each in found if each.annotator.kind == "gold"]
    human = [each for each in found if each.annotator.kind == "human" and each.status == "finished"]
    best = gold[:1] or human
    if len(best) > 1:
        counts.undecided += 1
        return []
    return best


def _is_asked(layer: streams.Layer, asked: str) -> bool:
    if asked in (EACH, BEST):
        return True
    return layer.annotator.kind == "gold" if asked == GOLD else layer.annotator.name == asked


def text_left_out(layer: LayerRecord) -> LayerRecord:
    """Take out of a layer what quotes its article: offsets, hash and URL remain, by which the text is found again."""
    for item in (*layer.spans, *layer.negatives):
        item.text = None  # type: ignore[attr-defined]
    for negative in layer.negatives:
        negative.reason = None
    for span in layer.spans:
        span.source = span.note = span.reason = None
        span.parts = [type(part)(role=part.role, start=part.start, end=part.end) for part in span.parts]
    layer.text, layer.meta_json = "", "{}"
    layer.meta = type(layer.meta)(outlet=layer.meta.outlet, url=layer.meta.url, published=layer.meta.published)
    return layer
