"""A model measured on the page of figures: figures as `evaluate` has them, and a way to each passage."""

from hashlib import sha256

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator import evaluating
from annotator.criteria import Criteria, Side
from annotator.splits import Manifest
from annotator.store import Store
from annotator.ui.review.criteria_bar import score
from annotator.wording import coefficient
from tests.builders import bring_lines, by, line, span
from tests.ui.hands import press
from tests.ui.review.test_figures_page import click, listed, settle, show, text


def article(number):
    return f"Article {number}. " + "They said no. " * 4


def layer(number, name, *spans, kind, **more):
    return line(article(number), *spans, annotator=by(name, kind), meta={"title": f"No. {number}"}, **more)


GOLD = (span(0, 7), span(12, 25, "on-record"))
PREDICTED = (
    span(0, 7, score=0.9),
    span(12, 20, "on-record", score=0.6),
    span(35, 45, score=0.3),  # on a negative
    span(50, 55),
)
MEASURED = 4  # articles that gold and the model finished


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "models.annotator"
    with Store.create(path) as store:
        lines = [
            each
            for number in range(MEASURED)
            for each in (
                layer(number, "truth", *GOLD, kind="gold", negatives=[{"start": 30, "end": 40}]),
                layer(number, "bert-1", *PREDICTED, kind="model"),
            )
        ]
        bring_lines(store, tmp_path, *lines, layer(5, "bert-1", *PREDICTED[:1], kind="model"))
    return path


@pytest.fixture
def page(window, path, qtbot):
    """The page with the model and gold chosen, and the models in front."""
    window.project.open(path)
    window.actions_["agreement"].trigger()
    page = window.agreement.page()
    settle(page, qtbot)
    for action in page.criteria.annotators.menu().actions():
        action.setChecked(True)
    compare(page, qtbot)
    show(page, page.figures.models.scores)
    return page


def compare(page, qtbot):
    page.criteria._timer.stop()
    page.criteria.changed.emit()
    settle(page, qtbot)


def evaluated(path, **criteria):
    with Store.open_to_read(path) as store:
        return evaluating.evaluate(store, "truth", "bert-1", Criteria(**criteria))


def manifest(tmp_path, **sides):
    hashes = {name: [sha256(article(each).encode()).hexdigest() for each in numbers] for name, numbers in sides.items()}
    found = Manifest(seed=0, ratios=[1] * len(sides), sides=hashes)
    path = tmp_path / "split.json"
    path.write_bytes(msgspec.json.encode(found))
    return path, found


def assert_shown(page, found, match="overlap"):
    ratios = [getattr(each, match) for each in (*found.scores.labels.values(), found.scores.all)]
    for row, each in enumerate(ratios):
        for column, name in enumerate(("f1", "precision", "recall"), start=1):
            assert text(page.figures.models.scores, row, column).partition(" ")[0] == coefficient(each[name].value)
    assert text(page.figures.models.scores, 4, 5) == str(found.scores.all.predicted)
    assert text(page.figures.models.scores, 4, 6) == str(found.scores.negatives.predictions)


@pytest.mark.parametrize("match", ["overlap", "iou50", "strict"])
def test_the_figures_are_those_of_evaluate(page, path, match):
    at = page.figures.models.match.findData(match)
    page.figures.models.match.setCurrentIndex(at)
    page.figures.models.match.activated.emit(at)
    assert_shown(page, evaluated(path), match)
    assert page.figures.models.model.currentText() == "bert-1 against truth"
    assert "bert-1 has an F1 of 0.67" in page.figures.models.said.text()


def test_every_cell_lists_what_it_is_named(page, qtbot):
    """By the words on screen alone, and by what was predicted above."""

    def shown(view, row, column):
        click(view, row, column)
        settle(page, qtbot)
        return [(each.kind, [one.string for one in each.lines]) for each in listed(page)]

    scores, losses = page.figures.models.scores, page.figures.models.losses
    assert [kind for kind, _ in shown(scores, 4, 2)] == ["bert-1 alone"] * 2 * MEASURED
    assert shown(scores, 4, 3) == []  # gold has nothing alone
    kinds = [kind.partition(":")[0] for kind, _ in shown(scores, 4, 1)]
    assert kinds == ["The same", "Other ends", "bert-1 alone", "bert-1 alone"] * MEASURED
    where_nothing_belongs = [strings for _, strings in shown(scores, 4, 6)]
    assert (
        where_nothing_belongs == [["nothing here", article(0)[35:45].strip()]] * MEASURED
        or where_nothing_belongs == [[article(0)[35:45].strip(), "nothing here"]] * MEASURED
    )
    assert text(scores, 4, 6) == str(MEASURED)
    assert {kind.partition(":")[0] for kind, _ in shown(losses, 4, 3)} == {"Other ends"}
    for view in (scores, losses):
        for row, items in enumerate(view.figures.table.rows):
            for column, item in enumerate(items):
                assert item.behind and item.said
                shown(view, row, column)
                assert page.behind.text().startswith(item.said)


def test_a_least_score_is_asked_of_figures_and_passages_alike(page, path, qtbot):
    assert page.criteria.models.isVisible()
    qtbot.keyClicks(page.criteria.score, "0,6")
    press(page.criteria.score, "Return")
    settle(page, qtbot)
    assert_shown(page, evaluated(path, threshold=0.6))
    show(page, page.figures.models.scores)
    click(page.figures.models.scores, 4, 2)
    settle(page, qtbot)
    assert listed(page) == []  # what it has alone scored lower, or not at all
    assert "below the threshold (4)" in page.figures.models.measured.text()


def test_a_side_of_a_split_is_asked_for_and_predictions_outside_are_listed(page, path, tmp_path, qtbot):
    where, found = manifest(tmp_path, train=[0, 3, 5], test=[1, 2, 77])
    page.criteria.open_split(where)
    settle(page, qtbot)
    assert page.criteria.side.currentText() == "Only test"
    assert_shown(page, evaluated(path, side=Side("test", found)))
    assert "Not in this project: 1 article of test" in page.figures.models.measured.text()
    outside = [(row.title, row.kind, row.lines[0].string) for row in page.figures.models.left_out.passages.rows]
    assert outside == [(f"No. {each}", "outside the split", f"{n} prediction{'s' * (n > 1)}") for each, n in ((0, 4), (3, 4), (5, 1))]  # fmt: skip
    show(page, page.figures.models.scores)
    click(page.figures.models.scores, 4, 0)
    settle(page, qtbot)
    assert {row.title for row in listed(page)} == {"No. 1", "No. 2"}


def test_the_list_of_what_was_left_out_stops_and_says_so(page, path, qtbot, monkeypatch):
    monkeypatch.setattr("annotator.ui.review.models.MOST_PASSAGES", 2)
    assert page.figures.models.left_out_heading.text() == "Articles whose predictions were left out"
    with Store.open_to_read(path) as store:
        found = evaluating.evaluate(store, "truth", "bert-1", Criteria(documents="nowhere"))
    page.figures.models.show_evaluations([found])
    assert page.figures.models.left_out_heading.text() == "The first 2 articles whose predictions were left out"
    assert len(page.figures.models.left_out.passages.rows) == 2


def test_an_article_that_was_left_out_is_opened_from_the_list(page, window):
    (row,) = page.figures.models.left_out.passages.rows
    assert (row.title, row.kind) == ("No. 5", "gold is not finished there")
    page.figures.models.left_out.setCurrentIndex(page.figures.models.left_out.passages.index(0))
    press(page.figures.models.left_out, "Return")
    assert window.article.document_id == row.document_id


def test_without_a_model_chosen_the_page_says_what_to_choose(opened, qtbot):
    opened.actions_["agreement"].trigger()
    page = opened.agreement.page()
    settle(page, qtbot)
    show(page, page.figures.models.said)
    assert not page.criteria.models.isVisible() and not page.figures.models.scores.isVisible()
    assert "Choose a model" in page.figures.models.said.text()


def test_a_file_that_is_no_split_says_so_and_changes_nothing(page, tmp_path, monkeypatch):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]")
    said = []
    monkeypatch.setattr(
        "annotator.ui.review.criteria_bar.QFileDialog.getOpenFileName", lambda *_: (str(wrong), "*.json")
    )
    monkeypatch.setattr("annotator.ui.review.criteria_bar.errors.show", lambda error, _: said.append(str(error)))
    before = page.criteria.criteria()
    QTest.mouseClick(page.criteria.split, Qt.MouseButton.LeftButton)
    assert "wrong.json" in said[0]
    assert page.criteria.criteria() == before


@pytest.mark.parametrize(("typed", "found"), [("0.5", 0.5), ("0,5", 0.5), ("", None), ("0.", 0), ("x", None), ("nan", None)])  # fmt: skip
def test_a_score_is_a_finite_number(typed, found):
    assert score(typed) == found
