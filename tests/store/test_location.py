"""Folders that other computers write to are told from those of this one."""

import shutil

import pytest

from annotator.store import location
from annotator.store.location import Location, shared

MOUNTS = r"""22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / /mnt/news\040desk rw - cifs //server/desk rw
31 22 0:41 / /mnt/nfs rw shared:7 master:2 - nfs4 server:/x rw
32 22 0:42 / /mnt/cloud rw - fuse.rclone cloud: rw
33 22 0:43 / /mnt/safe rw - fuse.gocryptfs /x rw
34 22 0:44 / /mnt/stick rw - fuseblk /dev/sdb1 rw
35 31 0:45 / /mnt/nfs/local rw - xfs /dev/sdc rw
36 22 0:46 / /mnt/vm rw - 9p share rw
37 22 0:47 / /mnt/twice rw - nfs a:/ rw
38 22 0:48 / /mnt/twice rw - tmpfs none rw
"""

NETWORK = {
    "/mnt/news desk/a/p.annotator": "cifs",
    "/mnt/nfs/p.annotator": "nfs4",
    "/mnt/cloud/p.annotator": "fuse.rclone",
    "/mnt/vm/p.annotator": "9p",
    "/mnt/nfs2/p.annotator": None,
    "/mnt/safe/p.annotator": None,
    "/mnt/stick/p.annotator": None,
    "/mnt/nfs/local/p.annotator": None,
    "/mnt/twice/p.annotator": None,
    "/home/ana/p.annotator": None,
}


@pytest.mark.parametrize("path", NETWORK)
def test_network_drives_are_told_by_their_file_system(tmp_path, monkeypatch, path):
    (tmp_path / "mounts").write_text(MOUNTS)
    monkeypatch.setattr(location, "MOUNTS", tmp_path / "mounts")
    from pathlib import Path

    found, expected = shared(Path(path)), NETWORK[path]
    assert found == (Location("network", expected) if expected else None)


@pytest.mark.parametrize(
    ("folder", "program"),
    [("Dropbox", "Dropbox"), ("Dropbox (Desk)", "Dropbox"), ("OneDrive - The Paper", "OneDrive"),
     ("iCloud Drive", "iCloud Drive"), ("Mobile Documents/com~apple~CloudDocs", "iCloud Drive"),
     ("Google Drive", "Google Drive"), ("Nextcloud", "Nextcloud"), ("On Dropbox and others", None)],
)  # fmt: skip
def test_synchronised_folders_are_told_by_their_names(tmp_path, folder, program):
    found = shared(tmp_path / folder / "desk" / "p.annotator")
    assert found == (Location("synchronised", program) if program else None)


def test_synchronised_folders_are_told_by_what_stands_in_them(tmp_path):
    (tmp_path / "work" / "desk").mkdir(parents=True)
    (tmp_path / "work" / ".dropbox.cache").mkdir()
    assert shared(tmp_path / "work" / "desk" / "p.annotator") == Location("synchronised", "Dropbox")


def test_this_computer_is_no_network_drive(tmp_path):
    assert shared(tmp_path / "p.annotator") is None


def test_the_room_on_the_disk_is_that_of_the_system(tmp_path):
    expected = shutil.disk_usage(tmp_path).free
    assert abs(location.free_bytes(tmp_path / "p.annotator") - expected) < 1e9
    assert location.free_bytes(tmp_path / "absent" / "p.annotator") is None
