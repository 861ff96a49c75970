"""What the tests of files and projects are made of: lines of JSONL as plain dictionaries, and projects."""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotator import importers
from annotator.store import Store, queries
from annotator.store.check import examine

TEXT = "Officials denied it. “No deal,” one said 😀 on condition of anonymity.\r\nThe mayor declined to comment."


def span(start: int, end: int, label: str = "denial", **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "label": label, **more}


def line(text: str = TEXT, *spans: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A layer as a file has it, with no more keys than are needed."""
    return {"schema": "source-annotator/1", "text": text, "spans": list(spans), **more}


def by(name: str, kind: str = "human", **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, **more}


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in lines), encoding="utf-8")
    return path


def bring_in(store: Store, *paths: Path, **options: Any) -> importers.Report:
    watching = {name: options.pop(name) for name in ("progress", "cancelled") if name in options}
    return importers.import_files(store, importers.find(paths), importers.ImportOptions(**options), **watching)


def bring_lines(store: Store, folder: Path, *lines: dict[str, Any], **options: Any) -> importers.Report:
    return bring_in(store, write_lines(folder / "in.jsonl", lines), **options)


def add_document(store: Store, folder: Path, text: str = TEXT) -> int:
    """Bring an article without annotations into a project, and return its id."""
    bring_lines(store, folder, line(text, document=sha256(text.encode()).hexdigest()))
    with store.reading() as connection:
        return queries.document_ids(connection, None)[-1]


def add_annotator(store: Store, name: str = "Ana") -> int:
    with store.transaction() as connection:
        return queries.annotator(connection, name)


def findings(store: Store) -> list[str]:
    return [finding.what for finding in examine(store.path).findings]


def parsed(path: Path) -> list[dict[str, Any]]:
    """What is in a file, by plain `json`: no code of ours."""
    return [json.loads(each) for each in path.read_text(encoding="utf-8").split("\n") if each]
