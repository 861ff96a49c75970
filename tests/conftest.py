"""What every test stands on: no screen, settings of its own, no dialog that waits for ever."""

import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from tests import offline

_SCRATCH = Path(tempfile.mkdtemp(prefix="annotator-tests-"))
_ROOT = Path(__file__).parents[1]
_SEED = _ROOT / "../shared/data"

# Qt and platformdirs read these once, so they are set before anything imports either.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_SCALE_FACTOR"] = "1"
for _name in ("QT_QPA_PLATFORMTHEME", "QT_STYLE_OVERRIDE"):  # the developer's desktop must not restyle a test
    os.environ.pop(_name, None)
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
    _folder = _SCRATCH / _name
    _folder.mkdir(mode=0o700)
    os.environ[_name] = str(_folder)

# No socket that could leave this machine: in this process, and in those that it starts.
_SOCKETS = _SCRATCH / "sockets"
os.environ[offline.LOG] = str(_SOCKETS)
os.environ |= offline.environment(*filter(None, [os.environ.get("PYTHONPATH")]))
os.environ["HF_HUB_OFFLINE"] = "1"
runpy.run_path(str(offline.FOLDER / "sitecustomize.py"))

# A deadline measures the machine, not the code. Continuous integration tries the same examples every time.
settings.register_profile("dev", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# The convenience functions block inside C++ and never reach the `exec` that Python sees.
_BLOCKING = {
    "QDialog": ("exec",),
    "QMessageBox": ("exec", "about", "critical", "information", "question", "warning"),
    "QFileDialog": ("exec", "getExistingDirectory", "getOpenFileName", "getOpenFileNames", "getSaveFileName"),
    "QInputDialog": ("exec", "getDouble", "getInt", "getItem", "getMultiLineText", "getText"),
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "modal: the test opens a blocking dialog and answers it itself")
    config.addinivalue_line("markers", "xserver: needs a real X server; `./dev test` runs it under xvfb-run")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _SOCKETS.exists():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _SOCKETS.exists():
        terminalreporter.section("the network was used", sep="!", red=True)
        terminalreporter.write(_SOCKETS.read_text(encoding="utf-8"))


def pytest_unconfigure() -> None:
    shutil.rmtree(_SCRATCH, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ["QT_QPA_PLATFORM"] == "xcb":
        return
    skip = pytest.mark.skip(reason="needs a real X server (QT_QPA_PLATFORM=xcb)")
    for item in items:
        if item.get_closest_marker("xserver"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def _no_unanswered_dialog(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test whose dialog would wait for ever; mark the test `modal` if it answers the dialog."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or request.node.get_closest_marker("modal"):
        return
    for class_name, functions in _BLOCKING.items():
        for function in functions:
            monkeypatch.setattr(getattr(widgets, class_name), function, _refuse(f"{class_name}.{function}"))


def _refuse(name: str) -> Callable[..., NoReturn]:
    def refuse(*_arguments: object, **_options: object) -> NoReturn:
        raise AssertionError(f"{name} opened a dialog that the test did not expect")

    return refuse


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command in `tmp_path`, in a process of its own, and return it finished with the exit code `code`."""

    def run(*arguments: object, code: int | None = 0, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "annotator", *map(str, arguments)]
        environment = {**os.environ, **offline.environment(_ROOT), "COLUMNS": "80"}
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False, **options
        )
        assert code in (None, done.returncode), done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert "Something went wrong" not in done.stderr, done.stderr
        return done

    return run


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command as `run` does, but in this process: for many of them, where a start of its own shows nothing."""
    from annotator import cli

    def call(*arguments: object, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["annotator", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        done = subprocess.CompletedProcess(sys.argv, int(ended.value.code or 0), *capsys.readouterr())
        assert code in (None, done.returncode), done.stdout + done.stderr
        return done

    return call


@pytest.fixture(scope="session")
def seed() -> Path:
    """Return the folder of the seed articles and their reference annotations."""
    if not _SEED.is_dir():
        pytest.skip("needs the seed data in ../shared/data, beside the checkout")
    return _SEED.resolve()
