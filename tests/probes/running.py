"""Probes: SQL expressions with Spark's answers, one theme a file.

The first line of a file is the theme's table: its columns, its rows, `by` where the expressions add up over groups, and
`zone` where local times are not UTC.
Each further line is a probe:

| key | |
|---|---|
| sql | an expression over the table's columns |
| embedded | same: the embedded engine gives Spark's answers; rewritten: it gives them for the form that `portable(sql)` finds; \
refused: conf cannot use the expression there |
| type | the type that Spark gives the result |
| values | Spark's answers, row by row |
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).parent
_AT_ONCE = 60
_ZONE = "spark.sql.session.timeZone"
Answer = tuple[str, tuple[Any, ...]]
ERROR: Answer = ("error", ())


@dataclass(frozen=True)
class Theme:
    """A table and the probes over it."""

    name: str
    columns: str
    rows: tuple[tuple[Any, ...], ...]
    by: str | None
    zone: str
    probes: tuple[dict[str, Any], ...]

    @property
    def types(self) -> dict[str, str]:
        """Column of the table -> its type."""
        pairs = (
            one.strip().split(" ", 1) for one in self.columns.replace("(18,", "(18;").replace("(10,", "(10;").split(",")
        )
        return {name: type_.replace(";", ",") for name, type_ in pairs}


def themes() -> list[Theme]:
    """Every theme, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.jsonl"))]


def _read(path: Path) -> Theme:
    # not splitlines: texts of the table contain other ends of lines
    head, *probes = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
    rows = tuple(tuple(row) for row in head["rows"])
    return Theme(path.stem, head["columns"], rows, head.get("by"), head.get("zone", "UTC"), tuple(probes))


def write(theme: Theme) -> None:
    """Writes the theme to its file."""
    head: dict[str, Any] = {"columns": theme.columns} | ({"by": theme.by} if theme.by else {})
    head |= {"zone": theme.zone} if theme.zone != "UTC" else {}
    lines = [head | {"rows": theme.rows}, *theme.probes]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (FOLDER / f"{theme.name}.jsonl").write_text(text, encoding="utf-8")


def view(session: Any, theme: Theme, folder: Path) -> str:
    """A view of the theme's table in a session: rows of a Parquet file, as those of the lake are, numbered by `_row`."""
    path = folder / f"{theme.name}.parquet"
    if not path.exists():
        columns = [pa.array(range(len(theme.rows)), pa.int32())]
        for place, type_ in enumerate(theme.types.values()):
            columns.append(pa.array([_value(row[place], type_) for row in theme.rows], _arrow(type_)))
        pq.write_table(pa.table(columns, names=["_row", *theme.types]), path)
    name = f"probes_{theme.name}"
    session.read.parquet(str(path)).createOrReplaceTempView(name)
    return name


def _arrow(type_: str) -> pa.DataType:
    plain = {
        "string": pa.string(),
        "int": pa.int32(),
        "bigint": pa.int64(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us", tz="UTC"),
    }
    if type_.startswith("array<"):
        return pa.list_(plain[type_[6:-1]])
    if type_.startswith("decimal"):
        return pa.decimal128(*map(int, type_[8:-1].split(",")))
    return plain[type_]


def _value(value: Any, type_: str) -> Any:
    """A value of a theme's rows as one of its column's type."""
    if value is None or type_.startswith("array"):
        return value
    if type_.startswith("decimal"):
        places = int(type_[:-1].split(",")[1])
        return Decimal(value).quantize(Decimal(1).scaleb(-places))
    if type_ == "timestamp":
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if type_ == "date":
        return date.fromisoformat(value)
    return {"double": float, "int": int, "bigint": int}.get(type_, lambda same: same)(value)


def answers(session: Any, theme: Theme, expressions: Sequence[str], folder: Path) -> list[Answer]:
    """Type and values of each expression, or ERROR. Many are asked at once; where one fails they are asked apart."""
    name = view(session, theme, folder)
    session.conf.set(_ZONE, theme.zone)
    try:
        return [each for chunk in _chunks(expressions) for each in _asked(session, theme, name, chunk)]
    finally:
        session.conf.set(_ZONE, "UTC")


def _chunks(expressions: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(expressions), _AT_ONCE):
        yield expressions[start : start + _AT_ONCE]


def _asked(session: Any, theme: Theme, name: str, expressions: Sequence[str]) -> list[Answer]:
    key = theme.by or "_row"
    listed = ", ".join(f"{sql} as `v{place}`" for place, sql in enumerate(expressions))
    ending = f"group by {key} order by {key}" if theme.by else f"order by {key}"
    try:
        found = session.sql(f"select {key} as _key, {listed} from {name} {ending}")
        types = [field.dataType.simpleString() for field in found.schema.fields]
        rows = found.collect()
        if len(rows) != (len({row[0] for row in theme.rows}) if theme.by else len(theme.rows)):
            raise ValueError("an expression made rows")
    except Exception:
        if len(expressions) == 1:
            return [ERROR]
        middle = len(expressions) // 2
        return [
            *_asked(session, theme, name, expressions[:middle]),
            *_asked(session, theme, name, expressions[middle:]),
        ]
    return [(types[place], tuple(plain(row[place]) for row in rows)) for place in range(1, len(expressions) + 1)]


def plain(value: Any) -> Any:
    """A value as JSON holds it, equal for equal values."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        try:
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        except (ValueError, OverflowError):
            return f"{value} local"  # an edge of what Python's times can say
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, dict):
        return sorted([plain(key), plain(of)] for key, of in value.items())
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")  # the type tells the places
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def kept(probe: dict[str, Any]) -> Answer:
    """Spark's answer as it is kept."""
    return probe["type"], tuple(probe["values"])


def differing(
    expected: Iterable[Answer], found: Iterable[Answer], names: Iterable[str]
) -> dict[str, tuple[Answer, Answer]]:
    """Those whose answers differ: name -> expected and found."""
    return {
        name: (one, other)
        for name, one, other in zip(names, expected, found, strict=True)
        if json.dumps(one) != json.dumps(other)
    }
