"""Rows of binary tables (Parquet, Excel, databases) as records: a row is one JSON object, always the same bytes.

Columns keep their order and nulls are kept. A whole number is written without .0, also where its type has decimals. Dates
and times are ISO 8601, those with a time zone in UTC with Z, those without one without an offset. Decimals are text, nested
values JSON text, bytes text or `\\x` and hex digits.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.sources.base import Record, SplitOptions
from jobs.sources.formats import json as json_lines

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_UNREADABLE = "unreadable: "
_NAN = "NaN"
_EXACT = 2**53  # below it every whole number is a double of its own, so 17.0 can only have been 17


# --- what cannot be read --------------------------------------------------------------------------------------


def unreadable(line: int, raw: bytes, reason: str) -> Record:
    """A record in place of content that could not be split into rows; `reason` is `code: explanation`."""
    return Record(line, raw, _UNREADABLE + " ".join(reason.split()))


def record(line: int, raw: bytes, context: str, options: SplitOptions) -> Record:
    """A row as a record; one over `record_bytes` is truncated and cannot be parsed."""
    if len(raw) <= options.record_bytes:
        return Record(line, raw, context)
    reason = f"too_large: the row has more than limits.record_bytes ({options.record_bytes:,}) bytes"
    return unreadable(line, raw[: options.record_bytes], reason)


def beginning(stream: BinaryIO, options: SplitOptions) -> bytes:
    """The file's bytes, at most `record_bytes`."""
    stream.seek(0)
    return stream.read(options.record_bytes)


def explained(error: Exception) -> str:
    """A library's message about content that it cannot read. Raises the error itself where the disk is the cause."""
    if isinstance(error, OSError) and error.errno is not None:
        raise error
    return " ".join(str(error).split())[:300] or type(error).__name__


# --- reading --------------------------------------------------------------------------------------------------


def read(records: DataFrame, columns: list[str], options: SplitOptions) -> DataFrame:
    """Like `Tabular.read`, for records made here."""
    from pyspark.sql import functions as F

    absent = (*options.null_values, _NAN)  # of a column of numbers: there is none
    found = json_lines.read(records, columns, replace(options, encoding="utf-8", null_values=absent), [])
    reason = F.when(F.startswith("context", F.lit(_UNREADABLE)), F.substring("context", len(_UNREADABLE) + 1, 1_000))
    problem = F.coalesce(reason, "_problem")
    if columns:
        has_one = F.arrays_overlap("_columns", F.array(*map(F.lit, columns)))
        none = F.lit(
            f"not_this_format: the header has none of the columns {', '.join(columns[:5])}; where the table of a workbook "
            "begins further down, set header in conf to its row"
        )
        problem = F.coalesce(problem, F.when(~has_one, none))
    return found.withColumn("_problem", problem)


def names_of(context: str) -> list[str]:
    """Names of the columns of rows with this context: of a workbook's header, or of a schema."""
    if context.startswith(_UNREADABLE):
        return []
    found = json.loads(context)
    return list(found["header"] if isinstance(found, dict) and isinstance(found.get("header"), list) else found)


# --- rendering ------------------------------------------------------------------------------------------------


def unique(names: Iterable[str]) -> list[str]:
    """Unique names: a repeated name gets its position appended."""
    found: list[str] = []
    for place, name in enumerate(names):
        found.append(f"{name}#{place}" if name in found else name)
    return found


def schema_text(schema: pa.Schema) -> str:
    """Columns and their types as a JSON object."""
    names = unique(schema.names)
    return json.dumps(dict(zip(names, map(str, schema.types), strict=True)), ensure_ascii=False)


def of_batch(batch: pa.RecordBatch) -> Iterator[bytes]:
    """The rows of a batch as JSON objects."""
    names = unique(batch.schema.names)
    for values in values_of(batch):
        yield as_json(names, values)


def values_of(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    """The rows of a batch with JSON values."""
    if not batch.num_columns:
        return iter([()] * batch.num_rows)
    return zip(*(_values(column) for column in batch.columns), strict=True)


def as_json(names: Sequence[str], values: Sequence[Any]) -> bytes:
    """One row as a JSON object; `values` from `plain`."""
    return _bytes(_dumped(dict(zip(names, values, strict=True))))


def plain(value: Any) -> Any:
    """A value as a JSON value."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if value.is_integer() and abs(value) < _EXACT:
            return int(value)
        return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo:
            value = value.astimezone(UTC).replace(tzinfo=None)
            return _trimmed(value.isoformat()) + "Z"
        return _trimmed(value.isoformat())
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _text_of_bytes(bytes(value))
    if isinstance(value, dict):
        return _dumped({_key(key): _inner(part) for key, part in value.items()})
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return _dumped([_inner(part) for part in value])
    return str(value)


def _inner(value: Any) -> Any:
    """A value within a nested one: deeper nesting is kept as JSON."""
    if isinstance(value, dict):
        return {_key(key): _inner(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return [_inner(part) for part in value]
    return plain(value)


def _key(key: Any) -> str:
    found = plain(key)
    return found if isinstance(found, str) else _dumped(found)


def _values(column: pa.Array) -> list[Any]:
    """A column's values as JSON values."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_timestamp(kind):
        mark = "Z" if kind.tz else ""
        texts = pc.strftime(column.cast(pa.timestamp(kind.unit)), "%Y-%m-%dT%H:%M:%S").to_pylist()
        return [None if text is None else _trimmed(text) + mark for text in texts]
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        short = np.float32 if pa.types.is_float32(kind) else np.float16  # the shortest text of its own precision
        return [None if value is None else plain(float(str(short(value)))) for value in column.to_pylist()]
    try:
        values = column.to_pylist(maps_as_pydicts="lossy")
    except UnicodeDecodeError:
        return [_one_value(column, place) for place in range(len(column))]
    is_simple = pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_string(kind)
    return values if is_simple else [plain(value) for value in values]


def _one_value(column: pa.Array, place: int) -> Any:
    """A value of a column with invalid UTF-8: its bytes are kept unchanged, and parsing refuses the row."""
    try:
        return plain(column[place].as_py(maps_as_pydicts="lossy"))
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", "surrogateescape")


def _trimmed(text: str) -> str:
    """A time without trailing zeros of its fraction."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text_of_bytes(value: bytes) -> str:
    if b"\0" not in value:
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return "\\x" + value.hex()


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _bytes(text: str) -> bytes:
    """Text as UTF-8; bytes that were invalid are written back unchanged."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
