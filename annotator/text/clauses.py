"""Where clauses meet: the places at which a span is likely to begin or end.

No grammar is parsed: punctuation, quotation marks and the words that open a clause ("which"), a
circumstance ("during", "last week") or a report ("the claims that") are enough, and one key more
is cheap where they are wrong.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from annotator.text import cues
from annotator.text.graphemes import Range
from annotator.text.quotations import MARKS

SEPARATORS = ",;:،؛、；：，"  # noqa: RUF001

_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = (
    r"(?:Jan(?:uary|\.)|Feb(?:ruary|\.)|March|April|May|June|July|Aug(?:ust|\.)"
    r"|Sept(?:ember|\.)|Oct(?:ober|\.)|Nov(?:ember|\.)|Dec(?:ember|\.))"
)
_PERIOD = rf"(?:{_DAY}|{_MONTH}|week(?:end)?|month|year|night|summer|autumn|fall|winter|spring)"

# Not the comma of "1,000" and "Jan. 5, 2024", nor one that stands before a closing mark.
_PUNCTUATION = rf"\s*(?:[{SEPARATORS}](?![\d{re.escape(MARKS)}])(?!\s+[12]\d\d\d\b)|\s[-–—]+(?=\s)|—)\s*"

_SUBORDINATE = r"""
    that|which|who|whom|whose|because|although|though|while|whereas|unless|whether|if|when|where
    |until|once|as(?=\s+(?:he|she|they|it|we|I|you)\b)
"""
_RELATIVE = r"(?:in|on|at|by|for|from|to|of|with|under|during|through)\s+wh(?:ich|om|ose)"
_CIRCUMSTANCE = rf"""
    during|after|before|since|amid|amidst|throughout|despite|regarding|concerning|following
    |ahead\s+of|in\s+response\s+to
    |in\s+an?\s+(?:\w+\s+){{0,2}}(?:statement|interview|post|e-?mail|letter|speech|tweet|call|report|message|filing)
    |at\s+an?\s+(?:\w+\s+){{0,2}}(?:rally|conference|briefing|hearing|event|meeting)
    |(?:on|last|this|next|late|early|by)\s+(?:(?:late|early|last|this|next)\s+)?{_PERIOD}
    |in\s+(?:(?:late|early|mid)[\s-])?(?:{_MONTH}|[12]\d\d\d)
    |(?:earlier|later)(?=\s+(?:this|that|in|on|{_DAY}))
"""
_UNIT = r"(?:minute|hour|day|week|month|year)s?"
_AMOUNT = rf"(?:(?:about|just|only|some|nearly)\s+)?(?:an?|one|two|three|four|five|several|\d+)\s+{_UNIT}"
# After these the writer sets a report beside another event: "The denial comes amid ..."
_LINK = rf"""
    (?:follows|followed)(?!\s+(?:by|through|up)\b)
    |(?:comes|came|come)\s+(?:(?:{_AMOUNT}|{_UNIT}|just|only|shortly|less\s+than|more\s+than)\s+)*
        (?:as|amid|at|during|after|before|ahead|despite)
"""
# What follows these belongs to the circumstance that they begin.
_BEGUN = [
    *("about", "just", "only", "some", "nearly", "earlier", "later"),
    *(unit + plural for unit in ("minute", "hour", "day", "week", "month", "year") for plural in ("", "s")),
]
_NOT_AFTER = "".join(rf"(?<!\b{word})" for word in _BEGUN)
_REPORT = r"""
    according\s+to|saying|stating|adding|citing|calling|claiming|telling|insisting|warning|arguing|noting
"""
_REPORT_NOUN = r"""
    (?:(?:the|an?|his|her|their|its|these|those|any|such|no)\s+(?:\w+\s+)?)?
    (?:claims?|allegations?|accusations?|reports?|rumou?rs?|suggestions?|denials?|assertions?)
    (?:\s+that\b|(?=\s+(?:by|made|from|of|about)\b))
"""
_CONJUNCTION = r"(?:and|but|or|yet|so)\s+"


@cache
def _edge() -> re.Pattern[str]:
    """Match what stands between two clauses, as the group `between`, or `before` a report's noun."""
    verbs = "|".join([*cues.words(cues.REPORTING), *cues.words(cues.REJECTING)])
    predicate = rf"""(?:(?:is|was|were|are|has|have|had|will|would|can|could|may|might|must|should|does|did|do
        |not|never|later|then|also|instead|he|she|they|it|we|I|you|that|who|there|[a-z]{{3,}}ed|{verbs})\b)"""
    return re.compile(
        rf"""\b(?:{verbs})(?:\s+\w+){{0,4}}?\s+that\b  # a cue and what it reports are one
        |(?P<between>
            (?:{_PUNCTUATION})(?:{_CONJUNCTION})?
            |\s+(?:but\s+|{_CONJUNCTION}(?={predicate}))
            |{_NOT_AFTER}\s+(?=(?:{_SUBORDINATE}|{_CIRCUMSTANCE}|{_REPORT})\b)
            |\s+(?=\()|(?<=\))\s+
        )|(?P<before>{_NOT_AFTER}\s+)(?:
            {_REPORT_NOUN}
            |(?:{_LINK}|{_AMOUNT}\s+(?:before|after|earlier|later|ago)|{_RELATIVE})\b
        )""",
        re.VERBOSE,
    )


def edges(text: str, sentence: Range, last: int, quotations: Sequence[Range], inner: Sequence[int]) -> list[Range]:
    """Return the edges of a sentence's clauses from left to right, its own two ends among them.

    An edge is a range: one clause ends where it starts, the next begins where it ends; only white
    space, separating punctuation and a conjunction stand between. `last` is where the sentence ends
    without its stop, `inner` are the sentence starts within its quotations.
    """
    start, end = sentence
    found = [(start, start), (last, end)]
    found += [match.span(match.lastgroup) for match in _edge().finditer(text, start, last) if match.lastgroup]
    for opening, closing in quotations:
        found.append((_space_before(text, opening, start), opening))
        found.append((closing, _space_after(text, closing, end)))
    found += [(_space_before(text, position, start), position) for position in inner]
    return list(_merge(sorted(edge for edge in found if start <= edge[0] and edge[1] <= end)))


def _merge(found: Sequence[Range]) -> Iterator[Range]:
    """Join edges that touch: no clause stands between them."""
    left, right = found[0]
    for start, end in found[1:]:
        if start <= right:
            right = max(right, end)
        else:
            yield left, right
            left, right = start, end
    yield left, right


def _space_before(text: str, position: int, limit: int) -> int:
    while position > limit and text[position - 1].isspace():
        position -= 1
    return position


def _space_after(text: str, position: int, limit: int) -> int:
    while position < limit and text[position].isspace():
        position += 1
    return position


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(
        rf"""[\s{SEPARATORS}–—-]*(?:
            (?P<subordinate>(?:{_RELATIVE}|{_SUBORDINATE})\b)
            |(?P<circumstance>(?:{_CIRCUMSTANCE}|{_LINK}|{_DAY}|{_AMOUNT}\s+(?:before|after|earlier|later|ago))\b)
        )""",
        re.VERBOSE | re.IGNORECASE,
    )


def opening(text: str) -> Literal["subordinate", "circumstance"] | None:
    """Tell what a piece of a sentence begins with: a subordinate clause, a circumstance, or neither that we know."""
    match = _opening().match(text)
    if match is None:
        return None
    return "subordinate" if match.lastgroup == "subordinate" else "circumstance"
