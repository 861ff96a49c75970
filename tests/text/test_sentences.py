from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text import DocumentText
from tests.text.test_units import texts

# Written down from reading the article.
SEED = (
    (
        "The Kremlin has firmly denied reports that Russian President Vladimir Putin spoke with U.S. President-elect"
        " Donald Trump last week regarding the conflict in Ukraine."
    ),
    (
        "The allegations, initially reported by The Washington Post and later echoed by other outlets, suggested that"
        " Trump had urged Putin not to escalate the war in Ukraine during a phone call, citing the extensive U.S."
        " military presence in Europe."
    ),
    'Kremlin spokesperson Dmitry Peskov dismissed the reports as "pure fiction" during a Monday press call.',
    (
        '"There was no conversation. It is completely untrue. It is pure fiction; it is simply false information,"'
        " Peskov declared."
    ),
    "The denial casts doubt on the claims made by unnamed sources that the two leaders had engaged in direct talks.",
    (
        "Trump's communications director, Steven Cheung, offered a similarly vague response, stating, \"We do not"
        ' comment on private calls between President Trump and other world leaders."'
    ),
    (
        "The lack of confirmation from both sides has only fueled speculation about potential back-channel discussions"
        " as the conflict in Ukraine continues to unfold."
    ),
    (
        "The Washington Post's initial report claimed that Trump had advised Putin against escalating hostilities and"
        " reiterated the significant U.S. military presence in Europe."
    ),
    (
        "The conversation, if true, would mark the first direct communication between the two leaders since Trump's"
        " victory in the 2024 presidential election."
    ),
    (
        "It also suggested that Trump expressed interest in continued discussions to bring a resolution to the"
        " prolonged conflict in Ukraine."
    ),
    "Peskov's comments come amid heightened tensions between Russia and Ukraine.",
    (
        "Over the weekend, Ukraine launched a large-scale drone attack targeting Moscow and its suburbs, while Russia"
        " intensified strikes on civilian areas within Ukraine."
    ),
    "The ongoing violence has brought the war closer to its 1,000th day, with no signs of de-escalation.",
    (
        "The Kremlin's swift rejection of the alleged phone call follows Putin's public congratulatory remarks for"
        " Trump during a foreign policy forum in Sochi."
    ),
    'During his speech, Putin praised Trump for his "brave" conduct during an assassination attempt earlier this year.',
    (
        "Despite the apparent openness for dialogue expressed by both leaders, Peskov confirmed that there are"
        ' currently "no specific plans" for a conversation between them.'
    ),
    (
        'Throughout his campaign, Trump vowed to end the war in Ukraine "within a day" but has yet to outline a'
        " detailed plan for achieving such a resolution."
    ),
    (
        "His critics argue that such a promise lacks substance and raises questions about his approach to complex"
        " geopolitical issues."
    ),
    (
        "In the meantime, Trump's interactions with Ukrainian President Volodymyr Zelenskyy, including a confirmed"
        " conversation last week, suggest he is actively engaging with both sides of the conflict."
    ),
    (
        "The Biden administration, which has provided extensive military and economic aid to Ukraine since Russia's"
        " invasion in 2022, is expected to press Trump to maintain support for Kyiv during a traditional post-election"
        " Oval Office meeting scheduled for Wednesday."
    ),
    (
        "President Joe Biden's national security team has emphasized the importance of sustaining U.S. assistance to"
        " Ukraine to prevent further instability in Europe."
    ),
    (
        "Meanwhile, reports indicate that Russia is bolstering its military presence along its western border with"
        " Ukraine, allegedly with support from North Korean soldiers."
    ),
    (
        "According to U.S. intelligence, Moscow has amassed a force of 50,000 troops, including North Korean personnel,"
        " for a potential offensive aimed at driving Ukrainian forces out of the western Kursk region."
    ),
    (
        "The New York Times reported that around 10,000 North Korean soldiers, including high-ranking officers, have"
        " recently arrived in Russia, a development that Ukraine views as a significant escalation."
    ),
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in DocumentText(text).sentences]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_sentence_of_the_seed_is_found(seed: Path, line_end: str) -> None:
    text = (seed / "seed.txt").read_bytes().decode("utf-8").replace("\n", line_end)
    assert sentences(text) == list(SEED)


def test_curly_marks_and_apostrophes_change_nothing(seed: Path) -> None:
    text = (seed / "seed.txt").read_bytes().decode("utf-8").replace("'", "’")
    for opening in ('"pure', '"There', '"We', '"brave', '"no ', '"within'):
        text = text.replace(opening, "“" + opening[1:])
    text = text.replace('"', "”")
    assert [sentence.translate(str.maketrans("“”’", '""\'')) for sentence in sentences(text)] == list(SEED)


def test_one_long_paragraph_has_the_same_sentences_however_far_in() -> None:
    paragraph = " ".join(SEED)
    assert sentences(" ".join([paragraph] * 30)) == list(SEED) * 30


WHOLE = (
    "He met Mr. J. K. Smith of the U.S. Army on Jan. 5 at St. Mary's.",
    "Vice President J.D. Vance and Ms. Ana Ruiz wrote to Gov. Kay Ivey.",
    "Lt. Col. Jim Doe, Atty. Gen. Ken Paxton and Amb. Rita Sohl met Sens. Cruz and Lee.",
    "He arrived at 5 p.m. Monday and left at 6 a.m. EST.",
    "It rose 3.5 percent, to $4.5 million, e.g. in the U.K. and the EU.",
    "“I never signed it. I never saw it,” she said.",
    "‘I never signed it. I never saw it,’ she said.",
    "'I never signed it. I never saw it,' she said.",
    "«Je ne sais pas. Non.» he said.",
    "„Das stimmt nicht. Nein“, he said.",
    '"Is it true?" Dmitry Peskov asked reporters.',
    '"Stop it!" he shouted.',
    "\"What happened to the 'missing' money? Who has it?\" asked the judge.",
    "The mayor (he took office in May. He was elected twice.) declined to comment.",
    "“The workers’ pay is low. We can’t live on it,” she said.",
    "‘The workers’ pay is low. We can’t live on it,’ she said.",
)


@pytest.mark.parametrize("text", WHOLE)
def test_one_sentence_is_not_broken(text: str) -> None:
    assert sentences(text) == [text]


APART = (
    ["He lives in the U.S.", "He does not pay taxes."],
    ['"I deny it," he said.', '"I never did it."', "She left."],
    ["“It is false. It is absurd.”", "Peskov spoke on Monday."],
    ["The '90s were bad.", "Prices fell.", "The workers' pay rose."],
    ["It’s the dogs’ home.", "’Twas fine.", "They’re gone."],
    ["(He left.)", "She came."],
    ["He wrote [sic.] a lot.", "She did not."],
    ["你好。", "我不知道。", "再见！"],
    ["هل هذا صحيح؟", "نعم."],
    ["No way!", "Really?", "Yes."],
)


@pytest.mark.parametrize("expected", APART)
def test_sentences_are_told_apart(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


STRAY = (
    ['He said "no comment.', "I will not reply and then left.", "She went home."],
    ["He said “no comment.", "I will not reply and then left.", "She went home."],
    ['He wrote "so it is.', "She left.", 'Then he said "yes. Fine."', "They stayed."],
    ["It was 6' 2\" tall.", "She left.", "They stayed."],
    ["It is over.”", "She left.", "They stayed."],
)


@pytest.mark.parametrize("expected", STRAY)
def test_a_stray_mark_does_not_swallow_what_follows(expected: list[str]) -> None:
    rest = ["The vote was close.", '"It is done. It is over," Odum said.']
    assert sentences(" ".join(expected)) == expected
    assert sentences(" ".join(expected) + "\n\n" + " ".join(rest)) == expected + rest


def test_an_unbroken_quotation_over_paragraphs_is_one_sentence() -> None:
    text = "Odum wrote:\n\n“I never signed it. Never.\n\n“Nor did he.\n\n“That is all,” she said. He left."
    first = "“I never signed it. Never.\n\n“Nor did he.\n\n“That is all,” she said."
    assert sentences(text) == ["Odum wrote:", first, "He left."]


def test_an_open_quotation_ends_with_its_paragraph_unless_the_next_one_reopens_it() -> None:
    text = "He said “no. Never.\n\nShe left. They stayed.\n\n“Yes. Now,” he said."
    assert sentences(text) == ["He said “no.", "Never.", "She left.", "They stayed.", "“Yes. Now,” he said."]


def test_a_headline_is_a_sentence_of_its_own() -> None:
    assert sentences("Mayor denies leak\nBy Ana Ruiz\nThe mayor denied it. She left.") == [
        "Mayor denies leak",
        "By Ana Ruiz",
        "The mayor denied it.",
        "She left.",
    ]


def test_lines_wrapped_in_the_middle_of_a_sentence_are_joined() -> None:
    text = "The mayor denied on Monday\nthat she had seen the report. She\nleft.\n\nNobody followed."
    assert sentences(text) == [
        "The mayor denied on Monday\nthat she had seen the report.",
        "She\nleft.",
        "Nobody followed.",
    ]


@given(texts)
def test_sentences_are_apart_in_order_and_leave_out_only_white_space(text: str) -> None:
    document = DocumentText(text)
    covered = 0
    for start, end in document.sentences:
        assert covered <= start < end
        assert not text[covered:start].strip()
        assert text[start:end] == text[start:end].strip()
        covered = end
    assert not text[covered:].strip()


@given(texts, st.data())
def test_no_sentence_ends_inside_a_quotation(text: str, data: st.DataObject) -> None:
    document = DocumentText(text)
    for start, end in document.quotations:
        sentence = document.sentence_at(start)
        assert sentence is not None
        assert sentence[0] <= start < end <= sentence[1]


@given(texts, st.data())
def test_asking_in_any_order_gives_the_same_sentences(text: str, data: st.DataObject) -> None:
    whole, lazy = DocumentText(text), DocumentText(text)
    for position in data.draw(st.lists(st.integers(0, len(text)), max_size=5)):
        assert lazy.sentence_at(position) in (*whole.sentences, None)
    assert lazy.sentences == whole.sentences
    assert lazy.quotations == whole.quotations
