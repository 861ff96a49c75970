"""Rulings in real projects: every disagreement is settled once, nobody's layer changes, and undo brings the queue back."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator import exporters
from annotator.adjudication import Wanted, queue, rulings
from annotator.store import Store, edits, lanes, undo
from tests.builders import TEXT, bring_lines, by, findings, line, parsed, span

EVERYTHING = Wanted()
LONG, SHORT = (20, 69, "anonymous-source"), (20, 44, "anonymous-source")


def project(store, folder, documents):
    """Bring in documents, each a dictionary of finished layers: lists of (start, end, label) by name."""
    lines = [
        line(TEXT + " " * n, *(span(*each) for each in layer), annotator=by(name), status="finished")
        for n, layers in enumerate(documents)
        for name, layer in layers.items()
    ]
    bring_lines(store, Path(folder), *lines)


def ids(store, wanted=EVERYTHING, person=None):
    with store.reading() as connection:
        return list(queue.documents(connection, wanted, person))


def left(store, wanted=EVERYTHING):
    with store.reading() as connection:
        found = queue.stream(connection, queue.documents(connection, wanted, None))
        return [each for clusters in found for each in clusters if each.is_open and wanted.takes(each)]


def rule(store, cluster, version=None, spans=None, reason=""):
    with store.transaction() as connection:
        if version is not None:
            ruling = rulings.taken(connection, cluster, version, reason)
        else:
            ruling = rulings.ruled(connection, cluster, spans or [], reason)
        return rulings.record(connection, "Rule", [ruling])


def take_agreed(store):
    every = ids(store)
    with store.transaction() as connection:
        return rulings.take_agreed(connection, "Take agreed", every)


def layers_of(store, *kinds):
    rows = f"""
        SELECT document_id, name, start, "end", label_id, attributes FROM annotation
        JOIN annotator ON annotator.id = annotator_id
        WHERE current AND NOT deleted AND kind IN ({", ".join(f"'{kind}'" for kind in kinds)}) ORDER BY 1, 2, 3, 4, 5, 6
    """
    with store.reading() as connection:
        return connection.exec_driver_sql(rows).all()


def gold_states(store):
    with store.reading() as connection:
        return dict(
            connection.exec_driver_sql(
                "SELECT document_id, status FROM layer_state JOIN annotator ON annotator.id = annotator_id "
                "WHERE kind = 'gold' AND current AND NOT deleted"
            ).all()
        )


layer = st.lists(
    st.tuples(st.integers(0, 90), st.integers(1, 12), st.sampled_from(["denial", "on-record"])).map(
        lambda each: (each[0], each[0] + each[1], each[2])
    ),
    max_size=3,
)
documents = st.lists(
    st.lists(layer, min_size=2, max_size=3).map(lambda each: dict(zip(("Ana", "Ben", "Cem"), each, strict=False))),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(max_examples=25)
@given(documents, st.data())
def test_each_disagreement_is_settled_once_and_undo_brings_the_queue_back(given_documents, data):
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder) / "p.annotator") as store:
        project(store, folder, given_documents)
        people, queues = layers_of(store, "human"), [left(store)]
        while found := left(store):
            cluster = data.draw(st.sampled_from(found))
            choice = data.draw(st.sampled_from([None, *range(len(cluster.versions))]))
            rule(store, cluster, choice)
            queues.append(left(store))
            assert {queue.key(each) for each in queues[-1]} == {queue.key(each) for each in found} - {
                queue.key(cluster)
            }
        if taken := take_agreed(store):
            queues.append([])
        assert take_agreed(store) == 0
        assert gold_states(store) == dict.fromkeys(ids(store), "finished")
        every = ids(store)
        with store.reading() as connection:
            assert not any(each.is_open for found in queue.stream(connection, every) for each in found)
        assert layers_of(store, "human") == people
        assert findings(store) == []
        assert taken >= 0
        for before in reversed(queues[:-1]):
            with store.transaction() as connection:
                undo.undo(connection)
            assert left(store) == before
        assert layers_of(store, "gold") == []


@settings(max_examples=25)
@given(documents)
def test_progress_counts_what_the_queue_holds(given_documents):
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder) / "p.annotator") as store:
        project(store, folder, given_documents)
        found = left(store)
        for cluster in found[::2]:
            rule(store, cluster, 0)
        every = ids(store)
        with store.reading() as connection:
            counted = queue.progress(connection, every, EVERYTHING, lambda *_: None, lambda: False)
        assert counted[:2] == (len(found[::2]), len(found))


@pytest.fixture
def three(store, tmp_path):
    """Two articles. In the first Ana and Cem have the long span and Ben the short one; all have the denial."""
    denial = (0, 19, "denial")
    project(
        store,
        tmp_path,
        [
            {"Ana": [denial, LONG], "Ben": [denial, SHORT], "Cem": [denial, LONG]},
            {"Ana": [SHORT], "Ben": [LONG], "Cem": []},
        ],
    )
    return store


def exported(store, path):
    exporters.export(store, path, exporters.ExportOptions(layer="gold", status="all"))
    return parsed(path)


def test_gold_says_whose_version_was_taken_and_why(three, tmp_path):
    first = left(three)[0]
    assert first.kind == "boundary"
    rule(three, first, first.majority, reason="the whole clause")
    (record,) = exported(three, tmp_path / "gold.jsonl")
    (found,) = record["spans"]
    assert (found["start"], found["end"], found["label"]) == LONG
    assert (found["taken_from"], found["reason"]) == ("Ana + Cem", "the whole clause")
    assert record["annotator"]["kind"] == "gold" and record["status"] == "started"
    take_agreed(three)
    record = exported(three, tmp_path / "again.jsonl")[0]
    assert [each["taken_from"] for each in record["spans"]] == ["Ana + Ben + Cem", "Ana + Cem"]
    assert record["status"] == "finished"


def test_pseudonyms_name_each_of_those_whose_version_was_taken(three, tmp_path):
    first = left(three)[0]
    rule(three, first, first.majority)
    for name, chosen in (("gold", "gold"), ("people", "each")):
        options = exporters.ExportOptions(layer=chosen, status="all", pseudonyms=True)
        exporters.export(three, tmp_path / f"{name}.jsonl", options)
    people = {each["annotator"]["name"] for each in parsed(tmp_path / "people.jsonl")}
    assert set(parsed(tmp_path / "gold.jsonl")[0]["spans"][0]["taken_from"].split(" + ")) < people


def test_nothing_here_is_a_negative_that_does_not_come_back(three, tmp_path):
    second = left(three)[1]
    assert second.kind == "missed"
    rule(three, second, spans=[], reason="hearsay")
    assert [queue.key(each) for each in left(three)] == [queue.key(left(three)[0])]
    (record,) = exported(three, tmp_path / "gold.jsonl")
    (negative,) = record["negatives"]
    assert (negative["start"], negative["end"], negative["kind"], negative["reason"]) == (
        20,
        69,
        "adjudicated",
        "hearsay",
    )


def test_a_span_of_the_adjudicators_own_is_taken_from_nobody(three, tmp_path):
    rule(three, left(three)[0], spans=[(20, 50, "anonymous-source")])
    (record,) = exported(three, tmp_path / "gold.jsonl")
    assert [(each["start"], each["end"], each["taken_from"]) for each in record["spans"]] == [(20, 50, None)]


def test_what_was_said_beyond_the_label_goes_into_gold_and_relations_with_it(store, tmp_path):
    spans = [span(*SHORT, id="x", identity="unnamed", source="one"), span(0, 19, id="y")]
    relations = [{"type": "answers", "from": "y", "to": "x"}]
    bring_lines(
        store, tmp_path,
        line(TEXT, *spans, annotator=by("Ana"), status="finished", relations=relations),
        line(TEXT, span(*SHORT), span(0, 19), annotator=by("Ben"), status="finished"),
    )  # fmt: skip
    assert left(store) == []
    assert take_agreed(store) == 2
    (record,) = exported(store, tmp_path / "gold.jsonl")
    denial, source = record["spans"]
    assert (source["identity"], source["source"]) == ("unnamed", "one")
    assert [(each["from"], each["to"]) for each in record["relations"]] == [(denial["id"], source["id"])]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(), 2),
        (Wanted(kind="missed"), 1),
        (Wanted(kind="label"), 0),
        (Wanted(label="denial"), 0),
        (Wanted(label="anonymous-source"), 2),
        (Wanted(pair=("Ana", "Cem")), 1),
        (Wanted(pair=("Ana", "Ben")), 2),
        (Wanted(round="production"), 2),
        (Wanted(round="calibration"), 0),
    ],
)
def test_the_queue_is_filtered(three, wanted, count):
    assert len(left(three, wanted)) == count


def test_the_queue_crosses_articles_both_ways_and_passes_over_what_was_deferred(three):
    first, second = left(three)
    every = ids(three)
    with three.reading() as connection:
        assert queue.first_open(connection, every, EVERYTHING, frozenset()) == first
        assert queue.first_open(connection, every, EVERYTHING, frozenset(), backwards=True) == second
        assert queue.first_open(connection, every, EVERYTHING, frozenset([queue.key(first)])) == second


def test_who_has_begun_an_article_does_not_get_it_before_finishing(three):
    first = ids(three)[0]
    with three.reading() as connection:
        ana = next(lanes.articles(connection, [first])).lanes[0].annotator_id
    with three.transaction() as connection:
        edits.set_state(connection, "Reopen", first, ana, status="started")
    assert ids(three, person=ana) == ids(three)[1:]
    assert first in ids(three)  # Ben and Cem still have it finished


def test_alike_are_those_of_the_same_kind_labels_and_words_where_somebody_says_the_same(store, tmp_path):
    two = {"Ana": [LONG], "Ben": [SHORT]}
    project(store, tmp_path, [two, {"Ana": [SHORT], "Ben": [LONG]}, two, {"Ana": [LONG], "Ben": []}])
    ruled, other, same, _missed = left(store)
    every = ids(store)
    with store.reading() as connection:
        found = queue.alike(connection, every, EVERYTHING, ruled, [SHORT])
        nobody = queue.alike(connection, every, EVERYTHING, ruled, [(20, 50, "anonymous-source")])
    assert [(each.cluster, each.cluster.versions[each.version].lane.name) for each in found] == [
        (other, "Ana"), (same, "Ben"),
    ]  # fmt: skip
    assert nobody == []
    with store.transaction() as connection:
        rulings.record(connection, "Alike", [rulings.taken(connection, each.cluster, each.version) for each in found])
    assert len(left(store)) == 2
    with store.transaction() as connection:
        undo.undo(connection)
    assert len(left(store)) == 4


def test_taking_what_all_agree_on_is_one_undo_and_includes_articles_without_spans(store, tmp_path):
    project(store, tmp_path, [{"Ana": [LONG], "Ben": [LONG]}, {"Ana": [], "Ben": []}])
    assert take_agreed(store) == 2
    assert set(gold_states(store).values()) == {"finished"}
    with store.transaction() as connection:
        undo.undo(connection)
    assert gold_states(store) == {} and layers_of(store, "gold") == []


def test_stopping_leaves_nothing_half_taken(store, tmp_path):
    project(store, tmp_path, [{"Ana": [LONG], "Ben": [LONG]}])
    every = ids(store)
    with pytest.raises(rulings.AdjudicationStopped), store.transaction() as connection:
        rulings.take_agreed(connection, "Take agreed", every, stopped=lambda: True)
    assert layers_of(store, "gold") == []
