"""What becomes of single spans, as an editor would judge it."""

import pytest

from annotator.carrying import Carrier
from annotator.records import Part

OLD = (
    "The mayor denied the claim on Monday. “There is no deal,” she told reporters in a crowded hall by the harbour.\r\n"
    "Her office declined to comment further, saying that lawyers were looking at the papers.\r\n"
    "An official, who asked not to be named, said the talks had ended in March without any agreement 😀.\r\n"
)


def found(old, new, words, nth=0):
    at = -1
    for _ in range(nth + 1):
        at = old.index(words, at + 1)
    outcome, place = Carrier(old, new).find(at, at + len(words))
    return outcome, place and new[slice(*place)]


@pytest.mark.parametrize(
    ("change", "words", "expected"),
    [
        (("in March", "in April"), "denied the claim", ("same", "denied the claim")),
        (("The mayor", "😀 The mayor of Ulm"), "said the talks", ("same", "said the talks")),
        (("on Monday", "on Tuesday"), "denied the claim", ("moved", "denied the claim")),
        (("the claim", "all the claims"), "denied the claim", ("moved", "denied all the claims")),
        (("Her office declined", "The office of hers declined"), "Her office declined to comment further",
         ("moved", "The office of hers declined to comment further")),
        (("“There is no deal,” she told reporters in a crowded hall by the harbour.", ""), "“There is no deal,”", ("lost", None)),
        (("said the talks had ended in March without any agreement", "would not say more"),
         "said the talks had ended in March without any agreement", ("lost", None)),
        (("said the talks had ended in March without any agreement", "would not discuss talks"),
         "said the talks had ended in March without any agreement", ("lost", None)),  # one word of ten is not enough
        (("The mayor denied", "The mayor twice denied"), "The mayor", ("moved", "The mayor")),
    ],
)  # fmt: skip
def test_a_correction_near_or_in_a_span(change, words, expected):
    assert found(OLD, OLD.replace(*change), words) == expected


def test_a_paragraph_put_elsewhere_takes_its_spans_along():
    first, second, third = OLD.splitlines(keepends=True)
    assert found(OLD, third + second + first, "said the talks") == ("same", "said the talks")
    assert found(OLD, third + first + second, "asked not") == ("moved", "asked not")  # another line stands above it


def test_words_that_stand_in_two_places_now_are_to_be_looked_at():
    line = "Nobody at the ministry of transport wanted to answer questions from this newspaper on Friday.\n"
    assert found(line, line + "\n" + line, "wanted to answer") == ("moved", "wanted to answer")


def test_of_several_places_of_the_same_words_the_one_with_the_like_surroundings_is_proposed():
    old = "A: he said so then. B: he said so now. C: he said so once."
    new = "X. he said so! Y? he said it. Intro, B: he said so now, and nothing more of it."
    outcome, place = Carrier(old, new).find(old.index("said so now"), old.index("said so now") + 7)
    assert (outcome, place) == ("moved", (new.index("said so now"), new.index("said so now") + 7))


def test_half_a_character_is_never_proposed():
    assert found("They said cafe today.", "They said cafe\u0301 today!", "cafe") == ("moved", "cafe\u0301")


def test_parts_go_with_the_words_and_one_that_is_gone_makes_it_moved():
    start = OLD.index("denied the claim")
    source, gone = OLD.index("The mayor"), OLD.index("reporters")
    parts = (Part("source", source, source + 9), Part("cue", start, start + 6))
    carrier = Carrier(OLD, "Correction. " * 9 + "\r\n" + OLD)
    shift = 12 * 9 + 2
    carried, kept = carrier.carry(start, start + 16, parts)
    assert carried == ("moved", (start + shift, start + 16 + shift))  # its source stands at the beginning no more
    assert kept == (Part("source", source + shift, source + 9 + shift), Part("cue", start + shift, start + 6 + shift))
    assert Carrier(OLD, OLD).carry(start, start + 16, parts) == (("same", (start, start + 16)), parts)
    carrier = Carrier(OLD, OLD.replace("she told reporters", "she said"))
    carried, kept = carrier.carry(start, start + 16, (Part("audience", gone, gone + 9),))
    assert carried.outcome == "moved"
    assert kept == ()


def test_a_script_without_spaces():
    old = (
        "市長は疑惑を否定した。報道官はコメントを控えた。"
        + "港の会議室で開かれた会見には多くの記者が集まった。" * 2
        + "関係者は匿名を条件に、協議は三月に終わったと述べた。その後の進展については誰も語らなかった。"
    )
    new = old.replace("三月", "四月")
    assert found(old, new, "否定") == ("same", "否定")
    assert found(old, new, "協議は三月に終わった") == ("moved", "協議は四月に終わった")


def test_a_word_is_not_cut_that_was_whole():
    assert found("They met. He denied the claim.", "They met. He denied the claims.", "denied the claim") == (
        "moved",
        "denied the claims",
    )
