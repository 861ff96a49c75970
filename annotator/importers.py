"""Bring files into a project: find them, read them by format, check every record, and report.

One import is one edit. Nothing that the project has is changed; what cannot come in is left out
and named by file, line and id.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from msgspec import Struct, structs

from annotator.formats import READABLE, recognise
from annotator.records import AnnotatorRecord, Format, LabelsRecord, LayerRecord, Problem, Read, UserError
from annotator.store import Store
from annotator.store.edits import record
from annotator.store.intake import Intake
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
    notes: int = 0
    problems: list[Problem] = []

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
    """A file to import, and its format where that is known."""

    path: Path
    format: Format | None


def find(paths: Sequence[Path], format_name: str | None = None) -> list[Source]:
    """Return the files to import: those named, and in a folder those of a known format, in order of name.

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
            if path.is_dir():
                sources += _in_folder(path, chosen)
            else:
                known = recognise(path)  # opens it, so that one that cannot be read is refused here
                sources.append(Source(path, chosen or known))
        except OSError as error:
            raise UserError(f"{error.filename or path} cannot be read: {error.strerror}.") from error
    return sources


def _in_folder(folder: Path, chosen: Format | None) -> list[Source]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and not _hidden(file, folder))
    found = [Source(file, known) for file in files if (known := chosen or recognise(file))]
    if not found:
        raise UserError(f"{folder} holds no file that can be imported.")
    return found


def import_files(
    store: Store,
    sources: Sequence[Source],
    *,
    annotator: str | None = None,
    strict: bool = False,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> Report:
    """Bring files into the project as one edit.

    `annotator` is whose work it is where a file does not say.

    Raises:
        ImportRefused: strict, and something would be left out.
        ImportCancelled: `cancelled` said so.
        UserError: the project cannot be written. In each case the project is as it was.

    """
    report = Report(files=len(sources))
    with suppress(_NothingNew), store.transaction() as connection:
        intake = Intake(connection, record(connection, _edit_name(sources), kind="import"))
        for file, found in _read_all(sources, progress):
            if cancelled():
                raise ImportCancelled
            _take(intake, file, found, annotator, report)
        if strict and report.left_out:
            raise ImportRefused(report)
        intake.finish()
        for name, count in asdict(intake.counts).items():
            setattr(report, name, count)
        if not intake.counts.changed:
            raise _NothingNew
    return report


class _NothingNew(Exception):
    """Rolls back an import that brought nothing, so that it does not stand in the way of undo."""


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _edit_name(sources: Sequence[Source]) -> str:
    return f"Import {sources[0].path.name}" if len(sources) == 1 else f"Import {len(sources)} files"


def _read_all(sources: Sequence[Source], progress: Progress) -> Iterator[tuple[str, Read]]:
    """Yield what is in the files, with the name of each, and go on past one that cannot be read."""
    sizes = [_size(source.path) for source in sources]
    total, done = sum(sizes), 0
    for source, size in zip(sources, sizes, strict=True):
        name = source.path.name
        if source.format is None or source.format.read is None:
            what = f"its format is not known; say which it is (--format {'|'.join(READABLE)})"
            yield name, Read(Problem(file=name, what=what))
            continue
        found = None
        try:
            for found in source.format.read(source.path):
                yield name, found
                progress(done + found.position, total)
            if found is None:
                yield name, Read(Problem(file=name, what="the file is empty"))
        except OSError as error:
            yield name, Read(Problem(file=name, what=f"cannot be read: {error.strerror}"))
        done += size
        progress(done, total)


def _size(path: Path) -> int:
    """Return the bytes of a file; none of one that went away since it was found, which its reader reports."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _take(intake: Intake, file: str, read: Read, annotator: str | None, report: Report) -> None:
    """Check one thing that was found in a file, and bring in what is right of it."""
    found, line = read.found, read.line
    if isinstance(found, Problem):
        report.add(found)
    elif isinstance(found, LabelsRecord):
        for label in found.labels:
            if is_name(label.key):
                intake.define_label(label)
            else:
                report.add(Problem(file=file, line=line, id=label.key, what="a label left out: it has no key"))
    else:
        _take_layer(intake, file, line, _with_annotator(found, annotator), report)


def _take_layer(intake: Intake, file: str, line: int | None, layer: LayerRecord, report: Report) -> None:
    sha256, findings = check(layer, intake.labels)
    for finding in findings:
        report.add(Problem(file=file, line=line, **finding._asdict()))
    if sha256 is not None:
        for uid, what in intake.add(layer, sha256):
            report.add(Problem(file=file, line=line, id=uid, what=what))


def _with_annotator(layer: LayerRecord, name: str | None) -> LayerRecord:
    """Return the layer with an annotator, where it is somebody's work and the file does not say whose."""
    if layer.annotator is None and (layer.spans or layer.negatives or layer.status):
        return structs.replace(layer, annotator=AnnotatorRecord(name=name or UNNAMED))
    return layer
