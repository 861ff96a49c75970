"""Import: look at what would come in, say what becomes of names, bring it in, read the report."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.imports.article_list import ArticleList
from annotator.ui.imports.article_view import ArticleView
from annotator.ui.imports.names_page import Asked, NamesPage
from annotator.ui.imports.reading import Reading
from annotator.ui.imports.report import BringBackButton, ProblemTable, coming_in_words, in_words
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator import importers

SOON = 30  # milliseconds, in which many files may be read
AT_ONCE = 200  # files that are added to the list before the window goes on: each time all of it is laid out


class ImportDialog(QDialog):
    """Shows each file's articles before they come in, since their text is for ever."""

    def __init__(self, project: Project, find: "Callable[[], list[importers.Source]]", parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1040, 660)
        self._project = project
        self._reading = Reading(project.looking, self)
        self._report_text = ""
        self._options: importers.ImportOptions  # of the import that was reported
        self._wants_on = False  # as soon as all files are read
        self._to_show: dict[int, None] = {}  # places of files that were read, in their order
        self._state_soon = QTimer(self, singleShot=True, interval=SOON)
        self._said = QLabel(self)
        self._articles = ArticleList(self)
        self._view = ArticleView(self)
        self._look = QSplitter(self)
        self._names = NamesPage(project.labels(), project.annotators(), self)
        self._problems = ProblemTable(self)
        self._pages = QStackedWidget(self)
        self._bar = QProgressBar(self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._start = self._buttons.addButton(self.tr("Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._back = self._buttons.addButton(self.tr("Back"), QDialogButtonBox.ButtonRole.ActionRole)
        self._copy = self._buttons.addButton(self.tr("Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        self._bring_back = BringBackButton(self._buttons)
        self._stop = self._buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self._lay_out()
        self._connect()
        self._reading.start(find)
        self._show_state()

    def reject(self) -> None:
        """Cancel what runs; nothing comes in then."""
        if self._project.is_busy:
            self._project.jobs.cancel()
        else:
            super().reject()

    def done(self, result: int) -> None:
        self._reading.stop()
        super().done(result)

    def _lay_out(self) -> None:
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._look.addWidget(self._articles)
        self._look.addWidget(self._view)
        self._look.setSizes([560, 460])
        self._look.setChildrenCollapsible(False)
        self._look.setHandleWidth(12)
        self._look.setStyleSheet("QSplitter::handle { background: transparent; }")
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Progress"))
        for page in (self._look, self._names, self._problems):
            self._pages.addWidget(page)
        self._copy.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget, stretch in ((self._said, 0), (self._pages, 1), (self._bar, 0), (self._buttons, 0)):
            layout.addWidget(widget, stretch)

    def _connect(self) -> None:
        self._reading.was_read.connect(self._show_soon)
        self._reading.progressed.connect(self._show_progress)
        self._reading.finished.connect(self._go_on_when_wanted)
        self._reading.failed.connect(self._fail_to_read)
        self._articles.chosen.connect(self._show_chosen)
        self._articles.changed.connect(self._show_soon)
        self._state_soon.timeout.connect(self._show_read)
        self._view.source_chosen.connect(self._read_again)
        self._names.changed.connect(self._show_state)
        self._buttons.accepted.connect(self._go_on)
        self._buttons.rejected.connect(self.reject)
        self._back.clicked.connect(self._go_back)
        self._bring_back.clicked.connect(lambda: self._import(replace(self._options, brings_back=True)))
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._report_text))

    # Looking

    def _show_soon(self, place: int | None = None) -> None:
        if place is not None:
            self._to_show[place] = None
        if not self._state_soon.isActive():
            self._state_soon.start()

    def _show_read(self) -> None:
        """Show files that were read meanwhile, and what comes in now."""
        for place in list(self._to_show)[:AT_ONCE]:
            del self._to_show[place]
            self._articles.show_file(place, self._reading.sources[place].path.name, self._reading.contents[place])
        self._show_state()
        if self._to_show:
            self._state_soon.start()
        elif self._wants_on:
            self._go_on_when_wanted()

    def _show_chosen(self, place: int, number: int | None) -> None:
        source, contents = self._reading.sources[place], self._reading.contents[place]
        if number is None:
            self._view.show_file(source, contents)
        else:
            self._view.show_article(source, contents.articles[number])

    def _read_again(self, source: "importers.Source") -> None:
        item = self._articles.currentItem()
        if item:
            self._reading.read_again(self._articles.place(item), source)
            self._show_state()

    def _coming(self) -> "list[tuple[int, importers.Source]]":
        """Return the files of which anything comes in, without the articles that stay out."""
        return [
            (place, replace(source, skipped=self._articles.skipped(place)))
            for place, source in enumerate(self._reading.sources)
            if place in self._reading.contents and not self._articles.is_out(place)
        ]

    def _asked(self) -> Asked:
        from annotator.import_preview import Names

        names, defined = Names(), set()
        for place, source in self._coming():
            names.update(self._reading.contents[place].wanted(source.skipped))
            defined |= self._reading.contents[place].defined
        labels = [row.key for row in self._project.labels()]
        return Asked.of(names, defined, labels, [row.name for row in self._project.annotators()])

    # The steps

    def _go_on(self) -> None:
        if self._is_reading:
            self._wants_on = True
            self._show_state()
        elif self._pages.currentWidget() is self._names:
            self._import(self._names.options())
        else:
            self._ask_or_import()

    def _ask_or_import(self) -> None:
        from annotator.importers import ImportOptions

        asked = self._asked()
        if asked.is_nothing:
            self._import(ImportOptions())
            return
        self._names.ask(asked)
        self._pages.setCurrentWidget(self._names)
        self._show_state()
        self._names.focus_first()

    def _go_on_when_wanted(self) -> None:
        if self._is_reading:
            return
        wanted, self._wants_on = self._wants_on, False
        self._show_state()
        if wanted:
            self._go_on()

    @property
    def _is_reading(self) -> bool:
        return self._reading.is_running or bool(self._to_show)

    def _go_back(self) -> None:
        self._pages.setCurrentWidget(self._look)
        self._show_state()
        self._articles.setFocus()

    def _show_state(self) -> None:
        """Say what would come in, and offer what can be done next."""
        page = self._pages.currentWidget()
        self._back.setVisible(page is self._names)
        self._bar.setVisible(self._is_reading)
        if page is self._look:
            self._show_count()
        elif page is self._names:
            self._start.setEnabled(self._names.is_answered)
            said = self.tr("The files have names that this project does not have. Say what becomes of each.")
            self._said.setText(f"{said} {self._names.in_words()}")

    def _show_count(self) -> None:
        coming = self._coming()
        articles = sum(self._reading.contents[place].documents - len(source.skipped) for place, source in coming)
        out = sum(found.documents for found in self._reading.contents.values()) - articles
        self._start.setEnabled(not self._wants_on and (self._is_reading or articles > 0))
        if self._wants_on:
            said = self.tr("All files are read first, to know every label and every name in them…")
        elif articles + out:
            said = self.tr("The text of an article cannot be changed later. Untick what should stay out.")
            said += " " + coming_in_words(articles, out)
        else:
            said = self.tr("Reading…") if self._is_reading else self.tr("Nothing in these files can come in.")
        self._said.setText(said)

    def _import(self, options: "importers.ImportOptions") -> None:
        self._options = options
        sources = [source for _, source in self._coming()]
        self._set_running(True)
        self._said.setText(self.tr("Reading, checking and bringing in…"))
        try:
            self._project.import_files(sources, self._report, self._fail, options)
        except UserError as error:
            self._fail(error)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setValue(int(1000 * done / max(1, total)))

    def _report(self, report: "importers.Report") -> None:
        self._set_running(False)
        self._said.setText(in_words(report))
        self._report_text = "\n".join([in_words(report), *(str(problem) for problem in report.problems)])
        self._problems.show_problems(report.problems)
        self._pages.setCurrentWidget(self._problems)
        for button in (self._start, self._back):
            button.hide()
        self._copy.show()
        self._bring_back.offer(report.removed_documents)
        self._stop.setText(self.tr("Close"))
        self._stop.setFocus()

    def _fail(self, error: BaseException) -> None:
        self._set_running(False)
        self._say(error)

    def _fail_to_read(self, error: BaseException) -> None:
        self._wants_on = False
        self._show_state()
        self._start.setEnabled(False)
        self._say(error)

    def _say(self, error: BaseException) -> None:
        self._said.setText(str(error) if isinstance(error, UserError) else "")
        if not isinstance(error, UserError):
            errors.show(error, self)

    def _set_running(self, running: bool) -> None:
        self._start.setEnabled(not running)
        self._back.setEnabled(not running)
        self._pages.setEnabled(not running)
        self._bar.setValue(0)
        self._bar.setVisible(running)
        if running:
            self._project.jobs.progressed.connect(self._show_progress)
        else:
            self._project.jobs.progressed.disconnect(self._show_progress)
