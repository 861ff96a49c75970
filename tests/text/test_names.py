"""Names found and replaced: by construction, from pieces of which it is known what they are."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.names import Names, Replaced, fold

NAMES = {
    "Jane Doe": "SRC-1",
    "Doe": "SRC-1",
    "Zoë O’Hara": "SRC-22",
    "山田": "SRC-333",
    "Müller-Groß": "X",
    "Ann": "Somebody else",
}
SPELLINGS = {
    "Jane Doe": ["Jane Doe", "JANE DOE", "Jane\u00a0 Doe", "Ja\u00adne\nDoe", "jane\r\ndoe", "Ｊane Doe"],
    "Doe": ["Doe", "DOE", "D\u2060oe"],
    "Zoë O’Hara": ["Zoë O’Hara", "Zoe\u0308 O'Hara", "ZOË  O‘HARA"],
    "山田": ["山田"],
    "Müller-Groß": ["Müller-Groß", "Mu\u0308ller‑Gross", "MÜLLER-GROSS"],
    "Ann": ["Ann", "ann"],
}  # fmt: skip
BETWEEN = st.sampled_from(
    [" ", ", ", ".\r\n", " 😀 ", "’s ", " annual ", " Doette ", " Janes ", "👨‍👩‍👧", " e\u0301 ", "\n\n", " (", ") ", "氏は", " “No,” ", "-", " x_Doe ",
     " Doe\u0301 ", "\u2028", " 🇩🇪🇫🇷 "]
)  # fmt: skip


@st.composite
def pieces(draw):
    """Return pieces of a text: words between names, and names in some spelling with what replaces each."""
    found = [(draw(BETWEEN), None)]
    for name in draw(st.lists(st.sampled_from(sorted(NAMES)), max_size=8)):
        found.append((draw(st.sampled_from(SPELLINGS[name])), NAMES[name]))
        found.append((draw(BETWEEN), None))
    return found


def laid_out(pieces):
    """Return the text, the text as it is to be, and where each position goes as a start and as an end."""
    old = new = ""
    starts, ends = {0: 0}, {0: 0}
    for said, replacement in pieces:
        become = said if replacement is None else replacement
        for offset in range(len(said) + 1):
            at = len(old) + offset
            within = replacement is not None and 0 < offset < len(said)
            starts[at] = (
                len(new) if within else len(new) + (offset if replacement is None else (offset and len(become)))
            )
            ends[at] = len(new) + len(become) if within else starts[at]
        old, new = old + said, new + become
    return old, new, starts, ends


@given(pieces(), st.data())
def test_the_names_are_replaced_and_every_span_goes_with_its_text(pieces, data):
    old, new, starts, ends = laid_out(pieces)
    names = Names(NAMES)
    replaced = Replaced(old, names.found(old))
    assert replaced.text == new == names.replaced(old)
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    assert replaced.span(start, end) == (starts[start], ends[end])


@given(pieces())
def test_no_name_remains_and_replacing_again_changes_nothing(pieces):
    names = Names(NAMES)
    replaced = names.replaced(laid_out(pieces)[0])
    assert names.replaced(replaced) == replaced


@given(st.text(max_size=40), st.dictionaries(st.text(min_size=1, max_size=5), st.just("SRC-1"), max_size=4), st.data())
def test_of_any_text_and_any_names_what_stands_outside_stays_and_order_is_kept(text, names, data):
    found = Names(names).found(text)
    replaced = Replaced(text, found)
    at = 0
    for each in found:  # disjoint, in order, not empty, and read as one of the names
        assert at <= each.start < each.end <= len(text)
        at = each.end
        assert fold(text[each.start : each.end]) in {fold(name) for name in names}
    points = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    moved = [replaced.span(point, point) for point in points]
    assert [start for start, _ in moved] == sorted(start for start, _ in moved)
    assert [end for _, end in moved] == sorted(end for _, end in moved)
    cuts = [0, *(point for each in found for point in (each.start, each.end)), len(text)]
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        assert replaced.text[slice(*replaced.span(start, end))] == text[start:end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Doe", "SRC-1"), ("Does", "Does"), ("Doe's", "SRC-1's"), ("(Doe)", "(SRC-1)"), ("Doe-like", "SRC-1-like"), ("_Doe", "_Doe"),
        ("Jane, Doe", "Jane, SRC-1"), ("Doe\u0301", "Doe\u0301"), ("Doe\u200d", "SRC-1"), ("山田氏は", "SRC-333氏は"), ("Jane Doe Doe", "SRC-1 SRC-1"),
        ("", ""), ("Jane\u200bDoe", "Jane\u200bDoe"), ("Ann Doe", "Somebody else SRC-1"), ("MÜLLER‑GROSS", "X"),
    ],
)  # fmt: skip
def test_whole_words_and_whole_graphemes(text, expected):
    assert Names(NAMES).replaced(text) == expected


def test_the_longest_of_names_that_begin_together_is_taken():
    names = {"Ann": "1", "Ann Lee": "2", "Ann Lee Smith": "3", "Lee": "4"}
    assert Names(names).replaced("Ann Lee Smith, Ann Lee Smithers, Ann Leeds, Lee Ann") == "3, 2 Smithers, 1 Leeds, 4 1"


def test_no_name_is_found_within_a_sign_that_stands_for_several():
    assert Names({"株式": "1", "1": "2"}).found("㍿ ½") == []


def test_one_name_is_one_in_every_composition_and_case():
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, "  Zoë\u00a0 STRAẞE ")) == "zoë strasse"
    assert fold("\u00ad\u200b") == fold(" ") == ""
    assert Names({"": "x", " ": "y", "\u00ad": "z"}).found("any \u00ad text") == []
