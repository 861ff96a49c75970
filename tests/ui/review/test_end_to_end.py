"""Whole projects adjudicated with real keys: every disagreement settled, gold exported with whose version and why."""

from annotator import exporters, importers
from annotator.store import Store
from tests.builders import parsed
from tests.ui.hands import press
from tests.ui.review.conftest import review


def settle(page, choose):
    """Rule on what is shown until nothing is left, and return how many keys each ruling took."""
    pressed = []
    while page.current is not None:
        before = page.current
        keys = choose(page)
        for key in keys.split():
            press(page.window().focusWidget(), key)
        pressed.append(len(keys.split()))
        assert page.current is not before
    return pressed


def gold_of(window, path):
    exporters.export(window.project._store, path, exporters.ExportOptions(layer="gold"))
    return parsed(path)


def people(window):
    with window.project.reading() as connection:
        return connection.exec_driver_sql(
            "SELECT annotation.* FROM annotation JOIN annotator ON annotator.id = annotator_id WHERE kind <> 'gold'"
        ).all()


def test_the_seed_article_is_adjudicated_by_keyboard_alone(window, seed, tmp_path):
    """Ruled as the first annotator has it; where nobody had it, by other keys once each."""
    project = tmp_path / "seed.annotator"
    with Store.create(project) as store:
        importers.import_files(store, importers.find([seed / "seed.jsonl"]))
    window.project.open(project)
    window.annotate_as("Cleo")
    before = people(window)
    page = review(window)
    special = iter(["R B Y Space T H E Space R U L E Return 1", "0", "Alt+Left D", "Tab Return", "2"])

    def choose(page):
        first = next(n for n, version in enumerate(page.current.versions, 1) if version.lane.name == "first")
        if page.current.kind == "missed" and not page.current.versions[first - 1].spans:
            return "0"
        return next(special, str(first))

    press(page.article.view, "Y")
    pressed = settle(page, choose)
    pressed[0] -= len("BY THE RULE")  # typing a reason is not ruling
    print(f"keys a ruling: {sum(pressed) / len(pressed):.2f} on average over {len(pressed)}: {pressed}")  # noqa: T201
    assert sum(pressed) / len(pressed) <= 2
    assert len(pressed) == 16  # of 18 places; on two both say the same
    (line,) = gold_of(window, tmp_path / "gold.jsonl")
    assert line["annotator"]["kind"] == "gold"
    assert people(window) == before
    ruled = [*line["spans"], *line["negatives"]]
    assert all(each["reason"] == "by the rule" for each in ruled if each.get("taken_from") != "first + second")
    assert {each["taken_from"] for each in line["spans"]} == {"first", "second", "first + second", None}
    assert all(line["text"][each["start"] : each["end"]] == each["text"] for each in ruled)
    assert len(line["negatives"]) >= 3


def test_the_sample_project_is_adjudicated_by_keyboard_alone(opened, tmp_path):
    before = people(opened)
    page = review(opened)
    pressed = settle(page, lambda page: "Return")
    articles = {row["sha256"] for row in gold_of_any(opened, tmp_path / "started.jsonl")}
    assert len(articles) > 1  # the queue crossed them
    print(f"keys a ruling: {sum(pressed) / len(pressed):.2f} on average over {len(pressed)}")  # noqa: T201
    assert sum(pressed) / len(pressed) <= 2
    press(page.article.view, "Shift+Y")
    opened.project.jobs._pool.submit(lambda: None).result()
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    gold = gold_of(opened, tmp_path / "gold.jsonl")
    assert {row["status"] for row in gold} == {"finished"}
    assert len(gold) == 4  # that both have finished
    assert people(opened) == before


def gold_of_any(window, path):
    exporters.export(window.project._store, path, exporters.ExportOptions(layer="gold", status="all"))
    return parsed(path)
