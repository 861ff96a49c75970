"""How a version is quoted: what differs whole, the rest as much as is needed."""

from annotator.ui.review.versions import KEPT, SHOWN, quoted

LONG = "word " * 100


def test_what_differs_is_told_from_what_does_not():
    text = "He said so in a statement"
    assert [tuple(each) for each in quoted(text, (0, 25, "denial"), ((10, 25),))] == [
        ("He said so", False),
        (" in a statement", True),
    ]
    assert [tuple(each) for each in quoted(text, (0, 10, "denial"), ((10, 25),))] == [("He said so", False)]


def test_long_pieces_keep_their_ends_and_those_that_differ_more_of_them():
    common, differing = quoted(LONG + "x" * 400, (0, 900, "denial"), ((500, 900),))
    assert common.text.startswith("word word") and " … " in common.text and len(common.text) <= 2 * KEPT + 3
    assert common.text.endswith("word ") and len(differing.text) <= SHOWN + 3 and differing.differs


def test_a_line_break_does_not_break_the_quotation():
    assert quoted("one\ntwo", (0, 7, "denial"), ())[0].text == "one two"
