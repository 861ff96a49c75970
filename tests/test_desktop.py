"""What a desktop needs to open projects and packets by double click: read as a desktop reads it."""

import configparser
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from annotator.store import Store

FOLDER = Path(__file__).parents[1] / "resources" / "desktop"
NAMESPACE = {"mime": "http://www.freedesktop.org/standards/shared-mime-info"}


@pytest.fixture
def types():
    return ElementTree.parse(FOLDER / "source-annotator.xml").getroot().findall("mime:mime-type", NAMESPACE)


def test_the_desktop_opens_both_kinds_of_files(types):
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(FOLDER / "source-annotator.desktop", encoding="utf-8")
    said = entry["Desktop Entry"]
    assert said["Exec"].split() == ["annotator", "open", "%f"]
    assert said["MimeType"].strip(";").split(";") == [each.get("type") for each in types]
    patterns = [each.find("mime:glob", NAMESPACE).get("pattern") for each in types]
    assert patterns == ["*.annotator", "*.packet"]


def test_a_project_has_the_bytes_that_it_is_known_by(types, tmp_path):
    Store.create(tmp_path / "p.annotator").close()
    written = (tmp_path / "p.annotator").read_bytes()
    matches = types[0].findall(".//mime:match", NAMESPACE)
    assert len(matches) == 2
    for match in matches:
        assert written[int(match.get("offset")) :].startswith(match.get("value").encode())


@pytest.mark.skipif(not shutil.which("update-mime-database"), reason="needs update-mime-database")
def test_the_types_are_understood(tmp_path):
    (tmp_path / "packages").mkdir()
    shutil.copy(FOLDER / "source-annotator.xml", tmp_path / "packages")
    done = subprocess.run(["update-mime-database", tmp_path], capture_output=True, text=True, check=True)
    assert "error" not in done.stderr.lower()
    assert "application/x-source-annotator-packet:*.packet" in (tmp_path / "globs").read_text()
