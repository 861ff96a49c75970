import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from annotator.ui.annotate.guideline import GuidelineView
from annotator.ui.annotate.side_panel import SidePanel

DOCUMENT = 1


@pytest.fixture
def panel(qtbot, project, theme):
    panel = SidePanel(project, theme)
    qtbot.addWidget(panel)
    panel.annotations.show_document(DOCUMENT, project.document(DOCUMENT).text)
    panel.resize(340, 760)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    return panel


def test_list_and_details_stand_above_each_other_in_the_first_tab(panel):
    assert [panel.tabText(n) for n in range(panel.count())] == ["Annotations", "Guideline"]
    assert panel.annotations.isVisible()
    assert panel.details.isVisible()
    assert not panel.guideline.isVisible()
    assert panel.annotations.width() == panel.details.width() == panel.width()
    assert panel.annotations.height() < panel.details.height()


def test_the_guideline_comes_to_the_front_and_goes_again(panel):
    panel.show_guideline()
    assert panel.guideline.isVisible()
    assert panel.panes() == [panel.guideline]
    panel.show_annotations()
    assert panel.details.isVisible()
    assert panel.panes() == [panel.annotations, panel.details]


def test_the_guideline_follows_the_current_label_and_its_runner_up(project, panel):
    rows = [row for row in project.annotations(DOCUMENT) if row.label]
    plain = next(row for row in rows if row.label == "anonymous-source" and not row.attributes.runner_up)
    unsure = next(row for row in rows if row.attributes.runner_up)
    panel.show_current(plain)
    panel.show_guideline()
    assert sections(panel) == ["anonymous-source"]
    panel.show_current(unsure)
    assert sections(panel) == [unsure.label, unsure.attributes.runner_up]
    panel.show_current(None)
    assert len(sections(panel)) == 2


def sections(panel):
    """The heading at the top of each view of the guideline that is shown."""
    views = sorted(panel.guideline.findChildren(GuidelineView), key=GuidelineView.y)
    return [view.cursorForPosition(QPoint(20, 12)).block().text() for view in views if view.isVisible()]


def test_escape_in_any_pane_leaves(qtbot, project, panel):
    row = project.annotations(DOCUMENT)[0]
    panel.details.show_annotation(DOCUMENT, row, project.document(DOCUMENT).text)
    for pane in (panel.annotations, panel.details):
        with qtbot.waitSignal(panel.left):
            QTest.keyClick(pane, Qt.Key.Key_Escape)
    panel.show_guideline()
    with qtbot.waitSignal(panel.left):
        QTest.keyClick(panel.guideline, Qt.Key.Key_Escape)


def test_it_has_a_name(panel):
    assert panel.accessibleName()
