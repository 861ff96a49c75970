"""What the right mouse button offers in the article."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from annotator.ui.actions import Actions
from annotator.ui.annotate.article import ArticlePane

OF_A_SPAN = ("identity", "unsure", "note", "occurrences", "guideline", "remove")


def article_menu(actions: Actions, article: ArticlePane, add_more: Callable[[QMenu], None], parent: QWidget) -> QMenu:
    """Return what can be done with the selection, the current span or the sentence at the caret, with its keys.

    `add_more` adds what can be done with the article.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addActions([actions[action.id] for action in actions.table if action.label and not action.is_new])
    menu.addAction(actions["negative"])
    if article.current:
        menu.addSeparator()
        menu.addActions([actions[name] for name in OF_A_SPAN])
    menu.addSeparator()
    copy = menu.addAction(QCoreApplication.translate("article_menu", "Copy"), article.view.copy)
    copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
    copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown: the text itself takes the key
    copy.setShortcutVisibleInContextMenu(True)
    start, end = article.view.selected()
    copy.setEnabled(start < end)
    add_more(menu)
    return menu
