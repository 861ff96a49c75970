"""What the commands print: answers on standard output, everything else on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console
from rich.progress import Progress as ProgressBar

from annotator.plural import count

if TYPE_CHECKING:
    from annotator import exporters

SHOWN_PROBLEMS = 50

out = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)


def print_import(report: Any, *, as_json: bool) -> None:
    """Print what an import did, and what it left out."""
    if as_json:
        print_json(report)
    else:
        for problem in report.problems[:SHOWN_PROBLEMS]:
            err.print(str(problem))
        if (more := report.left_out + report.notes - SHOWN_PROBLEMS) > 0:
            err.print(f"… and {more} more (--json lists a thousand)")
    err.print(
        f"{count(report.documents, 'document')}, {count(report.layers, 'layer')} and "
        f"{count(report.annotations, 'annotation')} came in; {count(report.known_documents, 'document')} and "
        f"{count(report.known_annotations, 'annotation')} were there already; {report.left_out} left out"
    )
    if report.incomplete_layers:
        layers = count(report.incomplete_layers, "layer")
        err.print(f"Take care: annotations of {layers} stayed out, and the rest counts as finished work.")


def print_export(report: "exporters.Report", *, as_json: bool, was_written: bool = True) -> None:
    """Print what an export wrote, lost and split; or only what it would have lost."""
    if as_json:
        print_json(report)
        return
    for loss in report.losses[:SHOWN_PROBLEMS]:
        place = "" if loss.id is None else f", {loss.id}"
        err.print(f"{loss.document}{place}: not in this format: {loss.what}")
    if (more := sum(report.lost.values()) - SHOWN_PROBLEMS) > 0:
        err.print(f"… and {more} more (all of them are in the losses.json beside the export)")
    if report.split:
        for name, side in report.split.sides.items():
            spans = ", ".join(
                f"{label} {number} (F1 ± {(side.interval[label] or 0) / 2:.2f})" if number else f"{label} 0"
                for label, number in side.spans.items()
            )
            err.print(f"{name}: {side.documents} documents; {spans}")
        for warning in report.split.warnings:
            err.print(warning)
        for sha256 in report.split.set_aside:
            err.print(f"on no side: {sha256}")
    if was_written:
        err.print(str(report))
        if not report.layers:
            err.print("No layer that was asked for is there (annotator list says what is).")


def print_json(answer: Any) -> None:
    """Print an answer as JSON that people can read too."""
    out.file.write(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, and nothing in a pipe."""
    if not err.is_terminal:
        yield lambda _done, _total: None
        return
    with ProgressBar(console=err, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
