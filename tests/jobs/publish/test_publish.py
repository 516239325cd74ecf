import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from jobs.errors import ScrmError
from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.publish import duckdb_file
from jobs.publish.publish import PUBLISHED, publish
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings, PublishSettings
from jobs.settings.company import Company
from transformations.contracts import contract

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake that starts no JVM: publishing needs none."""

    def no_spark():
        raise AssertionError("publishing started Spark")

    return Lake(tmp_path / "lake", no_spark, "run-1")


def _run(folder: Path, notes: list[str] | None = None) -> Run:
    settings = Settings(
        folder=folder, base=Base(lake=LakeSettings(root=folder)), company=Company(name="Acme"), sources=()
    )
    return Run("r1", NOW, settings, NOW, note=(notes if notes is not None else []).append)


def _write(lake: Lake, name: str, *rows: dict) -> None:
    lake.write(name, pa.Table.from_pylist(list(rows), arrow.schema_of(contract(name))))


def _indicator(indicator_id: str, day: int, numerator: int, denominator: int | None = None) -> dict:
    return {
        "indicator_id": indicator_id,
        "grain": "day",
        "period_start": date(2025, 1, day),
        "dimension": "all",
        "dimension_value": "all",
        "numerator": Decimal(numerator),
        "known_from": NOW,
        "denominator": None if denominator is None else Decimal(denominator),
        "value": float(numerator),
    }


def _path(lake: Lake) -> Path:
    return lake.root / "published" / "scrm.duckdb"


def _query(lake: Lake, sql: str) -> list[tuple]:
    with duckdb.connect(str(_path(lake)), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_published_table_is_there_with_its_meaning(lake: Lake, tmp_path: Path) -> None:
    _write(lake, "gold.customer_value", {"person_id": "A", "as_of_date": date(2025, 1, 1), "monetary": Decimal("1.5")})
    _write(lake, "gold.influencers", {"person_id": "A", "period": "all", "topics": ["coffee", "tea"]})
    publish(lake, _run(tmp_path))
    tables = _query(lake, "select table_name from duckdb_tables() where schema_name = 'gold' order by all")
    assert [name for (name,) in tables] == sorted(table.short_name for table in PUBLISHED)
    assert _query(lake, "select person_id, monetary, as_of_date from gold.customer_value") == [
        ("A", Decimal("1.5000"), date(2025, 1, 1))
    ]
    assert _query(lake, "select topics from gold.influencers") == [(["coffee", "tea"],)]
    (table,) = _query(lake, "select comment from duckdb_tables() where table_name = 'customer_value'")
    assert table[0].startswith(contract("gold.customer_value").description)
    (column,) = _query(
        lake,
        "select comment, data_type from duckdb_columns() where table_name = 'customer_value' and column_name = 'monetary'",
    )
    assert column == (contract("gold.customer_value").field("monetary").comment, "DECIMAL(38,4)")


def test_times_are_utc_and_the_view_shows_what_is_known_now(lake: Lake, tmp_path: Path) -> None:
    earlier = _indicator("volume", 1, 7) | {"known_to": NOW, "known_from": datetime(2025, 2, 1, tzinfo=UTC)}
    _write(lake, "gold.indicator_values", earlier, _indicator("volume", 1, 8))
    publish(lake, _run(tmp_path))
    assert _query(lake, "select value, known_from, known_to from gold.indicator_values order by value") == [
        (7.0, datetime(2025, 2, 1), datetime(2025, 3, 1)),
        (8.0, datetime(2025, 3, 1), None),
    ]
    assert _query(lake, "select value from gold.current_indicator_values") == [(8.0,)]


def test_small_groups_are_left_out(lake: Lake, tmp_path: Path) -> None:
    _write(
        lake,
        "gold.communities",
        {"community_id": "big", "period": "all", "size": 5},
        {"community_id": "small", "period": "all", "size": 4},
        {"community_id": "small", "period": "2025-01", "size": 9},
    )
    _write(
        lake,
        "gold.community_members",
        {"person_id": "A", "period": "all", "community_id": "big"},
        {"person_id": "B", "period": "all", "community_id": "small"},
        {"person_id": "B", "period": "2025-01", "community_id": "small"},
        {"person_id": "C", "period": "all"},
    )
    _write(
        lake,
        "gold.segments",
        {"segment_id": "s1", "model_version": "1", "members_count": 4},
        {"segment_id": "s2", "model_version": "1", "members_count": 0},
    )
    _write(lake, "gold.segment_members", {"person_id": "A", "model_version": "1", "segment_id": "s1", "level": 3})
    _write(
        lake,
        "gold.customer_360",
        {"person_id": "A", "community_id": "big", "segment_id": "s1"},
        {"person_id": "B", "community_id": "small", "segment_id": "s2"},
    )
    _write(
        lake,
        "gold.indicator_values",
        _indicator("active_customers", 1, 4),
        _indicator("active_customers", 2, 5),
        _indicator("volume", 1, 1),
        _indicator("linked_customer_ratio", 1, 1, 4),
        _indicator("linked_customer_ratio", 2, 1, 5),
    )
    notes: list[str] = []
    publish(lake, _run(tmp_path, notes))
    assert _query(lake, "select community_id, period from gold.communities order by all") == [
        ("big", "all"),
        ("small", "2025-01"),
    ]
    assert _query(lake, "select person_id, period, community_id from gold.community_members order by all") == [
        ("A", "all", "big"),
        ("B", "2025-01", "small"),
        ("B", "all", None),  # as C, who is in none
        ("C", "all", None),
    ]
    assert _query(lake, "select segment_id from gold.segments") == [("s2",)]
    assert _query(lake, "select count(*) from gold.segment_members") == [(0,)]
    assert _query(lake, "select person_id, community_id, segment_id from gold.customer_360 order by all") == [
        ("A", "big", None),
        ("B", None, "s2"),
    ]
    assert _query(lake, "select indicator_id, day(period_start) from gold.indicator_values order by all") == [
        ("active_customers", 2),
        ("linked_customer_ratio", 2),
        ("volume", 1),
    ]
    assert notes == [
        "publish: 5 rows are left out, so that nothing is told of groups with fewer than 5 persons (publish.min_group_size)"
    ]
    left_out = dict(_query(lake, "select table_name, left_out_count from meta.published where left_out_count > 0"))
    assert left_out == {
        "gold.communities": 1,
        "gold.segments": 1,
        "gold.segment_members": 1,
        "gold.indicator_values": 2,
    }


def test_without_a_target_nothing_is_published(lake: Lake, tmp_path: Path) -> None:
    notes: list[str] = []
    run = _run(tmp_path, notes)
    base = run.settings.base.model_copy(update={"publish": PublishSettings(targets=())})
    publish(lake, replace(run, settings=run.settings.model_copy(update={"base": base})))
    assert notes == ["publish: nothing is published (publish.targets in base.yaml is empty)"]
    assert not _path(lake).exists()


def test_the_same_content_is_not_written_again(lake: Lake, tmp_path: Path) -> None:
    row = {"table_name": "t", "property": "validity", "rule": "r", "period": "all", "passing": 1}
    _write(lake, "gold.data_quality", row | {"computed_at": NOW, "run_id": "r1"})
    publish(lake, _run(tmp_path))
    before = _path(lake).stat()
    lake.delete("gold.data_quality", "true")
    _write(lake, "gold.data_quality", row | {"computed_at": datetime(2025, 4, 1, tzinfo=UTC), "run_id": "r2"})
    notes: list[str] = []
    publish(lake, _run(tmp_path, notes))
    assert _path(lake).stat().st_ino == before.st_ino
    assert notes == [f"publish: {_path(lake)} already has the same content"]
    _write(lake, "gold.data_quality", row | {"passing": 2})
    publish(lake, _run(tmp_path))
    assert _path(lake).stat().st_ino != before.st_ino
    assert _query(lake, "select passing from gold.data_quality") == [(2,)]


def test_a_file_that_is_broken_is_replaced(lake: Lake, tmp_path: Path) -> None:
    _path(lake).parent.mkdir(parents=True)
    _path(lake).write_text("no database")
    publish(lake, _run(tmp_path))
    assert _query(lake, "select count(*) from gold.customer_360") == [(0,)]


def test_a_file_that_differs_from_the_lake_is_not_put_in_place(lake: Lake, tmp_path: Path, monkeypatch) -> None:
    _write(lake, "gold.customer_value", {"person_id": "A", "as_of_date": date(2025, 1, 1)})
    publish(lake, _run(tmp_path))
    _write(lake, "gold.customer_value", {"person_id": "B", "as_of_date": date(2025, 1, 1)})

    fill = duckdb_file._fill

    def lossy(aside: Path, *arguments):
        filled = fill(aside, *arguments)
        with duckdb.connect(str(aside)) as file:
            file.execute("update gold.customer_value set person_id = 'C'")
        return filled

    monkeypatch.setattr(duckdb_file, "_fill", lossy)
    with pytest.raises(ScrmError, match=r"gold\.customer_value differs from the lake"):
        publish(lake, _run(tmp_path))
    assert _query(lake, "select person_id from gold.customer_value") == [("A",)]
    assert [path.name for path in _path(lake).parent.iterdir()] == ["scrm.duckdb"]


def test_what_a_killed_run_left_is_cleared(lake: Lake, tmp_path: Path) -> None:
    _path(lake).parent.mkdir(parents=True)
    for name in (".scrm.duckdb.x1.aside", ".scrm.duckdb.x1.aside.wal"):
        (_path(lake).parent / name).write_text("half")
    publish(lake, _run(tmp_path))
    assert [path.name for path in _path(lake).parent.iterdir()] == ["scrm.duckdb"]


READER = textwrap.dedent(
    """
    import sys, duckdb
    path, stop = sys.argv[1], sys.argv[2]
    seen, reads = set(), 0
    print("ready", flush=True)
    import os
    while not os.path.exists(stop):
        with duckdb.connect(path, read_only=True) as connection:
            for table in ("customer_value", "customer_360"):
                seen.add((table, tuple(connection.execute(
                    f"select count(*), min(currency), max(currency) from gold.{table}").fetchone())))
            generations = connection.execute(
                "select (select min(currency) from gold.customer_value) = (select min(currency) from gold.customer_360)"
            ).fetchone()[0]
            assert generations, "two generations in one file"
        reads += 1
    for table, (count, low, high) in seen:
        assert count == 2000 and low == high, (table, count, low, high)
    print(reads, len({low for _, (_, low, _) in seen}))
    """
)


def test_a_reader_sees_the_old_file_or_the_new_one_whole(lake: Lake, tmp_path: Path) -> None:
    def write(generation: str) -> None:
        ids = [f"{i:05d}" for i in range(2000)]
        value = [{"person_id": i, "as_of_date": date(2025, 1, 1), "currency": generation} for i in ids]
        _write(lake, "gold.customer_value", *value)
        _write(lake, "gold.customer_360", *[{"person_id": i, "currency": generation} for i in ids])
        publish(lake, _run(tmp_path))

    write("AAA")
    stop = tmp_path / "stop"
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(_path(lake)), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as reader:
        try:
            assert reader.stdout.readline().strip() == "ready"
            for generation in ("BBB", "CCC", "DDD", "EEE"):
                write(generation)
        finally:
            stop.touch()
        out, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    reads, generations = map(int, out.split())
    assert reads > 4
    assert generations >= 2
