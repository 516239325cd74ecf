"""Tests lie where what they test lies; every module is used, and none uses itself by a detour."""

from __future__ import annotations

from pathlib import Path

import grimp
import networkx as nx
import pytest

from jobs.bronze import land
from jobs.runner.registry import all_jobs
from jobs.sources import formats

TESTS = Path(__file__).resolve().parents[1]
SOURCES = ("jobs", "transformations", "expectations")
MIRRORED = (*SOURCES, "bench")
OTHERS = ("architecture", "dags", "end_to_end", "faults", "notebooks", "probes")
OF_SEVERAL = {  # what others computed, held against several modules of a folder
    "jobs/sources/formats/test_granary.py",
    "transformations/network/test_graphalytics.py",
}


def is_mirrored(test: Path) -> bool:
    """Whether a file tests/A/test_x.py has its A/x.py or A/x/; or, as the test of A as a whole, is A/test_A.py."""
    folder = TESTS.parent / test.relative_to(TESTS).parent
    name = test.stem.removeprefix("test_")
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir() or (name == folder.name and folder.is_dir())


def test_a_test_is_named_after_the_module_it_tests_and_lies_in_a_folder_of_the_same_name():
    found = [path for name in MIRRORED for path in (TESTS / name).rglob("test_*.py")]
    assert {path.relative_to(TESTS).as_posix() for path in found if not is_mirrored(path)} == OF_SEVERAL


def test_there_are_no_other_folders_of_tests():
    with_tests = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py")}
    assert with_tests == {*MIRRORED, *OTHERS}


@pytest.fixture(scope="module")
def imports() -> nx.DiGraph:
    """Which module imports which, those for types alone left out."""
    graph = grimp.build_graph(*SOURCES, exclude_type_checking_imports=True, cache_dir=None)
    found = nx.DiGraph()
    found.add_nodes_from(graph.modules)
    found.add_edges_from(
        (one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one)
    )
    return found


def test_no_module_imports_itself_by_a_detour(imports):
    assert imports.number_of_edges() > 500
    assert [sorted(group) for group in nx.strongly_connected_components(imports) if len(group) > 1] == []


def test_every_module_is_imported_or_found_by_its_name(imports):
    packages = {name.rpartition(".")[0] for name in imports}
    unused = {name for name, count in imports.in_degree() if count == 0 and name not in packages}
    found = {job.function.__module__ for job in all_jobs()}
    found |= {f"jobs.bronze.{name}" for name in land._WAYS.values()}
    found |= {formats.module(name).__name__ for name in formats.names()}
    # Great Expectations names the second, set-up runs the third.
    assert unused - found == {"jobs.__main__", "expectations.data_docs_view", "jobs.engine.training"}
