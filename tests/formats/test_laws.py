"""What every format that we write is held to: reading gives back what was written, but for the losses it named."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats import READABLE, WRITABLE
from annotator.losses import left_out, losses
from annotator.records import NO_OPTIONS, Format, LayerRecord
from annotator.verification import kept
from tests.formats.layers import layers

ROUND_TRIPS = sorted(WRITABLE.keys() & READABLE.keys())


def written_and_read(target: Format, found: Iterable[LayerRecord], folder: Path) -> list[LayerRecord]:
    """Write layers in a format, read them again, and return them; a problem on the way back fails."""
    path = folder / "out"
    if target.write_folder:
        path.mkdir()
        target.write_folder(found, path)
    else:
        assert target.write is not None
        with path.open("wb") as out:
            target.write(found, out)
    assert target.read is not None
    back = [each.found for each in target.read(path, NO_OPTIONS)]
    assert [each for each in back if not isinstance(each, LayerRecord)] == []
    return [each for each in back if isinstance(each, LayerRecord)]


def comes_back(target: Format, given_: list[LayerRecord]) -> None:
    """Check the law for some layers of different documents."""
    expected = [kept(layer, target.carries, left_out(losses(target, layer))) for layer in given_]
    with TemporaryDirectory() as folder:
        back = written_and_read(target, given_, Path(folder))
    assert sorted((kept(layer, target.carries) for layer in back), key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize("name", ROUND_TRIPS)
@settings(max_examples=60)
@given(data=st.data())
def test_what_is_written_is_read_again_but_for_what_was_named_as_lost(name, data):
    given_ = data.draw(st.lists(layers(), min_size=1, max_size=3, unique_by=(lambda x: x.text, lambda x: x.document)))
    comes_back(WRITABLE[name], given_)


@pytest.mark.parametrize("name", ROUND_TRIPS)
@settings(max_examples=25)
@given(data=st.data())
def test_layers_without_details_lose_no_span_where_a_format_carries_overlap(name, data):
    layer = data.draw(layers(plain=True))
    if "overlap" in WRITABLE[name].carries:
        assert left_out(losses(WRITABLE[name], layer)) == set()
    comes_back(WRITABLE[name], [layer])


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_a_layer_without_spans_is_written_and_read(name):
    article = "Nothing here.\r\nAt all.\n"
    layer = LayerRecord(schema_name="source-annotator/1", document="a", text=article, status="finished")
    with TemporaryDirectory() as folder:
        back = written_and_read(WRITABLE[name], [layer], Path(folder))
    if "empty" in WRITABLE[name].carries:
        assert [each.spans for each in back] == [[]]
