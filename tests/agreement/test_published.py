"""Values that were published, or agreed upon for the seed article.

The engine judges each label by itself, inside or outside. What was published for several categories at once follows
from its sums over the labels; those tests say so. Not covered, because nothing of ours computes it: Bennett's S (in
`artstein_poesio2008_ex1`), distances between sets of labels (`sets_masi_alpha_nltk_variant`) and estimating a truth
from annotators (`dawid_skene1979_anaesthesia`).
"""

import json

import numpy as np
import pytest

from annotator.agreement import unitizing
from tests.agreement.projects import Document, Project, compare, comparison


@pytest.fixture(scope="module")
def cases(seed):
    return {case["name"]: case for case in json.loads((seed / "agreement_cases.json").read_text())}


@pytest.fixture(scope="module")
def article(seed):
    lines = [json.loads(line) for line in (seed / "seed.jsonl").read_text().splitlines()]
    layers = {
        line["annotator"]["name"]: [(span["start"], span["end"], span["label"]) for span in line["spans"]]
        for line in lines
    }
    labels = ["anonymous-source", "on-record", "denial", "non-comment"]
    project = Project([Document(len(lines[0]["text"]), layers)], ["first", "second"], labels)
    return project, lines[0]["text"]


def test_f1_of_the_seed_article(article):
    found = compare(article[0]).f1
    expected = {
        "strict": 0.1290, "strict_any": 0.3226, "iou50": 0.5806, "iou50_any": 0.7742, "overlap": 0.6452, "overlap_any": 0.8387,
    }  # fmt: skip
    assert {name: round(getattr(found, name), 4) for name in expected} == expected


def test_alpha_of_the_seed_article_without_an_interval_as_it_is_one_document(article):
    found = compare(article[0])
    expected = {"anonymous-source": -0.0069, "on-record": 0.2643, "denial": 0.8072, "non-comment": 0.8934}
    assert {label: round(estimate.value, 4) for label, estimate in found.alpha.labels.items()} == expected
    assert round(found.alpha.any.value, 4) == 0.5109
    assert round(found.pairs[0].alpha, 4) == 0.5109
    for estimate in [*found.alpha.labels.values(), found.alpha.any, found.alpha.mean]:
        assert (estimate.low, estimate.high) == (None, None)


def test_boundaries_of_the_seed_article(article):
    project, text = article
    found = compare(project, lambda document: text).boundary
    assert found["denial"].matches == 3
    assert (found["denial"].start, found["denial"].end, found["denial"].median_chars) == (0, -2, 27)
    kinds = {
        label: {kind: count for kind, count in boundary.kinds.items() if count} for label, boundary in found.items()
    }
    assert kinds["denial"] == {"final stop": 1, "trailing circumstance": 2}
    assert kinds["anonymous-source"] == {"subordinate clause": 1, "other": 1}


def rated(units):
    """A document of one character for each unit, labelled by each coder who judged it."""
    names = [f"coder {number}" for number in range(len(units[0]))]
    documents = [
        Document(1, {name: [(0, 1, str(value))] for name, value in zip(names, unit, strict=True) if value is not None})
        for unit in units
    ]
    return Project(documents, names, sorted({str(value) for unit in units for value in unit if value is not None}))


def confused(case):
    """Two coders from a table of confusion."""
    table = case["data"]["confusion"]
    return rated([(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)])


def near(case, expected=None):
    return pytest.approx(case["expected"] if expected is None else expected, abs=case["tolerance"])


@pytest.mark.parametrize(
    "name",
    ["krippendorff2011_C_nominal", "krippendorff2011_B_nominal", "wikipedia_alpha_nominal", "krippendorff1980_p139"],
)
def test_alpha_of_several_values_follows_from_the_sums_over_labels(cases, name):
    sums = comparison(rated(cases[name]["data"]["units_by_coders"]))._columns
    compared = sums.where(sums.layers >= 2)
    values = (compared.lengths * compared.layers).sum()
    disagreeing = (compared.inside - 2 * compared.both / (compared.layers - 1))[:-1].sum()
    inside = compared.inside[:-1].sum(1)
    assert 1 - (values - 1) * disagreeing / (inside * (values - inside)).sum() == near(cases[name])


def by_label(project):
    """Characters, and for each label how many are inside by a, by b and by both."""
    totals = comparison(project)._totals
    return totals.characters[0, 1], totals.inside[0, 1, :-1], totals.inside[1, 0, :-1], totals.both[0, 1, :-1]


@pytest.mark.parametrize(
    "name", ["cohen1960_p45", "feinstein_cicchetti1990_balanced", "feinstein_cicchetti1990_skewed"]
)
def test_kappa_follows_from_the_sums_over_labels(cases, name):
    n, a, b, both = by_label(confused(cases[name]))
    chance = (a * b).sum() / n**2
    assert (both.sum() / n - chance) / (1 - chance) == near(cases[name])


@pytest.mark.parametrize("name", ["feinstein_cicchetti1990_balanced", "feinstein_cicchetti1990_skewed"])
def test_kappa_of_two_values_is_that_of_one_label(cases, name):
    assert compare(confused(cases[name])).pairs[0].kappa["0"] == near(cases[name])


def test_observed_agreement_of_three_values(cases):
    n, _, _, both = by_label(confused(cases["cohen1960_p37_po"]))
    assert both.sum() / n == near(cases["cohen1960_p37_po"])


def test_ac1_and_pi_by_hand(cases):
    found = compare(confused(cases["gwet_hand_ac1"])).expert.labels["0"]
    assert found.ac1 == near(cases["gwet_hand_ac1"])
    assert found.fleiss == near(cases["gwet_hand_pi"])  # of two coders it is Scott's pi


def test_artstein_and_poesio(cases):
    case = cases["artstein_poesio2008_ex1"]
    found = compare(confused(case))
    assert found.expert.labels["0"].observed == near(case, case["expected"]["po"])
    assert found.expert.labels["0"].fleiss == near(case, case["expected"]["pi"])
    assert found.pairs[0].kappa["0"] == near(case, case["expected"]["kappa"])


def test_fleiss_of_five_values(cases):
    case = cases["fleiss1971_psychiatric"]
    units = [
        [category for category, count in enumerate(counts) for _ in range(count)]
        for counts in case["data"]["counts_subject_by_category"]
    ]
    sums = comparison(rated(units))._columns
    agreeing = (2 * sums.both[:-1] / (sums.layers * (sums.layers - 1))).sum() / sums.lengths.sum()
    shares = (sums.inside[:-1] / sums.layers).sum(1) / sums.lengths.sum()
    assert (agreeing - (shares**2).sum()) / (1 - (shares**2).sum()) == near(case)


def unitized(case):
    data = case["data"]
    begin, length = data["continuum_begin"], data["continuum_length"]
    layers = {name: [] for name in ("0", "1")}
    for coder, start, end, label in data["spans_annotator_start_end_label"]:
        layers[str(coder)].append((start - begin, end - begin, label))
    labels = sorted({span[3] for span in data["spans_annotator_start_end_label"]})
    return Project([Document(length, layers)], ["0", "1"], labels), length


def disagreements(project, length):
    """Observed and expected disagreement by label."""
    made = comparison(project)
    columns = made._columns
    found = unitizing.differences(columns.sets, columns.lengths, columns.layers, columns.squares)
    expected = unitizing.expected(found, made._totals.units, made._totals.gaps)
    number = made._sets[np.packbits([True, True]).tobytes()]
    return unitizing.observed(found)[number] / length, expected[number] / length


def test_alpha_u_of_krippendorff_2004(cases):
    project, length = unitized(cases["krippendorff2004_p254_alpha_u_label_c"])
    observed, expected = disagreements(project, length)
    assert compare(project).alpha_u.labels["c"].value == near(cases["krippendorff2004_p254_alpha_u_label_c"])
    assert observed[0] == near(cases["krippendorff2004_p254_alpha_u_Do_c"])
    assert expected[0] == near(cases["krippendorff2004_p254_alpha_u_De_c"])
    assert 1 - observed.sum() / expected.sum() == near(cases["krippendorff2004_p254_alpha_u_overall"])


def test_alpha_u_of_one_unit_against_three(cases):
    case = cases["dkpro_unitizing_small"]
    project, length = unitized(case)
    observed, expected = disagreements(project, length)
    assert observed[0] == near(case, case["expected"]["Do"])
    assert expected[0] == near(case, case["expected"]["De"])
    assert compare(project).alpha_u.labels["A"].value == near(case, case["expected"]["alpha"])


def test_strict_f1_is_that_of_exact_entities(cases):
    case = cases["seqeval_readme"]
    documents = [
        Document(len(true), {"true": entities(true), "pred": entities(pred)})
        for true, pred in zip(case["data"]["true_bio"], case["data"]["pred_bio"], strict=True)
    ]
    assert compare(Project(documents, ["true", "pred"], ["MISC", "PER"])).f1.strict == near(case)


def entities(tags):
    found = []
    for at, tag in enumerate(tags):
        if tag.startswith("B-"):
            found.append((at, at + 1, tag[2:]))
        elif tag.startswith("I-"):
            start, _, label = found.pop()
            found.append((start, at + 1, label))
    return found
