"""Which engine computes in this process."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from jobs.engine import embedded, sessions
from jobs.engine import spark as apache
from jobs.errors import ConfError


def test_the_other_engine_is_refused_where_one_runs_and_that_one_goes_on(spark, tmp_path) -> None:
    of_spark = apache.Options("local[1]", "1g", 1, "", (), ("core",))
    is_embedded = sessions.is_embedded(spark)
    with pytest.raises(ConfError, match="a process has one: start another"):
        sessions.session(of_spark if is_embedded else embedded.Options("1g"), tmp_path / "log")
    assert spark.range(3).count() == 3


@pytest.mark.parametrize(
    "rows", [[], [("a", date(2025, 1, 2), Decimal("1.5")), (None, None, None)]], ids=["none", "two"]
)
def test_rows_that_python_holds_are_frames_of_their_types(spark, rows) -> None:
    types = "name string, day date, amount decimal(18,4)"
    made = sessions.frame(spark, rows, types)
    assert made.dtypes == [("name", "string"), ("day", "date"), ("amount", "decimal(18,4)")]
    assert [tuple(row) for row in made.collect()] == rows
    again = sessions.frame(spark, made.toArrow())  # Arrow has types of its own
    assert again.dtypes == made.dtypes
    assert again.collect() == made.collect()


def test_rows_of_no_chunk_are_no_rows(spark) -> None:
    schema = pa.schema([("at", pa.timestamp("us", "UTC")), ("names", pa.list_(pa.string()))])
    empty = pa.Table.from_arrays([pa.chunked_array([], field.type) for field in schema], schema=schema)
    for types in (None, "at timestamp, names array<string>"):
        made = sessions.frame(spark, empty, types)
        assert made.dtypes == [("at", "timestamp"), ("names", "array<string>")]
        assert made.collect() == []


@pytest.mark.usefixtures("jvm")
@pytest.mark.parametrize("rows", [[], [("a", 1)]], ids=["none", "one"])
def test_reading_such_rows_starts_no_python_process(spark, rows) -> None:
    plan = sessions.frame(spark, rows, "name string, number int")._jdf.queryExecution().executedPlan().toString()
    assert "LocalTableScan" in plan
    assert "ExistingRDD" not in plan


def test_no_other_module_makes_frames_of_rows() -> None:
    """PySpark's own way starts a Python process for each task that reads them."""
    root = Path(sessions.__file__).parents[2]
    modules = [path for name in ("jobs", "transformations", "expectations") for path in (root / name).rglob("*.py")]
    found = {path for path in modules if re.search(r"\bcreateDataFrame\(", path.read_text(encoding="utf-8"))}
    assert {path.parent for path in found} == {root / "jobs" / "engine"}


@pytest.mark.parametrize("numbers", [[], [1, 2, None]], ids=["none", "three"])
def test_a_function_maps_rows_here_and_on_the_engine_alike(spark, numbers) -> None:
    called = []

    def doubled(batches):
        called.append(1)  # seen where the function runs in this process
        for batch in batches:
            yield pa.RecordBatch.from_arrays([pc.multiply(batch["n"], 2), batch["n"]], names=["twice", "n"])

    rows = sessions.frame(spark, pa.table({"n": pa.array(numbers, pa.int64())}))
    here = sessions.mapped(rows, doubled, "twice bigint, n bigint")
    assert called  # before anything reads it
    there = sessions.mapped(rows.select("n"), doubled, "twice bigint, n bigint")
    assert here.dtypes == there.dtypes == [("twice", "bigint"), ("n", "bigint")]
    assert here.collect() == there.collect() == [(number and 2 * number, number) for number in numbers]
