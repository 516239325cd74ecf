"""An error that nobody foresaw is one line, with its trace in the folder of runs."""

from __future__ import annotations

import pytest

from jobs.errors import ConfError, GateStopped, ScrmError
from jobs.lake import failures


def test_the_trace_is_kept_in_a_file(tmp_path):
    try:
        raise ValueError("bad\nthing")
    except ValueError as error:
        told = failures.told(tmp_path, "run-1.erp", error)
    log = tmp_path / "runs" / "run-1.erp.log"
    assert told == f"ValueError: bad (the whole trace: {log})"
    assert log.read_text().startswith("Traceback (most recent call last):")


def test_an_error_of_ours_needs_no_trace(tmp_path):
    assert failures.told(tmp_path, "run-1", ScrmError("fix it")) == "fix it"
    assert not (tmp_path / "runs").exists()


def test_a_trace_that_cannot_be_kept_is_left_out(tmp_path):
    (tmp_path / "runs").write_text("a file")
    assert failures.told(tmp_path, "run-1", ValueError("bad")) == "ValueError: bad"


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("bronze.shop", "restore that folder from a backup"),
        ("silver.orders", "run `scrm run --full`"),
        ("quarantine.orders", "run `scrm run --full`"),
        ("gold.segments", "run `scrm run`"),
        ("ops.progress", "run `scrm run`"),
        ("ops.runs", "without its history"),
    ],
)
def test_what_spark_cannot_read_names_the_table_and_the_way_out(tmp_path, name, way_out):
    layer, short_name = name.split(".")
    error = RuntimeError(
        f"[FAILED_READ_FILE.NO_HINT] Encountered error while reading file {tmp_path}/{layer}/{short_name}/p.parquet"
    )
    told = failures.told(tmp_path, "run-1", error)
    assert f"; {name} is damaged ({tmp_path / layer / short_name}): " in told
    assert way_out in told


def test_a_full_disk_is_no_damage(tmp_path):
    error = RuntimeError(f"No space left on device: {tmp_path}/silver/orders/part-0.parquet")
    assert "damaged" not in failures.told(tmp_path, "run-1", error)


def test_sources_that_fail_are_all_told_and_the_least_code_counts(tmp_path):
    failures.raise_for(tmp_path, "r.land", {})
    with pytest.raises(GateStopped, match=r"^stopped$"):
        failures.raise_for(tmp_path, "r.land", {"shop": GateStopped("stopped")})
    with pytest.raises(ConfError, match=r"^shop: stopped; board: fix it$"):
        failures.raise_for(tmp_path, "r.land", {"shop": GateStopped("stopped"), "board": ConfError("fix it")})
