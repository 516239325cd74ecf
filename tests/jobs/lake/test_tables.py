"""The lake: writes only what differs, reads what is there, hashes content and nothing else."""

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from jobs.errors import ScrmError
from jobs.lake.arrow import schema_of
from transformations.contracts import CONTRACTS, contract

CUSTOMER = {
    "source": "erp",
    "customer_id": "1",
    "name": "Ada",
    "email": None,
    "created_at": datetime(2025, 1, 1, tzinfo=UTC),
    "batch_id": "b1",
    "flags": ["x"],
    "has_email_consent": True,
}


def arrow(name: str, *rows: dict) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema_of(contract(name)))


def frame(lake, name: str, *rows: dict):
    return lake.frame(arrow(name, *rows), contract(name))


@pytest.mark.parametrize("engine", ["arrow", "spark"])
def test_writing_the_same_again_makes_no_commit_and_keys_that_are_gone_go(lake, engine):
    def make(lake, *rows):
        return arrow("silver.customers", *rows) if engine == "arrow" else frame(lake, "silver.customers", *rows)

    two = [CUSTOMER, {**CUSTOMER, "customer_id": "2", "name": None}]
    lake.write("silver.customers", make(lake, *two))
    version, content = lake.version("silver.customers"), lake.hash("silver.customers")
    lake.write("silver.customers", make(lake, *reversed(two)))
    assert lake.version("silver.customers") == version
    lake.write("silver.customers", make(lake, {**CUSTOMER, "name": "Ada L."}))
    assert lake.version("silver.customers") > version
    assert [(r["customer_id"], r["name"]) for r in lake.rows("silver.customers")] == [("1", "Ada L.")]
    lake.write("silver.customers", make(lake, *two))
    assert lake.hash("silver.customers") == content


@pytest.mark.parametrize("engine", ["arrow", "spark"])
def test_a_scope_leaves_other_rows_alone(lake, engine):
    other = {**CUSTOMER, "source": "shop"}
    lake.write("silver.customers", arrow("silver.customers", CUSTOMER, other))
    rows = arrow("silver.customers", {**CUSTOMER, "customer_id": "9"})
    lake.write(
        "silver.customers",
        rows if engine == "arrow" else lake.frame(rows, contract("silver.customers")),
        scope="source = 'erp'",
    )
    assert sorted((r["source"], r["customer_id"]) for r in lake.rows("silver.customers")) == [
        ("erp", "9"),
        ("shop", "1"),
    ]


def test_rows_that_fit_into_memory_are_written_without_the_engines_commits(lake, monkeypatch):
    from jobs.lake import spark_merging

    monkeypatch.setattr(spark_merging, "merge", lambda *of: pytest.fail("the engine writes"))
    made = lake.spark.range(3).selectExpr("'shop' as source", "cast(id as string) as customer_id")
    lake.write("silver.customers", made, is_small=True)
    assert lake.count("silver.customers") == 3
    assert lake.are_few(3, "silver.customers", "silver.orders")
    assert not lake.are_few(2, "silver.customers", "silver.orders")


def test_spark_and_arrow_read_alike_and_hide_what_a_platform_deleted(lake):
    gone = {**CUSTOMER, "customer_id": "2", "deleted_at": datetime(2025, 2, 1, tzinfo=UTC)}
    lake.write("silver.customers", arrow("silver.customers", CUSTOMER, gone))
    by_spark = lake.read("silver.customers").toArrow().to_pylist()
    assert by_spark == lake.arrow("silver.customers").to_pylist()
    assert [row["customer_id"] for row in by_spark] == ["1"]
    assert lake.read("silver.customers", with_deleted=True).count() == 2
    assert lake.arrow("silver.posts").num_rows == lake.read("silver.posts").count() == 0


def test_rows_are_counted_as_they_are_read_and_none_is_held(lake, monkeypatch):
    assert lake.count("silver.customers") == 0
    gone = {**CUSTOMER, "customer_id": "2", "deleted_at": datetime(2025, 2, 1, tzinfo=UTC)}
    lake.write("silver.customers", arrow("silver.customers", CUSTOMER, gone))
    rule = {"day": datetime(2025, 1, 1, tzinfo=UTC).date(), "table_name": "silver.customers", "rule": "r"}
    lake.write("ops.rule_history", arrow("ops.rule_history", rule))
    monkeypatch.setattr(type(lake), "stream", lambda *_, **__: pytest.fail("rows were read to be counted"))
    assert lake.count("silver.customers") == 1
    assert lake.count("ops.rule_history") == 1  # it has no deleted_at


@pytest.mark.usefixtures("jvm")  # the embedded engine writes none
def test_a_table_with_deletion_vectors_is_read_right(lake, spark):
    rows = [{**CUSTOMER, "customer_id": str(n)} for n in range(100)]
    lake.write("silver.customers", frame(lake, "silver.customers", *rows))
    path = lake.path("silver.customers")
    spark.sql(f"alter table delta.`{path}` set tblproperties (delta.enableDeletionVectors = true)")
    spark.sql(f"delete from delta.`{path}` where customer_id = '7'")
    assert list(path.glob("deletion_vector*"))
    assert lake.arrow("silver.customers").num_rows == lake.read("silver.customers").count() == 99


def test_hashes_tell_null_from_empty_and_ignore_lineage_and_the_last_digits_of_doubles(lake):
    def hashed(**values) -> tuple[int, int]:
        lake.write("silver.customers", arrow("silver.customers", {**CUSTOMER, **values}))
        return lake.hash("silver.customers")

    base = hashed()
    assert hashed(batch_id="b2") == base
    different = [
        hashed(name=None),
        hashed(name=""),
        hashed(name=None, email="Ada"),
        hashed(flags=None),
        hashed(flags=[]),
    ]
    assert len({base, *different}) == 6

    def of_double(value: float) -> tuple[int, int]:
        row = {"channel": "c", "post_id": "1", "relevance_ratio": value}
        lake.write("silver.post_enrichments", frame(lake, "silver.post_enrichments", row))
        return lake.hash("silver.post_enrichments")

    assert of_double(0.1 + 0.2) == of_double(0.3)
    assert of_double(0.3) != of_double(0.30000001)


def test_a_key_that_stands_twice_and_a_column_nobody_declared_are_refused(lake):
    with pytest.raises(ScrmError, match="repeat a key"):
        lake.write("silver.customers", arrow("silver.customers", CUSTOMER, CUSTOMER))
    with pytest.raises(ScrmError, match="no column shoe_size"):
        lake.write("silver.customers", pa.table({"shoe_size": [1]}))


def test_decimals_keep_their_cents_through_both_engines(lake):
    row = {"source": "erp", "order_id": "1", "line_number": 1, "amount": Decimal("12345678901234567.8901")}
    lake.write("silver.order_lines", arrow("silver.order_lines", row))
    assert lake.arrow("silver.order_lines")["amount"].to_pylist() == [row["amount"]]
    assert lake.read("silver.order_lines").first()["amount"] == row["amount"]


def test_every_field_is_used_by_a_table_and_every_column_has_a_meaning():
    from transformations.contracts import Field, bronze_table, fields, quarantine_table

    tables = [*CONTRACTS.values(), bronze_table("x"), quarantine_table("x")]
    used = {field.name for table in tables for field in table.columns}
    declared = {field.name for field in vars(fields).values() if isinstance(field, Field)}
    assert declared - used == set()
    assert all(len(field.description) > 3 for table in tables for field in table.columns)


def test_many_small_files_become_one_and_the_rows_stay(quiet):
    for number in range(22):
        quiet.upsert("ops.progress", [{"job": "a", "input": "b", "run_id": f"run-{number}", "done_batch_id": ""}])
    before, version = quiet.rows("ops.progress"), quiet.version("ops.progress")
    quiet.compact("ops.progress")
    assert len(quiet._delta("ops.progress").file_uris()) == 1
    assert sorted(map(repr, quiet.rows("ops.progress"))) == sorted(map(repr, before))
    assert len(before) == 22
    compacted = quiet.version("ops.progress")
    assert compacted == version + 1
    quiet.compact("ops.progress")
    quiet.compact("ops.batches")  # not there yet
    assert quiet.version("ops.progress") == compacted


@pytest.mark.parametrize("engine", ["arrow", "spark"])
@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize(("rows", "words"), [([{}, {"name": "Bo"}], "repeat a key"), ([{"customer_id": None}], "key")])
def test_rows_without_a_key_of_their_own_are_refused_whatever_the_engine(lake, engine, is_there, rows, words):
    name = "silver.customers"
    if is_there:
        lake.write(name, arrow(name, {**CUSTOMER, "customer_id": "2"}))
    given = [CUSTOMER | row for row in rows]
    with pytest.raises(ScrmError, match=rf"^{name}: .*{words}"):
        lake.upsert(name, arrow(name, *given) if engine == "arrow" else frame(lake, name, *given))
    assert [row["customer_id"] for row in lake.rows(name)] == (["2"] if is_there else [])


@pytest.mark.parametrize("engine", ["arrow", "spark"])
def test_a_double_that_differs_in_its_last_digits_is_the_same(lake, engine):
    name = "silver.post_enrichments"
    post = {"channel": "c", "post_id": "1", "tone_score": 0.1 + 0.2}
    lake.write(name, arrow(name, post))
    version = lake.version(name)
    for score, changes in ((0.3, 0), (0.31, 1)):
        row = {**post, "tone_score": score}
        lake.write(name, arrow(name, row) if engine == "arrow" else frame(lake, name, row))
        assert (lake.version(name) > version) == bool(changes)


@pytest.mark.usefixtures("jvm")
def test_sessions_of_their_own_compile_plans_where_the_lake_that_they_come_from_does(lake):
    def compiles(other) -> str:
        return other.spark.conf.get("spark.sql.codegen.wholeStage")

    assert [compiles(one) for one in (lake, lake.isolated(), lake.isolated().isolated())] == ["false"] * 3
    compiling = lake.isolated(generates_code=True)
    assert [compiles(one) for one in (compiling, compiling.isolated())] == ["true"] * 2
    assert compiles(compiling.isolated(generates_code=False)) == "false"
