"""Platforms' records as rows that conf may add to."""

from pathlib import Path

from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.settings.sources import Source
from jobs.sources import reading
from jobs.sources.base import SplitOptions

DDL = (
    "source string, batch_id string, file string, line bigint, context string, raw binary, landed_at timestamp, "
    "_file string"
)


def test_expressions_over_a_platforms_rows_see_where_and_when_they_landed(spark):
    source = Source(
        name="s",
        kind="social",
        format="activitystreams",
        path=("x",),
        channel="c",
        service_type="microblog",
        file=Path("s"),
    )
    raw = b'{"type": "Like", "id": "l", "actor": "u", "object": "p"}'
    records = sessions.frame(spark, [("s", "b", "f", 7, None, raw, None, "f@2")], DDL)
    landed = F.lit("2024-05-01 10:00:00").cast("timestamp")
    rows = reading.parsed(source, records, SplitOptions(), []).withColumns(
        {"_line": F.col("line"), "_landed_at": landed}
    )
    found = reading.emitted(source, rows, "interactions").selectExpr(
        "interaction_id", "coalesce(created_at, cast(_landed_at as string)) as created_at", "_line", "_file"
    )
    assert [tuple(row) for row in found.collect()] == [("l", "2024-05-01 10:00:00", 7, "f@2")]


def test_packed_files_and_scripts_of_an_archive_are_refused_by_name(spark):
    source = Source(
        name="s", kind="social", format="twitter", path=("x",), channel="c", service_type="microblog", file=Path("s")
    )
    raws = [b"\x1f\x8b\x08\x00", b"window.YTD.tweets.part0 = []", b"{}"]
    rows = [("s", "b", "f", line, None, raw, None, "f") for line, raw in enumerate(raws, 1)]
    found = reading.parsed(source, sessions.frame(spark, rows, DDL), SplitOptions(), []).orderBy("line").collect()
    assert [row["_problem"].partition(":")[0] for row in found] == ["packed_file", "script_file", "not_this_format"]
