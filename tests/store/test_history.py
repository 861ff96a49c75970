"""Versions as rows: packing, digests and which row is current."""

import json
from hashlib import blake2b, sha256

from hypothesis import given
from hypothesis import strategies as st

from annotator.assets import guideline_text
from annotator.records import Attributes
from annotator.store import edits
from annotator.store.history import join_parents, rows_in_effect, split_parents, state_uid
from annotator.store.tables import annotation
from tests.builders import TEXT

DIGESTS = st.lists(st.binary(min_size=16, max_size=16), unique=True)


@given(DIGESTS)
def test_parents_are_packed_sorted_and_come_back(digests):
    assert split_parents(join_parents(digests)) == tuple(sorted(digests))


def test_the_uid_of_a_state_is_that_of_its_document_and_annotator_alone():
    assert state_uid("a" * 64, "ana") == blake2b(f"{'a' * 64} ana".encode(), digest_size=16).hexdigest()


def test_a_digest_in_the_file_is_that_of_the_documented_json(store, document, ana):
    """By plain `json` and `hashlib`, as another program would compute it."""
    changed = edits.Change("one", (0, 9), "denial", Attributes(note="é", unsure=True))
    with store.transaction() as connection:
        edits.change_annotations(connection, "Tag", document, ana, [changed])
        edits.change_annotations(connection, "Remove", document, ana, [edits.Change("one", None)])
        rows = rows_in_effect(connection, annotation, "one")
        author = connection.exec_driver_sql("SELECT uid FROM annotator").scalar_one()
    content = {"attributes": {"note": "é", "unsure": True}, "end": 9, "label": "denial", "start": 0}
    content["guideline"] = sha256(guideline_text().encode()).hexdigest()
    parents = []
    for row, deleted in zip(sorted(rows, key=lambda row: row.id), (False, True), strict=True):
        identity = ["one", parents, sha256(TEXT.encode()).hexdigest(), author, content, deleted]
        plain = json.dumps(identity, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert row.digest == blake2b(plain.encode(), digest_size=16).digest()
        assert [parent.hex() for parent in row.parents] == parents
        parents = [row.digest.hex()]
