"""Texts that break other programs, from file to export in the real window, by mouse and by keyboard.

The oracle is plain Python: the file is read with `json` or as bytes, positions come from `str.index`, and
slices are made of UTF-32, where a code point is four bytes.
"""

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from annotator import exporters, importers
from annotator.store import Store
from tests.ui.hands import choose_in_menu, drag, focus, place, press, seen

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
# Each text with the passages to tag; the first word of each stands nowhere before.
TEXTS = {
    "a leading U+FEFF": ("\ufeff𝄞 The mayor denied it.\r\nTwo officials said no.", ("mayor denied", "officials said")),
    "a leading U+FFFE": ("\ufffe𝄞 The mayor denied it. Two officials said no.", ("mayor denied", "officials said")),
    "a leading U+FFFE before the BMP alone": ("\ufffeThe mayor denied it.", ("mayor denied",)),
    "every line end": (
        "😀 One denied.\r\nTwo said so.\rThree\u2028four spoke.\u2029Five\n\nsix declined.\u0085End of it",
        ("One denied", "Two said", "four spoke", "six declined", "End of"),
    ),
    "a passage over line ends": (
        "😀 He denied.\r\n\r\nThey said.\rNo one spoke",
        ("denied.\r\n\r\nThey said", "one spoke"),
    ),
    "spaces, an object and NUL": (
        "😀 Odum\u00a0said \ufffc the\0levee\u202fholds;\u200b Karst denied\u00a0it, she\tsaid",
        ("Odum\u00a0said", "the\0levee\u202fholds", "Karst denied\u00a0it", "she\tsaid"),
    ),
    "emoji families and flags": (
        f"😀 He said {FAMILY} were 🇩🇪🇫🇷 there, 👍🏽 agreed they, 1️⃣ denied it",
        (f"{FAMILY} were", "🇩🇪🇫🇷 there", "👍🏽 agreed", "1️⃣ denied"),
    ),
    "combining marks and jamo": (
        "𝔘 a cafe\u0301 denied, 한\u1100\u1173\u11af said, o\u0302\u0323n was silent",
        ("cafe\u0301 denied", "한\u1100\u1173\u11af said", "o\u0302\u0323n was"),
    ),
    "Arabic and Hebrew in English": (
        "😀 He said “قال المسؤول لا تعليق لدينا الآن” and “הם אמרו אין תגובה היום לעיתון” to them on Monday",
        ("المسؤول لا تعليق", "אמרו אין תגובה", "them on"),
    ),
    "paragraphs from right to left": (
        "😀\nقال المسؤول لا تعليق لدينا الآن\r\nהם אמרו אין תגובה היום לעיתון\r\nThe end came",
        ("المسؤول لا تعليق", "אמרו אין תגובה", "end came"),
    ),
    "one word in lone line ends": ("\ufeff\r\r\n\n\r😀\u2028denied it\r", ("denied it",)),
}
LABELS = ("denial", "on-record", "anonymous-source", "non-comment", "denial")
KEYS = {"denial": "D", "on-record": "O", "anonymous-source": "A", "non-comment": "N"}


def as_lines(path, text):
    path.write_text(json.dumps({"schema": "source-annotator/1", "text": text}) + "\n", encoding="utf-8")


def as_plain_text(path, text):
    """A mark is put before the text: what stands at the start of a file is the file's, not the text's."""
    path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))


def stored(path):
    """What the project is to hold of a file: all of it, but NUL."""
    data = path.read_bytes()
    text = json.loads(data)["text"] if path.suffix == ".jsonl" else data[3:].decode("utf-8")
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def tag_by_mouse(window, passage, label):
    view = window.article.view
    begin, end = seen(view, passage)
    drag(view, place(view, begin), place(view, end))
    choose_in_menu(window, f"tag-{label}")


def tag_by_keys(window, passage, label):
    """Press the arrow that goes forwards until the caret is seen to have come to a place."""
    view = focus(window)
    press(view, "Control+Home")
    for modifier, target in zip(("", "Shift+"), seen(view, passage), strict=True):
        while (before := view.textCursor().position()) < target:
            is_leftward = view.textCursor().block().textDirection() == Qt.LayoutDirection.RightToLeft
            press(view, modifier + ("Left" if is_leftward else "Right"))
            assert view.textCursor().position() > before
    press(view, KEYS[label])


def tag_by_handle(window, passage, label):
    """Tag the first word of a passage, and drag the handle of its end over the others."""
    first = passage.split()[0]
    tag_by_mouse(window, first, label)
    view = window.article.view
    edge = place(view, seen(view, first)[1])
    knob = next(point for y in range(40) if is_on_handle(view, point := edge + QPoint(0, y)))
    drag(view, knob, place(view, seen(view, passage)[1]))


def is_on_handle(view, point):
    """Whether the mouse says that it would drag an end here."""
    QTest.mouseMove(view.viewport(), point)
    return view.viewport().cursor().shape() == Qt.CursorShape.SizeHorCursor


WAYS = {"mouse": tag_by_mouse, "keys": tag_by_keys, "handle": tag_by_handle}


@pytest.mark.parametrize("write", [as_lines, as_plain_text])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", TEXTS)
def test_what_is_exported_is_what_was_tagged(window, tmp_path, name, way, write):
    raw, passages = TEXTS[name]
    source = tmp_path / ("in.jsonl" if write is as_lines else "in.txt")
    write(source, raw)
    text = stored(source)
    wanted = []
    with Store.create(tmp_path / "p.annotator") as store:
        importers.import_files(store, importers.find([source]))
    window.project.open(tmp_path / "p.annotator")
    window.annotate_as("Cleo")
    for passage, label in zip(passages, LABELS, strict=False):
        passage = passage.replace("\0", "\N{REPLACEMENT CHARACTER}")
        start = text.index(passage)
        WAYS[way](window, passage, label)
        wanted.append((start, start + len(passage), label, passage))
    exporters.export(window.project._store, tmp_path / "out.jsonl", exporters.ExportOptions(status="all"))
    (line,) = (tmp_path / "out.jsonl").read_bytes().splitlines()
    exported = json.loads(line)
    assert exported["text"] == text
    assert [(s["start"], s["end"], s["label"], s["text"]) for s in exported["spans"]] == sorted(wanted)
    units = text.encode("utf-32-le")
    for span in exported["spans"]:
        assert units[4 * span["start"] : 4 * span["end"]].decode("utf-32-le") == span["text"]
