"""What an export would write, lose and give away, found before anything is written."""

from collections import Counter
from contextlib import closing
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct, field

from annotator.exporters import (
    DEFAULT,
    KEPT_LOSSES,
    Cancelled,
    ExportCancelled,
    ExportOptions,
    Progress,
    select,
    target_of,
)
from annotator.losses import can_lose, losses
from annotator.records import Format, LayerRecord, Loss, NegativeRecord, SpanRecord
from annotator.selection import Counts
from annotator.store import Store, keys

SHOWN = 20_000  # characters of the first record


class Lost(Struct, kw_only=True):
    """Something that the format cannot carry, with the passage that it is about, if it is about one."""

    article: str
    annotator: str
    passage: str
    label: str
    what: str


class Leaving(Struct, kw_only=True):
    """What of the project would be in the hands of whoever gets the file."""

    articles: int = 0
    has_texts: bool = False
    has_metadata: bool = False
    annotators: set[str] = field(default_factory=set)  # by the names that are written
    are_pseudonyms: bool = False
    names_replaced: int = 0  # spellings of sources
    notes: int = 0
    sources: int = 0  # spans that name their source
    is_decrypted: bool = False  # the project is encrypted, and this is not


class Preview(Struct, kw_only=True):
    """What an export would come to."""

    counts: Counts
    leaving: Leaving
    first: str | None = None  # the first record as it would be written; none where nothing would be, or it is no text
    lost: dict[str, int] = field(default_factory=dict)  # how often each kind of loss
    note: str = ""  # what to know of the format
    left_out: int = 0  # annotations that would not be written at all
    losses: list[Lost] = field(default_factory=list)  # the first thousand


def look(
    store: Store,
    options: ExportOptions = DEFAULT,
    *,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> Preview:
    """Go through what an export would write, without writing it.

    Raises:
        UserError: the format or the annotator is not known, or something is not installed.
        ExportCancelled: `cancelled` said so.

    """
    target = target_of(options)
    loses = can_lose(target)
    counts, kinds = Counts(), Counter[str]()
    found = Preview(counts=counts, leaving=_leaving(store, target, options), note=target.note)
    done = 0
    with store.reading() as connection:
        selection = select(connection, options)
        with closing(selection.records(counts)) as records:
            for record in records:
                if cancelled():
                    raise ExportCancelled
                if record is None:
                    done += 1
                    progress(done, selection.total)
                    continue
                _add_leaving(found.leaving, target, record)
                for loss in losses(target, record) if loses else ():
                    kinds[loss.what] += 1
                    found.left_out += loss.lost != "detail"
                    if len(found.losses) < KEPT_LOSSES:
                        found.losses.append(_lost(loss, record))
                if counts.layers == 1:
                    found.first = first_record(target, record)
    found.leaving.articles = counts.documents
    found.lost = dict(kinds.most_common())
    return found


def first_record(target: Format, record: LayerRecord) -> str | None:
    """Return a record as a format writes it, cut where it is long; None where that is not text."""
    if target.write:
        out = BytesIO()
        target.write([record], out)
        return _as_text(out.getvalue())
    if target.write_folder is None:
        return None
    with TemporaryDirectory(prefix="source-annotator-") as name:
        folder = Path(name)
        target.write_folder([record], folder)
        files = sorted((file for file in folder.rglob("*") if file.is_file()), key=_records_first)
        texts = [(file.relative_to(folder).as_posix(), _as_text(file.read_bytes())) for file in files]
    shown = "\n\n".join(f"{file}\n\n{text}" for file, text in texts if text is not None)
    return shown or None


def _records_first(file: Path) -> tuple[int, str]:
    """Put files that lie deeper first: what describes all of them lies above them."""
    return -len(file.parts), file.as_posix()


def _as_text(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _leaving(store: Store, target: Format, options: ExportOptions) -> Leaving:
    return Leaving(
        has_texts=not options.without_text,
        has_metadata="metadata" in target.carries,
        are_pseudonyms=options.pseudonyms,
        names_replaced=len(options.names or ()),
        is_decrypted=keys.is_encrypted(store.path),
    )


def _add_leaving(leaving: Leaving, target: Format, record: LayerRecord) -> None:
    if "annotators" in target.carries and record.annotator:
        leaving.annotators.add(record.annotator.name)
    if "attributes" in target.carries:
        leaving.notes += sum(span.note is not None for span in record.spans)
        leaving.sources += sum(span.source is not None for span in record.spans)


def _lost(loss: Loss, record: LayerRecord) -> Lost:
    items: list[SpanRecord | NegativeRecord] = [*record.spans, *record.negatives]
    item = next((each for each in items if loss.id and each.id == loss.id), None)
    return Lost(
        article=record.meta.title or record.document or "",
        annotator=record.annotator.name if record.annotator else "",
        passage=record.text[item.start : item.end] if item else "",
        label=item.label if isinstance(item, SpanRecord) else "",
        what=loss.what,
    )
