"""Labels that a project adds: they may come with an import, while the window is open."""

from tests.builders import by, line, span
from tests.ui.hands import focus, press

LEAK = {"key": "leak", "title": "Leak", "colour": "#225522", "pattern": "dash", "shortcut": "F"}


def cleos(window):
    """The article that is shown, as a line by Cleo whose first word is a leak."""
    return line(window.article.text.text, span(0, 6, "leak"), annotator=by("Cleo"))


def choices(combo):
    return [combo.itemData(row) for row in range(combo.count())]


def test_a_label_that_an_import_brings_can_be_seen_chosen_and_filtered_by(opened, bring):
    bring(cleos(opened), labels=[LEAK])
    assert choices(opened.details._form.label)[-1] == "leak"
    assert choices(opened.documents._label)[-1] == "leak"
    press(focus(opened), "Tab")
    assert opened.article.current.label == "leak"
    assert opened.details._form.label.currentData() == "leak"
    assert opened.article.view._styles["leak"].letter == "F"


def test_an_annotation_with_a_label_that_an_import_brought_can_be_unsure(opened, bring):
    bring(cleos(opened), labels=[LEAK])
    press(focus(opened), "Tab U A")
    row = opened.article.current
    assert (row.label, row.attributes.unsure, row.attributes.runner_up) == ("leak", True, "anonymous-source")


def test_what_is_chosen_stays_chosen_when_labels_come(opened, bring):
    press(focus(opened), "D")
    bring(line("Another article."), labels=[LEAK])
    assert opened.article.current.label == "denial"
    assert opened.details._form.label.currentData() == "denial"
