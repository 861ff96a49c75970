"""The fields of the details: each tells of a change once, when it is made on purpose."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPointF, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QStandardItemModel,
    QTextLayout,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.text import DocumentText
from annotator.ui.plain import plain_label
from annotator.ui.theme import READING_FONT

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow, LabelRow

PASSAGE_LINES = 4
LONGEST_PASSAGE = 600  # code points: more than the lines have room for
RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
STEPS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    *RETURNS,
)
_SEGMENTS = """
QToolButton { background: palette(base); border: 1px solid palette(mid); padding: 5px 2px; }
QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }
QToolButton:focus { border: 1px solid palette(link); }
QToolButton:disabled { color: palette(placeholder-text); background: transparent; }
QToolButton:checked:disabled { background: palette(mid); }
"""


class Choice(QComboBox):
    """A list to choose from: not by the wheel, and not through all that lie between."""

    def __init__(self, name: str, nothing: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAccessibleDescription(name)  # on Linux, Qt gives a screen reader the entry for the name
        self.setPlaceholderText(nothing)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def choose(self, data: str | None) -> None:
        """Show an entry by its data, without telling of it."""
        self.setCurrentIndex(self.findData(data))

    def offer_all_but(self, data: str | None) -> None:
        """Let every entry be chosen but one."""
        items = cast("QStandardItemModel", self.model())
        for number in range(self.count()):
            items.item(number).setEnabled(data is None or self.itemData(number) != data)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls the panel

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in STEPS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.showPopup()
        else:
            super().keyPressEvent(event)


class Segments(QWidget):
    """A row of buttons, of which one or none is down."""

    chosen = Signal(object)  # the value, or None when the one that was down is pressed again

    def __init__(self, name: str, titles: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setStyleSheet(_SEGMENTS)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for value, title in titles.items():
            button = QToolButton(self)
            button.setText(title)
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {title}")
            button.setToolTip(self.tr("Press again to leave it unsaid"))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda down, value=value: self._press(value if down else None))
            row.addWidget(button)
            self._buttons[value] = button

    def choose(self, value: str | None) -> None:
        """Show a value, without telling of it."""
        for each, button in self._buttons.items():
            button.setChecked(each == value)

    def _press(self, value: str | None) -> None:
        self.choose(value)
        self.chosen.emit(value)


class SourceField(QLineEdit):
    """Who is speaking; completes the names that were given before."""

    entered = Signal()  # the focus has come: the names are wanted

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Source"))
        self.setPlaceholderText(self.tr("Who is speaking"))
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)

    def offer(self, names: list[str]) -> None:
        """Complete these names."""
        self._names.setStringList(names)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own list was closed
            self.entered.emit()


class NoteField(QPlainTextEdit):
    """A text of several lines, that is done when the field is left."""

    edited = Signal()
    left = Signal()  # Ctrl+Enter

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(72)

    def sizeHint(self) -> QSize:
        return QSize(200, 72)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_done(cast("QKeyEvent", event)):
            event.accept()  # here it ends the note, and does not finish the article
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_done(event):
            self.edited.emit()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own menu
            self.edited.emit()


class Passage(QWidget):
    """A few lines of an article, always as high as if it had them all: what is below does not jump."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = DocumentText("")
        font = QFont(READING_FONT)
        font.setPointSizeF(self.font().pointSizeF() * 1.1)
        self.setFont(font)
        self._leading = QFontMetricsF(font).height() * 1.2
        self.setFixedHeight(round(PASSAGE_LINES * self._leading))

    def show_text(self, passage: str) -> None:
        """Show the beginning of a passage, white space made one space."""
        self._text = DocumentText(" ".join(passage[:LONGEST_PASSAGE].split()))
        self.setAccessibleName(self._text.text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        layout = QTextLayout(self._text.display, self.font())
        layout.beginLayout()
        starts: list[int] = []
        while len(starts) <= PASSAGE_LINES and (line := layout.createLine()).isValid():
            line.setLineWidth(self.width())
            line.setPosition(QPointF(0, len(starts) * self._leading))
            starts.append(self._text.to_codepoint(line.textStart()))
        layout.endLayout()
        painter = QPainter(self)
        try:
            painter.setPen(self.palette().text().color())
            whole = len(starts) if len(starts) <= PASSAGE_LINES else PASSAGE_LINES - 1
            for number in range(whole):
                layout.lineAt(number).draw(painter, QPointF(0, 0))
            if whole < len(starts):
                self._draw_rest(painter, starts[whole], whole)
        finally:
            painter.end()

    def _draw_rest(self, painter: QPainter, start: int, line: int) -> None:
        metrics = QFontMetricsF(self.font())
        rest = metrics.elidedText(self._text.display[start:], Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QPointF(0, line * self._leading + metrics.ascent()), rest)


class DetailsForm(QWidget):
    """The fields of one annotation, laid out. It shows and offers; what a change means is the panel's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.passage = Passage(self)
        self._whose = plain_label("", self)
        self._whose.setWordWrap(True)
        self._whose.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.label = Choice(self.tr("Label"), self.tr("Look-alike: no label"), self)
        identities = {"named": self.tr("Named"), "institution": self.tr("Institution"), "unnamed": self.tr("Unnamed")}
        self.identity = Segments(self.tr("Identity"), identities, self)
        self.source = SourceField(self)
        confidences = {"high": self.tr("High"), "medium": self.tr("Medium"), "low": self.tr("Low")}
        self.confidence = Segments(self.tr("Confidence"), confidences, self)
        self.unsure = QCheckBox(self.tr("Unsure"), self)
        self.unsure.setAccessibleName(self.tr("Unsure"))
        self.runner_up = Choice(self.tr("Runner-up label"), "", self)
        self.unsure.setMinimumHeight(self.runner_up.sizeHint().height())
        self.note = NoteField(self)
        self._note_name = plain_label("", self)
        self._lay_out()

    def offer(self, labels: "Iterable[LabelRow]", letter: Callable[[str], str]) -> None:
        """Let the labels of a project be chosen, each with its letter."""
        self.label.clear()
        self.runner_up.clear()
        self.runner_up.addItem(self.tr("No runner-up"), None)
        for label in labels:
            title = f"{letter(label.key)}   {label.title}"
            self.label.addItem(title, label.key)
            self.runner_up.addItem(title, label.key)

    def show_choices(self, row: "AnnotationRow") -> None:
        """Show all of an annotation that is not a text to type."""
        said = row.attributes
        self.label.choose(row.label)
        self.identity.choose(said.identity)
        self.confidence.choose(said.confidence)
        self.unsure.setChecked(said.unsure)
        self.runner_up.offer_all_but(row.label)
        self.runner_up.choose(said.runner_up)
        self.note.setAccessibleName(self.tr("Note") if row.label else self.tr("Reason"))
        self._note_name.setText(self.note.accessibleName())

    def allow(self, row: "AnnotationRow", *, may: bool) -> None:
        """Let an annotation be changed, or not; a negative can get a label, and has a reason."""
        self.label.setEnabled(may)
        self.note.setEnabled(may)
        for field in (self.identity, self.source, self.confidence, self.unsure):
            field.setEnabled(may and row.label is not None)
        self.runner_up.setEnabled(self.unsure.isEnabled() and row.attributes.unsure)

    def say_whose(self, sentence: str) -> None:
        """Say why an annotation cannot be changed; an own one needs no word."""
        self._whose.setText(sentence)
        self._whose.setHidden(not sentence)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)  # in a narrow window
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in (
            (plain_label(self.tr("Label"), self), self.label),
            (plain_label(self.tr("Identity"), self), self.identity),
            (plain_label(self.tr("Source"), self), self.source),
            (plain_label(self.tr("Confidence"), self), self.confidence),
            (self.unsure, self.runner_up),
            (self._note_name, self.note),
        ):
            form.addRow(name, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.passage)
        column.addWidget(self._whose)
        column.addLayout(form, 1)


def _is_done(event: QKeyEvent) -> bool:
    return event.key() in RETURNS and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
