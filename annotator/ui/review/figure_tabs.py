"""Every figure in its tab, with a line that says how to read it."""

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QTabWidget,
    QWidget,
)  # fmt: skip

from annotator.ui.project import Project
from annotator.ui.review import edge_tables, label_tables, pair_tables
from annotator.ui.review.comparing import Details, Figures
from annotator.ui.review.figure_view import FigureView
from annotator.ui.review.models import Models
from annotator.ui.review.parts import caption, choice, fill, heading, row
from annotator.ui.review.passage_list import PassageList, of_question
from annotator.ui.review.tables import Table
from annotator.ui.theme import Theme

LONG = 8  # rows of a table that scrolls by itself


class FigureTabs(QTabWidget):
    """Shows what a comparison found; each cell can be chosen, to see what stands behind it."""

    chosen = Signal(object)  # an Item, by a click
    entered = Signal(object)  # an Item, by Enter or a double click
    place_asked = Signal(int, object)  # from a question: a document and a span
    left = Signal()

    def __init__(self, project: Project, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._theme = theme
        self._figures: Figures | None = None
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.setAccessibleName(self.tr("Figures"))
        self.forest = self._view(self.tr("Agreement by label"))
        self.losses = self._view(self.tr("What becomes of spans, by label"))
        self.heatmap = self._view(self.tr("Agreement of two annotators"))
        self.confusion = self._view(self.tr("Which label met which"))
        self.strings = self._view(self.tr("Strings by which spans differ"), rows=LONG)
        self.what_if = self._view(self.tr("Figures with edges trimmed"))
        self.cards = self._view(self.tr("Each annotator beside the rest"))
        self.trend = self._view(self.tr("Agreement by week"))
        self.models = Models(project, theme, self)
        self.questions = PassageList(self.tr("Questions of annotators"), theme, self)
        self.measure = choice(self.tr("Figure"), [(title, key) for key, title in pair_tables.MEASURES], self)
        self.label = choice(self.tr("Label"), [], self)
        self._what_if_said = caption("", self)
        self._strings_said = caption("", self)
        self._trend_said = caption("", self)
        self._questions_said = caption("", self)
        self._lay_out()
        for view in self.views():
            self._watch(view)
        for passages in (self.questions, self.models.left_out):
            passages.place_asked.connect(self.place_asked)
            passages.left.connect(self.left)
        for combo in (self.measure, self.label):
            combo.activated.connect(self._show_heatmap)

    def views(self) -> list[FigureView]:
        """Return all figures."""
        return [
            self.forest, self.losses, self.heatmap, self.confusion, self.strings, self.what_if, self.cards,
            self.trend, self.models.scores, self.models.losses,
        ]  # fmt: skip

    def show_figures(self, figures: Figures) -> None:
        """Show what was found."""
        self._figures = figures
        titles, found = self._titles(), figures.found
        if self.label.count() != len(titles):
            self.label.clear()
            for key, title in titles.items():
                self.label.addItem(title, key)
        self.forest.show_table(label_tables.forest(found, titles))
        self.losses.show_table(label_tables.losses(found, titles))
        self.confusion.show_table(pair_tables.confusion(found, titles))
        self.cards.show_table(pair_tables.cards(figures.cards, titles))
        self._show_heatmap()
        plain = figures.plain
        self.what_if.setVisible(plain is not None)
        self.what_if.show_table(edge_tables.what_if(plain, found, titles) if plain else Table((), ()))
        self._what_if_said.setText(
            self.tr("Every figure on this page is now without what was chosen above under “What if”. Here beside it.")
            if plain
            else self.tr(
                "How much of the disagreement is only white space, a final stop or quotation marks? Choose "
                "“What if” at the top right: every figure is then computed as if nobody had put them at an edge."
            )
        )

    def show_details(self, details: Details) -> None:
        """Show what comes after the figures."""
        titles = self._titles()
        self.strings.show_table(edge_tables.strings(details.strings, titles))
        self.strings.setVisible(bool(details.strings))
        self._strings_said.setText(
            self.tr("What one annotator has at the edge of a span and another has not. The most frequent first.")
            if details.strings
            else self.tr("No two spans of one label differ at their ends.")
        )
        several = len(details.weeks) > 1
        self.trend.show_table(label_tables.trend(details.weeks, titles))
        self.trend.setVisible(several)
        self._trend_said.setText(
            self.tr("By the week in which an article was finished by the last annotator, or came in by an import.")
            if several
            else self.tr("All articles were finished, or came in, in one week. From the second on there is a trend.")
        )
        self.models.show_evaluations(details.evaluations)
        rows = [of_question(question, titles) for question in details.questions]
        self.questions.show_rows(rows, {label.key: label for label in self._project.labels()})
        self.questions.setVisible(bool(rows))
        self._questions_said.setText(
            self.tr("Spans that their annotators are unsure of: questions for the guideline. Enter opens the article.")
            if rows
            else self.tr("No annotator has marked a span as unsure. U in the article does.")
        )

    def focus_figure(self) -> None:
        """Put the focus into the figure of the tab that is shown."""
        page = self.currentWidget()
        found: Sequence[QWidget] = [*page.findChildren(FigureView), *page.findChildren(PassageList)]
        next((view for view in found if view.isVisible()), self.tabBar()).setFocus()

    def _close_others(self, opened: FigureView) -> None:
        for view in self.views():
            if view is not opened:
                view.open(-1, -1)

    def _show_heatmap(self) -> None:
        self.label.setEnabled(self.measure.currentData() == "kappa")
        if self._figures:
            label = cast("str", self.label.currentData())
            self.heatmap.show_table(pair_tables.heatmap(self._figures.found, self.measure.currentData(), label))

    def _titles(self) -> dict[str, str]:
        return {label.key: label.title for label in self._project.labels()}

    def _view(self, name: str, rows: int | None = None) -> FigureView:
        return FigureView(name, self._theme, self, rows=rows)

    def _watch(self, view: FigureView) -> None:
        for signal, mine in ((view.chosen, self.chosen), (view.entered, self.entered)):
            signal.connect(lambda _item, view=view: self._close_others(view))
            signal.connect(mine)
        view.left.connect(self.left)

    def _lay_out(self) -> None:
        chosen = row(self.measure, self.label, parent=self)
        self._add(
            self.tr("Labels"),
            heading(self.tr("How well each label is agreed on"), self),
            caption(
                self.tr(
                    "Krippendorff’s alpha with its 95 % interval: 1 is full agreement, 0 is chance. "
                    "The lines stand at .667 (tentative) and .800 (reliable). Grey: too few to rely on."
                ),
                self,
            ),
            self.forest,
            heading(self.tr("What becomes of a span"), self),
            self.losses,
        )
        self._add(
            self.tr("Pairs"),
            caption(self.tr("Each two annotators, and how many articles both finished. Grey: fewer than 20."), self),
            chosen,
            self.heatmap,
        )
        self._add(
            self.tr("Confusion"),
            caption(self.tr("What one annotator marked as the row, the other marked as the column, or missed."), self),
            self.confusion,
        )
        self._add(self.tr("Ends"), self._strings_said, self.strings)
        self._add(self.tr("What if"), self._what_if_said, self.what_if)
        self._add(
            self.tr("Annotators"),
            caption(
                self.tr(
                    "Each annotator beside the rest: F1 with all others, how densely they mark, and how much more or "
                    "less of each label than the others in the same articles."
                ),
                self,
            ),
            self.cards,
        )
        self._add_page(self.tr("Models"), self.models)
        self._add(self.tr("Over time"), self._trend_said, self.trend)
        self._add(self.tr("Questions"), self._questions_said, self.questions)

    def _add(self, title: str, *widgets: QWidget) -> None:
        page = QWidget(self)
        fill(page, widgets, growing=self.strings)
        self._add_page(title, page)

    def _add_page(self, title: str, page: QWidget) -> None:
        page.setAutoFillBackground(False)
        area = QScrollArea(self)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.addTab(area, title)
