"""Rows that both imports and merges bring in: a document with its place in the search index, and a label."""

import re
import sqlite3
from collections.abc import Mapping

from annotator.records import LabelRecord

_INSERT_DOCUMENT = """
    INSERT INTO document(id, sha256, text, length, external_id, title, outlet, byline, url, published,
                         language, meta_json, zones, edit)
    VALUES (:id, :sha256, :text, :length, :external_id, :title, :outlet, :byline, :url, :published,
            :language, :meta_json, :zones, :edit)
"""
_INSERT_SEARCH = "INSERT INTO document_search(rowid, title, text) VALUES (:id, :title, :text)"
_INSERT_LABEL = "INSERT INTO label(key, title, colour, pattern, shortcut, position) VALUES (?, ?, ?, ?, ?, ?)"
_COLOUR = re.compile("#[0-9a-f]{6}")
_PATTERNS = ("solid", "dash", "dot", "double")


def insert_document(rows: sqlite3.Connection, values: Mapping[str, object]) -> None:
    """Write a document, all columns but `withdrawn`, and what search knows of it."""
    rows.execute(_INSERT_DOCUMENT, values)
    rows.execute(_INSERT_SEARCH, values)


def insert_label(rows: sqlite3.Connection, label: LabelRecord) -> int:
    """Write a label behind the others and return its local id; what its definition leaves open gets a default."""
    position = rows.execute("SELECT coalesce(max(position), -1) + 1 FROM label").fetchone()[0]
    taken = rows.execute("SELECT 1 FROM label WHERE shortcut = ?", (label.shortcut,)).fetchone()
    colour = label.colour if label.colour and _COLOUR.fullmatch(label.colour) else "#5f6b7a"
    pattern = label.pattern if label.pattern in _PATTERNS else _PATTERNS[position % len(_PATTERNS)]
    values = (label.key, label.title or label.key, colour, pattern, None if taken else label.shortcut, position)
    return rows.execute(_INSERT_LABEL, values).lastrowid or 0
