"""What the formats with room for all of a layer share: several layers of a document, lines, names of files."""

import json
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from annotator.formats import READABLE, WRITABLE, details, recognise
from annotator.records import NO_OPTIONS, AnnotatorRecord, LayerRecord
from annotator.validation import check
from annotator.verification import kept
from tests.formats.layers import LABELS, layers
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


ODD = st.sampled_from([None, True, -1, 10**30, 1.5, "", "x", "\0", [], {}, [[]], [None], {"id": 3}, [{"type": []}]])


def spoiled(value, choose):
    """Return JSON with odd values in some places."""
    if choose(0, 25) == 0:
        return choose.odd()
    if isinstance(value, dict):
        return {key: spoiled(inner, choose) for key, inner in value.items() if choose(0, 40)}
    if isinstance(value, list):
        return [spoiled(inner, choose) for inner in value]
    return value


class Choice:
    def __init__(self, draw):
        self._random = draw(st.randoms(use_true_random=False))
        self._odd = draw(st.lists(ODD, min_size=3, max_size=6))

    def __call__(self, low, high):
        return self._random.randint(low, high)

    def odd(self):
        return self._random.choice(self._odd)


@pytest.mark.parametrize("name", ["gate", "w3c", "uima-json"])
@settings(max_examples=80)
@given(layers(), st.data())
def test_json_of_the_right_shape_with_odd_values_never_raises(name, layer, data):
    out = BytesIO()
    WRITABLE[name].write([layer], out)
    if name == "uima-json":
        with ZipFile(out) as files:
            whole = files.read(files.namelist()[0])
    else:
        whole = out.getvalue()
    raw = spoiled(json.loads(whole), Choice(data.draw))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_text(json.dumps(raw), encoding="utf-8")
        recognise(path)
        for each in READABLE[name].read(path, NO_OPTIONS):
            if isinstance(each.found, LayerRecord):
                assert all(span.text == each.found.text[span.start : span.end] for span in each.found.spans)
                check(each.found, frozenset(LABELS))
            else:
                str(each.found)


@pytest.mark.parametrize("name", WITH_ROOM)
@settings(max_examples=60)
@given(layers(), st.randoms(use_true_random=False))
def test_bytes_that_were_changed_never_raise(name, layer, random):
    target = WRITABLE[name]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        if target.is_folder:
            path.mkdir()
            target.write_folder([layer], path)
        else:
            with path.open("wb") as out:
                target.write([layer], out)
        for file in [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]:
            found = bytearray(file.read_bytes())
            for _ in range(random.randint(1, 6)):
                if found:
                    found[random.randrange(len(found))] = random.choice(
                        [0, 9, 10, 34, 44, 48, 123, 255, random.randrange(256)]
                    )
            file.write_bytes(bytes(found[: random.choice([len(found), random.randint(0, len(found))])]))
        for each in target.read(path, NO_OPTIONS):
            str(each.found)
