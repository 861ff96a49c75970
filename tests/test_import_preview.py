"""What files hold, told before any of it comes in."""

import pytest

from annotator import importers
from annotator.formats.isolation import Isolated
from annotator.import_preview import contents
from annotator.store import Store
from tests.builders import by, line, span, write_lines


def look(path, **options):
    (source,) = importers.find([path])
    with Isolated() as isolated:
        return contents(source, isolated, **options)


def test_layers_of_one_text_are_one_article_whose_names_are_counted(tmp_path):
    lines = [
        line("Officials denied it.", span(0, 9, "ANON"), span(10, 16, "ANON"), annotator=by("Ana")),
        line("Officials denied it.", span(0, 9, "denial"), annotator=by("Ben")),
        line("Nobody said a word."),
    ]
    found = look(write_lines(tmp_path / "a.jsonl", lines))
    assert [article.text for article in found.articles] == ["Officials denied it.", "Nobody said a word."]
    assert dict(found.names.labels) == {"ANON": 2, "denial": 1}
    assert dict(found.names.annotators) == {"Ana": 1, "Ben": 1}
    assert [article.annotations for article in found.articles] == [3, 0]


def test_what_is_skipped_takes_its_names_along(tmp_path):
    lines = [line("One.", span(0, 3, "A"), annotator=by("Ana")), line("Two.", span(0, 3, "A"), span(0, 2, "B"))]
    found = look(write_lines(tmp_path / "a.jsonl", lines))
    assert dict(found.wanted([1]).labels) == {"A": 1}
    assert dict(found.wanted([0]).annotators) == {None: 1}
    assert dict(found.wanted([]).labels) == {"A": 2, "B": 1}


def test_names_are_of_all_articles_and_texts_of_the_first(tmp_path):
    lines = [line(f"Article {number}.", span(0, 7, f"L{number % 3}")) for number in range(30)]
    found = look(write_lines(tmp_path / "a.jsonl", lines), listed=4)
    assert (len(found.articles), found.documents) == (4, 30)
    assert dict(found.names.labels) == {"L0": 10, "L1": 10, "L2": 10}


def test_numbers_are_those_by_which_articles_are_skipped(tmp_path):
    path = write_lines(tmp_path / "a.jsonl", [line(f"Article {number}.") for number in range(5)])
    (source,) = importers.find([path])
    wanted = [article.number for article in look(path).articles if article.text in ("Article 1.", "Article 4.")]
    skipped = importers.Source(source.path, source.format, skipped=frozenset(wanted))
    with Store.create(tmp_path / "p.annotator") as store:
        assert importers.import_files(store, [skipped]).documents == 3
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT text FROM document").scalars().all() == [
                "Article 0.",
                "Article 2.",
                "Article 3.",
            ]


def test_a_problem_stands_with_the_article_on_its_line(tmp_path):
    lines = [line("One."), line("Two.", span(0, 99)), line("Three.", span(0, 5, later=1))]
    path = write_lines(tmp_path / "a.jsonl", lines)
    with path.open("a") as file:
        file.write("{oops\n")
    found = look(path)
    assert [len(article.problems) for article in found.articles] == [0, 1, 1]
    assert [problem.line for problem in found.problems] == [4]


def test_what_cannot_be_read_is_a_problem(tmp_path):
    (tmp_path / "empty.txt").write_text("")
    assert [problem.what for problem in look(tmp_path / "empty.txt").problems] == ["the file is empty"]


def test_it_can_be_cancelled(tmp_path):
    path = write_lines(tmp_path / "a.jsonl", [line(f"Article {number}.") for number in range(5)])
    with pytest.raises(importers.ImportCancelled):
        look(path, cancelled=lambda: True)
