"""What is removed from a lake, or was left by a full disk: a plain run makes it again, equal to what it was."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from runs import FORUM, HEADER, SHOP, copied, good_run, make_conf

from jobs import settings as conf
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.silver.families import FAMILIES

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("silver.orders", "silver.order_lines", "silver.customers", "silver.posts", "silver.profiles")
POST = '{{"id": "{0}", "author": "c1", "text": "fine", "at": "2025-03-0{0}T10:00:00Z"}}\n'


def small_conf(root: Path) -> Path:
    for day in (1, 2):
        lines = f"o{day},a1,1,2025-03-0{day} 09:00:00,1.50,c{day},DE\nx{day},a2,many,2025-03-02 09:00:00,2,c3,DE\n"
        (root / f"day{day}.csv").write_text(HEADER + lines)
    (root / "posts.json").write_text("".join(POST.format(number) for number in range(1, 4)))
    sources = {
        "shop": SHOP.format(path=root / "day*.csv"),
        "forum": FORUM.format(path=root / "posts.json", channel="forum"),
    }
    return make_conf(root, sources)


def content(lake: Lake) -> dict[str, tuple[int, int] | int]:
    aside = {name: lake.count(name) for name in lake.names("quarantine")}
    return {name: lake.hash(name) for name in TABLES} | aside


@pytest.fixture(scope="module")
def whole(tmp_path_factory, spark) -> tuple[conf.Settings, Lake, dict]:
    root = tmp_path_factory.mktemp("whole")
    settings = conf.load(small_conf(root))
    lake = Lake(settings.base.lake.root, lambda: spark)
    good_run(settings, lake)
    return settings, lake, content(lake)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["bronze.shop", "silver.orders", "silver.posts", "quarantine.order_lines", "ops.batches", "ops.progress"]
)
def test_a_table_that_is_removed_is_made_again(whole, tmp_path, name):
    settings, lake, expected = whole
    assert lake.exists(name)
    damaged = copied(lake, tmp_path / "lake")
    shutil.rmtree(damaged.path(name))
    good_run(settings, damaged)
    assert content(damaged) == expected
    assert row_accounts.mistakes(damaged) == []


@pytest.mark.slow
def test_row_accounts_that_are_removed_are_made_again_with_all_of_silver(whole, tmp_path):
    settings, lake, expected = whole
    damaged = copied(lake, tmp_path / "lake")
    shutil.rmtree(damaged.path("ops.row_accounts"))
    good_run(settings, damaged, full=True)
    assert content(damaged) == expected
    assert damaged.count("ops.row_accounts") == lake.count("ops.row_accounts")


@pytest.mark.slow
@pytest.mark.parametrize("most_bytes", [0, 1_000, 4_000, 16_000])
def test_after_a_full_disk_a_plain_run_ends_equal(whole, tmp_path, spark, most_bytes):
    """A limit on the size of files stands for the full disk; it comes while files land, and while tables are written."""
    _, _, expected = whole
    folder = small_conf(tmp_path)
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    command = [sys.executable, "-m", "jobs", "run", "land", *FAMILIES, "--conf", str(folder)]
    done = subprocess.run(command, cwd=ROOT, preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    settings = conf.load(folder)
    lake = Lake(settings.base.lake.root, lambda: spark)
    good_run(settings, lake)
    assert content(lake) == expected
    assert row_accounts.mistakes(lake) == []
