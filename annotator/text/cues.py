"""The words by which news copy says that somebody spoke, refused to speak, or denied."""

import re
from functools import cache
from itertools import groupby

from annotator.text.quotations import MARKS

# Every form is written out: English inflects these too irregularly for a rule to be shorter.
REPORTING = """
accuse accuses accused accusing; acknowledge acknowledges acknowledged acknowledging; add adds added adding;
admit admits admitted admitting; advise advises advised; affirm affirms affirmed affirming;
agree agrees agreed; allege alleges alleged alleging; announce announces announced announcing;
answer answers answered answering; argue argues argued arguing; ask asks asked asking;
assert asserts asserted asserting; assure assures assured assuring; boast boasts boasted boasting;
brief briefed briefing; call calls called calling; caution cautions cautioned cautioning;
cite cites cited citing; claim claims claimed claiming; comment comments commented commenting;
complain complains complained complaining; concede concedes conceded conceding;
conclude concludes concluded concluding; confirm confirms confirmed confirming;
contend contends contended contending; counter counters countered countering;
criticise criticises criticised criticising criticize criticizes criticized criticizing;
declare declares declared declaring; defend defends defended defending; describe describes described describing;
disclose discloses disclosed disclosing; echo echoes echoed echoing;
emphasise emphasises emphasised emphasising emphasize emphasizes emphasized emphasizing;
estimate estimates estimated; explain explains explained explaining; express expresses expressed expressing;
hint hints hinted hinting; imply implies implied implying; inform informs informed informing;
insist insists insisted insisting; joke jokes joked joking; lament laments lamented lamenting;
maintain maintains maintained maintaining; mention mentions mentioned mentioning; note notes noted noting;
pledge pledges pledged pledging; post posted posting; praise praises praised praising;
promise promises promised promising; quip quips quipped; quote quotes quoted quoting;
reaffirm reaffirms reaffirmed reaffirming; reiterate reiterates reiterated reiterating;
recall recalls recalled recalling; remark remarks remarked remarking;
repeat repeats repeated repeating; reply replies replied replying; report reports reported reporting;
respond responds responded responding; reveal reveals revealed revealing; rule ruled ruling;
say says said saying; state states stated stating; stress stresses stressed stressing;
suggest suggests suggested suggesting; swear swears swore sworn; tell tells told telling;
testify testifies testified testifying; threaten threatens threatened threatening;
tweet tweets tweeted tweeting; urge urges urged urging; vow vows vowed vowing; warn warns warned warning;
write writes wrote written writing
"""
REJECTING = """
challenge challenges challenged challenging; contradict contradicts contradicted contradicting;
decline declines declined declining; demur demurred; deny denies denied denying;
disavow disavows disavowed disavowing; dismiss dismisses dismissed dismissing;
dispute disputes disputed disputing; rebuff rebuffs rebuffed rebuffing; rebut rebuts rebutted rebutting;
refuse refuses refused refusing; refute refutes refuted refuting; reject rejects rejected rejecting;
repudiate repudiates repudiated repudiating
"""
NOUNS = """
accusation accusations; admission; allegation allegations; announcement; assertion assertions;
denial denials; rebuttal; refusal; rejection; rumour rumours rumor rumors; statement statements;
testimony; spokesman spokesmen spokesperson spokespeople spokeswoman spokeswomen;
anonymity anonymous anonymously unnamed unidentified
"""
PHRASES = """
according to; no comment; would not comment; could not be reached; was not available; were not available;
were not returned; was not returned; did not return; request for comment; requests for comment; seeking comment;
familiar with the matter; people familiar; in the words of; put it; made clear; made it clear; spoke out
"""


def words(text: str) -> list[str]:
    """Return the words of one of the lists above."""
    return text.replace(";", " ").split()


@cache
def pattern() -> re.Pattern[str]:
    """Return a pattern that finds any cue as whole words, in any case."""
    return re.compile(_alternatives(), re.IGNORECASE)


@cache
def hint() -> re.Pattern[str]:
    """Return a pattern that finds any cue, and any mark that may begin a quotation."""
    return re.compile(f"[{re.escape(MARKS)}]|{_alternatives()}", re.IGNORECASE)


def _alternatives() -> str:
    """Group the cues by their first letters: one long list is many times slower to search."""
    cues = {r"\s+".join(phrase.split()) for phrase in PHRASES.split(";")}
    cues.update(words(REPORTING), words(REJECTING), words(NOUNS))
    groups = groupby(sorted(cues), key=lambda cue: cue[:2])
    branches = [f"{first}(?:{'|'.join(cue[2:] for cue in group)})" for first, group in groups]
    return rf"\b(?:{'|'.join(branches)})\b"
