"""Nobody else can read anything that the program writes, whatever the umask; and nothing that it was killed over stays."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.formats import WRITABLE
from tests import offline
from tests.builders import TEXT, by, line, span, write_lines

ROOT = Path(__file__).parents[1]
WORLD = stat.S_IRWXG | stat.S_IRWXO


@pytest.fixture(autouse=True)
def umask():
    """What most systems begin with: everybody may read."""
    former = os.umask(0o022)
    yield
    os.umask(former)


@pytest.fixture
def given(tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    write_lines(given / "in.jsonl", [line(TEXT, span(0, 9), annotator=by(name)) for name in ("Ana", "Ben")])
    return given / "in.jsonl"


def open_to_others(folder, *apart):
    """Every file and folder below one that others may read, by its place; but for what was given.

    What lies in a hidden folder that is private is not open, whatever its own mode.
    """
    return sorted(
        str(each.relative_to(folder))
        for each in folder.rglob("*")
        if not each.is_relative_to(folder / "given")
        and not any(above.name.startswith(".") and not above.stat().st_mode & WORLD for above in each.parents)
        and each.name not in apart
        and each.lstat().st_mode & WORLD
    )


def test_what_the_commands_write_is_for_its_owner_alone(run, call, tmp_path, given):
    run("import", "p.annotator", given)
    for name in WRITABLE:
        call("export", "p.annotator", f"{name}.out", "--format", name, "--card", "--layer", "Ana", code=None)
        call("export", "p.annotator", f"{name}/", "--format", name, "--split", "50/50", code=None)
    call("names", "p.annotator", "names.csv")
    call("report", "p.annotator", "report.html", "--figures", "figures")
    run("export", "p.annotator", "alone.jsonl", "--card")
    run("sample", "sample")
    assert len(list(tmp_path.rglob("*"))) > 60
    assert {each.name for each in tmp_path.rglob("*")} >= {"p.annotator", "export.json", "losses.json", "README.md", "labels.svg",
        "split.json", "report.html", "window.png", "settings.ini", "sample.jsonl"}  # fmt: skip
    assert open_to_others(tmp_path, "in.jsonl") == []


WINDOW = """
import os, sys
from pathlib import Path
from annotator.ui import errors
from annotator.ui.app import application, make_window
from annotator.ui.sample import unchanged_sample
application()
errors.install()
window = make_window()
window.show()
window.project.create(Path("w.annotator"))
window.annotate_as("Ana")
window.remember_place()
errors.log.error("a line")
print(*sorted(each.name for each in Path().iterdir()))
window.files.open_sample()
os._exit(0)
"""


def test_what_the_window_writes_is_for_its_owner_alone_while_it_is_open_and_after_it_was_killed(tmp_path):
    """Project, log, index, lock, note of who has it; settings, log of errors, locks of the state folder, the sample."""
    places = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {**os.environ, **offline.environment(ROOT), **places, "HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", WINDOW], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "w.annotator w.annotator-shm w.annotator-wal w.annotator.lock w.annotator.owner" in done.stdout, done.stderr
    written = {each.name for each in tmp_path.rglob("*") if each.is_file()}
    assert written >= {"window.ini", "window.log"} and any(
        name.startswith("Sample") or "ample" in name for name in written
    )
    of_the_system = {
        "home",
        "CONFIG",
        "DATA",
        "STATE",
        "CACHE",
        "Documents",
        "fontconfig",
        "qt_compose_cache_little_endian",
    }
    assert open_to_others(tmp_path, *of_the_system) == []


HANG = """
import sys, time
from pathlib import Path
from annotator import exporters
from annotator.store import Store
with Store.open_to_read(Path("p.annotator")) as store:
    def wait(*_):
        print("writing", flush=True)
        time.sleep(60)
    exporters.export(store, Path(sys.argv[1]), exporters.ExportOptions(folder=sys.argv[2] == "folder"), progress=wait)
"""


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_export_leaves_is_private_and_swept_when_the_project_is_opened(run, tmp_path, given, kind):
    run("import", "p.annotator", given)
    with subprocess.Popen([sys.executable, "-c", HANG, "out", kind], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, **offline.environment(ROOT)}) as export:  # fmt: skip
        assert export.stdout.readline() == "writing\n"
        export.send_signal(signal.SIGKILL)
    left = [each for each in tmp_path.iterdir() if each.name.startswith(".out")]
    assert left and open_to_others(tmp_path) == []
    run("migrate", "p.annotator")  # opens it to write
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".out")] == []
