"""What files hold, read before any of it comes in: articles to accept or skip, names, and what is wrong."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct, field

from annotator.formats.isolation import Isolated
from annotator.importers import Cancelled, ImportCancelled, Progress, Source, numbered, read_source
from annotator.records import LabelsRecord, LayerRecord, Meta, Problem, Read, Zone
from annotator.validation import check

LISTED = 200  # articles of one file that are kept to be shown
KEPT_PROBLEMS = 1_000  # of one file


class Names(Struct):
    """Whose labels and whose work there is; None stands for work that names nobody."""

    labels: Counter[str] = field(default_factory=Counter)  # spans of each
    annotators: Counter[str | None] = field(default_factory=Counter)  # layers of each

    def add(self, layer: LayerRecord) -> None:
        self.labels.update(span.label for span in layer.spans)
        if layer.annotator or layer.spans or layer.negatives or layer.status:
            self.annotators[layer.annotator.name if layer.annotator else None] += 1

    def update(self, other: "Names") -> None:
        self.labels.update(other.labels)
        self.annotators.update(other.annotators)

    def subtract(self, other: "Names") -> None:
        """Take away what is not wanted; what is none then is not named any more."""
        self.labels -= other.labels
        self.annotators -= other.annotators


class Article(Struct, kw_only=True):
    """One article of a file, as it would be. Its text is empty where the file has only its hash."""

    number: int  # as `Source.skipped` counts
    line: int | None
    sha256: str | None
    text: str
    meta: Meta
    zones: list[Zone]
    names: Names = field(default_factory=Names)
    negatives: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def annotations(self) -> int:
        return self.names.labels.total() + self.negatives


class Contents(Struct, kw_only=True):
    """What one file holds. `articles` are the first of them, with all that is said of them."""

    articles: list[Article] = field(default_factory=list)
    documents: int = 0
    names: Names = field(default_factory=Names)
    defined: set[str] = field(default_factory=set)  # labels that the file itself defines
    problems: list[Problem] = field(default_factory=list)  # of the file, or of an article that is not listed

    def wanted(self, skipped: Iterable[int]) -> Names:
        """Return whose labels and work come in without the articles that are skipped."""
        left = Names(Counter(self.names.labels), Counter(self.names.annotators))
        for number in skipped:
            left.subtract(self.articles[number].names)
        return left


def contents(
    source: Source,
    isolated: Isolated,
    *,
    listed: int = LISTED,
    progress: Progress = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> Contents:
    """Read a file to its end, and return what it holds; not more than `listed` articles with their texts.

    Raises:
        ImportCancelled: `cancelled` said so.

    """
    found, size = Contents(), 0
    try:
        size = source.path.stat().st_size
        for number, read in numbered(read_source(source, isolated, cancelled)):
            if cancelled():
                raise ImportCancelled
            _add(found, number, read, listed)
            progress(read.position, size)
    except OSError as error:
        found.problems.append(Problem(file=source.path.name, what=f"cannot be read: {error.strerror}"))
    if cancelled():  # a reader that was stopped just ends
        raise ImportCancelled
    _give_to_articles(found)
    return found


def _add(found: Contents, number: int, read: Read, listed: int) -> None:
    if isinstance(read.found, Problem):
        if len(found.problems) < KEPT_PROBLEMS:
            found.problems.append(read.found)
    elif isinstance(read.found, LabelsRecord):
        found.defined.update(label.key for label in read.found.labels)
    else:
        layer = read.found
        found.documents = number + 1
        if number < listed:
            if number == len(found.articles):
                found.articles.append(_article(number, layer, read.line))
            article = found.articles[number]
            article.names.add(layer)
            article.negatives += len(layer.negatives)
            article.problems += _problems(layer, read.line)
        found.names.add(layer)


def _article(number: int, layer: LayerRecord, line: int | None) -> Article:
    return Article(
        number=number, line=line, sha256=layer.sha256, text=layer.text, meta=layer.meta, zones=list(layer.zones)
    )


def _problems(layer: LayerRecord, line: int | None) -> list[Problem]:
    """Return what an import would leave out of a layer, or change, whatever its labels."""
    if layer.sha256 and not layer.text:
        return []
    every = frozenset(label for span in layer.spans for label in (span.label, span.runner_up) if label)
    copy = LayerRecord(**{name: getattr(layer, name) for name in layer.__struct_fields__})
    return [Problem(file="", line=line, **finding._asdict()) for finding in check(copy, every).findings]


def _give_to_articles(found: Contents) -> None:
    """Put what was said of a file with the article that it is about: the only one, or the one on its line."""
    if found.documents == 1 and found.articles:
        of_line = {problem.line: found.articles[0] for problem in found.problems}
    else:
        of_line = {article.line: article for article in found.articles if article.line is not None}
    for problem in found.problems:
        if problem.line in of_line:
            of_line[problem.line].problems.append(problem)
    found.problems = [problem for problem in found.problems if problem.line not in of_line]
