"""What is deleted from a lake, or damaged in it: every command ends with one message that names it and the way out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from runs import HEADER, SHOP, make_conf

from jobs import settings as conf
from jobs.cli.main import main
from jobs.lake.arrow import schema_of
from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, execute
from transformations.contracts import contract
from transformations.contracts.gold import TABLES

AT = datetime(2025, 3, 1, 9, tzinfo=UTC)
FIRST = "_delta_log/00000000000000000000.json"
READ = {
    "silver.orders": ["show", "silver.orders"],
    "gold.customer_360": ["show", "gold.customer_360"],
    "quarantine.orders": ["quarantine"],
    "ops.rule_counts": ["quality"],
    "ops.rule_history": ["quality"],
    "ops.publications": ["quality"],
}
"""Table -> a command that reads it."""


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A folder with conf and a lake of the tables that commands read."""
    root = tmp_path_factory.mktemp("small")
    (root / "in.csv").write_text(HEADER + "o1,a1,1,2025-03-01 09:00:00,1.50,c1,DE\n")
    make_conf(root, {"shop": SHOP.format(path=root / "in.csv")})
    lake = Lake(root / "lake", lambda: None, "r1")
    lake.prepare()
    order = {"order_id": "o1", "customer_id": "c1", "ordered_at": AT, "source": "shop"}
    nothing: dict[str, list[dict]] = {table.name: [] for table in TABLES}
    for name, rows in (
        nothing
        | {
            "silver.orders": [order],
            "gold.customer_360": [{"person_id": "p1", "as_of_date": AT.date()}],
            "quarantine.orders": [],
            "ops.rule_counts": [],
            "ops.rule_history": [],
            "ops.publications": [],
            "ops.batches": [],
            "ops.progress": [],
        }
    ).items():
        known = set(contract(name).names)
        lake.write(
            name,
            pa.Table.from_pylist([{k: v for k, v in r.items() if k in known} for r in rows], schema_of(contract(name))),
        )
    return root


@pytest.fixture
def damaged(small, tmp_path) -> Callable[..., tuple[Path, Path]]:
    """A copy of it with a table damaged: the folders of conf and lake."""

    def make(name: str, how: str) -> tuple[Path, Path]:
        shutil.copytree(small / "lake", tmp_path / "lake")
        folder = make_conf(tmp_path, {"shop": SHOP.format(path=small / "in.csv")})
        path = tmp_path / "lake" / name.replace(".", "/")
        if how == "log":
            (path / FIRST).write_text("{garbage")
        elif how == "data":
            for file in path.glob("*.parquet"):
                file.write_bytes(b"x" * 300)
        elif how == "no commit":
            (path / FIRST).write_bytes(b"")
        elif how == "gone":
            shutil.rmtree(path)
        return folder, tmp_path / "lake"

    return make


@pytest.mark.parametrize("name", READ)
def test_a_damaged_log_is_one_message_of_every_command(name, damaged, capsys):
    folder, lake = damaged(name, "log")
    assert main([*READ[name], "--conf", str(folder)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {name} is damaged ({lake / name.replace('.', '/')}): ")


@pytest.mark.parametrize("name", ["silver.orders", "gold.customer_360"])
def test_a_damaged_data_file_is_too(name, damaged, capsys):
    folder, _ = damaged(name, "data")
    assert main([*READ[name], "--conf", str(folder)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {name} is damaged (")


@pytest.mark.parametrize("how", ["gone", "no commit"])
@pytest.mark.parametrize("name", READ)
def test_what_is_gone_is_not_there_yet(name, how, damaged, capsys):
    folder, _ = damaged(name, how)
    code = main([*READ[name], "--conf", str(folder)])
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    if READ[name][0] == "show":
        assert (code, shown.err) == (
            2,
            f"error: {name} has not been written yet in {folder.parent / 'lake'}; run `scrm run` first\n",
        )
    else:
        assert len(shown.err.splitlines()) <= 1


@pytest.mark.parametrize("name", ["ops.batches", "ops.progress"])
def test_a_run_that_meets_it_ends_with_one_message_and_a_report(name, damaged):
    folder, lake = damaged(name, "log")
    report = execute(conf.load(folder), Choice(jobs=("parties",)))
    assert report.exit_code == 1
    assert f"{name} is damaged (" in report.message
    assert (lake / "runs" / f"{report.run_id}.json").is_file()


@pytest.mark.parametrize("content", [b"", b"x" * 5000])
def test_a_published_file_that_is_none_is_written_again(content, damaged, capsys):
    folder, lake = damaged("ops.progress", "nothing")
    (lake / "published").mkdir()
    (lake / "published" / "scrm.duckdb").write_bytes(content)
    assert main(["quality", "published", "--conf", str(folder)]) == 1
    assert "`scrm publish` replaces it" in capsys.readouterr().err
    assert main(["publish", "--conf", str(folder)]) == 0
    assert main(["quality", "published", "--conf", str(folder)]) == 0


def test_a_damaged_store_of_models_is_one_message(damaged, capsys):
    folder, lake = damaged("ops.progress", "nothing")
    (lake / "mlflow.db").write_bytes(b"x" * 5000)
    assert main(["models", "--conf", str(folder)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {lake}/mlflow.db is damaged (file is not a database)")
