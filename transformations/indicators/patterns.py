"""Indicators of volume against its own history."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.parts import divided, is_in

WEEKS = 8
"""Weeks before a day whose same weekday is its history."""
_OF_NORMAL = "1.4826"  # the median absolute deviation of normal data is a standard deviation divided by this

PARTS = {
    "volume_against_history": ("volume", "median"),
    "volume_anomaly_score": ("volume - median", f"{_OF_NORMAL} * deviation"),
}
"""Numerator and denominator, by indicator_id: SQL over the volume of a day, and median and deviation of its history."""

_DAYS = f"""
with volumes as (
    select dimension, dimension_value, period_start as day, numerator::double as volume from counted
    where indicator_id = 'volume' and grain = 'day' and numerator is not null
        and {is_in("dimension", CATALOGUE["volume_against_history"].dimensions)}
), ends as (select max(day) as last from volumes),
calendar as (
    select dimension, dimension_value, unnest(generate_series(min(day), any_value(last), interval 1 day))::date as day
    from volumes, ends group by dimension, dimension_value
), daily as (
    select dimension, dimension_value, day, coalesce(volume, 0) as volume
    from calendar left join volumes using (dimension, dimension_value, day)
), weekly as (
    select *, count(*) over earlier as weeks, median(volume) over earlier as median, list(volume) over earlier as history
    from daily
    window earlier as (
        partition by dimension, dimension_value, dayofweek(day) order by day
        rows between {WEEKS} preceding and 1 preceding)
)
select *, list_median(list_transform(history, lambda its: abs(its - median))) as deviation from weekly
"""


def pattern_indicators(counted: pa.Table) -> pa.Table:
    """The volume of each day against the same weekday of the weeks before, days without posts included.

    Args: counted: the columns of parts.ROWS, with the indicator volume.
    Returns: the columns of parts.ROWS.
    """
    its = "'day' as grain, day as period_start, dimension, dimension_value"
    selected = " union all ".join(
        f"""select {its}, '{name}' as indicator_id,
            if(weeks = {WEEKS}, {numerator}, null)::decimal(38, 4) as numerator,
            if(weeks = {WEEKS}, {denominator}, null)::decimal(38, 4) as denominator,
            weeks::bigint as observations_count, '{CATALOGUE[name].unit}' as unit, null::bigint as persons_count,
            if(weeks < {WEEKS}, 'there are fewer than {WEEKS} weeks of history', null) as unmeasured,
            {", ".join(f"null::double as {column}" for column in ("measured", "in_scope", "positive", "negative"))}
        from daily_history"""
        for name, (numerator, denominator) in PARTS.items()
    )
    with duckdb.connect() as connection:
        connection.register("counted", counted)
        connection.execute(f"create temp table daily_history as {_DAYS}")
        return divided(connection.sql(f"{selected} order by all").to_arrow_table())
