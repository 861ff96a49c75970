"""What the window's settings remember of where a person was, as a command forgets it: an INI file as Qt writes it."""

import os
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import msgspec

from annotator.records import UserError

GROUPS = ("places", "reviews")
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]+)|(.))")


def settings_file() -> Path:
    """Return where Qt keeps the window's settings."""
    if sys.platform == "win32":
        folder = Path(os.environ["APPDATA"])
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return folder / "source-annotator" / "window.ini"


def settings_key(project: Path) -> str:
    """Return the key for the path of a project: slashes would make groups of it."""
    return str(project.absolute()).replace("/", "|").replace("\\", "|")


def without(place: dict[str, Any], ids: Collection[int]) -> dict[str, Any]:
    """Return what is remembered of a project without what it says of some documents, half-typed notes too."""
    deferred = [each for each in place.get("deferred", ()) if each[0] not in ids]
    if place.get("document_id") in ids or deferred != list(place.get("deferred", ())):
        return {"deferred": deferred} if deferred else {}
    return place


def forget_documents(file: Path, project: Path, ids: Collection[int]) -> None:
    """Take documents that were removed for good out of the window's settings. Raises UserError."""
    from annotator.store import partial

    try:
        lines = file.read_text("utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read: it may hold what was half typed there.") from error
    left = list(_without_documents(lines, f"{_escaped_key(settings_key(project))}=", ids))
    if left != lines:
        with partial.new_file(file) as new:
            new.write_text("".join(left), "utf-8")


def _without_documents(lines: list[str], key: str, ids: Collection[int]) -> Iterator[str]:
    group = ""
    for line in lines:
        if line.startswith("["):
            group = line.strip().strip("[]")
        if group in GROUPS and line.startswith(key):
            said = _value(line[len(key) :].rstrip("\r\n"))
            if (left := without(said, ids)) != said:
                yield f"{key}{_quoted(msgspec.json.encode(left).decode())}\n"
                continue
        yield line


def _value(said: str) -> dict[str, Any]:
    """Return the JSON of a value as Qt escapes it; what cannot be read says nothing."""
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _UNESCAPED.get(found[2], found[2]),
                       said[1:-1] if said.startswith('"') else said)  # fmt: skip
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _escaped_key(key: str) -> str:
    """Return a key as it stands in the file: by code units of UTF-16."""
    units = key.encode("utf-16-be", "surrogatepass")
    return "".join(map(_escaped_unit, (int.from_bytes(units[i : i + 2]) for i in range(0, len(units), 2))))


def _escaped_unit(unit: int) -> str:
    if chr(unit).isascii() and (chr(unit).isalnum() or chr(unit) in "_-."):
        return chr(unit)
    return f"%{unit:02X}" if unit < 256 else f"%U{unit:04X}"
