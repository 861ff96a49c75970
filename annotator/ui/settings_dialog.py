"""The settings: what is changed here works at once and is kept, so there is nothing to accept or cancel."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.actions import Actions
from annotator.ui.keys_page import KeysPage
from annotator.ui.plain import plain_label
from annotator.ui.settings import LARGEST_TEXT, SMALLEST_TEXT, Settings


class SettingsDialog(QDialog):
    """Holds how to annotate and how it looks, and the keys in a second tab."""

    def __init__(
        self, settings: Settings, actions: Actions, annotate_as: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 640)
        pages = QTabWidget(self)
        pages.setDocumentMode(True)
        pages.tabBar().setDrawBase(False)
        pages.addTab(GeneralPage(settings, annotate_as, self), self.tr("General"))
        pages.addTab(KeysPage(settings, actions, self), self.tr("Keys"))
        pages.setAccessibleName(self.tr("Settings"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)  # Enter ends a field
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 0, 16, 16)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(pages, 1)
        column.addLayout(foot)


class GeneralPage(QWidget):
    """Who annotates, how tagging snaps, and how the window looks."""

    def __init__(self, settings: Settings, annotate_as: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = settings
        self._annotate_as = annotate_as
        self._name = QLineEdit(settings.annotator, self)
        self._name.setPlaceholderText(self.tr("Asked for with the first edit"))
        self._theme = QComboBox(self)
        for title, theme in (
            (self.tr("As the system"), "system"), (self.tr("Light"), "light"), (self.tr("Dark"), "dark"),
        ):  # fmt: skip
            self._theme.addItem(title, theme)
        self._theme.setCurrentIndex(self._theme.findData(settings.theme))
        self._size = QComboBox(self)
        for points in range(SMALLEST_TEXT, LARGEST_TEXT + 1):
            self._size.addItem(self.tr("{points} points").format(points=points), points)
        self._size.setCurrentIndex(self._size.findData(round(settings.text_size)))
        self._trims = QCheckBox(self.tr("Leave out white space at the edges, and a final stop"), self)
        self._trims.setChecked(settings.trims)
        self._lay_out()
        self._name.editingFinished.connect(self._rename)
        self._theme.activated.connect(lambda: setattr(settings, "theme", self._theme.currentData()))
        self._size.activated.connect(lambda: setattr(settings, "text_size", float(self._size.currentData())))
        self._trims.clicked.connect(lambda trims: setattr(settings, "trims", trims))

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(16, 20, 16, 16)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Annotate as"), self._name),
            (self.tr("When tagging"), self._trims),
            (self.tr("Theme"), self._theme),
            (self.tr("Text size"), self._size),
        )
        for name, field in rows:
            field.setAccessibleName(name)
            form.addRow(plain_label(name, self), field)
        self._trims.setAccessibleName(f"{self.tr('When tagging')}: {self._trims.text()}")

    def _rename(self) -> None:
        name = self._name.text().strip()
        if name and name != self._settings.annotator:
            self._annotate_as(name)
        self._name.setText(self._settings.annotator)
