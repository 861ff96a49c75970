"""Search: words of titles and texts. Nothing that a person types is an operator or an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.store import Store
from annotator.store.search import matching, passages, search
from tests.builders import bring_lines, line

TEXTS = ("Officials denied it.", "The Élysée denied the deal.", "A deal was near (AND not far).")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    with Store.create(folder / "p.annotator") as store:
        lines = [
            line(text, meta={"title": title}) for text, title in zip(TEXTS, ("Kremlin", None, "Élysée"), strict=True)
        ]
        bring_lines(store, folder, *lines)
        yield store


def found(store, words, limit=None):
    with store.reading() as connection:
        return [hit.document_id for hit in search(connection, words, limit)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("denied", [1, 2]),
        ("denied deal", [2]),
        ("deni", [1, 2]),
        ("deni ", []),
        ("elysee", [2, 3]),
        ("ÉLYSÉE", [2, 3]),
        ('"denied the"', [2]),
        ('"the denied"', []),
        ("kremlin", [1]),
        ("AND", [3]),
        ("denied OR deal", []),
        ("deal -denied", [2]),
        ("title:kremlin", []),
        ("(far)", [3]),
        ("", []),
        ("  ", []),
        ("?!", []),
        ('"', []),
    ],
)
def test_words_are_found(corpus, words, expected):
    assert found(corpus, words) == expected


def test_hits_come_in_the_order_of_the_project_up_to_the_limit(corpus):
    assert found(corpus, "de", 2) == [1, 2]


def test_a_hit_shows_the_passage_with_the_match_between_brackets(corpus):
    with corpus.reading() as connection:
        (hit,) = search(connection, "officials")
    assert hit == (1, "Kremlin", "[Officials] denied it.")


NASTY = st.text(st.sampled_from("ab \"'*^():-+{}\0\\%_;,.é😀\ud800\u0301\n")) | st.text()


@given(NASTY)
def test_nothing_that_is_typed_is_an_error(corpus, words):
    found(corpus, words)


@given(st.text(st.characters(categories=["Ll", "Lu"]), min_size=1))
def test_a_word_is_quoted_whole(word):
    assert matching(word) == f'"{word}"*'


@pytest.mark.parametrize(
    ("words", "passage"),
    [
        ("harbour", "…the very harbour, where it had waited since the storm"),
        ("harb", "…the very harbour, where it had waited since the storm"),
        ("the ", "The ship lay"),
        ("DAYS eleven", "…lay for eleven days at"),
        ('"for eleven days"', "…ship lay for eleven days"),
        ("waited", "…it had waited since the storm"),
    ],
)
def test_a_passage_begins_shortly_before_what_was_found(tmp_path, words, passage):
    with Store.create(tmp_path / "p.annotator") as store:
        text = "The ship lay\nfor eleven days at the very  harbour, where it had waited since the storm, and longer."
        bring_lines(store, tmp_path, line("Nothing of it."), line(text))
        with store.reading() as connection:
            found = passages(connection, words, [1, 2])
    assert list(found) == [2]
    assert found[2].startswith(passage)


def test_without_words_there_are_no_passages(corpus):
    with corpus.reading() as connection:
        assert passages(connection, "?!", [1]) == passages(connection, "denied", []) == {}
        assert list(passages(connection, "denied", [2])) == [2]


@pytest.mark.parametrize(
    "words", ["denied", "denied deal", "deni", "elysee", "ÉLYSÉE", '"denied the"', "(far)", "AND", "was-near"]
)
def test_what_is_found_in_a_text_has_a_passage_with_it(corpus, words):
    """What FTS5 finds in a text, the passage finds there, too: folded alike."""
    with corpus.reading() as connection:
        hits = list(search(connection, words))
        shown = passages(connection, words, [hit.document_id for hit in hits])
    assert {hit.document_id for hit in hits if "[" in hit.passage} == set(shown) != set()
