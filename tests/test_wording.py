"""What figures say in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.criteria import Criteria
from annotator.reviewing import Review
from annotator.store import Store
from annotator.wording import coefficient, counted, explained, few, left_out, listed, sentence, share, whole
from tests.builders import bring_in, bring_lines, by, line, span

TITLES = {"anonymous-source": "Anonymous source", "on-record": "On record", "denial": "Denial",
          "non-comment": "Non-comment"}  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        yield store


def test_the_seed_is_told_in_words(store, seed):
    bring_in(store, seed / "seed.jsonl")
    assert sentence(Review(store).result(), TITLES) == (
        "first and second agree reliably on denial (0.807) and non-comment (0.893), "
        "not reliably on anonymous source (−0.007) and on record (0.264). "
        "Of 100 spans, about 13 are the same, 52 differ at their ends, 19 in their label, and 16 were marked by one "
        "alone. But 1 article is too few to rely on: 20 are needed."
    )


def test_who_finished_nothing_is_not_said_to_agree(store, tmp_path):
    bring_lines(
        store, tmp_path, line("They said no.", span(0, 4), annotator=by("Ana")),
        line("They said no.", span(0, 4), annotator=by("Ben")), line("Another.", annotator=by("Cleo"), status="started"),
    )  # fmt: skip
    assert sentence(Review(store).result(), TITLES).startswith("Ana and Ben agree reliably on denial (1.000).")


def test_articles_without_spans_are_told_as_such(store, tmp_path):
    bring_lines(store, tmp_path, line("They said no.", annotator=by("Ana")), line("They said no.", annotator=by("Ben")))
    assert sentence(Review(store).result(), TITLES) == "Nobody marked anything in the 1 article compared."


def test_each_empty_project_is_told_why_and_what_to_do(store, tmp_path):
    def told(**criteria):
        title, advice = explained(Review(store, Criteria(**criteria)).result())
        return f"{title}. {advice}"

    assert "no articles yet" in told() and "Ctrl+I" in told()
    bring_lines(store, tmp_path, line("Nobody read this.", document="x"))
    assert "Nobody has annotated yet" in told()
    bring_lines(store, tmp_path, line("They said no.", span(0, 4), annotator=by("Ana")))
    assert told().startswith("Only Ana is there") and "second annotator" in told()
    bring_lines(store, tmp_path, line("They said no.", span(0, 4), annotator=by("Ben"), status="started"))
    assert told().startswith(
        "No article has been finished by two annotators. An article counts once two of Ana and Ben"
    )
    assert "1 article finished by one of them alone and 1 article finished by none of them" in told()
    bring_lines(store, tmp_path, line("Again no.", annotator=by("Ana")), line("Again no.", annotator=by("Ben")))
    assert explained(Review(store).result()) is None
    assert "1 article left out by what is asked for above" in told(round="practice")


def test_what_was_left_out_is_counted(store, tmp_path):
    bring_lines(
        store, tmp_path, line("No.", annotator=by("Ana")), line("No.", annotator=by("Ben")),
        line("No.", annotator=by("Cem"), status="started"),
    )  # fmt: skip
    assert left_out(Review(store).result()) == (
        "Compared: 1 of 1 article, 2 layers. Layers left out: started, not finished (1)."
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_whole_per_cents_add_up_and_are_close(shares):
    found = whole(shares)
    assert sum(found) == (100 if sum(shares) else 0)
    assert all(
        abs(each - 100 * share / sum(shares)) <= 1 for each, share in zip(found, shares, strict=True) if sum(shares)
    )


def test_numbers_have_their_signs_and_dashes():
    assert [coefficient(each) for each in (None, 0.5, -0.004, -0.25, 1.0)] == ["–", "0.50", "0.00", "−0.25", "1.00"]
    assert [share(each) for each in (None, 0.125, -0.031)] == ["–", "12 %", "−3 %"]
    assert [counted(each, "span") for each in (0, 1, 2300)] == ["0 spans", "1 span", "2,300 spans"]
    assert [listed(each) for each in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == ["", "A", "A and B", "A, B and C"]


def test_small_samples_say_why():
    assert few(20, 30) is None is few(20)
    assert few(19, 30) == "19 articles finished by two or more: fewer than 20 are too few"
    assert few(20, 29) == "29 spans: fewer than 30 are too few"
