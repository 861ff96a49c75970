"""Labels that a project adds: they may come with an import, while the window is open."""

import json

import pytest

from annotator import importers
from tests.builders import by, line, span
from tests.ui.hands import focus, press

LEAK = {"key": "leak", "title": "Leak", "colour": "#225522", "pattern": "dash", "shortcut": "F"}


@pytest.fixture
def bring(opened, qtbot, tmp_path):
    """Import articles and the labels that they need into the open project, as the window does."""

    def bring(labels, *lines):
        path = tmp_path / f"{labels[0]['key']}.jsonl"
        first = {"schema": "source-annotator/1", "labels": labels}
        path.write_text("".join(json.dumps(each) + "\n" for each in (first, *lines)), encoding="utf-8")
        done, failed = [], []
        opened.project.import_files(importers.find([path]), done.append, failed.append, importers.ImportOptions())
        qtbot.waitUntil(lambda: bool(done or failed), timeout=20_000)
        assert failed == []
        assert not done[0].problems, done[0].problems

    return bring


def cleos(window):
    """The article that is shown, as a line by Cleo whose first word is a leak."""
    return line(window.article.text.text, span(0, 6, "leak"), annotator=by("Cleo"))


def choices(combo):
    return [combo.itemData(row) for row in range(combo.count())]


def test_a_label_that_an_import_brings_can_be_seen_chosen_and_filtered_by(opened, bring):
    bring([LEAK], cleos(opened))
    assert choices(opened.details._form.label)[-1] == "leak"
    assert choices(opened.documents._label)[-1] == "leak"
    press(focus(opened), "Tab")
    assert opened.article.current.label == "leak"
    assert opened.details._form.label.currentData() == "leak"
    assert opened.article.view._styles["leak"].letter == "F"


def test_an_annotation_with_a_label_that_an_import_brought_can_be_unsure(opened, bring):
    bring([LEAK], cleos(opened))
    press(focus(opened), "Tab U A")
    row = opened.article.current
    assert (row.label, row.attributes.unsure, row.attributes.runner_up) == ("leak", True, "anonymous-source")
