"""The right-hand side of the window: annotations with their details, and the guideline."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget

from annotator.ui.annotate.annotation_list import AnnotationList
from annotator.ui.annotate.details import DetailsPanel
from annotator.ui.annotate.guideline import GuidelinePanel
from annotator.ui.project import Project
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow


class SidePanel(QTabWidget):
    """Holds the list above the details, and the guideline in a second tab."""

    left = Signal()  # Esc in any of them

    def __init__(self, project: Project, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)  # a line in a colour that is not ours
        self.setAccessibleName(self.tr("Annotations and guideline"))
        self.annotations = AnnotationList(project, theme, self)
        self.details = DetailsPanel(project, self)
        self.guideline = GuidelinePanel(project, self)
        self._layer = QSplitter(Qt.Orientation.Vertical, self)
        self._layer.setHandleWidth(1)
        self._layer.setChildrenCollapsible(False)
        self._layer.addWidget(self.annotations)
        self._layer.addWidget(self.details)
        self._layer.setStretchFactor(0, 1)
        self._layer.setSizes([280, 440])
        self.addTab(self._layer, self.tr("Annotations"))
        self.addTab(self.guideline, self.tr("Guideline"))
        self._current: AnnotationRow | None = None
        self.currentChanged.connect(self._follow)
        for pane in (self.annotations, self.details, self.guideline):
            pane.left.connect(self.left)

    def show_annotations(self) -> None:
        """Bring list and details to the front."""
        self.setCurrentWidget(self._layer)

    def show_guideline(self) -> None:
        """Bring the guideline to the front."""
        self.setCurrentWidget(self.guideline)
        self._follow()

    def show_current(self, row: "AnnotationRow | None") -> None:
        """Keep the guideline at the label of the current annotation, with the runner-up's below it."""
        self._current = row
        self._follow()

    def panes(self) -> list[QWidget]:
        """Return what F6 goes through: what is in front."""
        return [self.guideline] if self.guideline.isVisible() else [self.annotations, self.details]

    def _follow(self) -> None:
        if self._current and self._current.label and self.guideline.isVisible():
            self.guideline.show_labels(self._current.label, self._current.attributes.runner_up)
