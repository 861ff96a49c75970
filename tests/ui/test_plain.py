"""Text that comes from files is shown as it is, wherever Qt would take it for HTML or for a key."""

import ast
import re
from html import escape
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolTip

from annotator import report
from annotator.criteria import Criteria
from annotator.records import Problem
from annotator.rows import Filter
from annotator.store import Store
from annotator.ui import plain
from annotator.ui.annotate.bar import ArticleBar
from annotator.ui.exports.names_dialog import NamesDialog
from annotator.ui.imports.report import ProblemTable
from annotator.ui.palette import CommandPalette
from annotator.ui.welcome import RecentButton
from tests.builders import bring_in, by, line, span, write_lines
from tests.ui.hands import focus, press

BOXES = {"about", "critical", "information", "question", "warning"}
UI = Path(plain.__file__).parent
LABELS, PLAIN = {"QLabel", "QMessageBox"}, "setTextFormat(Qt.TextFormat.PlainText)"


def is_our_own(argument):
    """Whether an argument is words that stand in the source, `self.tr("...")`, or a parent."""
    if isinstance(argument, ast.Call) and ast.unparse(argument.func) in {"self.tr", "_tr"}:
        return all(isinstance(each, ast.Constant) for each in argument.args)
    return ast.unparse(argument) in {"self", "parent"}


def careless(source):
    """Return the lines at which a tool tip, a label or a box may take somebody's text for HTML."""
    nodes = list(ast.walk(ast.parse(source)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    made = [node for node in nodes if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
    return sorted({
        *(call.lineno for call in calls if _is_careless_tip(call) or _is_careless_label(call)),
        *(node.lineno for node in made if _is_filled_later(node, source)),
        *(node.lineno for node in nodes if _is_careless_role(node, source)),
    })  # fmt: skip


def _is_careless_tip(call):
    is_tip = isinstance(call.func, ast.Attribute) and call.func.attr == "setToolTip"
    return is_tip and not ast.unparse(call.args[-1]).startswith("tool_tip(") and not is_our_own(call.args[-1])


def _is_careless_role(node, source):
    is_role = isinstance(node, ast.Attribute) and node.attr == "ToolTipRole"
    return is_role and "tool_tip(" not in source.splitlines()[node.lineno - 1]


def _is_careless_label(call):
    made = ast.unparse(call.func)
    is_box = made.startswith("QMessageBox.") and made[12:] in BOXES
    return is_box or (made in LABELS and not all(map(is_our_own, call.args)))


def _is_filled_later(node, source):
    target = ast.unparse(node.targets[0])
    is_label = ast.unparse(node.value.func) in LABELS
    return is_label and f"{target}.setText(" in source and f"{target}.{PLAIN}" not in source


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: path.relative_to(UI).as_posix())
def test_no_widget_takes_a_text_for_html(path):
    if path != Path(plain.__file__):
        assert careless(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "item.setToolTip(said)", "item.setToolTip(0, str(path))", 'b.setToolTip(self.tr("{a}").format(a=a))',
        "QLabel(path.stem, self)", 'QLabel(self.tr("{a} is").format(a=a), self)', "x = QLabel(self)\nx.setText(name)",
        "QMessageBox.warning(self, a, b)", "x = QMessageBox(self)\nx.setText(str(error))", "if role == Qt.ToolTipRole: pass",
    ],
)  # fmt: skip
def test_a_careless_text_is_found(source):
    assert careless(source)


@pytest.fixture
def picture(tmp_path):
    """A tag that shows a red picture, if it is taken for one."""
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    image.save(str(tmp_path / "red.png"))
    return f"<img src='file:{tmp_path}/red.png'>"


def reds(widget):
    image = widget.grab().toImage()
    return sum(image.pixelColor(x, y) == QColor("#ff0000") for x in range(image.width()) for y in range(image.height()))


def shown_tip(qtbot, text):
    QToolTip.showText(QPoint(0, 0), text)
    qtbot.waitUntil(lambda: QToolTip.text() == text)
    (tip,) = [each for each in QApplication.topLevelWidgets() if each.metaObject().className() == "QTipLabel"]
    return tip


def test_no_tool_tip_shows_a_picture(qtbot, picture, tmp_path):
    table, bar = ProblemTable(None), ArticleBar("Bar")
    for widget in (table, bar):
        qtbot.addWidget(widget)
    table.show_problems([Problem(file="a", id=picture, what=f"{picture}\nline two")])
    button = bar.add_button("A", picture)
    recent = RecentButton(Path(f"/home/{picture}/x.annotator"), bar)
    for text in (table.item(0, 2).toolTip(), table.item(0, 3).toolTip(), button.toolTip(), recent.toolTip()):
        assert reds(shown_tip(qtbot, text)) == 0
    assert reds(shown_tip(qtbot, picture)) > 1_000  # what would be shown otherwise
    QToolTip.hideText()


def test_no_label_and_no_box_shows_a_picture(qtbot, picture):
    box = plain.message_box("Error", None)
    box.setText(picture)
    label = plain.plain_label(picture, box)
    qtbot.addWidget(box)
    box.show()
    assert QTest.qWaitForWindowExposed(box)
    assert reds(box) == reds(label) == 0


def shown(text):
    """What Qt makes of the text of a menu or a button."""
    return QKeySequence.mnemonic(text).toString(), re.sub("&(.)", r"\1", text)


def test_an_ampersand_is_shown_as_one_and_takes_no_key(opened, bring):
    bring(line("Another article."), labels=[{"key": "rd", "title": "R&D", "colour": "#225522", "pattern": "dash"}])
    opened.annotate_as("A&B")
    view = focus(opened)
    press(view, "S D U")
    (button,) = [each for each in opened.runner_up_bar.findChildren(QPushButton) if "R" in each.accessibleName()[1:]]
    assert shown(button.text()) == ("", "5   R&D")
    press(view, "5")
    opened.actions_["tag:rd"].trigger()
    assert shown(opened.actions_["tag:rd"].text()) == ("", "Tag R&D")
    assert shown(opened.status.who.text()) == ("", "Annotating as A&B")
    press(view, "Control+K")
    (palette,) = opened.findChildren(CommandPalette)
    assert "Tag R&D" in dict(palette.shown())
    palette.close()


def test_undo_says_a_name_with_an_ampersand_as_it_is(opened, bring):
    bring(line("Another article."), name="R&D.jsonl")
    assert shown(opened.actions_["undo"].text()) == ("", "Undo import R&D.jsonl")
    press(focus(opened), "Control+K")
    (palette,) = opened.findChildren(CommandPalette)
    assert "Undo import R&D.jsonl" in dict(palette.shown())
    palette.close()


@pytest.fixture
def evil(qtbot, window, picture, tmp_path):
    """A window on a project in which everything that has a name is called by a tag that shows a picture."""
    said = {"source": picture, "note": picture, "unsure": True, "runner_up": "denial", "reason": picture}
    texts = [f"{picture} denied it. Nobody said {picture}.", f"Another one {picture}."]
    lines = [
        line(text, span(0, len(picture) + shift, "evil", **said), annotator=by(f"{picture} {name}"), status="finished",
             meta={"title": picture, "outlet": picture, "byline": picture, "url": picture}, document=picture + text)
        for text in texts for shift, name in ((0, "A"), (3, "B"))
    ]  # fmt: skip
    labels = {
        "schema": "source-annotator/1",
        "labels": [{"key": "evil", "title": picture, "colour": "#225522", "pattern": "dash"}],
    }
    path = tmp_path / "evil & <b>.annotator"
    with Store.create(path, picture) as store:
        assert bring_in(store, write_lines(tmp_path / "in.jsonl", [labels, *lines]), add_labels=True).left_out == 0
    window.project.open(path)
    window.annotate_as(f"{picture} A")
    window.resize(1500, 900)
    qtbot.waitExposed(window)
    return window


def test_the_window_shows_no_picture_whatever_is_called_by_one(qtbot, evil, picture):
    evil.actions_["layers"].trigger()
    press(focus(evil), "Tab")
    assert evil.article.current is not None and reds(evil) == 0
    evil.say(picture)
    evil.actions_["note"].trigger()
    assert reds(evil) == 0
    evil.documents.set_filter(Filter("another"))
    assert reds(evil) == 0
    for menu in evil.menuBar().findChildren(QMenu):
        assert reds(menu) == 0


@pytest.mark.parametrize("action", ["disagreements", "agreement"])
def test_the_review_shows_no_picture(qtbot, evil, action):
    evil.actions_[action].trigger()
    qtbot.wait(300)  # figures come from a worker; whatever is shown by then shows none
    assert reds(evil) == 0


@pytest.mark.parametrize("action", ["export", "palette", "settings", "shortcuts", "article-details"])
def test_no_dialog_shows_a_picture(qtbot, evil, action):
    evil.actions_[action].trigger()
    opened = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not evil]
    assert opened
    qtbot.wait(200)
    for each in (*opened, *evil.findChildren(CommandPalette)):
        assert reds(each) == 0
        each.close()


def test_names_of_sources_and_recent_projects_show_no_picture(qtbot, evil):
    names = NamesDialog(evil.project, None, evil)
    names.show()
    qtbot.waitUntil(lambda: names._looking is None, timeout=20_000)
    assert names._table.rowCount() and reds(names) == 0
    names.reject()
    evil.project.close()
    assert reds(evil.welcome) == 0


def test_a_report_shows_no_picture(evil, picture, tmp_path):
    with Store.open_to_read(evil.project.path) as store:
        report.write(store, tmp_path / "report.html", Criteria())
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert escape(picture) in page or escape(picture, quote=False) in page
    assert "<img src='file" not in page
