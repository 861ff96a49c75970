import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QPushButton

from annotator.records import Attributes
from annotator.rows import AnnotationRow
from annotator.text import DocumentText
from annotator.text.ranges import Ranges
from annotator.ui.annotate.finish_check import FinishBar, Remark, remarks

TEXT = DocumentText(
    "The mayor said the bridge would hold. It rained all night. “We checked it twice.” An aide said it sways. "
    "The aide declined to comment."
)


def row(sentence, label="on-record", identity="named", **said):
    start = TEXT.text.index(sentence)
    attributes = Attributes(identity=identity, **said)
    return AnnotationRow(f"{start}{label}", 1, start, start + len(sentence), label, attributes)


MAYOR = row("The mayor said the bridge would hold", source="The mayor")
QUOTE = row("“We checked it twice.”", source="The mayor")
AIDE = row("An aide said it sways", "anonymous-source", "unnamed", source="An aide")
SILENT = row("The aide declined to comment", "non-comment", "unnamed", source="The aide")
COMPLETE = [MAYOR, QUOTE, AIDE, SILENT]


def found(rows):
    return [(remark.kind, TEXT.text[remark.start : remark.end]) for remark in remarks(TEXT, rows)]


def test_a_complete_layer_has_nothing_to_look_at():
    assert found(COMPLETE) == []


def test_an_empty_layer_is_a_remark_of_the_whole_article_before_those_of_its_sentences():
    first, *others = remarks(TEXT, [])
    assert (first.kind, first.start, first.end) == ("empty", 0, 0)
    assert [other.kind for other in others] == ["untagged"] * 4
    assert [each.kind for each in remarks(DocumentText("It rained all night."), [])] == ["empty"]


def test_a_sentence_with_a_cue_or_a_quotation_wants_an_annotation():
    assert found([MAYOR]) == [
        ("untagged", "“We checked it twice.”"),
        ("untagged", "An aide said it sways."),
        ("untagged", "The aide declined to comment."),
    ]


def test_a_negative_is_a_decision_too():
    look_alike = row("“We checked it twice.”", None, None)
    assert found([MAYOR, look_alike, AIDE, SILENT]) == []


def test_an_annotation_over_several_sentences_serves_all_of_them():
    assert found([row(TEXT.text)]) == []


def test_doubts_and_missing_identities_are_named():
    unsure = row("The mayor said the bridge would hold", unsure=True)
    unsaid = row("An aide said it sways", identity=None)
    assert found([unsure, QUOTE, unsaid, SILENT]) == [
        ("unsure", "The mayor said the bridge would hold"),
        ("identity", "An aide said it sways"),
    ]
    both = row("The mayor said the bridge would hold", identity=None, unsure=True)
    assert sorted(kind for kind, _ in found([both, QUOTE, AIDE, SILENT])) == ["identity", "unsure"]


@pytest.mark.parametrize(
    "hidden",
    [
        row("An aide said it sways", "anonymous-source", "unnamed", source="The  Aide"),
        row("An aide said it sways", "denial", "unnamed", source="the aide"),
    ],
)
def test_a_source_that_speaks_without_a_name_must_not_decline_to_comment(hidden):
    (remark,) = remarks(TEXT, [MAYOR, QUOTE, hidden, SILENT])
    assert (remark.kind, TEXT.text[remark.start : remark.end]) == ("two ways", "The aide declined to comment")
    assert "The aide" in remark.message


def test_a_nameless_refusal_alone_or_of_nobody_is_no_conflict():
    nobody = row("The aide declined to comment", "non-comment", "unnamed")
    hidden = row("An aide said it sways", "anonymous-source", "unnamed")
    assert found([MAYOR, QUOTE, hidden, nobody]) == []
    named = row("An aide said it sways", "on-record", "named", source="The aide")
    assert found([MAYOR, QUOTE, named, SILENT]) == []


def test_remarks_stand_in_the_order_of_the_text(project):
    for document_id in (1, 2, 3, 4, 5):
        text = DocumentText(project.document(document_id).text)
        rows = [row for row in project.annotations(document_id) if row.annotator_id == project.annotator.id]
        starts = [remark.start for remark in remarks(text, rows)]
        assert starts == sorted(starts)


ranges = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(ranges), ranges)
def test_spans_meet_a_range_when_one_of_them_shares_a_character_with_it(spans, wanted):
    start, end = wanted
    assert Ranges(spans).meet(start, end) == any(left < end and start < right for left, right in spans)


@pytest.fixture
def bar(qtbot, theme):
    bar = FinishBar()
    qtbot.addWidget(bar)
    bar.resize(690, 52)
    bar.open_bar(remarks(TEXT, [MAYOR]))
    qtbot.waitExposed(bar)
    bar.activateWindow()
    qtbot.waitUntil(lambda: bar.focusWidget() is not None)
    return bar


def said(bar):
    return bar._said.text()


def test_it_counts_first_and_enter_visits_one_after_the_other(qtbot, bar):
    assert said(bar) == "3 things to look at before finishing. Enter goes through them."
    visited = QSignalSpy(bar.visit)
    for _ in range(4):
        QTest.keyClick(bar.focusWidget(), Qt.Key.Key_Return)
    expected = [[remark.start, remark.end] for remark in remarks(TEXT, [MAYOR])]
    assert [visited.at(n) for n in range(visited.count())] == [*expected, expected[0]]
    assert said(bar) == "1 of 3  ·  A cue or a quotation, but no annotation."


def test_one_remark_of_the_whole_article_visits_nothing(bar):
    bar.open_bar(remarks(DocumentText("It rained all night."), []))
    assert said(bar) == "1 thing to look at before finishing. Enter shows it."
    visited = QSignalSpy(bar.visit)
    QTest.keyClick(bar.focusWidget(), Qt.Key.Key_Enter)
    assert visited.count() == 0
    assert said(bar).startswith("1 of 1  ·  Nothing is tagged.")


def test_it_is_accepted_by_key_and_by_mouse(qtbot, bar):
    with qtbot.waitSignal(bar.accepted):
        QTest.keyClick(bar.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    finish = next(each for each in bar.findChildren(QPushButton) if each.accessibleName() == "Finish anyway")
    with qtbot.waitSignal(bar.accepted):
        QTest.mouseClick(finish, Qt.MouseButton.LeftButton)
    finish.setFocus()
    with qtbot.waitSignal(bar.accepted):
        QTest.keyClick(finish, Qt.Key.Key_Return)


def test_it_is_dismissed_by_key_and_by_mouse(qtbot, bar):
    with qtbot.waitSignal(bar.left):
        QTest.keyClick(bar.focusWidget(), Qt.Key.Key_Escape)
    assert bar.isHidden()
    bar.open_bar([Remark(0, 4, "unsure", "")])
    back = next(each for each in bar.findChildren(QPushButton) if each.accessibleName() == "Back")
    with qtbot.waitSignal(bar.left):
        QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_every_control_has_an_accessible_name(bar):
    assert bar.accessibleName()
    assert all(button.accessibleName() for button in bar.findChildren(QPushButton))
    assert bar._said.accessibleName() == said(bar)
