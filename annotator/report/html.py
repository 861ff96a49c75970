"""A report as one HTML page: no scripts, nothing remote, everything escaped."""

import re
from collections.abc import Iterable

from annotator.assets import FOLDER
from annotator.formats.page_style import NIGHT, on_dark
from annotator.report import svg
from annotator.report.blocks import (
    Block,
    Figure,
    Heading,
    Judgement,
    Label,
    Paragraph,
    Points,
    Quote,
    Report,
    Section,
    Table,
    Version,
)
from annotator.report.svg import escaped

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TONES = {"Safe": "safe", "With care": "care", "Not yet": "wait"}
_TRUST_AT_NIGHT = "--safe:#6fc4ba;--care:#dcb254;--wait:#e8927c"


def page(report: Report) -> str:
    """Return the page."""
    title = escaped(report.title)
    links = "".join(f'<li><a href="#{each.name}">{escaped(each.title)}</a></li>' for each in report.sections)
    sections = "".join(_section(each, report.labels) for each in report.sections)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>\n{_sheet(report.labels)}\n</style>\n</head>\n<body>\n"
        f'<header class="top">\n<h1 dir="auto">{title}</h1>\n<p>{escaped(report.said)}</p>\n'
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>\n</header>\n<main>\n{sections}</main>\n'
        "<footer>Made with Source Annotator.</footer>\n</body>\n</html>\n"
    )


def _sheet(labels: Iterable[Label]) -> str:
    light, dark, rules = [], [], []
    for number, label in enumerate(labels):
        night = on_dark(label.colour)
        light.append(f"--k{number}:{label.colour};--b{number}:{label.colour}1c")
        dark.append(f"--k{number}:{night};--b{number}:{night}2b")
        rules.append(f".c{number}{{--colour:var(--k{number});--band:var(--b{number})}}")
    return "\n".join(
        [
            re.sub(r"/\*.*?\*/\s*", "", (FOLDER / "style" / "report.css").read_text(encoding="utf-8")).rstrip(),
            f"html{{{';'.join(light)}}}",
            *rules,
            svg.sheet(),
            f"@media screen and (prefers-color-scheme:dark){{html{{{';'.join([NIGHT, _TRUST_AT_NIGHT, *dark])}}}}}",
        ]
    )


def _section(section: Section, labels: list[Label]) -> str:
    blocks = "".join(_block(block, labels) for block in section.blocks)
    return f'<section id="{section.name}">\n<h2>{escaped(section.title)}</h2>\n{blocks}</section>\n'


def _block(block: Block, labels: list[Label]) -> str:
    match block:
        case Paragraph(text, is_quiet):
            return f"<p{_class('quiet', is_quiet)}>{escaped(text)}</p>\n"
        case Heading(text):
            return f"<h3>{escaped(text)}</h3>\n"
        case Points(items):
            return "<ul>" + "".join(f"<li>{escaped(item)}</li>" for item in items) + "</ul>\n"
        case Judgement():
            return _judgement(block, labels)
        case Quote():
            return _quote(block, labels)
        case Table():
            return _table(block)
        case Figure(drawing):
            return f"<h3>{escaped(drawing.title)}</h3>\n<figure>{svg.inline(drawing)}</figure>\n"


def _class(name: str, is_so: bool) -> str:
    return f' class="{name}"' if is_so else ""


def _chip(number: int, labels: list[Label]) -> str:
    label = labels[number]
    return f'<span class="chip c{number}" title="{escaped(label.title)}">{escaped(label.letter)}</span>'


def _judgement(block: Judgement, labels: list[Label]) -> str:
    classes = f"judgement {_TONES[block.trust]}{' faint' * block.is_faint}"
    return (
        f'<div class="{classes}"><b>{_chip(block.label, labels)} {escaped(labels[block.label].title)}</b>'
        f'<span><span class="trust">{block.trust}</span></span><span>{escaped(block.said)}</span></div>\n'
    )


def _quote(block: Quote, labels: list[Label]) -> str:
    versions = "".join(_version(each, labels) for each in block.versions)
    return (
        f'<blockquote><p><cite dir="auto">{escaped(block.title)}</cite></p><p class="quiet">{escaped(block.said)}</p>'
        f'<dl class="versions">{versions}</dl></blockquote>\n'
    )


def _version(version: Version, labels: list[Label]) -> str:
    name = escaped(version.annotator)
    if version.label is None:
        return f'<dt>{name}</dt><dd class="unmarked" dir="auto">{escaped(version.before)}</dd>'
    marked = f'<mark class="c{version.label}">{escaped(version.marked)}</mark>{_chip(version.label, labels)}'
    return f'<dt>{name}</dt><dd dir="auto">{escaped(version.before)}{marked}{escaped(version.after)}</dd>'


def _table(table: Table) -> str:
    def row(cells: list[str], number: int) -> str:
        first, *rest = cells
        others = "".join(
            f"<td{_class('text', at < table.texts)}>{escaped(cell)}</td>" for at, cell in enumerate(rest, 1)
        )
        faint = _class("faint", number in table.faint)
        return f'<tr{faint}><th class="text" scope="row" dir="auto">{escaped(first)}</th>{others}</tr>\n'

    heading = f"<h3>{escaped(table.title)}</h3>\n" if table.title else ""
    head = "".join(
        f'<th{_class("text", at < table.texts)} scope="col">{escaped(cell)}</th>'
        for at, cell in enumerate(table.header)
    )
    head = f"<thead><tr>{head}</tr></thead>\n" if any(table.header) else ""
    body = "".join(row(cells, number) for number, cells in enumerate(table.rows))
    prose = _class("prose", not any(table.header))
    return f'{heading}<div class="wide"><table{prose}>{head}<tbody>\n{body}</tbody></table></div>\n'
