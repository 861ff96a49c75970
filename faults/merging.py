"""Merges of copies that people worked in apart: the laws of tests/packets/test_laws.py over many more histories."""

from collections.abc import Iterator
from pathlib import Path

from faults import children
from faults.table import Row

_ROOT = Path(__file__).parents[1]
_TESTS = _ROOT / "tests/packets/test_laws.py"
_LAWS = {
    "idempotent, commutative, associative": "test_merge_is_idempotent_commutative_and_associative",
    "one edit, undone and redone": "test_a_merge_is_withdrawn_and_brought_back_as_one_edit",
    "five copies exchange": "test_five_replicas_that_exchange_in_any_order_end_equal",
}
_SLOW = "five copies exchange"  # an eighth as many


def rows(folder: Path, quick: bool) -> Iterator[Row]:
    triples = 4 if quick else 3000  # the tests themselves try some more
    for law in list(_LAWS)[: 1 if quick else None]:
        yield hold(folder, law, triples, triples // 8 if law == _SLOW else triples)


def hold(folder: Path, law: str, triples: int, runs: int) -> Row:
    """Run the test of a law, which fails if an example violates it."""
    options = (
        "-q",
        "--timeout=0",
        "-p",
        "no:cacheprovider",
        "-c",
        str(_ROOT / "pyproject.toml"),
        "--rootdir",
        str(_ROOT),
    )
    done = children.python(
        "-m", "pytest", *options, "--basetemp", str(folder / "pytest"), f"{_TESTS}::{_LAWS[law]}",
        before=("env", f"ANNOTATOR_TRIPLES={triples}"), cwd=folder,
    )  # fmt: skip
    holds = done.returncode == 0 and "1 passed" in done.stdout
    found = "0 violate it" if holds else f"one violates it:\n{done.stdout[-2000:]}{done.stderr[-2000:]}\n"
    return Row(f"merges: {law}", runs, found, "0", holds)
