"""The articles of the chosen files, each with a box: what is not ticked stays out."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from annotator.ui.plain import tool_tip
from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator.import_preview import Article, Contents

ROOM = 28  # pixels beside the title of a column
_STYLE = """
QTreeView { border: 1px solid palette(mid); border-radius: 6px; }
QTreeView::item { padding: 5px 4px; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; color: palette(placeholder-text); padding: 6px 8px; border: none;
    border-bottom: 1px solid palette(mid); }
"""
_PLACE = Qt.ItemDataRole.UserRole  # of the file
_NUMBER = Qt.ItemDataRole.UserRole + 1  # of the article in it; None of a file
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ArticleList(QTreeWidget):
    """A row an article; above the articles of one file that holds several, a row for the file."""

    chosen = Signal(int, object)  # the place of a file, and the number of an article in it, or None
    changed = Signal()  # what is ticked

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: dict[int, QTreeWidgetItem] = {}
        self.setColumnCount(4)
        titles = [self.tr("Article"), self.tr("Characters"), self.tr("Annotations"), self.tr("Remarks")]
        self.setHeaderLabels(titles)
        self.setAccessibleName(self.tr("Articles"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self.setStyleSheet(_STYLE)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):  # not by contents: that would measure every row whenever one is added
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, self.fontMetrics().horizontalAdvance(titles[column]) + ROOM)
            self.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setRootIsDecorated(False)
        self.currentItemChanged.connect(self._choose)
        self.itemChanged.connect(lambda *_: self.changed.emit())

    def show_file(self, place: int, name: str, contents: "Contents") -> None:
        """Show what a file holds, in place of what it held when it was read otherwise."""
        former = self._rows.get(place)
        was_current = former is not None and self.currentItem() in (former, *_children(former))
        with QSignalBlocker(self):
            item = self._item(place, name, contents)
            if former is None:
                self.addTopLevelItem(item)
            else:
                at = self.indexOfTopLevelItem(former)
                self.takeTopLevelItem(at)
                self.insertTopLevelItem(at, item)
            self._rows[place] = item
            item.setExpanded(True)
        if item.childCount() and not self.rootIsDecorated():
            self.setRootIsDecorated(True)
        if was_current or self.currentItem() is None:
            with QSignalBlocker(self):
                self.setCurrentItem(item.child(0) or item)
            self._choose(self.currentItem())

    def place(self, item: QTreeWidgetItem) -> int:
        """Return the place of the file that a row is of."""
        return int(item.data(0, _PLACE))

    def is_out(self, place: int) -> bool:
        """Whether a file is left out, by somebody's choice."""
        item = self._rows.get(place)
        if item is None:  # not shown yet
            return False
        return bool(item.flags() & Qt.ItemFlag.ItemIsUserCheckable) and item.checkState(0) == _UNCHECKED

    def skipped(self, place: int) -> frozenset[int]:
        """Return the numbers of the articles of a file that stay out."""
        item = self._rows.get(place)
        rows = (_children(item) or [item]) if item else []
        return frozenset(
            row.data(0, _NUMBER) for row in rows if row.data(0, _NUMBER) is not None and row.checkState(0) == _UNCHECKED
        )

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item:
            self.chosen.emit(*_whose(item))

    def _item(self, place: int, name: str, contents: "Contents") -> QTreeWidgetItem:
        if contents.documents == 1 and contents.articles:
            return self._article(place, name, contents.articles[0])
        item = QTreeWidgetItem()
        item.setData(0, _PLACE, place)
        item.setText(0, name)
        item.setToolTip(0, tool_tip(name))
        if contents.problems:
            self._remark(item, len(contents.problems))
        if contents.documents == 0:
            item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
            return item
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
        item.setCheckState(0, _CHECKED)
        articles = count(contents.documents, self.tr("article"), self.tr("articles"))
        shown = len(contents.articles)
        more = "" if shown == contents.documents else self.tr(", the first {shown} listed").format(shown=f"{shown:,}")
        item.setText(0, f"{name} ({articles}{more})")
        item.addChildren([self._article(place, name, article) for article in contents.articles])
        return item

    def _article(self, place: int, name: str, article: "Article") -> QTreeWidgetItem:
        title = title_of(article) or name
        item = QTreeWidgetItem([title, f"{len(article.text):,}", f"{article.annotations:,}", ""])
        item.setData(0, _PLACE, place)
        item.setData(0, _NUMBER, article.number)
        item.setToolTip(0, tool_tip(title if title == name else f"{title}\n{name}"))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, _CHECKED)
        for column in (1, 2):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if article.problems:
            self._remark(item, len(article.problems))
        return item

    def _remark(self, item: QTreeWidgetItem, number: int) -> None:
        item.setText(3, count(number, self.tr("remark"), self.tr("remarks")))
        item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def title_of(article: "Article") -> str:
    """Return what an article is called: its title, else the first words of it, else its hash."""
    if article.meta.title:
        return article.meta.title
    first = next((line for line in article.text[:2_000].splitlines() if line.strip()), "")
    return " ".join(first.split())[:80] or (article.sha256 or "")[:12]


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for row in range(item.childCount()) if (child := item.child(row))]


def _whose(item: QTreeWidgetItem) -> tuple[int, int | None]:
    return item.data(0, _PLACE), item.data(0, _NUMBER)
