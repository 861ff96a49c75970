"""One article as it would come in: what is known of it, what there is to look at, and its text."""

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from annotator.formats import READABLE
from annotator.text import DocumentText
from annotator.text.units import LONGEST_LINE
from annotator.ui.imports.article_list import title_of
from annotator.ui.plain import tool_tip
from annotator.ui.theme import READING_FONT
from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator.import_preview import Article, Contents
    from annotator.importers import Source
    from annotator.records import Option, Problem, Zone

_FORMAT = "\0format"  # no option has this name
REMARKS = 5  # that are told in full
LAST = 3  # lines of the end that are always seen
LONGEST_END = 120  # code points of one of them
_TEXT = "QTextEdit { border: 1px solid palette(mid); border-radius: 6px; background: palette(base); }"
_REMARKS = """QLabel { background: palette(alternate-base); border: 1px solid palette(mid);
    border-left: 3px solid palette(accent); border-radius: 4px; padding: 8px 10px; }"""


class ArticleView(QWidget):
    """Shows an article, or what there is to say of a file, with the choices that its format leaves."""

    source_chosen = Signal(object)  # the file, to be read otherwise

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = _label(self)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(font)
        self._facts = _label(self, quiet=True)
        self._remarks = _label(self)
        self._remarks.setStyleSheet(_REMARKS)
        self._options = QWidget(self)
        self._form = QFormLayout(self._options)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(16)
        self._choices: dict[str, QComboBox] = {}
        self._shape: object = None  # what there is to choose
        self._source: Source | None = None
        self._text = QTextEdit(self)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName(self.tr("Text"))
        self._document: QTextDocument | None = None
        self._text.setStyleSheet(_TEXT)
        self._legend = _label(self, quiet=True)
        self._end = _label(self, quiet=True)
        self._end.setAccessibleName(self.tr("The last lines"))
        self._text.verticalScrollBar().rangeChanged.connect(lambda _, last: self._end.setVisible(last > 0))
        self._lay_out()
        self._hide_all()
        self._options.hide()

    def _lay_out(self) -> None:
        body = QVBoxLayout()
        body.setSpacing(8)
        body.addWidget(self._text, 1)
        body.addWidget(self._end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._title, self._facts, self._remarks, self._options, self._legend):
            column.addWidget(widget)
        column.addLayout(body, 1)
        column.addStretch(0)

    def show_file(self, source: "Source", contents: "Contents") -> None:
        """Show what is said of a file with several articles, or none."""
        self._hide_all()
        said = count(contents.documents, self.tr("article"), self.tr("articles"))
        left = contents.documents - len(contents.articles)
        if left:
            said += self.tr("; {left} of them are not listed, and come in with the others").format(left=f"{left:,}")
        self._show_about(source.path.name, [_format(source), said], contents.problems if source.format else [])
        self._show_options(source, asks_format=contents.documents == 0)

    def show_article(self, source: "Source", article: "Article") -> None:
        self._hide_all()
        meta = article.meta
        characters = count(len(article.text), self.tr("character"), self.tr("characters"))
        facts = [_format(source), meta.outlet, meta.byline, meta.published, characters, self._work(article)]
        self._show_about(title_of(article) or source.path.name, [source.path.name, *facts], article.problems)
        self._show_options(source)
        if article.text:
            self._show_text(article)
        else:
            self._legend.setText(self.tr("The file has only the hash of the text; this project’s article is meant."))
            self._legend.show()

    def _work(self, article: "Article") -> str:
        if not article.names.annotators:
            return self.tr("no annotations")
        names = ", ".join(name or self.tr("nobody named") for name in article.names.annotators)
        annotations = count(article.annotations, self.tr("annotation"), self.tr("annotations"))
        return self.tr("{annotations} by {names}").format(annotations=annotations, names=names)

    def _hide_all(self) -> None:
        for widget in (self._title, self._facts, self._remarks, self._legend, self._text, self._end):
            widget.hide()

    def _show_about(self, title: str, facts: list[str | None], problems: "list[Problem]") -> None:
        self._title.setText(title)
        self._facts.setText("  ·  ".join(fact for fact in facts if fact))
        self._title.show()
        self._facts.show()
        said = [_in_words(problem) for problem in problems[:REMARKS]]
        if len(problems) > REMARKS:
            more = f"{len(problems) - REMARKS:,}"
            said.append(self.tr("… and {more} more; the report of the import names all.").format(more=more))
        self._remarks.setText("\n".join(said))
        self._remarks.setVisible(bool(said))

    def _show_options(self, source: "Source", *, asks_format: bool = False) -> None:
        self._source = source
        options = source.format.options if source.format else ()
        shape = (source.path.is_dir() if asks_format else None, options)
        if shape != self._shape:  # else the one that has the focus stays
            self._shape = shape
            self._make_choices(options, asks_format=asks_format)
        for option in options:
            _choose(self._choices[option.name], source.options.get(option.name, option.values[0]))
        if asks_format:
            _choose(self._choices[_FORMAT], source.format.name if source.format else None)
        if source.format is None:
            self._remarks.setText(self.tr("The format of this file is not known. If you know it, choose it here."))
            self._remarks.show()
        self._options.setVisible(bool(self._choices))

    def _make_choices(self, options: "tuple[Option, ...]", *, asks_format: bool) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._choices = {}
        if asks_format:
            is_folder = self._source is not None and self._source.path.is_dir()
            formats = [found for found in READABLE.values() if found.is_folder == is_folder]
            self._add_choice(_FORMAT, self.tr("Read as"), {found.name: found.title for found in formats})
        for option in options:
            name = option.name.replace("_", " ").capitalize()
            combo = self._add_choice(option.name, name, {value: value.capitalize() for value in option.values})
            combo.setToolTip(tool_tip(option.help[:1].upper() + option.help[1:]))

    def _add_choice(self, key: str, name: str, entries: dict[str, str]) -> QComboBox:
        combo = self._choices[key] = QComboBox(self._options)
        combo.setPlaceholderText(self.tr("Choose…"))
        for value, title in entries.items():
            combo.addItem(title, value)
        combo.setAccessibleName(name)
        combo.activated.connect(lambda: self._take_choice(key, combo.currentData()))
        self._form.addRow(name, combo)
        return combo

    def _take_choice(self, key: str, value: str) -> None:
        if self._source is None:
            return
        if key == _FORMAT:
            chosen = replace(self._source, format=READABLE[value], options={})
        else:
            chosen = replace(self._source, options={**self._source.options, key: value})
        self._source = chosen  # the next choice is made from this one, read or not
        self.source_chosen.emit(chosen)

    def _show_text(self, article: "Article") -> None:
        text = DocumentText(article.text)
        document = QTextDocument(self._text)
        font = QFont(READING_FONT)
        font.setPointSizeF(self.font().pointSizeF() * 1.2)
        document.setDefaultFont(font)
        document.setDocumentMargin(12)
        shown = _broken(text.display)
        document.setPlainText(shown)
        for zone in article.zones if shown == text.display else ():
            _mark(document, text, zone, self.palette())
        self._text.setDocument(document)
        former, self._document = self._document, document
        if former:
            former.deleteLater()
        self._text.show()
        kinds = dict.fromkeys(zone.kind for zone in article.zones)
        marked = ", ".join(_zone_in_words(kind) for kind in kinds)
        self._legend.setText(self.tr("Marked: {zones}.").format(zones=marked))
        self._legend.setVisible(bool(kinds))
        self._end.setText(self.tr("It ends:\n{lines}").format(lines=_last_lines(article.text)))


def _choose(combo: QComboBox, value: str | None) -> None:
    combo.setCurrentIndex(combo.findData(value) if value else -1)


def _label(parent: QWidget, *, quiet: bool = False) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    if quiet:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def _format(source: "Source") -> str | None:
    return source.format.title if source.format else None


def _in_words(problem: "Problem") -> str:
    """Return a problem without the name of the file, which is said above it."""
    line = "" if problem.line is None else f"line {problem.line}"
    place = ", ".join(each for each in (line, problem.id) if each)
    detail = "" if problem.expected is None else f" (expected {problem.expected}, found {problem.found})"
    what = problem.what[:1].upper() + problem.what[1:] if not place else f"{place}: {problem.what}"
    return f"{what}{detail}"


_ZONES = {"headline": "headline (bold)", "dek": "dek (italic)", "caption": "captions (grey)"}


def _zone_in_words(kind: str) -> str:
    return _ZONES.get(kind, f"{kind} (underlined)")


def _mark(document: QTextDocument, text: DocumentText, zone: "Zone", palette: QPalette) -> None:
    """Show a zone by its letters; colour alone is never enough, nor is it needed."""
    if not 0 <= zone.start < zone.end <= len(text.text):
        return
    shape = QTextCharFormat()
    if zone.kind == "headline":
        shape.setFontWeight(QFont.Weight.Bold)
    elif zone.kind == "dek":
        shape.setFontItalic(True)
    elif zone.kind == "caption":
        shape.setForeground(palette.placeholderText())
    else:
        shape.setFontUnderline(True)
    cursor = QTextCursor(document)
    cursor.setPosition(text.to_utf16(zone.start))
    cursor.setPosition(text.to_utf16(zone.end), QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(shape)


def _broken(shown: str) -> str:
    """Break lines that have no space to break at, and that Qt would take minutes over; nobody writes such a line."""
    lines = shown.split("\n")
    if max(map(len, lines)) <= LONGEST_LINE:
        return shown
    return "\n".join(line[at : at + LONGEST_LINE] for line in lines for at in range(0, max(1, len(line)), LONGEST_LINE))


def _last_lines(text: str) -> str:
    lines = [line.strip() for line in text[-20_000:].splitlines() if line.strip()][-LAST:]
    return "\n".join(line if len(line) <= LONGEST_END else f"… {line[-LONGEST_END:]}" for line in lines)
