"""Bring files into a project: find them, read them by format, check every record, and report.

One import is one edit. Nothing that the project has is changed; what cannot come in is left out
and named by file, line and id.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from msgspec import Struct, field, structs

from annotator import mapping, text
from annotator.formats import READABLE, recognise, require
from annotator.formats.isolation import Isolated
from annotator.records import (
    NO_OPTIONS,
    NO_PLACES,
    AnnotatorRecord,
    Format,
    Kind,
    LabelRecord,
    LabelsRecord,
    LayerRecord,
    Problem,
    Read,
    UserError,
)
from annotator.store import Store
from annotator.store.edits import record
from annotator.store.intake import Intake
from annotator.store.removal import StayingOut
from annotator.validation import check, is_name

KEPT_PROBLEMS = 1_000
UNNAMED = "unknown"

Progress = Callable[[int, int], None]  # bytes read, of how many
Cancelled = Callable[[], bool]


class Report(Struct, kw_only=True):
    """What an import did. `problems` holds the first thousand; the counts are of all."""

    files: int = 0
    documents: int = 0
    known_documents: int = 0  # that were there before, once each
    labels: int = 0
    layers: int = 0
    annotations: int = 0
    known_annotations: int = 0
    left_out: int = 0
    removed_documents: int = 0  # that were removed from the project for good, and stay out
    incomplete_layers: int = 0  # that count as finished, though some of their annotations stayed out
    notes: int = 0
    problems: list[Problem] = field(default_factory=list)
    unknown_labels: dict[str, int] = field(default_factory=dict)  # spans left out for each

    def add(self, problem: Problem) -> None:
        if problem.note:
            self.notes += 1
        else:
            self.left_out += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    @property
    def nothing_usable(self) -> bool:
        """Whether all there was to say of the files is what is wrong with them."""
        return self.left_out > 0 and not (self.documents or self.known_documents)


class ImportRefused(UserError):
    """A strict import found something to leave out, so nothing came in."""

    def __init__(self, report: Report) -> None:
        count = "1 item" if report.left_out == 1 else f"{report.left_out} items"
        super().__init__(f"Nothing was imported: the import is strict, and {count} would be left out.")
        self.report = report


class ImportCancelled(UserError):
    """Somebody stopped the import; nothing came in."""

    def __init__(self) -> None:
        super().__init__("The import was cancelled. Nothing came in.")


class Source(Struct, frozen=True):
    """A file to import, its format where that is known, and what a person chose for it."""

    path: Path
    format: Format | None
    trouble: str | None = None  # why it cannot be read
    options: dict[str, str] = {}  # of the reader: another extraction
    skipped: frozenset[int] = frozenset()  # which of its documents stay out, counted from 0


class ImportOptions(Struct, frozen=True, kw_only=True):
    """What somebody asks of an import."""

    annotator: str | None = None  # whose work it is, where a file does not say
    kind: Kind | None = None  # of the annotators: their layers are predictions, or gold
    labels: dict[str, str] = {}  # what becomes of labels that are called otherwise
    annotators: dict[str, str] = {}  # and of names
    add_labels: bool = False  # takes every label in that the project does not have
    new_labels: frozenset[str] | None = None  # or these, and of those that a file defines no others
    strict: bool = False
    brings_back: bool = False  # takes texts in again that were removed for good
    with_text: tuple[Source, ...] = ()  # where the texts are of lines that have none


DEFAULT = ImportOptions()


def find(
    paths: Sequence[Path],
    format_name: str | None = None,
    options: Mapping[str, str] = NO_OPTIONS,
    *,
    skips_missing: bool = False,
) -> list[Source]:
    """Return the files to import: those named, and in a folder those of a known format, in order of name.

    With `skips_missing`, one of several paths that cannot be read does not keep the others out: it is reported.

    Raises:
        UserError: a path does not exist or cannot be read, a folder holds nothing to import,
            or nothing reads the format.

    """
    if format_name is not None and format_name not in READABLE:
        raise UserError(f"No format “{format_name}” can be read. Choose one of: {', '.join(READABLE)}.")
    chosen = READABLE[format_name] if format_name else None
    sources = []
    for path in paths:
        try:
            known = recognise(path)  # opens it, so that one that cannot be read is refused here
            wanted = chosen or known
            if path.is_dir() and not (wanted and wanted.is_folder):
                sources += _in_folder(path, chosen)
            else:
                sources.append(Source(path, wanted))
        except OSError as error:
            if not skips_missing or len(paths) == 1:
                raise UserError(f"{error.filename or path} cannot be read: {error.strerror}.") from error
            sources.append(Source(path, None, trouble=error.strerror))
    return [structs.replace(source, options=_known_options(source.format, options)) for source in sources]


def _known_options(wanted: Format | None, options: Mapping[str, str]) -> dict[str, str]:
    """Return those options that a format has.

    Raises:
        UserError: it has no such value.

    """
    known = {option.name: option for option in wanted.options} if wanted else {}
    for name, value in options.items():
        if name in known and not known[name].takes(value):
            raise UserError(f"“{value}” is no {name}. Choose one of: {', '.join(known[name].values)}.")
    return {name: value for name, value in options.items() if name in known}


def _in_folder(folder: Path, chosen: Format | None) -> list[Source]:
    files = (
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not _hidden(file, folder) and not _tells_of_export(file)
    )
    found = [Source(file, known) for file in files if (known := chosen or recognise(file))]
    if not found:
        raise UserError(f"{folder} holds no file that can be imported.")
    return found


def import_files(
    store: Store,
    sources: Sequence[Source],
    options: ImportOptions = DEFAULT,
    *,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> Report:
    """Bring files into the project as one edit.

    Raises:
        ImportRefused: strict, and something would be left out.
        ImportCancelled: `cancelled` said so.
        UserError: the project cannot be written. In each case the project is as it was.

    """
    for wanted in {source.format for source in sources if source.format}:
        require(wanted)
    report = Report(files=len(sources))
    with suppress(_NothingNew), store.transaction() as connection:
        intake = Intake(connection, record(connection, _edit_name(sources), kind="import"))
        _refuse_unknown_targets(options, intake.labels)
        taking = _Taking(intake, StayingOut(connection, brings_back=options.brings_back), options, report)
        taking.articles_of(sources, cancelled)
        for file, found in _read_all(sources, progress, cancelled):
            if cancelled():
                raise ImportCancelled
            taking.take(file, found)
        if cancelled():  # a reader that was stopped just ends
            raise ImportCancelled
        if options.strict and report.left_out:
            raise ImportRefused(report)
        intake.finish()
        for name, count in asdict(intake.counts).items():
            setattr(report, name, count)
        if not intake.counts.changed:
            raise _NothingNew
    return report


def _refuse_unknown_targets(options: ImportOptions, known: frozenset[str]) -> None:
    """Refuse a mapping to a label that the project does not have, which is most likely mistyped."""
    unknown = sorted(set(options.labels.values()) - known)
    if unknown and not options.add_labels:
        raise UserError(f"This project has no label “{unknown[0]}”. It has: {', '.join(sorted(known))}.")


class _NothingNew(Exception):
    """Rolls back an import that brought nothing, so that it does not stand in the way of undo."""


def _tells_of_export(file: Path) -> bool:
    """Whether a file is one that an export writes about itself, not an article."""
    about = ("README.md", "export.json", "losses.json", "split.json")
    stems = (file.name.removesuffix(name) for name in about if file.name.endswith(name))
    return any(file.with_name(f"{stem}export.json").exists() for stem in stems)


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _edit_name(sources: Sequence[Source]) -> str:
    return f"Import {sources[0].path.name}" if len(sources) == 1 else f"Import {len(sources)} files"


def _read_all(sources: Sequence[Source], progress: Progress, cancelled: Cancelled) -> Iterator[tuple[str, Read]]:
    """Yield what is in the files, with the name of each, and go on past one that cannot be read."""
    sizes = [_size(source.path) for source in sources]
    total, done = sum(sizes), 0
    with Isolated() as isolated:
        for source, size in zip(sources, sizes, strict=True):
            name = source.path.name
            try:
                for found in read_source(source, isolated, cancelled):
                    yield name, found
                    progress(done + found.position, total)
            except OSError as error:
                yield name, Read(Problem(file=name, what=f"cannot be read: {error.strerror}"))
            done += size
            progress(done, total)


def read_source(source: Source, isolated: Isolated, cancelled: Cancelled = lambda: False) -> Iterator[Read]:
    """Yield what a file holds, without the documents that a person left out.

    A parser of complex files runs in a process of its own.

    Raises:
        OSError: the file cannot be opened.

    """
    wanted = source.format
    if source.trouble:
        yield Read(Problem(file=source.path.name, what=f"cannot be read: {source.trouble}"))
        return
    if wanted is None or wanted.read is None:
        what = f"its format is not known; say which it is (--format {'|'.join(READABLE)})"
        yield Read(Problem(file=source.path.name, what=what))
        return
    if wanted.is_isolated:
        everything = isolated.read(wanted, source.path, source.options, cancelled)
    else:
        everything = wanted.read(source.path, source.options)
    number = None
    for number, found in numbered(everything):
        if number not in source.skipped or not isinstance(found.found, LayerRecord):
            yield found
    if number is None and not cancelled():
        yield Read(Problem(file=source.path.name, what="the file is empty"))


def numbered(everything: Iterable[Read]) -> Iterator[tuple[int, Read]]:
    """Yield what is in a file with the number of its document, from 0; what stands before the first has -1."""
    number, former = -1, None
    for found in everything:
        if isinstance(found.found, LayerRecord):
            identity = found.found.sha256 or found.found.text  # layers of one document follow each other
            number, former = number + (identity != former), identity
        yield number, found


def _size(path: Path) -> int:
    """Return the bytes of a file; none of one that went away since it was found, which its reader reports."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


class _Taking:
    """Checks what was found in files, and brings in what is right of it."""

    def __init__(self, intake: Intake, staying_out: StayingOut, options: ImportOptions, report: Report) -> None:
        self._intake = intake
        self._staying_out = staying_out
        self._options = options
        self._report = report

    def articles_of(self, sources: Sequence[Source], cancelled: Cancelled) -> None:
        """Bring in the articles whose texts some lines lack, from where a person says that they are."""
        if not self._options.with_text:
            return
        lacking = set()
        for _, read in _read_all(sources, _no_progress, cancelled):
            if isinstance(read.found, LayerRecord) and not read.found.text and read.found.sha256:
                lacking.add(read.found.sha256)
        for file, read in _read_all(self._options.with_text, _no_progress, cancelled):
            if cancelled():
                raise ImportCancelled
            if isinstance(read.found, LayerRecord):
                article = structs.replace(read.found, annotator=None, status=None, spans=[], negatives=[], relations=[])
                if text.sha256(article.text) in lacking:
                    self._take_layer(file, read.line, article)

    def take(self, file: str, read: Read) -> None:
        """Bring in one thing that was found in a file."""
        found, line = read.found, read.line
        if isinstance(found, Problem):
            self._report.add(found)
        elif isinstance(found, LabelsRecord):
            for label in found.labels:
                if is_name(label.key):
                    if self._options.new_labels is None or label.key in self._options.new_labels:
                        self._intake.define_label(label)
                else:
                    what = "a label left out: it has no key"
                    self._report.add(Problem(file=file, line=line, id=label.key, what=what))
        else:
            self._take_layer(file, line, self._mapped(found), read.places)

    def _mapped(self, layer: LayerRecord) -> LayerRecord:
        options = self._options
        layer = _with_annotator(layer, options)
        layer = mapping.apply(layer, options.labels, options.annotators, options.kind)
        wanted = options.new_labels or frozenset()
        if options.add_labels or wanted:
            for span in layer.spans:
                is_wanted = options.add_labels or span.label in wanted
                if is_wanted and span.label not in self._intake.labels and is_name(span.label):
                    self._intake.define_label(LabelRecord(key=span.label))
        return layer

    def _take_layer(
        self, file: str, line: int | None, layer: LayerRecord, places: Mapping[str, Sequence[int]] = NO_PLACES
    ) -> None:
        if not layer.text and layer.sha256:
            found = self._intake.text_of(layer.sha256)
            if found is None:
                what = "left out: this project has no article with this text; name where it is (--with-text FOLDER)"
                self._report.add(Problem(file=file, line=line, id=layer.sha256, what=what))
                return
            layer.text = found
        known = self._intake.labels
        for span in layer.spans:
            if span.label not in known:
                self._report.unknown_labels[span.label] = self._report.unknown_labels.get(span.label, 0) + 1
        sha256, findings = check(layer, known, places)
        for finding in findings:
            self._report.add(Problem(file=file, line=line, **finding._asdict()))
        is_gone = any(finding.what.startswith("left out") for finding in findings if not finding.note)
        if sha256 in self._staying_out:
            what = (
                "left out: this text was removed from the project for good; it comes in when asked for (--bring-back)"
            )
            self._report.add(Problem(file=file, line=line, id=layer.document or sha256, what=what))
            self._report.removed_documents = len(self._staying_out.met)
        elif sha256 is not None:
            self._report.incomplete_layers += is_gone and layer.status in (None, "finished")
            for kept in self._intake.add(layer, sha256):
                self._report.add(Problem(file=file, line=line, **kept._asdict()))


def _no_progress(_done: int, _total: int) -> None:
    pass


def _with_annotator(layer: LayerRecord, options: ImportOptions) -> LayerRecord:
    """Return the layer with an annotator, where it is somebody's work and the file does not say whose."""
    is_work = layer.spans or layer.negatives or layer.status or options.kind
    if layer.annotator is None and is_work:
        return structs.replace(layer, annotator=AnnotatorRecord(name=options.annotator or UNNAMED))
    return layer
