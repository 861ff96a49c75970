"""Evaluating a model over a project on disk: thresholds, sides of a split, and what is left out and where."""

from hashlib import sha256

import pytest

from annotator import evaluating
from annotator.criteria import Criteria, Side
from annotator.records import UserError
from annotator.reviewing import ReviewCancelled
from annotator.splits import Manifest
from annotator.store import Store
from tests.builders import bring_lines, by, line, span


def article(number):
    return f"Article {number}. " + "They said no. " * 4


def layer(number, name, *spans, **more):
    return line(
        article(number), *spans, annotator=by(name, more.pop("kind", name)), meta={"title": f"No. {number}"}, **more
    )


GOLD = (span(0, 7), span(12, 25, "on-record"))
PREDICTED = (
    span(0, 7, score=0.9),
    span(12, 20, "on-record", score=0.6),
    span(35, 45, score=0.3),
    span(50, 55),
)


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        both = [
            each
            for number in range(4)
            for each in (
                layer(number, "gold", *GOLD, negatives=[{"start": 30, "end": 40}]),
                layer(number, "model", *PREDICTED),
            )
        ]
        bring_lines(store, tmp_path, *both, layer(5, "model", *PREDICTED[:1]), layer(6, "gold"))
        yield store


def side(name, *numbers):
    return Side(
        name,
        Manifest(seed=0, ratios=[1, 1], sides={name: [sha256(article(each).encode()).hexdigest() for each in numbers]}),
    )


def evaluate(store, **criteria):
    return evaluating.evaluate(store, "gold", "model", Criteria(**criteria))


def figures(score):
    return {name: ratio.value for name, ratio in score.items()}


def test_a_model_is_measured_where_gold_and_it_finished(store):
    found = evaluate(store)
    assert (found.documents.total, found.documents.compared, found.predictions.compared) == (6, 4, 16)
    assert {each.reason: each.documents for each in found.documents.excluded} == {
        "gold is not finished there": 1, "the model has no finished layer there": 1,
    }  # fmt: skip
    assert figures(found.scores.all.overlap) == {"precision": 0.5, "recall": 1, "f1": pytest.approx(2 / 3)}
    assert figures(found.scores.labels["on-record"].strict) == {"precision": 0, "recall": 0, "f1": 0}
    assert (found.scores.negatives.negatives, found.scores.negatives.predictions) == (4, 4)


def test_predictions_without_gold_are_listed_with_their_documents(store):
    (left_out,) = evaluate(store).predictions.excluded
    assert (left_out.reason, left_out.predictions) == ("gold is not finished there", 1)
    assert [(each.title, each.predictions) for each in left_out.documents] == [("No. 5", 1)]


def test_a_threshold_leaves_out_lower_scores_and_predictions_without_one(store):
    found = evaluate(store, threshold=0.6)
    assert found.predictions.compared == 8
    assert {each.reason: each.predictions for each in found.predictions.excluded} == {
        "gold is not finished there": 1, "below the threshold": 4, "without a score": 4,
    }  # fmt: skip
    assert figures(found.scores.all.overlap) == {"precision": 1, "recall": 1, "f1": 1}


def test_one_side_of_a_split_is_measured_and_predictions_outside_it_are_listed(store):
    found = evaluate(store, side=side("test", 1, 2, 5, 77))
    assert (found.split, found.documents.compared, found.not_in_project) == ("test", 2, 1)
    outside = found.predictions.excluded[0]
    assert (outside.reason, outside.predictions) == ("outside the split", 8)
    assert [each.title for each in outside.documents] == ["No. 0", "No. 3"]


def test_a_side_without_a_document_has_reasons_for_every_null(store):
    found = evaluate(store, side=side("test", 77))
    assert found.documents.compared == 0
    assert {each.reason for each in found.scores.undefined} == {"no document has two finished layers"}


def test_what_does_not_exist_is_refused(store):
    with pytest.raises(UserError, match="no annotator named “bert”. It has: gold, model"):
        evaluating.evaluate(store, "gold", "bert")
    with pytest.raises(UserError, match="cannot be measured against itself"):
        evaluating.evaluate(store, "gold", "gold")
    with pytest.raises(UserError, match="no side “dev”. It has: test"):
        evaluate(store, side=Side("dev", side("test", 1).manifest))
    with pytest.raises(ReviewCancelled):
        evaluating.evaluate(store, "gold", "model", cancelled=lambda: True)


def test_a_name_is_gold_before_a_person_and_a_model_before_gold(store, tmp_path):
    bring_lines(store, tmp_path, layer(0, "gold", kind="human"), layer(0, "model", kind="human"))
    assert evaluate(store).predictions.compared == 16


def test_the_seed_layers_against_each_other_have_the_f1_of_agreement(tmp_path, seed):
    from tests.builders import bring_in

    with Store.create(tmp_path / "seed.annotator") as store:
        bring_in(store, seed / "seed.jsonl")
        scores = evaluating.evaluate(store, "first", "second").scores
    assert [round(getattr(scores.all, name)["f1"].value, 4) for name in ("strict", "iou50", "overlap")] == [
        0.1290, 0.5806, 0.6452,
    ]  # fmt: skip
