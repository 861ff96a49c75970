"""What a command forgets in the window's settings is what the window would forget: the file is Qt's own."""

import pytest

from annotator import reading_places
from annotator.ui.settings import Draft, ReadingPlace, ReviewPlace, Settings

NAMES = ["p.annotator", "ü 😀 a=b,c%;[x].annotator", "-_.annotator"]


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return reading_places.settings_file()


@pytest.mark.parametrize("name", NAMES)
def test_the_place_in_a_removed_article_is_forgotten_and_all_else_stays(file, tmp_path, name):
    project, other = tmp_path / name, tmp_path / "other.annotator"
    note = 'half “typed”, "so" \\ \n\t=; 😀'
    here = ReadingPlace(2, caret=3, words="a,b", draft=Draft("u", note=(note, "")))
    review = ReviewPlace(5, deferred=[(2, 0, 1), (3, 1, 2)])
    settings = Settings(file)
    for each in (project, other):
        settings.set_place(each, here)
        settings.set_review_place(each, review)
    settings.annotator = "Ana"
    settings._store.sync()

    reading_places.forget_documents(file, project, [9])
    assert Settings(file).place(project) == here
    reading_places.forget_documents(file, project, [2])
    found = Settings(file)
    assert found.place(project) == ReadingPlace()
    assert found.review_place(project) == ReviewPlace(deferred=[(3, 1, 2)])
    assert (found.place(other), found.review_place(other), found.annotator) == (here, review, "Ana")
    assert file.stat().st_mode & 0o077 == 0
    settings.forget_documents(other, [2])
    settings._store.sync()
    assert "typed" not in file.read_text("utf-8")


def test_without_settings_there_is_nothing_to_forget(tmp_path):
    reading_places.forget_documents(tmp_path / "none.ini", tmp_path / "p.annotator", [1])
    assert list(tmp_path.iterdir()) == []
