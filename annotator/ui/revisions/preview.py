"""What a corrected article changes, before it comes in."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextEdit, QVBoxLayout, QWidget

from annotator.ui.plain import plain_label
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.carrying.changes import Piece
    from annotator.revising import Preview

MOST_PIECES = 2_000  # that are shown: nobody reads more, and each takes the window's time
LONGEST_PIECE = 4_000  # code points of one


class PreviewDialog(QDialog):
    """Shows what is taken out of the text struck through and what is put in underlined, and offers to bring it in."""

    def __init__(self, name: str, preview: "Preview", theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Replace by a corrected version"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 560)
        self._theme = theme
        said = plain_label(self._said(name, preview), self)
        said.setWordWrap(True)
        self.text = QTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setAccessibleName(self.tr("Changes of the text"))
        self.text.setFont(theme.reading_font())
        self.text.document().setDocumentMargin(16)
        self._fill(preview)
        kept = plain_label(
            self.tr("The article as it is now stays in the project, with all that was annotated in it."), self
        )
        kept.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        bring = buttons.addButton(self.tr("Bring it in"), QDialogButtonBox.ButtonRole.AcceptRole)
        bring.setDefault(True)
        bring.setFocus()
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in (said, self.text, kept, buttons):
            layout.addWidget(widget, int(widget is self.text))

    def _said(self, name: str, preview: "Preview") -> str:
        same, moved, lost = (preview.outcomes[outcome] for outcome in ("same", "moved", "lost"))
        if not same + moved + lost:
            return self.tr("{name}: nothing is annotated in this article yet.").format(name=name)
        what = self.tr("{name}: of the annotations {same} stay the same, {moved} moved and {lost} are lost.")
        more = self.tr(" What moved or is lost will wait for you under To settle.") if moved + lost else ""
        return what.format(name=name, same=same, moved=moved, lost=lost) + more

    def _fill(self, preview: "Preview") -> None:
        from annotator.carrying.changes import changes

        formats = self._formats()
        cursor = QTextCursor(self.text.document())
        for number, piece in enumerate(piece for piece in changes(preview.old, preview.new) if piece.text):
            if number >= MOST_PIECES:
                cursor.insertText(self.tr("… and more"), formats["skipped"])
                break
            cursor.insertText(_shown(piece), formats[piece.kind])
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _formats(self) -> dict[str, QTextCharFormat]:
        colours = self._theme.colours
        formats = {kind: QTextCharFormat() for kind in ("same", "out", "in", "skipped")}
        formats["same"].setForeground(QColor(colours.text))
        for kind in ("out", "skipped"):
            formats[kind].setForeground(QColor(colours.quiet))
        formats["out"].setFontStrikeOut(True)
        formats["in"].setForeground(QColor(colours.selected_text))
        formats["in"].setBackground(QColor(colours.selection))
        formats["in"].setFontUnderline(True)
        formats["in"].setFontWeight(QFont.Weight.DemiBold)
        return formats


def _shown(piece: "Piece") -> str:
    if piece.kind == "skipped":
        return "\n[…]\n"
    text = piece.text.replace("\r\n", "\n")
    return text if len(text) <= LONGEST_PIECE else f"{text[: LONGEST_PIECE // 2]}\n[…]\n{text[-LONGEST_PIECE // 2 :]}"
