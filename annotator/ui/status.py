"""The right of the status bar: how far the project is, whether the last edit is saved, and who is annotating."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QPushButton

from annotator.ui.plain import doubled, plain_label
from annotator.ui.project import Project

LONGEST_NAME = 240  # pixels


class Status(QObject):
    """Shows what the hub says of progress, saving and the annotator, who can be changed here."""

    who_asked = Signal()

    def __init__(self, project: Project, window: QMainWindow) -> None:
        super().__init__(window)
        self._project = project
        self.who = QPushButton(window)
        self.who.setFlat(True)
        self.who.clicked.connect(self.who_asked)
        self.saved = plain_label("", window)
        self.progress = plain_label("", window)
        bar = window.statusBar()
        for widget in (self.progress, self.saved, self.who):
            widget.setContentsMargins(8, 0, 8, 0)
            bar.addPermanentWidget(widget)
        project.saved.connect(bar.clearMessage)  # what it says is no longer the last thing done
        project.saved.connect(lambda: self.saved.setText(self.tr("Saved")))
        project.save_failed.connect(lambda: self.saved.setText(self.tr("Not saved")))
        project.annotator_changed.connect(self._show_who)
        # Counting 100,000 documents takes a while: in an event of its own.
        project.progress_changed.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)

    def refresh(self) -> None:
        """Show the state of a project that was opened or closed: nothing was saved in it yet."""
        self.saved.setText("")
        self._show_who()

    def _show_who(self) -> None:
        who, said = self._project.annotator, self.tr("Nobody is annotating yet")
        if who:
            name = self.who.fontMetrics().elidedText(who.name, Qt.TextElideMode.ElideRight, LONGEST_NAME)
            said = self.tr("Annotating as {name}").format(name=name)
        self.who.setText(doubled(said))
        self.who.setVisible(self._project.is_open)
        self._show_progress()

    def _show_progress(self) -> None:
        done = self._project.progress() if self._project.is_open else None
        whose = self.tr("{finished} of {all} finished")
        if self._project.annotator:
            whose = self.tr("{finished} of {all} finished by you")
        self.progress.setText(whose.format(finished=done.finished, all=done.documents) if done else "")
