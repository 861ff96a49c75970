"""What somebody asks of an export."""

from typing import Literal

from msgspec import Struct

from annotator import splits
from annotator.selection import EACH


class ExportOptions(Struct, kw_only=True, frozen=True):
    """What somebody asks of an export. `layer` is as in `Selection`."""

    format: str = "jsonl"
    layer: str = EACH
    status: Literal["finished", "all"] = "finished"
    negatives: bool = False  # adds sentences that look like attributions and were left untagged
    without_text: bool = False
    pseudonyms: bool = False  # of annotators
    names: dict[str, str] | None = None  # of sources, and what replaces each: see `name_list`
    strict: bool = False  # refuses where anything would be lost
    split: str | None = None  # as 80/10/10
    seed: int = 0
    group_by: Literal["outlet", "month"] | None = None
    stratify: bool = False
    splits_from: splits.Manifest | None = None  # sides that are taken already
    folder: bool = False  # of files, also where one file would do
    card: bool = False  # beside a file; a folder always has one
    license: str = "unknown"  # of the card


DEFAULT = ExportOptions()
