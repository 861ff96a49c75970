"""The window: it only wires. Each pane is a widget of its own, each verb is the hub's."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from annotator.ui.actions import Actions
from annotator.ui.annotate.article import ArticlePane
from annotator.ui.annotate.article_menu import article_menu
from annotator.ui.annotate.finish_check import FinishBar
from annotator.ui.annotate.finishing import Finishing
from annotator.ui.annotate.runner_up_bar import RunnerUpBar
from annotator.ui.annotate.selecting import Selecting
from annotator.ui.annotate.side_panel import SidePanel
from annotator.ui.annotate.tagging import Tagging
from annotator.ui.care.care import Care
from annotator.ui.details_dialog import ArticleDetailsDialog
from annotator.ui.documents.panel import DocumentPanel
from annotator.ui.files import Files
from annotator.ui.leaving import Leaving
from annotator.ui.menus import Menus
from annotator.ui.name_dialog import ask_name
from annotator.ui.palette import CommandPalette
from annotator.ui.panes import Panes
from annotator.ui.project import Project
from annotator.ui.review.agreement_mode import AgreementMode
from annotator.ui.review.mode import ReviewMode
from annotator.ui.revisions.flow import Revisions
from annotator.ui.settings import DEFAULT_TEXT_SIZE, ReadingPlace, Settings
from annotator.ui.settings_dialog import SettingsDialog
from annotator.ui.sharing.packets import Packets
from annotator.ui.shortcuts import ShortcutSheet
from annotator.ui.status import Status
from annotator.ui.theme import Theme
from annotator.ui.trash.deleting import Deleting
from annotator.ui.undoing import Undoing
from annotator.ui.welcome import WelcomePage

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow

SHOWN = 6_000  # milliseconds that a message stays
READABLE = 45  # characters a line that the panes leave to the article
REMEMBERED_AFTER = 500  # milliseconds without typing, after which a crash loses none of it


class MainWindow(QMainWindow):
    """Documents on the left, the article in the middle, its annotations on the right."""

    def __init__(self, project: Project, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.project = project
        self._theme = theme
        self._settings = settings
        self.documents = DocumentPanel(project, theme, self)
        self.article = ArticlePane(project, theme, settings, self)
        self.side = SidePanel(project, theme, self)
        self.annotations, self.details = self.side.annotations, self.side.details
        self.welcome = WelcomePage(theme, settings, self)
        self.finish_bar = FinishBar(self)
        self.actions_ = Actions(self, self.article.view, settings.remapped_keys)
        self.undoing = Undoing(project, self.actions_, self)
        self.runner_up_bar = RunnerUpBar(project, self.actions_.label_keys, self)
        self.leaving = Leaving(project, self.details, settings, self._place, self)
        self.files = Files(project, self.leaving.may_leave, settings, self)
        self.care = Care(project, theme, settings, self.files.verbs(), self)
        self.selecting = Selecting(project, self.article, self.may_edit)
        self.tagging = Tagging(project, self.article, settings, self.may_edit)
        self.finishing = Finishing(project, self.article, self.finish_bar, self.may_edit)
        self.deleting = Deleting(project, self.documents, self.article, settings, self)
        self.remember_place_soon = QTimer(self)
        self.remember_place_soon.setSingleShot(True)
        self.remember_place_soon.setInterval(REMEMBERED_AFTER)
        self.remember_place_soon.timeout.connect(self.remember_place)
        self._lay_out()
        self.review = ReviewMode(project, theme, settings, self.actions_, self._pages, self.may_edit, self.say)
        self.agreement = AgreementMode(project, theme, settings, self.actions_, self.article, self._pages)
        self.revisions = Revisions(project, self.article, theme, settings, self.may_edit, self)
        self.packets = Packets(project, self.files, settings, self.actions_, self.review.leave, self)
        self._menus = Menus(self.actions_, self)
        self._connect()
        self._remap()
        self.resize(1280, 800)
        self.restoreGeometry(settings.geometry)
        self._panes.set_widths(settings.panes)
        self._show_state()

    # Editing asks first

    def may_edit(self) -> bool:
        """Whether an edit may be made now; asks for a name once, and says why it must wait."""
        if self.project.is_busy:
            self.say(self.tr("An import or merge is running. Edits wait until it is done."))
            return False
        if self.project.annotator is None:
            name = ask_name(self, self.project, self._settings)
            if name is None:
                return False
            self.annotate_as(name)
        return True

    def annotate_as(self, name: str) -> None:
        """Annotate under a name, here and in the projects to come."""
        if self.project.is_open:
            self.project.annotate_as(name)
        self._settings.annotator = name

    def say(self, message: str) -> None:
        """Show a message for a while."""
        self.statusBar().showMessage(message, SHOWN)

    # Documents

    def open_document(self, document_id: int | None) -> None:
        """Show a document, and put the focus into its text."""
        self.article.show_document(document_id)
        self.annotations.show_document(document_id, self.article.text.text)
        if document_id is not None:
            self.documents.open_document(document_id)
            self.article.view.setFocus()

    def go_on(self, finished: int) -> None:
        """Show the next article that is not finished."""
        following = self.project.next_unfinished(finished)
        if following is not None:
            self.open_document(following)
        else:
            self.say(self.tr("Every article is finished."))

    # Wiring

    def _lay_out(self) -> None:
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.care.banner)
        column.addWidget(self.article, 1)
        column.addWidget(self.runner_up_bar)
        column.addWidget(self.finish_bar)
        column.addWidget(self.deleting.notice)
        view = self.article.view
        self._panes = Panes([self.documents, centre, self.side], lambda: view.width_for(READABLE), self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self._panes)
        self.setCentralWidget(self._pages)
        self.status = Status(self.project, self)

    def _connect(self) -> None:
        verbs: dict[str, Callable[[], object]] = {
            **self.review.verbs(self.selecting.verbs()),
            **self.tagging.verbs(),
            **self.files.verbs(),
            **self.packets.verbs(),
            **self.undoing.verbs(),
            **self.deleting.verbs(),
            **self.agreement.verbs(),
            **self.revisions.verbs(),
            **self._own_verbs(),
        }
        for name, verb in verbs.items():
            self.actions_[name].triggered.connect(lambda _checked=False, verb=verb: verb())
        project, article = self.project, self.article
        self.files.privacy.follow(self.actions_["private"])
        self.actions_.tag_asked.connect(lambda label, new: self.tagging.tag(label, new=new))
        project.labels_changed.connect(lambda: self.actions_.offer(project.labels()))
        for part in (self.tagging, self.files, self.undoing, self.deleting, self.revisions, self.packets):
            part.said.connect(self.say)
        self.tagging.runner_up_asked.connect(self.runner_up_bar.ask)
        self.tagging.runner_up_settled.connect(self.runner_up_bar.hide)
        self.runner_up_bar.chosen.connect(self.tagging.choose_runner_up)
        self.documents.document_chosen.connect(self.open_document)
        self.documents.files_dropped.connect(self.files.take)
        for pane in (self.documents, self.side, self.care.banner):
            pane.left.connect(article.view.setFocus)
        article.current_changed.connect(self._show_current)
        article.view.menu_asked.connect(
            lambda where: article_menu(self.actions_, article, self.deleting.add_layers_to, self).popup(where)
        )
        self.annotations.annotation_chosen.connect(self._go_to)
        self.annotations.annotation_visited.connect(self._visit)
        self.annotations.remove_asked.connect(self._remove)
        self.finishing.finished.connect(self.go_on)
        self.revisions.document_asked.connect(self.open_document)
        self.agreement.left.connect(self._show_state)
        self.agreement.place_asked.connect(self._show_place)
        self.agreement.said.connect(self.say)
        self.welcome.new_asked.connect(self.files.new_project)
        self.welcome.open_asked.connect(self.files.open_project)
        self.welcome.sample_asked.connect(self.files.open_sample)
        self.welcome.recent_asked.connect(self.files.open_path)
        self.status.who_asked.connect(self.change_annotator)
        self.details.typed.connect(self.remember_place_soon.start)
        self._settings.changed.connect(self._panes.refit)
        self._settings.changed.connect(self._remap)
        project.opened.connect(self._opened)
        project.closing.connect(self.remember_place)
        project.closed.connect(self._show_state)
        project.documents_changed.connect(self._documents_changed)
        project.place_shown.connect(self._show_place)

    def _own_verbs(self) -> dict[str, Callable[[], object]]:
        view, settings = self.article.view, self._settings
        return {
            "note": self.write_note,
            "guideline": self.side.show_guideline,
            "next-document": lambda: self._step(1),
            "previous-document": lambda: self._step(-1),
            "finish": self.finishing.finish,
            "next-pane": lambda: self._next_pane(1),
            "previous-pane": lambda: self._next_pane(-1),
            "find": lambda: self.article.find_bar.open_bar(
                self.article.text.text, self.article.text.text[slice(*view.selected())]
            ),
            "search": self.documents.focus_search,
            "annotate-as": self.change_annotator,
            "settings": lambda: SettingsDialog(settings, self.actions_, self.annotate_as, self).open(),
            "article-details": self.describe_article,
            "layers": self.show_layers,
            "zoom-in": lambda: setattr(settings, "text_size", settings.text_size + 1),
            "zoom-out": lambda: setattr(settings, "text_size", settings.text_size - 1),
            "zoom-reset": lambda: setattr(settings, "text_size", DEFAULT_TEXT_SIZE),
            "theme": self.next_theme,
            "palette": lambda: CommandPalette(self.actions_, self).show(),
            "shortcuts": lambda: ShortcutSheet(self.actions_, self).open(),
            "quit": self.close,
        }

    def _remap(self) -> None:
        self.actions_.remap(self._settings.remapped_keys)
        self.annotations.set_layers_key(next(iter(self.actions_.keys("layers")), ""))

    # Verbs of the window itself

    def write_note(self) -> None:
        """Put the caret into the note of the current annotation."""
        if self.article.current is None:
            self.say(self.tr("No annotation here."))
            return
        self.side.show_annotations()
        self.details.focus_note()

    def next_theme(self) -> None:
        """Take the next theme, and say which: that of the system may look as the one before."""
        self._settings.next_theme()
        now = self.tr("dark") if self._theme.is_dark else self.tr("light")
        is_systems = self._settings.theme == "system"
        said = self.tr("Theme: as the system, which is {now} now.") if is_systems else self.tr("Theme: {now}.")
        self.say(said.format(now=now))

    def describe_article(self) -> None:
        """Change what is known of the article beside its text."""
        if self.article.document_id is not None and self.may_edit():
            ArticleDetailsDialog(self.project, self.project.document(self.article.document_id), self).open()

    def show_layers(self) -> None:
        """Show others' layers, or hide them."""
        self._settings.shows_layers = not self._settings.shows_layers
        document_id = self.article.document_id
        if self._settings.shows_layers and document_id is not None and self.project.status(document_id) != "finished":
            self.say(self.tr("Others’ layers are shown once you and they have finished this article."))

    def change_annotator(self) -> None:
        if self.project.is_open and (name := ask_name(self, self.project, self._settings)):
            self.annotate_as(name)

    # What is shown when something changed

    def _opened(self) -> None:
        self._settings.add_recent(self.project.path)
        self.packets.annotate_as_known()
        self._show_state()
        place = self._settings.place(self.project.path)
        listed = self.documents.model
        known = place.document_id is not None and listed.row_of(place.document_id) is not None
        self.open_document(place.document_id if known else listed.first())
        if known:
            self._return_to(place)

    def _return_to(self, place: ReadingPlace) -> None:
        from annotator.rows import Filter

        self.documents.set_filter(Filter(place.words, place.status, place.label, place.unsure))
        caret = min(place.caret, len(self.article.text.text))
        self.article.view.select(caret, caret)
        self.article.view.restore_scroll((min(place.top, len(self.article.text.text)), 0))
        if place.draft:
            self.article.set_current(place.draft.uid)
            self.details.restore_draft(place.draft)

    def remember_place(self) -> None:
        """Keep where the person is, for the next time."""
        if self.project.is_open:
            self._settings.set_place(self.project.path, self._place())

    def _place(self) -> ReadingPlace:
        return ReadingPlace(
            self.article.document_id, self.article.view.caret(), self.article.view.scroll_state()[0],
            *self.documents.filter(), draft=self.details.draft(),
        )  # fmt: skip

    def _show_state(self) -> None:
        is_open = self.project.is_open
        self._pages.setCurrentWidget(self._panes if is_open else self.welcome)
        self.setWindowTitle(f"{self.project.title()} – Source Annotator" if is_open else "Source Annotator")
        if not is_open:
            self.open_document(None)
        self.actions_.allow(project_is_open=is_open)
        self.status.refresh()
        self.project.undo_changed.emit()

    def _show_current(self, row: "AnnotationRow | None") -> None:
        self.details.show_annotation(self.article.document_id, row, self.article.text.text)
        self.annotations.set_current(row.uid if row else None)
        self.side.show_current(row)

    def _show_place(self, document_id: int, span: tuple[int, int] | None) -> None:
        if self.review.is_shown:
            return
        if document_id != self.article.document_id:
            self.open_document(document_id)
        if span:
            self.article.view.select(span[1], span[1])
            self.article.view.reveal(*span)

    def _documents_changed(self) -> None:
        """Stay at the article; its annotations are read again by those who show them."""
        current = self.article.document_id
        if current is None or not self.project.holds(current):
            self.open_document(self.documents.model.first())

    def _visit(self, uid: str) -> None:
        row = self.project.annotation(uid)
        if row:
            self.article.go_to(row)

    def _go_to(self, uid: str) -> None:
        self._visit(uid)
        self.article.view.setFocus()

    def _remove(self, uid: str) -> None:
        row = self.project.annotation(uid)
        if row and self.article.document_id is not None and self.may_edit():
            self.project.remove(self.article.document_id, [row])

    def _step(self, offset: int) -> None:
        following = self.documents.step(offset)
        if following is not None:
            self.open_document(following)

    def _next_pane(self, step: int) -> None:
        if self.review.is_shown and self.review.page:
            self.review.page.next_pane()
            return
        every = (self.documents.list, self.care.banner, self.article.view, *self.side.panes())
        without = None if self.article.current else self.details  # then it has nothing to go to
        panes = [pane for pane in every if pane.isVisible() and pane is not without]
        focused = self.focusWidget()
        at = next((i for i, pane in enumerate(panes) if focused and (pane is focused or pane.isAncestorOf(focused))), 0)
        following = panes[(at + step) % len(panes)]
        following.setFocus()
        if following is self.details:
            self.details.focusNextChild()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what is typed, remember the place, and close the project."""
        self._settings.geometry = self.saveGeometry()
        self._settings.panes = self._panes.widths()
        if self.project.is_open and not self.leaving.may_leave():
            event.ignore()
            return
        self.project.jobs.close()
        self.project.looking.close()
        self.project.close()
        super().closeEvent(event)
