"""What is told of errors that nobody foresaw."""

import subprocess
from collections import namedtuple

import pytest

from jobs.engine import jvm
from jobs.errors import ConfError, GateStopped, ScrmError
from jobs.lake import failures


def test_an_error_is_a_line_and_its_trace_a_file(tmp_path):
    said = failures.told(tmp_path, "r1.erp", ValueError("no such column\nmore"))
    assert said == f"ValueError: no such column (the whole trace: {tmp_path}/runs/r1.erp.log)"
    assert "ValueError: no such column\nmore" in (tmp_path / "runs" / "r1.erp.log").read_text()
    assert failures.told(tmp_path, "r1.web", ScrmError("what a person can fix")) == "what a person can fix"
    assert not (tmp_path / "runs" / "r1.web.log").exists()


def test_a_trace_that_cannot_be_written_hides_no_error(tmp_path):
    (tmp_path / "runs").write_text("no folder")
    assert failures.told(tmp_path, "r1.erp", ValueError("no such column")) == (
        "ValueError: no such column (its trace cannot be kept: File exists)"
    )


@pytest.mark.parametrize(
    ("failed", "kind", "message"),
    [
        ({"a": ConfError("no zone")}, ConfError, "no zone"),
        ({"a": GateStopped("a rule"), "b": ConfError("no zone")}, ConfError, "a: a rule; b: no zone"),
        ({"a": ConfError("no zone"), "b": ScrmError("away")}, ScrmError, "a: no zone; b: away"),
        ({"a": GateStopped("a rule"), "b": ValueError("odd")}, ScrmError, "a: a rule; b: ValueError: odd"),
    ],
)
def test_of_several_the_code_is_that_which_a_scheduler_tries_again(tmp_path, failed, kind, message):
    with pytest.raises(ScrmError) as error:
        failures.raise_for(tmp_path, "r1.erp", failed)
    assert type(error.value) is kind
    assert str(error.value).startswith(message)


def test_without_failures_nothing_is_raised(tmp_path):
    failures.raise_for(tmp_path, "r1.erp", {})


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


@pytest.fixture
def ended(monkeypatch):
    """A JVM that was killed by a signal."""
    process = subprocess.Popen(["sh", "-c", "kill -BUS $$"])
    process.wait()
    monkeypatch.setattr(jvm, "_started", [process])


LOST = ConnectionRefusedError(111, "Connection refused")


def test_a_jvm_that_a_full_disk_ended_is_named_with_the_disk(tmp_path, ended, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(failures.shutil, "disk_usage", lambda place: usage(2**20))
    assert failures.told(tmp_path, "r1.erp", LOST).startswith(
        f"Spark's JVM has ended by itself (SIGBUS): 1 MiB are free on the disk of {tmp_path}; "
        "free some space and run again: what is unfinished is completed then"
    )


def test_a_jvm_that_ended_for_another_reason_is_named_with_its_log(tmp_path, ended, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(failures.shutil, "disk_usage", lambda place: usage(2**40))
    said = failures.told(tmp_path, "r1.erp", RuntimeError("[JAVA_GATEWAY_EXITED] Java gateway process exited"))
    assert said.startswith("Spark's JVM has ended by itself (SIGBUS), which is most often for want of memory")
    assert f"{tmp_path}/runs/spark.log" in said
    assert failures.told(tmp_path, "r1.erp", ValueError("another")).startswith("ValueError: another")


def test_a_refused_connection_of_something_else_stays_what_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(jvm, "_started", [])
    assert failures.told(tmp_path, "r1.erp", LOST).startswith("Connection refused")
