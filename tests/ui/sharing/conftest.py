"""Projects that hold articles nobody has read, packets of them, and what a person does with both in the window."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog

from annotator.assets import FOLDER
from annotator.packets import merging, opening, packing
from annotator.packets.choosing import Wanted
from annotator.store import Store, edits, queries
from annotator.store.edits import Change
from tests.builders import add_annotator, bring_in, line, parsed, write_lines


def articles():
    """The articles of the sample, without anybody's work."""
    texts = {row["sha256"]: row for row in parsed(FOLDER / "sample" / "sample.jsonl") if "text" in row}
    return [line(row["text"], meta=row.get("meta", {})) for row in texts.values()]


@pytest.fixture
def desk(tmp_path):
    """The trainer's project: the articles of the sample, which nobody has read."""
    path = tmp_path / "desk.annotator"
    with Store.create(path, "Harbour desk") as store:
        bring_in(store, write_lines(tmp_path / "articles.jsonl", articles()))
    return path


def assign(desk, name, **wanted):
    """Make a packet, and return where it is."""
    target = desk.with_name(f"{name.lower()}.packet")
    with Store.open(desk) as store:
        packing.assign(store, target, name, Wanted(**wanted))
    return target


def tag(path, who, document, uid, spot, label):
    with Store.open(path) as store:
        person = add_annotator(store, who)
        with store.transaction() as connection:
            edits.change_annotations(connection, "Tag", document, person, [Change(uid, spot, label)])


def finish(path, who, document):
    with Store.open(path) as store:
        person = add_annotator(store, who)
        with store.transaction() as connection:
            edits.set_state(connection, "Finish", document, person, status="finished")


def back(path, name="back.packet", who=None):
    """Give back what somebody made in a project, and return the packet."""
    target = path.with_name(name)
    with Store.open_to_read(path) as store:
        packing.give_back(store, target, who)
    return target


@pytest.fixture
def mia(desk):
    """Mia's project, made from a packet of all articles, where she has annotated two and finished one."""
    path = opening.make_project(assign(desk, "Mia"))
    tag(path, "Mia", 1, "m1", (0, 12), "denial")
    tag(path, "Mia", 2, "m2", (0, 10), "on-record")
    finish(path, "Mia", 1)
    return path


@pytest.fixture
def trainer(window, desk):
    """The window, open on the trainer's project, with Tess annotating."""
    window.files.open_path(desk)
    window.annotate_as("Tess")
    return window


@pytest.fixture
def quarrel(mia, trainer, tmp_path, qtbot):
    """The trainer's window with two conflicts: Mia changed an annotation, and reopened an article, on one machine only."""
    with Store.open(mia) as store:
        store.save_copy(tmp_path / "elsewhere.annotator")
    elsewhere = tmp_path / "elsewhere.annotator"
    tag(mia, "Mia", 1, "m1", (0, 12), "non-comment")
    tag(elsewhere, "Mia", 1, "m1", (0, 19), "denial")
    with Store.open(mia) as store:
        person = add_annotator(store, "Mia")
        with store.transaction() as connection:
            edits.set_state(connection, "Reopen", 1, person, status="started")
    with Store.open(elsewhere) as store:
        person = add_annotator(store, "Mia")
        with store.transaction() as connection:
            edits.set_state(connection, "Round", 1, person, status="finished", round="recheck")
    packets = [back(mia, "one.packet"), back(elsewhere, "two.packet")]
    done = []
    merge = trainer.project.bound(merging.merge)
    trainer.project.lend(lambda _job: merge(packets), done.append, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    assert len(done[0].conflicts) == 2, done[0]
    return trainer


@pytest.fixture
def answers(monkeypatch):
    """Answer file dialogs by what is in the list, and keep the place that each suggested."""
    answers, begun = [], []

    def answer(_window, _title, place="", _filter="", **_options):
        begun.append(place)
        return answers.pop(0)

    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, answer)
    return answers, begun


def dialog(window, kind):
    """The dialog of a kind that is open."""
    (found,) = [each for each in window.findChildren(kind) if each.isVisible()]
    return found


def no_dialog(window):
    return not [each for each in window.findChildren(QDialog) if each.isVisible()]


def idle(window, qtbot):
    """Wait until nothing runs in the background any more, and what it brought is shown."""
    qtbot.waitUntil(
        lambda: not window.project.jobs.is_running and not window.project.looking.is_running, timeout=20_000
    )


def alone(window, qtbot):
    """Wait until every dialog is closed, and the window has the focus again, which no window manager gives it here."""
    qtbot.waitUntil(lambda: no_dialog(window), timeout=20_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=20_000)


def open_packet(window, qtbot, path):
    """Open a packet as `annotator mia.packet` does."""
    window.files.open_path(path)
    alone(window, qtbot)


def cells(table):
    """What a table says, row by row."""
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def type_into(field, text):
    field.setFocus()
    field.selectAll() if hasattr(field, "selectAll") else field.lineEdit().selectAll()
    QTest.keyClicks(field, text)


def documents(path):
    with Store.open_to_read(path) as store, store.reading() as connection:
        return len(queries.document_ids(connection, None))
