"""A report from what was read of a project."""

from annotator.report.blocks import Report
from annotator.report.details import details
from annotator.report.first_page import first_page
from annotator.report.source import Source, look
from annotator.verdicts import listed


def report(source: Source) -> Report:
    """Return the report."""
    who = listed(source.agreement.annotators)
    said = f"How well {who} agree on what they mark." if who else "How well annotators agree on what they mark."
    if source.edited:
        said += f" As of {source.edited[:10]}."
    labels = [look(label) for label in source.labels]
    return Report(source.project.title, said, labels, [first_page(source), *details(source)])
