"""What an export does, in words."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator.export_preview import Leaving, Preview
    from annotator.exporters import Report
    from annotator.selection import Counts


def leaving(found: "Leaving") -> str:
    """Say plainly what would be in the hands of whoever gets the file."""
    articles = count(found.articles, _tr("article"), _tr("articles"))
    if not found.articles:
        return _tr("Nothing leaves this machine: no layer is as you ask for it.")
    if found.has_texts:
        texts = _tr("the full text of {articles}").format(articles=articles)
        with_them = [texts + (_tr(" with titles, bylines and URLs") if found.has_metadata else "")]
    else:
        with_them = [_tr("of {articles} no text, but hashes, outlets, dates and URLs").format(articles=articles)]
    names = len(found.annotators)
    if names and found.are_pseudonyms:
        with_them.append(count(names, _tr("pseudonym of an annotator"), _tr("pseudonyms of annotators")))
    elif names:
        with_them.append(_tr("the names of {who}").format(who=count(names, _tr("annotator"), _tr("annotators")))
                         if names > 1 else _tr("the name of 1 annotator"))  # fmt: skip
    else:
        with_them.append(_tr("no annotator’s name"))
    with_them.append(count(found.notes, _tr("note"), _tr("notes")) if found.notes else _tr("no notes"))
    if found.sources:
        with_them.append(_tr("the source of {spans}").format(spans=count(found.sources, _tr("span"), _tr("spans"))))
    said = _tr("What leaves this machine: {what}.").format(what=_joined(with_them))
    if found.names_replaced:
        spellings = count(found.names_replaced, _tr("spelling"), _tr("spellings"))
        replaced = _tr("Of sources’ names {names} are replaced; what is left of a quotation can still tell who spoke.")
        said = f"{said} {replaced.format(names=spellings)}"
    if found.is_decrypted:
        said += " " + _tr("The project is encrypted, the export is not.")
    if found.are_pseudonyms or found.names_replaced:
        return f"{said} " + _tr("The export.json beside it tells this project’s title, without those names.")
    return f"{said} " + _tr("The export.json beside it tells this project’s title and file name.")


def losses(found: "Preview") -> str:
    """Say how much the format cannot carry."""
    if not found.lost:
        return _tr("The format carries all of it.")
    details = sum(found.lost.values()) - found.left_out
    said = []
    if found.left_out:
        said.append(count(found.left_out, _tr("annotation is left out"), _tr("annotations are left out")))
    if details:
        said.append(count(details, _tr("detail is lost"), _tr("details are lost")))
    return _tr("The format cannot carry all of it: {what}.").format(what=_joined(said))


def kinds(lost: dict[str, int]) -> str:
    """Name each kind of loss with its count."""
    return ", ".join(f"{what} ({number:,})" for what, number in lost.items())


def counted(found: "Counts") -> str:
    """Say what would be written, or was, in layers and spans."""
    layers = count(found.layers, _tr("layer"), _tr("layers"))
    spans = count(found.spans, _tr("span"), _tr("spans"))
    return _tr("{layers} with {spans}").format(layers=layers, spans=spans)


def left_out(found: "Counts") -> list[str]:
    """Say which layers are left out, and why."""
    said = []
    if found.unfinished:
        layers = count(found.unfinished, _tr("unfinished layer"), _tr("unfinished layers"))
        said.append(_tr("Left out: {layers}.").format(layers=layers))
    if found.undecided:
        articles = count(found.undecided, _tr("article"), _tr("articles"))
        said.append(_tr("Left out: {articles} with several finished layers and no gold.").format(articles=articles))
    return said


def repeats(found: "Counts") -> str:
    """Warn where an article comes more than once; empty where none does."""
    if found.layers <= found.documents:
        return ""
    articles = count(found.documents, _tr("article"), _tr("articles"))
    return _tr(
        "Articles repeat: {articles} become {layers:,} records, one a layer. "
        "The best layer of each article gives one record an article."
    ).format(articles=articles, layers=found.layers)


def written(report: "Report") -> str:
    """Say what was written and where, and what was not."""
    said = [
        _tr("{what} were written to {path}, read back and compared.").format(what=counted(report), path=report.path),
        *left_out(report),
    ]
    if report.lost:
        said.append(_tr("Not in this format: {kinds}.").format(kinds=kinds(report.lost)))
    if report.split:
        said += report.split.warnings
    return "\n".join(said)


def _joined(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _tr("{first} and {last}").format(first=", ".join(parts[:-1]), last=parts[-1])


def _tr(text: str) -> str:
    return QCoreApplication.translate("exports", text)
