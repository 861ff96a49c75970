"""Splits: whole documents, near-duplicates together, old sides for ever."""

from hashlib import sha256

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.near_duplicates import Signatures
from annotator.records import UserError
from annotator.splits import Article, Manifest, interval_width, parse_ratios, read_manifest, split

LABELS = ("anonymous-source", "on-record", "denial", "non-comment")


def article_of(text, outlet=None, published=None, **labels):
    found = {label.replace("_", "-"): count for label, count in labels.items()}
    return text, Article(sha256(text.encode()).hexdigest(), outlet, published, found)


def split_of(pairs, **wanted):
    signatures = Signatures()
    for text, _ in pairs:
        signatures.add(text)
    manifest = wanted.pop("manifest", None) or Manifest(**{"seed": 1, "ratios": [80, 10, 10], **wanted})
    return split([article for _, article in pairs], signatures, manifest)


def side_of(manifest):
    return {member: side for side, members in manifest.sides.items() for member in members}


def story(number, length=120):
    """Return an article that shares no run of five words with another number's."""
    return " ".join(f"w{number}x{place}" for place in range(length)) + "."


corpora = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([None, "Courier", "Post"]), st.sampled_from(LABELS), st.integers(0, 9)),
    min_size=1, max_size=40, unique_by=lambda each: each[0],
)  # fmt: skip


@settings(max_examples=50)
@given(corpora, st.integers(0, 5), st.booleans(), st.sampled_from([None, "outlet"]))
def test_every_document_is_on_one_side_whatever_their_order(corpus, seed, stratify, group_by):
    pairs = [article_of(story(number), outlet, **{label: count}) for number, outlet, label, count in corpus]
    manifest, report = split_of(pairs, seed=seed, stratify=stratify, group_by=group_by)
    again, _ = split_of(pairs[::-1], seed=seed, stratify=stratify, group_by=group_by)
    assert manifest == again
    members = [member for side in manifest.sides.values() for member in side]
    assert sorted(members) == sorted(article.sha256 for _, article in pairs)
    assert sum(side.documents for side in report.sides.values()) == len(pairs)
    for label in LABELS:
        assert sum(side.spans.get(label, 0) for side in report.sides.values()) == sum(
            article.labels.get(label, 0) for _, article in pairs
        )
    if group_by:
        sides = {(article.outlet, side_of(manifest)[article.sha256]) for _, article in pairs if article.outlet}
        assert len(sides) == len({outlet for outlet, _ in sides})


@settings(max_examples=50)
@given(corpora, corpora, st.integers(0, 5))
def test_an_old_document_never_changes_its_side_when_the_corpus_grows(first, second, seed):
    old = [article_of(story(number), outlet) for number, outlet, _, _ in first]
    grown = old + [article_of(story(number + 100), outlet) for number, outlet, _, _ in second]
    manifest, _ = split_of(old, seed=seed)
    later, _ = split_of(grown, manifest=manifest)
    assert {member: side_of(later)[member] for member in side_of(manifest)} == side_of(manifest)


@pytest.mark.parametrize("seed", range(8))
def test_wire_copy_is_on_one_side_also_shortened_and_with_another_first_line(seed):
    words = story(1).split()
    copies = [" ".join(words), " ".join(words[:70]), "HALVERN, Monday. " + " ".join(words[5:]), " ".join(words[30:])]
    pairs = [article_of(text) for text in copies] + [article_of(story(number)) for number in range(2, 30)]
    manifest, report = split_of(pairs, seed=seed, ratios=[50, 25, 25])
    sides = side_of(manifest)
    assert len({sides[article.sha256] for _, article in pairs[:4]}) == 1
    assert report.near_duplicates == 3
    assert {article.sha256 for _, article in pairs} == sides.keys()


def test_a_new_document_that_would_join_two_sides_is_on_neither_and_listed():
    left, right = article_of(story(1)), article_of(story(2))
    manifest = Manifest(seed=1, ratios=[50, 50], sides={"train": [left[1].sha256], "test": [right[1].sha256]})
    bridge = article_of(f"{story(1)} {story(2)}")
    free = article_of(story(3))
    later, report = split_of([left, right, bridge, free], manifest=manifest)
    assert later.set_aside == report.set_aside == [bridge[1].sha256]
    assert bridge[1].sha256 not in side_of(later)
    assert free[1].sha256 in side_of(later)
    assert any("would join two" in warning for warning in report.warnings)


def test_a_new_near_duplicate_follows_the_old_document():
    old = article_of(story(1))
    manifest = Manifest(seed=1, ratios=[90, 10], sides={"test": [old[1].sha256]})
    copy = article_of("Reuters: " + story(1))
    later, _ = split_of([old, copy], manifest=manifest)
    assert side_of(later)[copy[1].sha256] == "test"


def test_rare_labels_are_shared_out_by_the_ratios():
    pairs = [article_of(story(n), on_record=9, **({"denial": 1} if n % 10 == 0 else {})) for n in range(200)]
    _, report = split_of(pairs, stratify=True, ratios=[50, 25, 25])
    assert [side.spans["denial"] for side in report.sides.values()] == [10, 5, 5]


def test_sides_with_few_spans_of_a_label_are_warned_of():
    _, report = split_of([article_of(story(n), on_record=40, denial=1) for n in range(20)])
    assert any(warning.startswith("test has fewer than 30 spans of denial") for warning in report.warnings)
    assert not any("on-record" in warning for warning in report.warnings if warning.startswith("train"))


def test_months_are_taken_from_the_date_and_articles_without_one_stand_alone():
    pairs = [article_of(story(n), published=f"2026-{n % 3 + 1:02}-11T08:00") for n in range(30)]
    pairs += [article_of(story(n)) for n in range(30, 40)]
    manifest, _ = split_of(pairs, group_by="month", ratios=[40, 30, 30])
    sides = side_of(manifest)
    months = {(article.published[:7], sides[article.sha256]) for _, article in pairs if article.published}
    assert len(months) == 3
    assert len({sides[article.sha256] for _, article in pairs[30:]}) > 1


@pytest.mark.parametrize("said", ["80", "80/10/5/5", "eighty/ten", "0/0", "-5/105", "", "80/10/20"])
def test_a_split_that_is_none_is_refused_in_words(said):
    with pytest.raises(UserError, match="80/10/10"):
        parse_ratios(said)


def test_manifests_that_cannot_be_right_are_refused_in_words(tmp_path):
    path = tmp_path / "manifest.json"
    with pytest.raises(UserError, match="cannot be read"):
        read_manifest(path)
    path.write_text("[]")
    with pytest.raises(UserError, match="is not the manifest"):
        read_manifest(path)
    path.write_bytes(msgspec.json.encode(Manifest(seed=1, ratios=[1, 1], sides={"train": ["a"], "test": ["a"]})))
    with pytest.raises(UserError, match="on two sides"):
        read_manifest(path)


def test_the_interval_is_wilsons():
    assert interval_width(0) is None
    # For 24 of 30, by hand: 2 x 1.96 x sqrt(0.16/30 + 1.96^2/3600) / (1 + 1.96^2/30).
    assert interval_width(30) == pytest.approx(0.278, abs=0.0005)
