"""What a stranger's packet says of an article, checked as if it were meant to harm: no rule of the tables tells why."""

from hashlib import sha256
from typing import Any

from msgspec import DecodeError, json

from annotator.packet_records import DocumentLine
from annotator.store.version_union import BrokenPacket

LONGEST_NAME = 1_000  # code points of a name, a key or an id
LONGEST_DETAIL = 20_000  # code points of a title, a byline, an address
LONGEST_META = 10_000_000  # bytes of what other tools said of an article


def check_document(line: DocumentLine) -> None:
    """Refuse an article that no import would have brought in.

    Raises:
        BrokenPacket: and what is wrong with it.

    """
    if sha256(line.text.encode()).hexdigest() != line.sha256:
        raise BrokenPacket("the text of an article is not the one that it was")
    if not line.text or "\0" in line.text:
        raise BrokenPacket("the text of an article is empty, or holds a character that no text has")
    details = (line.external_id, line.title, line.outlet, line.byline, line.url, line.published, line.language)
    if any(len(each) > LONGEST_DETAIL for each in details if each) or len(line.meta_json) > LONGEST_META:
        raise BrokenPacket("what it says of an article is longer than any title or address")
    if not all(0 <= zone.start < zone.end <= len(line.text) for zone in line.zones):
        raise BrokenPacket("a part of an article is not within its text")
    try:
        json.decode(line.meta_json, type=dict[str, Any])
    except (DecodeError, RecursionError):
        raise BrokenPacket("what it says of an article cannot be read") from None
