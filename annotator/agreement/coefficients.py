"""Coefficients for two annotators, and those that papers ask for, from whole counts of characters.

Cohen's kappa: J. Cohen, Educational and Psychological Measurement 20, 1960, p. 40. Fleiss' kappa: J. L. Fleiss,
Psychological Bulletin 76, 1971, p. 379. AC1: K. L. Gwet, British Journal of Mathematical and Statistical Psychology
61, 2008, pp. 29-48. Where annotators differ in number from document to document, the share of a label is the mean of
its shares at each character (Gwet, Handbook of Inter-Rater Reliability, 4th ed. 2014, ch. 2); else it is as published.
"""

from typing import NamedTuple

from annotator.agreement.undefined import NO_COMMON_DOCUMENT, NO_DOCUMENT, NO_TEXT, Reason

UNMARKED = Reason("neither has a character inside it")
EVERYWHERE = Reason("both have every character inside it")
NOBODY = Reason("no character of a compared document is inside it")
EVERYBODY = Reason("every character of every compared layer is inside it")


class Table(NamedTuple):
    """Two annotators and one label, over the documents that both finished, in characters."""

    characters: int
    a: int  # inside the label by the first
    b: int
    both: int


class Shares(NamedTuple):
    """Sums over the characters of compared documents, each of which has m annotators, c of them inside."""

    characters: int
    inside: float  # c / m
    agreeing: float  # (c (c-1) + (m-c) (m-c-1)) / (m (m-1))
    everywhere: bool  # c is m at every character


def kappa(table: Table, documents: int) -> float | Reason:
    """Return Cohen's kappa."""
    n, a, b, both = table
    chance = a * (n - b) + b * (n - a)
    return 2 * (n * both - a * b) / chance if chance else _reason(table, documents)


def pair_alpha(table: Table, documents: int) -> float | Reason:
    """Return Krippendorff's alpha of two annotators (`alpha` has the source)."""
    n, a, b, both = table
    chance = (a + b) * (2 * n - a - b)
    return 1 - (2 * n - 1) * (a + b - 2 * both) / chance if chance else _reason(table, documents)


def observed(shares: Shares, documents: int) -> float | Reason:
    """Return the share of pairs of annotators who agree at a character, averaged over characters."""
    if not shares.characters:
        return NO_TEXT if documents else NO_DOCUMENT
    return shares.agreeing / shares.characters


def fleiss(shares: Shares, documents: int) -> float | Reason:
    """Return Fleiss' kappa; of two annotators it is Scott's pi."""
    agreement = observed(shares, documents)
    if isinstance(agreement, Reason):
        return agreement
    if shares.inside == 0 or shares.everywhere:
        return EVERYBODY if shares.everywhere else NOBODY
    share = shares.inside / shares.characters
    chance = share**2 + (1 - share) ** 2
    return (agreement - chance) / (1 - chance)


def ac1(shares: Shares, documents: int) -> float | Reason:
    """Return Gwet's AC1."""
    agreement = observed(shares, documents)
    if isinstance(agreement, Reason):
        return agreement
    share = shares.inside / shares.characters
    chance = 2 * share * (1 - share)
    return (agreement - chance) / (1 - chance)


def _reason(table: Table, documents: int) -> Reason:
    if not documents:
        return NO_COMMON_DOCUMENT
    if not table.characters:
        return NO_TEXT
    return EVERYWHERE if table.a else UNMARKED
