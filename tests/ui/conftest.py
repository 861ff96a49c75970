"""A real project, open, for the tests of the window."""

import pytest

from annotator import importers
from annotator.assets import FOLDER
from annotator.store import Store
from annotator.ui.main_window import MainWindow
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.theme import Theme
from tests.builders import write_lines


@pytest.fixture
def sample_path(tmp_path):
    """A fresh project of the sample articles, with Ana's and Ben's layers."""
    path = tmp_path / "sample.annotator"
    with Store.create(path, "Sample") as store:
        importers.import_files(store, importers.find([FOLDER / "sample" / "sample.jsonl"]))
    return path


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def theme(qapp, settings):
    return Theme(qapp, settings)


@pytest.fixture
def project(qapp, sample_path):
    """The hub, open on the sample, with Ana annotating."""
    project = Project()
    project.open(sample_path)
    project.annotate_as("Ana")
    yield project
    project.close()
    project.jobs.close()


@pytest.fixture
def window(qtbot, theme, settings):
    """The whole window, on screen, without a project."""
    window = MainWindow(Project(), theme, settings)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    yield window
    window.close()


@pytest.fixture
def opened(window, sample_path):
    """The window, open on the sample, with Cleo annotating, who has done nothing yet."""
    window.project.open(sample_path)
    window.annotate_as("Cleo")
    return window


@pytest.fixture
def bring(opened, qtbot, tmp_path):
    """Import lines, with the labels that they need, into the open project, as the window does."""

    def bring(*lines, labels=(), name="brought.jsonl"):
        first = [{"schema": "source-annotator/1", "labels": list(labels)}] if labels else []
        sources = importers.find([write_lines(tmp_path / name, [*first, *lines])])
        done, failed = [], []
        opened.project.import_files(sources, done.append, failed.append, importers.ImportOptions())
        qtbot.waitUntil(lambda: bool(done or failed), timeout=20_000)
        assert failed == []
        assert not done[0].problems, done[0].problems

    return bring
