"""Which version of a key stands."""

from transformations.canonical import versions
from transformations.contracts import contract

TABLE = contract("silver.customers")
DDL = (
    "source string, customer_id string, source_version string, batch_id string, line bigint, ordinal int, "
    "_keep_first boolean, _is_refused boolean"
)


def statuses(spark, rows):
    found = versions.ranked(spark.createDataFrame(rows, DDL), TABLE).collect()
    return {row["line"]: row["_status"] for row in found}


def test_the_newest_stands_equal_versions_are_duplicates_and_older_ones_superseded(spark):
    rows = [
        ("erp", "1", "a.csv", "b1", 1, 0, False, False),
        ("erp", "1", "b.csv", "b2", 2, 0, False, False),
        ("erp", "1", "b.csv", "b2", 3, 0, False, False),
        ("erp", "2", "a.csv", "b1", 4, 0, False, False),
    ]
    assert statuses(spark, rows) == {1: "superseded", 2: "duplicate", 3: "winner", 4: "winner"}


def test_keep_first_keeps_the_first_of_equal_versions(spark):
    rows = [("erp", "1", "a", "b", line, 0, True, False) for line in (1, 2)]
    assert statuses(spark, rows) == {1: "winner", 2: "duplicate"}


def test_a_refused_row_takes_nobodys_place(spark):
    rows = [("erp", "1", "a", "b", 1, 0, False, False), ("erp", "1", "z", "b", 2, 0, False, True)]
    assert statuses(spark, rows) == {1: "winner", 2: None}


def test_winners_meet_what_stands(spark):
    winners = spark.createDataFrame(
        [
            ("erp", "new", "a", "b2"),
            ("erp", "newer", "b", "b2"),
            ("erp", "same", "a", "b2"),
            ("erp", "older", "a", "b2"),
            ("erp", "held", "a", "b2"),
        ],
        "source string, customer_id string, source_version string, batch_id string",
    )
    standing = spark.createDataFrame(
        [
            ("erp", "newer", "a", "b1", None),
            ("erp", "same", "a", "b1", None),
            ("erp", "older", "b", "b1", None),
            ("erp", "held", "a", "b2", None),
        ],
        "source string, customer_id string, source_version string, batch_id string, deleted_at timestamp",
    )
    found = {r["customer_id"]: r["_status"] for r in versions.against(winners, standing, TABLE).collect()}
    assert found == {"new": "insert", "newer": "update", "same": "duplicate", "older": "superseded", "held": "held"}
