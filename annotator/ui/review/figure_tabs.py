"""Every figure in its tab, with a line that says how to read it."""

from collections.abc import Sequence
from itertools import islice
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator import wording
from annotator.evaluating import Evaluated
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.review import edge_tables, label_tables, model_tables, pair_tables
from annotator.ui.review.comparing import MOST_PASSAGES, Details, Figures
from annotator.ui.review.figure_view import FigureView
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
        self.scores = self._view(self.tr("What a model is worth, by label"))
        self.model_losses = self._view(self.tr("What a model’s F1 is lost to, by label"))
        self.left_out = PassageList(self.tr("Articles whose predictions were left out"), theme, self)
        self.questions = PassageList(self.tr("Questions of annotators"), theme, self)
        self.measure = self._combo(self.tr("Figure"), [(title, key) for key, title in pair_tables.MEASURES])
        self.label = self._combo(self.tr("Label"), [])
        self.model = self._combo(self.tr("Model"), [])
        self.match = self._combo(
            self.tr("What counts as a match"), [(title, key) for key, title in model_tables.MATCHES]
        )
        self._evaluations: Sequence[Evaluated] = ()
        self._model_said = plain_label("", self)
        self._model_said.setWordWrap(True)
        self._model_measured = self._caption("")
        self._what_if_said = self._caption("")
        self._strings_said = self._caption("")
        self._trend_said = self._caption("")
        self._questions_said = self._caption("")
        self._lay_out()
        for passages in (self.questions, self.left_out):
            passages.place_asked.connect(self.place_asked)
            passages.left.connect(self.left)
        for combo in (self.model, self.match):
            combo.activated.connect(self._show_model)
        for combo in (self.measure, self.label):
            combo.activated.connect(self._show_heatmap)

    def views(self) -> list[FigureView]:
        """Return all figures."""
        return [
            self.forest, self.losses, self.heatmap, self.confusion, self.strings, self.what_if, self.cards,
            self.trend, self.scores, self.model_losses,
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
        self._show_evaluations(details.evaluations)
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

    def _show_evaluations(self, evaluations: Sequence[Evaluated]) -> None:
        chosen = self.model.currentText()
        self._evaluations = evaluations
        self.model.clear()
        for each in evaluations:
            self.model.addItem(self.tr("{model} against {gold}").format(model=each.model, gold=each.gold))
        self.model.setCurrentIndex(max(self.model.findText(chosen), 0))
        self._show_model()

    def _show_model(self) -> None:
        found = self._evaluations[self.model.currentIndex()] if self._evaluations else None
        for widget in (self._model_fields, self._model_measured, self.scores, self._model_lost, self.model_losses):
            widget.setVisible(found is not None)
        rows = list(islice(model_tables.left_out(found), MOST_PASSAGES + 1)) if found else []
        self._left_out_heading.setText(
            self.tr("The first {count} articles whose predictions were left out").format(count=f"{MOST_PASSAGES:,}")
            if len(rows) > MOST_PASSAGES
            else self.tr("Articles whose predictions were left out")
        )
        self._left_out_heading.setVisible(bool(rows))
        self.left_out.setVisible(bool(rows))
        self.left_out.show_rows(rows[:MOST_PASSAGES], {})
        if found is None:
            self._model_said.setText(
                self.tr("Choose a model among the annotators above, and gold or a person to measure it against.")
            )
            return
        titles = self._titles()
        self._model_said.setText(wording.measured(found))
        self._model_measured.setText(wording.predictions_left_out(found))
        self.scores.show_table(model_tables.scores(found, self.match.currentData(), titles))
        self.model_losses.show_table(model_tables.losses(found, titles))

    def _titles(self) -> dict[str, str]:
        return {label.key: label.title for label in self._project.labels()}

    def _view(self, name: str, rows: int | None = None) -> FigureView:
        view = FigureView(name, self._theme, self, rows=rows)
        for signal, mine in ((view.chosen, self.chosen), (view.entered, self.entered)):
            signal.connect(lambda _item, view=view: self._close_others(view))
            signal.connect(mine)
        view.left.connect(self.left)
        return view

    def _combo(self, name: str, items: list[tuple[str, str]]) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setAccessibleDescription(name)
        for title, data in items:
            combo.addItem(title, data)
        return combo

    def _caption(self, text: str) -> QLabel:
        label = plain_label(text, self)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        label.setWordWrap(True)
        return label

    def _heading(self, text: str) -> QLabel:
        label = plain_label(text, self)
        font = QFont(label.font())
        font.setWeight(QFont.Weight.DemiBold)
        label.setFont(font)
        return label

    def _lay_out(self) -> None:
        chosen = self._fields(self.measure, self.label)
        self._model_fields = self._fields(self.model, self.match)
        caption, heading = self._caption, self._heading
        self._model_lost = heading(self.tr("What becomes of a span"))
        self._left_out_heading = heading("")
        self._add(
            self.tr("Labels"),
            heading(self.tr("How well each label is agreed on")),
            caption(
                self.tr(
                    "Krippendorff’s alpha with its 95 % interval: 1 is full agreement, 0 is chance. "
                    "The lines stand at .667 (tentative) and .800 (reliable). Grey: too few to rely on."
                )
            ),
            self.forest,
            heading(self.tr("What becomes of a span")),
            self.losses,
        )
        self._add(
            self.tr("Pairs"),
            caption(self.tr("Each two annotators, and how many articles both finished. Grey: fewer than 20.")),
            chosen,
            self.heatmap,
        )
        self._add(
            self.tr("Confusion"),
            caption(self.tr("What one annotator marked as the row, the other marked as the column, or missed.")),
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
                )
            ),
            self.cards,
        )
        self._add(
            self.tr("Models"), self._model_said, self._model_measured, self._model_fields, self.scores,
            self._model_lost, self.model_losses, self._left_out_heading, self.left_out,
        )  # fmt: skip
        self._add(self.tr("Over time"), self._trend_said, self.trend)
        self._add(self.tr("Questions"), self._questions_said, self.questions)

    def _fields(self, *combos: QComboBox) -> QWidget:
        fields = QWidget(self)
        row = QHBoxLayout(fields)
        row.setContentsMargins(0, 0, 0, 0)
        for combo in combos:
            row.addWidget(combo)
        row.addStretch(1)
        return fields

    def _add(self, title: str, *widgets: QWidget) -> None:
        page = QWidget(self)
        page.setAutoFillBackground(False)
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for widget in widgets:
            grows = isinstance(widget, PassageList) or widget is self.strings
            column.addWidget(widget, 1 if grows else 0)
        column.addStretch(0)  # takes what is left where nothing that grows is shown
        area = QScrollArea(self)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.addTab(area, title)
