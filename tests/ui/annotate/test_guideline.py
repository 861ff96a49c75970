import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest

from annotator.ui.annotate.guideline import GuidelinePanel, GuidelineView
from annotator.ui.project import Project

LABELS = ("anonymous-source", "on-record", "denial", "non-comment")


@pytest.fixture
def panel(qtbot, project, theme):
    panel = GuidelinePanel(project)
    qtbot.addWidget(panel)
    panel.resize(340, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    return panel


def views(panel):
    """Return the views from the top down."""
    return sorted((view for view in panel.findChildren(GuidelineView) if view.isVisible()), key=GuidelineView.y)


def top(view):
    """Return the text of the block at the top of a view."""
    return view.cursorForPosition(QPoint(20, 12)).block().text()


def test_the_guideline_of_the_project_is_shown(panel):
    (view,) = views(panel)
    assert view.toPlainText().startswith("Annotation guideline")
    assert view.accessibleName()
    assert "##" not in view.toPlainText()


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_shown_from_its_heading(panel, label):
    panel.show_labels(label, None)
    assert [top(view) for view in views(panel)] == [label]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("runner_up", LABELS)
def test_the_runner_up_is_shown_below_the_label(panel, label, runner_up):
    panel.show_labels(label, runner_up)
    assert [top(view) for view in views(panel)] == [label, runner_up]


def test_without_a_runner_up_there_is_one_guideline_again(panel):
    panel.show_labels("denial", "on-record")
    panel.show_labels("denial", None)
    assert len(views(panel)) == 1


def test_a_label_without_a_section_scrolls_nowhere(panel):
    panel.show_labels("denial", None)
    panel.show_labels("of-the-project", None)
    assert top(views(panel)[0]) == "denial"


def test_markdown_fetches_nothing_follows_nothing_and_holds_no_html(qtbot, theme, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    view = GuidelineView("Guideline", None)
    qtbot.addWidget(view)
    view.show_markdown(f"A [link](https://example.org) ![image]({secret.as_uri()}) <b onclick='x'>not bold</b>")
    view.show()
    view.grab()
    assert "<b onclick='x'>not bold</b>" in view.toPlainText()
    assert not view.document().resource(QTextDocument.ResourceType.ImageResource, QUrl(secret.as_uri()))
    assert not view.openLinks()


def test_escape_leaves(qtbot, panel):
    panel.setFocus()
    with qtbot.waitSignal(panel.left):
        QTest.keyClick(views(panel)[0], Qt.Key.Key_Escape)


def test_closing_the_project_empties_it_and_opening_fills_it(project, panel):
    path = project.path
    project.close()
    assert views(panel)[0].toPlainText() == ""
    panel.show_labels("denial", None)
    project.open(path)
    assert views(panel)[0].toPlainText().startswith("Annotation guideline")


def test_it_can_be_made_before_a_project_is_open(qtbot, theme):
    hub = Project()
    panel = GuidelinePanel(hub)
    qtbot.addWidget(panel)
    panel.show_labels("denial", None)
    hub.jobs.close()
