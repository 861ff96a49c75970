"""The whole window, by real keys: what an editor does from opening an article to finishing it."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator import exporters, importers
from annotator.records import Attributes
from annotator.store import Store
from annotator.ui.annotate.occurrences import OccurrencesDialog
from annotator.ui.details_dialog import ArticleDetailsDialog
from annotator.ui.project import Project
from tests.builders import by, line, span
from tests.ui.hands import answered, focus, press

LABEL_KEYS = {"anonymous-source": "a", "on-record": "o", "denial": "d", "non-comment": "n"}


def spans(window):
    return [(row.start, row.end, row.label) for row in window.article.own()]


def test_opening_a_project_shows_its_first_article(opened):
    assert opened.documents.model.rowCount() == 9
    assert opened.article.text.text.startswith("Eleven cranes")


def test_a_letter_tags_the_sentence_at_the_caret_and_is_saved(opened, sample_path):
    press(focus(opened), "D")
    (found,) = spans(opened)
    assert found[0] == 0 and found[2] == "denial"
    assert opened.article.text.text[: found[1]].endswith("in the roads")
    assert opened.status.saved.text() == "Saved"
    with Store.open_to_read(sample_path) as store, store.reading() as connection:
        saved = connection.exec_driver_sql(
            'SELECT start, "end" FROM annotation JOIN annotator ON annotator.id = annotator_id '
            "WHERE name = 'Cleo' AND current AND NOT deleted"
        ).all()
    assert saved == [found[:2]]


def test_the_same_letter_relabels_and_shift_makes_another(opened):
    press(focus(opened), "D O")
    assert [label for *_, label in spans(opened)] == ["on-record"]
    press(focus(opened), "Shift+N")
    assert sorted(label for *_, label in spans(opened)) == ["non-comment", "on-record"]


def test_undo_and_redo_of_each_kind_of_edit(opened):
    view = focus(opened)
    states = [spans(opened)]
    for keys in ("D", "O", "W", "I", "U", "Delete"):
        press(view, keys)
        states.append([(*found,) for found in spans(opened)])
    for state in reversed(states[:-1]):
        press(view, "Control+Z")
        assert spans(opened) == state
    for state in states[1:]:
        press(view, "Control+Shift+Z")
        assert spans(opened) == state


def test_undo_works_after_a_restart(qtbot, theme, settings, sample_path):
    first = Project()
    first.open(sample_path)
    first.annotate_as("Cleo")
    document = 1
    first.tag(document, [(0, 6)], "denial")
    first.close()
    first.jobs.close()
    second = Project()
    second.open(sample_path)
    assert second.next_undo().name == "Tag denial"
    second.undo()
    assert all(row.label != "denial" or row.start != 0 for row in second.annotations(document))
    second.close()
    second.jobs.close()


def test_tab_goes_from_span_to_span(opened):
    view = focus(opened)
    press(view, "D S O S N")
    rows = opened.article.own()
    view.select(0, 0)
    press(view, "Escape")
    visited = []
    for _ in range(3):
        press(view, "Tab")
        visited.append(opened.article.current.uid)
    assert set(visited) == {row.uid for row in rows}


def test_finish_goes_on_to_the_next_article_and_again_reopens(opened):
    view = focus(opened)
    first = opened.article.document_id
    press(view, "Control+Return")
    assert opened.finish_bar.isVisible()
    press(focus(opened), "Control+Return")
    assert opened.project.status(first) == "finished"
    assert opened.article.document_id != first
    opened.open_document(first)
    press(focus(opened), "Control+Return")
    assert opened.project.status(first) == "started"


def test_other_layers_are_shown_and_cannot_be_changed(opened):
    before = opened.project.annotations(opened.article.document_id)
    press(focus(opened), "L Tab D")
    after = opened.project.annotations(opened.article.document_id)
    others = {row.uid: row for row in before}
    assert {row.uid: row for row in after if row.uid in others} == others


def test_search_and_filters_narrow_the_list(qtbot, opened):
    QTest.keyClick(opened, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(opened.documents._search, "heron")
    qtbot.waitUntil(lambda: opened.documents.model.rowCount() == 1)
    QTest.keyClick(opened.documents._search, Qt.Key.Key_Return)
    assert "heron" in opened.article.text.text.lower()


def test_the_seed_article_is_annotated_by_keyboard_alone(window, seed, tmp_path):
    """Exactly the 15 gold spans, at most five keys each on average, and three on each of the first four."""
    gold = sorted(
        (span["start"], span["end"], span["label"])
        for span in json.loads((seed / "seed_gold.json").read_text(encoding="utf-8"))["annotations"]
    )
    project = tmp_path / "seed.annotator"
    with Store.create(project) as store:
        importers.import_files(store, importers.find([seed / "seed.txt"]))
    window.project.open(project)
    window.annotate_as("Cleo")
    view = focus(window)
    counts = [annotate(window, view, span) for span in gold]
    print(f"keys a span: {sum(counts) / len(counts):.2f} on average; the first four: {counts[:4]}; all: {counts}")  # noqa: T201
    assert spans(window) == gold
    assert len(gold) == 15
    assert max(counts[:4]) <= 3
    assert sum(counts) / len(counts) <= 5
    press(view, "Control+Return")
    press(focus(window), "Control+Return")
    exporters.export(window.project._store, tmp_path / "out.jsonl")
    line = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert [(s["start"], s["end"], s["label"]) for s in line["spans"]] == gold
    assert all(line["text"][s["start"] : s["end"]] == s["text"] for s in line["spans"])


def annotate(window, view, span):
    """Tag one span by the shortest way that was found over the text, and return how many keys it took."""
    start, end, label = span
    keys = shortest(window.article.text, view.caret(), start, end)
    for key in keys:
        press(view, key)
    press(view, LABEL_KEYS[label].upper())
    return len(keys) + 1


def shortest(text, caret, start, end, most=6):
    """Search breadth first over the keys of the table, for a selection that tagging snaps to the span.

    What is pressed afterwards are real keys, so a wrong model of a key shows as a wrong span.
    """
    moves = {
        "S": lambda a, b: text.next_sentence(b),
        "Q": lambda a, b: text.next_quotation(b),
        "C": lambda a, b: text.next_cue_sentence(b),
        "W": lambda a, b: (a, text.clause_left(b)),
        "E": lambda a, b: (a, text.clause_right(b)),
        "Shift+W": lambda a, b: (text.clause_left(a, start=True), b),
        "Shift+E": lambda a, b: (text.clause_right(a, start=True), b),
        "Alt+Left": lambda a, b: (a, text.previous_word(b)),
        "Alt+Right": lambda a, b: (a, text.next_word(b)),
        "Alt+Shift+Left": lambda a, b: (text.previous_word(a), b),
        "Alt+Shift+Right": lambda a, b: (text.next_word(a), b),
    }
    at_caret = text.sentence_at(caret)
    states = {(caret, caret): []}
    frontier = [(caret, caret)]
    if at_caret and text.snap(*at_caret) == (start, end):
        return ["Escape"] if caret else []
    for _ in range(most):
        following = []
        for a, b in frontier:
            for key, move in moves.items():
                if a == b and key not in "SQC":
                    continue
                found = move(a, b)
                if not found or found in states or not 0 <= found[0] < found[1]:
                    continue
                states[found] = [*states[(a, b)], key]
                if text.snap(*found) == (start, end):
                    return states[found]
                if found[0] <= end:
                    following.append(found)
        frontier = following
    raise AssertionError(f"no way to {start}, {end} in {most} keys")


def test_article_details_are_one_edit_that_can_be_undone(opened):
    QTest.keyClick(opened, Qt.Key.Key_F2)
    (dialog,) = opened.findChildren(ArticleDetailsDialog)
    dialog._fields["outlet"].setText("The Other Paper")
    QTest.keyClick(dialog._fields["outlet"], Qt.Key.Key_Return)
    document = opened.article.document_id
    assert opened.project.document(document).outlet == "The Other Paper"
    opened.project.undo()
    assert opened.project.document(document).outlet == "The Halvern Courier"


def test_every_action_does_something(opened):
    assert [name for name in opened.actions_ if not opened.actions_[name].receivers("2triggered(bool)")] == []


def test_undo_and_redo_say_which_edit_it_was(opened):
    press(focus(opened), "D Control+Z")
    assert opened.statusBar().currentMessage() == "Undone: Tag denial"
    press(focus(opened), "Control+Shift+Z")
    assert opened.statusBar().currentMessage() == "Redone: Tag denial"


def test_undo_goes_to_the_article_that_it_changes(opened):
    first = opened.article.document_id
    press(focus(opened), "D J Control+Z")
    assert opened.article.document_id == first
    assert spans(opened) == []


def test_a_key_without_an_annotation_says_so(opened):
    view = focus(opened)
    for key in ("I", "U", "M", "T", "Delete"):
        opened.statusBar().clearMessage()
        press(view, key)
        assert opened.statusBar().currentMessage() == "No annotation here.", key
    assert spans(opened) == []


@pytest.mark.modal
def test_every_other_occurrence_is_one_edit_that_keeps_to_itself_what_was_said_of_one_place(opened, qtbot):
    text, words = opened.article.text.text, "the company"
    start = text.index(words)
    said = Attributes(source="The firm", note="Here only")
    (uid,) = opened.project.tag(opened.article.document_id, [(start, start + len(words))], "denial", said)
    opened.article.go_to(opened.project.annotation(uid))
    with answered(OccurrencesDialog, lambda dialog: press(dialog.focusWidget(), "Return")):
        press(focus(opened), "T")
    rows = opened.article.own()
    assert len(rows) == text.count(words) > 1
    assert {text[row.start : row.end] for row in rows} == {words}
    assert {row.attributes.source for row in rows} == {"The firm"}
    assert [row.attributes.note for row in rows].count("Here only") == 1
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    press(focus(opened), "Control+Z")
    assert [row.uid for row in opened.article.own()] == [uid]


def test_other_annotators_are_lanes_that_no_key_changes(opened):
    view = focus(opened)
    press(view, "L")
    assert list(view._marks) == []  # nobody sees others' work before finishing the own
    assert opened.statusBar().currentMessage().startswith("Others’ layers are shown once you and they have finished")
    opened.project.set_status(opened.article.document_id, "finished")
    groups = {mark.group for mark in view._marks}
    assert len(groups) == 2 and 0 not in groups
    press(view, "Tab Delete")
    assert opened.statusBar().currentMessage() == "No annotation here."


@pytest.mark.parametrize("width", [1_000, 1_280, 2_400])
def test_the_title_of_an_article_begins_where_its_text_begins(qtbot, opened, width):
    view, title = opened.article.view, opened.article._title
    opened.resize(width, 800)
    QApplication.processEvents()
    text = view.viewport().mapToGlobal(view.cursorRect().topLeft()).x()
    assert title.mapToGlobal(title.rect().topLeft()).x() == text


def test_layers_that_somebody_is_still_working_on_are_seen_by_nobody(opened):
    """In this article of the sample Ana has finished, and Ben has begun."""
    project = opened.project
    document = next(
        each
        for each in opened.documents.model._ids
        if {(row.annotator, row.status) for row in project.layers(each)} == {("Ana", "finished"), ("Ben", "started")}
    )
    opened.open_document(document)
    press(focus(opened), "L")
    project.set_status(document, "finished")
    ana = next(row.id for row in project.annotators() if row.name == "Ana")
    assert {mark.group for mark in opened.article.view._marks} == {ana}
    project.set_status(document, "started")
    assert list(opened.article.view._marks) == []
    project.undo()
    assert {mark.group for mark in opened.article.view._marks} == {ana}


def test_an_import_leaves_the_reader_where_they_are(opened, bring):
    """Also when the filter hides the article; what came in for it is shown."""
    opened.open_document(3)
    view = focus(opened)
    press(view, "S S D")
    (own,) = opened.article.own()
    view.select(own.start + 2, own.end - 2)
    opened.documents._search.setText("heron")
    opened.documents.reload()
    assert opened.documents.model.row_of(3) is None
    scroll = view.scroll_state()
    bring(line(opened.article.text.text, span(0, 4, "on-record"), annotator=by("Cleo"), status="started"))
    assert opened.article.document_id == 3
    assert view.selected() == (own.start + 2, own.end - 2)
    assert view.scroll_state() == scroll
    assert [row.label for row in opened.article.own()] == ["on-record", "denial"]
    assert opened.annotations.annotations.rowCount() == 2


def test_an_article_that_goes_with_the_undo_of_its_import_is_not_shown_any_more(opened, bring):
    bring(line("Another article."))
    new = opened.documents.model.document_id(opened.documents.model.rowCount() - 1)
    opened.open_document(new)
    press(focus(opened), "Control+Z")
    assert opened.article.document_id == opened.documents.model.first() != new


@pytest.mark.parametrize(
    ("key", "said"), [("D", "There is nothing to tag here."), ("X", "There is nothing to mark here.")]
)
def test_on_a_blank_line_there_is_nothing_to_tag(opened, key, said):
    view, blank = focus(opened), opened.article.text.text.index("\n\n") + 1
    view.select(blank, blank)
    press(view, key)
    assert opened.article.own() == []
    assert opened.statusBar().currentMessage() == said


def test_what_was_said_of_a_redo_does_not_stand_beside_the_next_edit(opened):
    press(focus(opened), "D Control+Z Control+Shift+Z")
    assert opened.statusBar().currentMessage() == "Redone: Tag denial"
    press(opened.article.view, "O")
    assert opened.statusBar().currentMessage() == ""


def test_the_name_of_an_edit_of_many_reads_as_a_sentence(opened):
    opened.project.tag(1, [(0, 6), (7, 13)], "anonymous-source")
    assert opened.actions_["undo"].text() == "Undo tag anonymous source 2 times"


def test_the_theme_says_which_it_is(opened, settings, theme):
    said = []
    for _ in range(3):
        opened.actions_["theme"].trigger()
        said.append(opened.statusBar().currentMessage())
    assert said[:2] == ["Theme: light.", "Theme: dark."]
    assert said[2] == f"Theme: as the system, which is {'dark' if theme.is_dark else 'light'} now."
