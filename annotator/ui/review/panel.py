"""Beside the article under review: how far it is, what the disagreement is, the versions, and the reason."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotator.adjudication import Cluster, Progress
from annotator.ui.project import Project
from annotator.ui.review.filters import Filters
from annotator.ui.review.versions import Versions
from annotator.ui.theme import Theme

WORDS = 120  # characters of the differing words that are shown


class ReviewPanel(QWidget):
    """Shows one disagreement. Every button is an action with a key as well."""

    left = Signal()  # Enter or Esc in a field: back to the text

    def __init__(
        self, project: Project, theme: Theme, keys: Callable[[str], list[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._keys = theme, keys
        self.filters = Filters(project, self)
        self.versions = Versions(project, theme, keys, self)
        self.reason = QLineEdit(self)
        self.buttons: dict[str, QPushButton] = {}
        self._bar = QProgressBar(self)
        self._progress, self._headline, self._differing, self._last, self._agreed = (self._text() for _ in range(5))
        self._body = QWidget(self)
        self._lay_out()
        self.reason.setPlaceholderText(self.tr("Reason, kept with each ruling until you change it"))
        self.reason.setAccessibleName(self.tr("Reason of the ruling"))
        self.reason.setMaxLength(500)
        self.reason.returnPressed.connect(self.left)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_progress(self, here: Progress, project: Progress | None) -> None:
        """Show how many are settled, of how many; None while the project is still being counted."""
        article = self.tr("{done} of {all} in this article").format(done=here.settled, all=here.all)
        whole = (
            self.tr("{done} of {all} in the project").format(done=project.settled, all=project.all)
            if project
            else self.tr("counting the project…")
        )
        self._progress.setText(f"{article}  ·  {whole}")
        self._bar.setMaximum(max(1, project.all) if project else max(1, here.all))
        self._bar.setValue(project.settled if project else here.settled)
        agreed = self.tr("All agree on {count} more places of this article. Gold does not have them yet.")
        self._agreed.setText(agreed.format(count=here.agreed) if here.agreed > 1 else self.tr(
            "All agree on 1 more place of this article. Gold does not have it yet."
        ))  # fmt: skip
        for widget in (self._agreed, self.buttons["take-agreed"]):
            widget.setVisible(here.agreed > 0)

    def show_cluster(self, cluster: Cluster, text: str, shown: int) -> None:
        """Show a disagreement."""
        headline = {
            "missed": self.tr("Not everybody marked this"),
            "label": self.tr("The labels differ"),
            "boundary": self.tr("The bounds differ"),
        }
        settled = "" if cluster.is_open else self.tr(" (settled)")
        self._headline.setText(headline[cluster.kind or "missed"] + settled)
        words = cluster.differing(text).strip(" ,;:")
        self._differing.setText(
            self.tr("About: {words}").format(words=words if len(words) <= WORDS else f"{words[:WORDS]}…")
        )
        is_whole = cluster.differences == ((cluster.start, cluster.end),)  # then the versions show it
        self._differing.setVisible(not is_whole)
        self.versions.show_cluster(cluster, text, shown)
        self._body.setVisible(True)

    def show_nothing(self, headline: str, more: str) -> None:
        """Say that there is nothing to rule on, and what to do."""
        self._headline.setText(headline)
        self._differing.setText(more)
        self._differing.setVisible(bool(more))
        self._body.setVisible(False)

    def show_last(self, said: str) -> None:
        """Say what the last ruling was; the button beside it applies it to all alike."""
        self._last.setText(said)
        for widget in (self._last, self.buttons["alike"]):
            widget.setVisible(bool(said))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # Inside

    def _text(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _button(self, id: str, title: str) -> QPushButton:
        key = next(iter(self._keys(id)), "")
        button = QPushButton(f"{title}   {key}".rstrip(), self)
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons[id] = button
        return button

    def _lay_out(self) -> None:
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName(self.tr("Settled in the project"))
        ways = QHBoxLayout()
        ways.setSpacing(8)
        ways.addWidget(self._button("nothing-here", self.tr("Nothing here")))
        ways.addWidget(self._button("defer", self.tr("Defer")))
        ways.addStretch(1)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        body.addWidget(self.versions)
        body.addLayout(ways)
        body.addWidget(self.reason)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (self.filters, self._progress, self._bar, self._headline, self._differing, self._body):
            column.addWidget(widget)
        column.addWidget(self._rule())
        column.addWidget(self._last)
        column.addWidget(self._button("alike", self.tr("Apply to all alike…")), 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._agreed)
        column.addWidget(self._button("take-agreed", self.tr("Take them")), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.show_last("")

    def _rule(self) -> QFrame:
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        line.setFixedHeight(1)
        return line

    def _restyle(self) -> None:
        quiet = f"color: {self._theme.colours.quiet}"
        for label in (self._progress, self._last, self._agreed, self._differing):
            label.setStyleSheet(quiet)
        self._headline.setStyleSheet("font-size: 13pt; font-weight: 600")
