"""Laws of carrying, whose oracle makes the corrected text itself and so knows where everything went."""

from hypothesis import example, given
from hypothesis import strategies as st

from annotator.carrying import AROUND, Carrier

# Little variety, so that the same words stand in many places; marks, emoji, line ends and scripts without spaces among them.
WORDS = [
    "he",
    "said",
    "no",
    "deal",
    "é",
    "e\u0301",
    "😀",
    "👩‍👩‍👧",
    "“Nein,”",
    "\r\n",
    "\n",
    ". ",
    ", ",
    " ",
    " ",
    "議員は",
    "否定",
    "a\u200db",
]
PIECES = st.lists(st.sampled_from(WORDS) | st.text("abz\u0301😀 .", min_size=1, max_size=6), max_size=40).map("".join)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(min_size=1, max_size=9), min_size=1, max_size=60).map("".join)


LONG = st.lists(st.sampled_from(WORDS), min_size=70, max_size=110).map("".join)


@st.composite
def corrections(draw, texts=TEXTS):
    """An old text, a new one, and for each code point of the old where it went: None where it was taken out."""
    old, new, went = [], [], []
    for kept, out, put_in in draw(st.lists(st.tuples(texts, PIECES, PIECES), min_size=1, max_size=6)):
        went += range(len("".join(new)), len("".join(new)) + len(kept))
        went += [None] * len(out)
        old += [kept, out]
        new += [kept, put_in]
    return "".join(old), "".join(new), went


@st.composite
def spans(draw):
    old, new, went = draw(corrections())
    start = draw(st.integers(0, len(old) - 1))
    end = draw(st.integers(start + 1, min(len(old), start + 60)))
    return old, new, went, start, end


@st.composite
def quiet_spans(draw):
    """A span of a text of long stretches that were kept, far enough from where they end, for the most part."""
    old, new, went = draw(corrections(LONG))
    far = [at for at in range(AROUND, len(old) - AROUND) if None not in went[at - AROUND : at + AROUND]]
    start = draw(st.sampled_from(far))
    return old, new, went, start, draw(st.integers(start + 1, min(len(old), start + 30)))


def untouched(old, new, went, start, end):
    """The true new start of a span that no edit came near, whose passage stands once in both texts; else None."""
    first, last = max(0, start - AROUND), min(len(old), end + AROUND)
    places = went[first:last]
    if None in places or places != list(range(places[0], places[0] + last - first)):
        return None
    passage = old[first:last]
    if sum(text.startswith(passage, at) for text in (old, new) for at in range(len(text))) != 2:
        return None
    edges_kept = (start >= AROUND or places[0] == 0) and (end + AROUND <= len(old) or places[-1] == len(new) - 1)
    return went[start] if edges_kept else None


@given(quiet_spans())
def test_what_no_edit_came_near_is_the_same_at_exactly_its_place(case):
    old, new, _, start, end = case
    place = untouched(*case)
    if place is not None:
        assert Carrier(old, new).find(start, end) == ("same", (place, place + end - start))


@given(spans())
def test_a_place_holds_text_and_what_is_the_same_has_the_same_words_and_surroundings(case):
    old, new, _, start, end = case
    outcome, place = Carrier(old, new).find(start, end)
    assert (outcome == "lost") == (place is None)
    if place:
        assert 0 <= place[0] < place[1] <= len(new)
    if outcome == "same":
        first, last = place
        assert new[first:last] == old[start:end]
        assert new[max(0, first - AROUND) : first] == old[max(0, start - AROUND) : start]
        assert new[last : last + AROUND] == old[end : end + AROUND]


@given(TEXTS, st.data())
@example("no no no", None)
def test_in_an_identical_text_everything_is_the_same_at_the_same_place(text, data):
    carrier = Carrier(text, text)
    for start in range(len(text)) if data is None else [data.draw(st.integers(0, len(text) - 1))]:
        assert carrier.find(start, len(text)) == ("same", (start, len(text)))
        assert carrier.find(start, start + 1) == ("same", (start, start + 1))


@st.composite
def numbered(draw):
    """Two texts of words that occur once each, and which words were taken out, put in, or written otherwise."""
    count = draw(st.integers(3, 120))
    changes = draw(st.dictionaries(st.integers(0, count - 1), st.sampled_from("-+~"), max_size=count // 2))
    old, new, where = "", "", {}
    for number in range(count):
        word, stop = f"w{number}", ".\r\n" if number % 11 == 7 else " "
        change = changes.get(number)
        if change == "+":
            new += f"new{number}😀 "
        where[number] = len(old), len(old) + len(word), None if change in ("-", "~") else len(new)
        if change == "~":
            new += f"Q{number}Z" + stop
        elif change != "-":
            new += word + stop
        old += word + stop
    return old, new, where


@given(numbered(), st.data())
def test_where_every_word_stands_once_it_is_never_the_same_elsewhere_and_what_was_taken_out_is_lost(case, data):
    old, new, where = case
    carrier = Carrier(old, new)
    for number in data.draw(st.sets(st.sampled_from(sorted(where)), max_size=10)):
        start, end, truth = where[number]
        outcome, place = carrier.find(start, end)
        if truth is None:
            still_stands = old[start:end] in new  # w1 stands in w12
            assert outcome == "lost" or still_stands, (old, new, place)
        elif outcome == "same" or new.count(old[start:end]) == 1:
            assert place == (truth, truth + end - start)


REPEATED = "The office did not answer questions. No lawyer was named, and nobody would say 😀 why on the record. "


@given(
    st.lists(st.sampled_from(["kept", "kept", "kept", "gone", "new", "changed"]), min_size=1, max_size=30), st.data()
)
def test_the_same_words_under_headings_that_stand_once_stay_under_theirs(changes, data):
    old, new, bodies = "", "", []
    for number, change in enumerate(changes):
        heading = f"Section {number} of {number * 7919}: the day. "
        if change != "new":
            old += heading
        if change != "gone":
            new += heading
        if change == "kept":
            bodies.append((len(old), len(new)))
        if change != "new":
            old += REPEATED
        if change != "gone":
            new += REPEATED.replace("lawyer", "judge") if change == "changed" else REPEATED
    carrier = Carrier(old, new)
    for at, truth in bodies:
        start = data.draw(st.integers(0, len(REPEATED) - AROUND - 1))
        end = data.draw(st.integers(start + 1, len(REPEATED) - AROUND))
        outcome, place = carrier.find(at + start, at + end)
        assert place == (truth + start, truth + end)
        if start >= AROUND:
            assert outcome == "same"
