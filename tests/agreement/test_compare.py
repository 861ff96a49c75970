"""Comparing as a whole: what changes nothing, what a changed document changes, and the edges."""

import json
import math
import warnings
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import Batch, Comparison, Layers, Spans
from annotator.agreement import compare as compare_module
from tests.agreement import projects
from tests.agreement.projects import Document, Project, compare, comparison

TEXT = 'The "mayor", who left. '


def text(document):
    return TEXT


def plain(agreement):
    return json.loads(msgspec.json.encode(agreement))


def figures(value, path=""):
    """Yield every path and figure of a result."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from figures(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from figures(inner, f"{path}.{number}".lstrip("."))
    else:
        yield path, value


def same(one, other):
    """Whether two results are the same but for rounding."""
    one, other = dict(figures(plain(one))), dict(figures(plain(other)))
    return one.keys() == other.keys() and all(
        math.isclose(value, other[path], abs_tol=1e-9) if isinstance(value, float) and other[path] is not None else value == other[path]
        for path, value in one.items()
    )  # fmt: skip


@given(projects.projects())
def test_every_null_has_its_reason_and_nothing_else_has(project):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = plain(compare(project, text))
    undefined = found.pop("undefined")
    nulls = [path for path, value in figures(found) if value is None]
    assert sorted(entry["path"] for entry in undefined) == sorted(nulls)
    assert all(entry["reason"] for entry in undefined)
    assert all(math.isfinite(value) for _, value in figures(found) if isinstance(value, float))


@given(projects.projects(), st.randoms())
def test_no_order_changes_a_figure(project, chance):
    documents = [
        Document(document.length, {
            name: chance.sample(document.layers[name], len(document.layers[name]))
            for name in chance.sample(sorted(document.layers), len(document.layers))
        })
        for document in chance.sample(project.documents, len(project.documents))
    ]  # fmt: skip
    annotators = chance.sample(project.annotators, len(project.annotators))
    shuffled = compare(Project(documents, annotators, project.labels), text)
    assert same(shuffled, compare(project, text))


@given(projects.projects(), st.randoms())
def test_the_order_of_labels_changes_only_the_order_in_which_they_are_shown(project, chance):
    labels = chance.sample(project.labels, len(project.labels))
    one, other = plain(compare(project, text)), plain(compare(replace(project, labels=labels), text))
    order = [one["confusion"]["labels"].index(label) for label in other["confusion"]["labels"]]
    one["confusion"] = {
        "labels": other["confusion"]["labels"],
        "counts": [[one["confusion"]["counts"][i][j] for j in order] for i in order],
    }
    for found in (one, other):
        found["undefined"] = sorted(found["undefined"], key=lambda entry: entry["path"])
    assert one == other or all(
        math.isclose(a, b, abs_tol=1e-9) if isinstance(a, float) else a == b
        for a, b in zip(*(dict(sorted(figures(found))).values() for found in (one, other)), strict=True)
    )


@given(projects.projects(max_annotators=2))
def test_swapping_two_annotators_turns_only_the_signs_of_boundaries(project):
    swapped = [
        Document(
            document.length, {{"ana": "ben", "ben": "ana"}[name]: layer for name, layer in document.layers.items()}
        )
        for document in project.documents
    ]
    two = replace(project, annotators=["ana", "ben"])
    one, other = compare(two, text), compare(replace(two, documents=swapped), text)
    turned = {
        label: msgspec.structs.replace(found, start=_minus(found.start), end=_minus(found.end))
        for label, found in other.boundary.items()
    }
    pair = other.pairs[0]
    pair = msgspec.structs.replace(pair, spans_a=pair.spans_b, spans_b=pair.spans_a)
    assert same(one, msgspec.structs.replace(other, boundary=turned, pairs=[pair]))


def _minus(figure):
    return None if figure is None else 0.0 - figure


@given(projects.projects(), st.data())
def test_documents_that_are_put_in_again_leave_no_trace_of_what_they_were(project, data):
    """Piece by piece, with other layers first, to the last bit what all at once gives."""
    before = [
        data.draw(projects.documents(project.annotators, project.labels)) if data.draw(st.booleans()) else document
        for document in project.documents
    ]
    made = comparison(Project(before, project.annotators, project.labels), text)
    changed = [number for number, document in enumerate(project.documents) if before[number] is not document]
    half = len(changed) // 2
    for numbers in (changed[:half], changed[half:]):
        made.put(project.batch(numbers))
    assert plain(made.result()) == plain(compare(project, text))


@given(projects.projects(), st.integers(1, 3))
def test_the_size_of_blocks_changes_nothing(project, size):
    whole = plain(compare(project, text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare_module, "_DOCUMENTS", size)
        assert plain(compare(project, text)) == whole


def test_documents_may_come_one_by_one_and_from_the_last_to_the_first():
    documents = [Document(20, {"ana": [(at, at + 5, "denial")], "ben": [(at, at + 4, "denial")]}) for at in range(5)]
    project = Project(documents)
    made = Comparison(project.annotators, project.labels, text)
    for number in reversed(range(5)):
        made.put(project.batch([number]))
    assert same(made.result(), compare(project, text))


def test_a_document_between_that_was_never_put_in_does_not_count():
    project = Project([Document(9, {"ana": [], "ben": []}) for _ in range(4)])
    made = Comparison(project.annotators, project.labels)
    made.put(project.batch([1, 3]))
    assert made.result().documents.total == 2


def reasons(found):
    return {entry.path: entry.reason for entry in found.undefined}


def test_three_annotators_one_of_whom_did_not_see_a_document():
    marked = [(0, 10, "denial")]
    documents = [
        Document(20, {"ana": marked, "ben": marked, "cem": marked}),
        Document(30, {"ana": marked, "ben": []}),
        Document(40, {"cem": marked}),
        Document(50),
    ]
    found = compare(Project(documents))
    assert (found.documents.total, found.documents.compared) == (4, 2)
    assert plain(found.documents)["excluded"] == [
        {"reason": "nobody finished it", "documents": 1},
        {"reason": "only one annotator finished it", "documents": 1},
    ]
    assert found.layers.compared == 5
    assert plain(found.layers)["excluded"] == [{"reason": "nobody else finished the document", "layers": 1}]
    assert [(pair.a, pair.b, pair.documents) for pair in found.pairs] == [
        ("ana", "ben", 2),
        ("ana", "cem", 1),
        ("ben", "cem", 1),
    ]
    assert found.f1.strict == pytest.approx(6 / 7)
    assert found.alpha.labels["denial"].value == pytest.approx(projects.alpha(Project(documents), "denial"))


def test_a_finished_layer_without_spans_is_data_and_a_missing_one_is_not():
    marked = {"ana": [(0, 10, "denial")]}
    empty, missing = compare(Project([Document(20, {**marked, "ben": []})])), compare(Project([Document(20, marked)]))
    assert (empty.f1.strict, empty.loss.missed, empty.documents.compared) == (0, 1, 1)
    assert (missing.f1.strict, missing.loss.missed, missing.documents.compared) == (None, None, 0)
    assert reasons(missing)["f1.strict"] == "no document has two finished layers"


def test_one_annotator_alone():
    found = compare(Project([Document(20, {"ana": [(0, 10, "denial")]})], ["ana"]))
    assert found.pairs == []
    assert found.alpha.any.value is None
    assert found.confusion.counts == [[0] * 4] * 4
    assert reasons(found)["alpha.mean.value"] == "no document has two finished layers"


def test_a_pair_without_a_common_document_is_listed_without_figures():
    documents = [
        Document(20, {"ana": [], "ben": [(0, 5, "denial")]}),
        Document(20, {"ana": [], "cem": [(0, 5, "denial")]}),
    ]
    pair = compare(Project(documents)).pairs[2]
    assert (pair.a, pair.b, pair.documents, pair.alpha, pair.f1.overlap) == ("ben", "cem", 0, None, None)
    assert set(pair.kappa.values()) == {None}
    assert reasons(compare(Project(documents)))["pairs.2.alpha"] == "no document was finished by both"


def test_no_spans_at_all():
    found = compare(Project([Document(20, {"ana": [], "ben": []}), Document(20, {"ana": [], "ben": []})]))
    assert found.alpha.any.value is None
    assert found.expert.any.observed == 1
    assert found.expert.any.ac1 == 1
    assert reasons(found)["alpha.any.value"] == "no character of a compared document is inside it"
    assert reasons(found)["f1.strict"] == "no compared layer has a span"


def test_a_label_that_nobody_used_is_null_and_does_not_touch_the_mean():
    marked = {"ana": [(0, 10, "denial")], "ben": [(0, 10, "denial")]}
    found = compare(Project([Document(20, marked), Document(20, marked)]))
    assert found.alpha.labels["on-record"].value is None
    assert found.alpha_u.labels["on-record"].value is None
    assert (found.alpha.mean.value, found.alpha.mean.low) == (1, 1)


def test_an_interval_is_null_where_a_label_stands_in_one_document_only():
    marked = {"ana": [(0, 10, "denial")], "ben": [(0, 10, "denial")]}
    found = compare(Project([Document(20, marked), Document(20, {"ana": [], "ben": []})]))
    assert (found.alpha.labels["denial"].value, found.alpha.labels["denial"].low) == (1, None)
    assert reasons(found)["alpha.labels.denial.low"] == "not defined when one of the documents is left out"


def test_duplicates_and_nesting_of_one_label_count_as_spans_but_once_as_characters():
    doubled = [(0, 10, "denial"), (0, 10, "denial"), (2, 6, "denial")]
    found = compare(Project([Document(20, {"ana": doubled, "ben": [(0, 10, "denial")]})]))
    assert found.alpha.labels["denial"].value == 1
    assert found.f1.strict == pytest.approx(2 / 4)
    assert found.confusion.counts[0] == [2, 0, 0, 2]
    assert found.alpha_u.labels["denial"].merged == 2


def test_documents_without_text_are_compared_and_say_so():
    found = compare(Project([Document(0, {"ana": [], "ben": []})]))
    assert found.documents.compared == 1
    assert reasons(found)["alpha.any.value"] == "the documents compared have no text"
    assert reasons(found)["pairs.0.alpha"] == "the documents compared have no text"


def test_more_annotators_than_a_machine_word_has_bits():
    names = [f"{number:02}" for number in range(70)]
    marked = {name: [(0, 10, "denial")] for name in names}
    found = compare(Project([Document(20, marked)], names))
    assert len(found.pairs) == 70 * 69 // 2
    assert found.alpha.any.value == 1
    assert found.f1.strict == 1


def test_nothing_was_put_in():
    found = Comparison(["ana", "ben"], ["denial"]).result()
    assert (found.documents.total, found.documents.compared) == (0, 0)


def test_two_of_one_name_are_refused():
    with pytest.raises(ValueError, match="the same"):
        Comparison(["ana", "ana"], ["denial"])


def none():
    return np.zeros(0, np.int64)


def test_a_batch_that_cannot_be_changes_nothing():
    made = comparison(Project([Document(20, {"ana": [(0, 5, "denial")], "ben": []})]))
    before = plain(made.result())
    layers = Layers(np.array([0, 0]), np.array([0, 1]))
    for spans, lengths, message in [
        ((0, 0, 0, 5, 21), 20, "outside its document"),
        ((0, 0, 0, 5, 5), 20, "is empty"),
        ((0, 9, 0, 0, 5), 20, "no annotator of the number 9"),
        ((0, 0, -1, 0, 5), 20, "no label of the number -1"),
        ((7, 0, 0, 0, 5), 20, "Document 7 is not among"),
        ((0, 0, 0, 0, 5), 1 << 26, "characters"),
    ]:
        with pytest.raises(ValueError, match=message):
            made.put(Batch(np.array([0]), np.array([lengths]), layers, Spans(*np.array([spans]).T)))
    with pytest.raises(ValueError, match="given twice"):
        made.put(Batch(np.array([0, 0]), np.array([20, 20]), layers, Spans(*[none()] * 5)))
    assert plain(made.result()) == before


def test_small_integer_arrays_are_as_good_as_large_ones():
    project = Project([Document(300, {"ana": [(0, 250, "denial")], "ben": [(0, 255, "denial")]})])
    batch = project.batch()
    small = Batch(
        batch.documents.astype(np.int16), batch.lengths.astype(np.int32),
        Layers(*(column.astype(np.uint8) for column in batch.layers)), Spans(*(column.astype(np.int16) for column in batch.spans)),
    )  # fmt: skip
    made = Comparison(project.annotators, project.labels)
    made.put(small)
    assert plain(made.result()) == plain(compare(project))


def test_the_keys_are_those_that_are_documented():
    found = plain(compare(Project([Document(20, {"ana": [], "ben": []})])))
    assert list(found) == [
        "schema", "annotators", "documents", "layers", "alpha", "alpha_u", "f1", "loss", "boundary", "confusion",
        "pairs", "expert", "undefined",
    ]  # fmt: skip
    assert found["schema"] == "source-annotator/agreement/1"
    assert list(found["alpha"]["labels"]["denial"]) == ["value", "low", "high", "spans", "documents"]
    assert list(found["f1"]) == [*projects.MEASURES, "labels"]
    assert list(found["loss"]) == ["boundary", "label", "missed", "labels"]
    assert list(found["pairs"][0]) == ["a", "b", "documents", "spans_a", "spans_b", "alpha", "kappa", "f1"]
