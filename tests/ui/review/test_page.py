"""The review of disagreements with real keys: the way through the queue, rulings, filters, undo, coming back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from annotator import importers
from annotator.store import Store
from annotator.ui.review.alike_dialog import AlikeDialog
from annotator.ui.settings import ReviewPlace
from tests.builders import by, line, span, write_lines
from tests.ui.hands import press
from tests.ui.review.conftest import review


def view(page):
    return page.article.view


def gold(page):
    return [(row.start, row.end, row.label) for row in page.adjudicating.gold(page.article.document_id)]


def key(page):
    return page.current and (page.current.document_id, page.current.start)


def message(page):
    return page.window().statusBar().currentMessage()


def choose(combo, title):
    combo.setCurrentText(title)
    assert combo.currentText() == title
    combo.activated.emit(combo.currentIndex())


# The queue


def test_keys_go_through_the_queue_across_articles_and_round(reviewing):
    first, visited = key(reviewing), []
    while key(reviewing) not in visited:
        visited.append(key(reviewing))
        press(view(reviewing), "Period")
    assert len(visited) == 23
    assert visited == sorted(visited)
    assert len({document for document, _ in visited}) == 4
    assert key(reviewing) == first
    press(view(reviewing), "Comma")
    assert key(reviewing) == visited[-1]


def test_what_is_deferred_comes_last(reviewing):
    first = key(reviewing)
    press(view(reviewing), "Z")
    visited = []
    while key(reviewing) != first:
        visited.append(key(reviewing))
        press(view(reviewing), "Return")
    assert len(visited) == 22
    assert message(reviewing) == "What you deferred comes again."
    press(view(reviewing), "Return")
    assert reviewing.current is None
    assert reviewing.panel._headline.text() == "Every disagreement is settled"


def test_the_only_one_left_stays(reviewing):
    while reviewing.adjudicating._total[0] < 22:
        press(view(reviewing), "Return")
    last = key(reviewing)
    press(view(reviewing), "Period")
    assert key(reviewing) == last
    assert message(reviewing) == "This is the only disagreement left."


def test_progress_is_counted_here_and_over_the_project(reviewing, qtbot):
    said = reviewing.panel._progress
    qtbot.waitUntil(lambda: said.text() == "0 of 9 in this article  ·  0 of 23 in the project")
    press(view(reviewing), "1 2")
    assert said.text() == "2 of 9 in this article  ·  2 of 23 in the project"
    press(view(reviewing), "Control+Z")
    qtbot.waitUntil(lambda: said.text() == "1 of 9 in this article  ·  1 of 23 in the project")


def test_filters_narrow_the_queue(reviewing, qtbot):
    filters = reviewing.panel.filters
    choose(filters._kind, "Missed")
    assert reviewing.current.kind == "missed"
    qtbot.waitUntil(lambda: "0 of 11 in the project" in reviewing.panel._progress.text())
    choose(filters._label, "Denial")
    qtbot.waitUntil(lambda: "0 of 1 in the project" in reviewing.panel._progress.text())
    assert "denial" in reviewing.current.labels
    choose(filters._round, "Practice")
    assert reviewing.current is None
    assert reviewing.panel._differing.text() == "No open disagreement passes these filters."
    choose(filters._round, "Any round")
    choose(filters._pair, "Ana – Ben")
    assert reviewing.current is not None
    assert view(reviewing).hasFocus()


def test_leaving_and_coming_back_goes_on_where_it_was(opened, settings):
    page = review(opened)
    press(view(page), "1 Z 1 Period")
    where = key(page)
    press(view(page), "Escape Escape")
    assert not opened.review.is_shown
    path = opened.project.path
    opened.project.close()
    opened.project.open(path)
    opened.annotate_as("Cleo")
    page = review(opened)
    assert key(page) == where
    assert len(settings.review_place(path).deferred) == 1


def test_a_place_that_is_no_more_begins_at_the_first(opened, settings):
    settings.set_review_place(opened.project.path, ReviewPlace(document_id=999, start=5, kind="label"))
    page = review(opened)
    assert page.current.kind == "label"


def test_nothing_to_compare_is_said(window, tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        lines = write_lines(tmp_path / "in.jsonl", [line("One.", span(0, 3), annotator=by("Ana"))])
        importers.import_files(store, importers.find([lines]))
    window.project.open(tmp_path / "p.annotator")
    window.annotate_as("Cleo")
    page = review(window)
    assert page.panel._headline.text() == "Nothing to compare yet"
    press(view(page), "1 0 Return B Z Y Period D")
    assert page.adjudicating.gold(1) == []


# Rulings


def test_what_is_shown_is_selected_and_enter_takes_it(reviewing):
    said = reviewing.current.versions[0].said
    assert view(reviewing).selected() == said[0][:2]
    press(view(reviewing), "Return")
    assert gold(reviewing) == list(said)


def test_tab_shows_the_other_version(reviewing):
    other = reviewing.current.versions[1].said
    press(view(reviewing), "Tab Return")
    assert gold(reviewing) == list(other)


def test_the_usual_keys_adjust_what_is_shown_before_it_is_taken(reviewing):
    ((start, end, label),) = reviewing.current.versions[0].said
    press(view(reviewing), "Alt+Left Return")
    ((found_start, found_end, found_label),) = gold(reviewing)
    assert (found_start, found_label) == (start, label)
    assert start < found_end < end
    (row,) = reviewing.adjudicating.gold(reviewing.article.document_id)
    assert row.attributes.taken_from is None


def test_a_letter_rules_another_label(reviewing):
    start, end, _ = reviewing.current.versions[0].said[0]
    before = key(reviewing)
    press(view(reviewing), "N")
    assert gold(reviewing) == [(start, end, "non-comment")]
    assert key(reviewing) != before


def test_shift_and_a_letter_make_several_spans_at_one_place(reviewing):
    before = key(reviewing)
    press(view(reviewing), "Shift+D")
    assert key(reviewing) == before
    assert reviewing.panel._headline.text().endswith(" (settled)")
    press(view(reviewing), "Shift+Control+Left Shift+O")
    assert len(gold(reviewing)) == 2
    press(view(reviewing), "1")
    assert message(reviewing) == "This one is settled. Undo takes the ruling back."


def test_gold_under_the_caret_is_relabelled_resized_and_removed(reviewing):
    press(view(reviewing), "Shift+D")
    ((start, end, _),) = gold(reviewing)
    press(view(reviewing), "O")
    assert gold(reviewing) == [(start, end, "on-record")]
    press(view(reviewing), "Alt+Left")
    assert gold(reviewing)[0][1] < end
    press(view(reviewing), "Delete")
    assert gold(reviewing) == []
    assert reviewing.current.is_open
    press(view(reviewing), "Delete")
    assert message(reviewing) == "No span of gold here."


def test_zero_rules_that_nothing_belongs_there(reviewing):
    where = (reviewing.current.start, reviewing.current.end)
    press(view(reviewing), "0")
    assert gold(reviewing) == [(*where, None)]


def test_a_version_that_is_not_there_is_said(reviewing):
    press(view(reviewing), "3")
    assert message(reviewing) == "There is no version C here."
    assert gold(reviewing) == []


def test_undo_shows_the_place_again_and_the_ruling_can_be_made_anew(reviewing):
    first = key(reviewing)
    press(view(reviewing), "1 1")
    press(view(reviewing), "Control+Z Control+Z")
    assert key(reviewing) == first
    assert reviewing.current.is_open and gold(reviewing) == []
    press(view(reviewing), "Control+Shift+Z")
    assert len(gold(reviewing)) == 1


def test_the_reason_stays_until_it_is_changed(reviewing):
    press(view(reviewing), "R")
    assert reviewing.panel.reason.hasFocus()
    QTest.keyClicks(reviewing.panel.reason, "1 reason")
    press(reviewing.panel.reason, "Return")
    assert view(reviewing).hasFocus()
    press(view(reviewing), "1 0")
    rows = reviewing.adjudicating.gold(reviewing.article.document_id)
    assert [row.attributes.reason for row in rows] == ["1 reason", "1 reason"]


def test_what_all_agree_on_is_taken_with_one_key_and_one_undo(reviewing):
    press(view(reviewing), "Y")
    assert len(gold(reviewing)) == 7
    assert reviewing.panel._agreed.isHidden()
    press(view(reviewing), "Control+Z")
    assert gold(reviewing) == []


def test_what_all_agree_on_is_taken_in_every_article_with_one_undo(reviewing, qtbot):
    press(view(reviewing), "Shift+Y")
    qtbot.waitUntil(lambda: message(reviewing).startswith("Taken into gold: "))
    assert reviewing.window().project.next_undo().name == "Take what all agree on"
    assert len(gold(reviewing)) == 7
    press(view(reviewing), "Control+Z")
    assert gold(reviewing) == []


def test_names_are_not_told_before_the_article_is_settled(reviewing):
    people = ("Ana", "Ben")

    def told():
        labels = [label.text() for label in reviewing.panel.findChildren(type(reviewing.panel._last))]
        return any(name in text for name in people for text in labels if "in the project" not in text)

    document = reviewing.article.document_id
    while reviewing.article.document_id == document:
        assert not told()
        press(view(reviewing), "1")
    assert told()


# Alike


@pytest.fixture
def alike(window, tmp_path):
    """Four articles: in three, one of two people has left the last words out."""
    texts = [f"The mayor of {town} declined to comment on the report." for town in ("Ayr", "Bern", "Cork", "Dax")]
    lines = []
    for number, text in enumerate(texts):
        long, short = span(0, len(text) - 1, "non-comment"), span(0, text.index(" on the"), "non-comment")
        pair = (long, short) if number % 2 else (short, long)
        pair = (long, long) if number == 3 else pair
        lines += [line(text, one, annotator=by(name)) for name, one in zip(("Ana", "Ben"), pair, strict=True)]
    with Store.create(tmp_path / "p.annotator") as store:
        importers.import_files(store, importers.find([write_lines(tmp_path / "in.jsonl", lines)]))
    window.project.open(tmp_path / "p.annotator")
    window.annotate_as("Cleo")
    return review(window)


def answer(qtbot, page, keys):
    """Press keys in the dialog that is open."""
    qtbot.waitUntil(lambda: any(each.isVisible() for each in page.findChildren(AlikeDialog)))
    (dialog,) = (each for each in page.findChildren(AlikeDialog) if each.isVisible())
    dialog.activateWindow()
    qtbot.waitUntil(dialog._list.hasFocus)
    press(dialog._list, keys)
    page.window().activateWindow()
    qtbot.waitUntil(view(page).hasFocus)


def test_a_ruling_is_applied_to_all_alike_as_one_undo(alike, qtbot):
    short = next(n for n, version in enumerate(alike.current.versions, 1) if version.said[0][1] < alike.current.end)
    press(view(alike), f"{short} B")
    answer(qtbot, alike, "Return")
    assert alike.current is None
    found = [row for document in (1, 2, 3) for row in alike.adjudicating.gold(document)]
    texts = [alike.window().project.document(document).text for document in (1, 2, 3)]
    assert [text[row.start : row.end].split()[-1] for text, row in zip(texts, found, strict=True)] == ["comment"] * 3
    assert [row.attributes.taken_from for row in found] == ["Ana", "Ben", "Ana"]
    press(view(alike), "Control+Z")
    assert [len(alike.adjudicating.gold(document)) for document in (1, 2, 3)] == [1, 0, 0]


def test_those_that_are_not_ticked_and_a_cancelled_dialog_rule_on_nothing(alike, qtbot):
    press(view(alike), "1 B")
    answer(qtbot, alike, "Space Return")
    assert sum(len(alike.adjudicating.gold(document)) for document in (1, 2, 3)) == 2
    press(view(alike), "B")
    answer(qtbot, alike, "Escape")
    assert sum(len(alike.adjudicating.gold(document)) for document in (1, 2, 3)) == 2


def test_alike_needs_a_ruling_and_says_when_nothing_is_alike(reviewing, qtbot):
    press(view(reviewing), "B")
    assert message(reviewing).startswith("Rule on a disagreement first")
    press(view(reviewing), "1 B")
    qtbot.waitUntil(lambda: message(reviewing) == "No other open disagreement is like the last one.")


# The mouse


def test_a_click_on_the_strip_goes_to_the_disagreement(reviewing):
    strip, last = reviewing.article.strip, reviewing.article._clusters[-1]
    tick = strip._ticks[-1]
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.rect_of(tick).center().toPoint())
    assert key(reviewing) == (last.document_id, last.start)


def test_a_card_is_shown_by_a_click_and_taken_by_its_button(reviewing):
    cluster, (_, other) = reviewing.current, reviewing.panel.versions._cards
    QTest.mouseClick(other, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert reviewing.shown == 1
    QTest.mouseClick(other._take, Qt.MouseButton.LeftButton)
    assert gold(reviewing) == list(cluster.versions[1].said)


def test_buttons_do_what_their_keys_do(reviewing):
    QTest.mouseClick(reviewing.panel.buttons["defer"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(reviewing.panel.buttons["nothing-here"], Qt.MouseButton.LeftButton)
    assert [label for *_, label in gold(reviewing)] == [None]


# Around it


def test_the_actions_of_a_screen_are_offered_there_alone(opened):
    page = review(opened)
    assert not opened.actions_["tag-denial"].isEnabled() and not opened.actions_["finish"].isEnabled()
    assert opened.actions_["rule-denial"].isEnabled() and opened.actions_["grow"].isEnabled()
    press(view(page), "Control+R")
    assert not opened.review.is_shown and opened.article.view.hasFocus()
    assert opened.actions_["tag-denial"].isEnabled() and not opened.actions_["rule-denial"].isEnabled()
    press(opened.article.view, "D")
    assert len(opened.article.own()) == 1


def test_f6_goes_to_the_reason_and_back(reviewing):
    press(view(reviewing), "F6")
    assert reviewing.panel.reason.hasFocus()
    press(reviewing.panel.reason, "F6")
    assert view(reviewing).hasFocus()


def test_closing_the_project_leaves_the_review(opened):
    review(opened)
    opened.project.close()
    assert not opened.review.is_shown
    assert opened._pages.currentWidget() is opened.welcome


def test_an_article_that_the_person_has_begun_is_left_out(opened):
    page = review(opened)
    first = page.article.document_id
    press(view(page), "Escape Escape")
    opened.project.tag(first, [(0, 6)], "denial")
    page = review(opened)
    assert page.article.document_id != first
    assert first not in page.adjudicating.ids()


@pytest.mark.modal
def test_the_first_ruling_asks_who_rules(window, sample_path, monkeypatch):
    from annotator.ui import main_window

    monkeypatch.setattr(main_window, "ask_name", lambda *_: "Dee")
    window.project.open(sample_path)
    page = review(window)
    press(view(page), "1")
    assert len(gold(page)) == 1
    with window.project.reading() as connection:
        sql = (
            "SELECT annotator.name FROM edit JOIN annotator ON annotator.id = annotator_id ORDER BY number DESC LIMIT 1"
        )
        assert connection.exec_driver_sql(sql).scalar_one() == "Dee"
