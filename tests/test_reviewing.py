"""Agreement of a project on disk: what counts, what is left out and why, edits, and the passages behind figures."""

import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from annotator.criteria import Criteria, Side
from annotator.records import UserError
from annotator.reviewing import Cell, Difference, Review, ReviewCancelled
from annotator.splits import Manifest
from annotator.store import Store, edits
from tests.agreement import projects
from tests.builders import bring_in, bring_lines, by, line, span

WORDS = "They said no. "


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        yield store


def article(number):
    return f"Article {number}. " + WORDS * 4


def layer(number, name, *spans, **more):
    kind = more.pop("kind", "human")
    return line(article(number), *spans, annotator=by(name, kind), meta={"title": f"No. {number}"}, **more)


def excluded(found):
    return (
        {each.reason: each.documents for each in found.documents.excluded},
        {each.reason: each.layers for each in found.layers.excluded},
    )


def test_the_seed_has_its_figures_and_no_interval(store, seed):
    bring_in(store, seed / "seed.jsonl")
    found = Review(store).result()
    assert found.annotators == ["first", "second"]
    assert {label: round(each.value, 4) for label, each in found.alpha.labels.items()} == {
        "anonymous-source": -0.0069, "on-record": 0.2643, "denial": 0.8072, "non-comment": 0.8934,
    }  # fmt: skip
    assert round(found.alpha.any.value, 4) == 0.5109
    assert found.alpha.any.low is None is found.alpha.any.high
    measured = {name: round(getattr(found.f1, name), 4) for name in projects.MEASURES}
    assert measured == {
        "strict": 0.1290, "strict_any": 0.3226, "iou50": 0.5806, "iou50_any": 0.7742,
        "overlap": 0.6452, "overlap_any": 0.8387,
    }  # fmt: skip
    assert sum(found.boundary["denial"].kinds.values()) > 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(projects.projects(max_annotators=4))
def test_a_project_on_disk_has_the_figures_that_loops_over_its_characters_give(tmp_path_factory, project):
    folder = tmp_path_factory.mktemp("drawn")
    drawn = [document for document in project.documents if document.length]
    lines = [
        line(chr(0x1F600 + number) * document.length, *(span(*each) for each in spans), annotator=by(name))
        for number, document in enumerate(drawn)
        for name, spans in document.layers.items()
    ]
    with Store.create(folder / "p.annotator") as store:
        if lines:
            bring_lines(store, folder, *lines)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = Review(store).result()
    met = projects.Project(drawn, sorted({name for each in drawn for name in each.layers}))
    assert found.annotators == met.annotators
    for label in projects.LABELS:
        assert found.alpha.labels[label].value == pytest.approx(projects.alpha(met, label))
        assert found.f1.labels[label].overlap == pytest.approx(projects.f1(met, "overlap", label))
    assert found.alpha.any.value == pytest.approx(projects.alpha(met, "any"))
    assert found.f1.strict == pytest.approx(projects.f1(met, "strict"))
    assert found.documents.compared == len(met.compared)


def test_what_is_left_out_is_counted_by_its_reason(store, tmp_path):
    denial = span(0, 7)
    bring_lines(
        store, tmp_path,
        layer(0, "Ana", denial), layer(0, "Ben", denial),
        layer(1, "Ana", denial),  # alone
        layer(2, "Ana", denial, status="started"), layer(2, "Ben", status="unread"),
        layer(3, "Ana", denial, round="practice"), layer(3, "Ben", denial),
        layer(4, "Ana", denial, blind=False), layer(4, "Ben"),
        layer(5, "bert", denial, kind="model"), layer(5, "Ana", denial),
        line("Nobody read this."),
    )  # fmt: skip
    found = Review(store, Criteria(round="production", blind_only=True)).result()
    assert found.annotators == ["Ana", "Ben"]
    assert (found.documents.total, found.documents.compared, found.layers.compared) == (7, 1, 2)
    assert excluded(found) == (
        {
            "nobody finished it": 2,
            "only one annotator finished it": 2,
            "fewer than two of its finished layers are of those asked for": 2,
        },
        {
            "its annotator was not chosen": 1, "unread": 1, "started, not finished": 1, "of another round": 1,
            "not blind": 1, "nobody else finished the document": 4,
        },
    )  # fmt: skip


def test_without_criteria_every_finished_layer_of_a_person_counts(store, tmp_path):
    bring_lines(store, tmp_path, layer(0, "Ana", round="practice"), layer(0, "Ben", blind=False), layer(0, "Cem"))
    found = Review(store).result()
    assert (found.documents.compared, found.layers.compared) == (1, 3)
    assert excluded(found) == ({}, {})


def test_a_search_says_which_documents(store, tmp_path):
    both = [layer(number, name, span(0, 7)) for number in range(3) for name in ("Ana", "Ben")]
    bring_lines(store, tmp_path, *both)
    found = Review(store, Criteria(documents='"Article 1"')).result()
    assert (found.documents.total, found.documents.compared) == (3, 1)
    assert excluded(found) == ({"not found by the search": 2}, {"its document was not found by the search": 4})


def test_layers_made_by_another_guideline_or_finished_too_early_do_not_count(store, tmp_path):
    new, old = "a" * 64, "b" * 64
    bring_lines(
        store, tmp_path,
        layer(0, "Ana", guideline=new), layer(0, "Ben", guideline=new),
        layer(1, "Ana", guideline=old), layer(1, "Ben"),
    )  # fmt: skip
    found = Review(store, Criteria(guideline="AAAA")).result()
    assert excluded(found)[1] == {"made by another guideline": 2}
    assert Review(store, Criteria(since="2020-01-01")).result().documents.compared == 2
    late = Review(store, Criteria(since="2999-01-01")).result()
    assert excluded(late)[1] == {"finished before the day asked for": 4}
    with pytest.raises(UserError, match="no guideline whose hash begins with “c”.*aaaaaaaaaaaa"):
        Review(store, Criteria(guideline="c"))


def test_chosen_annotators_may_be_of_any_kind_and_must_exist(store, tmp_path):
    bring_lines(
        store, tmp_path, layer(0, "Ana", span(0, 7)), layer(0, "bert", span(0, 7), kind="model"), layer(0, "Ben")
    )
    found = Review(store, Criteria(annotators=["bert", "Ana"])).result()
    assert found.annotators == ["Ana", "bert"]
    assert found.f1.strict == 1
    with pytest.raises(UserError, match="no annotator named “Eva”. It has: Ana, Ben, bert"):
        Review(store, Criteria(annotators=["Eva"]))


def test_an_empty_project_and_one_annotator_alone_have_reasons_for_every_null(store, tmp_path):
    for expected in (0, 1):
        found = Review(store).result()
        assert len(found.annotators) == expected
        assert (found.alpha.any.value, found.f1.strict, found.pairs) == (None, None, [])
        assert {each.reason for each in found.undefined} == {"no document has two finished layers"}
        bring_lines(store, tmp_path, layer(0, "Ana", span(0, 7)))


def test_after_an_edit_one_document_read_again_gives_the_figures_of_a_new_review(store, tmp_path):
    bring_lines(
        store, tmp_path, *(layer(number, name, span(0, 7 + number)) for number in range(4) for name in ("Ana", "Ben"))
    )
    review = Review(store)
    with store.transaction() as connection:
        ids = dict(connection.exec_driver_sql("SELECT name, id FROM annotator").all())
        edits.change_annotations(connection, "Tag", 2, ids["Ana"], [edits.Change("new", (3, 9), "on-record")])
    review.changed(2)
    assert review.result() == Review(store).result()
    with store.transaction() as connection:
        edits.set_state(connection, "Reopen", 3, ids["Ben"], status="started")
    review.changed(3)
    assert review.result() == Review(store).result()
    assert review.result().documents.compared == 3
    review.changed(99)  # unknown: nothing happens
    assert review.result().documents.compared == 3


def test_the_passages_behind_the_cells_of_the_confusion_are_as_many_as_it_says(store, seed):
    bring_in(store, seed / "seed.jsonl")
    review = Review(store)
    names, counts = (review.result().confusion.labels, np.array(review.result().confusion.counts))
    for (i, one), (j, two) in product(enumerate(names), repeat=2):
        passages = review.passages(Cell(label=one, other=two))
        assert len(passages) == (counts[i, j] // 2 if i == j else counts[i, j])
        for each in passages:
            assert {mark.label if mark else "missed" for mark in (each.one, each.two)} == {one, two}


def test_a_passage_says_where_it_is_and_what_both_marked(store, tmp_path):
    bring_lines(
        store, tmp_path,
        layer(0, "Ben", span(12, 21)), layer(0, "Ana", span(12, 24), span(30, 34, "on-record")),
        layer(1, "Ana", span(0, 7)), layer(1, "Ben", span(0, 7), span(20, 30)),
    )  # fmt: skip
    review = Review(store)
    (boundary,) = review.passages(Cell(fate="boundary"))
    assert boundary[:5] == (1, "No. 0", "Ana", "Ben", "boundary")
    assert (tuple(boundary.one), tuple(boundary.two)) == ((12, 24, "denial"), (12, 21, "denial"))
    assert article(0)[boundary.start :].startswith(boundary.excerpt)
    assert Counter(each.fate for each in review.passages(Cell())) == {"boundary": 1, "missed": 2, "agreed": 1}
    assert [each.document_id for each in review.passages(Cell(), document_id=2)] == [2, 2]
    assert review.passages(Cell(), document_id=99) == []
    assert len(review.passages(Cell(), limit=2)) == 2
    assert review.passages(Cell(label="on-record"))[0].two is None
    assert len(review.passages(Cell(pair=("Ana", "Ben"), fate="missed"))) == 2
    with pytest.raises(ValueError, match="Eva"):
        review.passages(Cell(pair=("Ana", "Eva")))


def test_progress_is_told_and_a_review_can_be_cancelled(store, tmp_path):
    bring_lines(store, tmp_path, layer(0, "Ana"), layer(1, "Ana"))
    told = []
    Review(store, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 2)]
    with pytest.raises(ReviewCancelled):
        Review(store, cancelled=lambda: True)


def test_a_review_reads_and_writes_nothing(store, tmp_path):
    bring_lines(store, tmp_path, layer(0, "Ana", span(0, 7)), layer(0, "Ben"))
    before = store.path.read_bytes()
    with Store.open_to_read(store.path) as reader:
        Review(reader).passages(Cell())
    assert store.path.read_bytes() == before


def test_a_review_made_in_a_job_is_used_by_the_window(store, tmp_path):
    bring_lines(store, tmp_path, layer(0, "Ana", span(0, 7)), layer(0, "Ben", span(0, 8)))
    with ThreadPoolExecutor() as pool:
        review = pool.submit(Review, store).result()
    before = review.result()
    review.changed(1)
    assert review.result() == before == Review(store).result()


def test_trimmed_edges_make_spans_the_same_that_differ_by_them_alone(store, tmp_path):
    start = article(0).index("They")
    end = start + len("They said no")
    bring_lines(
        store, tmp_path, layer(0, "Ana", span(start, end)), layer(0, "Ben", span(start - 1, end + 1)),
        layer(1, "Ana", span(start, end)), layer(1, "Ben", span(start, end + 1)),
    )  # fmt: skip
    found = {
        trim: Review(store, Criteria(trim=trim)).result().f1.strict
        for trim in ((), ("white space",), ("white space", "final stop"))
    }
    assert found == {(): 0, ("white space",): 0, ("white space", "final stop"): 1}
    trimmed = Review(store, Criteria(trim=("white space", "final stop")))
    (passage,) = trimmed.passages(Cell(), document_id=1)
    assert (passage.fate, passage.one) == ("agreed", passage.two)


def test_differing_strings_are_counted_and_lead_to_their_passages(store, tmp_path):
    start = article(0).index("They")
    end = start + len("They said no")
    bring_lines(
        store, tmp_path,
        *(each for number in range(3) for each in (
            layer(number, "Ana", span(start, end)), layer(number, "Ben", span(start, end + 1)))),
        layer(3, "Ana", span(start, end)), layer(3, "Ben", span(start + 5, end)),
        layer(4, "Ana", span(start, end)), layer(4, "Ben", span(start, end + 1, "on-record")),
    )  # fmt: skip
    review = Review(store)
    stop, word = Difference("denial", "end", "."), Difference("denial", "start", "They ")
    assert review.strings() == [(stop, 3), (word, 1)]
    assert [each.document_id for each in review.passages(Cell(), difference=stop)] == [1, 2, 3]
    assert [each.document_id for each in review.passages(Cell(), difference=word)] == [4]
    assert len(review.passages(Cell(), 2, difference=stop)) == 2
    with pytest.raises(ReviewCancelled):
        review.strings(lambda: True)


def test_unsure_spans_are_questions_of_the_documents_asked_for(store, tmp_path):
    doubt = span(12, 21, unsure=True, note="Is this one?")
    bring_lines(
        store, tmp_path, layer(0, "Ana", doubt, status="started"), layer(1, "Ben", span(0, 7), doubt),
        layer(2, "bert", doubt, kind="model"),
    )  # fmt: skip
    found = Review(store).questions()
    assert [(each.title, each.annotator, each.note, tuple(each.mark)) for each in found] == [
        ("No. 0", "Ana", "Is this one?", (12, 21, "denial")),
        ("No. 1", "Ben", "Is this one?", (12, 21, "denial")),
    ]
    assert article(1)[found[1].start :].startswith(found[1].excerpt)
    assert len(Review(store).questions(1)) == 1
    assert [each.title for each in Review(store, Criteria(documents='"Article 1"')).questions()] == ["No. 1"]


def test_the_passages_of_an_annotator_are_those_of_all_pairs_with_them(store, tmp_path):
    bring_lines(store, tmp_path, *(layer(0, name, span(0, 7)) for name in ("Ana", "Ben", "Cem")))
    review = Review(store)
    assert [(each.a, each.b) for each in review.passages(Cell(annotator="Ben"))] == [("Ana", "Ben"), ("Ben", "Cem")]
    assert [card.annotator for card in review.cards()] == ["Ana", "Ben", "Cem"]


def finish_on(store, document, day):
    """Set the clock of a document's layers: their states are as if written on that day."""
    with store.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE layer_state SET at = ? WHERE document_id = ?", (f"{day} 12:00:00.000000", document)
        )


def test_the_trend_is_the_agreement_of_each_weeks_documents(store, tmp_path):
    bring_lines(
        store, tmp_path,
        *(layer(number, name, span(0, 7 + number * (name == "Ben"))) for number in range(4) for name in ("Ana", "Ben")),
        layer(4, "Ana"),
    )  # fmt: skip
    # 2026-11-22 is a Sunday.
    for document, day in {1: "2026-11-16", 2: "2026-11-22", 3: "2026-11-23", 4: "2025-12-31", 5: "2026-11-23"}.items():
        finish_on(store, document, day)
    trend = Review(store).trend()
    assert [(str(week.monday), week.documents) for week in trend] == [
        ("2025-12-29", 1),
        ("2026-11-16", 2),
        ("2026-11-23", 1),
    ]
    for week, words in zip(trend, ('"Article 3"', '"Article 0" OR "Article 1"', '"Article 2"'), strict=True):
        if " OR " not in words:
            assert week.alpha == Review(store, Criteria(documents=words)).result().alpha
    early = Review(store, Criteria(since="2026-11-23"))
    assert [(str(week.monday), week.alpha) for week in early.trend()] == [("2026-11-23", early.result().alpha)]
    found = Review(store).passages(Cell(), week=trend[1].monday)
    assert [passage.document_id for passage in found] == [1, 2]
    assert Review(store).passages(Cell(), week=trend[1].monday.replace(year=2020)) == []


def figures(found):
    return found.alpha, found.alpha_u, found.f1, found.loss, found.confusion, found.boundary


def predicted(number, *scores):
    spans = [span(9 * at, 9 * at + 7, **({} if each is None else {"score": each})) for at, each in enumerate(scores)]
    return layer(number, "bert-1", *spans, kind="model")


def test_a_least_score_gives_the_figures_of_a_project_without_the_other_predictions(store, tmp_path):
    people = [layer(number, "Ana", span(0, 7), span(10, 20), span(27, 30)) for number in range(3)]
    bring_lines(store, tmp_path, *people, *(predicted(number, 0.9, 0.4, None, 0.5) for number in range(3)))
    criteria = Criteria(annotators=["Ana", "bert-1"], threshold=0.5)
    review = Review(store, criteria)
    with Store.create(tmp_path / "fewer.annotator") as fewer:
        kept = [layer(number, "bert-1", span(0, 7), span(27, 34), kind="model") for number in range(3)]
        bring_lines(fewer, tmp_path, *people, *kept)
        expected = Review(fewer, criteria._replace(threshold=None))
        assert figures(review.result()) == figures(expected.result())
        assert review.passages(Cell()) == expected.passages(Cell())
    review.changed(2)  # read again by the same criteria
    assert figures(review.result()) == figures(Review(store, criteria).result())


def test_a_side_of_a_split_gives_the_figures_of_a_project_of_its_documents(store, tmp_path):
    lines = [
        each
        for number in range(5)
        for each in (layer(number, "Ana", span(0, 7 + number)), layer(number, "Ben", span(0, 9), span(12, 20)))
    ]
    bring_lines(store, tmp_path, *lines)
    members = [sha256(article(number).encode()).hexdigest() for number in (1, 4, 77)]
    side = Side("test", Manifest(seed=0, ratios=[1], sides={"test": members}))
    found = Review(store, Criteria(side=side)).result()
    with Store.create(tmp_path / "side.annotator") as only:
        bring_lines(only, tmp_path, *lines[2:4], *lines[8:])
        assert figures(found) == figures(Review(only).result())
    assert excluded(found) == ({"outside the split": 3}, {"its document is outside the split": 6})
    both = Review(store, Criteria(side=side, documents='"Article 1"')).result()
    assert excluded(both)[0] == {"not found by the search": 4}
    with pytest.raises(UserError, match="no side “dev”. It has: test"):
        Review(store, Criteria(side=Side("dev", side.manifest)))


def test_what_one_has_alone_and_where_nothing_belongs_can_be_asked_for(store, tmp_path):
    bring_lines(
        store,
        tmp_path,
        layer(0, "Ana", span(0, 7), negatives=[{"start": 20, "end": 25}, {"start": 40, "end": 42}]),
        layer(0, "bert-1", span(10, 15), span(15, 21), span(25, 30), kind="model"),
    )
    review = Review(store, Criteria(annotators=["Ana", "bert-1"]))
    assert [each.one.start for each in review.passages(Cell(alone="Ana"))] == [0]
    assert [each.two.start for each in review.passages(Cell(alone="bert-1"))] == [10, 15, 25]
    assert [each.two.start for each in review.passages(Cell(alone="bert-1"), on_negatives_of="Ana")] == [15]
