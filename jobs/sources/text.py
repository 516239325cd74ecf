"""Bytes to text, with a reason where they are none."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

ENCODINGS = {"utf-8": "UTF-8", "iso-8859-1": "ISO-8859-1", "windows-1252": "windows-1252"}


def with_text(records: DataFrame, encoding: str) -> DataFrame:
    """Records with `_text` and `_problem`: Spark would turn invalid bytes into U+FFFD without a word."""
    if encoding == "utf-8":
        text = F.when(F.expr("is_valid_utf8(cast(raw as string))"), F.col("raw").cast("string"))
    else:
        text = F.decode("raw", ENCODINGS[encoding])
    return records.withColumn("_text", text).withColumn(
        "_problem",
        F.when(F.col("_text").isNull(), F.lit(f"invalid_text: the bytes are no {encoding} text"))
        .when(F.contains(F.col("_text"), F.lit("\0")), F.lit("nul_byte: the record holds a NUL character"))
        .cast("string"),
    )
