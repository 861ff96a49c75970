"""Opening a packet: by name, by drop, by import; it becomes a project of its own, and its owner annotates at once."""

from threading import Event

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from annotator.ui import app
from annotator.ui.imports.dialog import ImportDialog
from annotator.ui.sharing.merge_dialog import MergeDialog
from annotator.ui.sharing.opening import OpeningDialog
from tests.ui.hands import click, focus, press
from tests.ui.sharing.conftest import alone, assign, back, dialog, documents, idle, no_dialog, open_packet, tag

COPY, LEFT, NO = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def shown(monkeypatch):
    """The errors that are shown."""
    shown = []
    monkeypatch.setattr("annotator.ui.errors.show", lambda error, _window: shown.append(str(error)))
    return shown


def drop(widget, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enter = QDragEnterEvent(QPoint(9, 9), COPY, data, LEFT, NO)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(9, 9), COPY, data, LEFT, NO, QEvent.Type.Drop))


def test_a_packet_named_on_the_command_line_is_opened_and_its_owner_annotates_without_being_asked(
    window, desk, qtbot, settings
):
    settings.annotator = "Tess"
    packet = assign(desk, "Mia", documents=(1, 2, 3))
    app._open(window, packet, None, wants_sample=False)
    alone(window, qtbot)
    assert window.project.path == packet.with_suffix(".annotator")
    assert window.windowTitle() == "Harbour desk – Source Annotator"
    assert window.status.who.text() == "Annotating as Mia"
    press(focus(window), "S D")
    (row,) = window.article.own()
    assert row.label == "denial"
    assert settings.annotator == "Tess"


def test_the_owner_annotates_again_whenever_the_project_is_opened(window, mia):
    window.files.open_path(mia)
    assert window.status.who.text() == "Annotating as Mia"


def test_who_is_named_at_the_start_annotates_all_the_same(window, mia):
    app._open(window, mia, "Ben", wants_sample=False)
    assert window.status.who.text() == "Annotating as Ben"


def test_a_packet_opened_again_brings_what_is_new_and_keeps_what_was_made(window, desk, mia, qtbot):
    with_more = assign(desk, "Mia")
    before = documents(mia)
    open_packet(window, qtbot, with_more)
    assert window.project.path == mia
    assert window.project.annotation("m1").label == "denial"
    assert len(window.documents.model._ids) == before
    open_packet(window, qtbot, with_more)  # also while its project is the open one
    assert window.project.path == mia
    assert no_dialog(window)


@pytest.mark.parametrize("where", ["window", "documents"])
def test_a_packet_is_dropped(trainer, desk, qtbot, where):
    trainer.project.close()
    packet = assign(desk, "Jo", documents=(1,))
    drop(trainer if where == "window" else trainer.documents, packet)
    idle(trainer, qtbot)
    qtbot.waitUntil(lambda: trainer.project.is_open, timeout=20_000)
    assert trainer.status.who.text() == "Annotating as Jo"


def test_a_project_is_dropped_where_none_is_open(window, mia, qtbot):
    drop(window, mia)
    assert window.project.path == mia


def test_files_dropped_on_the_window_are_imported(trainer, tmp_path, qtbot):
    (tmp_path / "one.txt").write_text("Officials denied it.")
    drop(trainer, tmp_path / "one.txt")
    found = dialog(trainer, ImportDialog)
    idle(trainer, qtbot)
    found.close()


@pytest.mark.modal
@pytest.mark.parametrize("key", ["Control+I", "Control+O"])
def test_a_packet_is_chosen_to_import_or_open(trainer, desk, answers, qtbot, key):
    trainer.project.close()
    packet = assign(desk, "Jo", documents=(1,))
    trainer.files.open_path(desk)
    answers[0].append(([str(packet)], "") if key == "Control+I" else (str(packet), ""))
    press(focus(trainer), key)
    idle(trainer, qtbot)
    qtbot.waitUntil(lambda: trainer.project.path == packet.with_suffix(".annotator"), timeout=20_000)


def test_a_packet_with_another_name_is_known_by_its_content(window, desk, qtbot):
    packet = assign(desk, "Mia")
    renamed = packet.rename(packet.with_name("download.zip"))
    open_packet(window, qtbot, renamed)
    assert window.project.path == renamed.with_suffix(".annotator")


def test_a_return_is_offered_to_the_open_project(mia, trainer, qtbot):
    trainer.files.open_path(back(mia))
    idle(trainer, qtbot)
    offered = dialog(trainer, MergeDialog)
    assert trainer.project.path.name == "desk.annotator"
    assert "Nothing has come in yet" in offered._title.text()
    offered.reject()
    assert trainer.project.annotation("m1") is None


def test_a_return_is_a_project_where_none_is_open(window, mia, qtbot):
    open_packet(window, qtbot, back(mia))
    assert window.project.path.name == "back.annotator"
    assert window.project.annotation("m1").label == "denial"


def test_a_broken_packet_says_so_and_the_open_project_stays(trainer, desk, tmp_path, shown, qtbot):
    whole = tmp_path / "broken.packet"
    whole.write_bytes(b"PK\x03\x04 and then nothing")
    trainer.files.open_path(whole)
    idle(trainer, qtbot)
    assert len(shown) == 1 and "broken.packet cannot be used" in shown[0]
    assert trainer.project.path == desk
    assert not list(tmp_path.glob("broken.annotator*"))
    assert no_dialog(trainer)


def test_what_is_cancelled_leaves_nothing(trainer, desk, tmp_path, qtbot):
    trainer.project.close()
    packet = assign(desk, "Jo")
    gate = Event()
    trainer.project.jobs.start(lambda _job: gate.wait(20), lambda _: None, lambda _: None)
    trainer.files.open_path(packet)
    click(dialog(trainer, OpeningDialog), "Cancel")
    gate.set()
    idle(trainer, qtbot)
    alone(trainer, qtbot)
    assert not trainer.project.is_open
    assert not list(tmp_path.glob("jo.annotator*"))


def test_packets_and_other_files_are_not_taken_together(mia, trainer, tmp_path, shown):
    (tmp_path / "one.txt").write_text("Officials denied it.")
    drop(trainer, back(mia), tmp_path / "one.txt")
    assert "cannot be opened together" in shown[0]


def test_several_packets_need_an_open_project(window, mia, shown):
    drop(window, back(mia, "a.packet"), back(mia, "b.packet"))
    assert "Open the project first" in shown[0]


def test_a_packet_waits_for_its_project_to_be_free(mia, trainer, qtbot, shown):
    packet = back(mia)
    trainer.project.lend(lambda job: None, lambda _: None, lambda _: None)
    trainer.files.open_path(packet)
    assert "Wait until it is done" in shown[0]
    idle(trainer, qtbot)


def test_a_project_of_another_origin_beside_the_packet_is_left_alone(desk, mia, trainer, shown, qtbot):
    packet = assign_elsewhere(desk)
    tag(mia, "Mia", 3, "m3", (0, 4), "denial")
    before = mia.read_bytes()
    trainer.files.open_path(packet)
    idle(trainer, qtbot)
    assert "stands beside this packet already" in shown[0]
    assert mia.read_bytes() == before


def assign_elsewhere(desk):
    """A packet of the same name, from another project."""
    from annotator.store import Store
    from tests.builders import bring_lines, line

    folder = desk.parent / "other"
    folder.mkdir()
    with Store.create(folder / "other.annotator") as store:
        bring_lines(store, folder, line("Something else."))
    packet = assign(folder / "other.annotator", "Mia")
    return packet.rename(desk.with_name("mia.packet"))
