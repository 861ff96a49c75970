"""The commands that measure: the table, the JSON, and what cannot be measured."""

import json
import math
from hashlib import sha256

import pytest

from annotator.store import Store
from tests.builders import bring_in, bring_lines, by, line, span

KEYS = [
    "schema", "annotators", "documents", "layers", "alpha", "alpha_u", "f1", "loss", "boundary", "confusion", "pairs",
    "expert", "undefined",
]  # fmt: skip


@pytest.fixture
def run(call):
    """In this process: each start would take longer than what it measures."""
    return call


def article(number):
    return f"Article {number}. " + "They said no. " * 4


def layer(number, name, *spans, **more):
    return line(article(number), *spans, annotator=by(name, more.pop("kind", "human")), **more)


def project(folder, *lines):
    with Store.create(folder / "p.annotator") as store:
        bring_lines(store, folder, *lines)
    return "p.annotator"


def nulls(value, path=""):
    """Paths of what is null; what is not finite is an error."""
    if isinstance(value, dict):
        return {each for key, inner in value.items() for each in nulls(inner, f"{path}.{key}")}
    if isinstance(value, list):
        return {each for key, inner in enumerate(value) for each in nulls(inner, f"{path}.{key}")}
    assert not isinstance(value, float) or math.isfinite(value)
    return {path.lstrip(".")} if value is None else set()


def measured(run, path, *options):
    found = json.loads(run("agreement", path, *options, "--json").stdout)
    undefined = {each["path"]: each["reason"] for each in found.pop("undefined")}
    assert nulls(found) == undefined.keys()
    return found, undefined


def test_the_seed_has_its_figures_to_four_decimals_and_no_interval(run, tmp_path, seed):
    with Store.create(tmp_path / "p.annotator") as store:
        bring_in(store, seed / "seed.jsonl")
    assert list(json.loads(run("agreement", "p.annotator", "--json").stdout)) == KEYS
    found, undefined = measured(run, "p.annotator")
    f1 = {key: round(value, 4) for key, value in found["f1"].items() if key != "labels"}
    assert f1 == {
        "strict": 0.1290, "strict_any": 0.3226, "iou50": 0.5806, "iou50_any": 0.7742, "overlap": 0.6452,
        "overlap_any": 0.8387,
    }  # fmt: skip
    alpha = found["alpha"]
    values = {key: round(each["value"], 4) for key, each in {**alpha["labels"], "any": alpha["any"]}.items()}
    assert values == {
        "anonymous-source": -0.0069, "on-record": 0.2643, "denial": 0.8072, "non-comment": 0.8934, "any": 0.5109,
    }  # fmt: skip
    assert undefined["alpha.any.low"] == "an interval needs two compared documents or more"
    said = run("agreement", "p.annotator").stdout
    assert said.startswith(
        "The agreement of first and second is reliable for denial and non-comment, too low for anonymous-source and "
        "on-record; most disagreement is about where spans begin and end (52% of spans).\nOnly one document could"
    )
    assert "on-record          0.26     –       0.00     0.62      0.62   0.23    0.15     13          1  few\n" in said


THREE = [
    layer(0, "Ana", span(0, 7), span(12, 25, "on-record")), layer(0, "Ben", span(0, 7)), layer(0, "Cem", span(0, 9)),
    layer(1, "Ana", span(0, 7)), layer(1, "Ben"),
    layer(2, "Ana", span(0, 7)),
    layer(3, "Ben", status="started"),
    layer(4, "Ana", span(3, 9)), layer(4, "Dora", span(3, 9)),
]  # fmt: skip


def test_missing_layers_empty_ones_and_pairs_without_a_common_document(run, tmp_path):
    found, undefined = measured(run, project(tmp_path, *THREE))
    assert found["documents"] == {
        "total": 5, "compared": 3,
        "excluded": [{"reason": "nobody finished it", "documents": 1},
                     {"reason": "only one annotator finished it", "documents": 1}],
    }  # fmt: skip
    assert found["layers"]["compared"] == 7
    pairs = {(pair["a"], pair["b"]): pair for pair in found["pairs"]}
    assert len(pairs) == 6
    # The finished empty layer counts: of Ana's two spans and Ben's one of the first article one pair is alike.
    assert (pairs["Ana", "Ben"]["documents"], pairs["Ana", "Ben"]["f1"]["strict"]) == (2, 0.5)
    assert pairs["Ana", "Dora"]["f1"]["strict"] == 1
    for other in ("Ben", "Cem"):
        assert pairs[other, "Dora"]["documents"] == 0
        assert pairs[other, "Dora"]["alpha"] is None
    assert "no document was finished by both" in undefined.values()
    assert undefined["alpha.labels.non-comment.value"] == "no character of a compared document is inside it"
    # By hand: five pairs of layers have 11 spans; alike are one of Ana and Ben, and that of Ana and Dora.
    assert found["f1"]["strict"] == pytest.approx(4 / 11)
    assert found["alpha_u"]["labels"]["denial"]["merged"] == 0


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "There is nothing to compare yet"),
        ([layer(0, "Ana", span(0, 7))], "There is nothing to compare yet"),
        ([layer(0, "Ana"), layer(0, "Ben")], "Nothing to measure: Ana and Ben marked nothing"),
        ([layer(0, name, span(0, 7)) for name in "ABCDE"], "The agreement of the 5 annotators is reliable for denial"),
    ],
)
def test_the_result_is_said_in_words(run, tmp_path, lines, says):
    path = project(tmp_path, *lines) if lines else "p.annotator"
    if not lines:
        Store.create(tmp_path / path).close()
    measured(run, path)
    done = run("agreement", path)
    assert done.stdout.startswith(says)
    assert done.stderr == ""
    assert "nan" not in done.stdout.lower()


def test_criteria_choose_layers_and_what_they_leave_out_is_said(run, tmp_path):
    path = project(
        tmp_path, *THREE, layer(0, "bert", kind="model", round="calibration"), layer(4, "Cem", span(3, 9), blind=False)
    )
    found, _ = measured(run, path, "--annotators", "Ana, bert")
    assert found["annotators"] == ["Ana", "bert"]
    assert measured(run, path, "--documents", '"Article 0"')[0]["documents"]["compared"] == 1
    assert measured(run, path, "--round", "calibration")[0]["documents"]["compared"] == 0
    assert measured(run, path, "--since", "2999-12-31")[0]["layers"]["compared"] == 0
    assert measured(run, path)[0]["layers"]["compared"] == 8
    assert measured(run, path, "--blind-only")[0]["layers"]["compared"] == 7
    assert "not blind (1)" in run("agreement", path, "--blind-only").stdout
    assert "no annotator named “Eva”" in run("agreement", path, "--annotators", "Eva", code=1).stderr
    assert "no guideline whose hash begins with “ff0”" in run("agreement", path, "--guideline", "ff0", code=1).stderr
    assert "--since" in run("agreement", path, "--since", "yesterday", code=2).stderr


@pytest.fixture
def predicted(tmp_path):
    both = [
        each
        for number in range(3)
        for each in (
            layer(number, "gold", span(0, 7), kind="gold", negatives=[{"start": 30, "end": 40}]),
            layer(number, "bert", span(0, 7, score=0.9), span(35, 45, score=0.3), kind="model"),
        )
    ]
    sides = {"train": [sha256(article(0).encode()).hexdigest()], "test": [sha256(article(1).encode()).hexdigest()]}
    (tmp_path / "split.json").write_text(json.dumps({"seed": 0, "ratios": [1, 1], "sides": sides}))
    return project(tmp_path, *both)


def test_a_model_is_evaluated(run, predicted):
    said = run("evaluate", predicted, "--gold", "gold", "--model", "bert").stdout
    assert said.startswith("bert has an F1 of 0.67 (0.67 to 0.67) by overlap, measured against gold.\nFewer than 20")
    assert "False on negatives: 3 predictions; of 3 negatives 3 were hit." in said
    found = json.loads(run("evaluate", predicted, "--gold", "gold", "--model", "bert", "--json").stdout)
    assert found["schema"] == "source-annotator/evaluation/1"
    undefined = {each["path"] for each in found["scores"].pop("undefined")}
    assert nulls(found["scores"]) == undefined
    assert found["scores"]["labels"]["denial"]["strict"]["precision"]["value"] == 0.5


def test_a_side_and_a_threshold_narrow_an_evaluation(run, predicted):
    command = ["evaluate", predicted, "--gold", "gold", "--model", "bert"]
    narrowed = [*command, "--split", "test", "--splits-from", "split.json", "--threshold", "0.5"]
    said = run(*narrowed).stdout
    assert said.startswith("bert has an F1 of 1.00 by overlap on test, measured against gold.")
    assert "outside the split (4)." in said
    assert "below the threshold (1)." in said
    assert json.loads(run(*narrowed, "--json").stdout)["predictions"]["compared"] == 1
    assert "--splits-from" in run(*command, "--split", "test", code=2).stderr
    assert "no side “dev”" in run(*command, "--split", "dev", "--splits-from", "split.json", code=1).stderr
    assert (
        "absent.json cannot be read" in run(*command, "--split", "test", "--splits-from", "absent.json", code=1).stderr
    )


def test_a_report_is_written_with_the_criteria_of_agreement(run, tmp_path):
    path = project(
        tmp_path, layer(1, "Ana", span(11, 25)), layer(1, "Ben", span(11, 25)), layer(2, "Cem", status="started")
    )
    done = run("report", path, "out.html", "--annotators", "Ana,Cem", "--blind-only", "--figures", "figures")
    assert done.stderr == "Wrote out.html\n"  # there is nothing to draw
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "Ana, Cem" in page and "only layers made without seeing others" in page
    assert "There is nothing to compare yet" in page
    assert "Wrote out.pdf" in run("report", path, "out.pdf", "--figures", "figures").stderr
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    assert len(list((tmp_path / "figures").iterdir())) == 8


def test_a_report_of_a_kind_that_there_is_not_is_refused(run, tmp_path):
    done = run("report", project(tmp_path, layer(1, "Ana")), "out.docx", code=1)
    assert "Name a file that ends in .html or .pdf." in done.stderr
    assert not (tmp_path / "out.docx").exists()
