"""Each annotator beside the rest, computed again by loops."""

import pytest
from hypothesis import given

from annotator.agreement.cards import Share
from tests.agreement import projects


@given(projects.projects(max_annotators=4))
def test_a_card_counts_what_loops_over_documents_count(project):
    cards = {card.annotator: card for card in projects.comparison(project).cards()}
    assert list(cards) == sorted(project.annotators)
    for name, card in cards.items():
        mine = [document for document in project.compared if name in document.layers]
        assert card.documents == len(mine)
        assert card.spans == sum(len(document.layers[name]) for document in mine)
        assert card.characters == sum(document.length for document in mine)
        for label in project.labels:
            own = [(len([s for s in d.layers[name] if s[2] == label]), other) for d in mine
                   for other in d.layers if other != name]  # fmt: skip
            others = [len([s for s in d.layers[other] if s[2] == label]) for d in mine
                      for other in d.layers if other != name]  # fmt: skip
            assert card.labels[label] == Share(sum(each for each, _ in own), sum(others))
        spans = sum(share.own + share.others for share in card.labels.values())
        same = sum(
            2 * min(d.layers[name].count(each), d.layers[other].count(each))
            for d in mine for other in d.layers if other != name for each in set(d.layers[name])
        )  # fmt: skip
        assert card.strict == (pytest.approx(same / spans) if spans else None)
        assert card.per_thousand == (pytest.approx(1000 * card.spans / card.characters) if card.characters else None)
