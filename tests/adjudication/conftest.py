"""Projects with several people's finished layers."""

import pytest

from annotator.store import Store


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "p.annotator", "Test") as store:
        yield store
