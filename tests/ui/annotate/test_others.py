"""Who has annotated nothing yet is told that others have, and how their work is seen."""

import pytest

from annotator import importers
from annotator.store import Store
from annotator.ui.annotate.others import nothing_yet
from annotator.ui.documents.model import ROW
from tests.ui.hands import focus, press

OF_BOTH = 1  # Ana and Ben have finished it


def said(window):
    return window.annotations._nothing


def test_others_work_is_not_taken_for_lost(opened):
    assert said(opened) == (
        "None of yours yet.\nAna and Ben have annotated this article.\nFinish yours, and L shows their work."
    )
    assert opened.annotations.accessibleDescription() == said(opened)
    assert opened.status.progress.text() == "0 of 9 finished by you"


def test_once_finished_the_key_shows_their_work_at_once(qtbot, opened):
    press(focus(opened), "Control+Return Control+Return")
    opened.open_document(OF_BOTH)
    assert said(opened).endswith("\nL shows their work.")
    qtbot.waitUntil(lambda: opened.status.progress.text() == "1 of 9 finished by you")


def test_before_anybody_has_a_name_all_count(window, sample_path):
    window.project.open(sample_path)
    assert said(window).startswith("No name is given yet, so none are yours.\nAna and Ben have annotated")
    assert said(window).endswith("\nL shows their work.")
    listed = window.documents.model
    finished = [listed.index(row).data(ROW).status for row in range(listed.rowCount())].count("finished")
    assert window.status.progress.text() == f"{finished} of 9 finished"


def test_work_that_others_have_not_finished_is_not_promised(opened):
    opened.annotate_as("Ana")
    opened.project.set_status(OF_BOTH, "started")
    opened.annotate_as("Cleo")
    opened.open_document(OF_BOTH)
    assert said(opened).endswith("\nOnce you and they have finished it, L shows their work.")


def test_the_key_is_the_one_that_works(opened, settings):
    settings.remapped_keys = {"layers": ["Y"]}
    assert "Y shows their work." in said(opened)
    settings.remapped_keys = {"layers": []}
    assert "the menu View shows their work." in said(opened)


def test_where_nobody_has_annotated_nothing_is_said_of_others(opened, tmp_path):
    opened.project.create(tmp_path / "new.annotator")
    assert nothing_yet(opened.project, None, "L") == ""


@pytest.mark.parametrize(
    ("count", "names"), [(1, "Ben0 has"), (3, "Ben0, Ben1 and Ben2 have"), (5, "Ben0, Ben1 and 3 others have")]
)
def test_many_names_are_counted(opened, tmp_path, count, names):
    (tmp_path / "one.txt").write_text("Officials denied it.")
    opened.project.close()
    with Store.create(tmp_path / "new.annotator") as store:
        importers.import_files(store, importers.find([tmp_path / "one.txt"]))
    opened.project.open(tmp_path / "new.annotator")
    for number in range(count):
        opened.project.annotate_as(f"Ben{number}")
        opened.project.set_status(OF_BOTH, "finished")
    opened.project.annotate_as("Zoe")
    assert f"\n{names} annotated this article.\n" in nothing_yet(opened.project, OF_BOTH, "L")
