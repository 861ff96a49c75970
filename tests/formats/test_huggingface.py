"""Hugging Face folders. Oracles: `datasets` itself, offline, and pyarrow on what we wrote."""

from datetime import date

import pytest
from msgspec import structs

pa = pytest.importorskip("pyarrow")

from pyarrow import parquet  # noqa: E402

from annotator.formats import READABLE, huggingface, jsonl, recognise  # noqa: E402
from annotator.formats.isolation import Isolated  # noqa: E402
from annotator.records import AnnotatorRecord, LayerRecord, Meta, Problem, SpanRecord  # noqa: E402
from annotator.verification import kept  # noqa: E402
from tests.loading import load  # noqa: E402

TEXT = "🚒 Sources close to the mayor said she denied it.\r\n"
LAYER = LayerRecord(
    schema_name="source-annotator/1",
    document="a",
    text=TEXT,
    meta=Meta(published="2026-11-23"),
    annotator=AnnotatorRecord(name="ana"),
    status="finished",
    spans=[SpanRecord(id="s", start=2, end=28, label="anonymous-source", text=TEXT[2:28])],
)


def written(folder, *given_):
    folder.mkdir(exist_ok=True)
    huggingface.write_folder(given_, folder)
    return folder


def read(folder):
    found = [each.found for each in huggingface.read(folder)]
    return [each for each in found if isinstance(each, LayerRecord)], [
        each for each in found if isinstance(each, Problem)
    ]


def foreign(folder, *rows, name="train.parquet"):
    (folder / "data").mkdir(exist_ok=True)
    parquet.write_table(pa.Table.from_pylist(list(rows)), folder / "data" / name)
    return folder


def test_datasets_loads_every_split_with_all_its_types_and_dates_as_they_are(tmp_path):
    odd = ["2026-11-23", "2026-13-45", "spring", None]
    layers = [
        structs.replace(LAYER, split=split, meta=Meta(published=published), spans=spans)
        for split, published, spans in [
            ("train", odd[0], LAYER.spans), ("test", odd[1], []), ("test", odd[2], []), ("validation", odd[3], []),
        ]
    ]  # fmt: skip
    folder = written(tmp_path / "out", *layers)
    assert sorted(path.name for path in (folder / "data").iterdir()) == [
        "test-00000.parquet", "train-00000.parquet", "validation-00000.parquet",
    ]  # fmt: skip
    assert sorted(load(folder, tmp_path / "cache")) == [
        "test 2 True True", "test 2026-13-45 []", "test spring []",
        "train 1 True True", "train 2026-11-23 [True]",
        "validation 1 True True", "validation None []",
    ]  # fmt: skip


def test_the_seed_comes_back_whole_and_in_the_same_bytes(seed, tmp_path):
    def given_():
        return [each.found for each in jsonl.read(seed / "seed.jsonl")]

    one, two = written(tmp_path / "one", *given_()), written(tmp_path / "two", *given_())
    (file,) = (one / "data").iterdir()
    assert file.read_bytes() == (two / "data" / file.name).read_bytes()
    back, problems = read(one)
    assert problems == []
    assert [kept(each, huggingface.FORMAT.carries) for each in back] == [
        kept(each, huggingface.FORMAT.carries) for each in given_()
    ]
    assert load(one, tmp_path / "cache")[-1] == "train 2 True True"


def test_a_dataset_without_layers_has_an_empty_file_with_all_columns(tmp_path):
    folder = written(tmp_path / "out")
    (file,) = (folder / "data").iterdir()
    assert parquet.read_schema(file).names == list(LayerRecord.__struct_encode_fields__)
    assert read(folder) == ([], [])


def test_columns_without_a_value_have_their_types_all_the_same(tmp_path):
    full, bare = written(tmp_path / "full", LAYER), written(tmp_path / "bare", structs.replace(LAYER, spans=[]))
    schemas = [parquet.read_schema(folder / "data" / "train-00000.parquet") for folder in (full, bare)]
    assert schemas[0].equals(schemas[1])
    assert schemas[0].field("group").type == pa.string()
    assert schemas[0].field("spans").type.value_type.field("score").type == pa.float64()


def test_rows_are_held_in_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(huggingface, "_ROWS", 2)
    folder = written(tmp_path / "out", *(structs.replace(LAYER, document=str(number)) for number in range(5)))
    assert parquet.ParquetFile(folder / "data" / "train-00000.parquet").metadata.num_row_groups == 3
    assert [each.document for each in read(folder)[0]] == list("01234")


def test_a_dataset_of_others_is_read_by_its_text_and_spans_and_the_rest_is_metadata(tmp_path):
    row = {
        "text": TEXT,
        "spans": [{"start": 2, "end": 28, "label": "ANON"}],
        "section": "local",
        "on": date(2026, 1, 2),
    }
    (layer,), problems = read(foreign(tmp_path, row))
    assert problems == []
    assert [(each.label, each.start, each.end) for each in layer.spans] == [("ANON", 2, 28)]
    assert layer.meta_json == '{"section":"local","on":"2026-01-02"}'


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"tokens": ["a"], "ner_tags": [0]}, "a row without a text; what it has are tokens, ner_tags"),
        ({"text": 7}, "a row without a text"),
        ({"text": TEXT, "raw": b"\xff"}, None),
        ({"text": TEXT, "spans": [{"start": "x"}]}, "left out, it cannot be read"),
        ({"text": TEXT, "spans": 7}, "are lists"),
        ({"text": TEXT, "schema": "other/2"}, "this line cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named_by_file_and_row(row, what, tmp_path):
    good = foreign(tmp_path, {"text": TEXT}, name="a.parquet")
    found, problems = read(foreign(good, row, name="b.parquet"))
    assert found[0].text == TEXT
    assert [what in str(each) and str(each).startswith("data/b.parquet, line 1") for each in problems] == [True] * bool(
        what
    )


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1", None])
def test_a_broken_file_is_a_problem_and_the_next_is_read(content, tmp_path):
    folder = written(tmp_path / "out", LAYER)
    whole = (folder / "data" / "train-00000.parquet").read_bytes()
    (folder / "data" / "a.parquet").write_bytes(whole[:-100] if content is None else content)
    found, (problem,) = read(folder)
    assert [each.document for each in found] == ["a"]
    assert str(problem).startswith("data/a.parquet: not a Parquet file that can be read")


def test_pages_that_were_changed_are_a_problem(tmp_path):
    folder = written(tmp_path / "out", LAYER)
    file = folder / "data" / "train-00000.parquet"
    data = bytearray(file.read_bytes())
    data[20:120] = bytes(100)
    file.write_bytes(data)
    _, problems = read(folder)
    assert problems


def test_a_folder_is_known_by_its_files_and_read_in_a_process_of_its_own(tmp_path):
    folder = written(tmp_path / "out", LAYER)
    assert recognise(folder).name == "huggingface"
    assert recognise(tmp_path) is None
    with Isolated() as isolated:
        (layer,) = [each.found for each in isolated.read(READABLE["huggingface"], folder)]
    assert kept(layer, huggingface.FORMAT.carries) == kept(LAYER, huggingface.FORMAT.carries)


@pytest.mark.parametrize(
    ("split", "name"),
    [(None, "train"), ("test", "test"), ("../x", "_x"), ("a b", "a_b")],
)
def test_a_split_names_its_file_and_never_another_place(split, name):
    assert huggingface.file_name(split) == f"{name}-00000.parquet"
