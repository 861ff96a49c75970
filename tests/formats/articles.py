"""What the tests of article formats share: reading a file directly, and the fixtures beside the tests."""

from pathlib import Path

from annotator.formats import FORMATS, recognise
from annotator.records import LayerRecord, Options, Problem

DATA = Path(__file__).parents[1] / "data"
LONG = "The board said on Tuesday that it would neither sell nor close the market before the end of the year. "


def read(
    path: Path, options: Options | None = None, name: str | None = None
) -> tuple[list[LayerRecord], list[Problem]]:
    """Return the layers of a file, by the format that it is recognised as, and what there is to say of it."""
    wanted = FORMATS[name] if name else recognise(path)
    assert wanted is not None and wanted.read is not None
    found = [each.found for each in wanted.read(path, options or {})]
    layers = [each for each in found if isinstance(each, LayerRecord)]
    return layers, [each for each in found if isinstance(each, Problem)]


def article(path: Path, options: Options | None = None, name: str | None = None) -> tuple[LayerRecord, list[str]]:
    """Return the one article of a file and the notes on it; anything that was left out fails."""
    (layer,), problems = read(path, options, name)
    assert [problem for problem in problems if not problem.note] == []
    assert {problem.file for problem in problems} <= {path.name}
    return layer, [problem.what for problem in problems]


def refused(path: Path, name: str | None = None) -> str:
    """Return why nothing could be read of a file."""
    layers, (problem,) = read(path, name=name)
    assert layers == [] and not problem.note and problem.file == path.name
    return problem.what


def zones(layer: LayerRecord) -> dict[str, str]:
    """Return the zones of a layer by what they cover."""
    return {zone.kind: layer.text[zone.start : zone.end] for zone in layer.zones}
