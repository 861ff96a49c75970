"""The report of a project's agreement: one HTML page or PDF for people who decide, and its figures as files."""

from annotator.report.writing import check_target, write

__all__ = ["check_target", "write"]
