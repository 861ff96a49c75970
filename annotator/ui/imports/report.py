"""What an import did: in words, and a table of what was left out or changed."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from annotator.records import Problem
from annotator.ui.empty import paint_empty
from annotator.ui.plain import tool_tip
from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator import importers

NAMED_LABELS = 8
TABLE = """
QTableView { border: 1px solid palette(mid); border-radius: 6px; }
QTableView::item { padding: 4px 8px; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; color: palette(placeholder-text); padding: 6px 8px; border: none;
    border-bottom: 1px solid palette(mid); }
"""


class ProblemTable(QTableWidget):
    """Names each problem by file, line and id, with what was expected and what was found."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 6, parent)
        titles = [
            self.tr("File"),
            self.tr("Line"),
            self.tr("Id"),
            self.tr("What"),
            self.tr("Expected"),
            self.tr("Found"),
        ]
        self.setHorizontalHeaderLabels(titles)
        self.setAccessibleName(self.tr("What was left out or changed"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setStyleSheet(TABLE)
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        for column in range(6):
            to = QHeaderView.ResizeMode.Stretch if column >= 3 else QHeaderView.ResizeMode.ResizeToContents
            self.horizontalHeader().setSectionResizeMode(column, to)

    def show_problems(self, problems: list[Problem]) -> None:
        self.setRowCount(len(problems))
        for row, found in enumerate(problems):
            cells = (found.file, found.line, found.id, found.what, found.expected, found.found)
            for column, cell in enumerate(cells):
                said = "" if cell is None else str(cell)
                item = QTableWidgetItem(said)
                item.setToolTip(tool_tip(said))
                item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                self.setItem(row, column, item)
        self.horizontalHeader().setVisible(bool(problems))
        self.resizeRowsToContents()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resizeRowsToContents()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.rowCount() == 0:
            paint_empty(self, self.tr("Nothing was left out."))


class BringBackButton(QPushButton):
    """Offers to take in what was removed from the project for good, once an import met it; hidden until then."""

    def __init__(self, buttons: QDialogButtonBox) -> None:
        super().__init__(buttons)
        buttons.addButton(self, QDialogButtonBox.ButtonRole.ActionRole)
        self.clicked.connect(self.hide)
        self.hide()

    def offer(self, articles: int) -> None:
        """Offer so many articles; none are no offer."""
        said = count(articles, self.tr("removed article"), self.tr("removed articles"))
        self.setText(self.tr("Take in {articles}").format(articles=said))
        self.setVisible(articles > 0)


def coming_in_words(articles: int, out: int) -> str:
    """Return how many articles come in, and how many stay out."""
    coming = count(articles, _tr("article comes in"), _tr("articles come in"))
    return f"{coming}; {count(out, _tr('stays out'), _tr('stay out'))}." if out else f"{coming}."


def in_words(report: "importers.Report") -> str:
    """Return what came in, and what did not."""
    articles = count(report.documents, _tr("article"), _tr("articles"))
    layers = count(report.layers, _tr("layer"), _tr("layers"))
    annotations = count(report.annotations, _tr("annotation"), _tr("annotations"))
    came = report.documents + report.layers + report.annotations
    said = [
        _tr("{articles}, {layers} and {annotations} came in.").format(
            articles=articles, layers=layers, annotations=annotations
        )
        if came
        else _tr("Nothing new came in.")
    ]
    if report.known_documents:
        known = count(report.known_documents, _tr("article was"), _tr("articles were"))
        said.append(_tr("{known} there already.").format(known=known))
    if report.left_out:
        left = count(report.left_out, _tr("item was"), _tr("items were"))
        said.append(_tr("{left} left out.").format(left=left))
    if report.removed_documents:
        removed = count(report.removed_documents, _tr("article was"), _tr("articles were"))
        said.append(_tr("{removed} removed from this project for good, and stayed out.").format(removed=removed))
    if report.unknown_labels:
        said.append(_unknown_labels(report.unknown_labels))
    if report.notes:
        changed = count(report.notes, _tr("item"), _tr("items"))
        said.append(_tr("{changed} came in with a remark.").format(changed=changed))
    if report.left_out + report.notes > len(report.problems):
        said.append(_tr("The first {shown} are listed.").format(shown=f"{len(report.problems):,}"))
    if came:
        said.append(_tr("Undo takes all of it back."))
    return " ".join(said)


def _unknown_labels(labels: dict[str, int]) -> str:
    """Name the labels that this project does not have, the most frequent first."""
    frequent = sorted(labels.items(), key=lambda each: (-each[1], each[0]))
    named = ", ".join(f"{label} ({spans:,})" for label, spans in frequent[:NAMED_LABELS])
    if len(frequent) > NAMED_LABELS:
        named += _tr(" and {more} more").format(more=f"{len(frequent) - NAMED_LABELS:,}")
    return _tr("Spans with labels that this project does not have: {named}.").format(named=named)


def _tr(text: str) -> str:
    return QCoreApplication.translate("import_report", text)
