"""The README of an export. Oracles: a YAML parser, `datasets` itself, and plain counts of the exported lines."""

import json
from collections import Counter

import pytest

from annotator import exporters, importers, repetition
from annotator.exporters import ExportOptions
from annotator.records import UserError
from annotator.store import Store
from tests.builders import bring_in, bring_lines, by, line, parsed, span
from tests.loading import load

yaml = pytest.importorskip("yaml")


@pytest.fixture
def store(tmp_path):
    """Twenty articles of three outlets, two people and gold, odd dates."""
    (tmp_path / "p").mkdir()
    with Store.create(tmp_path / "p" / "p.annotator", "The *project*") as store:
        lines = []
        for number in range(20):
            text = f"{' '.join(f'w{number}x{i}' for i in range(40))} She denied it."
            meta = {
                "outlet": "A|B\n<i>" if number % 3 else "Gazette",
                "published": "2026-13-45" if number % 2 else None,
            }
            lines.append(line(text, span(0, 5, "denial"), annotator=by("Ana"), meta=meta, language="en"))
            if number < 4:
                lines.append(line(text, span(0, 5, "denial"), span(6, 9, "on-record"), annotator=by("Ben"), meta=meta))
            if number < 2:
                gold = span(0, 5, "denial", taken_from="Ana", reason="formula"), span(6, 9, "on-record")
                lines.append(line(text, *gold, annotator=by("G", "gold"), meta=meta))
            if number == 5:
                lines.append(line(text, annotator=by("Ben"), meta=meta, status="started"))
        bring_lines(store, tmp_path, *lines)
        yield store


def export(store, path, **options):
    return exporters.export(store, path, ExportOptions(**options))


def card(folder, name="README.md"):
    said = (folder / name).read_text("utf-8")
    _, front, body = said.split("---\n", 2)
    return yaml.safe_load(front), body


def rows(body, heading):
    section = body.split(f"## {heading}\n")[1].split("\n## ")[0]
    table = [each.strip("| ").split(" | ") for each in section.splitlines() if each.startswith("|")]
    return table[2:]


def test_the_card_counts_what_the_file_holds(store, tmp_path):
    (tmp_path / "out").mkdir()
    export(store, tmp_path / "out", license="cc-by-4.0")
    lines = parsed(tmp_path / "out" / "data.jsonl")
    front, body = card(tmp_path / "out")
    assert (front["license"], front["pretty_name"], front["language"]) == ("cc-by-4.0", "The *project*", ["en"])
    assert "# The \\*project\\*\n" in body
    labels = Counter(each["label"] for found in lines for each in found["spans"])
    assert {label: int(number) for label, number in rows(body, "Labels")} == labels
    assert rows(body, "Annotators") == [
        ["Ana", "human", "20", "20"],
        ["Ben", "human", "4", "8"],
        ["G", "gold", "2", "4"],
    ]
    assert rows(body, "Outlets") == [["A\\|B &lt;i&gt;", "13"], ["Gazette", "7"]]
    assert "32 spans in 26 layers of 20 articles" in body
    assert "once for each of its layers" in body
    assert "- 1 unfinished layer.\n" in body
    assert "Adjudication made 2 gold layers. No layer is named for 2 spans." in body
    assert ["Ana", "2"] in rows(body, "Gold")
    assert ["formula", "2"] in rows(body, "Gold")


def test_datasets_loads_a_folder_of_native_lines_without_an_adapter(store, tmp_path):
    export(store, tmp_path / "out", split="60/20/20")
    said = load(tmp_path / "out", tmp_path / "cache")
    for side in ("train", "validation", "test"):
        lines = parsed(tmp_path / "out" / f"{side}.jsonl")
        expected = [f"{side} {each['meta']['published']} {[True] * len(each['spans'])}" for each in lines]
        assert [each for each in said if each.startswith(f"{side} ")] == [*expected, f"{side} {len(lines)} True True"]


def test_a_first_shard_without_a_line_does_no_harm(store, tmp_path):
    export(store, tmp_path / "out", folder=True)
    (tmp_path / "out" / "none.jsonl").write_text("")
    readme = tmp_path / "out" / "README.md"
    readme.write_text(readme.read_text().replace('path: "data.jsonl"', 'path: ["none.jsonl", "data.jsonl"]'))
    assert load(tmp_path / "out", tmp_path / "cache")[-1] == "train 26 True True"


def test_a_side_without_articles_is_counted_and_not_given_to_loaders_which_would_refuse_them_all(store, tmp_path):
    export(store, tmp_path / "out", split="0/100")
    assert (tmp_path / "out" / "train.jsonl").read_bytes() == b""
    front, body = card(tmp_path / "out")
    assert [each["split"] for each in front["configs"][0]["data_files"]] == ["test"]
    assert rows(body, "Splits") == [["train", "0", "0", "0"], ["test", "20", "26", "32"]]
    assert load(tmp_path / "out", tmp_path / "cache")[-1] == "test 26 True True"


def test_dates_that_all_are_plain_come_as_times_from_lines_as_the_card_says_and_as_they_were_from_parquet(tmp_path):
    with Store.create(tmp_path / "q.annotator") as other:
        bring_lines(other, tmp_path, line("One.", annotator=by("Ana"), meta={"published": "2026-01-02"}))
        export(other, tmp_path / "lines", folder=True)
        export(other, tmp_path / "parquet", format="huggingface")
    assert "`2026-01-02 00:00:00`" in card(tmp_path / "lines")[1]
    assert "00:00:00" not in card(tmp_path / "parquet")[1]
    assert load(tmp_path / "lines", tmp_path / "cache")[0] == "train 2026-01-02 00:00:00 []"
    assert load(tmp_path / "parquet", tmp_path / "cache")[0] == "train 2026-01-02 []"


def test_a_split_hugging_face_dataset_loads_and_leaves_out_what_is_on_no_side(store, tmp_path):
    report = export(store, tmp_path / "out", format="huggingface", split="60/20/20")
    said = load(tmp_path / "out", tmp_path / "cache")
    assert sum(int(each.split()[1]) for each in said if each.endswith("True True")) == 26
    front, body = card(tmp_path / "out")
    assert [each["path"] for each in front["configs"][0]["data_files"]] == [
        f"data/{side}-00000.parquet" for side in ("train", "validation", "test")
    ]
    assert f"- {report.split.warnings[0]}".replace("|", "\\|")[:40] in body


def test_articles_on_no_side_are_in_no_file_of_a_dataset(store, tmp_path):
    export(store, tmp_path / "first", split="50/50")
    manifest = json.loads((tmp_path / "first" / "split.json").read_text())
    words = {
        each["sha256"]: each["text"]
        for side in ("train", "test")
        for each in parsed(tmp_path / "first" / f"{side}.jsonl")
    }
    one, two = (words[manifest["sides"][side][0]] for side in ("train", "test"))
    bring_lines(store, tmp_path, line(f"{one} {two}", annotator=by("Ana")))
    earlier = exporters.splits.read_manifest(tmp_path / "first" / "split.json")
    report = export(store, tmp_path / "out", format="huggingface", splits_from=earlier)
    if not report.split.set_aside:
        pytest.skip("the joined article is not like both")
    lines = [each.found for each in exporters.WRITABLE["huggingface"].read(tmp_path / "out", {})]
    assert {each.sha256 for each in lines}.isdisjoint(report.split.set_aside)
    assert "1 article on no side" in card(tmp_path / "out")[1]


def test_beside_a_file_there_is_a_card_where_it_is_asked_for(store, tmp_path):
    export(store, tmp_path / "out.jsonl")
    assert [path.name for path in tmp_path.glob("out*")] == ["out.jsonl", "out.jsonl.export.json"]
    export(store, tmp_path / "out.jsonl", card=True)
    front, body = card(tmp_path, "out.jsonl.README.md")
    assert front["configs"][0]["data_files"] == [{"split": "train", "path": "out.jsonl"}]
    assert "](out.jsonl.labels.svg)" in body
    assert (tmp_path / "out.jsonl.labels.svg").read_text().startswith("<svg")
    made = json.loads((tmp_path / "out.jsonl.export.json").read_text())
    assert [each["name"] for each in made["files"]] == ["out.jsonl", "out.jsonl.README.md", "out.jsonl.labels.svg"]


def test_what_a_format_loses_is_in_its_card_and_no_types_that_it_does_not_have(store, tmp_path, monkeypatch):
    from msgspec import structs

    from annotator.formats import prodigy
    from annotator.records import EVERYTHING

    lossy = structs.replace(prodigy.FORMAT, name="lossy", carries=EVERYTHING - {"states"})
    monkeypatch.setitem(exporters.WRITABLE, "lossy", lossy)
    export(store, tmp_path / "out", format="lossy", folder=True)
    front, body = card(tmp_path / "out")
    assert "- This format cannot carry: the state of the layer (status, round, blind, guideline) (26 times)." in body
    assert "dataset_info" not in front
    assert "## Loading" not in body


def test_pseudonyms_are_what_the_card_names_too(store, tmp_path):
    export(store, tmp_path / "out", folder=True, pseudonyms=True)
    _, body = card(tmp_path / "out")
    assert "Ana" not in body
    assert [each[0][:10] for each in rows(body, "Annotators")] == ["annotator-"] * 3


@pytest.mark.parametrize("options", [{"folder": True}, {"format": "huggingface", "split": "60/20/20"}, {"card": True}])
def test_a_card_is_made_again_with_the_same_bytes(store, tmp_path, options):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in first, second:
        folder.mkdir()
    export(store, first / "out", **options)
    bring_lines(store, tmp_path, line("Later.", span(0, 3, "denial"), annotator=by("Zoe")))
    made = first / "out.export.json" if "card" in options else first / "out" / "export.json"
    repetition.repeat(store, made, second / "out")
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(files) >= 4
    assert [(first / path).read_bytes() for path in files] == [(second / path).read_bytes() for path in files]


def test_an_earlier_export_is_written_over_and_any_other_folder_is_not(store, tmp_path):
    (tmp_path / "out").mkdir()
    export(store, tmp_path / "out")
    export(store, tmp_path / "out", layer="gold")
    assert len(parsed(tmp_path / "out" / "data.jsonl")) == 2
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x").write_text("mine")
    with pytest.raises(UserError, match="holds something else"):
        export(store, tmp_path / "other")


def test_a_folder_with_its_card_comes_in_again_and_the_card_is_no_article(store, tmp_path):
    export(store, tmp_path / "out", folder=True)
    export(store, tmp_path / "file.jsonl", card=True)
    assert [source.path.name for source in importers.find([tmp_path / "out"])] == ["data.jsonl"]
    found = {source.path.name for source in importers.find([tmp_path])}
    assert {each for each in found if each.startswith("file")} == {"file.jsonl"}
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "README.md").write_text("An article.")
    assert [source.path.name for source in importers.find([tmp_path / "articles"])] == ["README.md"]
    with Store.create(tmp_path / "q.annotator") as other:
        report = bring_in(other, tmp_path / "out")
        assert (report.documents, report.layers, report.left_out) == (20, 26, 0)
