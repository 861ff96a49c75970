"""The way into the review of disagreements and back. The page is made when it is first asked for."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from annotator.ui.actions import ACTIONS, Actions
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.ui.review.page import ReviewPage
    from annotator.ui.review.ruling import Ruling

Verbs = Mapping[str, Callable[[], object]]


class ReviewMode(QObject):
    """Shows the review in the window's stack, and passes its keys on."""

    def __init__(
        self,
        project: Project,
        theme: Theme,
        settings: Settings,
        actions: Actions,
        pages: QStackedWidget,
        may_edit: Callable[[], bool],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(pages)
        self._project, self._theme, self._settings = project, theme, settings
        self._actions, self._pages, self._may_edit, self._say = actions, pages, may_edit, say
        self._before: QWidget | None = None  # the page to go back to
        self._focus: QWidget | None = None  # and what had the focus there
        self._ruling: Ruling | None = None
        self.page: ReviewPage | None = None

    @property
    def is_shown(self) -> bool:
        return self.page is not None and self._pages.currentWidget() is self.page

    def toggle(self) -> None:
        """Go to the disagreements, or back to annotating."""
        if self.is_shown:
            self.leave()
        else:
            self.open()

    def open(self) -> None:
        """Show the disagreements, where the person was."""
        page = self.page or self._make()
        self._before = self._pages.currentWidget()
        self._focus = self._before.focusWidget() if self._before else None
        self._pages.setCurrentWidget(page)
        self._allow("review")
        page.resume()
        page.article.view.setFocus()

    def leave(self) -> None:
        """Go back to annotating."""
        if self.page and self._before and self.is_shown:
            self.page.remember()
            self._pages.setCurrentWidget(self._before)
            self._allow("article")
            (self._focus or self._before).setFocus()

    def verbs(self, shared: Verbs) -> dict[str, Callable[[], object]]:
        """Return what the actions of the review do; what it shares with the article does that when it is not shown."""
        mine = [action.id for action in ACTIONS if action.place in ("review", "both")]
        return {
            "disagreements": self.toggle,
            **{name: lambda name=name: self._do(name, shared) for name in mine},  # type: ignore[misc]
        }

    def _do(self, name: str, shared: Verbs) -> None:
        if self.is_shown and self._ruling:
            self._ruling.verbs()[name]()
        elif name in shared:
            shared[name]()

    def _make(self) -> "ReviewPage":
        from annotator.ui.review.page import ReviewPage
        from annotator.ui.review.ruling import Ruling

        page = ReviewPage(self._project, self._theme, self._settings, self._actions.keys, self._pages)
        page.said.connect(self._say)
        page.article.left.connect(self.leave)
        self._ruling = Ruling(self._project, page, self._settings, self._may_edit)
        self._actions.give(page.article.view, "review")
        self._pages.addWidget(page)
        self.page = page
        return page

    def _allow(self, screen: str) -> None:
        self._actions.allow(project_is_open=True, screen=screen)
        self._project.undo_changed.emit()
