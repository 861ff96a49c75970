"""The commands for corrected articles."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.arguments import AsJson, ProjectPath
from annotator.plural import count
from annotator.printing import err, out, print_json

if TYPE_CHECKING:
    from annotator.revising import Item

SHOWN = 60  # code points of words in a line


def revise(
    project: ProjectPath,
    document: Annotated[int, typer.Argument(metavar="DOCUMENT", help="The number that `list` shows.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The corrected article, in any format that is read.")],
    as_json: AsJson = False,
) -> None:
    """Bring in the corrected version of an article, and carry over what was annotated in it."""
    from annotator import revising
    from annotator.store import Store

    article = revising.read(file)
    with Store.open(project, accepts_missing=True) as store:
        report = revising.revise(store.transaction, document, article)
    if as_json:
        print_json(report)
        return
    for item in report.annotations:
        if item.outcome != "same":
            _print_item(item)
    if not report.is_new:
        err.print(f"Nothing new: article {report.document} is this correction already.")
        return
    err.print(
        f"Article {report.document} corrects article {report.predecessor}: "
        f"{report.same} the same, {report.moved} moved, {report.lost} lost"
    )


def _print_item(item: "Item") -> None:
    what = f"{item.outcome:<5}  {item.annotator}, {item.label or 'look-alike'}"
    where = f"{item.start}-{item.end} {_short(item.words)}"
    if item.new_words is not None:
        where += f" → {item.new_start}-{item.new_end} {_short(item.new_words)}"
    out.print(f"{what}: {where}")


def revisions(project: ProjectPath, as_json: AsJson = False) -> None:
    """List what moved or was lost in corrected articles, until it is settled in the window."""
    from annotator.store import Store, settling

    with Store.open_to_read(project) as store, store.reading() as connection:
        found = settling.to_settle(connection)
    if as_json:
        print_json([each._asdict() for each in found])
        return
    for each in found:
        where = "lost" if each.place is None else f"moved to {each.place[0]}-{each.place[1]}"
        what = f"{each.annotator}, {each.label or 'look-alike'}"
        out.print(f"{each.document_id:>6}  {what}: {_short(each.words)}, {where}")
    err.print(f"{count(len(found), 'annotation')} to settle" if found else "Nothing to settle.")


def _short(words: str) -> str:
    line = " ".join(words.split())
    return f"“{line}”" if len(line) <= SHOWN else f"“{line[: SHOWN - 1]}…”"
