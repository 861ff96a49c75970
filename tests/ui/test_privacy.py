"""A private project leaves nothing in the settings: not its place, nor what was read, searched or half typed there."""

import pytest
from PySide6.QtTest import QTest

from annotator.rows import Filter
from annotator.store import Store
from annotator.ui.settings import Settings
from tests.ui.hands import focus, press


@pytest.fixture
def kept(tmp_path, settings):
    """What the settings file says, all of it."""

    def kept():
        settings._store.sync()
        return (tmp_path / "settings.ini").read_text(encoding="utf-8")

    return kept


def half_type(window, note, words):
    """Begin a note on an annotation of one's own, and search for words."""
    window.annotate_as("Ana")
    press(focus(window), "Tab M")
    QTest.keyClicks(window.details._form.note, note)
    assert window.details.draft()
    window.documents.set_filter(Filter(words))
    window.remember_place()


def toggle(window):
    window.actions_["private"].trigger()


def test_what_an_ordinary_project_keeps_is_gone_once_it_is_private_and_stays_away(opened, kept, sample_path):
    half_type(opened, "Zanzibar", "officials")
    assert sample_path.name in kept() and "Zanzibar" in kept() and "officials" in kept()
    toggle(opened)
    opened.remember_place()
    assert opened.actions_["private"].isChecked()
    said = kept()
    assert not [
        each
        for each in (sample_path.name, str(sample_path.parent), "anzibar", "mayor", 'recent=[\\"')
        if each in said.lower()
    ]
    assert "not among the recent" in opened.statusBar().currentMessage()
    opened.project.close()
    assert sample_path.name not in kept()
    assert not opened.actions_["private"].isChecked()


def test_it_is_private_at_the_next_start_and_under_another_name_too(opened, kept, sample_path, tmp_path):
    toggle(opened)
    copy = tmp_path / "other.annotator"
    opened.project.save_copy(copy)
    opened.files.open_path(copy)
    assert opened.files.privacy.is_private
    opened.remember_place()
    assert "annotator|" not in kept() and "other" not in kept()
    again = Settings(tmp_path / "settings.ini")
    assert len(again.private) == 1 and again.recent == []


def test_while_the_program_runs_the_place_is_known_all_the_same(opened, settings, sample_path):
    toggle(opened)
    opened.open_document(3)
    opened.project.close()
    opened.files.open_path(sample_path)
    assert opened.article.document_id == 3


def test_a_project_that_is_private_no_longer_is_remembered_again(opened, kept, sample_path):
    toggle(opened)
    opened.open_document(3)
    opened.remember_place()
    toggle(opened)
    assert not opened.actions_["private"].isChecked() and not opened.files.privacy.is_private
    assert sample_path.name in kept() and '\\"document_id\\":3' in kept()


def test_the_folder_of_a_private_project_is_not_kept_either(opened, settings, kept, sample_path, monkeypatch, tmp_path):
    settings.folder = str(sample_path.parent)
    toggle(opened)
    assert settings.folder == ""
    opened.files._remember(tmp_path / "elsewhere")
    assert "elsewhere" not in kept()


def test_clearing_forgets_every_project_but_the_place_in_the_open_one(opened, settings, kept, sample_path, tmp_path):
    other = tmp_path / "second.annotator"
    Store.create(other).close()
    opened.files.open_path(other)
    opened.files.open_path(sample_path)
    opened.open_document(3)
    opened.remember_place()
    assert settings.recent == [sample_path, other]
    opened.actions_["clear-recent"].trigger()
    assert settings.recent == [] and "second" not in kept()
    opened.project.close()
    opened.files.open_path(sample_path)
    assert opened.article.document_id == 3
    opened.project.close()
    opened.actions_["clear-recent"].trigger()
    assert "annotator" not in kept().replace("annotator=", "")


def test_the_settings_hold_no_more_of_it_than_an_id(opened, kept, sample_path):
    toggle(opened)
    with Store.open_to_read(sample_path) as store, store.reading() as connection:
        uid = connection.exec_driver_sql("SELECT uid FROM project").scalar_one()
    assert f'private=[\\"{uid}\\"]' in kept()
