import pytest

from annotator.text import DocumentText


def quotations(text: str) -> list[str]:
    return [text[start:end] for start, end in DocumentText(text).quotations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "no" and "never," she "yes".', ['"no"', '"never,"', '"yes"']),
        ("He said “no” and ‘never’.", ["“no”", "‘never’"]),
        ("“He told me ‘no’ twice,” she said.", ["“He told me ‘no’ twice,”"]),
        ("‘He told me “no” twice,’ she said.", ["‘He told me “no” twice,’"]),
        ("«Non», „nein“, »ja«, “yes“, ”no”, 「いいえ」.", ["«Non»", "„nein“", "“yes“", "”no”", "「いいえ」"]),
        ('He said:"No." Then—"Yes."', ['"No."', '"Yes."']),
        ('A 6\' 2" man of the "60s".', ['"60s"']),
        ("It's the dogs' home in the '90s, 'tis said.", []),
        ("It’s the dogs’ home in the ‘90s, ’tis said.", []),
        ("'I deny it,' he said of the '90s.", ["'I deny it,'"]),
        ("‘The workers’ pay is low,’ he said.", ["‘The workers’ pay is low,’"]),
        ('("No," he said.) ["Yes."]', ['"No,"', '"Yes."']),
        ('"', []),
        ('" "', []),
    ],
)
def test_marks_pair_up_as_a_reader_would_pair_them(text: str, expected: list[str]) -> None:
    assert quotations(text) == expected


def test_an_unbroken_quotation_over_paragraphs_is_one() -> None:
    text = '"One. Two.\n\n"Three.\n\n"Four," he said. "Five."'
    assert quotations(text) == ['"One. Two.\n\n"Three.\n\n"Four,"', '"Five."']


def test_a_forgotten_mark_costs_no_more_than_its_own_quotation() -> None:
    assert quotations("He said “no.\n\nShe said “yes.”") == ["“yes.”"]
    assert quotations('He said "no. She said "yes."') == ['"yes."']
    assert quotations("“No.” It is over.” “Yes.”") == ["“No.”", "“Yes.”"]


def test_dialogue_of_closed_quotations_is_not_one() -> None:
    assert quotations("“No.”\n\n“Yes.”\n\n“No.”") == ["“No.”", "“Yes.”", "“No.”"]


def test_only_what_is_asked_for_is_read() -> None:
    text = DocumentText("He said “no.” She left.\n\n" * 1_000 + "They stayed. " * 5_000)
    text.sentence_at(12_000)
    text.next_quotation(6_000)
    assert len(text._segments._passages) == 2
    text.sentence_at(len(text.text) - 1)
    assert len(text._segments._passages) == 3


def test_a_paragraph_read_in_pieces_is_cut_between_sentences_and_outside_quotations() -> None:
    text = "They stayed. He said: “I did not. I never did. I will not.” " * 1_000
    document = DocumentText(text)
    assert len(document.paragraphs) == 1
    assert len(document.quotations) == 1_000
    assert len(document.sentences) == 2_000
