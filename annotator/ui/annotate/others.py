"""What is said where a person has annotated nothing yet, and others have."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from annotator.ui.project import Project

NAMED = 3  # names that are said; who else there is, is counted


def nothing_yet(project: Project, document_id: int | None, key: str) -> str:
    """Say that the own layer of a document is empty, and how the others' work is seen; `key` shows it.

    Who has not finished an article is not told to look at others' work first, and never sees unfinished work.
    """
    layers = project.layers(document_id) if document_id is not None else []
    own = project.annotator.id if project.annotator else None
    others = [layer for layer in layers if layer.annotator_id != own and layer.status != "unread"]
    if not others:
        return _tr("No annotations yet") if document_id is not None else ""
    verb = _tr("has") if len(others) == 1 else _tr("have")
    said = _tr("{names} {verb} annotated this article.").format(names=_names([o.annotator for o in others]), verb=verb)
    if own is None or project.status(others[0].document_id) == "finished":
        how = _tr("{key} shows their work.")
    elif all(layer.status == "finished" for layer in others):
        how = _tr("Finish yours, and {key} shows their work.")
    else:
        how = _tr("Once you and they have finished it, {key} shows their work.")
    first = _tr("None of yours yet.") if own is not None else _tr("No name is given yet, so none are yours.")
    return f"{first}\n{said}\n{how.format(key=key or _tr('the menu View'))}"


def _names(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], _tr("{count} others").format(count=len(names) - NAMED + 1)]
    *most, last = names
    return _tr("{names} and {last}").format(names=", ".join(most), last=last) if most else last


def _tr(text: str) -> str:
    return QCoreApplication.translate("others", text)
