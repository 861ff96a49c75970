"""A whole round in the window: packets for three editors, their work by keys, returns, the merge, gold."""

import json
import sqlite3
import zipfile
from contextlib import closing

import pytest

from annotator.ui.exports.dialog import ExportDialog
from annotator.ui.sharing.assign_dialog import AssignDialog
from annotator.ui.sharing.conflicts_dialog import ConflictsDialog
from annotator.ui.sharing.give_back_dialog import GiveBackDialog
from annotator.ui.sharing.merge_dialog import MergeDialog
from tests.builders import parsed
from tests.ui.exports.test_export_dialog import choose, ready, run
from tests.ui.hands import focus, press
from tests.ui.review.conftest import review
from tests.ui.sharing.conftest import alone, dialog, idle, open_packet
from tests.ui.sharing.test_assigning import ask, make

CURRENT = """
    SELECT annotation.uid, sha256, annotator.name, start, "end", key FROM annotation
    JOIN document ON document.id = document_id JOIN annotator ON annotator.id = annotator_id
    JOIN label ON label.id = label_id WHERE current AND NOT deleted AND annotator.kind = 'human'
"""
STATES = """
    SELECT sha256, name, status FROM layer_state JOIN document ON document.id = document_id
    JOIN annotator ON annotator.id = annotator_id WHERE current AND NOT deleted AND status = 'finished'
"""


def rows(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def assign(window, qtbot, answers, folder, packets):
    """Make packets in the screen for it, one after the other."""
    window.actions_["assign"].trigger()
    idle(window, qtbot)
    found = dialog(window, AssignDialog)
    for name, wanted in packets.items():
        ask(found, qtbot, name=name, **wanted)
        make(window, found, qtbot, answers, folder / f"{name.lower()}.packet")
        assert f"6 articles for {name}" in found._said.text()
    return_to(window, qtbot, found)


def return_to(window, qtbot, found):
    found.reject()
    alone(window, qtbot)


def read(window, articles, keys):
    """Annotate and finish so many articles by keys, which begin in the first that is not finished."""
    for _ in range(articles):
        window.open_document(window.project.next_unfinished(0))
        here = window.article.document_id
        press(focus(window), keys)
        press(window.article.view, "Control+Return")
        if window.finish_bar.isVisible():
            press(focus(window), "Control+Return")
        assert window.project.status(here) == "finished"


def give_back(window, qtbot, target, unfinished):
    window.actions_["give-back"].trigger()
    found = dialog(window, GiveBackDialog)
    assert found._standing.unfinished == unfinished
    found._path.setText(str(target))
    press(found._path, "Return")
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    return_to(window, qtbot, found)
    return target


def merge(window, qtbot, answers, packets):
    answers[0].append(([str(packet) for packet in packets], ""))
    window.actions_["merge"].trigger()
    found = dialog(window, MergeDialog)
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    press(found._start, "Space")
    qtbot.waitUntil(lambda: not found._is_running, timeout=20_000)
    assert found._title.text().startswith("Merged.")
    return_to(window, qtbot, found)


@pytest.mark.modal
def test_a_whole_round(window, desk, answers, qtbot, tmp_path):
    # The trainer gives each of three editors six of the nine articles.
    window.files.open_path(desk)
    window.annotate_as("Tess")
    wanted = {"Mia": {"sample": 6}, "Jo": {"overlap": 4}, "Cem": {"overlap": 5}}
    assign(window, qtbot, answers, tmp_path, wanted)
    given = {}
    for name in wanted:
        with zipfile.ZipFile(tmp_path / f"{name.lower()}.packet") as packet:
            lines = packet.read("documents.jsonl").decode().splitlines()
            assert packet.read("annotations.jsonl") == b""
        given[name] = {json.loads(each)["sha256"] for each in lines}
    assert len(given["Mia"] & given["Jo"]) == 4
    assert set.union(*given.values()) == {sha256 for (sha256,) in rows(desk, "SELECT sha256 FROM document")}

    # Mia works on two machines, and on the second changes what she changes on the first as well. She returns twice.
    back = tmp_path / "back"
    back.mkdir()
    open_packet(window, qtbot, tmp_path / "mia.packet")
    read(window, 3, "Control+Home S D S O")
    first = give_back(window, qtbot, back / "mia 1.packet", 3)
    answers[0].append((str(tmp_path / "desktop.annotator"), ""))
    window.actions_["save-copy"].trigger()
    shared = window.documents.model.first()
    window.open_document(shared)
    press(focus(window), "Control+Home Tab N")
    read(window, 3, "Control+Home S D S O")
    second = give_back(window, qtbot, back / "mia 2.packet", 0)
    window.files.open_path(tmp_path / "desktop.annotator")
    assert window.project.annotator.name == "Mia"
    window.open_document(shared)
    press(focus(window), "Control+Home Tab A")
    elsewhere = give_back(window, qtbot, back / "mia desktop.packet", 3)

    # Jo returns twice too, Cem once, with two articles to go.
    open_packet(window, qtbot, tmp_path / "jo.packet")
    read(window, 2, "Control+Home S D S N")
    third = give_back(window, qtbot, back / "jo 1.packet", 4)
    read(window, 4, "Control+Home S D S N")
    fourth = give_back(window, qtbot, back / "jo 2.packet", 0)
    open_packet(window, qtbot, tmp_path / "cem.packet")
    read(window, 4, "Control+Home S D")
    fifth = give_back(window, qtbot, back / "cem.packet", 2)

    # The trainer merges them in some order, one twice, and has all of it.
    window.files.open_path(desk)
    window.annotate_as("Tess")
    merge(window, qtbot, answers, [fifth, third, second])
    merge(window, qtbot, answers, [second, fourth, elsewhere, first])
    made = {row for name in ("mia", "jo", "cem") for row in rows(tmp_path / f"{name}.annotator", CURRENT)}
    merged = set(rows(desk, CURRENT))
    quarrelled = {uid for uid, *_ in merged - made} | {uid for uid, *_ in made - merged}
    assert len(quarrelled) <= 1
    assert len(merged) == len(made) == 6 * 2 + 6 * 2 + 4
    states = {row for name in ("mia", "jo", "cem") for row in rows(tmp_path / f"{name}.annotator", STATES)}
    assert set(rows(desk, STATES)) == states and len(states) == 16

    # What she changed on both machines waits, and is settled by Enter.
    window.actions_["conflicts"].trigger()
    found = dialog(window, ConflictsDialog)
    qtbot.waitUntil(lambda: found._looking is None, timeout=20_000)
    (waiting,) = found._model.found
    assert {saying.label for saying in waiting.conflict.sayings} == {"non-comment", "anonymous-source"}
    kept = next(n for n, saying in enumerate(waiting.conflict.sayings) if saying.label == "non-comment")
    press(found._list, "Return" if kept == 0 else "Right Return")
    qtbot.waitUntil(lambda: found._looking is None, timeout=20_000)
    assert found._said.text() == "Every conflict is settled."
    return_to(window, qtbot, found)
    assert set(rows(desk, CURRENT)) == made

    # Agreement appears.
    press(focus(window), "Control+Shift+R")
    page = window.agreement.page()
    qtbot.waitUntil(lambda: not page.comparing.is_running and bool(page.sentence.text()), timeout=30_000)
    assert page.sentence.isVisible()
    press(page, "Control+Shift+R")

    # Every disagreement is ruled on, and gold goes out.
    page = review(window)
    ruled = 0
    while page.current is not None:
        press(window.focusWidget(), "Return")
        ruled += 1
    assert ruled >= 4
    press(page.article.view, "Shift+Y")
    idle(window, qtbot)
    press(window, "Control+R")
    window.files.export()
    export = ready(qtbot, window.findChildren(ExportDialog)[-1])
    choose(qtbot, export, "Layers", "gold")
    run(qtbot, export, tmp_path / "gold.jsonl")
    export.reject()
    gold = parsed(tmp_path / "gold.jsonl")
    texts = dict(rows(desk, "SELECT sha256, text FROM document"))
    assert gold and {line["annotator"]["kind"] for line in gold} == {"gold"}
    for each in gold:
        assert each["text"] == texts[each["sha256"]]
        assert all(each["text"][s["start"] : s["end"]] == s["text"] for s in each["spans"])
    both = [sha for sha in texts if sum((sha, name, "finished") in states for name in ("Mia", "Jo", "Cem")) >= 2]
    assert {each["sha256"] for each in gold} == set(both)
    assert any(span["label"] == "denial" for each in gold for span in each["spans"])
