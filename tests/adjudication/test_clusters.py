"""Where lanes differ, against an oracle that goes character by character and pair by pair."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.adjudication.clusters import clusters, shuffled
from annotator.store.lanes import Article, Lane, SpanRow

NAMES = ["Ana", "Ben", "Cem", "Dan", "Eva", "Fay"]
LABELS = ["denial", "on-record"]
LENGTH = 30


def article(*layers, document_id=1, gold=()):
    """A document, whose layers are lists of (start, end, label)."""
    lanes = tuple(Lane(n, f"uid {n}", NAMES[n]) for n in range(len(layers)))
    rows = [SpanRow(f"{n}-{at}", n, *span) for n, layer in enumerate(layers) for at, span in enumerate(layer)]
    rows.sort(key=lambda row: (row.start, row.end, row.uid))
    golden = tuple(SpanRow(f"gold-{at}", 99, *span) for at, span in enumerate(gold))
    return Article(document_id, f"sha {document_id}", LENGTH, lanes, tuple(rows), golden, "unread")


def only(*layers, gold=()):
    (found,) = clusters([article(*layers, gold=gold)])
    return found


spans = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 9), st.sampled_from(LABELS)).map(
    lambda each: (each[0], min(each[0] + each[1], LENGTH), each[2])
)
layers = st.lists(st.lists(spans, max_size=5), min_size=2, max_size=6)


def components(every):
    """Sets of spans that share characters, found by merging sets until nothing changes."""
    groups = [({each}, set(range(each[1], each[2]))) for each in every]
    merging = True
    while merging:
        merging = False
        for a, b in combinations(groups, 2):
            if a[1] & b[1]:
                groups = [group for group in groups if group not in (a, b)] + [(a[0] | b[0], a[1] | b[1])]
                merging = True
                break
    return groups


def left_over(a, b):
    """Match two lists of spans as the definition says, and tell what was left over or paired unlike."""

    def iou(x, y):
        shared = min(x[1], y[1]) - max(x[0], y[0])
        return Fraction(shared, max(x[1], y[1]) - min(x[0], y[0])) if shared > 0 else 0

    free_a, free_b, labels, bounds = list(range(len(a))), list(range(len(b))), 0, 0
    for same in (True, False):
        pairs = [(i, j) for i in free_a for j in free_b if iou(a[i], b[j]) and (not same or a[i][2] == b[j][2])]

        def order(pair):
            x, y = a[pair[0]], b[pair[1]]
            starts, ends = sorted((x[0], y[0])), sorted((x[1], y[1]))
            return -iou(x, y), *starts, *ends, x[2] != y[2], *sorted((x[2], y[2]))

        for i, j in sorted(pairs, key=order):
            if i in free_a and j in free_b:
                free_a.remove(i)
                free_b.remove(j)
                labels += a[i][2] != b[j][2]
                bounds += a[i][:2] != b[j][:2]
    return len(free_a) + len(free_b), labels, bounds


def kind(versions):
    missed, labels, bounds = map(sum, zip(*(left_over(a, b) for a, b in combinations(versions, 2)), strict=True))
    return "missed" if missed else "label" if labels else "boundary" if bounds else None


@given(st.lists(layers, min_size=1, max_size=3))
@example([[[(0, 9, "denial")], [(0, 9, "denial")]], [[], []], [[], [(0, 1, "denial")]]])
def test_clusters_are_the_sets_of_overlapping_spans_and_their_kinds_those_of_the_matching(documents):
    articles = [article(*each, document_id=n) for n, each in enumerate(documents)]
    for each, found in zip(documents, clusters(articles), strict=True):
        every = [(n, *span, at) for n, layer in enumerate(each) for at, span in enumerate(layer)]
        expected = {(min(chars), max(chars) + 1): spans for spans, chars in components(every)}
        assert [(cluster.start, cluster.end) for cluster in found] == sorted(expected)
        for cluster in found:
            inside = expected[cluster.start, cluster.end]
            for version in cluster.versions:
                assert version.said == tuple(
                    sorted(span[1:4] for span in inside if span[0] == version.lane.annotator_id)
                )
            said = [version.said for version in cluster.versions]
            assert cluster.kind == kind(said)
            assert (cluster.kind is None) == (len(set(said)) == 1)


@given(layers, st.randoms())
def test_the_order_of_lanes_says_nothing_about_whose_they_are(each, random):
    whole = article(*each)
    other = list(whole.lanes)
    random.shuffle(other)
    renamed = tuple(lane._replace(name=lane.name[::-1]) for lane in other)
    assert [lane.annotator for lane in shuffled(whole)] == [
        lane.annotator for lane in shuffled(whole._replace(lanes=renamed))
    ]


def test_every_lane_is_the_first_of_some_document():
    firsts = {shuffled(article([], [], [], document_id=n))[0].name for n in range(40)}
    assert firsts == {"Ana", "Ben", "Cem"}


@given(layers)
def test_the_differing_stretches_are_the_characters_where_lanes_have_other_labels(each):
    for cluster in only(*each):
        differs = []
        for at in range(cluster.start, cluster.end):
            said = [sorted(label for s, e, label in version.said if s <= at < e) for version in cluster.versions]
            differs.append(any(one != said[0] for one in said))
        marked = {at for start, end in cluster.differences for at in range(start, end)}
        if any(differs):
            assert marked == {cluster.start + n for n, one in enumerate(differs) if one}
        else:
            assert cluster.differences == ((cluster.start, cluster.end),)


def test_a_majority_is_more_than_half():
    long, short = [(0, 9, "denial")], [(0, 5, "denial")]
    assert only(long, short)[0].majority is None
    assert only(long, short, [(0, 6, "denial")])[0].majority is None
    (cluster,) = only(long, short, long)
    assert cluster.versions[cluster.majority].said == tuple(long)
    (cluster,) = only(long, [], [])
    assert cluster.versions[cluster.majority].said == ()


def test_pairs_are_those_who_do_not_say_the_same():
    (cluster,) = only([(0, 9, "denial")], [(0, 9, "denial")], [])
    assert cluster.pairs == {("Ana", "Cem"), ("Ben", "Cem")}


@pytest.mark.parametrize(
    ("gold", "is_open"),
    [([], True), ([(8, 12, None)], False), ([(9, 12, "denial")], True), ([(3, 4, "denial")], False)],
)
def test_what_gold_says_where_a_cluster_is_settles_it(gold, is_open):
    (cluster,) = only([(2, 9, "denial")], [], gold=gold)
    assert cluster.is_open is is_open


def test_a_document_that_one_person_finished_has_nothing_to_compare():
    assert list(clusters([article([(0, 5, "denial")]), article([(0, 5, "denial")], [])])) != [[], []]
    assert next(clusters([article([(0, 5, "denial")])])) == []


def test_a_version_says_the_same_elsewhere_by_what_it_says_of_the_words_that_differ():
    text = "He said so again. She said it again, he did."
    (one,) = clusters([article([(0, 10, "denial")], [(0, 16, "denial")])._replace(length=len(text))])
    (two,) = clusters([article([(18, 35, "denial")], [(18, 29, "denial")])._replace(length=len(text))])
    assert one[0].differing(text) == two[0].differing(text) == "again"
    long = one[0].pattern([(0, 16, "denial")])
    assert [two[0].pattern(version.said) == long for version in two[0].versions] == [
        version.lane.name == "Ana" for version in two[0].versions
    ]
    assert one[0].pattern([(0, 13, "denial")]) not in (long, one[0].pattern([(0, 10, "denial")]))
    assert one[0].pattern([]) is None
