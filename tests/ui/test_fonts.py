"""Fonts on a bare system: what Qt finds is what we ship."""

import os
import subprocess
import sys

import pytest

from annotator.assets import FOLDER

FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""
LOOK = """
import sys
from pathlib import Path
import msgspec
from PySide6.QtGui import QFont, QTextLayout
from PySide6.QtWidgets import QApplication
from annotator.ui import theme

application = QApplication([])
if len(sys.argv) > 2:
    theme.FOLDER = Path(sys.argv[2])
theme.load_fonts()
lines = [msgspec.json.decode(line) for line in Path(sys.argv[1]).read_bytes().splitlines()]
texts = {*(line["text"] for line in lines), *(line["meta"]["title"] for line in lines)}
for family in (theme.READING_FONT, theme.INTERFACE_FONT):
    for character in sorted(set("".join(texts)) - {"\\n", "\\r"}):
        layout = QTextLayout(character, QFont(family))
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        if 0 in [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]:
            print(family, hex(ord(character)))
"""


def boxes(tmp_path, *arguments):
    """The characters of the sample that are shown as boxes where the system has no font at all."""
    (tmp_path / "fonts.conf").write_text(FONTCONFIG.format(folder=tmp_path), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(FOLDER / "sample" / "sample.jsonl"), *map(str, arguments)],
        capture_output=True, text=True, check=True,
        env={**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")},
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="fontconfig is not asked there")
def test_a_bare_system_shows_no_boxes_in_the_sample(tmp_path):
    assert boxes(tmp_path) == []


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="fontconfig is not asked there")
def test_without_the_fonts_that_fill_in_it_would(tmp_path):
    for name in ("inter", "source-serif-4"):
        (tmp_path / "fonts").mkdir(exist_ok=True)
        (tmp_path / "fonts" / name).symlink_to(FOLDER / "fonts" / name)
    assert "Source Serif 4 0x1f634" in boxes(tmp_path, tmp_path)
