"""Assigning articles: who reads what at a glance, and a new packet with a preview of what would be drawn."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.jobs import Job
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.sharing.give_back_dialog import PACKETS, file_name
from annotator.ui.sharing.hub import Sharing
from annotator.ui.sharing.packet_form import PacketForm
from annotator.ui.sharing.rows_table import RowsTable
from annotator.ui.words import count, from_home

if TYPE_CHECKING:
    from annotator.packets.packing import Packed
    from annotator.packets.planning import Plan, Preview

SOON = 150  # milliseconds without a change, after which it is looked at again


class AssignDialog(QDialog):
    """Shows the plan of the project; each packet that is made changes it."""

    def __init__(self, project: Project, sharing: Sharing, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Assign articles"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1080, 700)
        self._project, self._sharing, self._settings = project, sharing, settings
        self._counting: Job | None = None
        self._looking: Job | None = None
        self._is_running = False
        self._read_by = plain_label(self.tr("Counting…"), self)
        self._loads = RowsTable(self.tr("Annotators"), self.tr("Nobody has an article yet."), self)
        nobody = self.tr("Articles that two annotators share are counted here, once there are two.")
        self._pairs = RowsTable(self.tr("Articles that two annotators share"), nobody, self)
        self._time, self._few, self._drawn = (self._quiet() for _ in range(3))
        self._form = PacketForm(self)
        self._said = plain_label("", self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._make = self._buttons.addButton(self.tr("Make packet…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._look_soon = QTimer(self, singleShot=True, interval=SOON)
        self._lay_out()
        self._form.changed.connect(self._change)
        self._look_soon.timeout.connect(self._preview)
        self._buttons.accepted.connect(self._ask_where)
        self._buttons.rejected.connect(self.reject)
        self._make.setEnabled(False)
        project.closing.connect(self._forget_look)
        self._count()

    def reject(self) -> None:
        """Close; a packet that is being made is made to its end."""
        if not self._is_running:
            super().reject()

    def done(self, result: int) -> None:
        self._forget_look()
        if self._counting:
            self._counting.forget()
        super().done(result)

    # The plan

    def _count(self) -> None:
        people = [row.name for row in self._project.annotators() if row.kind == "human"]
        self._form.offer(people)
        self._counting = self._sharing.look_at_plan(self._show_plan, self._fail)

    def _show_plan(self, plan: "Plan") -> None:
        from annotator.packets import words

        self._counting = None
        self._read_by.setText(words.read_by(plan))
        headers = (
            self.tr("Annotator"), self.tr("Given"), self.tr("Finished"), self.tr("In progress"), self.tr("Left"),
            self.tr("Work left"),
        )  # fmt: skip
        rows = [
            (each.name, f"{each.given:,}", f"{each.finished:,}", f"{each.started:,}", f"{each.left:,}",
             words.days(each.days))
            for each in plan.annotators
        ]  # fmt: skip
        self._loads.show_rows(headers, rows, numbers=frozenset(range(1, 6)))
        self._show_pairs(plan)
        self._time.setText(words.TIME)
        self._few.setText(words.SHARING)
        self._drawn.setText("\n".join(words.drawn(plan)))

    def _show_pairs(self, plan: "Plan") -> None:
        from annotator.packets import words

        names = [each.name for each in plan.annotators] if plan.pairs else []
        rows = [
            (a, *("" if a == b else words.shared(plan.shared(a, b)) for b in names[:-1]))
            for a in names[1:]
        ]  # fmt: skip
        below = [tuple(cell if at <= line else "" for at, cell in enumerate(row, -1)) for line, row in enumerate(rows)]
        headers = (self.tr("Shared by"), *names[:-1])
        self._pairs.show_rows(headers, below, numbers=frozenset(range(1, len(headers))))

    # The new packet

    def _change(self) -> None:
        self._forget_look()
        self._make.setEnabled(False)
        self._said.setText(self.tr("Looking at what would be drawn…"))
        self._look_soon.start()

    def _preview(self) -> None:
        """Show what would be drawn now, or what is missing."""
        if not self._form.name():
            self._said.setText(self.tr("Say for whom the packet is."))
            return
        self._looking = self._sharing.preview(
            self._form.name(), self._form.wanted(), self._show_preview, self._fail_to_preview
        )

    def _show_preview(self, found: "Preview") -> None:
        from annotator.packets import words

        self._looking = None
        said = words.previewed(found)
        if found.annotator not in {row.name for row in self._project.annotators()}:
            said += " " + self.tr("{name} is new in this project.").format(name=found.annotator)
        self._said.setText(said)
        self._make.setEnabled(found.documents > 0 and not self._is_running)

    def _fail_to_preview(self, error: BaseException) -> None:
        self._looking = None
        if isinstance(error, UserError):
            self._said.setText(str(error))
        else:
            errors.show(error, self)

    def _forget_look(self) -> None:
        self._look_soon.stop()
        if self._looking:
            self._looking.forget()
            self._looking = None

    def _ask_where(self) -> None:
        suggested = Path(self._settings.folder or self._project.path.parent) / f"{file_name(self._form.name())}.packet"
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Make packet"), str(suggested), PACKETS)
        if path:
            self._settings.folder = str(Path(path).parent)
            self._assign(Path(path if Path(path).suffix else f"{path}.packet"))

    def _assign(self, target: Path) -> None:
        self._set_running(True)
        self._said.setText(self.tr("Making the packet…"))
        try:
            self._sharing.assign(target, self._form.name(), self._form.wanted(), self._done, self._fail)
        except UserError as error:
            self._fail(error)

    def _done(self, packed: "Packed") -> None:
        self._set_running(False)
        articles = count(packed.documents, self.tr("article"), self.tr("articles"))
        said = self.tr("{articles} for {name} are at {path}. Send the file to {name}.")
        where = from_home(Path(packed.path))
        self._said.setText(said.format(articles=articles, name=packed.annotator, path=where))
        self._make.setEnabled(False)  # until something else is asked for
        self._count()

    def _fail(self, error: BaseException) -> None:
        self._set_running(False)
        if isinstance(error, UserError):
            self._said.setText(str(error))
        else:
            errors.show(error, self)

    def _set_running(self, running: bool) -> None:
        self._is_running = running
        self._form.setEnabled(not running)
        self._make.setEnabled(not running)

    # How it looks

    def _quiet(self) -> QLabel:
        label = plain_label("", self)
        label.setWordWrap(True)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        return label

    def _lay_out(self) -> None:
        self._said.setWordWrap(True)
        self._said.setAccessibleName(self.tr("What the packet would hold"))
        self._said.setText(self.tr("Say for whom the packet is."))
        tables = QHBoxLayout()
        tables.setSpacing(20)
        for table, note, stretch in ((self._loads, self._time, 3), (self._pairs, self._few, 2)):
            side = QVBoxLayout()
            side.setSpacing(6)
            side.addWidget(table, 1)
            side.addWidget(note)
            tables.addLayout(side, stretch)
        title = plain_label(self.tr("New packet"), self)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        self._drawn.setForegroundRole(QPalette.ColorRole.WindowText)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._read_by)
        column.addLayout(tables, 1)
        column.addWidget(self._drawn)
        column.addSpacing(8)
        for widget in (title, self._form, self._said, self._buttons):
            column.addWidget(widget)
