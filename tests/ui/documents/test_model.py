"""The list of documents keeps the contract of Qt's models, whatever the project does under it."""

import pytest

from annotator.store.queries import Filter
from annotator.ui.documents.model import DocumentModel


@pytest.fixture
def model(project):
    model = DocumentModel(project)
    model.load(Filter())
    return model


def test_the_model_keeps_the_contract_of_qt(qtmodeltester, project, model):
    qtmodeltester.check(model)
    project.tag(1, [(0, 6)], "denial")
    project.set_status(2, "finished")
    project.set_metadata(3, {"title": "Another title"})
    project.undo()
    for wanted in (Filter(words="heron"), Filter(status="finished"), Filter(words="nowhere at all"), None, Filter()):
        model.load(wanted)
    assert model.rowCount() == 9
