"""The page of figures: what is compared, the result in a sentence, the figures, and the passages behind each."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator import wording
from annotator.records import UserError
from annotator.reviewing import Passage
from annotator.ui.project import Project
from annotator.ui.review.comparing import MOST_PASSAGES, Comparing, Figures
from annotator.ui.review.criteria_bar import CriteriaBar
from annotator.ui.review.figure_tabs import FigureTabs
from annotator.ui.review.passage_list import PassageList, of_passage
from annotator.ui.review.tables import Behind, Item
from annotator.ui.theme import Theme


class FiguresPage(QWidget):
    """Wires fields, figures and passages to the comparison."""

    place_asked = Signal(int, object)  # a document, and the span in it
    left = Signal()  # Esc in the figures

    def __init__(self, project: Project, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._item: Item | None = None  # whose passages are listed
        self._kept = 0  # the row that is the current one when they are listed again
        self._goes_there = False  # whether the list gets the focus when the passages are there
        self._loaded = False  # whether the fields offer what the project has
        self._entered = False  # and no figure was shown since: the first takes the focus
        self.comparing = Comparing(project, self)
        self.criteria = CriteriaBar(project, self)
        self.sentence = self._label(self.tr("Result"))
        self.compared = self._label(self.tr("What was compared"), quiet=True)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(self.tr("Articles read"))
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.again = QPushButton(self.tr("Compare again"), self)
        self.figures = FigureTabs(project, theme, self)
        self.behind = self._label(self.tr("Passages shown"))
        self.passages = PassageList(self.tr("Passages"), theme, self)
        self.title, self.advice = self._label(self.tr("Why there are no figures")), self._label(self.tr("What to do"))
        self._lay_out()
        self._connect()
        self._show_nothing(self.tr("Not compared yet"), "")

    def enter(self) -> None:
        """Show the page as the project is now."""
        if not self._loaded:
            self._loaded = True
            self.criteria.load()
            self._compare()
        else:
            self.comparing.refresh()
        self._entered = True
        self.focus_back()

    def focus_back(self) -> None:
        """Put the focus where a person was."""
        if self.passages.hasFocus() or (self.passages.isVisible() and self.passages.passages.rowCount()):
            self.passages.setFocus()
        elif self.pages.currentWidget() is self.panes:
            self.figures.focus_figure()
        else:
            self.criteria.annotators.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_F6:
            self._next_pane(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    # What is found

    def _compare(self) -> None:
        self.comparing.compare(self.criteria.criteria())

    def _begin(self) -> None:
        self._show_running(True)
        self.progress.setRange(0, 0)
        self._clear_passages()

    def _show_progress(self, done: int, total: int) -> None:
        # Qt counts in 32 bits.
        self.progress.setRange(0, 1000)
        self.progress.setValue(1000 * done // max(total, 1))

    def _show_figures(self, figures: Figures) -> None:
        self._show_running(False)
        titles = {label.key: label.title for label in self._project.labels()}
        explained = wording.explained(figures.found)
        self.compared.setText(wording.left_out(figures.found))
        if explained:
            self._show_nothing(*explained)
            return
        self.sentence.setText(wording.sentence(figures.found, titles))
        self.sentence.show()
        self.figures.show_figures(figures)
        self.pages.setCurrentWidget(self.panes)
        self._ask_again()
        if self._entered and self.criteria.annotators.hasFocus():
            self.figures.focus_figure()
        self._entered = False

    def _show_nothing(self, title: str, advice: str) -> None:
        self.sentence.hide()
        self.title.setText(title)
        self.advice.setText(advice)
        self.pages.setCurrentWidget(self.nothing)

    def _show_failure(self, error: BaseException) -> None:
        self._show_running(False)
        self.compared.setText("")
        if not isinstance(error, UserError):
            raise error
        self._show_nothing(self.tr("This cannot be compared"), str(error))

    def _show_cancelled(self) -> None:
        self._show_running(False)
        self.again.show()
        self.compared.setText("")
        self._show_nothing(
            self.tr("The comparison was cancelled"), self.tr("Nothing was changed. Compare again when you want it.")
        )

    def _show_running(self, running: bool) -> None:
        self.progress.setVisible(running)
        self.cancel.setVisible(running)
        self.again.hide()

    # Passages

    def _ask(self, item: Item, *, goes_there: bool) -> None:
        if item.behind:
            self._item, self._goes_there, self._kept = item, goes_there, 0
            self.comparing.ask(item.behind)

    def _ask_again(self) -> None:
        """List the passages again that were listed: after an edit they may be others."""
        if self._item and self._item.behind:
            self._goes_there, self._kept = False, max(self.passages.currentIndex().row(), 0)
            self.comparing.ask(self._item.behind)

    def _show_passages(self, behind: Behind, found: list[Passage]) -> None:
        if self._item is None or behind != self._item.behind:
            return
        rows = [of_passage(passage) for passage in found[:MOST_PASSAGES]]
        if len(found) > MOST_PASSAGES:
            count = self.tr("the first {count} passages").format(count=f"{MOST_PASSAGES:,}")
        else:
            count = wording.counted(len(rows), self.tr("passage"))
        self.behind.setText(f"{self._item.said or self._item.text}\n{count}")
        self.passages.show_rows(rows, {label.key: label for label in self._project.labels()}, self._kept)
        self.passages.setVisible(bool(rows))
        if rows and self._goes_there:
            self.passages.setFocus()

    def _clear_passages(self) -> None:
        self._item = None
        self.passages.show_rows([], {})
        self.passages.hide()
        how = self.tr("Choose a figure, by a click or Enter, to list its passages. Enter there opens the article.")
        self.behind.setText(how)

    def _next_pane(self, step: int) -> None:
        panes = [self.criteria.annotators, self.figures, self.passages]
        shown = [pane for pane in panes if pane.isVisible()]
        focused = self.focusWidget()
        areas = {self.criteria.annotators: self.criteria, self.figures: self.figures, self.passages: self.passages}
        at = next((i for i, pane in enumerate(shown) if pane is focused or areas[pane].isAncestorOf(focused)), 0)
        following = shown[(at + step) % len(shown)]
        if following is self.figures:
            self.figures.focus_figure()
        else:
            following.setFocus()

    # Building

    def _connect(self) -> None:
        comparing, figures = self.comparing, self.figures
        self.criteria.changed.connect(self._compare)
        self.cancel.clicked.connect(comparing.cancel)
        self.again.clicked.connect(self._compare)
        comparing.begun.connect(self._begin)
        comparing.progressed.connect(self._show_progress)
        comparing.compared.connect(self._show_figures)
        comparing.detailed.connect(figures.show_details)
        comparing.found.connect(self._show_passages)
        comparing.failed.connect(self._show_failure)
        comparing.cancelled.connect(self._show_cancelled)
        figures.chosen.connect(lambda item: self._ask(item, goes_there=False))
        figures.entered.connect(lambda item: self._ask(item, goes_there=True))
        figures.place_asked.connect(self.place_asked)
        figures.left.connect(self.left)
        self.passages.place_asked.connect(self.place_asked)
        self.passages.left.connect(figures.focus_figure)
        self._project.closing.connect(self._forget)
        self._project.annotator_changed.connect(self._forget)

    def _forget(self) -> None:
        """Begin anew the next time: another project, or another person."""
        self._loaded = False

    def _label(self, name: str, *, quiet: bool = False) -> QLabel:
        label = QLabel(self)
        label.setAccessibleDescription(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if quiet:
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        return label

    def _lay_out(self) -> None:
        for label in (self.sentence, self.title):
            font = QFont(label.font())
            font.setPointSizeF(font.pointSizeF() * 1.3)
            font.setWeight(QFont.Weight.DemiBold if label is self.title else QFont.Weight.Medium)
            label.setFont(font)
        running = QHBoxLayout()
        running.addWidget(self.progress, 1)
        running.addWidget(self.cancel)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 8)
        top.setSpacing(8)
        top.addWidget(self.criteria)
        top.addWidget(self.sentence)
        top.addWidget(self.compared)
        top.addLayout(running)
        self.panes = QSplitter(self)
        self.panes.setHandleWidth(1)
        self.panes.setChildrenCollapsible(False)
        beside = QWidget(self.panes)
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        self.behind.setContentsMargins(12, 12, 12, 4)
        column.addWidget(self.behind)
        column.addWidget(self.passages, 1)
        column.addStretch(0)
        column.setAlignment(self.behind, Qt.AlignmentFlag.AlignTop)
        self.panes.addWidget(self.figures)
        self.panes.addWidget(beside)
        self.panes.setStretchFactor(0, 1)
        self.panes.setSizes([800, 480])
        self.nothing = QWidget(self)
        empty = QVBoxLayout(self.nothing)
        empty.setContentsMargins(16, 24, 16, 24)
        empty.setSpacing(8)
        for widget in (self.title, self.advice):
            widget.setMaximumWidth(640)
            empty.addWidget(widget)
        empty.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        empty.addStretch(1)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.nothing)
        self.pages.addWidget(self.panes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.pages, 1)
