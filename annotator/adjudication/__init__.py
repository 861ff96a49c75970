"""From several people's layers to gold: where they differ, what is left to rule on, and the rulings."""

from annotator.adjudication.clusters import KINDS, Cluster, Kind, Said, Version
from annotator.adjudication.queue import Alike, Key, Progress, Wanted

__all__ = ["KINDS", "Alike", "Cluster", "Key", "Kind", "Progress", "Said", "Version", "Wanted"]
