"""Recency, frequency and monetary value of persons."""

from __future__ import annotations

from datetime import date

import duckdb
import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("person_id", pa.string()),
        ("as_of_date", pa.date32()),
        ("recency_days", pa.float64()),
        ("frequency_count", pa.int64()),
        ("monetary", pa.decimal128(38, 4)),
        ("currency", pa.string()),
        ("tenure_days", pa.float64()),
    ]
)
_MEASURED = """
select person_id, $as_of_date::date as as_of_date, ($as_of_date::date - last_day)::double as recency_days,
    days_count as frequency_count, monetary, currency, ($as_of_date::date - first_day)::double as tenure_days
from history order by person_id
"""
_SCORED = """
with cuts as (
    select quantile_cont(recency_days, [0.2, 0.4, 0.6, 0.8]) as recency,
        quantile_cont(frequency_count::double, [0.2, 0.4, 0.6, 0.8]) as frequency,
        quantile_cont(monetary::double, [0.2, 0.4, 0.6, 0.8]) as monetary
    from persons
)
select p.*,
    (5 - len(list_filter(c.recency, lambda cut: p.recency_days > cut)))::integer as recency_score,
    (1 + len(list_filter(c.frequency, lambda cut: p.frequency_count::double > cut)))::integer as frequency_score,
    if(p.monetary is null, null, 1 + len(list_filter(c.monetary, lambda cut: p.monetary::double > cut)))::integer
        as monetary_score
from persons p, cuts c order by person_id
"""


def rfm(history: pa.Table, *, as_of_date: date) -> pa.Table:
    """How recently, how often and for how much each person bought.

    Only sales count, returns do not reduce monetary: its sum over persons is the indicator revenue. monetary and its score
    are null where no price of what the person bought is known.

    Args:
        history: transformations.value.purchases.HISTORY, counted up to as_of_date.
        as_of_date: day up to which recency is counted.
    Returns: one row per person, in the order of person_id: SCHEMA and the scores of `scored`. recency_days is the time
        from the last sale to as_of_date, tenure_days that from the first, frequency_count the number of purchase days.
    """
    with duckdb.connect() as connection:
        connection.register("history", history)
        measured = connection.sql(_MEASURED, params={"as_of_date": as_of_date})
        return scored(measured.to_arrow_table().cast(SCHEMA))


def scored(persons: pa.Table) -> pa.Table:
    """Quintile scores, 1 to 5: one more than the number of cut points that the value exceeds.

    Cut points are the exact 20, 40, 60 and 80 % quantiles over all persons, so persons with equal values have equal
    scores and the order of rows does not matter; where many are equal, quintiles differ in size.

    Args: persons: with recency_days, frequency_count, monetary.
    Returns: the same with recency_score (5: the most recent), frequency_score and monetary_score (5: the highest).
    """
    with duckdb.connect() as connection:
        connection.register("persons", persons)
        return connection.sql(_SCORED).to_arrow_table()
