"""Real projects in a folder of the test's own."""

import pytest

from annotator.store import Store
from tests.builders import add_annotator, add_document


@pytest.fixture
def store(tmp_path):
    """A new project, open for writing."""
    with Store.create(tmp_path / "p.annotator", "Test") as store:
        yield store


@pytest.fixture
def document(store, tmp_path):
    """The id of an article in the project."""
    return add_document(store, tmp_path)


@pytest.fixture
def ana(store):
    """The id of somebody who annotates."""
    return add_annotator(store)
