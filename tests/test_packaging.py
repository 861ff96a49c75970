"""The wheel: it carries what it needs, asks for what it imports, and starts where nothing else is installed."""

import ast
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import annotator

ROOT = Path(__file__).parents[1]
NAME = "source-annotator"


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(wanted: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for line in wanted.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            yield requirement


@pytest.fixture(scope="module")
def dependencies() -> dict[str, Distribution]:
    """Return what a plain installation brings along, by name: our dependencies and theirs."""
    found: dict[str, Distribution] = {}
    open_ones = list(requirements(distribution(NAME), set()))
    met: set[str] = set()
    while open_ones:
        requirement = open_ones.pop()
        name = normalised(requirement.name)
        if str(requirement) not in met:
            met.add(str(requirement))
            found[name] = distribution(name)
            open_ones += requirements(found[name], requirement.extras)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, dependencies: dict[str, Distribution], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of commands of a new environment that holds the wheel and its dependencies alone.

    The dependencies are links to the ones that run this test, so that neither network nor 300 MB are needed.
    """
    folder = tmp_path_factory.mktemp("an environment")
    venv.create(folder, symlinks=True)
    [site_packages] = folder.glob("lib/python*/site-packages")
    for dependency in dependencies.values():
        link_files(dependency, site_packages)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run(
        [*pip, "install", "--no-index", "--no-deps", "--no-compile", str(wheel)], check=True, capture_output=True
    )
    return folder / "bin"


def link_files(dependency: Distribution, site_packages: Path) -> None:
    for name in {file.parts[0] for file in dependency.files or ()} - {"..", "__pycache__"}:
        link = site_packages / name
        if not link.exists():
            link.symlink_to(Path(str(dependency.locate_file(name))))


def run(folder: Path, program: str, *arguments: str) -> str:
    """Run a command of the environment, outside the checkout, and return what it printed."""
    done = subprocess.run([str(folder / program), *arguments], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def resources_of_the_checkout() -> list[str]:
    folder = ROOT / "resources"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_wheel_carries_every_resource_and_no_test(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    carried = [name.removeprefix("annotator/resources/") for name in names if "/resources/" in name]
    assert sorted(name for name in carried if ".dist-info/" not in name) == resources_of_the_checkout()
    assert {name.split("/")[0] for name in names} == {"annotator", wheel.name.split("-py3")[0] + ".dist-info"}


def test_the_wheel_carries_the_licences_of_all_that_it_ships(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    licences = {name.split(".dist-info/licenses/")[1] for name in names if ".dist-info/licenses/" in name}
    others = {f"resources/{name}" for name in resources_of_the_checkout() if "LICENSE" in name}
    assert licences == {"LICENSE", *others}


def test_the_installed_command_tells_its_version(installed: Path):
    assert annotator.__version__ in run(installed, "annotator", "--version")


def test_the_installed_package_finds_its_resources(installed: Path):
    listing = (
        "from annotator.assets import FOLDER\n"
        "print(*sorted(p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob('*') if p.is_file()), sep='\\n')"
    )
    assert run(installed, "python", "-c", listing).splitlines() == resources_of_the_checkout()


def test_every_module_can_be_imported_with_the_declared_dependencies_alone(installed: Path):
    importing = (
        "import importlib, pkgutil, annotator\n"
        "for module in pkgutil.walk_packages(annotator.__path__, 'annotator.'):\n"
        "    if not module.name.endswith('__main__'):\n"
        "        importlib.import_module(module.name)"
    )
    assert run(installed, "python", "-c", importing) == ""


def test_the_installed_package_reads_in_a_process_of_its_own(installed: Path):
    reading = (
        "from pathlib import Path; from annotator.formats import FORMATS; from annotator.formats.isolation import Isolated\n"
        "with Isolated() as readers:\n"
        f"    *_, last = readers.read(FORMATS['html'], Path({str(ROOT / 'tests/data/news_page.html')!r}))\n"
        "print(last.found.meta.outlet)"
    )
    assert run(installed, "python", "-c", reading) == "The Port Courier\n"


def imported_names(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_every_import_also_inside_functions_is_of_a_declared_dependency(dependencies: dict[str, Distribution]):
    extras = {normalised(Requirement(line).name) for line in distribution(NAME).requires or ()}
    allowed = dependencies.keys() | extras
    providers = packages_distributions()
    modules = (ROOT / "annotator").rglob("*.py")
    imported = {name for module in modules for name in imported_names(module)} - sys.stdlib_module_names
    undeclared = {
        name
        for name in imported - {"annotator"}
        if allowed.isdisjoint(normalised(provider) for provider in providers.get(name, ()))
    }
    assert not undeclared
