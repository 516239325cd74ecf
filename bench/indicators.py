"""Indicators of made-up posts, orders and page views: the whole job on the embedded engine beside one DuckDB script.

The script adds up nine of the indicators by day, week, month and all, of all and by channel, from the same files, and its
sums must be ours. It makes none of the others, no intervals, coverage, history and no rows: the ratio has no goal, growth has.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from bench import places, tables
from bench.errors import WrongResult
from bench.tables import Ratio
from jobs.gold.indicator_values import indicator_values
from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.opening import open_lake
from jobs.lake.tables import Lake
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import contract

GREATEST_EXPONENT = 1.05
_DAYS = 360
_FIRST = np.datetime64("2025-01-01")
_CHANNELS = 4
_NOW = datetime(2026, 2, 1, tzinfo=UTC)
Sums = dict[tuple[str, str, str, str, str], int]
"""Numerator in hundredths by indicator, grain, beginning, dimension and its value."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[100_000, 1_000_000], help="posts, orders, views each (100000 1000000)"
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each side (3)")


def run(options: argparse.Namespace) -> int:
    """Measures each size; 0, or 3 where a goal was missed. Raises WrongResult where the script finds other sums."""
    ratios, ours = [], {}
    for rows in options.rows:
        with places.work_folder(keep=False) as folder:
            ratio = measured(open_lake(_settings(folder / "lake")), rows, options.repeats)
        ratios.append(ratio)
        ours[rows] = min(ratio.ours)
    console = tables.console()
    console.print(tables.ratio_table(ratios))
    growth = {pair: its for pair, its in tables.exponents(ours).items() if its is not None}
    for (smaller, larger), its in growth.items():
        console.print(f"Growth exponent, {smaller:,} to {larger:,} rows of each: {its:.2f}")
    is_good = all(ratio.is_good for ratio in ratios) and all(its <= GREATEST_EXPONENT for its in growth.values())
    return 0 if is_good else 3


def _settings(root: Path) -> Settings:
    return Settings(
        folder=root.parent,
        base=Base(lake=LakeSettings(root=root), engine="embedded"),
        sources=(),
        company=Company(name="Acme", topics=()),
    )


def measured(lake: Lake, rows: int, repeats: int) -> Ratio:
    """One size: a warm-up each, then side by side; every repeat of ours computes all from scratch. Args: lake: an empty one."""
    settings = _settings(lake.root)
    for name, table in made_up(rows).items():
        lake.write(name, table)
    seconds: tuple[list[float], list[float]] = ([], [])
    for repeat in range(repeats + 1):
        begun = time.perf_counter()
        indicator_values(lake, Run(f"r{repeat}", _NOW, settings, _NOW))
        between = time.perf_counter()
        theirs = script(lake)
        ended = time.perf_counter()
        if (found := held(lake)) != theirs:
            differing = sorted(set(found.items()) ^ set(theirs.items()))[:6]
            raise WrongResult(f"{rows:,} rows: the script's sums are not ours: {differing}")
        if repeat:
            seconds[0].append(between - begun)
            seconds[1].append(ended - between)
    return Ratio(f"{rows:,} posts, orders, views", "DuckDB, nine sums", *seconds)


def made_up(rows: int) -> dict[str, pa.Table]:
    """So many posts, orders of one line, and page views in half as many sessions, over a year of days."""
    random = np.random.default_rng(7)
    number = np.arange(rows)

    def at() -> pa.Array:
        seconds = random.integers(0, _DAYS * 86_400, rows) * 1_000_000
        return pa.array(_FIRST.astype("datetime64[us]") + seconds.astype("timedelta64[us]")).cast(
            pa.timestamp("us", "UTC")
        )

    def ids(prefix: str, numbers: np.ndarray) -> pa.Array:
        return pa.array(np.char.add(prefix, numbers.astype(str)))

    channel = ids("channel ", random.integers(0, _CHANNELS, rows))
    people, views_at, bought = ids("u", random.integers(0, max(1, rows // 20), rows)), at(), number % 3
    price = pa.array(random.integers(100, 9_000, rows)).cast(pa.decimal128(38, 0))
    session = number // 2
    one = {"source": pa.array(["made"] * rows)}
    post = ids("p", number)
    order = one | {"order_id": ids("o", number), "customer_id": people}
    found = {
        "silver.posts": one | {"channel": channel, "post_id": post, "profile_id": people, "created_at": at()},
        "silver.post_enrichments": {
            "channel": channel,
            "post_id": post,
            "is_relevant": pa.array(random.random(rows) < 0.8),
            "tone": pa.array(np.array(["negative", "neutral", "positive"]))
            .take(pa.array(random.integers(0, 3, rows)))
            .cast(pa.string()),
        },
        "silver.orders": order | {"ordered_at": at(), "currency": pa.array(["EUR"] * rows), "channel": channel},
        "silver.order_lines": one
        | {"order_id": order["order_id"], "line_number": pa.array(np.ones(rows, dtype=np.int64))}
        | {"quantity": pa.array(1 + bought).cast(pa.decimal128(38, 0)), "unit_price": price, "amount": price},
        "silver.page_views": one
        | {"view_id": ids("v", number), "session_id": ids("s", session), "visitor_id": people, "started_at": views_at},
        "silver.web_sessions": one
        | {
            "session_id": ids("s", number),
            "visitor_id": people,
            "started_at": views_at,
            "views_count": pa.array(1 + bought),
        }
        | {"engaged_seconds": pa.array(np.full(rows, 5.0)), "is_engaged": pa.array(bought > 0)},
    }
    return {name: _full(name, columns) for name, columns in found.items()}


def _full(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    """The columns of the contract, null where they are not made up."""
    schema = arrow.schema_of(contract(name))
    size = len(next(iter(columns.values())))
    return pa.table(
        [columns[its.name].cast(its.type) if its.name in columns else pa.nulls(size, its.type) for its in schema],
        schema,
    )


_FACTS = {
    "posts": """
        select created_at::timestamp::date as day, channel, 'post' as kind, profile_id as person, tone, is_relevant, 0 as amount
        from posts p join enrichments e using (channel, post_id)""",
    "sales": """
        select ordered_at::timestamp::date as day, channel, customer_id as person, o.order_id, l.amount
        from orders o join lines l using (source, order_id)""",
    "views": "select started_at::timestamp::date as day, visitor_id as person from views",
    "sessions": "select started_at::timestamp::date as day, visitor_id as person, is_engaged from sessions",
}
_SUMS = {
    "posts": {
        "volume": "count(*) filter (is_relevant)",
        "tone_positive_ratio": "count(*) filter (is_relevant and tone = 'positive')",
        "net_tone": "count(*) filter (is_relevant and tone = 'positive') - count(*) filter (is_relevant and tone = 'negative')",
    },
    "sales": {"revenue": "sum(amount)", "orders": "count(*)", "active_customers": "count(distinct person)"},
    "views": {"page_views": "count(*)", "visitors": "count(distinct person)"},
    "sessions": {"sessions": "count(*)"},
}
_GRAINS = ("day", "week", "month", "all")


def script(lake: Lake) -> Sums:
    """The nine sums by DuckDB, from the files of the same tables."""
    found: Sums = {}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for name, table in (
            ("posts", "silver.posts"),
            ("enrichments", "silver.post_enrichments"),
            ("orders", "silver.orders"),
            ("lines", "silver.order_lines"),
            ("views", "silver.page_views"),
            ("sessions", "silver.web_sessions"),
        ):
            files = [str(path) for path in lake.path(table).glob("*.parquet")]
            connection.execute(f"create view {name} as select * from read_parquet({files})")
        for family, facts in _FACTS.items():
            connection.execute(f"create temp table facts_{family} as {facts}")
            by_channel = ("all", "channel") if family in ("posts", "sales") else ("all",)
            sums = ", ".join(f"{sql} as {name}" for name, sql in _SUMS[family].items())
            for grain in _GRAINS:
                start = "date '1970-01-01'" if grain == "all" else f"date_trunc('{grain}', day)::date"
                for dimension in by_channel:
                    value = "'all'" if dimension == "all" else "channel"
                    rows = connection.sql(
                        f"select {start}::varchar, {value}, {sums} from facts_{family} group by all"
                    ).fetchall()
                    _collect(found, list(_SUMS[family]), grain, dimension, rows)
    return found


def _collect(found: Sums, names: list[str], grain: str, dimension: str, rows: Iterable[tuple]) -> None:
    for begins, value, *sums in rows:
        for name, number in zip(names, sums, strict=True):
            found[name, grain, begins, dimension, value] = round(number * 100)


def held(lake: Lake) -> Sums:
    """What gold.indicator_values has of the nine."""
    names = ", ".join(f"'{name}'" for sums in _SUMS.values() for name in sums)
    channel = ", ".join(f"'{name}'" for family in ("posts", "sales") for name in _SUMS[family])
    rows = lake.arrow(
        "gold.indicator_values",
        ("indicator_id", "grain", "period_start", "dimension", "dimension_value", "numerator"),
        where=f"known_to is null and indicator_id in ({names}) and (dimension = 'all' or (dimension = 'channel' "
        f"and indicator_id in ({channel})))",
    ).to_pylist()
    return {
        (
            row["indicator_id"],
            row["grain"],
            row["period_start"].isoformat(),
            row["dimension"],
            row["dimension_value"],
        ): round(row["numerator"] * 100)
        for row in rows
    }
