"""What is asked for files: where it begins, what comes of it, and what is said."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QTreeWidget

from annotator.ui.imports.dialog import ImportDialog
from annotator.ui.settings import Settings
from tests.ui.hands import focus, press

ASKING = ("getExistingDirectory", "getOpenFileName", "getOpenFileNames", "getSaveFileName")


@pytest.fixture
def answers(monkeypatch):
    """Answer file dialogs by what is in the list, and keep the folder that each began in."""
    answers, begun = [], []

    def answer(_window, _title, folder="", _filter=""):
        begun.append(folder)
        return answers.pop(0)

    for name in ASKING:
        monkeypatch.setattr(QFileDialog, name, answer)
    return answers, begun


def rows(dialog):
    """The lines of the list of articles, those of files among them."""
    tree = dialog.findChild(QTreeWidget)
    return [item for top in range(tree.topLevelItemCount()) for item in _below(tree.topLevelItem(top))]


def _below(item):
    yield item
    for row in range(item.childCount()):
        yield from _below(item.child(row))


@pytest.mark.modal
def test_a_folder_is_imported_with_what_is_in_it(qtbot, opened, tmp_path, answers):
    folder = tmp_path / "articles" / "deep"
    folder.mkdir(parents=True)
    (folder / "one.txt").write_text("Officials denied it.")
    answers[0].append(str(tmp_path / "articles"))
    press(focus(opened), "Control+Shift+I")
    dialog = opened.findChild(ImportDialog)
    qtbot.waitUntil(lambda: any("one" in each.text(0) for each in rows(dialog)))
    dialog.close()


@pytest.mark.modal
def test_a_dialog_begins_where_the_last_file_was_chosen_also_after_a_restart(opened, tmp_path, answers, settings):
    there = tmp_path / "there"
    there.mkdir()
    (there / "one.txt").write_text("Officials denied it.")
    answers[0].extend([([str(there / "one.txt")], ""), ("", "")])
    opened.actions_["import"].trigger()
    opened.findChild(ImportDialog).close()
    opened.actions_["save-copy"].trigger()
    assert answers[1] == ["", str(there)]
    assert Settings(Path(settings._store.fileName())).folder == str(there)


@pytest.mark.modal
def test_a_copy_says_where_it_is(opened, tmp_path, answers):
    copy = tmp_path / "copy.annotator"
    answers[0].append((str(copy), ""))
    opened.actions_["save-copy"].trigger()
    assert opened.statusBar().currentMessage() == f"A copy is saved at {copy}."
    assert copy.is_file()


@pytest.mark.modal
@pytest.mark.parametrize(
    ("typed", "chosen", "written"),
    [("agreed.html", "", "agreed.html"), ("agreed", "PDF (*.pdf)", "agreed.pdf"), ("agreed", "", "agreed.html")],
)
def test_a_report_is_written_in_the_background_and_says_where_it_is(
    opened, tmp_path, answers, qtbot, typed, chosen, written
):
    answers[0].append((str(tmp_path / typed), chosen))
    opened.actions_["report"].trigger()
    qtbot.waitUntil(lambda: not opened.project.jobs.is_running)
    assert opened.statusBar().currentMessage() == f"The report is at {tmp_path / written}."
    assert (tmp_path / written).read_bytes()[:5] in (b"<!DOC", b"%PDF-")


@pytest.mark.modal
def test_a_report_of_another_kind_is_refused(opened, tmp_path, answers, monkeypatch):
    shown = []
    monkeypatch.setattr("annotator.ui.errors.show", lambda error, _window: shown.append(str(error)))
    answers[0].append((str(tmp_path / "agreed.docx"), ""))
    opened.actions_["report"].trigger()
    assert "ends in .html or .pdf" in shown[0]
    assert not opened.project.jobs.is_running


def test_a_project_opened_by_a_relative_path_is_listed_once_and_its_place_is_kept(
    window, sample_path, settings, monkeypatch
):
    monkeypatch.chdir(sample_path.parent)
    window.project.open(Path(sample_path.name))
    window.open_document(3)
    window.project.close()
    window.project.open(Path("..") / sample_path.parent.name / sample_path.name)
    assert window.article.document_id == 3
    window.project.close()
    window.project.open(sample_path)
    assert settings.recent == [sample_path]


def test_a_relative_path_of_an_older_version_is_forgotten(settings):
    settings._store.setValue("recent", '["news.annotator"]')
    assert settings.recent == []


@pytest.fixture
def documents(tmp_path, monkeypatch):
    monkeypatch.setattr("annotator.ui.sample.user_documents_path", lambda: tmp_path / "Documents")
    return tmp_path / "Documents" / "Source Annotator"


def test_the_sample_is_opened_again_until_somebody_has_worked_on_it(window, documents):
    window.files.open_sample()
    first = window.project.path
    assert window.statusBar().currentMessage() == f"This copy of the sample is kept at {first}."
    window.annotate_as("Cleo")
    window.project.close()
    window.files.open_sample()
    assert window.project.path == first
    window.project.tag(1, [(0, 6)], "denial")
    window.project.close()
    first.rename(documents / "Sample 2020-01-01 00.00.00.annotator")
    window.files.open_sample()
    assert len(list(documents.glob("*.annotator"))) == 2
    assert window.project.next_undo().name != "Tag denial"


def test_a_file_that_only_looks_like_the_sample_is_left_alone(window, documents):
    documents.mkdir(parents=True)
    (documents / "Sample 1.annotator").write_text("no project")
    window.files.open_sample()
    assert window.project.path.name != "Sample 1.annotator"
