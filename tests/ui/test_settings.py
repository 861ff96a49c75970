"""What is remembered between runs is nobody else's to read."""

import os
import stat

import pytest
from PySide6.QtCore import QSettings

from annotator.ui.settings import Draft, ReadingPlace, Settings


@pytest.fixture
def umask():
    former = os.umask(0o022)
    yield
    os.umask(former)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("was_there", [False, True])
def test_settings_hold_half_typed_notes_and_can_be_read_by_their_owner_alone(qapp, umask, tmp_path, was_there):
    folder = tmp_path / "source-annotator"
    if was_there:
        folder.mkdir()
        (folder / "window.ini").write_text("[General]\nannotator=Ana\n")
    former = os.environ["XDG_CONFIG_HOME"]
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    try:
        settings = Settings()
        place = ReadingPlace(draft=Draft("one", note=("She asked me not to", "")))
        for _ in range(2):
            settings.set_place(tmp_path / "p.annotator", place)
            assert "She asked me" in (folder / "window.ini").read_text()
            assert (mode(folder / "window.ini"), mode(folder)) == (0o600, 0o700)
        assert Settings().annotator == ("Ana" if was_there else "")
    finally:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, former)


def test_a_settings_file_of_ones_own_choice_is_private_and_its_folder_is_left_alone(qapp, umask, tmp_path):
    settings = Settings(tmp_path / "settings.ini")
    before = mode(tmp_path)
    settings.set_place(tmp_path / "p.annotator", ReadingPlace())
    assert (mode(tmp_path / "settings.ini"), mode(tmp_path)) == (0o600, before)


def test_settings_that_cannot_be_written_are_no_reason_not_to_start(qapp, tmp_path):
    (tmp_path / "file").write_text("")
    assert Settings(tmp_path / "file" / "settings.ini").annotator == ""
