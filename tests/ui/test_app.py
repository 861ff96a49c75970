"""What a start is told stays known until there is a project to use it for."""

from annotator.ui import app


def test_who_annotates_is_remembered_for_the_project_that_is_opened_next(window, sample_path):
    app._open(window, None, "Dee", wants_sample=False)
    assert not window.project.is_open
    window.files.open_path(sample_path)
    assert window.project.annotator.name == "Dee"
    assert window.status.who.text() == "Annotating as Dee"


def test_it_is_for_one_project_and_another_name_stays_another(window, sample_path):
    app._open(window, sample_path, "Ana", wants_sample=False)
    window.annotate_as("Ben")
    window.project.close()
    window.files.open_path(sample_path)
    assert window.project.annotator.name == "Ben"
