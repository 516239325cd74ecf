"""JSON lines: one object a line. Top-level keys are columns; a nested value is its JSON text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from jobs.sources.base import Record, SplitOptions, lines
from jobs.sources.text import with_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record a line that is not blank. A file without any is one record."""
    number = 0
    for line in lines(stream, options.record_bytes):
        if line.strip():
            number += 1
            yield Record(number, line)
    if number == 0:
        yield Record(1, b"")


def read(records: DataFrame, columns: list[str], options: SplitOptions, contexts: list[str]) -> DataFrame:
    from pyspark.sql import functions as F

    rows = _objects(records, options)
    return rows.select(
        *records.columns,
        "_problem",
        *(F.try_element_at("_object", F.lit(name)).alias(name) for name in columns),
    )


def named(records: DataFrame, options: SplitOptions, contexts: list[str]) -> list[str]:
    from pyspark.sql import functions as F

    keys = _objects(records, options).select(F.explode(F.map_keys("_object")).alias("key")).distinct()
    return sorted(row["key"] for row in keys.collect())


def _objects(records: DataFrame, options: SplitOptions) -> DataFrame:
    from pyspark.sql import functions as F

    rows = with_text(records, options.encoding)
    text = F.when(F.col("_problem").isNull(), F.col("_text"))
    rows = rows.withColumn("_object", F.from_json(text, "map<string,string>"))
    escaped_nul = F.exists(F.map_values("_object"), lambda value: F.contains(value, F.lit("\0")))
    return rows.withColumn(
        "_problem",
        F.when(F.length("raw") == 0, F.lit("empty_file: the file has no records")).otherwise(
            F.coalesce(
                "_problem",
                F.when(F.col("_object").isNull(), F.lit("malformed_json: the line is no JSON object")).when(
                    F.coalesce(escaped_nul, F.lit(False)), F.lit("nul_byte: a value holds a NUL character")
                ),
            )
        ),
    )
