"""How many keys it takes to tag the reference annotations of the seed article, in order."""

import json
from pathlib import Path

import pytest

from annotator.text import DocumentText, Range
from tests.text.keys import fewest, press
from tests.text.second_article import SPANS, TEXT


@pytest.fixture(scope="module")
def text(seed: Path) -> DocumentText:
    return DocumentText((seed / "seed.txt").read_bytes().decode("utf-8"))


@pytest.fixture(scope="module")
def spans(seed: Path) -> list[Range]:
    gold = json.loads((seed / "seed_gold.json").read_text("utf-8"))
    return [(span["start"], span["end"]) for span in gold["annotations"]]


def test_the_reference_spans_take_five_keys_on_average_and_three_for_the_first(
    text: DocumentText, spans: list[Range]
) -> None:
    caret = 0
    presses = []
    for span in spans:
        presses.append(len(fewest(text, caret, span)) + 1)
        caret = span[1]
    assert len(presses) == 15
    assert sum(presses) <= 5 * len(presses)
    assert max(presses[:4]) <= 3
    assert max(presses) <= 5


# What somebody types who reads the sentence and shortens it from the side that is too long.
TYPED = (
    "",
    "S",
    "S W",
    "S",
    "S Shift+E",
    "S",
    "S S",
    "S S",
    "C C W W",
    "S Shift+E",
    "S Shift+E",
    "S Shift+E W",
    "S S S S",
    "S S",
    "S W W",
)


def test_a_person_without_tricks_needs_hardly_more(text: DocumentText, spans: list[Range]) -> None:
    caret = 0
    for keys, span in zip(TYPED, spans, strict=True):
        assert press(text, caret, keys) == span, keys
        caret = span[1]
    presses = [len(keys.split()) + 1 for keys in TYPED]
    assert sum(presses) / len(presses) <= 3.2
    assert max(presses[:4]) <= 3


def test_a_moved_selection_never_needs_a_key_for_the_stop_of_its_sentence() -> None:
    text = DocumentText("Odum said the levee would hold, despite the storm. He left.")
    assert press(text, 0, "S W") == (0, 30)


def test_moving_an_end_out_and_back_is_the_same_span() -> None:
    text = DocumentText("On Monday, Odum said the levee would hold, and denied any leak during the storm.")
    assert press(text, 0, "S W E") == press(text, 0, "S")
    assert press(text, 0, "S Shift+E Shift+W") == press(text, 0, "S")


def test_a_second_article_takes_as_few_keys() -> None:
    text = DocumentText(TEXT)
    caret, presses = 0, []
    for beginning, ending in SPANS:
        start = TEXT.index(beginning, caret)
        end = TEXT.index(ending, start) + len(ending)
        presses.append(len(fewest(text, caret, (start, end))) + 1)
        caret = end
    assert sum(presses) <= 4 * len(presses)
    assert max(presses) <= 6
