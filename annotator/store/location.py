"""Where a project lies: folders that other computers write to, too, are no place for a database that is open."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = re.compile(r"nfs\d?|cifs|smb\w*|afs|ncpfs|9p|ceph|glusterfs|davfs|fuse\..+")
_LOCAL_FUSE = frozenset(
    {"gocryptfs", "encfs", "cryfs", "securefs", "veracrypt", "bindfs", "ntfs-3g"}
)  # of this computer
_SYNCHRONISED = (  # by the names of folders
    (re.compile(r"Dropbox( \(.+\))?"), "Dropbox"),
    (re.compile(r"OneDrive( - .+)?"), "OneDrive"),
    (re.compile(r"iCloud ?Drive|com~apple~CloudDocs|Mobile Documents", re.IGNORECASE), "iCloud Drive"),
    (re.compile(r"Google ?Drive|GoogleDrive-.+|My Drive", re.IGNORECASE), "Google Drive"),
    (re.compile(r"Nextcloud\d*"), "Nextcloud"),
    (re.compile(r"ownCloud\d*"), "ownCloud"),
)
_MARKERS = {  # what these programs leave in the folder that they synchronise
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
    ".tmp.driveupload": "Google Drive",
    ".stfolder": "Syncthing",
}


class Location(NamedTuple):
    """A place that is shared: by which program, or by which kind of network drive."""

    kind: Literal["network", "synchronised"]
    name: str


def shared(path: Path) -> Location | None:
    """Return how the folder of a file is shared with other computers; None where nothing says that it is."""
    folder = path.parent
    synchronised = next(filter(None, map(_synchronising, (folder, *folder.parents))), None)
    if synchronised:
        return Location("synchronised", synchronised)
    system = _file_system(folder)
    if system and _NETWORK.fullmatch(system) and system.removeprefix("fuse.") not in _LOCAL_FUSE:
        return Location("network", system)
    return None


def free_bytes(path: Path) -> int | None:
    """Return how much room the disk of a file has; None where it does not say."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return None


def _synchronising(folder: Path) -> str | None:
    named = next((program for pattern, program in _SYNCHRONISED if pattern.fullmatch(folder.name)), None)
    return named or next((program for marker, program in _MARKERS.items() if _stands(folder / marker)), None)


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # its folder may not be looked into
        return False


def _file_system(folder: Path) -> str | None:
    """Return the type of the file system that a folder is on, where the system lists its mounts as Linux does."""
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    held = [(len(point.parts), order, kind) for order, (point, kind) in enumerate(_mounts(mounts))
            if folder.is_relative_to(point)]  # fmt: skip
    return max(held)[2] if held else None  # of two at one place, the later hides the earlier


def _mounts(mounts: str) -> Iterator[tuple[Path, str]]:
    for line in mounts.splitlines():
        mount, _, source = line.partition(" - ")
        point = re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), mount.split(" ")[4])
        yield Path(point), source.split(" ")[0]
