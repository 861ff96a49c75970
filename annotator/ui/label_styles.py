"""How the labels of the open project look in a theme."""

from PySide6.QtGui import QColor

from annotator.ui.letters import NEGATIVE
from annotator.ui.overlay import LabelStyle
from annotator.ui.project import Project
from annotator.ui.theme import Theme


def label_styles(project: Project, theme: Theme) -> tuple[dict[str, LabelStyle], LabelStyle]:
    """Return how the labels of a project look, and what has no label."""
    styles = {
        label.key: LabelStyle(label.key, project.letter(label.key), theme.label_colour(label.colour), label.pattern)
        for label in project.labels()
    }
    return styles, LabelStyle("", NEGATIVE, QColor(theme.colours.quiet), "dot")
