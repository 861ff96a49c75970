"""The hub: what its verbs write, and what they signal."""

import msgspec
import pytest
from PySide6.QtTest import QSignalSpy

DOCUMENT = 1


@pytest.fixture
def unsure(project):
    """An own annotation, on record and unsure, whose runner-up is a denial."""
    row = next(row for row in project.annotations(DOCUMENT) if row.annotator_id == project.annotator.id and row.label)
    project.relabel(DOCUMENT, row, "on-record")
    return describe(project, project.annotation(row.uid), unsure=True, runner_up="denial")


def describe(project, row, **values):
    project.describe(DOCUMENT, row, "Runner-up", msgspec.structs.replace(row.attributes, **values))
    return project.annotation(row.uid)


def test_taking_the_runner_up_while_still_unsure_keeps_the_former_label_as_the_other_candidate(project, unsure):
    project.relabel(DOCUMENT, unsure, "denial")
    row = project.annotation(unsure.uid)
    assert (row.label, row.attributes.unsure, row.attributes.runner_up) == ("denial", True, "on-record")


def test_taking_a_runner_up_that_nobody_is_unsure_about_leaves_none_because_the_choice_is_made(project, unsure):
    sure = describe(project, unsure, unsure=False)
    project.relabel(DOCUMENT, sure, "denial")
    assert project.annotation(unsure.uid).attributes.runner_up is None


def test_a_third_label_keeps_the_runner_up(project, unsure):
    project.relabel(DOCUMENT, unsure, "non-comment")
    assert project.annotation(unsure.uid).attributes.runner_up == "denial"


def test_one_undo_brings_label_and_runner_up_back(project, unsure):
    project.relabel(DOCUMENT, unsure, "denial")
    project.undo()
    row = project.annotation(unsure.uid)
    assert (row.label, row.attributes.runner_up) == ("on-record", "denial")


def test_closing_is_told_while_the_project_can_still_be_written(project, unsure):
    seen = []
    project.closing.connect(lambda: seen.append(describe(project, unsure, note="Last words").attributes.note))
    closed = QSignalSpy(project.closed)
    project.close()
    assert seen == ["Last words"]
    assert closed.count() == 1
    project.close()
    assert seen == ["Last words"]
