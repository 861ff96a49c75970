"""What the figures of a report are: short, from `docs/agreement.md`, which says it in full."""

DEFINITIONS = """
alpha: Krippendorff’s alpha, nominal: each character is inside a label or not. 1 is full agreement, 0 is what chance
  would give, below 0 is worse. Usually .8 is asked for, .667 at the least for tentative conclusions. “Any label”:
  being inside some label. The mean is over the labels that have a value.
95 %: Each compared document is left out in turn; the interval is what the values that this gives differ by. There
  is none with one document, or where one of those values is not defined.
alpha-u: Krippendorff’s alpha-u of 2004, which also sees how a stretch was cut into spans. Merged: spans counted
  into one that they overlap, of the same annotator and label.
F1: Twice the matches over all spans of two annotators. Strict: the same bounds; half: intersection over union of a
  half or more; overlap: any. With the same label, or with any.
loss: Boundary: F1 by overlap less strict F1. Label: F1 by overlap with any label, less with the same. Missed: what
  is left to 1. By label it is a share of the label’s spans. A label loss can be slightly negative; it stays so.
confusion: Spans of the same label are matched first, then the rest; what has no counterpart is missed. Each match
  counts both ways, so a row sums to the spans of its label over all pairs.
boundaries: Of matches whose bounds differ: the mean of how many characters later the second of two names begins and
  ends, the median of the characters that only one of the two has, and what stands between the edges.
coefficients: Observed agreement, Cohen’s kappa of a pair, Fleiss’ kappa and Gwet’s AC1 over characters, for papers.
  Where labels are rare, AC1 mostly says that most text has no label.
compared: Documents that two annotators or more have finished. A finished layer without spans is data; one that is
  not finished is missing. Sums are taken over all documents, never averaged over them.
"""


def definitions() -> list[list[str]]:
    """Return each term and what it is."""
    entries = DEFINITIONS.strip().replace("\n  ", " ").splitlines()
    return [entry.split(": ", 1) for entry in entries]
