"""The changes of a text as a person reads them: nothing of either text is missing."""

from hypothesis import given

from annotator.carrying.changes import changes
from tests.carrying.test_laws import corrections


@given(corrections())
def test_the_pieces_are_the_old_text_without_what_was_put_in_and_the_new_one_without_what_was_taken_out(case):
    old, new, _ = case
    pieces = list(changes(old, new))
    assert "".join(piece.text for piece in pieces if piece.kind != "in") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "out") == new


def test_what_did_not_change_far_from_any_change_is_skipped():
    old = "".join(f"Sentence {number} of it. " for number in range(60))
    pieces = [piece for piece in changes(old, old.replace("e 30 of", "e thirty of")) if piece.text]
    assert [piece.kind for piece in pieces] == ["skipped", "same", "out", "in", "same", "skipped"]
    assert [piece.text for piece in pieces if piece.kind in ("out", "in")] == ["30", "thirty"]
