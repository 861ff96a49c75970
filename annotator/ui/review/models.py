"""The tab of models: what each is worth against gold, what its F1 is lost to, and what was left out."""

from collections.abc import Sequence
from itertools import islice

from PySide6.QtWidgets import QWidget

from annotator import wording
from annotator.evaluating import Evaluated
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.review import model_tables
from annotator.ui.review.comparing import MOST_PASSAGES
from annotator.ui.review.figure_view import FigureView
from annotator.ui.review.parts import caption, choice, fill, heading, row
from annotator.ui.review.passage_list import PassageList
from annotator.ui.theme import Theme


class Models(QWidget):
    """Shows one evaluation of those that were made, by one way to match; without any it says what to choose."""

    def __init__(self, project: Project, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._evaluations: Sequence[Evaluated] = ()
        self.said = plain_label("", self)
        self.said.setWordWrap(True)
        self.measured = caption("", self)
        self.model = choice(self.tr("Model"), [], self)
        self.match = choice(
            self.tr("What counts as a match"), [(title, key) for key, title in model_tables.MATCHES], self
        )
        self.scores = FigureView(self.tr("What a model is worth, by label"), theme, self)
        self.losses = FigureView(self.tr("What a model’s F1 is lost to, by label"), theme, self)
        self.left_out_heading = heading("", self)
        self.left_out = PassageList(self.tr("Articles whose predictions were left out"), theme, self)
        choices, lost = row(self.model, self.match, parent=self), heading(self.tr("What becomes of a span"), self)
        self._shown = [self.measured, choices, self.scores, lost, self.losses]  # where there is an evaluation
        fill(self, [self.said, *self._shown, self.left_out_heading, self.left_out])
        for combo in (self.model, self.match):
            combo.activated.connect(self._show)

    def show_evaluations(self, evaluations: Sequence[Evaluated]) -> None:
        """Show the one that was shown before, if it is there, else the first."""
        chosen = self.model.currentText()
        self._evaluations = evaluations
        self.model.clear()
        for each in evaluations:
            self.model.addItem(self.tr("{model} against {gold}").format(model=each.model, gold=each.gold))
        self.model.setCurrentIndex(max(self.model.findText(chosen), 0))
        self._show()

    def _show(self) -> None:
        found = self._evaluations[self.model.currentIndex()] if self._evaluations else None
        for widget in self._shown:
            widget.setVisible(found is not None)
        self._show_left_out(found)
        if found is None:
            how = self.tr("Choose a model among the annotators above, and gold or a person to measure it against.")
            self.said.setText(how)
            return
        titles = {label.key: label.title for label in self._project.labels()}
        self.said.setText(wording.measured(found))
        self.measured.setText(wording.predictions_left_out(found))
        self.scores.show_table(model_tables.scores(found, self.match.currentData(), titles))
        self.losses.show_table(model_tables.losses(found, titles))

    def _show_left_out(self, found: Evaluated | None) -> None:
        rows = list(islice(model_tables.left_out(found), MOST_PASSAGES + 1)) if found else []
        self.left_out_heading.setText(
            self.tr("The first {count} articles whose predictions were left out").format(count=f"{MOST_PASSAGES:,}")
            if len(rows) > MOST_PASSAGES
            else self.tr("Articles whose predictions were left out")
        )
        self.left_out.show_rows(rows[:MOST_PASSAGES], {})
        for widget in (self.left_out_heading, self.left_out):
            widget.setVisible(bool(rows))
