import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text import DocumentText
from tests.text.test_units import texts


def snapped(text: str, wanted: str) -> str | None:
    """Snap the one place in a text that reads as wanted."""
    assert text.count(wanted) == 1
    start = text.index(wanted)
    found = DocumentText(text).snap(start, start + len(wanted))
    return text[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("Odum denied it. She left.", " denied it. ", "denied it"),
        ("Odum denied it! She left.", "Odum denied it!", "Odum denied it"),
        ("“I deny it.” She left.", "“I deny it.” ", "“I deny it.”"),
        ("“I deny it. Now go.” She left.", "I deny it.", "I deny it."),
        ("He moved to the U.S. She left.", "to the U.S. ", "to the U.S."),
        ("He runs Acme Inc. She left.", "Acme Inc.", "Acme Inc."),
        ("Mr. Smith left.", "Mr.", "Mr."),
        ("On Monday, Odum spoke.", ", Odum spoke.", "Odum spoke"),
        ("Odum spoke, on Monday.", "Odum spoke, ", "Odum spoke"),
        ("He said no — loudly.", "He said no — ", "He said no"),
        ("A lot: “I deny it.”", ": “I deny it.”", "“I deny it.”"),
        ("One. Two.", " ", None),
        ("你好。我不知道。", "你好。", "你好"),
    ],
)
def test_snapping_leaves_out_what_nobody_means(text: str, wanted: str, expected: str | None) -> None:
    assert snapped(text, wanted) == expected


def test_without_trimming_only_whole_graphemes_are_taken() -> None:
    text = DocumentText("A e\u0301. ")
    assert text.snap(1, 3, trim=False) == (1, 4)
    assert text.snap(2, 2, trim=False) is None


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("the U.S. Army", 5, "U.S."),
        ("the president's car", 8, "president's"),
        ("the 1,000th day", 6, "1,000th"),
        ("a back-channel talk", 8, "back-channel"),
        ("a cafe\u0301 table", 3, "cafe\u0301"),
        ("no, yes", 2, "no"),
        ("no  yes", 3, ""),
    ],
)
def test_a_word_is_what_an_editor_calls_one(text: str, at: int, expected: str) -> None:
    start, end = DocumentText(text).word(at)
    assert text[start:end] == expected


def test_moving_by_word_goes_to_its_far_side() -> None:
    text = DocumentText("He said “no” — twice.")
    stops = [2, 7, 11, 20, 21, 21]
    at = 0
    for stop in stops:
        at = text.next_word(at)
        assert at == stop
    for stop in (15, 9, 3, 0, 0):
        at = text.previous_word(at)
        assert at == stop


def test_words_are_found_beyond_a_long_gap() -> None:
    text = DocumentText("one" + " " * 2_000 + "two")
    assert text.next_word(3) == 2_006
    assert text.previous_word(2_003) == 0


NEWS = DocumentText(
    "The vote was close. “I lost. I accept it,” Odum said. Nobody moved.\n\n"
    "The sayings of the day were few. He declined to elaborate. It rained."
)


def test_the_sentence_at_a_position_holds_or_touches_it() -> None:
    first, second, third = NEWS.sentences[:3]
    assert NEWS.sentence_at(0) == first
    assert NEWS.sentence_at(first[1]) == first
    assert NEWS.sentence_at(second[0]) == second
    assert NEWS.sentence_at(second[1] - 20) == second
    assert NEWS.sentence_at(third[1] + 1) == third
    assert DocumentText(" \n").sentence_at(0) is None
    assert DocumentText("").sentence_at(0) is None


def test_next_and_previous_sentence_go_through_all_and_stop() -> None:
    forward, at = [], 0
    while found := NEWS.next_sentence(at):
        forward.append(found)
        at = found[1]
    backward, at = [], len(NEWS.text)
    while found := NEWS.previous_sentence(at):
        backward.append(found)
        at = found[0]
    assert tuple(forward) == NEWS.sentences == tuple(backward[::-1])


def test_the_next_quotation_comes_with_its_marks() -> None:
    found = NEWS.next_quotation(0)
    assert found
    assert NEWS.text[slice(*found)] == "“I lost. I accept it,”"
    assert NEWS.next_quotation(found[1]) is None


def test_a_cue_is_a_whole_word_in_any_form() -> None:
    with_cue = [NEWS.text[slice(*sentence)] for sentence in NEWS.sentences if NEWS.has_cue(sentence)]
    assert with_cue == ["“I lost. I accept it,” Odum said.", "He declined to elaborate."]
    for cue in ("DENIED", "according to", "Could not be reached", "rejection", "unnamed", "emphasised"):
        assert DocumentText(f"x {cue} x").has_cue((0, len(cue) + 4))
    for word in ("essay", "assay", "callous", "restatement", "according"):
        assert not DocumentText(f"x {word} x").has_cue((0, len(word) + 4))


def test_cue_sentences_are_those_with_a_cue_or_a_quotation() -> None:
    text = DocumentText("It’s the dogs' home. A “free” lunch. It rained. She denied it. It rained.")
    found = text.next_cue_sentence(0)
    assert found == text.sentences[1]
    assert text.next_cue_sentence(found[1]) == text.sentences[3]
    assert text.next_cue_sentence(text.sentences[3][1]) is None


def test_growing_goes_through_the_units_and_shrinking_back() -> None:
    text = DocumentText("On Monday, Odum said: “The levee held; it is safe.” They left.")
    at = text.text.index("levee")
    steps, selection = [], (at, at)
    while (larger := text.grow(*selection)) != selection:
        selection = larger
        steps.append(selection)
    assert [text.text[slice(*step)] for step in steps] == [
        "levee",
        "“The levee held",
        "“The levee held; it is safe.”",
        "On Monday, Odum said: “The levee held; it is safe.”",
    ]
    for smaller in [*steps[-2::-1], (at, at)]:
        selection = text.shrink(*selection, at)
        assert selection == smaller


def test_growing_reaches_the_whole_of_an_unbroken_quotation() -> None:
    text = DocumentText("“No. Never.\n\n“Not now,” he said. He left.")
    selection = text.grow(*text.grow(*text.grow(2, 2)))
    assert text.text[slice(*selection)] == "“No. Never.\n\n“Not now,”"


def test_a_selection_over_two_sentences_grows_to_both() -> None:
    text = DocumentText("He came late. She left early.")
    assert text.grow(8, 18) == (0, 28)


@given(texts, st.data())
def test_growing_never_loses_anything_and_ends(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    document = DocumentText(text)
    for _ in range(50):
        larger = document.grow(start, end)
        assert larger[0] <= start <= end <= larger[1]
        if larger == (start, end):
            return
        start, end = larger
    raise AssertionError("growing does not end")


@given(texts, st.data())
def test_every_move_stays_in_the_text_and_goes_where_it_says(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    document = DocumentText(text)
    for start in (False, True):
        assert 0 <= document.clause_left(at, start=start) <= at
        assert at <= document.clause_right(at, start=start) <= len(text)
    assert at <= document.next_word(at) <= len(text)
    assert 0 <= document.previous_word(at) <= at
    following, previous = document.next_sentence(at), document.previous_sentence(at)
    assert following is None or following[0] >= at
    assert previous is None or previous[0] < at


def occurrences(text: str, wanted: str) -> list[int]:
    start = text.index(wanted)
    return [found[0] for found in DocumentText(text).occurrences(start, start + len(wanted))]


def test_every_other_whole_occurrence_is_found() -> None:
    assert occurrences("He said. She said so. He said it; unsaid, He said", "He said") == [22, 42]
    assert occurrences("sources say; resources; sources_2; sources", "sources") == [35]
    assert occurrences("“no” and “no”, “no", "“no”") == [9]
    assert occurrences("cafe cafe\u0301 cafe", "cafe") == [11]
    assert occurrences("a a a", "a") == [2, 4]


def test_nothing_occurs_nowhere_else() -> None:
    assert DocumentText("a a").occurrences(1, 1) == []
    assert DocumentText("aa aa").occurrences(0, 1) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_a_line_of_white_space_is_blank_and_the_ends_of_others_are_not(end: str) -> None:
    text = f"{end}One. {end} {end}{end}  Two.{end}"
    document, lines, start = DocumentText(text), text.splitlines(keepends=True), 0
    for line in [*lines, ""]:
        for position in range(start, start + len(line.removesuffix(end)) + 1):
            assert document.is_blank_at(position) == (not line.strip()), (position, text)
        start += len(line)


def test_a_text_without_words_is_blank() -> None:
    assert DocumentText("").is_blank_at(0)
    assert DocumentText(" \n ").is_blank_at(2)
