"""The text of a document: decoding, identity, units, sentences, clauses, quotations and snapping."""

from annotator.text.document import DocumentText
from annotator.text.encoding import Decoded, clean, decode, sha256
from annotator.text.graphemes import Range

__all__ = ["Decoded", "DocumentText", "Range", "clean", "decode", "sha256"]
