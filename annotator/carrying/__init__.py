"""Where annotations of an article stand in a corrected version of it. Pure functions of two texts.

A span is the *same* where its words and what stands around them are unchanged, and no doubt is left about the place;
*moved* where a place can be proposed; *lost* where there is none.
"""

from annotator.carrying.places import AROUND, Carrier, Found, Outcome

__all__ = ["AROUND", "Carrier", "Found", "Outcome"]
