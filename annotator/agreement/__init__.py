"""Agreement between annotators, from arrays of spans: numpy alone, no database, no window.

`Comparison` is the way in; `docs/agreement.md` defines every figure.
"""

from annotator.agreement.batch import Batch, Layers, Spans
from annotator.agreement.cards import Card, Share
from annotator.agreement.compare import Comparison
from annotator.agreement.encounters import Cell, Encounter, Mark
from annotator.agreement.result import Agreement, Alpha

__all__ = ["Agreement", "Alpha", "Batch", "Card", "Cell", "Comparison", "Encounter", "Layers", "Mark", "Share", "Spans"]
