"""The JSON Schema that is shipped: up to date, true of what is exported, and false of broken lines."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator

from annotator import exporters
from annotator.assets import FOLDER
from annotator.formats.jsonl import json_schema
from annotator.store import Store
from tests.builders import TEXT, bring_in, by, line, parsed, span, write_lines

SHIPPED = FOLDER / "source-annotator-1.schema.json"
REGENERATE = (
    "The records have changed. Write the schema again:\n"
    "python -c 'from annotator.assets import FOLDER; from annotator.formats.jsonl import json_schema; "
    '(FOLDER / "source-annotator-1.schema.json").write_bytes(json_schema())\''
)


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(SHIPPED.read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_shipped_schema_is_that_of_the_records():
    assert SHIPPED.read_bytes() == json_schema(), REGENERATE


def exported(folder, source):
    with Store.create(folder / "p.annotator") as store:
        bring_in(store, source)
        exporters.export(store, folder / "out.jsonl", status="all")
    return parsed(folder / "out.jsonl")


def test_every_exported_line_is_as_the_schema_says(validator, tmp_path):
    lines = exported(tmp_path, FOLDER / "sample" / "sample.jsonl")
    assert len(lines) > 9
    for each in lines:
        validator.validate(each)


def test_the_seed_and_its_export_are_as_the_schema_says(validator, seed, tmp_path):
    for each in [*parsed(seed / "seed.jsonl"), *exported(tmp_path, seed / "seed.jsonl")]:
        validator.validate(each)


def test_the_least_that_a_line_needs_and_a_line_of_labels_are_as_the_schema_says(validator):
    validator.validate(line(TEXT, span(0, 9)))
    validator.validate({"schema": "source-annotator/1", "labels": [{"key": "hedge", "title": "Hedge"}]})


BREAK = {
    "no text": lambda found: found.pop("text"),
    "no schema": lambda found: found.pop("schema"),
    "another schema": lambda found: found.update(schema="source-annotator/2"),
    "another unit": lambda found: found.update(offset_unit="byte"),
    "an unknown key": lambda found: found.update(colour="red"),
    "an unknown status": lambda found: found.update(status="done"),
    "spans that are no list": lambda found: found.update(spans={}),
    "a span without its end": lambda found: found["spans"][0].pop("end"),
    "a span without a label": lambda found: found["spans"][0].pop("label"),
    "a start that is a string": lambda found: found["spans"][0].update(start="0"),
    "a start that is a fraction": lambda found: found["spans"][0].update(start=0.5),
    "an unknown key of a span": lambda found: found["spans"][0].update(colour="red"),
    "an unknown identity": lambda found: found["spans"][0].update(identity="secret"),
    "a part without a role": lambda found: found["spans"][0]["parts"].append({"start": 0, "end": 1}),
    "an annotator without a name": lambda found: found["annotator"].pop("name"),
    "a relation to nothing": lambda found: found["relations"].append({"type": "answers", "from": "a"}),
    "meta that is a string": lambda found: found.update(meta="x"),
}


@pytest.mark.parametrize("what", BREAK)
def test_a_broken_line_is_not(validator, tmp_path, what):
    (good,) = exported(tmp_path, write_lines(tmp_path / "in.jsonl", [line(TEXT, span(0, 9), annotator=by("Ana"))]))
    assert validator.is_valid(good)
    broken = copy.deepcopy(good)
    BREAK[what](broken)
    assert not validator.is_valid(broken)
