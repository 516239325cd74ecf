"""A hash of a table's content, and whether two rows have the same content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from transformations.contracts import Table

if TYPE_CHECKING:
    from pyspark.sql import Column


def content_hash(batches: Iterable[pa.RecordBatch], table: Table) -> tuple[int, int]:
    """Count of rows, and sum of row hashes over the contract's content columns: the same whichever engine wrote the rows.

    A value is written with its length, so that null, an empty text and values side by side are told apart; the sum does
    not depend on order. Doubles count to 9 significant digits: sums of doubles depend on their order beyond that.
    """
    count = total = 0
    for batch in batches:
        columns = [_texts(batch[name]) for name in table.content_columns]
        count += batch.num_rows
        for row in zip(*columns, strict=True):
            digest = hashlib.blake2b("".join(row).encode("utf-8", "surrogatepass"), digest_size=8).digest()
            total += int.from_bytes(digest, "big", signed=True)
    return count, total


def _texts(column: pa.Array) -> list[str]:
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date64(kind):
        column = column.cast(pa.int64())
    elif pa.types.is_date32(kind):
        column = column.cast(pa.int32())
    texts = (None if value is None else _text(value) for value in column.to_pylist())
    return ["-" if text is None else f"{len(text)}:{text}" for text in texts]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value + 0.0:.8e}"  # one zero, not two
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, dict)):
        return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_text)
    return str(value)


def same_content(left: str, right: str, columns: Iterable[str], table: Table) -> Column:
    """Whether two rows, with the aliases left and right, are equal in all columns (null equals null).

    Doubles are compared as in the content hash.
    """
    from pyspark.sql import functions as F

    condition = F.lit(True)
    for name in columns:
        ours, other = F.col(f"{left}.{name}"), F.col(f"{right}.{name}")
        is_same = ours.eqNullSafe(other)
        if table.field(name).type == "double":
            is_same = (
                is_same
                | F.coalesce(F.format_string("%.8e", ours) == F.format_string("%.8e", other), F.lit(False))
                & ours.isNotNull()
                & other.isNotNull()
            )
        condition = condition & is_same
    return condition
