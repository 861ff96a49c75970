"""Every format that we write, through the whole of an export: written, read back, put in place, and made again."""

import pytest

from annotator import exporters, importers, repetition
from annotator.assets import FOLDER
from annotator.exporters import ExportOptions
from annotator.formats import READABLE, WRITABLE
from annotator.store import Store
from tests.builders import bring_in


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "sample.annotator"
    with Store.create(path) as store:
        importers.import_files(store, importers.find([FOLDER / "sample" / "sample.jsonl"]))
    return path


@pytest.mark.parametrize("name", WRITABLE)
def test_a_format_is_exported_and_the_same_bytes_are_made_again(sample, tmp_path, name):
    with Store.open_to_read(sample) as store:
        report = exporters.export(store, tmp_path / "out", ExportOptions(format=name))
        assert (report.layers, report.spans > 80) == (10, True)
        folder = tmp_path / "out" if WRITABLE[name].is_folder else tmp_path
        made = folder / ("export.json" if WRITABLE[name].is_folder else "out.export.json")
        (tmp_path / "second").mkdir()
        repetition.repeat(store, made, tmp_path / "second" / "out")


@pytest.mark.parametrize("name", sorted(WRITABLE.keys() & READABLE.keys()))
def test_an_export_is_recognised_and_comes_into_another_project(sample, tmp_path, name):
    with Store.open_to_read(sample) as store:
        exporters.export(store, tmp_path / "out", ExportOptions(format=name))
    with Store.create(tmp_path / "other.annotator") as other:
        report = bring_in(other, tmp_path / "out")
        assert (report.documents, report.left_out) == (6, 0), report.problems
