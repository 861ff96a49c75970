"""The page of figures in a real window: figures as they were computed, a way to each passage, and what can go wrong."""

from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.criteria import Criteria
from annotator.reviewing import Cell, Review
from annotator.store import Store
from annotator.ui.review.tables import Behind
from annotator.wording import coefficient, sentence
from tests.builders import bring_lines, by, line, span
from tests.ui.hands import choose_in_menu, focus, press
from tests.ui.test_accessibility import NAME, assert_named, cells, face


def settle(page, qtbot):
    """Wait until nothing is computed any more."""
    qtbot.waitUntil(lambda: not page.comparing.is_running, timeout=20_000)


@pytest.fixture
def page(opened, qtbot):
    """The page of the sample, with its figures."""
    press(focus(opened), "Control+Shift+R")
    page = opened.agreement.page()
    settle(page, qtbot)
    return page


@pytest.fixture
def computed(sample_path):
    """The same, by the engine alone."""
    with Store.open_to_read(sample_path) as store:
        yield Review(store)


def text(view, row, column):
    return view.model().index(row, column).data()


def click(view, row, column, double=False):
    index = view.model().index(row, column)
    view.scrollTo(index)
    where = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    if double:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)


def listed(page):
    return page.passages.passages.rows


def show(page, view):
    """Bring the tab of a figure to the front."""
    for number in range(page.figures.count()):
        if page.figures.widget(number).isAncestorOf(view):
            page.figures.setCurrentIndex(number)


def test_the_figures_are_those_of_the_engine(page, computed):
    found = computed.result()
    assert sentence(found, {label.key: label.title for label in page._project.labels()}) == page.sentence.text()
    figures = page.figures
    for row, each in enumerate([*found.alpha.labels.values(), found.alpha.any]):
        assert text(figures.forest, row, 2) == coefficient(each.value, 3)
        assert text(figures.forest, row, 4) == str(each.spans)
    for row, counts in enumerate(found.confusion.counts):
        for column, count in enumerate(counts):
            shown = text(figures.confusion, row, column + 1)
            assert shown == ("" if row == column == 4 else str(count // 2 if row == column else count))
    (pair,) = [each for each in found.pairs if each.documents]
    row, column = found.annotators.index(pair.a), found.annotators.index(pair.b)
    assert text(figures.heatmap, row, column + 1) == f"{coefficient(pair.f1.overlap)}  ·  {pair.documents}"
    assert [text(figures.cards, row, 2) for row in range(2)] == [
        coefficient(card.strict) for card in computed.cards()[:2]
    ]
    assert figures.strings.model().rowCount() == len(computed.strings())
    assert figures.questions.passages.rowCount() == len(computed.questions())


def test_every_cell_of_every_figure_opens_the_passages_behind_it(page, computed, qtbot):
    opened_cells = 0
    for view in page.figures.views():
        show(page, view)
        for row, items in enumerate(view.figures.table.rows):
            for column, item in enumerate(items):
                if item.behind is None:
                    assert not item.text
                    continue
                page.behind.setText("")
                click(view, row, column)
                settle(page, qtbot)
                expected = computed.passages(item.behind.cell, difference=item.behind.difference)
                assert [(each.document_id, each.span) for each in listed(page)] == [
                    (each.document_id, span_of(each)) for each in expected
                ]
                assert page.behind.text().startswith(item.said)
                opened_cells += 1
    assert opened_cells > 100


FATES = {"Same": "The same", "Other ends": "Other ends", "Other label": "Other label", "Missed": "alone"}


@pytest.fixture
def shown(page, qtbot):
    """What a click on a cell lists."""

    def shown(view, row, column):
        show(page, view)
        click(view, row, column)
        settle(page, qtbot)
        return listed(page)

    return shown


@pytest.fixture
def keys(page):
    """The labels by their titles."""
    return {label.title: label.key for label in page._project.labels()}


def marked(row):
    return [line.label for line in row.lines]


def test_the_cells_of_losses_and_confusion_list_what_they_are_named(page, shown, keys):
    """By the words on screen alone: no cell of ours is asked."""
    losses, confusion = page.figures.losses, page.figures.confusion
    for row, key in enumerate(keys.values()):
        for column, name in enumerate(FATES, start=2):
            assert all(FATES[name] in each.kind and key in marked(each) for each in shown(losses, row, column))
        for column, other in enumerate(keys.values(), start=1):
            assert all(marked(each) in ([key, other], [other, key]) for each in shown(confusion, row, column))
        assert all(marked(each) in ([key, None], [None, key]) for each in shown(confusion, row, 5))


def test_the_cells_of_pairs_strings_and_annotators_list_what_they_are_named(page, shown, keys):
    figures = page.figures
    assert all([line.who for line in each.lines] == ["Ana", "Ben"] for each in shown(figures.heatmap, 0, 2))
    assert shown(figures.heatmap, 0, 3) == []  # Cleo has finished nothing
    for row in range(figures.strings.model().rowCount()):
        string, where, title = (text(figures.strings, row, column) for column in range(3))
        for each in shown(figures.strings, row, 3):
            assert f"{string} {where.lower()}" in each.kind
            assert marked(each) == [keys[title]] * 2
    for column, key in enumerate(keys.values(), start=5):
        assert all(key in marked(each) for each in shown(figures.cards, 0, column))


def span_of(passage):
    marks = [mark for mark in (passage.one, passage.two) if mark]
    return min(mark.start for mark in marks), max(mark.end for mark in marks)


def test_by_keys_alone_from_the_article_to_a_passage_and_back(page, opened, qtbot):
    assert QApplication.focusWidget() is page.figures.forest
    press(page.figures.forest, "Down Right Return")
    settle(page, qtbot)
    assert QApplication.focusWidget() is page.passages
    press(page.passages, "Down Down")
    row = listed(page)[2]
    press(page.passages, "Return")
    view = opened.article.view
    assert view.isVisible() and view.hasFocus()
    assert opened.article.document_id == row.document_id
    assert view.selected() == row.span
    press(view, "Escape")
    assert QApplication.focusWidget() is page.passages
    assert page.passages.currentIndex().row() == 2
    press(page.passages, "Escape")
    assert QApplication.focusWidget() is page.figures.forest
    press(page.figures.forest, "Escape")
    assert view.isVisible() and view.hasFocus()


def test_a_double_click_goes_to_the_list_and_from_there_to_the_article(page, opened, qtbot):
    click(page.figures.losses, 0, 2, double=True)
    settle(page, qtbot)
    assert page.passages.hasFocus()
    row = listed(page)[0]
    where = page.passages.visualRect(page.passages.passages.index(0)).center()
    QTest.mouseClick(page.passages.viewport(), Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseDClick(page.passages.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened.article.document_id == row.document_id
    assert opened.article.view.isVisible() and opened._settings.shows_layers


def test_escape_in_another_article_than_the_one_that_was_opened_stays_there(page, opened, qtbot):
    click(page.figures.forest, 0, 0, double=True)
    settle(page, qtbot)
    press(page.passages, "Return")
    other = next(each for each in (1, 2) if each != opened.article.document_id)
    opened.open_document(other)
    press(opened.article.view, "Escape")
    assert opened.article.view.isVisible()


def test_a_question_opens_its_article(opened, qtbot):
    view = focus(opened)
    press(view, "D U")
    press(view, "Control+Shift+R")
    page = opened.agreement.page()
    settle(page, qtbot)
    show(page, page.figures.questions)
    page.figures.focus_figure()
    (row,) = [each for each in page.figures.questions.passages.rows if each.lines[0].who == "Cleo"]
    page.figures.questions.setCurrentIndex(
        page.figures.questions.passages.index(list(page.figures.questions.passages.rows).index(row))
    )
    press(QApplication.focusWidget(), "Return")
    assert (opened.article.document_id, view.selected()) == (row.document_id, row.span)


def test_after_an_edit_the_figures_are_those_of_a_new_review(page, opened, sample_path, qtbot):
    opened.annotate_as("Ana")
    press(page, "Escape")
    press(focus(opened), "Control+Shift+R")  # as Ana now: compared anew
    settle(page, qtbot)
    before = page.comparing._compared
    document_id = listed_document(page, qtbot)
    opened.project.tag(document_id, [(0, 30)], "denial")
    press(page, "Escape")
    press(focus(opened), "Control+Shift+R")
    settle(page, qtbot)
    assert page.comparing._compared is before  # not all of it was read again
    with Store.open_to_read(sample_path) as store:
        fresh = Review(store).result()
    assert [text(page.figures.forest, row, 4) for row in range(4)] == [
        str(each.spans) for each in fresh.alpha.labels.values()
    ]
    assert page.figures._figures.found == fresh


def test_a_passage_that_was_settled_in_the_article_is_gone_from_the_list(page, opened, qtbot):
    opened.annotate_as("Ana")
    press(page, "Escape")
    press(focus(opened), "Control+Shift+R")
    settle(page, qtbot)
    click(page.figures.losses, 0, 5, double=True)
    settle(page, qtbot)
    before = list(listed(page))
    row = next(number for number, each in enumerate(before) if each.kind == "Ben alone")
    page.passages.setCurrentIndex(page.passages.passages.index(row))
    press(page.passages, "Return")
    opened.project.tag(before[row].document_id, [before[row].span], before[row].lines[1].label)
    press(opened.article.view, "Escape")
    settle(page, qtbot)
    assert list(listed(page)) == before[:row] + before[row + 1 :]
    assert page.passages.currentIndex().row() == min(row, len(before) - 2)
    assert page.passages.hasFocus()


def listed_document(page, qtbot):
    """A document that is compared."""
    click(page.figures.forest, 4, 0)
    settle(page, qtbot)
    return listed(page)[0].document_id


def test_an_undo_shows_the_place_in_the_article(page, opened, qtbot):
    opened.project.tag(1, [(0, 6)], "denial")
    press(page.figures.forest, "Control+Z")
    assert opened.article.view.isVisible() and opened.article.document_id == 1


def test_criteria_compare_again(page, computed, sample_path, qtbot):
    page.criteria.edges.setCurrentIndex(3)
    page.criteria.edges.activated.emit(3)
    settle(page, qtbot)
    with Store.open_to_read(sample_path) as store:
        trimmed = Review(store, Criteria(trim=("white space", "final stop", "quotation marks"))).result()
    show(page, page.figures.what_if)
    assert text(page.figures.what_if, 0, 1) == coefficient(computed.result().f1.strict)
    assert text(page.figures.what_if, 0, 2) == coefficient(trimmed.f1.strict)
    assert page.figures._figures.found == trimmed
    (_, ben, *_) = page.criteria.annotators.menu().actions()
    ben.setChecked(False)
    page.criteria.changed.emit()
    settle(page, qtbot)
    assert page.nothing.isVisible()
    ben.setChecked(True)
    qtbot.keyClicks(page.criteria.words, "zzzz")
    press(page.criteria.words, "Return")
    settle(page, qtbot)
    assert "left out" in page.advice.text() or "No article" in page.title.text()


def test_a_day_that_is_half_typed_is_not_asked_for(page, qtbot):
    qtbot.keyClicks(page.criteria.since, "2026-1")
    assert page.criteria.criteria().since is None
    qtbot.keyClicks(page.criteria.since, "1-23")
    assert page.criteria.criteria().since == "2026-11-23"


def test_the_heatmap_shows_the_figure_and_label_that_are_chosen(page, computed):
    figures, pairs = page.figures, computed.result().pairs
    show(page, figures.heatmap)
    figures.measure.setCurrentIndex(5)
    figures.measure.activated.emit(5)
    assert figures.label.isEnabled()
    figures.label.setCurrentIndex(2)
    figures.label.activated.emit(2)
    pair = next(each for each in pairs if each.documents)
    names = computed.result().annotators
    shown = text(figures.heatmap, names.index(pair.b), names.index(pair.a) + 1)
    assert shown.startswith(coefficient(pair.kappa["denial"]))


def test_small_samples_are_grey_and_say_why(page):
    for view in (page.figures.forest, page.figures.losses, page.figures.confusion, page.figures.cards):
        item = view.figures.table.rows[0][2]
        assert "too few" in item.few
        assert "too few" in view.model().index(0, 2).data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_trend_has_a_row_a_week_whose_cells_open_its_passages(page, opened, qtbot, computed):
    assert not page.figures.trend.isVisibleTo(page.figures)
    with opened.project._opened.transaction() as connection:
        connection.exec_driver_sql("UPDATE layer_state SET at = '2026-11-16 12:00:00.000000' WHERE document_id = 1")
    page.comparing.compare(Criteria())
    settle(page, qtbot)
    show(page, page.figures.trend)
    weeks = computed.trend()
    assert [text(page.figures.trend, row, 0) for row in range(2)] == [week.monday.isoformat() for week in weeks]
    assert [text(page.figures.trend, row, 2) for row in range(2)] == [
        coefficient(week.alpha.mean.value, 3) for week in weeks
    ]
    click(page.figures.trend, 0, 0)
    settle(page, qtbot)
    assert {row.document_id for row in listed(page)} == {1}


# Nothing to compare


@pytest.mark.parametrize("layers", [[], ["Ana"], ["Ana", "Ben"]])
def test_a_project_without_anything_to_compare_explains_itself(window, tmp_path, qtbot, layers):
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        lines = [line("They said no.", span(0, 4), annotator=by(name), status="started") for name in layers]
        if lines:
            bring_lines(store, tmp_path, *lines)
    window.project.open(path)
    choose_in_menu(window, "agreement")
    page = window.agreement.page()
    settle(page, qtbot)
    assert page.nothing.isVisible() and not page.panes.isVisible()
    assert page.title.text() and page.advice.text()
    assert not page.sentence.isVisible()
    assert "nan" not in (page.title.text() + page.advice.text() + page.compared.text()).lower()


def test_no_span_at_all_and_an_unused_label_show_dashes_with_reasons(window, tmp_path, qtbot):
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        bring_lines(store, tmp_path, line("No.", annotator=by("Ana")), line("No.", annotator=by("Ben")))
    window.project.open(path)
    window.actions_["agreement"].trigger()
    page = window.agreement.page()
    settle(page, qtbot)
    for view in page.figures.views():
        for row in view.figures.table.rows:
            for item in row:
                assert "nan" not in f"{item.text} {item.said}".lower()
    assert text(page.figures.forest, 0, 2) == "–"
    assert "alpha is not defined, no character" in page.figures.forest.figures.table.rows[0][2].said


def test_cancelling_says_so_and_compare_again_compares(page, qtbot):
    gate = Event()
    page.comparing._jobs.start(lambda _: gate.wait(20), lambda _: None, lambda _: None)  # the worker is busy until then
    page.comparing.compare(Criteria())
    assert page.cancel.isVisible() and page.progress.isVisible()
    QTest.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
    gate.set()
    settle(page, qtbot)
    assert page.nothing.isVisible() and "cancelled" in page.title.text()
    assert not page.cancel.isVisible()
    QTest.mouseClick(page.again, Qt.MouseButton.LeftButton)
    settle(page, qtbot)
    assert page.panes.isVisible() and not page.cancel.isVisible()


def test_what_was_asked_of_a_former_comparison_is_not_shown(page, qtbot):
    shown, gate = [], Event()
    page.comparing.found.connect(lambda *_: shown.append("passages"))
    page.comparing.compared.connect(lambda figures: shown.append(figures.found.documents.compared))
    page.comparing._jobs.start(lambda _: gate.wait(20), lambda _: None, lambda _: None)
    page.comparing.ask(Behind(Cell()))
    page.comparing.compare(Criteria(documents="zzzz"))
    page.comparing.compare(Criteria())
    gate.set()
    settle(page, qtbot)
    assert shown == [4]


def test_closing_or_changing_the_project_while_it_is_compared_leaves_nothing_behind(page, opened, tmp_path, qtbot):
    page.comparing.compare(Criteria())
    other = tmp_path / "other.annotator"
    Store.create(other).close()
    opened.project.open(other)
    assert opened.article.view.isVisible()
    opened.actions_["agreement"].trigger()
    settle(page, qtbot)
    assert "Nobody" in page.title.text() or "no articles" in page.title.text()


def test_a_change_of_criteria_is_forgotten_with_its_project(page, opened, qtbot):
    page.criteria.annotators.menu().actions()[1].setChecked(False)  # compares again in a moment
    assert page.criteria._timer.isActive()
    opened.project.close()
    assert not page.criteria._timer.isActive()


# For everybody


def test_every_control_has_a_name_and_cells_say_their_figure(page):
    assert_named(page.window())
    said = cells(page.figures.forest)
    assert any(each.startswith("Anonymous source: alpha 0.") for each in said)
    assert face(page.passages).text(NAME) == "Passages" if page.passages.isVisible() else True


def test_what_belongs_to_the_article_waits_while_the_figures_are_shown(page, opened):
    assert not opened.actions_["tag-denial"].isEnabled()
    assert not opened.actions_["finish"].isEnabled()
    press(page.figures.forest, "Control+Shift+R")
    assert opened.actions_["tag-denial"].isEnabled() and opened.actions_["finish"].isEnabled()


def test_f6_goes_round_fields_figures_and_passages(page, qtbot):
    click(page.figures.forest, 0, 0)
    settle(page, qtbot)
    page.figures.forest.setFocus()
    for expected in (page.passages, page.criteria.annotators, page.figures.forest):
        press(QApplication.focusWidget(), "F6")
        assert QApplication.focusWidget() is expected
    press(QApplication.focusWidget(), "Shift+F6")
    assert QApplication.focusWidget() is page.criteria.annotators
