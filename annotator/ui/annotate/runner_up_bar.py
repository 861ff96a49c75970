"""Asking which label an unsure annotator nearly took, by the keys that tag."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from annotator.ui.annotate.bar import ArticleBar
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow


class RunnerUpBar(ArticleBar):
    """Shows the labels with their keys. The focus stays in the article, whose keys choose one."""

    chosen = Signal(object)  # a label, or None

    def __init__(self, project: Project, keys: Callable[[str], list[str]], parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Runner-up"), parent, QBoxLayout.Direction.TopToBottom)
        self._project = project
        self._keys = keys  # that tag with a label
        self._choices: list[QPushButton] = []

    def ask(self, row: "AnnotationRow") -> None:
        """Ask what came second to the label of an annotation."""
        titles = {label.key: label.title for label in self._project.labels()}
        self.say(self.tr("{label}, but unsure. What else could it be?").format(label=titles[row.label or ""]))
        for button in self._choices:
            button.hide()
            button.deleteLater()
        others = [(label, title) for label, title in titles.items() if label != row.label]
        self._choices = [self._choice(label, self._key(label), title) for label, title in others]
        self._choices.append(self._choice(None, self.tr("Esc"), self.tr("None")))
        self.show()

    def _key(self, label: str) -> str:
        return next(iter(self._keys(label)), "")

    def _choice(self, label: str | None, key: str, title: str) -> QPushButton:
        button = self.add_button(f"{key}   {title}".strip(), title)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self.chosen.emit, label))
        return button
