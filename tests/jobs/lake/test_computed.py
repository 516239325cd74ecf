"""Rows computed once: in memory and in Spark they answer alike."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from jobs.engine import sessions
from jobs.lake.computed import ONE_TASK_ROWS, Computed, frame_of

TYPES = {
    "id": "string",
    "batch": "string",
    "is_kept": "boolean",
    "amount": "decimal(18,4)",
    "score": "double",
    "pages": "bigint",
    "day": "date",
    "sent_at": "timestamp",
    "flags": "array<string>",
}
ROWS = [
    ("1", "b1", True, Decimal("1.5000"), 0.25, 3, date(2025, 1, 1), datetime(2025, 1, 1, 9, tzinfo=UTC), ["x", "y"]),
    ("2", "b1", False, Decimal("-2.2500"), None, None, None, None, []),
    ("3", "b2", None, None, -1.0, 4, date(2024, 2, 29), datetime(2024, 7, 1, tzinfo=UTC), None),
    ("4", None, True, Decimal("0.0001"), 1e9, 2**40, date(1999, 1, 1), datetime(1999, 1, 1, tzinfo=UTC), ["z", None]),
]
DDL = ", ".join(f"{name} {type_}" for name, type_ in TYPES.items())


def persisted(spark) -> set[int]:
    """What Spark holds in memory, by number."""
    return set(spark.sparkContext._jsc.getPersistentRDDs())


def views(spark) -> set[str]:
    """Temporary views of rows. `catalog.listTables` would read each view of the session, also those that others left."""
    shown = (value for row in spark.sql("show views").collect() for value in row)  # engines name the columns otherwise
    return {value for value in shown if isinstance(value, str) and value.startswith("rows_")}


@pytest.fixture(params=[True, False], ids=["in memory", "in Spark"])
def computed(spark, request):
    made = Computed.of(sessions.frame(spark, ROWS, DDL), is_small=request.param)
    yield made
    made.release()


@pytest.fixture
def nulls(spark):
    """Rows of only nulls, and no rows: in memory and in Spark."""
    made = [
        Computed.of(frame, is_small=is_small)
        for frame in (sessions.frame(spark, [tuple([None] * len(TYPES))] * 2, DDL), sessions.frame(spark, [], DDL))
        for is_small in (True, False)
    ]
    yield made[:2], made[2:]
    for one in made:
        one.release()


def test_sql_counts_adds_up_and_finds_the_first(computed):
    query = (
        "select coalesce(batch, '-') as batch, count(*) as rows, count(case when is_kept then 1 end) as kept, "
        "sum(pages) as pages, min(id) as first from rows group by batch"
    )
    found = sorted(computed.sql(query), key=lambda row: row["batch"])
    assert found == [
        {"batch": "-", "rows": 1, "kept": 1, "pages": 2**40, "first": "4"},
        {"batch": "b1", "rows": 2, "kept": 1, "pages": 3, "first": "1"},
        {"batch": "b2", "rows": 1, "kept": 0, "pages": 4, "first": "3"},
    ]
    assert {type(row[name]) for row in found for name in ("rows", "kept", "pages")} == {int}


def test_sql_keeps_cents_and_adds_doubles(computed):
    (row,) = computed.sql("select sum(amount) as amount, sum(score) as score, max(day) as day from rows")
    assert row == {"amount": Decimal("-0.7499"), "score": 1e9 - 0.75, "day": date(2025, 1, 1)}


def test_sql_asks_several_times_and_leaves_nothing_behind(spark, computed):
    before = views(spark)
    assert [computed.sql("select count(*) as n from rows where id > '2'") for _ in range(2)] == [[{"n": 2}]] * 2
    computed.release()
    assert views(spark) == before


def test_sql_that_fails_leaves_nothing_behind_and_the_rows_can_be_asked_again(spark, computed):
    before = views(spark)
    with pytest.raises(Exception, match="nowhere"):
        computed.sql("select nowhere from rows")
    assert computed.sql("select count(*) as n from rows") == [{"n": 4}]
    computed.release()
    assert views(spark) == before


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("is_kept", ["1", "4"]),
        ("not is_kept", ["2"]),
        ("not coalesce(is_kept, false)", ["2", "3"]),
        ("batch = 'b1' and is_kept", ["1"]),
        ("batch <> 'b1'", ["3"]),
        ("batch is null", ["4"]),
        ("id = 'nobody'", []),
    ],
)
def test_where_chooses_rows_for_which_a_condition_is_true_and_null_is_not(computed, condition, ids):
    found = computed.where(condition, ["pages", "id"])
    rows = found if isinstance(found, pa.Table) else found.toArrow()
    assert isinstance(found, pa.Table) is (computed.arrow is not None)
    assert rows.column_names == ["pages", "id"]
    assert sorted(rows["id"].to_pylist()) == ids


def test_a_frame_has_all_columns_or_those_asked_for_in_their_order_with_their_types(spark, computed):
    assert computed.columns == list(TYPES)
    assert dict(computed.frame().dtypes) == TYPES
    given = sessions.frame(spark, ROWS, DDL)
    assert sorted(computed.frame().collect()) == sorted(given.collect())
    some = computed.frame(["flags", "amount", "id"])
    assert some.dtypes == [("flags", "array<string>"), ("amount", "decimal(18,4)"), ("id", "string")]
    assert sorted(map(tuple, some.collect()), key=lambda row: row[2]) == [(row[8], row[3], row[0]) for row in ROWS]


def test_counts_of_only_nulls_and_of_no_rows_are_no_nulls(nulls):
    query = "select count(*) as rows, count(case when is_kept then 1 end) as kept, count(amount) as amounts from rows"
    only_nulls, no_rows = nulls
    for one in only_nulls:
        assert one.sql(query) == [{"rows": 2, "kept": 0, "amounts": 0}]
        assert one.sql("select sum(pages) as pages, max(sent_at) as latest from rows") == [
            {"pages": None, "latest": None}
        ]
        assert one.frame().count() == 2
    for one in no_rows:
        assert one.sql(query) == [{"rows": 0, "kept": 0, "amounts": 0}]
        assert one.sql(f"{query} group by batch") == []
        assert dict(one.frame().dtypes) == TYPES
        assert one.frame(["id"]).count() == 0


@pytest.mark.usefixtures("jvm")
@pytest.mark.parametrize("is_small", [True, False])
def test_what_spark_holds_of_rows_is_given_back(spark, is_small):
    before = persisted(spark)
    computed = Computed.of(spark.range(3).selectExpr("cast(id as string) as id"), is_small=is_small)
    assert (computed.frame().count(), computed.frame(["id"]).count()) == (3, 3)
    assert len(persisted(spark) - before) == (0 if is_small else 1)
    computed.release()
    assert persisted(spark) - before == set()


def test_released_rows_in_memory_are_gone_and_release_may_be_called_twice(spark):
    computed = Computed.of(spark.range(3), is_small=True)
    assert computed.sql("select count(*) as n from rows") == [{"n": 3}]
    for _ in range(2):
        computed.release()
    assert computed.arrow is computed._duckdb is computed._whole is None


def test_rows_in_memory_start_spark_only_for_a_frame():
    def no_spark():
        raise AssertionError("Spark was started")

    computed = Computed(no_spark, {"id": "string"}, pa.table({"id": ["1", "2"]}))
    assert computed.sql("select max(id) as last from rows") == [{"last": "2"}]
    assert computed.where("id = '1'", ["id"]).to_pylist() == [{"id": "1"}]
    computed.release()


def test_few_rows_are_one_partition(spark):
    parts = frame_of(spark, pa.table({"n": range(10)}), "n bigint").selectExpr("spark_partition_id() as part")
    assert parts.distinct().count() == 1
    many = frame_of(spark, pa.table({"n": range(ONE_TASK_ROWS + 1)}), "n bigint")
    assert many.count() == ONE_TASK_ROWS + 1


@pytest.mark.usefixtures("jvm")
@pytest.mark.parametrize("is_small", [True, False])
def test_rows_are_computed_once_however_often_they_are_asked(spark, tmp_path, is_small):
    before = persisted(spark)
    file = tmp_path / "rows.parquet"
    parquet.write_table(pa.table({"id": ["1", "2"]}), file)
    computed = Computed.of(spark.read.parquet(str(file)), is_small=is_small)
    assert computed.sql("select count(*) as n from rows") == [{"n": 2}]
    file.unlink()  # what is computed again from here on fails
    assert computed.sql("select max(id) as last from rows") == [{"last": "2"}]
    assert computed.frame(["id"]).count() == computed.frame().count() == 2
    computed.release()
    assert persisted(spark) - before == set()
