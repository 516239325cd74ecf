"""A source's own columns beside the pipeline's, whatever their names."""

from pyspark.sql import functions as F

from jobs.engine import sessions
from transformations.canonical import own


def test_expressions_see_the_sources_columns_and_the_rows_keep_both(spark):
    rows = sessions.frame(
        spark,
        [("pipeline", 7, "f", "web", "2", "own")],
        "source string, line int, _file string, _own_source string, _own_line string, `_own_a.b` string",
    )
    found = own.evaluated(rows, {"x": F.expr("concat(source, line, `a.b`, _file)")})
    assert found.columns == [*rows.columns, "x"]
    assert tuple(found.first()) == ("pipeline", 7, "f", "web", "2", "own", "web2ownf")


def test_totals_by_a_column_of_the_pipeline_over_columns_of_the_source(spark):
    rows = sessions.frame(spark, [("b1", "3"), ("b1", "4")], "batch_id string, _own_batch_id string")
    seen, aside = own.shown(rows)
    found = seen.groupBy(F.col(aside["batch_id"]).alias("b")).agg(F.expr("sum(batch_id)"))
    assert [tuple(row) for row in found.collect()] == [("b1", 7.0)]


def test_rows_without_columns_of_their_own_are_seen_as_they_are(spark):
    rows = sessions.frame(spark, [("p",)], "post_id string")
    assert own.evaluated(rows, {"x": F.expr("upper(post_id)")}).first()["x"] == "P"
