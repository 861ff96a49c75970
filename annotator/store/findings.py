"""What a check found, in words: what each kind of damage means, and what can be done about it."""

import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

SCHEMA = "source-annotator/check/1"
LISTED = 20  # findings of a kind that are listed in words; JSON has all


class Kind(NamedTuple):
    """A kind of damage."""

    title: str
    meaning: str
    remedy: str
    repairable: bool = True  # a repaired copy is without it


_BACKUP = "Look for it in a backup."
KINDS = {
    "file": Kind(
        "The file is damaged",
        "A disk, a memory stick or a program that copied it changed what SQLite wrote.",
        "A repaired copy keeps every row that can still be read and proved. Compare it with a backup.",
    ),
    "definitions": Kind(
        "The file is not as this program makes it",
        "Another program added to it, or damage changed its tables.",
        "A repaired copy has this program’s own tables alone.",
    ),
    "project": Kind(
        "The project does not say which it is",
        "Its title and identity cannot be read.",
        "A repaired copy gets what can be read, and a new identity for the rest.",
    ),
    "reference": Kind(
        "Rows refer to what is not there",
        "Part of the project was lost.",
        f"A repaired copy keeps what does not need the lost part. {_BACKUP}",
    ),
    "text": Kind(
        "Texts are not those that were imported",
        "They differ from the hash that was taken of them when they came in.",
        "A repaired copy mends a text where one bit was flipped, and leaves out others with their annotations.",
    ),
    "metadata": Kind(
        "Names or metadata cannot be read",
        "Titles, names, metadata or zones are damaged; texts and annotations do not depend on them.",
        "A repaired copy has what can be read of them, and what stood there is kept beside it.",
    ),
    "guideline": Kind(
        "A guideline is not the one that was saved",
        "Its text differs from its hash.",
        "A repaired copy keeps the hash, which annotations refer to, without the text.",
    ),
    "version": Kind(
        "Versions do not say what was saved",
        "They differ from the digest that was taken of them when they were saved.",
        f"A repaired copy leaves them out and lists them; an earlier version is shown, if there is one. {_BACKUP}",
    ),
    "history": Kind(
        "Earlier versions are missing",
        "What is shown now is proved right, but what it replaced is gone, and cannot be brought back by undo.",
        _BACKUP,
        repairable=False,
    ),
    "edit": Kind(
        "Edits cannot be read",
        "When something was done, or what it changed, is damaged; what is shown does not depend on it.",
        "A repaired copy gives them a time in its place.",
    ),
    "current": Kind(
        "The wrong version is shown",
        "Which version is shown is derived from the history, and was derived wrongly or damaged.",
        "A repaired copy derives it again.",
    ),
    "search": Kind(
        "The search index does not match the texts",
        "Search may miss articles, or find wrong ones. Nothing else depends on it.",
        "A repaired copy has a new index.",
    ),
}  # fmt: skip


class Finding(msgspec.Struct):
    """Something that is wrong, and in which document where it is in one."""

    kind: str
    what: str
    document: int | None = None

    @property
    def repairable(self) -> bool:
        return KINDS[self.kind].repairable


class Report(NamedTuple):
    """All that was found; nothing in a project that is whole."""

    findings: list[Finding]
    titles: dict[int, str]  # of the documents that findings name
    sqlite: str = sqlite3.sqlite_version  # which looked

    @property
    def repairable(self) -> bool:
        return any(finding.repairable for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return what `check --json` prints: ids, and no word of an article."""
        found = [
            {"kind": each.kind, "document": each.document, "what": each.what, "repairable": each.repairable}
            for each in self.findings
        ]
        return {"schema": SCHEMA, "whole": not found, "sqlite": self.sqlite, "findings": found}

    def lines(self) -> Iterator[str]:
        """Yield the findings in words, kind by kind."""
        for name, kind in KINDS.items():
            found = [finding for finding in self.findings if finding.kind == name]
            if not found:
                continue
            yield f"{kind.title} ({len(found):,})"
            yield f"  {kind.meaning} {kind.remedy}"
            for finding in found[:LISTED]:
                yield f"  - {self._place(finding)}{finding.what}"
            if len(found) > LISTED:
                yield f"  … and {len(found) - LISTED:,} more"
        if any(finding.kind == "file" for finding in self.findings) and may_damage(self.sqlite):
            yield (
                f"SQLite {self.sqlite} has a fault that can damage a file which two programs write at once. "
                "Source Annotator lets one write; was another program at this file?"
            )

    def _place(self, finding: Finding) -> str:
        if finding.document is None:
            return ""
        title = self.titles.get(finding.document)
        return f"document {finding.document} “{title}”: " if title else f"document {finding.document}: "


def may_damage(version: str) -> bool:
    """Whether this SQLite has the WAL-reset fault: 3.7.0 to 3.51.2, but not where it was mended afterwards."""
    mended = {44: 6, 50: 7}
    major, minor, patch = map(int, version.split(".")[:3])
    return major == 3 and (7, 0) <= (minor, patch) < (51, 3) and patch < mended.get(minor, 1_000)
