"""The commands that measure: how well annotators agree, and how good a model is."""

from datetime import datetime
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.arguments import AsJson, ProjectPath, note_plain
from annotator.printing import err, print_json, progress_bar

if TYPE_CHECKING:
    from annotator.criteria import Criteria


class Round(StrEnum):
    """What a layer was made for."""

    CALIBRATION = "calibration"
    PRODUCTION = "production"
    RECHECK = "recheck"
    PRACTICE = "practice"


Annotators = Annotated[
    str | None, typer.Option(metavar="A,B,...", help="Whose layers to compare; else those of every person.")
]
Documents = Annotated[str, typer.Option(metavar="QUERY", help="Only documents with these words, as search finds them.")]
OfRound = Annotated[Round | None, typer.Option(help="Only layers of this round.")]
OfGuideline = Annotated[
    str | None, typer.Option(metavar="HASH", help="Only layers made by this guideline: its hash, or how it begins.")
]
Since = Annotated[
    datetime | None,
    typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Only layers finished on that day (UTC) or later."),
]
BlindOnly = Annotated[bool, typer.Option("--blind-only", help="Only layers made without seeing those of others.")]


def agreement(
    project: ProjectPath,
    annotators: Annotators = None,
    documents: Documents = "",
    round: OfRound = None,
    guideline: OfGuideline = None,
    since: Since = None,
    blind_only: BlindOnly = False,
    as_json: AsJson = False,
) -> None:
    """Measure how well annotators agree, on which label, and why not."""
    from annotator.reviewing import Review
    from annotator.store import Store
    from annotator.tables import print_agreement

    criteria = _criteria(annotators, documents, round, guideline, since, blind_only=blind_only)
    with Store.open_to_read(project) as store, progress_bar("Comparing") as progress:
        found = Review(store, criteria, progress=progress).result()
    if as_json:
        print_json(found)
    else:
        print_agreement(found)


def report(
    project: ProjectPath,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write, which ends in .html or .pdf.")],
    annotators: Annotators = None,
    documents: Documents = "",
    round: OfRound = None,
    guideline: OfGuideline = None,
    since: Since = None,
    blind_only: BlindOnly = False,
    figures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to put the figures too, as SVG and PNG.")
    ] = None,
) -> None:
    """Write a report of how well annotators agree, whose first page needs no statistics."""
    from annotator import report
    from annotator.store import Store

    criteria = _criteria(annotators, documents, round, guideline, since, blind_only=blind_only)
    report.check_target(out, figures)
    with Store.open_to_read(project) as store, progress_bar("Comparing") as progress:
        for path in report.write(store, out, criteria, figures=figures, progress=progress):
            err.print(f"Wrote {path}")
    note_plain(project)


def _criteria(
    annotators: str | None,
    documents: str,
    round: Round | None,
    guideline: str | None,
    since: datetime | None,
    *,
    blind_only: bool,
) -> "Criteria":
    from annotator.criteria import Criteria

    return Criteria(
        annotators=[name for each in (annotators or "").split(",") if (name := each.strip())],
        documents=documents,
        round=round.value if round else None,
        guideline=guideline,
        since=since.date().isoformat() if since else None,
        blind_only=blind_only,
    )


def evaluate(
    project: ProjectPath,
    gold: Annotated[str, typer.Option(metavar="NAME", help="Whose layers are the truth: gold, or a person.")],
    model: Annotated[str, typer.Option(metavar="NAME", help="Whose predictions to measure.")],
    split: Annotated[
        str | None, typer.Option(metavar="SIDE", help="Only this side of a split, such as test; needs --splits-from.")
    ] = None,
    splits_from: Annotated[
        Path | None, typer.Option(metavar="MANIFEST", help="The split.json of an export, which says what is where.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(metavar="SCORE", help="Only predictions with this score or a higher one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure a model's predictions against gold: precision, recall and F1 of each label."""
    from annotator import evaluating, splits
    from annotator.criteria import Criteria, Side
    from annotator.store import Store
    from annotator.tables import print_evaluation

    if threshold is not None and not isfinite(threshold):
        raise typer.BadParameter("--threshold takes a number.")
    if (split is None) != (splits_from is None):
        raise typer.BadParameter("Say both --split SIDE and --splits-from MANIFEST, or neither.")
    side = Side(split, splits.read_manifest(splits_from)) if split and splits_from else None
    criteria = Criteria(threshold=threshold, side=side)
    with Store.open_to_read(project) as store, progress_bar("Evaluating") as progress:
        found = evaluating.evaluate(store, gold, model, criteria, progress=progress)
    if as_json:
        print_json(found)
    else:
        print_evaluation(found)
