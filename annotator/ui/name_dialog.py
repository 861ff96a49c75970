"""Asking who is annotating, once."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QInputDialog, QWidget

from annotator.ui.project import Project
from annotator.ui.settings import Settings


def ask_name(parent: QWidget, project: Project, settings: Settings) -> str | None:
    """Return the name that a person gives, or None."""
    names = [row.name for row in project.annotators() if row.kind == "human"]
    offered = list(dict.fromkeys([settings.annotator, *names])) if settings.annotator else ["", *names]
    title = QCoreApplication.translate("ask_name", "Who is annotating?")
    said = QCoreApplication.translate("ask_name", "Your name is kept with the annotations that you make.")
    name, is_given = QInputDialog.getItem(parent, title, said, offered, 0, True)
    return name.strip() or None if is_given else None
