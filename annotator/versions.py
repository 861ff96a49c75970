"""Versions of annotations and of layer states: heads, undo, withdrawal and merge.

Pure functions, so that the laws in `docs/versions.md` can be stated and tested.
`annotator.store` keeps the same rules in tables.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Literal, NamedTuple, Protocol, TypeVar

from msgspec import Raw, json

DIGEST_SIZE = 16

EditKind = Literal["do", "undo", "redo", "import", "merge"]

canonical = json.Encoder(order="sorted").encode


def digest(uid: str, parents: Iterable[bytes], document: str, annotator: str, content: bytes, deleted: bool) -> bytes:
    """Return the identity of a version, the same in every project: 16 bytes of blake2b.

    `document` is the hex sha256 of its text, `annotator` a uid, `content` canonical JSON.
    Clocks, edits and local ids are left out on purpose.
    """
    replaced = sorted(parent.hex() for parent in parents) if parents else []
    identity = canonical([uid, replaced, document, annotator, Raw(content), deleted])
    return blake2b(identity, digest_size=DIGEST_SIZE).digest()


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable row in the history of an annotation or of a layer's state."""

    uid: str
    document: str
    annotator: str
    content: bytes
    parents: frozenset[bytes] = frozenset()
    deleted: bool = False
    digest: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        identity = digest(self.uid, self.parents, self.document, self.annotator, self.content, self.deleted)
        object.__setattr__(self, "digest", identity)

    def replaced(self, content: bytes | None) -> "Version":
        """Return the version that replaces this one; without content, its deletion."""
        return Version(
            self.uid,
            self.document,
            self.annotator,
            self.content if content is None else content,
            frozenset([self.digest]),
            deleted=content is None,
        )


class Replaceable(Protocol):
    """What heads depend on: a `Version`, or a row of the store."""

    @property
    def digest(self) -> bytes: ...
    @property
    def parents(self) -> Iterable[bytes]: ...
    @property
    def deleted(self) -> bool: ...


V = TypeVar("V", bound=Replaceable)


def heads(versions: Iterable[V]) -> list[V]:
    """Return the versions of one uid that none of them replaces, the one to show first."""
    versions = list(versions)
    replaced = {parent for version in versions for parent in version.parents}
    found = [version for version in versions if version.digest not in replaced]
    return sorted(found, key=lambda version: (version.deleted, version.digest))


def current(versions: Iterable[V]) -> V | None:
    """Return the head that is shown: what is not deleted first, then the smallest digest."""
    found = heads(versions)
    return found[0] if found else None


def _by_uid(versions: Iterable[Version]) -> dict[str, list[Version]]:
    grouped: dict[str, list[Version]] = {}
    for version in versions:
        grouped.setdefault(version.uid, []).append(version)
    return grouped


@dataclass(frozen=True, slots=True)
class History:
    """All versions that a project knows, and which of them are withdrawn."""

    versions: Mapping[bytes, Version] = field(default_factory=dict)
    withdrawn: frozenset[bytes] = frozenset()

    def in_effect(self) -> list[Version]:
        return [version for key, version in self.versions.items() if key not in self.withdrawn]

    def heads(self) -> dict[str, list[Version]]:
        """Return the heads of every uid; several that do not say the same are a conflict."""
        return {uid: heads(versions) for uid, versions in _by_uid(self.in_effect()).items()}

    def shown(self) -> dict[str, Version]:
        """Return the current version of every uid, deleted ones left out."""
        return {uid: found[0] for uid, found in self.heads().items() if not found[0].deleted}

    def add(self, versions: Iterable[Version]) -> "History":
        """Return the history with `versions` in effect, withdrawn before or not."""
        added = {version.digest: version for version in versions}
        return History({**self.versions, **added}, self.withdrawn - added.keys())

    def restoring(self, versions: Iterable[Version]) -> list[Version]:
        """Return the new versions that undo `versions`, the last that an edit wrote.

        What they replaced is written again over the present heads; what replaced nothing is
        deleted. A settled conflict comes back as a conflict, and undoing that settles it again.
        """
        present = self.heads()
        return [
            version
            for uid, written in _by_uid(versions).items()
            for version in self._written_again(written, present[uid])
        ]

    def _written_again(self, written: list[Version], present: list[Version]) -> list[Version]:
        """Return what `written`, versions of one uid, replaced: once, however many of them said it."""
        former = [self.versions[parent] for version in written for parent in version.parents]
        said = {(version.content, version.deleted) for version in former} or {(written[0].content, True)}
        over = frozenset(head.digest for head in present)
        return [
            replace(written[0], content=content, deleted=deleted, parents=over) for content, deleted in sorted(said)
        ]

    def withdraw(self, digests: Iterable[bytes]) -> "History":
        """Return the history without `digests` in effect, nor anything that was built on them."""
        gone = set(digests)
        while built_on := {each.digest for each in self.versions.values() if each.parents & gone} - gone:
            gone |= built_on
        return History(self.versions, self.withdrawn | gone)


def merge(a: History, b: History) -> History:
    """Return the union of two histories: in effect is what is in effect in either."""
    versions = {**a.versions, **b.versions}
    in_effect = (a.versions.keys() - a.withdrawn) | (b.versions.keys() - b.withdrawn)
    return History(versions, frozenset(versions.keys() - in_effect))


class Edit(NamedTuple):
    """What undo needs to know of one thing that a person did."""

    number: int
    kind: EditKind
    target: int | None  # the edit that an undo or a redo is about


def undo_target(newest_first: Iterable[Edit]) -> int | None:
    """Return the number of the newest edit still in effect: the one that undo takes back."""
    decided: set[int | None] = set()
    undone: set[int | None] = set()
    for edit in newest_first:
        if edit.kind not in ("undo", "redo"):
            if edit.number not in undone:
                return edit.number
        elif edit.target not in decided:
            decided.add(edit.target)
            if edit.kind == "undo":
                undone.add(edit.target)
    return None


def redo_target(newest_first: Iterable[Edit]) -> int | None:
    """Return the number of the edit whose undo, the newest since the last ordinary edit, redo takes back."""
    redone: set[int | None] = set()
    for edit in newest_first:
        if edit.kind == "redo":
            redone.add(edit.target)
        elif edit.kind != "undo":
            return None
        elif edit.target in redone:
            redone.discard(edit.target)
        else:
            return edit.target
    return None
