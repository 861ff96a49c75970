"""What the formats with room for all of a layer share: several layers of a document, lines, names of files."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from annotator.formats import WRITABLE, details
from annotator.records import AnnotatorRecord, LayerRecord
from annotator.verification import kept
from tests.formats.layers import layers
from tests.formats.test_laws import written_and_read

WITH_ROOM = ["brat", "gate", "uima-json", "uima-xmi", "w3c"]
NOBODY = None
PEOPLE = [
    AnnotatorRecord(name="x", kind="gold"), AnnotatorRecord(name="x (gold)"), AnnotatorRecord(name="x"), NOBODY,
    AnnotatorRecord(name="x", kind="model", id="m1"), AnnotatorRecord(name="X/…/😀"), AnnotatorRecord(name="INITIAL_CAS"),
]  # fmt: skip


@pytest.mark.parametrize("name", WITH_ROOM)
@settings(max_examples=25)
@given(layers(), st.permutations(PEOPLE))
def test_all_layers_of_a_document_come_back_whoever_made_them(name, layer, people):
    target = WRITABLE[name]
    given_ = []
    for who in people:
        spans = [structs.replace(span) for span in layer.spans]
        given_.append(
            LayerRecord(
                schema_name="source-annotator/1", document=layer.document, text=layer.text, meta=layer.meta,
                annotator=who, status="finished", spans=spans, negatives=layer.negatives, relations=layer.relations,
            )
        )  # fmt: skip
    with TemporaryDirectory() as folder:
        back = written_and_read(target, given_, Path(folder))
    assert sorted((kept(each, target.carries) for each in back), key=repr) == sorted(
        (kept(each, target.carries) for each in given_), key=repr
    )


def test_a_line_too_long_for_the_memory_ends_the_reading(tmp_path, monkeypatch):
    monkeypatch.setattr(details, "WHOLE", 1_000)
    path = tmp_path / "a"
    path.write_bytes(b'{"a":1}\n' + b'{"b":"' + b"x" * 5_000 + b'"}\n{"c":1}\n')
    found = list(details.objects(path))
    assert found[0][0] == {"a": 1}
    assert len(found) == 2 and "MB" in found[1][0]


@given(st.lists(st.text(max_size=90), max_size=8))
def test_names_of_files_are_different_and_lead_nowhere(names):
    taken = set()
    found = [details.file_name(name, taken) for name in names]
    assert len({each.casefold() for each in found}) == len(names)
    for name in found:
        assert name and not set(name) & set('/\\\0:*?"<>|\n') and name.strip(" .") == name and len(name) < 100
