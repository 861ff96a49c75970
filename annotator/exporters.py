"""Write a project's layers out: choose them, say what the format loses, write, read back, put in place."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from itertools import chain
from os.path import relpath
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import field, structs
from sqlalchemy import Connection

from annotator import dataset_card, provenance, splits
from annotator.export_options import DEFAULT as DEFAULT
from annotator.export_options import ExportOptions as ExportOptions
from annotator.formats import FORMATS, WRITABLE, huggingface, require
from annotator.losses import can_lose, losses
from annotator.plural import count
from annotator.records import Format, LayerRecord, Loss, UserError
from annotator.selection import BEST, EACH, GOLD, Counts, Selection
from annotator.selection import Status as Status
from annotator.store import Store, identity
from annotator.writing import explained, file_in_place, folder_in_place, write_checked

__all__ = ["BEST", "EACH", "GOLD", "ExportCancelled", "ExportRefused", "Report", "export"]

Progress = Callable[[int, int], None]  # documents done, of how many
Cancelled = Callable[[], bool]
Accept = Callable[[list[provenance.ExportedFile]], None]

KEPT_LOSSES = 1_000
TEXT_FREE = "jsonl"  # the format that can be written without its texts


class Report(Counts, kw_only=True):
    """What an export wrote, what it left out, and what its format could not carry."""

    path: str
    lost: dict[str, int] = field(default_factory=dict)  # how often each kind of loss
    losses: list[Loss] = field(default_factory=list)  # the first thousand; all are in the file beside the export
    split: splits.Report | None = None

    def __str__(self) -> str:
        said = [f"{count(self.layers, 'layer')} with {count(self.spans, 'span')} written to {self.path}"]
        if self.unfinished:
            said.append(f"{count(self.unfinished, 'unfinished layer')} left out (--status all takes them too)")
        if self.undecided:
            said.append(f"{count(self.undecided, 'document')} left out: several finished layers and no gold")
        if self.lost:
            said.append("lost: " + ", ".join(f"{number:,} x {what}" for what, number in self.lost.items()))
        return "; ".join(said) + "."


class ExportCancelled(UserError):
    """Somebody stopped the export."""

    def __init__(self) -> None:
        super().__init__("The export was cancelled. Nothing was written.")


class ExportRefused(UserError):
    """A strict export would lose something, so nothing was written."""

    def __init__(self, report: Report) -> None:
        number = sum(report.lost.values())
        super().__init__(f"Nothing was written: the export is strict, and {count(number, 'thing')} would be lost.")
        self.report = report


def export(
    store: Store,
    path: Path,
    options: ExportOptions = DEFAULT,
    *,
    as_of: int | None = None,
    accept: Accept = lambda _files: None,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> Report:
    """Write layers to `path`, a file; or a folder, where the format or a split makes several files or one is there.

    Beside the file, or in the folder, `export.json` says how it was made, and `losses.json` what was lost;
    in a folder, or where it is asked for, a README what is in it.
    `as_of` is the number of an edit: then the layers are written as they were after it. `accept` may
    refuse what was written, by an error, before it takes its place.

    Raises:
        UserError: the format or the annotator is not known, or the target cannot be written.
        ExportRefused: strict, and something would be lost.
        ExportCancelled: `cancelled` said so. In each case what stood there stays as it was.

    """
    target = target_of(options)
    if path.is_dir() and not is_folder(options, target):
        options = structs.replace(options, folder=True)
    if path.name in ("", ".."):
        path = path.resolve()
    if path.exists() and store.path.exists() and path.samefile(store.path):
        raise UserError(f"{path} is the project itself. Choose another name for the export.")
    with store.reading() as connection, explained(path):
        project = identity.project(connection)
        selection = select(connection, options, as_of)
        last_edit = identity.last_edit(connection) if as_of is None else as_of
        made_of = _MadeOf(project, identity.guidelines(connection), store.path, last_edit, options, target)
        return _Export(path, made_of, selection, _Hooks(progress, cancelled, accept)).run()


def select(connection: Connection, options: ExportOptions, as_of: int | None = None) -> Selection:
    """Return the layers that are asked for, as they go out.

    Raises:
        UserError: the annotator is not known.

    """
    return Selection(
        connection,
        options.layer,
        options.status,
        with_negatives=options.negatives,
        secret=identity.project(connection).secret if options.pseudonyms else None,
        without_text=options.without_text,
        names=options.names,
        as_of=as_of,
    )


def target_of(options: ExportOptions) -> Format:
    """Return the format that is asked for.

    Raises:
        UserError: it is not known, what it needs is not installed, or it cannot be written that way.

    """
    if options.format not in WRITABLE:
        known = "read, not written" if options.format in FORMATS else "not known"
        raise UserError(f"The format “{options.format}” is {known}. Choose one of: {', '.join(WRITABLE)}.")
    target = WRITABLE[options.format]
    require(target)
    if options.without_text and options.format != TEXT_FREE:
        raise UserError(f"{target.title} cannot be written without its texts. Only {TEXT_FREE} can.")
    if options.without_text and options.names:
        raise UserError("Without its texts, nobody could tell what positions are of in which names were replaced.")
    return target


def is_folder(options: ExportOptions, target: Format) -> bool:
    """Whether an export makes a folder: it is asked for, its format is one, or each side of a split is a file."""
    return target.is_folder or options.folder or options.split is not None or options.splits_from is not None


class _MadeOf(NamedTuple):
    """What an export is made of, for its provenance."""

    project: identity.Identity
    guidelines: dict[str, int]
    file: Path
    last_edit: int
    options: ExportOptions
    target: Format


class _Hooks(NamedTuple):
    """What the caller wants to be told and asked."""

    progress: Progress
    cancelled: Cancelled
    accept: Accept


class _Export:
    """One run of an export, within one reading of the project: what each pass sees is the same."""

    def __init__(self, path: Path, made_of: _MadeOf, selection: Selection, hooks: _Hooks) -> None:
        self._path, self._made_of, self._selection, self._hooks = path, made_of, selection, hooks
        self._options, self._target = made_of.options, made_of.target
        self._report = Report(path=str(path))
        self._passes = self._done = 0
        self._side_of: dict[str, str] = {}
        self._guidelines: set[str] = set()
        self._documents: dict[str, None] = {}  # in their order
        self._counts: Counts = self._report
        self._facts = dataset_card.Facts() if is_folder(self._options, self._target) or self._options.card else None

    def run(self) -> Report:
        has_split = self._options.split is not None or self._options.splits_from is not None
        loses = can_lose(self._target)
        sides = len(_wanted(self._options).ratios) if has_split else 1
        self._passes = has_split + loses + sides
        self._counts = Counts() if loses else self._report  # they are taken once, in the first pass
        manifest = self._split() if has_split else None
        if is_folder(self._options, self._target):
            with folder_in_place(self._path) as folder:
                if loses:
                    self._state_losses(folder / "losses.json")
                files = self._write_folder(folder, manifest)
                self._hooks.accept(files)
                provenance.write(folder / "export.json", self._provenance(files))
        else:
            with ExitStack() as places:
                file = places.enter_context(file_in_place(self._path))
                lost = places.enter_context(file_in_place(self._beside(".losses.json"), may_vanish=True))
                made = places.enter_context(file_in_place(self._beside(".export.json")))
                if loses:
                    self._state_losses(lost)
                else:
                    lost.unlink()
                files = self._write_file(file, places)
                self._hooks.accept(files)
                provenance.write(made, self._provenance(files))
        return self._report

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)

    def _records(self, counts: Counts, side: str | None = None, *, changed: bool = True) -> Generator[LayerRecord]:
        """Go through the selection once, with progress; of one side only, if it is named."""
        for record in self._selection.records(counts, changed=changed):
            if record is None:
                self._done += 1
                self._hooks.progress(self._done, self._passes * self._selection.total)
                if self._hooks.cancelled():
                    raise ExportCancelled
                continue
            if self._side_of:
                record.split = self._side_of.get(record.sha256 or "")
            if record.guideline:
                self._guidelines.add(record.guideline)
            self._documents[record.sha256 or ""] = None
            if side is None or record.split == side:
                yield record

    def _state_losses(self, file: Path) -> None:
        """Find what the format loses, before anything is written; into `file` and the report."""
        lost: Counter[str] = Counter()
        with closing(self._records(self._report)) as records, file.open("wb") as out:
            out.write(b'{"schema":"source-annotator/losses/1","format":%s,"losses":[' % _json(self._target.name))
            separator = b"\n"
            for loss in chain.from_iterable(losses(self._target, record) for record in records):
                lost[loss.what] += 1
                if len(self._report.losses) < KEPT_LOSSES:
                    self._report.losses.append(loss)
                out.write(separator + _json(loss))
                separator = b",\n"
            out.write(b'\n],"counts":%s}\n' % _json(lost))
        if not lost:
            file.unlink()
        self._report.lost = dict(sorted(lost.items()))
        if lost and self._options.strict:
            raise ExportRefused(self._report)

    def _write(self, place: Path, side: str | None = None) -> str | None:
        """Write a file or a folder, and return the SHA-256 of a file."""
        with closing(self._records(self._counts, side)) as records:  # before the project is, also after an error
            found = (record for record in records if record.split) if self._side_of else records
            sha256 = write_checked(place, self._target, self._facts.over(found) if self._facts else found)
        self._counts = Counts()  # another pass would count the same again
        return sha256

    def _write_file(self, file: Path, places: ExitStack) -> list[provenance.ExportedFile]:
        files = [provenance.describe(file, self._path.name, self._write(file))]
        if self._options.card:
            targets = [self._beside(f".{name}") for name in (dataset_card.README, dataset_card.CHART)]
            readme, chart = (places.enter_context(file_in_place(target)) for target in targets)
            self._write_card(readme, chart, targets[1].name)
            files += [provenance.describe(readme, targets[0].name), provenance.describe(chart, targets[1].name)]
        return files

    def _write_folder(self, folder: Path, manifest: splits.Manifest | None) -> list[provenance.ExportedFile]:
        suffix = self._target.suffixes[0] if self._target.suffixes else ""
        if manifest:
            (folder / "split.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
        if self._target.write_folder and (manifest is None or "split" in self._target.carries):
            self._write(folder)
        elif manifest is None:
            self._write(folder / f"data{suffix}")
        else:
            for side in manifest.sides:
                place = folder / f"{side}{suffix}"
                if self._target.is_folder:
                    place.mkdir()
                self._write(place, side)
        self._write_card(folder / dataset_card.README, folder / dataset_card.CHART, dataset_card.CHART)
        names = sorted(file for file in folder.rglob("*") if file.is_file())
        return [provenance.describe(file, file.relative_to(folder).as_posix()) for file in names]

    def _write_card(self, readme: Path, chart: Path, chart_name: str) -> None:
        assert self._facts is not None  # noqa: S101 - gathered wherever there is a card
        made_of, options = self._made_of, self._options
        about = dataset_card.About(
            title=self._selection.in_words(made_of.project.title),
            last_edit=made_of.last_edit,
            license=options.license,
            format=self._target.title,
            files=self._loadable(),
            chart=chart_name,
            guidelines=made_of.guidelines,
            lost=self._report.lost,
            left_out=list(_left_out(self._report, options)),
            split=self._report.split,
        )
        dataset_card.write(readme, chart, self._facts, about)

    def _loadable(self) -> dict[str, str] | None:
        """Return the file of each split, where `datasets` can load it."""
        sides = list(self._report.split.sides) if self._report.split else [dataset_card.TRAIN]
        if self._target.name == "huggingface":
            return {side: f"{huggingface.FOLDER}/{huggingface.file_name(side)}" for side in sides}
        if self._target.name != "jsonl":
            return None
        if not is_folder(self._options, self._target):
            return {dataset_card.TRAIN: self._path.name}
        return {side: f"{side}.jsonl" for side in sides} if self._report.split else {dataset_card.TRAIN: "data.jsonl"}

    def _split(self) -> splits.Manifest:
        """Give every document of the selection a side."""
        from annotator.near_duplicates import Signatures  # numpy, which few exports need

        signatures = Signatures()
        articles: dict[str | None, splits.Article] = {}
        families: dict[str, str] = {}
        for record in self._records(Counts(), changed=False):
            article = articles.get(record.sha256)
            if article is None:
                article = splits.Article(record.sha256 or "", record.meta.outlet, record.meta.published, {})
                articles[record.sha256] = article
                if record.group:
                    families[article.sha256] = record.group
                signatures.add(record.text)
            for span in record.spans:
                article.labels[span.label] = article.labels.get(span.label, 0) + 1
        wanted = _wanted(self._options)
        if self._options.names and self._options.splits_from and not wanted.has_any(articles):
            raise UserError("That split is of other texts: its export replaced no names of sources, or others.")
        manifest, self._report.split = splits.split(list(articles.values()), signatures, wanted, families)
        self._side_of = {sha256: side for side, members in manifest.sides.items() for sha256 in members}
        return manifest

    def _provenance(self, files: list[provenance.ExportedFile]) -> provenance.Provenance:
        made_of, layer = self._made_of, self._selection.layer_as_written
        hides = self._options.pseudonyms or self._options.names  # a file may be called after somebody
        return provenance.Provenance(
            project={"uid": made_of.project.uid, "title": self._selection.in_words(made_of.project.title)},
            project_file="" if hides else Path(relpath(made_of.file, self._path.parent)).as_posix(),
            out=self._path.name,
            last_edit=made_of.last_edit,
            options=msgspec.to_builtins(structs.replace(self._options, layer=layer, splits_from=None, names=None)),
            names_replaced=len(self._options.names or ()),
            layers=self._report.layers,
            spans=self._report.spans,
            losses=self._report.lost,
            guidelines=sorted(self._guidelines),
            documents=list(self._documents),
            files=files,
        )


def _wanted(options: ExportOptions) -> splits.Manifest:
    if options.splits_from:
        return options.splits_from
    return splits.Manifest(
        seed=options.seed,
        ratios=splits.parse_ratios(options.split or ""),
        group_by=options.group_by,
        stratify=options.stratify,
    )


def _left_out(report: Report, options: ExportOptions) -> Iterator[str]:
    """Yield in sentences what an export leaves out."""
    if options.layer == BEST:
        yield "One layer an article: gold, else the only finished one of a person."
    elif options.layer != EACH:
        yield "Only gold layers." if options.layer == GOLD else "Only the layers of one annotator."
    if report.unfinished:
        yield f"{count(report.unfinished, 'unfinished layer')}."
    if report.undecided:
        yield f"{count(report.undecided, 'article')} with several finished layers and no gold."
    if report.split and report.split.set_aside:
        yield f"{count(len(report.split.set_aside), 'article')} on no side of the split, since each would join two."
    if options.without_text:
        yield "The texts, titles, notes and quotations: `sha256` and URL say which text the positions are of."
    if options.pseudonyms:
        yield "The names of the annotators: each has a pseudonym."
    if options.names:
        yield "Names of sources: others stand for them in the texts, and positions are of the texts as they are here."


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)
