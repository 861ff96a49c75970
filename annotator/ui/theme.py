"""How the program looks: fonts, light and dark colours, icons. Nothing of the system's is relied on."""

from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from annotator.assets import FOLDER
from annotator.ui.settings import Settings

INTERFACE_FONT = "Inter"
READING_FONT = "Source Serif 4"
INTERFACE_SIZE = 10.0  # points


class Colours(NamedTuple):
    """The colours of one theme. Text on its ground passes WCAG AA."""

    window: str
    page: str  # the article, lists, fields
    text: str
    quiet: str  # secondary text
    border: str
    hover: str
    selection: str
    selected_text: str
    accent: str
    accent_text: str


LIGHT = Colours(
    window="#f4f2ee", page="#fdfcfa", text="#1f2328", quiet="#5c6470", border="#dcd8d0", hover="#ebe8e1",
    selection="#cfe0f5", selected_text="#1f2328", accent="#1b5e9e", accent_text="#ffffff",
)  # fmt: skip
DARK = Colours(
    window="#1b1d20", page="#212427", text="#e6e3dd", quiet="#a2a7ae", border="#383c42", hover="#2b2f33",
    selection="#2d4a6b", selected_text="#f4f1eb", accent="#7db4ea", accent_text="#10161d",
)  # fmt: skip


class Theme(QObject):
    """Gives the application its look, and again when the system or a person changes it."""

    changed = Signal()

    def __init__(self, application: QApplication, settings: Settings) -> None:
        super().__init__(application)
        self._application = application
        self._settings = settings
        load_fonts()
        application.setStyle("Fusion")
        font = QFont(INTERFACE_FONT)
        font.setPointSizeF(INTERFACE_SIZE)
        application.setFont(font)
        application.styleHints().colorSchemeChanged.connect(self.apply)
        settings.changed.connect(self._apply_when_other)
        self.is_dark = self._wants_dark()  # kept: every row that is painted asks
        self.apply()

    @property
    def colours(self) -> Colours:
        return DARK if self.is_dark else LIGHT

    def apply(self) -> None:
        """Set palette and style sheet of the application."""
        self.is_dark = self._wants_dark()
        self._application.setPalette(palette(self.colours))
        self._application.setStyleSheet(style_sheet(self.colours))
        self.changed.emit()

    def label_colour(self, colour: str) -> QColor:
        """Return a label's colour as it reads on this theme's page."""
        found = QColor(colour)
        return QColor.fromHslF(found.hslHueF(), found.hslSaturationF() * 0.85, 0.70) if self.is_dark else found

    def icon(self, name: str) -> QIcon:
        """Return one of our icons in the colour of the text."""
        return _icon(name, self.colours.text, self.colours.quiet)

    def reading_font(self) -> QFont:
        """Return the serif that articles are set in."""
        font = QFont(READING_FONT)
        font.setPointSizeF(self._settings.text_size)
        return font

    def _wants_dark(self) -> bool:
        if self._settings.theme == "system":
            return self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._settings.theme == "dark"

    def _apply_when_other(self) -> None:
        if self.is_dark != self._wants_dark():
            self.apply()


@cache
def load_fonts() -> None:
    """Make the bundled fonts known to Qt; once is enough."""
    for file in sorted((FOLDER / "fonts").rglob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


def palette(colours: Colours) -> QPalette:
    """Return the colours as Qt wants them."""
    role = QPalette.ColorRole
    made = QPalette()
    for name, colour in {
        role.Window: colours.window, role.WindowText: colours.text, role.Base: colours.page,
        role.AlternateBase: colours.window, role.Text: colours.text, role.Button: colours.window,
        role.ButtonText: colours.text, role.ToolTipBase: colours.page, role.ToolTipText: colours.text,
        role.PlaceholderText: colours.quiet, role.Highlight: colours.selection,
        role.HighlightedText: colours.selected_text, role.Link: colours.accent, role.Mid: colours.border,
        role.Accent: colours.accent,
    }.items():  # fmt: skip
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.quiet))
    return made


def style_sheet(colours: Colours) -> str:
    """Return what a palette cannot say: borders, spacing, the state of buttons."""
    tone = "dark" if colours is DARK else "light"
    images = {name: (FOLDER / "style" / f"{file}-{tone}.svg").as_posix() for name, file in _IMAGES.items()}
    return _STYLE.format(**colours._asdict(), **images)


_IMAGES = {"arrow": "chevron-down", "check": "check"}
_STYLE = """
QToolTip {{ color: {text}; background: {page}; border: 1px solid {border}; padding: 4px 6px; }}
QMainWindow::separator, QSplitter::handle {{ background: {border}; }}
QStatusBar {{ border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
QListView, QTreeView, QTableView {{ border: none; background: {page}; outline: none; }}
QLineEdit, QPlainTextEdit, QComboBox, QDateEdit {{
    background: {page}; border: 1px solid {border}; border-radius: 6px; padding: 5px 8px; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border: 1px solid {accent}; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url("{arrow}"); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {page}; border: 1px solid {border}; selection-background-color: {selection};
    selection-color: {selected_text}; }}
QCheckBox::indicator, QListView::indicator, QTreeView::indicator {{
    width: 14px; height: 14px; border: 1px solid {quiet}; border-radius: 3px; background: {page}; }}
QCheckBox::indicator:checked, QListView::indicator:checked, QTreeView::indicator:checked {{
    background: {accent}; border: 1px solid {accent}; image: url("{check}"); }}
QTreeView::indicator:indeterminate {{ background: {selection}; border: 1px solid {accent}; }}
QCheckBox:focus {{ color: {accent}; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {border}; border-radius: 4px; min-height: 32px; margin: 2px; }}
QScrollBar::handle:vertical:hover {{ background: {quiet}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; height: 0; }}
QPushButton {{ background: {page}; border: 1px solid {border}; border-radius: 6px; padding: 6px 14px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:focus {{ border: 1px solid {accent}; }}
QPushButton:disabled {{ color: {quiet}; }}
QPushButton:default {{ background: {accent}; color: {accent_text}; border: 1px solid {accent}; }}
QPushButton:default:disabled {{ background: {hover}; color: {quiet}; border: 1px solid {border}; }}
QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 4px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:focus {{ border: 1px solid {accent}; }}
QToolButton:checked {{ background: {selection}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {border}; }}
QTabBar::tab {{ padding: 8px 14px; border: none; color: {quiet}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabBar::tab:focus {{ color: {accent}; }}
QMenu {{ background: {page}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {selection}; color: {selected_text}; }}
QMenu::item:disabled {{ color: {quiet}; }}
QHeaderView {{ background: {page}; border: none; }}
QHeaderView::section {{ background: {page}; color: {quiet}; border: none; border-bottom: 1px solid {border};
    padding: 6px 10px; }}
QProgressBar {{ border: 1px solid {border}; border-radius: 4px; text-align: center; background: {page}; }}
QProgressBar::chunk {{ background: {selection}; }}
"""


@cache
def _icon(name: str, colour: str, quiet: str) -> QIcon:
    icon = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, quiet)):
        for scale in (1, 2):
            icon.addPixmap(_pixmap(name, tint, 18, scale), mode)
    return icon


def _pixmap(name: str, colour: str, side: int, scale: int) -> QPixmap:
    source = (FOLDER / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    pixmap = QPixmap(QSize(side, side) * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    try:
        QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(pixmap.rect()))
    finally:
        painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap
