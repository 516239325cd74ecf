"""Which code a hash covers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import grimp
import networkx as nx
import pytest

from jobs.lake import fingerprints

SMALL = {
    "jobs/__init__.py": "",
    "jobs/top.py": '''"""A job."""
from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jobs.near import thing  # what it needs
from transformations import (
    text,
    value as worth,
)

if TYPE_CHECKING:
    from jobs.types_alone import Row

    import jobs.types_too

CONSTANT = 1


def run():
    import jobs.inside
    from expectations.late import (judge)
''',
    "jobs/near.py": "from jobs.far import thing\n",
    "jobs/far.py": "import jobs.top  # round and round\nfrom jobs.package import thing\n",
    "jobs/package/__init__.py": "thing = 1\n",
    "jobs/inside.py": "",
    "jobs/types_alone.py": "from jobs.unused import Row\n",
    "jobs/types_too.py": "",
    "jobs/unused.py": "# from jobs.top import run\n",
    "transformations/__init__.py": "",
    "transformations/text.py": "from transformations.words import WORDS\n",
    "transformations/words.py": "WORDS = ()\n",
    "transformations/value.py": "",
    "expectations/__init__.py": "",
    "expectations/late.py": "",
}


def forget() -> None:
    for cached in (fingerprints._hash, fingerprints._imported, fingerprints._file, fingerprints._content):
        cached.cache_clear()


@pytest.fixture
def write(tmp_path, monkeypatch) -> Iterator[Callable[..., None]]:
    """A small package instead of ours: write({file: content}) changes it, as another process finds it."""
    monkeypatch.setattr(fingerprints, "_ROOT", tmp_path)

    def of(files: dict[str, str]) -> None:
        for name, content in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        forget()

    of(SMALL)
    yield of
    forget()


def test_imports_are_followed_wherever_they_stand_and_those_for_types_are_not(write):
    assert fingerprints.closure(["jobs.top"]) == {
        "jobs.top",
        "jobs.near",
        "jobs.far",
        "jobs.package",
        "jobs.inside",
        "transformations",
        "transformations.text",
        "transformations.words",
        "transformations.value",
        "expectations.late",
    }
    assert fingerprints.closure(["jobs.types_alone"]) == {"jobs.types_alone", "jobs.unused"}


def test_what_is_excluded_is_left_out_with_all_that_it_alone_imports(write):
    assert fingerprints.closure(["jobs.top"], without=["transformations", "jobs.near"]) == {
        "jobs.top",
        "jobs.inside",
        "expectations.late",
    }
    assert "transformations.words" in fingerprints.closure(["jobs.top"], without=["transformations.word", "jobs.fa"])


@pytest.mark.parametrize(
    "file", ["jobs/top.py", "jobs/package/__init__.py", "jobs/inside.py", "transformations/words.py"]
)
def test_other_code_however_far_gives_another_hash(write, file):
    before = fingerprints.code_hash("jobs.top")
    write({file: SMALL[file] + "\nOTHER = 2\n"})
    assert fingerprints.code_hash("jobs.top") != before
    write({file: SMALL[file]})
    assert fingerprints.code_hash("jobs.top") == before


@pytest.mark.parametrize("file", ["jobs/unused.py", "jobs/types_alone.py", "jobs/types_too.py", "jobs/new.py"])
def test_code_that_is_not_imported_changes_no_hash(write, file):
    before = fingerprints.code_hash("jobs.top")
    write({file: "OTHER = 2\n"})
    assert fingerprints.code_hash("jobs.top") == before


def test_a_hash_covers_an_import_that_is_new_and_none_that_is_excluded(write):
    before = fingerprints.code_hash("jobs.near", without=["jobs.top"])
    write({"jobs/top.py": "OTHER = 2\n"})
    assert fingerprints.code_hash("jobs.near", without=["jobs.top"]) == before
    write({"jobs/far.py": SMALL["jobs/far.py"] + "from jobs.unused import Row\n"})
    imports_more = fingerprints.code_hash("jobs.near", without=["jobs.top"])
    write({"jobs/unused.py": "OTHER = 2\n"})
    assert len({before, imports_more, fingerprints.code_hash("jobs.near", without=["jobs.top"])}) == 3


def test_a_hash_is_of_modules_in_any_order_and_tells_what_stands_in_which(write):
    write({"jobs/types_too.py": "A = 1\n", "jobs/inside.py": "B = 1\n"})
    names = ("jobs.types_too", "jobs.inside")
    before = fingerprints.code_hash(*names)
    assert fingerprints.code_hash(*reversed(names)) == before
    assert fingerprints.code_hash(names[0]) != before
    write({"jobs/types_too.py": "B = 1\n", "jobs/inside.py": "A = 1\n"})
    assert fingerprints.code_hash(*names) != before


def test_of_our_own_code_nothing_is_overlooked_that_a_parser_finds():
    graph = grimp.build_graph(
        "jobs", "expectations", "transformations", exclude_type_checking_imports=True, cache_dir=None
    )
    imports = nx.DiGraph()
    imports.add_nodes_from(graph.modules)
    for one in graph.modules:
        imports.add_edges_from((one, other) for other in graph.find_modules_directly_imported_by(one))
    overlooked = {name: nx.descendants(imports, name) - fingerprints.closure([name]) for name in imports}
    assert Path(fingerprints.__file__).is_relative_to(fingerprints._ROOT)
    assert len(overlooked) > 200
    assert {name: missing for name, missing in overlooked.items() if missing} == {}
