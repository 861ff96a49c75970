"""What the tests of encryption are made of: a project with a word in it that must be found nowhere else."""

import json
from importlib.util import find_spec

import pytest

from annotator.store import Store, encryption, keys
from tests.builders import bring_lines, by, line, span

WORDS = "grüne Heringe im Februar"
CANARY = "Zyxomma"  # in the text, a title, a note and a name
NEEDED = pytest.mark.skipif(find_spec("sqlcipher3") is None, reason="needs the extra encrypted (sqlcipher3)")


def make(path, *, words=WORDS):
    """Make an encrypted project of one article and one layer, and forget its key."""
    with Store.create(path, f"About {CANARY}", keys.make(words)) as store:
        fill(store, path.parent)
    forget()
    return path


def fill(store, folder):
    text = f"{CANARY} said so. " * 400  # of many pages, so that there are overflow pages too
    note = {"source": {"name": CANARY}, "note": f"{CANARY} again"}
    bring_lines(
        store,
        folder,
        line(text, span(0, 7, **note), annotator=by(f"Ana {CANARY}"), meta={"title": CANARY}, status="finished"),
    )
    (folder / "in.jsonl").unlink()


def forget():
    """Be as a process that was just started."""
    keys._known.clear()


def unlocked(path, words=WORDS):
    encryption.unlock(path, words)
    return path


def plain_files(*folders):
    """The files below folders in which the word stands as it is, in any of the encodings that programs keep text in."""
    forms = [CANARY.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    forms.append(json.dumps(CANARY)[1:-1].encode())
    return [
        file for folder in folders for file in folder.rglob("*")
        if file.is_file() and any(form.lower() in file.read_bytes().lower() for form in forms)
    ]  # fmt: skip
