"""What a comparison found: records whose JSON has the keys that `docs/agreement.md` lists.

A figure that is not defined is null, and `undefined` has its path and the reason.
"""

from typing import Literal

from msgspec import Struct

Figure = float | None


class ExcludedDocuments(Struct, frozen=True):
    """Documents that were not compared."""

    reason: str
    documents: int


class ExcludedLayers(Struct, frozen=True):
    """Layers that were not compared."""

    reason: str
    layers: int


class DocumentCounts(Struct, frozen=True):
    """How many documents there are, and have two finished layers or more."""

    total: int
    compared: int
    excluded: list[ExcludedDocuments]


class LayerCounts(Struct, frozen=True):
    """How many finished layers the compared documents have."""

    compared: int
    excluded: list[ExcludedLayers]


class Estimate(Struct, frozen=True):
    """A coefficient and its 95 % interval."""

    value: Figure
    low: Figure
    high: Figure


class LabelEstimate(Estimate, frozen=True):
    """An estimate for a label, the spans of it, and the compared documents that hold one."""

    spans: int
    documents: int


class Alpha(Struct, frozen=True):
    """Krippendorff's alpha over characters."""

    labels: dict[str, LabelEstimate]
    mean: Estimate
    any: LabelEstimate


class UnitizingValue(Struct, frozen=True):
    """Alpha-u of a label, and how many spans were merged into others for it."""

    value: Figure
    merged: int


class Unitizing(Struct, frozen=True):
    """Krippendorff's alpha-u."""

    labels: dict[str, UnitizingValue]


class LabelF1(Struct, frozen=True):
    """F1 of a label."""

    strict: Figure
    overlap: Figure


class F1(Struct, frozen=True):
    """F1 by measure; those in `_any` take no heed of the label."""

    strict: Figure
    strict_any: Figure
    iou50: Figure
    iou50_any: Figure
    overlap: Figure
    overlap_any: Figure
    labels: dict[str, LabelF1]


class LabelLoss(Struct, frozen=True):
    """The share of a label's spans that differ in their bounds, in their label, or have no counterpart."""

    boundary: Figure
    label: Figure
    missed: Figure


class Loss(LabelLoss, frozen=True):
    """The same over all labels."""

    labels: dict[str, LabelLoss]


class Boundary(Struct, frozen=True):
    """How the matches of a label differ whose bounds do: b less a, where a comes before b by name."""

    matches: int
    start: Figure
    end: Figure
    median_chars: Figure
    kinds: dict[str, int] | None


class Confusion(Struct, frozen=True):
    """Which label met which; the last row and column is `missed`. It is symmetric."""

    labels: list[str]
    counts: list[list[int]]


class PairF1(Struct, frozen=True):
    """F1 of two annotators."""

    strict: Figure
    iou50: Figure
    overlap: Figure
    overlap_any: Figure


class Pair(Struct, frozen=True):
    """Two annotators, over the documents that both finished."""

    a: str
    b: str
    documents: int
    spans_a: int
    spans_b: int
    alpha: Figure
    kappa: dict[str, Figure]
    f1: PairF1


class Coefficients(Struct, frozen=True):
    """For papers: observed agreement, Fleiss' kappa and Gwet's AC1, over characters."""

    observed: Figure
    fleiss: Figure
    ac1: Figure


class Expert(Struct, frozen=True):
    """The coefficients by label, and for being inside any label."""

    labels: dict[str, Coefficients]
    any: Coefficients


class Undefined(Struct, frozen=True):
    """Why a figure is null."""

    path: str
    reason: str


class Agreement(Struct, frozen=True, kw_only=True, rename={"schema_name": "schema"}):
    """All figures of a comparison."""

    schema_name: Literal["source-annotator/agreement/1"] = "source-annotator/agreement/1"
    annotators: list[str]
    documents: DocumentCounts
    layers: LayerCounts
    alpha: Alpha
    alpha_u: Unitizing
    f1: F1
    loss: Loss
    boundary: dict[str, Boundary]
    confusion: Confusion
    pairs: list[Pair]
    expert: Expert
    undefined: list[Undefined]


class Ratio(Estimate, frozen=True):
    """A precision, a recall or an F1, and its 95 % interval."""


class Score(Struct, frozen=True):
    """How many spans of a label gold and the model have, and how well they agree: by measure, each of three ratios."""

    gold: int
    predicted: int
    strict: dict[str, Ratio]
    iou50: dict[str, Ratio]
    overlap: dict[str, Ratio]


class OnNegatives(Struct, frozen=True):
    """Predictions without a counterpart that lie on a negative of gold, in all and by label; `hit`: such negatives."""

    negatives: int
    hit: int
    predictions: int
    labels: dict[str, int]


class Scores(Struct, frozen=True):
    """What predictions are worth. In the confusion gold has the rows, the model the columns."""

    labels: dict[str, Score]
    all: Score
    loss: Loss
    confusion: Confusion
    negatives: OnNegatives
    undefined: list[Undefined]
