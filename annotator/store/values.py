"""What values of a project must be, whatever a damaged file may hold in their place: none of these raises."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from annotator.records import Zone

DAMAGED = (TypeError, ValueError, AttributeError, RecursionError, msgspec.MsgspecError)  # what damaged values raise


def is_text(text: Any, expected: str) -> bool:
    """Whether a text is the one that a hash was taken of."""
    try:
        return sha256(text.encode()).hexdigest() == expected
    except DAMAGED:
        return False


def is_readable(value: Any) -> bool:
    """Whether a value is text, and not bytes that no text has."""
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value))


def is_time(at: Any) -> bool:
    """Whether this is a time as the tables keep it."""
    try:
        datetime.fromisoformat(at)
    except DAMAGED:
        return False
    return True


def is_change(change: Any) -> bool:
    """Whether this is what an edit keeps that is not in versions: of metadata, or of what it put into the trash."""
    try:
        said = msgspec.json.decode(change, type=dict[str, Any]).keys()
        return said >= {"document", "before", "after"} or bool(said & {"withdrawn", "layer", "settled"})
    except DAMAGED:
        return False


def is_metadata(meta_json: Any) -> bool:
    """Whether this is what other tools said of a document."""
    try:
        msgspec.json.decode(meta_json, type=dict[str, Any])
    except DAMAGED:
        return False
    return True


def are_zones(zones: Any, length: int) -> bool:
    """Whether these are zones of a text of so many code points."""
    try:
        found = msgspec.json.decode(zones, type=list[Zone])
        return all(0 <= zone.start < zone.end <= length for zone in found)
    except DAMAGED:
        return False
