"""Annotators' names are in no byte of an export with pseudonyms, whatever the format and wherever they stood."""

import json
import zipfile
from io import BytesIO

import pytest

from annotator import exporters, repetition
from annotator.exporters import ExportOptions
from annotator.formats import WRITABLE
from annotator.pseudonyms import Pseudonyms
from annotator.records import UserError
from annotator.store import Store
from tests.builders import TEXT, bring_lines, by, line, parsed, span

ANA, BEN, GOLD = "Zyxcanary Anä", "Qwvcanary Ben", "Kjhcanary"
CANARIES = ("zyxcanary", "qwvcanary", "kjhcanary")
LINES = [
    line(TEXT, span(0, 9, id=f"s-{ANA}", identity="named"), span(10, 16, "on-record", id="x"), annotator=by(ANA),
         relations=[{"type": "answers", "from": f"s-{ANA}", "to": "x"}], negatives=[{"id": f"n-{BEN}", "start": 20, "end": 24}]),
    line(TEXT, span(0, 9, id="b1", note=f"I am {BEN.upper()}, and asked Zyxcanary\u00a0Ana\u0308’s view"), annotator=by(BEN, id=f"u-{BEN}")),
    line(TEXT, span(0, 9, id="g1", taken_from=f"{ANA} + {BEN}", reason=f"{ANA} is right"), annotator=by(GOLD, "gold"),
         negatives=[{"start": 30, "end": 34, "reason": f"{BEN} is not"}]),
]  # fmt: skip


@pytest.fixture
def store(tmp_path):
    (tmp_path / "p").mkdir()
    with Store.create(tmp_path / "p" / f"{ANA}.annotator", f"Round of {ANA}") as store:
        assert bring_lines(store, tmp_path / "p", *LINES).left_out == 0
        yield store


def said(path):
    """All that a file says: of an archive what is packed in it too."""
    data = path.read_bytes()
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            data += b"".join(archive.read(name) for name in archive.namelist())
    return data.replace(b"\0", b"").lower()


@pytest.mark.parametrize("layer", ["each", "best", ANA])
@pytest.mark.parametrize("name", list(WRITABLE))
def test_no_name_is_in_any_file_of_any_format(store, tmp_path, name, layer):
    options = ExportOptions(format=name, layer=layer, pseudonyms=True, card=True, negatives=True)
    try:
        exporters.export(store, tmp_path / "out", options)
    except UserError as error:
        pytest.skip(str(error))
    written = [path for path in tmp_path.rglob("*") if path.is_file() and "p" not in path.relative_to(tmp_path).parts]
    assert len(written) > 2
    for path in written:
        assert not [canary for canary in CANARIES if canary.encode() in said(path)], path


def test_the_same_is_in_files_with_names(store, tmp_path):
    exporters.export(store, tmp_path / "out", ExportOptions(card=True))
    for path in (tmp_path / "out", tmp_path / "out.export.json", tmp_path / "out.README.md"):
        assert b"zyxcanary" in said(path), path


def test_the_window_says_the_same(store, tmp_path, qtbot):
    from PySide6.QtWidgets import QCheckBox

    from annotator.ui.exports.more import More

    more = More(None)
    qtbot.addWidget(more)
    (check,) = [each for each in more.findChildren(QCheckBox) if "Pseudonyms" in each.text()]
    check.click()
    exporters.export(store, tmp_path / "out", more.options())
    assert b"canary" not in said(tmp_path / "out")


def test_a_pseudonym_is_keyed_and_one_for_every_way_of_writing_a_name():
    one, other = Pseudonyms(b"1" * 32), Pseudonyms(b"2" * 32)
    assert one.name("Ana  Ä") == one.name("ana A\u0308") != other.name("Ana Ä")


def test_an_export_of_one_annotator_is_made_again_by_its_pseudonym(store, tmp_path):
    exporters.export(store, tmp_path / "out", ExportOptions(layer=ANA, pseudonyms=True))
    made = tmp_path / "out.export.json"
    pseudonym = json.loads(made.read_text())["options"]["layer"]
    assert pseudonym == parsed(tmp_path / "out")[0]["annotator"]["name"]
    before = (tmp_path / "out").read_bytes()
    (tmp_path / "again").mkdir()
    repetition.repeat(store, made, tmp_path / "again" / "out")
    assert (tmp_path / "again" / "out").read_bytes() == before
    with pytest.raises(UserError, match="no annotator named"):
        exporters.export(store, tmp_path / "out", ExportOptions(layer=pseudonym))
